// SPDX-License-Identifier: GPL-2.0
/*
 * user/ask.c: what is asked of re-request servers, when, and of whom
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include "rig.h"

enum {
	CHUNK = 40,
	PATIENCE_MS = 20,
	PATIENCE_MOST_MS = 500,
	IN_VAIN_MS = 3000,
};

static void healed(uint64_t next)
{
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(next, HT_FEED_LIVE);
	assert_int_equal(rig.r.held.waiting, 0);
	nobody_asks();
}

/* The hole of [3, 6) in a book of [1, 9). */
static void hole_open(int rerequests)
{
	rig_open(rerequests, 0);
	wire_in(1, 3);
	wire_in(6, 9);
}

static void another_line_is_waited_for(void **state)
{
	rig.options.wait_ns = 5 * MS_NS;
	hole_open(1);
	rig.options.wait_ns = 5 * MS_NS;
	nobody_asks();
	later(4);
	nobody_asks();
	wire_in(3, 6);
	later(100);
	healed(9);
	assert_int_equal(rig.r.rerequest.server[0].asked, 0);
}

static void a_hole_is_asked_for_when_none_brings_it(void **state)
{
	hole_open(1);
	rig.options.wait_ns = 5 * MS_NS;
	nobody_asks();
	later(5);
	asked(0, 3, 6);
	nobody_asks();
	answer(0, 3, 6);
	healed(9);
	assert_int_equal(rig.r.refilled, 3);
	assert_int_equal(rig.r.asked_again, 0);
}

/* Nothing but the timer is there to wake us when the wait is over. */
static void the_timer_ends_the_wait(void **state)
{
	struct itimerspec never = { 0 };

	hole_open(1);
	rig.options.wait_ns = 30 * MS_NS;
	clock_run();
	turn();
	timerfd_settime(rig.beat.fd, 0, &never, NULL);
	asked(0, 3, 6);
	answer(0, 3, 6);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(9, HT_FEED_LIVE);
}

static void late_lines_answer_too(void **state)
{
	hole_open(1);
	asked(0, 3, 6);
	wire_in(3, 6);
	later(1000);
	healed(9);
	answer(0, 3, 6);
	nobody_asks();
	book_is(9, HT_FEED_LIVE);
}

static void a_tail_is_asked_for(void **state)
{
	rig_open(1, 0);
	wire_in(1, 3);
	wire_in(7, 7);
	asked(0, 3, 7);
	answer(0, 3, 7);
	healed(7);
}

/* All that is ahead is lost on its way to us: the tail rises, and rises. */
static void a_rising_tail_is_asked_for(void **state)
{
	struct mold_header m;
	uint64_t s;

	rig_open(1, 0);
	rig.options.wait_ns = 2 * MS_NS;
	wire_in(1, 3);
	for (s = 4; s < 20; s++) {
		compose(s, s + 1);
		memcpy(inject_payload(&rig.wire), packet.data, packet.len);
		assert_int_equal(inject_run(&rig.wire, packet.len), 0);
		turn();
		later(1);
	}
	turn();
	assert_true(recv(rig.server[0], &m, sizeof(m), MSG_DONTWAIT) > 0);
	assert_int_equal(get_be64(&m.seq), 3);
}

static void a_large_hole_is_asked_for_in_chunks(void **state)
{
	rig_open(1, 0);
	wire_in(1, 3);
	wire_in(3 + 2 * CHUNK + 5, 3 + 2 * CHUNK + 6);
	asked(0, 3, 3 + CHUNK);
	asked(0, 3 + CHUNK, 3 + 2 * CHUNK);
	asked(0, 3 + 2 * CHUNK, 3 + 2 * CHUNK + 5);
	nobody_asks();
	answer(0, 3 + CHUNK, 3 + 2 * CHUNK);
	answer(0, 3, 3 + CHUNK);
	answer(0, 3 + 2 * CHUNK, 3 + 2 * CHUNK + 5);
	healed(3 + 2 * CHUNK + 6);
	assert_int_equal(rig.r.refilled, 2 * CHUNK + 5);
	assert_true(rig.r.chunk > CHUNK);
}

static void the_rest_is_asked_for_at_once(void **state)
{
	rig_open(1, 0);
	wire_in(1, 3);
	wire_in(13, 14);
	asked(0, 3, 13);
	answer(0, 3, 7);
	asked(0, 7, 13);
	answer(0, 7, 12);
	asked(0, 12, 13);
	answer(0, 12, 13);
	healed(14);
	assert_int_equal(rig.r.asked_again, 0);
}

/* What a server sends beyond the question is as welcome. */
static void more_than_asked_for(void **state)
{
	hole_open(1);
	asked(0, 3, 6);
	answer(0, 2, 11);
	healed(11);
}

static void two_holes_side_by_side(void **state)
{
	rig_open(1, 0);
	wire_in(1, 3);
	wire_in(5, 7);
	wire_in(9, 11);
	asked(0, 3, 5);
	asked(0, 7, 9);
	answer(0, 7, 9);
	UNTIL(rig.r.held.waiting == 3);
	book_is(3, HT_FEED_GAP);
	answer(0, 3, 5);
	healed(11);
}

/* A line brings the middle of what was asked for, and the answer is lost: both
 * holes that are left are asked for again.
 */
static void the_middle_comes_by_itself(void **state)
{
	rig_open(1, 0);
	wire_in(1, 3);
	wire_in(13, 14);
	asked(0, 3, 13);
	wire_in(6, 8);
	turns(RIG_QUIET_TURNS);
	later(PATIENCE_MS);
	asked(0, 3, 13);
	answer(0, 3, 6);
	asked(0, 8, 13);
	answer(0, 8, 13);
	healed(14);
}

static void no_answer_asks_the_next_server(void **state)
{
	hole_open(2);
	asked(0, 3, 6);
	later(PATIENCE_MS - 1);
	nobody_asks();
	later(1);
	asked(1, 3, 6);
	later(PATIENCE_MS - 1);
	nobody_asks();
	later(1);
	asked(0, 3, 6);		/* both were asked: twice the patience */
	later(2 * PATIENCE_MS - 1);
	nobody_asks();
	later(1);
	asked(1, 3, 6);
	assert_int_equal(rig.r.asked_again, 3);
	answer(1, 3, 6);
	healed(9);
}

static void patience_has_an_end(void **state)
{
	uint64_t rounds, ms = PATIENCE_MS;

	hole_open(1);
	asked(0, 3, 6);
	for (rounds = 0; rounds < 8; rounds++) {
		later(ms - 1);
		nobody_asks();
		later(1);
		asked(0, 3, 6);
		ms = ms < PATIENCE_MOST_MS / 2 ? 2 * ms : PATIENCE_MOST_MS;
	}
	assert_int_equal(ms, PATIENCE_MOST_MS);
	answer(0, 3, 6);
	healed(9);
}

/* Nobody listens there: the path says so, and the next one is asked. */
static void a_dead_server(void **state)
{
	close(rig.server[0]);
	hole_open(2);
	turns(RIG_QUIET_TURNS);
	later(PATIENCE_MS);
	asked(1, 3, 6);
	assert_int_equal(rig.r.rerequest.server[0].error, ECONNREFUSED);
	answer(1, 3, 6);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(9, HT_FEED_LIVE);
	rig.server[0] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

/* The one who answers nonsense is not waited for. */
static void nonsense_asks_again_at_once(void **state)
{
	hole_open(2);
	asked(0, 3, 6);
	compose(3, 6);
	packet_session(&packet, "SOMEBODY  ");
	answer_packet(0);
	asked(1, 3, 6);
	compose(3, 6);
	packet.len--;
	answer_packet(1);
	asked(0, 3, 6);
	answer(0, 3, 3);
	asked(1, 3, 6);
	answer(1, 20, 22);
	asked(0, 3, 6);
	assert_int_equal(rig.r.asked_again, 4);
	assert_int_equal(rig.r.rerequest.other_session, 1);
	assert_int_equal(rig.r.rerequest.malformed, 1);
	assert_int_equal(rig.r.rerequest.empty, 1);
	assert_int_equal(rig.r.rerequest.not_asked, 1);
	nobody_asks();
	answer(0, 3, 6);
	healed(9);
}

/* We do not ask as fast as one who answers nothing but nonsense. */
static void nonsense_is_not_asked_for_ever(void **state)
{
	int times;

	hole_open(1);
	asked(0, 3, 6);
	for (times = 0; times < 8; times++) {
		answer(0, 3, 3);
		asked(0, 3, 6);
	}
	answer(0, 3, 3);
	answer(0, 3, 3);
	nobody_asks();
	later(32 * PATIENCE_MS);
	asked(0, 3, 6);
	answer(0, 3, 6);
	healed(9);
}

/* A network that copies, or a server that was asked twice: who tells us what we
 * know by now is not asked again for it, or each copy would beget others.
 */
static void copies_of_answers_beget_no_questions(void **state)
{
	socklen_t len = sizeof(rig.asker);
	struct mold_header m;
	uint64_t seq, most;

	rig_open(1, 0);
	wire_in(1, 3);
	wire_in(3 + 10 * CHUNK, 4 + 10 * CHUNK);
	UNTIL(rig.r.rerequest.server[0].asked == 10);
	while (recvfrom(rig.server[0], &m, sizeof(m), MSG_DONTWAIT,
			(struct sockaddr *)&rig.asker, &len) > 0) {
		seq = get_be64(&m.seq);
		most = seq + get_be16(&m.count);
		answer(0, seq, most < seq + CHUNK ? most : seq + CHUNK);
		answer_packet(0);
		turns(RIG_QUIET_TURNS);
	}
	healed(4 + 10 * CHUNK);
	assert_int_equal(rig.r.asked_again, 0);
	assert_int_equal(rig.r.rerequest.server[0].asked, 10);
	assert_int_equal(rig.r.rerequest.late + rig.r.known + rig.r.twice, 10);
}

/* A stranger's packet is not even nonsense. */
static void a_stranger_changes_nothing(void **state)
{
	hole_open(1);
	asked(0, 3, 6);
	answer(1, 3, 6);
	UNTIL(rig.r.rerequest.foreign_sender == 1);
	nobody_asks();
	book_is(3, HT_FEED_GAP);
	answer(0, 3, 6);
	healed(9);
}

/* The answer is whole, and a lie: its messages make no book. */
static void a_lie_is_begun_anew(void **state)
{
	hole_open(1);
	asked(0, 3, 6);
	packet_begin(&packet, 3);
	packet_block(&packet, "A", 1);
	packet_add(&packet, day_message(4));
	packet_add(&packet, day_message(5));
	answer_packet(0);
	UNTIL(rig.in.feed->joins == 1);
	wire_in(9, 10);
	asked(0, 1, 9);
	answer(0, 1, 9);
	healed(10);
}

/* Without GLIMPSE there is nobody else: we go on asking. */
static void in_vain_goes_on(void **state)
{
	hole_open(1);
	asked(0, 3, 6);
	later(2 * IN_VAIN_MS);
	asked(0, 3, 6);
	later(2 * IN_VAIN_MS);
	asked(0, 3, 6);
	book_is(3, HT_FEED_GAP);
	answer(0, 3, 6);
	healed(9);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

static int tests(void)
{
	const struct CMUnitTest tests[] = {
		CASE(another_line_is_waited_for),
		CASE(a_hole_is_asked_for_when_none_brings_it),
		CASE(the_timer_ends_the_wait),
		CASE(late_lines_answer_too),
		CASE(a_tail_is_asked_for),
		CASE(a_rising_tail_is_asked_for),
		CASE(a_large_hole_is_asked_for_in_chunks),
		CASE(the_rest_is_asked_for_at_once),
		CASE(more_than_asked_for),
		CASE(two_holes_side_by_side),
		CASE(the_middle_comes_by_itself),
		CASE(no_answer_asks_the_next_server),
		CASE(patience_has_an_end),
		CASE(a_dead_server),
		CASE(nonsense_asks_again_at_once),
		CASE(nonsense_is_not_asked_for_ever),
		CASE(copies_of_answers_beget_no_questions),
		CASE(a_stranger_changes_nothing),
		CASE(a_lie_is_begun_anew),
		CASE(in_vain_goes_on),
	};

	return cmocka_run_group_tests(tests, rig_load, rig_unload);
}

int main(void)
{
	return rig_run(tests);
}
