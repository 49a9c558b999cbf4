// SPDX-License-Identifier: GPL-2.0
/*
 * floor - what `hairtrigger bench book` measures the program against
 *
 * Two programs that end early, made of the program's own stages: one decodes
 * every message and forgets it, the other keeps the order table, too.  What
 * the program needs beyond them goes into levels, best prices and triggers.
 */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "maps.h"

#include "feed.bpf.h"
#include "itch.bpf.h"
#include "mold.bpf.h"

/* For the bench's record of what compiled the BPF side. */
const volatile char cfg_compiler[64] = __VERSION__;

/* Up to the messages, as frame, packet and itch have it.
 * Return: HT_NEXT, or a verdict.
 */
static __always_inline int floor_begin(struct walk *w)
{
	struct ht_work *k = w->work;
	int verdict;

	if (!w->feed || !w->n || !w->orders || !k)
		return XDP_PASS;
	w->n->frames++;
	verdict = feed_match(w);
	if (verdict != HT_NEXT)
		return verdict;
	if (!feed_lock(w->feed))
		return XDP_DROP;
	w->entry_ns = bpf_ktime_get_ns();
	verdict = mold_accept(w);
	if (verdict != HT_NEXT) {
		feed_unlock(w->feed);
		return XDP_DROP;
	}
	itch_begin(w);
	return HT_NEXT;
}

static __always_inline int floor_end(struct walk *w)
{
	struct ht_work *k = w->work;

	if (k->off != k->end)
		k->corrupt = 1;
	mold_applied(w);
	feed_unlock(w->feed);
	return XDP_DROP;
}

enum { FLOOR_STRIDE = 8 };	/* messages a round, see kern/loop */

static long floor_decode_step(__u32 i, void *context)
{
	struct walk *w = context;
	int n;

	for (n = 0; n < FLOOR_STRIDE; n++) {
		const void *m;
		__u32 length;

		HT_COUNT_ROUNDS(n);
		if (!HT_READ_ONCE(w->work->left))
			return 1;
		if (itch_next(w, &m, &length) < 0)
			return 1;
		itch_done(w->work, length);
	}
	return 0;
}

/* -- the order table ------------------------------------------------------- */

static __always_inline void floor_take(struct walk *w, __u32 locate)
{
	const struct ht_message *r = &w->work->message;
	__u64 key = order_key(locate, r->ref);
	struct ht_work *k = w->work;
	struct ht_order *order;

	k->slot = order_find(w->orders, key, order_home(key, cfg_order_mask));
	if (k->slot == ORDER_NONE)
		return;
	order = order_at(w->orders, k);
	order->shares -= r->does & HT_ALL ? order->shares : r->shares;
	if (!order->shares)
		order_free(w->orders, k);
}

static __always_inline void floor_add(struct walk *w, __u32 locate)
{
	const struct ht_message *r = &w->work->message;
	__u64 key = order_key(locate, r->new_ref);
	struct ht_work *k = w->work;
	struct ht_order *order;

	k->slot = order_room(w->orders, key, order_home(key, cfg_order_mask));
	if (k->slot == ORDER_NONE || k->slot == ORDER_TAKEN)
		return;
	order = order_at(w->orders, k);
	order->key = key;
	order->shares = r->shares;
}

static long floor_orders_step(__u32 i, void *context)
{
	struct walk *w = context;
	struct ht_work *k = w->work;
	int n;

	if (HT_READ_ONCE(k->left) && i % (HT_BATCH / FLOOR_STRIDE) == 0) {
		touch_note(w);
		touch_orders(w->orders, k->home, &k->noted);
		touch_orders(w->orders, k->new_home, &k->replaced);
	}
	for (n = 0; n < FLOOR_STRIDE; n++) {
		const struct itch_head *m;
		__u32 length;

		HT_COUNT_ROUNDS(n);
		if (!HT_READ_ONCE(k->left))
			return 1;
		if (itch_next(w, (const void **)&m, &length) < 0)
			return 1;
		if (HT_READ_ONCE(k->message.does) & HT_TAKES)
			floor_take(w, get_be16(&m->locate));
		if (HT_READ_ONCE(k->message.does) & HT_ADDS)
			floor_add(w, get_be16(&m->locate));
		itch_done(k, length);
	}
	return 0;
}

/* -- the two programs ------------------------------------------------------ */

#define FLOOR_WALK(packet)						\
	{								\
		.c.ctx = packet, .feed = feed_get(),			\
		.n = counters_get(), .orders = orders_get(),		\
		.work = work_get(),					\
	}

SEC("xdp.frags")
int floor_decoding(struct xdp_md *ctx)
{
	struct walk w = FLOOR_WALK(ctx);
	int verdict = floor_begin(&w);

	if (verdict != HT_NEXT)
		return verdict;
	ht_loop(w.work->count / FLOOR_STRIDE + 1, floor_decode_step, &w);
	return floor_end(&w);
}

SEC("xdp.frags")
int floor_orders(struct xdp_md *ctx)
{
	struct walk w = FLOOR_WALK(ctx);
	int verdict = floor_begin(&w);

	if (verdict != HT_NEXT)
		return verdict;
	ht_loop(w.work->count / FLOOR_STRIDE + 1, floor_orders_step, &w);
	return floor_end(&w);
}

char LICENSE[] SEC("license") = "GPL";
