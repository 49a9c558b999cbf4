/* SPDX-License-Identifier: GPL-2.0 */
/*
 * touch - look at what the next messages will need before they need it
 *
 * path: wire > feed > mold > itch [touch > decode > book] > trigger > ...
 *
 * A message's order and its symbol's top are most often not in the cache.
 * Applied one after the other every message would wait for its own misses.
 * Both can be told from its first bytes, so here a batch is read ahead, and
 * then looked at in loops that wait for nothing.  Of about 450 instructions in
 * flight at once on a Zen 5, the fewer lie between two misses, the more misses
 * overlap: one loop that did both took 20 ns a message more than a list and a
 * loop for each.  What is looked at for nothing costs only time.
 */
#ifndef HT_TOUCH_BPF_H
#define HT_TOUCH_BPF_H

#include "level.bpf.h"
#include "loop.bpf.h"
#include "near.bpf.h"
#include "order.bpf.h"
#include "top.map.h"
#include "walk.bpf.h"
#include "wire.h"

#define TOUCH(x)	((void)HT_READ_ONCE(x))

enum {
	/* of a block: up to the price of a new order */
	TOUCH_BYTES = MOLD_BLOCK_HEAD + sizeof(struct itch_add),
	/* Far levels are looked for when one message in so many needed one:
	 * looking costs each message a third of what it saves such a one.
	 */
	TOUCH_FAR_SHARE = 8,
};

/* Price << 1 | side of a new order; anything, for other types. */
static __always_inline __u32 touch_px_side(const void *m)
{
	const struct itch_add *a = m;

	return get_be32(&a->price) << 1 | (a->side == 'S' ? HT_ASK : HT_BID);
}

/* Notes where the messages of the batch will look. */
static __always_inline void touch_note(struct walk *w)
{
	struct ht_work *k = w->work;
	struct cursor c = w->c;
	__u32 n;

	k->replaced = 0;
	c.off = HT_READ_ONCE(k->ahead);
	c.end = HT_READ_ONCE(k->end);
	for (n = 0; n < HT_BATCH; n++) {
		const struct itch_replace *m;
		const __u8 *block;

		HT_COUNT_ROUNDS(n);
		block = cursor_direct(&c, TOUCH_BYTES);
		if (!block)
			break;
		m = (const void *)(block + MOLD_BLOCK_HEAD);
		k->home[n & (HT_BATCH - 1)] = order_home(get_be64(&m->ref),
							 cfg_order_mask);
		k->locate[n & (HT_BATCH - 1)] = get_be16(&m->head.locate);
		if (HT_READ_ONCE(k->seek_far))
			k->px_side[n & (HT_BATCH - 1)] = touch_px_side(m);
		if (m->head.type == 'U') {
			__u32 at = HT_READ_ONCE(k->replaced);

			k->new_home[at & (HT_BATCH - 1)] =
				order_home(get_be64(&m->new_ref),
					   cfg_order_mask);
			k->replaced = at + 1;
		}
		c.off = (c.off + MOLD_BLOCK_HEAD + get_be16(block)) &
			CURSOR_RANGE;
	}
	k->ahead = c.off;
	k->noted = n;
}

static __always_inline void touch_orders(struct ht_orders *orders,
					 const __u32 home[HT_BATCH],
					 const __u32 *homes)
{
	__u32 count = HT_READ_ONCE(*homes);
	__u32 n;

	for (n = 0; n < HT_BATCH && n < count; n++) {
		HT_COUNT_ROUNDS(n);
		TOUCH(bucket_at(orders, home[n] / HT_BUCKET_ORDERS)
		      ->order[0].key);
	}
}

/* The tops, and of both sides every line of the levels near them. */
static __always_inline void touch_tops(const struct ht_work *k)
{
	__u32 count = HT_READ_ONCE(k->noted);
	__u32 n;

	for (n = 0; n < HT_BATCH && n < count; n++) {
		struct ht_top *top = top_at(k->locate[n]);

		HT_COUNT_ROUNDS(n);
		if (!top)
			continue;
		TOUCH(top->lock);
		TOUCH(top->near[HT_BID].px_e4[0]);
		TOUCH(top->near[HT_ASK].px_e4[0]);
		TOUCH(top->near[HT_BID].level[0]);
		TOUCH(top->near[HT_ASK].level[0]);
		TOUCH(top->near[HT_BID].level[8]);
		TOUCH(top->near[HT_ASK].level[8]);
	}
}

/* Notes the rows of far levels: of a message's order where it should be, and
 * of a new one, that stands nowhere yet.
 */
static __always_inline void touch_note_far(struct walk *w)
{
	struct ht_work *k = w->work;
	__u32 count = HT_READ_ONCE(k->noted);
	__u32 n;

	k->far = 0;
	for (n = 0; n < HT_BATCH && n < count; n++) {
		__u32 home = k->home[n];
		const struct ht_order *o = &bucket_at(w->orders, home /
				HT_BUCKET_ORDERS)->order[home & PLACE];
		struct ht_top *top = top_at(k->locate[n]);
		__u32 px_side = HT_READ_ONCE(o->px_side);
		__u32 at;

		HT_COUNT_ROUNDS(n);
		if (!top)
			continue;
		if (!HT_READ_ONCE(o->key))
			px_side = k->px_side[n];
		if (near_holds(&top->near[px_side & 1], px_side & 1,
			       px_side >> 1))
			continue;
		at = HT_READ_ONCE(k->far) & (HT_BATCH - 1);
		k->far_slot[at] = slot_home(price_key(k->locate[n],
						      px_side & 1,
						      px_side >> 1),
					    cfg_level_mask);
		k->far = at + 1;
	}
}

static __always_inline void touch_far(const struct ht_work *k)
{
	struct ht_levels *levels = levels_get();
	__u32 count = HT_READ_ONCE(k->far);
	__u32 n;

	if (!levels)
		return;
	for (n = 0; n < HT_BATCH && n < count; n++) {
		HT_COUNT_ROUNDS(n);
		TOUCH(row_at(levels, k->far_slot[n])->key);
	}
}

/* A packet begins: the one before it says whether far levels are frequent. */
static __always_inline void touch_begin(struct walk *w)
{
	struct ht_work *k = w->work;

	k->seek_far = k->far_uses * TOUCH_FAR_SHARE >= k->applied;
	k->far_uses = 0;
	k->applied = k->count;
	k->ahead = w->c.off;
}

static __always_inline void touch_batch(struct walk *w)
{
	struct ht_work *k = w->work;

	touch_note(w);
	touch_orders(w->orders, k->home, &k->noted);
	touch_orders(w->orders, k->new_home, &k->replaced);
	touch_tops(k);
	if (!HT_READ_ONCE(k->seek_far))
		return;
	touch_note_far(w);
	touch_far(k);
}

#endif
