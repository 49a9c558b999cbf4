// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <uthash.h>

#include "order.bpf.h"
#include "orders.h"

struct entry {
	uint64_t ref;
	uint32_t shares;
	UT_hash_handle hh;
};

struct ht_orders *native_orders;
struct ht_counters native_counters;
struct ht_work native_work;
uint32_t cfg_order_mask;

uint64_t orders_random;

static struct entry *wanted;

void orders_clear(void)
{
	struct entry *e, *next;

	HASH_ITER(hh, wanted, e, next) {
		HASH_DEL(wanted, e);
		free(e);
	}
	free(native_orders);
	native_orders = NULL;
	native_counters = (struct ht_counters){0};
}

void orders_table(uint32_t buckets)
{
	orders_clear();
	native_orders = calloc(buckets, sizeof(struct ht_bucket));
	assert_non_null(native_orders);
	cfg_order_mask = buckets * HT_BUCKET_ORDERS - 1;
}

static struct entry *entry_of(uint64_t ref)
{
	struct entry *e;

	HASH_FIND(hh, wanted, &ref, sizeof(ref), e);
	return e;
}

uint32_t orders_home(uint64_t ref)
{
	return order_home(ref, cfg_order_mask);
}

struct ht_order *orders_slot(uint32_t slot)
{
	return &native_orders->bucket[slot / HT_BUCKET_ORDERS]
			.order[slot % HT_BUCKET_ORDERS];
}

uint32_t orders_find(uint64_t ref)
{
	return order_find(native_orders, ref, orders_home(ref));
}

uint32_t orders_put(uint64_t ref)
{
	uint32_t slot = order_room(native_orders, ref, orders_home(ref));
	struct entry *e;

	assert_null(entry_of(ref));
	assert_in_range(slot, 0, cfg_order_mask);
	assert_int_equal(orders_slot(slot)->key, 0);
	e = calloc(1, sizeof(*e));
	assert_non_null(e);
	e->ref = ref;
	e->shares = (uint32_t)random_next(&orders_random);
	HASH_ADD(hh, wanted, ref, sizeof(e->ref), e);
	orders_slot(slot)->key = ref;
	orders_slot(slot)->shares = e->shares;
	orders_slot(slot)->px_side = ~e->shares;
	return slot;
}

void orders_take(uint64_t ref)
{
	struct entry *e = entry_of(ref);

	assert_non_null(e);
	HASH_DEL(wanted, e);
	free(e);
	native_work.slot = orders_find(ref);
	assert_int_not_equal(native_work.slot, ORDER_NONE);
	order_free(native_orders, &native_work);
	assert_int_equal(orders_find(ref), ORDER_NONE);
}

/* No bucket with room lies between this order's home and its slot. */
static void reachable(uint64_t ref, uint32_t slot)
{
	uint32_t at = orders_home(ref) / HT_BUCKET_ORDERS, buckets = 0;

	for (; at != slot / HT_BUCKET_ORDERS; at = (at + 1) & bucket_mask()) {
		assert_false(bucket_has_room(&native_orders->bucket[at]));
		buckets++;
	}
	assert_in_range(buckets, 0, HT_BUCKET_PROBES - 1);
}

void orders_same(void)
{
	struct entry *e, *next;
	uint32_t slot, used = 0;

	HASH_ITER(hh, wanted, e, next) {
		slot = orders_find(e->ref);
		assert_int_not_equal(slot, ORDER_NONE);
		assert_int_equal(orders_slot(slot)->key, e->ref);
		assert_int_equal(orders_slot(slot)->shares, e->shares);
		assert_int_equal(orders_slot(slot)->px_side, ~e->shares);
		reachable(e->ref, slot);
	}
	for (slot = 0; slot <= cfg_order_mask; slot++) {
		uint64_t key = orders_slot(slot)->key;

		used += key && key != HT_LOST;
	}
	assert_int_equal(used, HASH_COUNT(wanted));
}

bool orders_known(uint64_t ref)
{
	return entry_of(ref);
}
