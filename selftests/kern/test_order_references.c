// SPDX-License-Identifier: GPL-2.0
/*
 * References as exchanges may give them: no order is lost, and those that are
 * counted up live where they are looked for first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "orders.h"

enum { MANY = 1 << 12 };	/* in a table with four times the slots */

/* The references come, in this order; they go again in no order at all. */
static void come_and_go(const uint64_t refs[MANY])
{
	static uint64_t left[MANY];
	uint32_t count = MANY, i;

	orders_table(MANY);
	for (i = 0; i < MANY; i++) {
		left[i] = refs[i];
		orders_put(refs[i]);
	}
	orders_same();
	while (count) {
		i = random_below(&orders_random, count);
		orders_take(left[i]);
		left[i] = left[--count];
		if (count % 512 == 0)
			orders_same();
	}
	assert_int_equal(native_counters.slots_lost, 0);
}

static void step_by(uint64_t first, uint64_t step)
{
	static uint64_t refs[MANY];
	uint32_t i;

	for (i = 0; i < MANY; i++)
		refs[i] = first + i * step;
	come_and_go(refs);
}

static void dense_references(void **state)
{
	step_by(1, 1);
}

static void references_in_steps(void **state)
{
	step_by(3, 4);
	step_by(64, 64);
	step_by(7, 65536);
	step_by(1, 1ull << 34);
}

static void descending_references(void **state)
{
	step_by(1ull << 40, 0ull - 1);
	step_by(HT_REF_LIMIT, 0ull - 1);
}

static void random_references(void **state)
{
	static uint64_t refs[MANY];
	uint32_t i;

	for (i = 0; i < MANY; i++)
		refs[i] = 1 + random_next(&orders_random) % HT_REF_LIMIT;
	come_and_go(refs);
}

/* -- homes ----------------------------------------------------------------- */

/* Of so many orders in steps, in a table with four times the slots: those that
 * had to leave their home bucket, per mille.
 */
static uint32_t outside(uint32_t orders, uint64_t first, uint64_t step)
{
	uint32_t i, count = 0;

	orders_table(orders);
	for (i = 0; i < orders; i++) {
		uint64_t ref = first + i * step;

		count += orders_put(ref) / HT_BUCKET_ORDERS !=
			 orders_home(ref) / HT_BUCKET_ORDERS;
	}
	print_message("from %llu by %llu: %u of %u\n",
		      (unsigned long long)first, (unsigned long long)step,
		      count, orders);
	return count * 1000 / orders;
}

/* Less than 1 %, wherever the day's references begin. */
static void counted_up_references_are_at_home(void **state)
{
	uint32_t day;

	for (day = 0; day < 8; day++) {
		uint64_t first = 1 + (random_next(&orders_random) >> 24);

		assert_in_range(outside(MANY, first, 1), 0, 9);
		assert_in_range(outside(MANY, first, 4), 0, 9);
	}
	assert_in_range(outside(1 << 17, 1, 1), 0, 9);
	assert_in_range(outside(1 << 17, 1, 4), 0, 9);
}

/* Neighbours lie together, two in a bucket; the next ones live elsewhere. */
static void neighbours_share_buckets(void **state)
{
	enum {
		TOGETHER = 1 << HT_REFS_BITS,
		BUCKETS = TOGETHER / 2,
	};
	static uint32_t homes[MANY];
	uint64_t first = 100 * TOGETHER;
	uint32_t i, bucket, group;

	orders_table(MANY);
	memset(homes, 0, sizeof(homes));
	group = orders_home(first) / HT_BUCKET_ORDERS / BUCKETS;
	for (i = 0; i < TOGETHER; i++) {
		bucket = orders_home(first + i) / HT_BUCKET_ORDERS;
		assert_int_equal(bucket / BUCKETS, group);
		homes[bucket]++;
	}
	for (i = 0; i < BUCKETS; i++)
		assert_int_equal(homes[group * BUCKETS + i], 2);
	bucket = orders_home(first + TOGETHER) / HT_BUCKET_ORDERS;
	assert_int_not_equal(bucket / BUCKETS, group);
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
		cmocka_unit_test(dense_references),
		cmocka_unit_test(references_in_steps),
		cmocka_unit_test(descending_references),
		cmocka_unit_test(random_references),
		cmocka_unit_test(counted_up_references_are_at_home),
		cmocka_unit_test(neighbours_share_buckets),
	};

	return cmocka_run_group_tests(tests, seeded, done);
}
