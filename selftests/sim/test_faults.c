// SPDX-License-Identifier: GPL-2.0
/*
 * test_faults - every fault does what it says, and the same again
 */
#include "listener.h"

#include <stdio.h>

enum { PACKETS = 2000 };

/* One message a packet, so a packet's number is its sequence number. */
static struct feed_options singles(void)
{
	return (struct feed_options){
		.line = {
			{ .payload = 1472, .per_packet = 1 },
			{ .payload = 1472, .per_packet = 1 },
		},
		.faults = { .seed = 7 },
	};
}

/* How often each packet was heard, and which one at which place. */
struct record {
	uint32_t times[PACKETS + 1];
	uint64_t order[4 * PACKETS];
	uint32_t packets;
};

/* Listens as it goes, so that no socket's room is exceeded. */
static void hear(struct listener *l, struct record *r)
{
	static struct heard h;

	while (listener_next(l, &h)) {
		if (!h.count)
			continue;
		expect_messages(&h);
		assert_in_range(h.seq, 1, PACKETS);
		r->times[h.seq]++;
		r->order[r->packets++] = h.seq;
	}
}

static void run(struct feed_options *o, struct record r[2], struct studio *s)
{
	uint64_t seq;

	memset(r, 0, 2 * sizeof(*r));
	studio_open(s, o);
	for (seq = 1; seq <= PACKETS; seq++) {
		studio_publish(s, seq);
		hear(&s->a, &r[0]);
		hear(&s->b, &r[1]);
	}
	studio_flush(s);
	hear(&s->a, &r[0]);
	hear(&s->b, &r[1]);
}

static void loss_is_as_asked_for(void **state)
{
	static const uint32_t percent[] = { 0, 5, 20, 50, 100 };
	static struct record r[2];
	struct studio s;
	uint32_t i, line;

	for (i = 0; i < 5; i++) {
		struct feed_options o = singles();

		o.faults.loss[0] = percent[i] * (FAULT_SURE / 100);
		run(&o, r, &s);
		/* five standard deviations of 2000 throws, at most 112 */
		assert_in_range(r[0].packets + 20 * percent[i] + 112,
				PACKETS, PACKETS + 224);
		assert_int_equal(r[1].packets, PACKETS);
		assert_int_equal(s.feed.line[0].counts.lost,
				 PACKETS - r[0].packets);
		assert_int_equal(s.feed.line[1].counts.lost, 0);
		for (line = 0; line < 2; line++)
			assert_int_equal(s.feed.line[line].counts.packets,
					 r[line].packets);
		assert_int_equal(s.feed.published, PACKETS + 1);
		studio_close(&s);
	}
}

static void lines_lose_by_themselves_and_seeds_repeat(void **state)
{
	static struct record r[2], again[2], other[2];
	struct feed_options o = singles();
	uint32_t i, both = 0;
	struct studio s;

	o.faults.loss[0] = o.faults.loss[1] = FAULT_SURE / 5;
	run(&o, r, &s);
	studio_close(&s);
	run(&o, again, &s);
	studio_close(&s);
	o.faults.seed++;
	run(&o, other, &s);
	studio_close(&s);
	assert_memory_equal(r, again, sizeof(r));
	assert_memory_not_equal(r, other, sizeof(r));
	for (i = 1; i <= PACKETS; i++)
		both += !r[0].times[i] && !r[1].times[i];
	/* 80 of 2000, and five standard deviations */
	assert_in_range(both, 36, 124);
}

/* Heartbeats are of the clock: they must not change the packets' fate. */
static void heartbeats_have_dice_of_their_own(void **state)
{
	static struct record quiet[2], beating[2];
	struct feed_options o = singles();
	struct studio s;
	uint64_t seq;

	o.faults.loss[0] = o.faults.loss[1] = FAULT_SURE / 2;
	run(&o, quiet, &s);
	studio_close(&s);
	memset(beating, 0, sizeof(beating));
	studio_open(&s, &o);
	for (seq = 1; seq <= PACKETS; seq++) {
		studio_publish(&s, seq);
		assert_int_equal(feed_empty(&s.feed, MOLD_HEARTBEAT, s.now), 0);
		hear(&s.a, &beating[0]);
		hear(&s.b, &beating[1]);
	}
	studio_flush(&s);
	hear(&s.a, &beating[0]);
	hear(&s.b, &beating[1]);
	assert_memory_equal(quiet, beating, sizeof(quiet));
	assert_in_range(s.feed.line[0].counts.heartbeats, 800, 1200);
	assert_int_equal(s.feed.line[0].counts.heartbeats +
			 s.feed.line[0].counts.empties_lost, PACKETS);
	studio_close(&s);
}

static void bursts_take_both_lines(void **state)
{
	struct feed_options o = singles();
	static struct record r[2];
	struct studio s;
	uint32_t i;

	o.faults.burst = 100;
	o.faults.burst_every = 500;
	run(&o, r, &s);
	for (i = 1; i <= PACKETS; i++) {
		uint32_t want = (i - 1) % 500 < 400;

		assert_int_equal(r[0].times[i], want);
		assert_int_equal(r[1].times[i], want);
	}
	assert_int_equal(s.feed.line[0].counts.lost_burst, 400);
	assert_int_equal(s.feed.line[1].counts.lost_burst, 400);
	studio_close(&s);
}

/* A session that ends within a burst can be learnt to have ended. */
static void bursts_spare_the_end(void **state)
{
	struct feed_options o = singles();
	static struct record r[2];
	static struct heard h;
	struct studio s;

	o.faults.burst = PACKETS / 2;
	o.faults.burst_every = PACKETS;
	run(&o, r, &s);
	assert_int_equal(r[0].packets, PACKETS / 2);
	assert_int_equal(feed_empty(&s.feed, MOLD_HEARTBEAT, s.now), 0);
	assert_int_equal(feed_empty(&s.feed, MOLD_END_OF_SESSION, s.now), 0);
	assert_int_equal(feed_send(&s.feed, s.now), 0);
	assert_true(listener_next(&s.a, &h));
	assert_int_equal(h.count, MOLD_END_OF_SESSION);
	assert_int_equal(h.seq, PACKETS + 1);
	assert_int_equal(s.feed.line[0].counts.empties_lost, 1);
	studio_close(&s);
}

/* Whatever B's framing is, a message within A's burst is lost on B too. */
static void bursts_leave_a_hole(void **state)
{
	struct feed_options o = singles();
	static struct record r[2];
	struct studio s;
	uint64_t seq;
	uint32_t i, j, heard[PACKETS + 64] = { 0 };
	static struct heard h;

	o.line[0].per_packet = 5;
	o.line[1].per_packet = 2;
	o.faults.burst = 40;
	o.faults.burst_every = 200;
	memset(r, 0, sizeof(r));
	studio_open(&s, &o);
	for (seq = 1; seq <= PACKETS; seq++) {
		studio_publish(&s, seq);
		while (listener_next(&s.a, &h) || listener_next(&s.b, &h))
			for (j = 0; j < h.count; j++)
				heard[h.seq + j] = 1;
	}
	studio_flush(&s);
	/* packets 161 to 200 of A are messages 801 to 1000 */
	for (i = 1; i <= 800; i++)
		assert_int_equal(heard[i], 1);
	for (i = 801 + 5; i <= 1000; i++)
		assert_int_equal(heard[i], 0);
	for (i = 1000 + 5; i <= 1800; i++)
		assert_int_equal(heard[i], 1);
	studio_close(&s);
}

static void duplicates_come_twice(void **state)
{
	struct feed_options o = singles();
	static struct record r[2];
	struct studio s;
	uint32_t i, twice = 0;

	o.faults.duplicate = FAULT_SURE / 10;
	run(&o, r, &s);
	for (i = 1; i <= PACKETS; i++) {
		assert_in_range(r[0].times[i], 1, 2);
		twice += r[0].times[i] == 2;
	}
	assert_in_range(twice, 133, 267);
	assert_int_equal(s.feed.line[0].counts.duplicated, twice);
	assert_int_equal(s.feed.line[0].counts.packets, PACKETS + twice);
	studio_close(&s);
}

/* Return: how many packets were late; none by more than eight. */
static uint32_t late(const struct record *r)
{
	uint32_t i, j, count = 0, passed;

	for (i = 0; i < r->packets; i++) {
		for (passed = 0, j = 0; j < i; j++)
			passed += r->order[j] > r->order[i];
		assert_in_range(passed, 0, FAULT_HOLD_MAX);
		count += passed > 0;
	}
	return count;
}

static void held_packets_come_a_little_late(void **state)
{
	struct feed_options o = singles();
	static struct record r[2];
	struct studio s;
	uint32_t i, line;

	o.faults.reorder = FAULT_SURE / 5;
	run(&o, r, &s);
	for (line = 0; line < 2; line++) {
		for (i = 1; i <= PACKETS; i++)
			assert_int_equal(r[line].times[i], 1);
		/* some meet others that are held back as well */
		assert_in_range(late(&r[line]), 150, 500);
		assert_in_range(s.feed.line[line].counts.reordered, 310, 490);
	}
	studio_close(&s);
}

static void all_held_at_once_fit(void **state)
{
	struct feed_options o = singles();
	static struct record r[2];
	struct studio s;
	uint32_t i;

	o.faults.reorder = FAULT_SURE;
	o.faults.duplicate = FAULT_SURE;
	run(&o, r, &s);
	for (i = 1; i <= PACKETS; i++)
		assert_int_equal(r[0].times[i], 2);
	studio_close(&s);
}

static void dead_lines_are_silent_for_so_long(void **state)
{
	struct feed_options o = singles();
	static struct record r[2];
	struct studio s;
	uint64_t i;

	o.faults.dead[0] = (struct fault_window){ 100, 50 };
	o.faults.dead_both = (struct fault_window){ 300, 10 };
	memset(r, 0, sizeof(r));
	studio_open(&s, &o);
	assert_int_equal(feed_empty(&s.feed, MOLD_HEARTBEAT, s.now), 0);
	assert_int_equal(feed_send(&s.feed, s.now), 0);
	/* packet i leaves i - 1 ns after the first message */
	for (i = 1; i <= 400; i++, s.now++) {
		studio_publish(&s, i);
		studio_flush(&s);
		hear(&s.a, &r[0]);
		hear(&s.b, &r[1]);
	}
	for (i = 1; i <= 400; i++) {
		bool both = i > 300 && i <= 310;

		assert_int_equal(r[0].times[i],
				 !(both || (i > 100 && i <= 150)));
		assert_int_equal(r[1].times[i], !both);
	}
	assert_int_equal(s.feed.line[0].counts.lost_dead, 60);
	assert_int_equal(s.feed.line[1].counts.lost_dead, 10);
	assert_int_equal(s.feed.line[0].counts.heartbeats, 1);
	studio_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loss_is_as_asked_for),
		cmocka_unit_test(lines_lose_by_themselves_and_seeds_repeat),
		cmocka_unit_test(heartbeats_have_dice_of_their_own),
		cmocka_unit_test(bursts_take_both_lines),
		cmocka_unit_test(bursts_spare_the_end),
		cmocka_unit_test(bursts_leave_a_hole),
		cmocka_unit_test(duplicates_come_twice),
		cmocka_unit_test(held_packets_come_a_little_late),
		cmocka_unit_test(all_held_at_once_fit),
		cmocka_unit_test(dead_lines_are_silent_for_so_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
