/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * orders - every displayed order of the market
 *
 *   key     0
 *   value   struct ht_orders: an open-addressed table (kern/order.bpf.h) of
 *           buckets, four orders in one cache line each
 *   writer  kern/order (slots) and book (contents), under the feed's lock
 *   reader  kern/; user space maps it
 *   size    a power of two of buckets, as many as `load --orders` or more
 *   pinned  yes
 *
 * The price, the side and the symbol of an order are its level's.
 */
#ifndef HT_ORDER_MAP_H
#define HT_ORDER_MAP_H

#include "abi.h"
#include "bits.h"

enum {
	HT_BUCKET_ORDERS = 4,
	HT_BUCKETS = 1 << 21,		/* unless the loader is told */
	HT_BUCKET_PROBES = 64,		/* buckets in which an order may live */
	HT_REFS_BITS = 5,		/* 2^5 references stay together */
};

struct ht_order {
	__u64 ref;		/* 0: the slot is free; HT_LOST */
	__u32 shares;
	__u32 level;		/* level id, see level.map.h */
};

struct ht_bucket {
	struct ht_order order[HT_BUCKET_ORDERS];
};
HT_ABI_SIZE(struct ht_bucket, 64);

/*
 * Slot (bucket * 4 + place) that a reference prefers; mask is slots - 1.
 *
 * An exchange counts references up, and most orders die young: so what came
 * together stays together, four neighbours to a cache line, and the
 * orders that the market is busy with are a small part of the table.
 */
static __always_inline __u32 order_home(__u64 ref, __u32 mask)
{
	__u32 group = spread(ref >> HT_REFS_BITS, (mask >> HT_REFS_BITS) + 1);

	return (group << HT_REFS_BITS | (ref & ((1 << HT_REFS_BITS) - 1))) &
	       mask;
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
