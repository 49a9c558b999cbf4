// SPDX-License-Identifier: GPL-2.0
/*
 * kern/order.bpf.h alone, against uthash: homes, full buckets, runs, the wrap,
 * what a free pulls back, and the limits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "order.bpf.h"
#include "orders.h"

enum { BUCKET = HT_BUCKET_ORDERS };

/* A reference nobody has yet whose home is in this bucket. */
static uint64_t ref_of(uint32_t bucket)
{
	uint64_t ref;

	do
		ref = 1 + random_next(&orders_random) % HT_REF_LIMIT;
	while (orders_home(ref) / BUCKET != bucket || orders_known(ref));
	return ref;
}

/* Another one with the very same home. */
static uint64_t rival_of(uint64_t ref)
{
	uint64_t other;

	do
		other = ref_of(orders_home(ref) / BUCKET);
	while (other == ref || orders_home(other) != orders_home(ref));
	return other;
}

/* Puts so many orders whose home is this bucket.  Return: the first. */
static uint64_t put_at(uint32_t bucket, uint32_t count)
{
	uint64_t first = ref_of(bucket);

	orders_put(first);
	while (--count)
		orders_put(ref_of(bucket));
	return first;
}

static uint32_t bucket_of(uint64_t ref)
{
	return orders_find(ref) / BUCKET;
}

static uint32_t room_for(uint64_t ref)
{
	return order_room(native_orders, ref, orders_home(ref));
}

/* -- where an order goes --------------------------------------------------- */

static void free_home_is_taken(void **state)
{
	uint64_t ref;

	orders_table(64);
	for (ref = 1; ref < 8; ref++)
		assert_int_equal(orders_put(ref), orders_home(ref));
	orders_same();
}

/* The second of two with one home has another place of the same bucket. */
static void taken_home_has_neighbours(void **state)
{
	uint64_t first, second;

	orders_table(64);
	first = ref_of(17);
	second = rival_of(first);
	assert_int_equal(orders_put(first), orders_home(first));
	assert_int_not_equal(orders_put(second), orders_home(second));
	assert_int_equal(bucket_of(second), 17);
	orders_same();
}

static void full_bucket_goes_on(void **state)
{
	orders_table(64);
	put_at(17, BUCKET);
	assert_int_equal(bucket_of(put_at(17, 1)), 18);
	orders_same();
}

static void run_over_several_buckets(void **state)
{
	uint32_t i;

	orders_table(64);
	for (i = 0; i < 5 * BUCKET; i++)
		assert_int_equal(bucket_of(put_at(17, 1)), 17 + i / BUCKET);
	assert_int_equal(bucket_of(put_at(19, 1)), 22);
	orders_same();
}

static void run_wraps_at_the_end(void **state)
{
	orders_table(64);
	put_at(63, 2 * BUCKET);
	assert_int_equal(bucket_of(put_at(63, 1)), 1);
	assert_int_equal(bucket_of(put_at(0, 1)), 1);
	orders_same();
}

/* Asking for one that is there changes nothing, wherever it is. */
static void reference_is_there_already(void **state)
{
	uint64_t refs[3 * BUCKET];
	uint32_t i;

	orders_table(64);
	for (i = 0; i < 3 * BUCKET; i++)
		refs[i] = put_at(17, 1);
	for (i = 0; i < 3 * BUCKET; i++)
		assert_int_equal(room_for(refs[i]), ORDER_TAKEN);
	orders_same();
}

/* Its own home is free again, but it lives beside it. */
static void reference_is_at_another_place(void **state)
{
	uint64_t first, second;

	orders_table(64);
	first = ref_of(17);
	second = rival_of(first);
	orders_put(first);
	orders_put(second);
	orders_take(first);
	assert_int_equal(orders_slot(orders_home(second))->key, 0);
	assert_int_equal(room_for(second), ORDER_TAKEN);
	orders_same();
}

static void nobody_is_found_in_an_empty_table(void **state)
{
	uint64_t ref;

	orders_table(64);
	for (ref = 1; ref < 1000; ref++)
		assert_int_equal(orders_find(ref), ORDER_NONE);
}

/* -- what a free pulls back ------------------------------------------------ */

static void free_pulls_back(void **state)
{
	uint64_t first, displaced;

	orders_table(64);
	first = put_at(17, BUCKET);
	displaced = put_at(17, 1);
	orders_take(first);
	assert_int_equal(bucket_of(displaced), 17);
	orders_same();
}

static void free_pulls_back_over_the_wrap(void **state)
{
	uint64_t first, displaced;

	orders_table(64);
	first = put_at(63, BUCKET);
	displaced = put_at(63, 1);
	assert_int_equal(bucket_of(displaced), 0);
	orders_take(first);
	assert_int_equal(bucket_of(displaced), 63);
	orders_same();
}

/* Who lives in the home bucket stays there. */
static void free_leaves_homes_alone(void **state)
{
	uint64_t first, neighbour;

	orders_table(64);
	first = put_at(17, BUCKET);
	neighbour = put_at(18, 1);
	orders_take(first);
	assert_int_equal(bucket_of(neighbour), 18);
	orders_same();
}

/* The place of one that was pulled back is filled likewise. */
static void free_pulls_a_chain(void **state)
{
	uint64_t first, from_first, from_second;

	orders_table(64);
	first = put_at(17, BUCKET);
	from_first = put_at(17, 1);
	put_at(18, BUCKET - 1);
	from_second = put_at(18, 1);
	assert_int_equal(bucket_of(from_second), 19);
	orders_take(first);
	assert_int_equal(bucket_of(from_first), 17);
	assert_int_equal(bucket_of(from_second), 18);
	orders_same();
}

/* One comes home past buckets in which nobody is displaced. */
static void free_pulls_from_afar(void **state)
{
	uint64_t first, displaced;
	uint32_t bucket;

	orders_table(64);
	for (bucket = 18; bucket < 30; bucket++)
		put_at(bucket, BUCKET);
	first = put_at(17, BUCKET);
	displaced = put_at(17, 1);
	assert_int_equal(bucket_of(displaced), 30);
	orders_take(first);
	assert_int_equal(bucket_of(displaced), 17);
	orders_same();
}

/* Random orders of a few homes come and go; after each step all are found. */
static void churn(uint32_t buckets, uint32_t first, uint32_t homes,
		  uint32_t most, uint32_t steps)
{
	uint64_t held[512];
	uint32_t count = 0, i, at;

	orders_table(buckets);
	for (i = 0; i < steps; i++) {
		if (count < most && random_below(&orders_random, 3)) {
			at = first + random_below(&orders_random, homes);
			held[count] = ref_of(at & (buckets - 1));
			orders_put(held[count++]);
		} else if (count) {
			at = random_below(&orders_random, count);
			orders_take(held[at]);
			held[at] = held[--count];
		}
		orders_same();
	}
	assert_int_equal(native_counters.slots_lost, 0);
}

static void crowded_homes_around_the_wrap(void **state)
{
	churn(16, 14, 3, 40, 3000);
	churn(64, 62, 5, 100, 3000);
}

static void spread_homes_nearly_full(void **state)
{
	churn(32, 0, 32, 124, 3000);
	churn(64, 0, 64, 250, 3000);
}

/* -- limits ---------------------------------------------------------------- */

/* No order lives further away; who finds no room changes nothing. */
static void probe_limit(void **state)
{
	uint64_t one_more;

	orders_table(256);
	put_at(200, HT_BUCKET_PROBES * BUCKET);
	one_more = ref_of(200);
	assert_int_equal(room_for(one_more), ORDER_NONE);
	assert_int_equal(orders_find(one_more), ORDER_NONE);
	assert_int_equal(bucket_of(put_at(201, 1)),
			 (200 + HT_BUCKET_PROBES) & 255);
	orders_same();
}

static void every_slot_is_used(void **state)
{
	uint64_t one_more;
	uint32_t bucket;

	orders_table(16);
	for (bucket = 0; bucket < 16; bucket++)
		put_at(bucket, BUCKET);
	orders_same();
	one_more = ref_of(3);
	assert_int_equal(room_for(one_more), ORDER_NONE);
	assert_int_equal(orders_find(one_more), ORDER_NONE);
}

/* So many full buckets, nobody displaced; the next one is empty.
 * Return: an order of the first.
 */
static uint64_t full_buckets(uint32_t count)
{
	uint64_t first;
	uint32_t bucket;

	orders_table(512);
	first = put_at(400, BUCKET);
	for (bucket = 401; bucket < 400 + count; bucket++)
		put_at(bucket & 511, BUCKET);
	return first;
}

/* Nobody in it lives away from home: its length does not matter. */
static void run_of_orders_at_home(void **state)
{
	orders_take(full_buckets(ORDER_PULLS + 1));
	assert_int_equal(native_counters.slots_lost, 0);
	orders_same();
}

/* Where everybody is displaced the run moves up as far as one free looks; the
 * slot that is lost is the last one it came to.
 */
static void longer_run_of_displaced_orders(void **state)
{
	const struct ht_bucket *last;
	uint64_t first = full_buckets(1);
	uint32_t bucket;

	for (bucket = 401; bucket < 400 + 2 * ORDER_PULLS; bucket++) {
		put_at((bucket - 1) & 511, 1);
		put_at(bucket & 511, BUCKET - 1);
	}
	orders_same();
	orders_take(first);
	assert_int_equal(native_counters.slots_lost, 1);
	last = &native_orders->bucket[(400 + ORDER_PULLS) & 511];
	assert_int_not_equal(bucket_place(last, HT_LOST), -1);
	orders_same();
}

/* A lost slot is nobody's: orders around it come, move and go. */
static void life_around_a_lost_slot(void **state)
{
	uint64_t left[64];
	uint32_t i;

	orders_table(64);
	*orders_slot(17 * BUCKET + 3) = (struct ht_order){ .key = HT_LOST };
	*orders_slot(18 * BUCKET) = (struct ht_order){ .key = HT_LOST };
	for (i = 0; i < 20; i++) {
		left[i] = put_at(16 + i % 3, 1);
		orders_same();
	}
	for (i = 0; i < 20; i++) {
		orders_take(left[i]);
		orders_same();
	}
	assert_int_equal(orders_slot(17 * BUCKET + 3)->key, HT_LOST);
	assert_int_equal(orders_slot(18 * BUCKET)->key, HT_LOST);
}

static int seeded(void **state)
{
	const char *given = getenv("SEED");

	orders_random = given ? strtoull(given, NULL, 10)
			      : (uint64_t)time(NULL);
	print_message("SEED=%llu\n", (unsigned long long)orders_random);
	return 0;
}

static int done(void **state)
{
	orders_clear();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(free_home_is_taken),
		cmocka_unit_test(taken_home_has_neighbours),
		cmocka_unit_test(full_bucket_goes_on),
		cmocka_unit_test(run_over_several_buckets),
		cmocka_unit_test(run_wraps_at_the_end),
		cmocka_unit_test(reference_is_there_already),
		cmocka_unit_test(reference_is_at_another_place),
		cmocka_unit_test(nobody_is_found_in_an_empty_table),
		cmocka_unit_test(free_pulls_back),
		cmocka_unit_test(free_pulls_back_over_the_wrap),
		cmocka_unit_test(free_leaves_homes_alone),
		cmocka_unit_test(free_pulls_a_chain),
		cmocka_unit_test(free_pulls_from_afar),
		cmocka_unit_test(crowded_homes_around_the_wrap),
		cmocka_unit_test(spread_homes_nearly_full),
		cmocka_unit_test(probe_limit),
		cmocka_unit_test(every_slot_is_used),
		cmocka_unit_test(run_of_orders_at_home),
		cmocka_unit_test(longer_run_of_displaced_orders),
		cmocka_unit_test(life_around_a_lost_slot),
	};

	return cmocka_run_group_tests(tests, seeded, done);
}
