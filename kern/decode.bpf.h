/* SPDX-License-Identifier: GPL-2.0 */
/*
 * decode - message blocks to what they mean, a batch at a time
 *
 * path: wire > feed > mold > itch [decode > touch > apply] > trigger > ...
 *
 * A block's length is authoritative: unknown types are skipped by it, known
 * ones may only be longer than ITCH 5.0 says.  A block that does not fit the
 * packet makes it corrupt; what came before still counts.  Here every message
 * is read and checked once; behind this stage nobody looks at the wire but for
 * messages that leave the book alone.
 */
#ifndef HT_DECODE_BPF_H
#define HT_DECODE_BPF_H

#include "level.bpf.h"
#include "loop.bpf.h"
#include "order.bpf.h"
#include "walk.bpf.h"
#include "wire.h"

enum { DECODE_STRIDE = 8 };	/* blocks a round, see kern/loop */

#ifdef __bpf__
const volatile __u32 cfg_watch_list;	/* 1: only of wanted symbols */
#else
extern __u32 cfg_watch_list;
#endif

/* The directory names a symbol: is it on the watch list?  Asked here, for what
 * follows in the batch is decoded before the directory's message is applied.
 */
static __always_inline void decode_directory(struct ht_kept *kept,
					     const void *m, __u32 locate)
{
	const struct itch_directory *d = m;
	struct ht_stock stock;
	__u32 *named;

	__builtin_memcpy(stock.name, d->stock, sizeof(stock.name));
	named = wanted_find(&stock);
	if (!named)
		return;
	*named = locate;
	kept->bit[locate / 64 % (HT_LOCATES / 64)] |= 1ull << locate % 64;
}

/* Whether a message is about a symbol that nobody wants.  Locate 0 is the whole
 * market, and names are kept of all.  What is too short to say is for others to
 * refuse.
 */
static __always_inline int decode_unwatched(const void *m, __u32 length,
					    __u32 locate)
{
	const struct itch_head *head = m;
	struct ht_kept *kept;

	if (!cfg_watch_list || !locate || length < sizeof(*head))
		return 0;
	kept = kept_get();
	if (!kept)
		return 0;
	if (head->type == 'R') {
		if (length >= sizeof(struct itch_directory))
			decode_directory(kept, m, locate);
		return 0;
	}
	return !(kept->bit[locate / 64 % (HT_LOCATES / 64)] >>
		 locate % 64 & 1);
}

/* What kern/touch will look at for this message: its order and, of a new one,
 * also the node of its level.  At most one of each a message.
 */
static __always_inline void decode_taken(struct ht_work *k,
					 const struct ht_message *r)
{
	__u32 at = HT_READ_ONCE(k->taken_count) & (HT_BATCH - 1);

	k->taken[at] = r->slot;
	k->taken_ref[at] = r->ref;
	k->taken_count = at + 1;
}

static __always_inline void decode_added(struct ht_work *k,
					 const struct ht_message *r)
{
	__u32 at = HT_READ_ONCE(k->added_count) & (HT_BATCH - 1);

	k->added[at] = r->new_slot;
	k->added_key[at] = r->key;
	k->node[at] = r->node;
	k->row[at] = r->row;
	k->added_count = at + 1;
}

/* Where in the book a new order belongs. */
static __always_inline void decode_place(struct ht_message *r, __u32 side)
{
	__u32 grid = price_grid(r->px_e4);
	__u32 index = price_index(r->px_e4, grid);
	__u32 group = index_group(index);

	r->key = node_key(r->locate, side, grid, 0, group);
	r->node = slot_home(r->key, cfg_node_mask);
	r->row = index_row(index, group);
	r->place = index_place(index, group, r->row);
}

static __always_inline void decode_add(struct ht_work *k, struct ht_message *r,
				       const void *m)
{
	const struct itch_add *a = m;

	r->does = HT_ADDS;
	r->new_ref = r->ref;
	r->new_slot = r->slot;
	r->shares = get_be32(&a->shares);
	r->px_e4 = get_be32(&a->price);
	r->side = a->side == 'B' ? HT_BID : a->side == 'S' ? HT_ASK : 0xff;
	decode_place(r, r->side);
	decode_added(k, r);
}

/* The new order's side, and so its level, is only known when the old one is
 * looked at: until then it is a bid.
 */
static __always_inline void decode_replace(struct ht_work *k,
					   struct ht_message *r, const void *m)
{
	__u32 at = HT_READ_ONCE(k->replaced_count) & (HT_BATCH - 1);
	const struct itch_replace *u = m;

	r->does = HT_TAKES | HT_ALL | HT_ADDS;
	r->new_ref = get_be64(&u->new_ref);
	r->new_slot = order_home(r->new_ref, cfg_order_mask);
	r->shares = get_be32(&u->shares);
	r->px_e4 = get_be32(&u->price);
	r->side = HT_BID;
	decode_place(r, r->side);
	decode_taken(k, r);
	decode_added(k, r);
	k->replaced[at] = HT_READ_ONCE(k->count);
	k->replaced_count = at + 1;
}

/* E prints at the resting order's own price, which only the book knows; C at
 * the message's, and only when it is printable.
 */
static __always_inline void decode_execution(struct ht_work *k,
					     struct ht_message *r, char type,
					     const void *m)
{
	const struct itch_executed_price *c = m;	/* E is its beginning */

	r->does = HT_TAKES | HT_PRINTS;
	r->shares = get_be32(&c->shares);
	r->print_px_e4 = 0;
	if (type == 'C') {
		r->print_px_e4 = get_be32(&c->price);
		if (c->printable != 'Y' || !r->print_px_e4)
			r->does = HT_TAKES;
	}
	decode_taken(k, r);
}

static __always_inline void decode_cancel(struct ht_work *k,
					  struct ht_message *r, const void *m)
{
	const struct itch_cancel *x = m;

	r->does = HT_TAKES;
	r->shares = get_be32(&x->shares);
	decode_taken(k, r);
}

static __always_inline void decode_delete(struct ht_work *k,
					  struct ht_message *r)
{
	r->does = HT_TAKES | HT_ALL;
	decode_taken(k, r);
}

/* A message that leaves the book alone.
 * Return: the length of its type, 0 when there is no such type.
 */
static __always_inline __u32 decode_other(struct ht_counters *n, char type,
					  __u64 **counter)
{
	switch (type) {
#define X(t, name, len, what) case t: *counter = &n->itch_##name; return len;
	ITCH_MESSAGES(X)
#undef X
	}
	*counter = &n->unknown_type;
	return 0;
}

/* What one of the seven messages about an order does.
 * Return: the length of its type, and its counter.
 */
static __always_inline __u32 decode_order(struct walk *w, struct ht_message *r,
					  char type, const void *m,
					  __u64 **counter)
{
	struct ht_work *k = w->work;

	switch (type) {
	case 'A':
		decode_add(k, r, m);
		*counter = &w->n->itch_add;
		return sizeof(struct itch_add);
	case 'F':
		decode_add(k, r, m);
		*counter = &w->n->itch_add_mpid;
		return sizeof(struct itch_add_mpid);
	case 'D':
		decode_delete(k, r);
		*counter = &w->n->itch_delete;
		return sizeof(struct itch_delete);
	case 'U':
		decode_replace(k, r, m);
		*counter = &w->n->itch_replace;
		return sizeof(struct itch_replace);
	case 'E':
		decode_execution(k, r, type, m);
		*counter = &w->n->itch_executed;
		return sizeof(struct itch_executed);
	case 'X':
		decode_cancel(k, r, m);
		*counter = &w->n->itch_cancel;
		return sizeof(struct itch_cancel);
	case 'C':
		decode_execution(k, r, type, m);
		*counter = &w->n->itch_executed_price;
		return sizeof(struct itch_executed_price);
	default:
		r->off = k->off + MOLD_BLOCK_HEAD;
		return decode_other(w->n, type, counter);
	}
}

/* One message of `length` bytes at m; ITCH_MAX_LEN bytes can be read.
 * Return: 0, or -1 when it is too short for its type, or about the book of
 * locate 0.
 */
static __always_inline int decode_message(struct walk *w, struct ht_message *r,
					  const void *m, __u32 length)
{
	const struct itch_delete *d = m;
	__u64 *counter;
	__u32 wanted;

	r->locate = get_be16(&d->head.locate);
	r->itch_ns = get_be48(d->head.timestamp);
	if (decode_unwatched(m, length, r->locate)) {
		w->feed->itch_ns = r->itch_ns;
		w->n->unwatched++;
		return 0;
	}
	r->ref = get_be64(&d->ref);
	r->slot = order_home(r->ref, cfg_order_mask);
	wanted = decode_order(w, r, d->head.type, m, &counter);
	if (length < wanted) {
		w->n->short_message++;
		return -1;
	}
	(*counter)++;
	if (!wanted) {		/* unknown: skipped by its length */
		r->off = 0;
		return 0;
	}
	w->feed->itch_ns = r->itch_ns;
	if (r->does && !r->locate) {	/* whose order it is nobody can say */
		w->n->bad_value++;
		return -1;
	}
	return 0;
}

/* The block at k->off.  Return: 0, or -1 when it cannot be. */
static __always_inline int decode_block(struct walk *w, struct ht_message *r)
{
	struct ht_work *k = w->work;
	struct cursor c = w->c;
	const __u8 *block;
	__u32 length;

	c.off = HT_READ_ONCE(k->off) & CURSOR_RANGE;
	c.end = HT_READ_ONCE(k->end);
	block = cursor_view(&c, &k->window);
	if (!block || c.off + MOLD_BLOCK_HEAD > c.end)
		return -1;
	length = get_be16(block);
	if (c.off + MOLD_BLOCK_HEAD + length > c.end)
		return -1;
	if (k->known) {
		k->known--;
		k->seq++;
	} else {
		w->n->messages++;
		r->does = 0;
		r->off = 0;
		if (!length)
			w->n->empty++;
		else if (decode_message(w, r, block + MOLD_BLOCK_HEAD, length))
			return -1;
		k->count++;
	}
	k->off += MOLD_BLOCK_HEAD + length;
	return 0;
}

static long decode_step(__u32 i, void *context)
{
	struct walk *w = context;
	struct ht_work *k = w->work;
	int n;

	for (n = 0; n < DECODE_STRIDE; n++) {
		__u32 at = HT_READ_ONCE(k->count);

		HT_COUNT_ROUNDS(n);
		if (!HT_READ_ONCE(k->left) || at >= HT_BATCH)
			return 1;
		if (decode_block(w, &k->message[at])) {
			k->corrupt = 1;
			k->left = 0;
			return 1;
		}
		k->left--;
	}
	return 0;
}

/* The walk starts behind the MoldUDP64 header. */
static __always_inline void decode_begin(struct walk *w)
{
	struct ht_work *k = w->work;

	k->seq = w->seq;
	k->off = w->c.off;
	k->end = w->c.end;
	k->left = w->count;
	k->known = w->known;
	k->corrupt = 0;
}

/* The next batch of the packet. */
static __always_inline void decode_batch(struct walk *w)
{
	w->work->count = 0;
	w->work->taken_count = 0;
	w->work->added_count = 0;
	w->work->replaced_count = 0;
	ht_loop(HT_BATCH / DECODE_STRIDE + 1, decode_step, w);
}

#endif
