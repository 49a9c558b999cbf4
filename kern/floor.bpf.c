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
#include "mold.bpf.h"
#include "decode.bpf.h"
#include "touch.bpf.h"

/* For the bench's record of what compiled the BPF side. */
const volatile char cfg_compiler[64] = __VERSION__;

/* Up to the messages, as hairtrigger.bpf.c, packet and itch have it.
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
		return verdict;
	}
	decode_begin(w);
	return HT_NEXT;
}

static __always_inline int floor_end(struct walk *w)
{
	struct ht_work *k = w->work;

	if (k->off != k->end)
		k->corrupt = 1;
	w->seq += w->count;
	mold_applied(w);
	feed_unlock(w->feed);
	return XDP_DROP;
}

static long floor_decode_batch(__u32 i, void *context)
{
	struct walk *w = context;

	if (!HT_READ_ONCE(w->work->left))
		return 1;
	decode_batch(w);
	return 0;
}

/* -- the order table ------------------------------------------------------- */

enum { FLOOR_STRIDE = 8 };	/* messages a round, see kern/loop */

static __always_inline void floor_take(struct walk *w,
				       const struct ht_message *r)
{
	struct ht_work *k = w->work;
	struct ht_order *order;

	k->slot = order_find(w->orders, r->ref, r->slot);
	if (k->slot == ORDER_NONE)
		return;
	order = order_at(w->orders, k);
	order->shares -= r->does & HT_ALL ? order->shares : r->shares;
	if (!order->shares)
		order_free(w->orders, k);
}

static __always_inline void floor_add(struct walk *w,
				      const struct ht_message *r)
{
	struct ht_work *k = w->work;

	k->slot = order_room(w->orders, r->new_ref, r->new_slot);
	if (k->slot == ORDER_NONE || k->slot == ORDER_TAKEN)
		return;
	*order_at(w->orders, k) = (struct ht_order){
		.ref = r->new_ref, .shares = r->shares, .level = r->px_e4,
	};
}

static long floor_orders_step(__u32 i, void *context)
{
	struct walk *w = context;
	struct ht_work *k = w->work;
	int n;

	for (n = 0; n < FLOOR_STRIDE; n++) {
		__u32 at = HT_READ_ONCE(k->next);
		struct ht_message *r;

		HT_COUNT_ROUNDS(n);
		if (at >= HT_BATCH || at >= HT_READ_ONCE(k->count))
			return 1;
		r = &k->message[at];
		if (r->does & HT_TAKES)
			floor_take(w, r);
		if (r->does & HT_ADDS)
			floor_add(w, r);
		k->next = at + 1;
	}
	return 0;
}

static long floor_orders_batch(__u32 i, void *context)
{
	struct walk *w = context;

	if (floor_decode_batch(i, w))
		return 1;
	touch_buckets(w->orders, w->work->taken, &w->work->taken_count);
	touch_buckets(w->orders, w->work->added, &w->work->added_count);
	w->work->next = 0;
	ht_loop(HT_BATCH / FLOOR_STRIDE + 1, floor_orders_step, w);
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
	ht_loop(w.count / HT_BATCH + 1, floor_decode_batch, &w);
	return floor_end(&w);
}

SEC("xdp.frags")
int floor_orders(struct xdp_md *ctx)
{
	struct walk w = FLOOR_WALK(ctx);
	int verdict = floor_begin(&w);

	if (verdict != HT_NEXT)
		return verdict;
	ht_loop(w.count / HT_BATCH + 1, floor_orders_batch, &w);
	return floor_end(&w);
}

char LICENSE[] SEC("license") = "GPL";
