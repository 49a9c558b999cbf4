/* SPDX-License-Identifier: GPL-2.0 */
/*
 * order - the order table: locate and reference to shares, price and side
 *
 * path: wire > feed > mold > itch > [order, near, far, book] > trigger > gate > act
 *
 * Buckets of four slots, each one cache line.  An order lives in the bucket of
 * its home, or, while that is full, in the next one with room: so a bucket
 * with a free slot has lost nobody, and nearly every question is answered by
 * one cache line without a call (a return was measured at 7 ns on a Zen 4
 * whose kernel guards it, "Safe RET").  A slot freed in a full bucket is filled
 * again with an order that had to go further, so that this stays true.
 *
 * verifier: the walks over several buckets are global functions of scalars,
 * verified once.
 */
#ifndef HT_ORDER_BPF_H
#define HT_ORDER_BPF_H

#include "loop.bpf.h"
#include "order.map.h"
#include "stat.map.h"
#include "work.map.h"

#ifdef __bpf__
const volatile __u32 cfg_order_mask = HT_BUCKETS * HT_BUCKET_ORDERS - 1;
#else
extern __u32 cfg_order_mask;
#endif

#define ORDER_NONE	0xffffffffu	/* no slot */
#define ORDER_TAKEN	0xfffffffeu	/* the key has one already */

enum {
	PLACE = HT_BUCKET_ORDERS - 1,	/* of a slot, in its bucket */
	ORDER_PULLS = 128,	/* buckets that one deletion looks at */
};

static __always_inline __u32 bucket_mask(void)
{
	return cfg_order_mask / HT_BUCKET_ORDERS;
}

static __always_inline int bucket_has_room(const struct ht_bucket *b)
{
	return !b->order[0].key || !b->order[1].key || !b->order[2].key ||
	       !b->order[3].key;
}

static __always_inline struct ht_bucket *bucket_at(struct ht_orders *orders,
						   __u32 bucket)
{
	return &orders->bucket[bucket & bucket_mask()];
}

/* Place of this key in the bucket, or -1. */
static __always_inline int bucket_place(const struct ht_bucket *b, __u64 key)
{
	int i;

	for (i = 0; i < HT_BUCKET_ORDERS; i++)
		if (b->order[i].key == key)
			return i;
	return -1;
}

/* Slot of a key wherever it is, or ORDER_NONE. */
HT_GLOBAL __u32 order_find_far(__u64 key)
{
	struct ht_orders *orders = orders_get();
	__u32 at = order_home(key, cfg_order_mask) / HT_BUCKET_ORDERS;
	__u32 n;

	for (n = 0; orders && n < HT_BUCKET_PROBES; n++) {
		struct ht_bucket *b = bucket_at(orders, at);
		int place;

		place = bucket_place(b, key);
		if (place >= 0)
			return (at & bucket_mask()) * HT_BUCKET_ORDERS + place;
		if (bucket_has_room(b))
			break;
		at++;
	}
	return ORDER_NONE;
}

/* Free slot for a key, ORDER_TAKEN, or ORDER_NONE when all the places it
 * may live in are full.
 */
HT_GLOBAL __u32 order_room_far(__u64 key)
{
	struct ht_orders *orders = orders_get();
	__u32 at = order_home(key, cfg_order_mask) / HT_BUCKET_ORDERS;
	__u32 n;

	for (n = 0; orders && n < HT_BUCKET_PROBES; n++) {
		struct ht_bucket *b = bucket_at(orders, at);
		int place;

		if (bucket_place(b, key) >= 0)
			return ORDER_TAKEN;
		place = bucket_place(b, 0);
		if (place >= 0)
			return (at & bucket_mask()) * HT_BUCKET_ORDERS + place;
		at++;
	}
	return ORDER_NONE;
}

/* Place in bucket `at` of an order whose home lies at or before bucket `hole`,
 * or -1.
 */
static __always_inline int bucket_displaced(const struct ht_bucket *b, __u32 at,
					    __u32 hole)
{
	__u32 mask = bucket_mask();
	int i;

	for (i = 0; i < HT_BUCKET_ORDERS; i++) {
		__u64 key = b->order[i].key;
		__u32 home = order_home(key, cfg_order_mask) / HT_BUCKET_ORDERS;

		if (key && key != HT_LOST &&
		    ((at - home) & mask) >= ((at - hole) & mask))
			return i;
	}
	return -1;
}

/*
 * Frees k->slot in a full bucket: an order that had to live further away moves
 * in, its slot is freed likewise, until a bucket had room anyway, or none that
 * could want the slot is left.
 * Return: 0, or -1 when there was no end to it; the slot is then lost, filled
 * with a key nobody can ask for, and counted.
 */
HT_GLOBAL int order_free_full(void)
{
	struct ht_counters *counted = counters_get();
	struct ht_orders *orders = orders_get();
	struct ht_work *k = work_get();
	struct ht_bucket *b, *to;
	__u32 n, at;

	if (!k || !counted || !orders)
		return -1;
	at = k->slot / HT_BUCKET_ORDERS;
	for (n = 0; n < ORDER_PULLS; n++) {
		__u32 hole = HT_READ_ONCE(k->slot);
		int place, had_room;

		at = (at + 1) & bucket_mask();
		b = bucket_at(orders, at);
		to = bucket_at(orders, hole / HT_BUCKET_ORDERS);
		had_room = bucket_has_room(b);
		place = bucket_displaced(b, at, hole / HT_BUCKET_ORDERS);
		if (place >= 0) {
			to->order[hole & PLACE] = b->order[place & PLACE];
			HT_WRITE_ONCE(k->slot, at * HT_BUCKET_ORDERS + place);
		}
		/* nobody lives further from home than this */
		hole = HT_READ_ONCE(k->slot) / HT_BUCKET_ORDERS;
		if (had_room ||
		    ((at - hole) & bucket_mask()) >= HT_BUCKET_PROBES - 1)
			break;
	}
	at = HT_READ_ONCE(k->slot);
	to = bucket_at(orders, at / HT_BUCKET_ORDERS);
	if (n < ORDER_PULLS) {
		to->order[at & PLACE].key = 0;
		return 0;
	}
	to->order[at & PLACE].key = HT_LOST;
	counted->slots_lost++;
	return -1;
}

/* Slot of a key whose home is `slot`, or ORDER_NONE. */
static __always_inline __u32 order_find(struct ht_orders *orders, __u64 key,
					__u32 slot)
{
	struct ht_bucket *b = bucket_at(orders, slot / HT_BUCKET_ORDERS);
	int place;

	if (b->order[slot & PLACE].key == key)
		return slot;
	place = bucket_place(b, key);
	return place >= 0 ? (slot & ~PLACE) + place : order_find_far(key);
}

/* Where a new order with this home goes: a slot, ORDER_TAKEN or ORDER_NONE. */
static __always_inline __u32 order_room(struct ht_orders *orders, __u64 key,
					__u32 slot)
{
	struct ht_bucket *b = bucket_at(orders, slot / HT_BUCKET_ORDERS);

	if (!b->order[slot & PLACE].key && bucket_place(b, key) < 0)
		return slot;
	return order_room_far(key);
}

/* The order in k->slot. */
static __always_inline struct ht_order *order_at(struct ht_orders *orders,
						 const struct ht_work *k)
{
	__u32 slot = HT_READ_ONCE(k->slot);

	return &bucket_at(orders, slot / HT_BUCKET_ORDERS)->order[slot & PLACE];
}

/* Frees k->slot. */
static __always_inline void order_free(struct ht_orders *orders,
				       struct ht_work *k)
{
	__u32 slot = HT_READ_ONCE(k->slot);
	struct ht_bucket *b = bucket_at(orders, slot / HT_BUCKET_ORDERS);

	if (bucket_has_room(b))
		b->order[slot & PLACE].key = 0;
	else
		order_free_full();
}

#endif
