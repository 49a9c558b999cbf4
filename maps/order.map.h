/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * orders - every displayed order of the market
 *
 *   key     slot of an open-addressed table (kern/table.bpf.h), hashed by ref
 *   value   struct ht_order; ref 0: the slot is free
 *   writer  kern/order (slots) and book (contents), under the feed's lock
 *   reader  kern/; user space maps it
 *   size    a power of two, at least twice `load --orders`
 *   pinned  yes
 *
 * The price, the side and the symbol of an order are its level's.
 */
#ifndef HT_ORDER_MAP_H
#define HT_ORDER_MAP_H

#include "abi.h"

enum { HT_ORDER_SLOTS = 1 << 22 };	/* unless the loader is told */

struct ht_order {
	__u64 ref;
	__u32 shares;
	__u32 level;		/* level id, see level.map.h */
};
HT_ABI_SIZE(struct ht_order, 16);

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, HT_ORDER_SLOTS);
	__type(key, __u32);
	__type(value, struct ht_order);
} orders SEC(".maps");
#define HT_ORDERS	((void *)&orders)
#elif defined(HT_NATIVE)
extern struct ht_order *native_orders;
#define HT_ORDERS	((void *)native_orders)
#endif
#endif
