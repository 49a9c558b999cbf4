// SPDX-License-Identifier: GPL-2.0
/*
 * user/reorder.c: packets wait for their turn, holes are filled or given up
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/reorder.h"

static struct reorder r;

static int setup(void **state)
{
	reorder_init(&r);
	return 0;
}

static int teardown(void **state)
{
	reorder_free(&r);
	return 0;
}

static void hold(uint64_t seq, const char *payload)
{
	assert_int_equal(reorder_hold(&r, seq, (const void *)payload,
				      (uint32_t)strlen(payload)), 0);
}

static void next_is(uint64_t expected, bool forced, const char *payload)
{
	struct held *held = reorder_next(&r, expected, forced);

	if (!payload) {
		assert_null(held);
		return;
	}
	assert_non_null(held);
	assert_int_equal(held->len, strlen(payload));
	assert_memory_equal(held->payload, payload, held->len);
	free(held);
}

static void by_sequence_then_as_they_came(void **state)
{
	hold(30, "c");
	hold(10, "a");
	hold(20, "b");
	hold(20, "b, again");
	hold(40, "d");
	assert_int_equal(r.waiting, 5);
	next_is(9, false, NULL);
	next_is(10, false, "a");
	next_is(20, false, "b");
	next_is(25, false, "b, again");
	next_is(25, false, NULL);
	next_is(25, true, "c");
	next_is(40, false, "d");
	next_is(40, true, NULL);
	assert_int_equal(r.waiting, 0);
	assert_int_equal(r.waited, 5);
}

static void it_is_bounded(void **state)
{
	uint64_t i;

	for (i = 0; i < REORDER_PACKETS; i++)
		hold(100 + i, "x");
	assert_false(reorder_full(&r));
	hold(100 + i, "x");
	assert_true(reorder_full(&r));
	next_is(1, true, "x");
	assert_false(reorder_full(&r));
}

static void what_fills_a_hole(void **state)
{
	assert_int_equal(reorder_fills(&r, 10, 10, 15), 0);	/* no hole */
	hold(20, "x");
	assert_int_equal(reorder_fills(&r, 10, 10, 15), 5);
	assert_int_equal(reorder_fills(&r, 10, 5, 12), 2);
	assert_int_equal(reorder_fills(&r, 10, 5, 10), 0);
	assert_int_equal(reorder_fills(&r, 10, 18, 25), 2);
	assert_int_equal(reorder_fills(&r, 10, 20, 25), 0);
	assert_int_equal(reorder_fills(&r, 20, 20, 25), 0);
}

static void late_is_what_was_given_up(void **state)
{
	uint64_t i;

	for (i = 0; i < 100; i++)
		assert_int_equal(reorder_give_up(&r, 100 * i + 50,
						 100 * i + 60), 0);
	reorder_count_late(&r, 40, 50);
	reorder_count_late(&r, 60, 70);
	reorder_count_late(&r, 9960, 9990);
	assert_int_equal(r.late, 0);
	reorder_count_late(&r, 40, 51);
	reorder_count_late(&r, 9959, 9960);
	reorder_count_late(&r, 40, 10000);
	assert_int_equal(r.late, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(by_sequence_then_as_they_came,
						setup, teardown),
		cmocka_unit_test_setup_teardown(it_is_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(what_fills_a_hole, setup,
						teardown),
		cmocka_unit_test_setup_teardown(late_is_what_was_given_up,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
