/* SPDX-License-Identifier: GPL-2.0 */
/*
 * orders - kern/order.bpf.h alone, each step checked against uthash
 *
 * Whoever wants the whole book takes native.h instead.
 */
#ifndef ORDERS_H
#define ORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "compose.h"
#include "order.map.h"
#include "stat.map.h"
#include "work.map.h"

extern uint32_t cfg_order_mask;
extern uint64_t orders_random;

/* An empty table; orders_clear() frees it. */
void orders_table(uint32_t buckets);
void orders_clear(void);

/* Slot that a reference prefers. */
uint32_t orders_home(uint64_t ref);
struct ht_order *orders_slot(uint32_t slot);

/* Slot of an order, or ORDER_NONE. */
uint32_t orders_find(uint64_t ref);
bool orders_known(uint64_t ref);

/* Puts an order that is not there.  Return: its slot. */
uint32_t orders_put(uint64_t ref);
void orders_take(uint64_t ref);

/* Every order is found as it was put, none behind a bucket with room; nothing
 * else is in the table.
 */
void orders_same(void);

#endif
