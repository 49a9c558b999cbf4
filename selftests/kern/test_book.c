// SPDX-License-Identifier: GPL-2.0
/*
 * The book against the reference: after every message the touched symbol's
 * best bid and offer agree, at times the whole book does, and when the last
 * order is gone nothing is left in any table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "agree.h"
#include "flow.h"

static struct flow flow;
static struct ref_book reference;

static uint64_t seed(void)
{
	const char *given = getenv("SEED");

	return given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
}

static void both(struct msg m)
{
	native_message(m);
	assert_true(ref_apply(&reference, m.byte, m.len) >= 0);
	agree_top(&reference, get_be16(&((struct itch_head *)m.byte)->locate));
}

static void run(uint32_t messages, struct flow_shape shape)
{
	struct msg m;
	uint64_t with = seed();
	uint32_t i;

	print_message("SEED=%llu\n", (unsigned long long)with);
	flow_init(&flow, with, shape);
	for (i = 0; i < messages; i++) {
		both(flow_next(&flow));
		if (i % 50000 == 0)
			agree_book(&reference);
	}
	agree_book(&reference);
	agree_counts(&reference);
	assert_int_equal(native_feed.state, HT_FEED_LIVE);
	for (m = flow_drain(&flow); m.len; m = flow_drain(&flow))
		both(m);
	agree_counts(&reference);
	agree_empty();
}

static void one_busy_symbol(void **state)
{
	run(300000, (struct flow_shape){ .fine_per_mille = 20 });
}

static void many_symbols(void **state)
{
	run(300000, (struct flow_shape){
		.locates = 500, .live = 20000, .fine_per_mille = 50 });
}

static void messages_that_cannot_be(void **state)
{
	run(200000, (struct flow_shape){
		.locates = 20, .live = 2000, .fine_per_mille = 300,
		.bad_per_mille = 100 });
}

/* One tick apart, all off the cent grid, around the lowest prices. */
static void prices_off_the_grid(void **state)
{
	run(100000, (struct flow_shape){
		.middle_px = 2000, .width = 1999, .fine_per_mille = 1000 });
}

/* From one tick to 200,000 dollars on one symbol. */
static void prices_far_apart(void **state)
{
	run(100000, (struct flow_shape){
		.live = 60, .middle_px = 1000000001, .width = 1000000000,
		.fine_per_mille = 500 });
}

static const uint32_t edge_prices[] = {
	1, 2, 99, 100, 101, 799, 800, 801, 6399, 6400, 51200, 3276800,
	999999, 1000000, 1000001, 209715200, 1999999999, 2000000000,
	2000000001, 2147483600, 2147483646, HT_PRICE_LIMIT,
};

/* Each pair of edges, so that each is the other's next best once. */
static void edges_of_the_grids(void **state)
{
	const int edges = sizeof(edge_prices) / sizeof(edge_prices[0]);
	int i, j, side;

	for (side = 0; side < 2; side++) {
		for (i = 0; i < edges; i++) {
			for (j = 0; j < edges; j++) {
				both(msg_add(9, 11, "BS"[side], 5,
					     edge_prices[i]));
				both(msg_add(9, 12, "BS"[side], 7,
					     edge_prices[j]));
				both(msg_delete(9, 11));
				both(msg_delete(9, 12));
			}
		}
	}
	agree_empty();
}

/* The best goes, again and again, and the next is always far away. */
static void best_emptied_far_next(void **state)
{
	uint64_t ref = 1;
	uint32_t i;

	for (i = 0; i < 200; i++) {
		both(msg_add(3, ref + i, 'B', 10, 100 + i * 9876543));
		both(msg_add(3, ref + 1000 + i, 'S', 10,
			     2000000000 - i * 9876541));
	}
	for (i = 200; i-- > 0;) {
		both(msg_executed(3, ref + i, 10));
		both(msg_cancel(3, ref + 1000 + i, 10));
	}
	agree_empty();
}

/* The next best is looked for over and over across a wide empty range. */
static void best_flickers_over_a_hole(void **state)
{
	uint64_t ref = 10;
	int i;

	both(msg_add(4, 1, 'B', 10, 1));
	both(msg_add(4, 2, 'S', 10, HT_PRICE_LIMIT));
	for (i = 0; i < 20000; i++, ref += 2) {
		both(msg_add(4, ref, 'B', 1, 1000000 + i * 100));
		both(msg_add(4, ref + 1, 'S', 1, 900000000 - i));
		both(msg_delete(4, ref));
		both(msg_delete(4, ref + 1));
	}
	assert_int_equal(native_tops[4].bid.px_e4, 1);
	assert_int_equal(native_tops[4].ask.px_e4, HT_PRICE_LIMIT);
}

static void deep_side(void **state)
{
	enum { DEPTH = 20000 };
	uint32_t i;

	for (i = 0; i < DEPTH; i++)
		native_message(msg_add(5, 1 + i, 'S', 100, 1000000 + i * 37));
	assert_int_equal(native_book.levels, DEPTH);
	assert_int_equal(native_tops[5].ask.px_e4, 1000000);
	for (i = 0; i < DEPTH; i++) {
		assert_int_equal(native_tops[5].ask.px_e4, 1000000 + i * 37);
		native_message(msg_delete(5, 1 + i));
	}
	assert_int_equal(native_counters.levels_full, 0);
	agree_empty();
}

static void replace_chain(void **state)
{
	uint64_t ref;

	both(msg_add(6, 1, 'S', 100, 1000000));
	both(msg_add(6, 5000000, 'B', 100, 999900));
	for (ref = 1; ref < 20000; ref++)
		both(msg_replace(6, ref, ref + 1, 100 + (uint32_t)ref % 50,
				 1000000 + (uint32_t)(ref * 7919 % 5000)));
	assert_int_equal(native_book.orders, 2);
	/* a replaced reference is dead */
	both(msg_delete(6, 19999));
	assert_int_equal(native_counters.unknown_ref, 1);
}

/* A replacement by its own reference, and by one that is there already. */
static void replace_by_a_live_reference(void **state)
{
	both(msg_add(7, 1, 'B', 100, 1000000));
	both(msg_replace(7, 1, 1, 50, 990000));
	assert_int_equal(native_tops[7].bid.px_e4, 990000);
	assert_int_equal(native_tops[7].book, HT_BOOK_OK);
	both(msg_add(7, 2, 'B', 30, 980000));
	both(msg_replace(7, 1, 2, 70, 1010000));
	assert_int_equal(native_counters.duplicate_ref, 1);
	assert_int_equal(native_tops[7].bid.px_e4, 980000);
	assert_int_equal(native_book.orders, 1);
}

/* Another name is another symbol; letters that no ticker has are all one. */
static void names(void **state)
{
	both(msg_directory(7, "A\x01", 'P'));
	both(msg_directory(7, "A\x02", 'P'));
	assert_int_equal(native_tops[7].book, HT_BOOK_OK);
	both(msg_directory(7, "B", 'P'));
	assert_int_equal(native_tops[7].book, HT_BOOK_BAD);
}

static int fresh(void **state)
{
	native_reset(NATIVE_LARGE);
	ref_free(&reference);
	return ref_init(&reference);
}

static int done(void **state)
{
	ref_free(&reference);
	native_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(one_busy_symbol, fresh),
		cmocka_unit_test_setup(many_symbols, fresh),
		cmocka_unit_test_setup(messages_that_cannot_be, fresh),
		cmocka_unit_test_setup(prices_off_the_grid, fresh),
		cmocka_unit_test_setup(prices_far_apart, fresh),
		cmocka_unit_test_setup(edges_of_the_grids, fresh),
		cmocka_unit_test_setup(best_emptied_far_next, fresh),
		cmocka_unit_test_setup(best_flickers_over_a_hole, fresh),
		cmocka_unit_test_setup(deep_side, fresh),
		cmocka_unit_test_setup(replace_chain, fresh),
		cmocka_unit_test_setup(replace_by_a_live_reference, fresh),
		cmocka_unit_test_setup(names, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
