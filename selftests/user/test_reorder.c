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

#include "moldudp64.h"
#include "wire.h"

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

/* A packet of `count` messages, which reorder does not look at. */
static void hold_many(uint64_t seq, uint16_t count, uint64_t now_ns,
		      const char *text)
{
	uint8_t packet[64];
	struct mold_header *m = (void *)packet;

	memset(m, 'S', sizeof(m->session));
	put_be64(&m->seq, seq);
	put_be16(&m->count, count);
	memcpy(m + 1, text, strlen(text));
	assert_int_equal(reorder_hold(&r, now_ns, packet,
				      (uint32_t)(sizeof(*m) + strlen(text))),
			 0);
}

static void hold(uint64_t seq, const char *text)
{
	hold_many(seq, 1, 0, text);
}

static void next_is(uint64_t expected, bool forced, const char *text)
{
	bool due = reorder_due(&r, expected);
	struct held *held = reorder_next(&r, expected, forced);

	if (!forced)
		assert_int_equal(due, held != NULL);
	if (!text) {
		assert_null(held);
		return;
	}
	assert_non_null(held);
	assert_int_equal(held->len, sizeof(struct mold_header) + strlen(text));
	assert_memory_equal(held->payload + sizeof(struct mold_header), text,
			    strlen(text));
	free(held);
}

static void hole_is(uint64_t from, uint64_t tail, uint64_t begin, uint64_t end,
		    uint64_t seen_ns)
{
	struct hole hole;

	assert_int_equal(reorder_hole(&r, from, tail, &hole), begin < end);
	if (begin == end)
		return;
	assert_int_equal(hole.from, begin);
	assert_int_equal(hole.to, end);
	assert_int_equal(hole.seen_ns, seen_ns);
}

/* 10-14, 20-24 and, framed otherwise, 23-29 wait. */
static void what_is_missing(void **state)
{
	hole_is(7, 7, 0, 0, 0);
	hole_is(7, 9, 7, 9, 0);
	hold_many(20, 5, 200, "b");
	hold_many(10, 5, 300, "a");
	hold_many(23, 7, 400, "c");
	hole_is(7, 30, 7, 10, 300);
	hole_is(10, 30, 15, 20, 200);
	hole_is(12, 30, 15, 20, 200);
	hole_is(17, 30, 17, 20, 200);
	hole_is(20, 30, 0, 0, 0);
	hole_is(20, 33, 30, 33, 0);
	hole_is(30, 33, 30, 33, 0);
	/* packets beyond what the exchange is known to have sent say nothing */
	hole_is(15, 18, 15, 18, 0);
	assert_true(reorder_covers(&r, 10, 15));
	assert_true(reorder_covers(&r, 11, 13));
	assert_true(reorder_covers(&r, 23, 30));
	assert_false(reorder_covers(&r, 20, 26));
	assert_false(reorder_covers(&r, 9, 12));
	reorder_empty(&r);
	assert_int_equal(r.waiting, 0);
	hole_is(15, 18, 15, 18, 0);
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
		cmocka_unit_test_setup_teardown(what_is_missing, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_fills_a_hole, setup,
						teardown),
		cmocka_unit_test_setup_teardown(late_is_what_was_given_up,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
