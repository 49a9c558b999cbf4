/* SPDX-License-Identifier: GPL-2.0 */
/*
 * order - the order table: reference to shares and level
 *
 * path: wire > feed > mold > itch > [order, level, book] > trigger > gate > act
 */
#ifndef HT_ORDER_BPF_H
#define HT_ORDER_BPF_H

#include "order.map.h"
#include "table.bpf.h"

#ifdef __bpf__
const volatile __u32 cfg_order_mask = HT_ORDER_SLOTS - 1;
#define ORDER_GLOBAL	__noinline
#else
extern __u32 cfg_order_mask;
#define ORDER_GLOBAL	static __attribute__((unused))
#endif

ORDER_GLOBAL __u32 order_find(__u64 ref)
{
	return table_find(HT_ORDERS, cfg_order_mask, ref);
}

ORDER_GLOBAL __u32 order_claim(__u64 ref)
{
	return table_claim(HT_ORDERS, cfg_order_mask, ref);
}

ORDER_GLOBAL int order_free(__u32 i)
{
	return table_free(HT_ORDERS, cfg_order_mask, i);
}

/* Brings the slot a reference lives in into the cache. */
static __always_inline void order_touch(__u64 ref)
{
	struct slot *slot = table_slot(HT_ORDERS,
				       slot_home(ref, cfg_order_mask));

	if (slot)
		(void)HT_READ_ONCE(slot->key);
}

static __always_inline struct ht_order *order_at(__u32 i)
{
	return (struct ht_order *)table_slot(HT_ORDERS, i);
}

#endif
