/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * orders - every displayed order of the market
 *
 *   key     0
 *   value   struct ht_orders: an open-addressed table (kern/order.bpf.h) of
 *           buckets, four orders in one cache line each
 *   writer  kern/order (slots) and book (contents), under the feed's lock; the
 *           controller empties it while the feed is JOINING (recover.map.h)
 *   reader  kern/; user space maps it
 *   size    a power of two of buckets, as many as `load --orders` or more
 *   pinned  yes
 *
 * An order is known by its symbol's locate and its reference: every message
 * about it carries both (ITCH 5.0), and one that names another symbol's order
 * names none.
 */
#ifndef HT_ORDER_MAP_H
#define HT_ORDER_MAP_H

#include "abi.h"
#include "bits.h"

enum {
	HT_BUCKET_ORDERS = 4,
	HT_BUCKETS = 1 << 21,		/* unless the loader is told */
	HT_BUCKET_PROBES = 64,		/* buckets in which an order may live */
	HT_REFS_BITS = 8,		/* 2^8 references stay together */
	HT_LOCATE_SHIFT = 48,		/* of a key's locate */
};

/* The highest reference that a book holds: with its locate it fits in a key
 * that is not HT_LOST.  A day has some billions.
 */
#define HT_REF_MASK	((1ull << HT_LOCATE_SHIFT) - 1)
#define HT_REF_LIMIT	(HT_REF_MASK - 1)

static __always_inline __u64 order_key(__u32 locate, __u64 ref)
{
	return (__u64)locate << HT_LOCATE_SHIFT | ref;
}

struct ht_order {
	__u64 key;		/* order_key(); 0: the slot is free; HT_LOST */
	__u32 shares;
	__u32 px_side;		/* price (1e-4 dollars) << 1 | enum ht_side */
};

struct ht_bucket {
	struct ht_order order[HT_BUCKET_ORDERS];
};
HT_ABI_SIZE(struct ht_bucket, 64);

/*
 * Slot (bucket * 4 + place) that an order prefers, by its key; mask is slots
 * less one.
 *
 * An exchange counts references up, and most orders die young: so what came
 * together stays together, in two pages, and the orders that the market is busy
 * with are a small part of the table.  Two neighbours share a bucket: there is
 * room beside them for old orders, and few buckets are ever full.
 */
static __always_inline __u32 order_home(__u64 key, __u32 mask)
{
	__u64 ref = key & HT_REF_MASK;
	__u64 mixed = (ref >> HT_REFS_BITS) * GOLDEN;
	__u32 groups = (mask >> (HT_REFS_BITS + 1)) + 1;
	__u32 group = (mixed >> 32) * groups >> 32;
	/* references in steps: not all of them at their group's begin */
	__u32 place = (ref + (mixed >> 8)) & ((1 << HT_REFS_BITS) - 1);

	return (group << (HT_REFS_BITS + 1) | place << 1) & mask;
}

/* One value, so that any slot is a pointer and an offset away: a lookup for
 * each of them would be a third of the program's instructions.  The loader
 * makes the array, and its type, as long as asked for.
 */
struct ht_orders {
	struct ht_bucket bucket[HT_BUCKETS];
};

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_orders);
} orders SEC(".maps");

static __always_inline struct ht_orders *orders_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&orders, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_orders *native_orders;

static inline struct ht_orders *orders_get(void)
{
	return native_orders;
}
#endif
#endif
