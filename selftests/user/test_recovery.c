// SPDX-License-Identifier: GPL-2.0
/*
 * user/recovery.c: packets that the loaded program set aside, held and given
 * back in their turn
 */
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>

#include "../../user/mold.h"
#include "rig.h"

enum { MANY = 2500 };	/* packets: more than a turn gives */

static void ahead_is_held_until_its_turn(void **state)
{
	rig_open(0, 0);
	wire_in(1, 4);
	book_is(4, HT_FEED_LIVE);
	wire_in(6, 9);
	turns(RIG_QUIET_TURNS);
	book_is(4, HT_FEED_GAP);
	assert_int_equal(rig.r.held.waiting, 1);
	wire_in(4, 6);
	book_is(6, HT_FEED_GAP);
	UNTIL(!rig.r.held.waiting);
	book_is(9, HT_FEED_LIVE);
	assert_int_equal(rig.r.given, 1);
	assert_int_equal(rig.in.feed->gaps, 1);
	assert_int_equal(rig.in.feed->healed, 1);
}

/* Two lines, in whichever order: each hole is filled by the other. */
static void lines_fill_each_other(void **state)
{
	rig_open(0, 0);
	wire_in(1, 3);
	wire_in(9, 12);
	wire_in(5, 7);
	wire_in(12, 13);
	wire_in(7, 9);
	turns(RIG_QUIET_TURNS);
	book_is(3, HT_FEED_GAP);
	assert_int_equal(rig.r.held.waiting, 4);
	wire_in(3, 5);
	UNTIL(!rig.r.held.waiting);
	book_is(13, HT_FEED_LIVE);
}

/* What a line frames differently is applied in part. */
static void overlaps_are_applied_in_part(void **state)
{
	rig_open(0, 0);
	wire_in(1, 3);
	wire_in(5, 9);
	wire_in(7, 12);
	wire_in(2, 6);
	book_is(6, HT_FEED_GAP);
	UNTIL(!rig.r.held.waiting);
	book_is(12, HT_FEED_LIVE);
	assert_int_equal(rig.r.given, 2);
}

/* One that the program has passed by when its turn comes is not given. */
static void overtaken_is_not_given(void **state)
{
	rig_open(0, 0);
	wire_in(1, 3);
	wire_in(5, 9);
	wire_in(3, 12);
	book_is(12, HT_FEED_LIVE);
	UNTIL(!rig.r.held.waiting);
	book_is(12, HT_FEED_LIVE);
	assert_int_equal(rig.r.given, 0);
}

static void held_once(void **state)
{
	rig_open(0, 0);
	wire_in(1, 3);
	wire_in(5, 9);
	wire_in(5, 9);
	wire_in(6, 8);
	assert_int_equal(rig.r.held.waiting, 1);
	assert_int_equal(rig.r.twice, 2);
	aside(1, 3);
	assert_int_equal(rig.r.known, 1);
	wire_in(3, 5);
	UNTIL(!rig.r.held.waiting);
	book_is(9, HT_FEED_LIVE);
}

static void malformed_is_counted(void **state)
{
	struct mold_header *m = (void *)packet.data;

	rig_open(0, 0);
	wire_in(1, 3);
	compose(5, 7);
	packet.len--;
	aside_packet();
	packet.len += 2;
	aside_packet();
	compose(5, 7);
	packet_count(&packet, 3);
	aside_packet();
	packet.len = sizeof(*m) - 1;
	aside_packet();
	compose(5, 7);
	put_be64(&m->seq, UINT64_MAX - 1);	/* counts past 2^64 */
	aside_packet();
	assert_int_equal(rig.r.malformed, 5);
	assert_int_equal(rig.r.held.waiting, 0);
	turns(RIG_QUIET_TURNS);
	book_is(3, HT_FEED_LIVE);
}

/* Of a session that is none of ours, while ours is alive. */
static void foreign_is_not_held(void **state)
{
	rig_open(1, 0);
	wire_in(1, 3);
	compose(3, 5);
	packet_session(&packet, "SOMEBODY  ");
	wire_packet();
	assert_int_equal(counters().aside_session, 1);
	assert_int_equal(rig.r.held.waiting, 0);
	nobody_asks();
	book_is(3, HT_FEED_LIVE);
	wire_in(3, 5);
	book_is(5, HT_FEED_LIVE);
}

/* Another CPU holds the feed when we give. */
static void busy_is_tried_again(void **state)
{
	rig_open(0, 0);
	wire_in(1, 3);
	wire_in(4, 6);
	wire_in(6, 7);
	wire_in(3, 4);
	__atomic_store_n(&rig.in.feed->lock, 1, __ATOMIC_SEQ_CST);
	turns(RIG_QUIET_TURNS);
	assert_int_equal(rig.in.feed->expected, 4);
	assert_int_equal(rig.r.held.waiting, 2);
	assert_true(rig.r.inject.busy > 0);
	__atomic_store_n(&rig.in.feed->lock, 0, __ATOMIC_SEQ_CST);
	UNTIL(!rig.r.held.waiting);
	book_is(7, HT_FEED_LIVE);
	assert_int_equal(rig.r.given, 2);
}

/* The same without a beat: the timer is enough. */
static void busy_wakes_the_timer(void **state)
{
	struct itimerspec never = { 0 };

	rig_open(0, 0);
	clock_run();
	timerfd_settime(rig.beat.fd, 0, &never, NULL);
	wire_in(1, 3);
	__atomic_store_n(&rig.in.feed->lock, 1, __ATOMIC_SEQ_CST);
	aside(3, 5);
	assert_int_equal(recovery_turn(&rig.r), 0);
	assert_int_equal(rig.r.held.waiting, 1);
	__atomic_store_n(&rig.in.feed->lock, 0, __ATOMIC_SEQ_CST);
	UNTIL(!rig.r.held.waiting);
	book_is(5, HT_FEED_LIVE);
}

/* A packet that met a busy feed: nobody has told the program of it. */
static void unseen_makes_a_gap(void **state)
{
	rig_open(0, 0);
	wire_in(1, 3);
	aside(5, 7);
	assert_int_equal(rig.in.feed->tail, 3);
	UNTIL(rig.in.feed->tail == 7);
	book_is(3, HT_FEED_GAP);
	wire_in(3, 5);
	UNTIL(!rig.r.held.waiting);
	book_is(7, HT_FEED_LIVE);
}

/* ... and is the next one: it is simply given. */
static void unseen_next_is_given(void **state)
{
	rig_open(0, 0);
	wire_in(1, 3);
	aside(3, 5);
	UNTIL(!rig.r.held.waiting);
	book_is(5, HT_FEED_LIVE);
	assert_int_equal(rig.in.feed->gaps, 0);
}

/* A heartbeat that met a busy feed shows a gap like any other. */
static void unseen_heartbeat_makes_a_gap(void **state)
{
	rig_open(0, 0);
	wire_in(1, 3);
	aside(7, 7);
	UNTIL(rig.in.feed->state == HT_FEED_GAP);
	assert_int_equal(rig.in.feed->tail, 7);
	book_is(3, HT_FEED_GAP);
}

static void many_are_given_over_several_turns(void **state)
{
	uint32_t s;

	rig_open(0, 0);
	wire_in(1, 3);
	for (s = 4; s < 4 + MANY; s++)
		wire_in(s, s + 1);
	assert_int_equal(rig.r.held.waiting, MANY);
	assert_int_equal(recovery_beat(&rig.r), 0);
	wire_in(3, 4);
	assert_int_equal(recovery_beat(&rig.r), 0);
	assert_int_equal(rig.r.held.waiting, MANY - 1000);
	book_is(1004, HT_FEED_GAP);
	assert_int_equal(recovery_beat(&rig.r), 0);
	assert_int_equal(rig.r.held.waiting, MANY - 2000);
	book_is(2004, HT_FEED_GAP);
	UNTIL(!rig.r.held.waiting);
	book_is(4 + MANY, HT_FEED_LIVE);
}

/* Messages that no book keeps: there may be more of them than orders. */
static void quiet(uint64_t from, uint64_t to)
{
	packet_begin(&packet, from);
	for (; from < to; from++)
		packet_add(&packet, msg_of('I', RIG_LOCATE));
}

/* With no room left, the one whose turn it is still gets in, from the other
 * line; what had no room is asked for.
 */
static void no_room_heals(void **state)
{
	const uint64_t first = 5, last = first + RECOVERY_HELD;
	uint64_t s;

	rig_open(1, 0);
	rig.options.wait_ns = UINT32_MAX;
	wire_in(1, 3);
	for (s = first; s <= last; s++) {
		quiet(s, s + 1);
		wire_packet();
	}
	assert_int_equal(rig.r.held.waiting, RECOVERY_HELD);
	assert_int_equal(rig.r.overflow, 1);
	rig.options.wait_ns = 0;
	asked(0, 3, 5);
	answer(0, 3, 5);
	UNTIL(rig.in.feed->expected == last);
	asked(0, last, last + 1);
	quiet(last, last + 1);
	answer_packet(0);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	assert_int_equal(rig.in.feed->expected, last + 1);
	assert_int_equal(rig.in.book->orders, 3);
	assert_int_equal(rig.r.overflow, 1);
}

/* An answer that finds no room is no answer. */
static void no_room_for_an_answer(void **state)
{
	const uint64_t last = 9 + RECOVERY_HELD - 1;
	uint64_t s;

	rig_open(1, 0);
	wire_in(1, 3);
	quiet(5, 6);
	wire_packet();
	quiet(9, 10);
	wire_packet();
	asked(0, 3, 5);
	asked(0, 6, 9);
	for (s = 10; s < last; s++) {
		quiet(s, s + 1);
		wire_packet();
	}
	assert_int_equal(rig.r.held.waiting, RECOVERY_HELD);
	quiet(6, 9);
	answer_packet(0);
	UNTIL(rig.r.overflow == 1);
	nobody_asks();
	answer(0, 3, 5);
	asked(0, 6, 9);
	quiet(6, 9);
	answer_packet(0);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	assert_int_equal(rig.in.feed->expected, last);
	assert_int_equal(rig.in.book->orders, 3);
}

/* Corrupt, though it came whole: the book is begun anew. */
static void corrupt_is_begun_anew(void **state)
{
	rig_open(1, 0);
	wire_in(1, 4);
	packet_begin(&packet, 6);
	packet_block(&packet, "A", 1);
	wire_packet();
	packet_begin(&packet, 4);
	packet_add(&packet, day_message(4));
	packet_add(&packet, day_message(5));
	wire_packet();
	UNTIL(rig.r.rejoin.step == REJOIN_FILLING);
	nobody_asks();
	book_is(1, HT_FEED_JOINING);	/* how far the lines are is not known */
	wire_in(7, 7);
	asked(0, 1, 7);
	answer(0, 1, 7);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(7, HT_FEED_LIVE);
	assert_int_equal(rig.r.rejoin.from_start, 1);
}

/* What a killed controller leaves behind; what it held is gone. */
static void starts_on_a_gap(void **state)
{
	wire_in(1, 3);
	wire_in(5, 7);
	book_is(3, HT_FEED_GAP);
	rig_open(1, 0);
	asked(0, 3, 7);
	answer(0, 3, 7);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(7, HT_FEED_LIVE);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

static int tests(void)
{
	const struct CMUnitTest tests[] = {
		CASE(ahead_is_held_until_its_turn),
		CASE(lines_fill_each_other),
		CASE(overlaps_are_applied_in_part),
		CASE(overtaken_is_not_given),
		CASE(held_once),
		CASE(malformed_is_counted),
		CASE(foreign_is_not_held),
		CASE(busy_is_tried_again),
		CASE(busy_wakes_the_timer),
		CASE(unseen_makes_a_gap),
		CASE(unseen_next_is_given),
		CASE(unseen_heartbeat_makes_a_gap),
		CASE(many_are_given_over_several_turns),
		CASE(no_room_heals),
		CASE(no_room_for_an_answer),
		CASE(corrupt_is_begun_anew),
		CASE(starts_on_a_gap),
	};

	return cmocka_run_group_tests(tests, rig_load, rig_unload);
}

int main(void)
{
	return rig_run(tests);
}
