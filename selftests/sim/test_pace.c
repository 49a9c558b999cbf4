// SPDX-License-Identifier: GPL-2.0
/*
 * test_pace - when the simulator sends, and how it times an order's way
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/sim/pacing.h"
#include "../../user/sim/timing.h"
#include "itch50.h"
#include "wire.h"

enum { START = 1000 };

static uint64_t due(struct pacing *p, uint64_t timestamp)
{
	struct itch_head h = { .type = 'S' };

	put_be48(h.timestamp, timestamp);
	return pacing_due(p, (const void *)&h, sizeof(h));
}

static void speed_scales_the_gaps(void **state)
{
	struct pacing p = { .mode = PACE_SPEED, .max_gap_ns = 1000000,
			    .speed = PACING_SPEED_ONE * 5 / 2 };

	pacing_start(&p, START);
	assert_int_equal(due(&p, 34200000000000), START);
	assert_int_equal(due(&p, 34200000000000), START);
	assert_int_equal(due(&p, 34200000000250), START + 100);
	assert_int_equal(due(&p, 34200000001250), START + 500);
}

static void long_gaps_are_cut_and_steps_back_are_none(void **state)
{
	struct pacing p = { .mode = PACE_SPEED, .max_gap_ns = 1000,
			    .speed = PACING_SPEED_ONE };

	pacing_start(&p, START);
	assert_int_equal(due(&p, 5), START);
	assert_int_equal(due(&p, 0xffffffffffff), START + 1000);
	assert_int_equal(due(&p, 7), START + 1000);
	assert_int_equal(due(&p, 8), START + 1001);
	assert_int_equal(pacing_due(&p, (const void *)"S", 1), START + 1001);
}

static void rate_spreads_messages_evenly(void **state)
{
	struct pacing p = { .mode = PACE_RATE, .rate = 3 };

	pacing_start(&p, START);
	assert_int_equal(due(&p, 9), START);
	assert_int_equal(due(&p, 9), START + 333333333);
	assert_int_equal(due(&p, 9), START + 666666666);
	assert_int_equal(due(&p, 9), START + 1000000000);
}

static void flat_out_is_always_due(void **state)
{
	struct pacing p = { .mode = PACE_FLAT_OUT };

	pacing_start(&p, START);
	assert_int_equal(due(&p, 1), START);
	assert_int_equal(due(&p, 1000000000000), START);
}

static void arrive(struct timing *t, const char *id, uint64_t ns)
{
	char clordid[OUCH_CLORDID_LEN];

	memcpy(clordid, id, sizeof(clordid));
	timing_order(t, clordid, ns);
}

static void an_order_is_timed_from_its_message(void **state)
{
	struct timing t;

	assert_int_equal(timing_init(&t), 0);
	arrive(&t, "T0000000000001", 5);
	assert_int_equal(t.unknown, 1);
	timing_sent(&t, 1, 10, 1000);
	timing_sent(&t, 11, 1, 2000);
	timing_sent(&t, 12, 30, 3000);
	arrive(&t, "T0000000000010", 1007);
	assert_int_equal(t.latency.max, 7);
	arrive(&t, "T0000000000011", 2008);
	assert_int_equal(t.latency.max, 8);
	arrive(&t, "T0000000000041", 3009);
	assert_int_equal(t.latency.max, 9);
	assert_int_equal(t.latency.count, 3);
	arrive(&t, "T0000000000042", 3009);
	arrive(&t, "T0000000000000", 3009);
	arrive(&t, "T9999999999999", 3009);
	assert_int_equal(t.unknown, 4);
	arrive(&t, "T0000000000011", 1999);
	assert_int_equal(t.early, 1);
	timing_free(&t);
}

static void other_names_are_not_timed(void **state)
{
	static const char *const ids[] = {
		"A0000000000001", "T000000000001 ", "T00000000000x1",
		"              ", "t0000000000001",
	};
	struct timing t;
	uint32_t i;

	assert_int_equal(timing_init(&t), 0);
	timing_sent(&t, 1, 10, 1000);
	for (i = 0; i < 5; i++)
		arrive(&t, ids[i], 1001);
	assert_int_equal(t.unmarked, 5);
	assert_int_equal(t.latency.count, 0);
	timing_free(&t);
}

static void the_first_datagram_with_a_message_counts(void **state)
{
	struct timing t;

	assert_int_equal(timing_init(&t), 0);
	timing_sent(&t, 1, 5, 1000);
	/* the other line's, framed differently: 4 and 5 again, 6 first */
	timing_sent(&t, 4, 3, 2000);
	arrive(&t, "T0000000000005", 1003);
	assert_int_equal(t.latency.max, 3);
	arrive(&t, "T0000000000006", 2004);
	assert_int_equal(t.latency.max, 4);
	/* 7 to 9 were lost on one line and come late on the other */
	timing_sent(&t, 10, 1, 3000);
	arrive(&t, "T0000000000008", 3009);
	assert_int_equal(t.unknown, 1);
	timing_sent(&t, 7, 4, 4000);
	arrive(&t, "T0000000000008", 4005);
	assert_int_equal(t.latency.max, 5);
	arrive(&t, "T0000000000010", 3006);
	assert_int_equal(t.latency.max, 6);
	assert_int_equal(t.latency.count, 4);
	timing_restart(&t);
	arrive(&t, "T0000000000001", 9999);
	assert_int_equal(t.unknown, 2);
	timing_sent(&t, 1, 1, 5000);
	arrive(&t, "T0000000000001", 5007);
	assert_int_equal(t.latency.max, 7);
	arrive(&t, "T0000000000002", 5007);
	assert_int_equal(t.unknown, 3);
	timing_free(&t);
}

static void only_the_recent_past_is_known(void **state)
{
	char id[OUCH_CLORDID_LEN + 1];
	struct timing t;
	uint64_t seq;

	assert_int_equal(timing_init(&t), 0);
	for (seq = 1; seq <= TIMING_RING + 3; seq += 2)
		timing_sent(&t, seq, 2, seq);
	assert_int_equal(t.next, TIMING_RING + 5);
	arrive(&t, "T0000000000004", 9);
	assert_int_equal(t.unknown, 1);
	arrive(&t, "T0000000000005", 9);
	assert_int_equal(t.latency.max, 4);
	snprintf(id, sizeof(id), "T%013u", TIMING_RING + 4);
	arrive(&t, id, TIMING_RING + 4);
	assert_int_equal(t.latency.count, 2);
	/* a datagram from before that is not taken in */
	timing_sent(&t, 1, 6, 1);
	arrive(&t, "T0000000000004", 9);
	assert_int_equal(t.unknown, 2);
	/* far ahead: all before it is forgotten */
	timing_sent(&t, 4ull * TIMING_RING, 1, 7);
	arrive(&t, "T0000000000005", 9);
	arrive(&t, id, 2 * TIMING_RING);
	assert_int_equal(t.unknown, 4);
	timing_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(speed_scales_the_gaps),
		cmocka_unit_test(long_gaps_are_cut_and_steps_back_are_none),
		cmocka_unit_test(rate_spreads_messages_evenly),
		cmocka_unit_test(flat_out_is_always_due),
		cmocka_unit_test(an_order_is_timed_from_its_message),
		cmocka_unit_test(other_names_are_not_timed),
		cmocka_unit_test(the_first_datagram_with_a_message_counts),
		cmocka_unit_test(only_the_recent_past_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
