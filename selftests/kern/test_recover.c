// SPDX-License-Identifier: GPL-2.0
/*
 * The book begun anew: who may fill it, and how it becomes LIVE.  Message s of
 * the session adds order s.
 */
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "native.h"
#include "recover.bpf.h"

static struct packet packet;

static const struct ht_counters *const n = &native_counters;
static const struct ht_feed *const feed = &native_feed;

static void build(uint64_t seq, uint32_t count)
{
	uint32_t i;

	packet_begin(&packet, seq);
	for (i = 0; i < count; i++)
		packet_add(&packet, msg_add(1, seq + i, 'B', 100, 1000000));
}

static void live(uint64_t seq, uint32_t count)
{
	build(seq, count);
	native_packet(packet.data, packet.len);
}

static void give(uint64_t seq, uint32_t count)
{
	build(seq, count);
	native_inject(packet.data, packet.len);
}

static int ask(enum ht_recover_op op, const char *session, uint64_t seq,
	       uint64_t tail)
{
	struct ht_recover r = { .op = op, .seq = seq, .tail = tail };

	memcpy(r.session, session, strlen(session));
	return recover_do(&native_feed, &r, native_now_ns);
}

static void begin(void)
{
	assert_int_equal(ask(HT_RECOVER_BEGIN, COMPOSE_SESSION, 0, 0),
			 HT_RECOVER_DONE);
	assert_int_equal(feed->state, HT_FEED_JOINING);
}

static int finish(uint64_t seq, uint64_t tail)
{
	return ask(HT_RECOVER_FINISH, "", seq, tail);
}

static void only_what_is_given_is_applied(void **state)
{
	begin();
	live(1, 2);
	live(700, 2);
	assert_int_equal(n->aside_state, 2);
	assert_int_equal(native_book.orders, 0);
	give(1, 3);
	give(4, 2);
	assert_int_equal(native_book.orders, 5);
	assert_int_equal(feed->state, HT_FEED_JOINING);
}

static void is_live_at_the_snapshots_sequence(void **state)
{
	begin();
	give(1, 3);
	assert_int_equal(finish(700, 0), HT_RECOVER_DONE);
	assert_int_equal(feed->state, HT_FEED_LIVE);
	assert_int_equal(feed->expected, 700);
	live(700, 2);
	assert_int_equal(feed->state, HT_FEED_LIVE);
	assert_int_equal(native_book.orders, 5);
	assert_int_equal(feed->joins, 1);
}

/* What came while it was filled is still missing. */
static void has_a_gap_up_to_the_tail(void **state)
{
	begin();
	give(1, 3);
	assert_int_equal(finish(700, 703), HT_RECOVER_DONE);
	assert_int_equal(feed->state, HT_FEED_GAP);
	give(700, 3);
	assert_int_equal(feed->state, HT_FEED_LIVE);
}

/* What was set aside meanwhile is missing, whether the controller has looked at
 * it or not: it must not be LIVE for a moment, and fire.
 */
static void has_a_gap_up_to_what_was_set_aside(void **state)
{
	begin();
	give(1, 3);
	live(700, 2);
	live(702, 3);
	give(4, 1);
	assert_int_equal(finish(700, 702), HT_RECOVER_DONE);
	assert_int_equal(feed->tail, 705);
	give(700, 2);
	assert_int_equal(feed->state, HT_FEED_GAP);
	give(702, 3);
	assert_int_equal(feed->state, HT_FEED_LIVE);
}

static void has_a_gap_up_to_a_heartbeat(void **state)
{
	begin();
	give(1, 3);
	build(705, 0);
	native_packet(packet.data, packet.len);
	assert_int_equal(finish(700, 0), HT_RECOVER_DONE);
	assert_int_equal(feed->state, HT_FEED_GAP);
	assert_int_equal(feed->tail, 705);
}

/* A snapshot may have more messages than the feed has had. */
static void what_is_given_is_no_tail(void **state)
{
	begin();
	give(1, 3);
	assert_int_equal(finish(2, 0), HT_RECOVER_DONE);
	assert_int_equal(feed->state, HT_FEED_LIVE);
}

/* All of it is one trouble, from the moment LIVE was left. */
static void is_timed_as_a_whole(void **state)
{
	uint64_t start = native_now_ns += 1000;

	live(1, 2);
	live(9, 1);
	native_now_ns += 1000;
	begin();
	native_now_ns += 1000;
	give(1, 3);
	finish(10, 11);
	native_now_ns += 1000;
	give(10, 1);
	assert_int_equal(feed->state, HT_FEED_LIVE);
	assert_int_equal(feed->gap_ns, start);
	assert_int_equal(feed->heal_ns, 3000);
}

static void after_bad(void **state)
{
	live(1, 2);
	build(3, 2);
	packet_count(&packet, 5);
	native_packet(packet.data, packet.len);
	assert_int_equal(feed->state, HT_FEED_BAD);
	give(3, 2);
	assert_int_equal(n->aside_state, 1);
	begin();
	give(1, 1);
	assert_int_equal(feed->expected, 2);
}

static void another_session_is_another_day(void **state)
{
	live(1, 2);
	native_feed.phase = HT_PHASE_MARKET;
	native_feed.mwcb_level = 1;
	begin();
	assert_int_equal(feed->phase, HT_PHASE_MARKET);
	assert_int_equal(feed->mwcb_level, 1);
	ask(HT_RECOVER_BEGIN, "OTHER00002", 0, 0);
	assert_string_equal(feed->session, "OTHER00002");
	assert_int_equal(feed->phase, HT_PHASE_CLOSED);
	assert_int_equal(feed->mwcb_level, 0);
}

/* A second session does not disturb the filling. */
static void foreign_packets_wait(void **state)
{
	begin();
	native_now_ns += 2 * HT_SESSION_SILENT_NS;
	build(1, 1);
	packet_session(&packet, "OTHER00002");
	native_packet(packet.data, packet.len);
	assert_int_equal(feed->state, HT_FEED_JOINING);
	finish(700, 0);
	build(1, 1);
	packet_session(&packet, "OTHER00002");
	native_packet(packet.data, packet.len);
	assert_int_equal(feed->state, HT_FEED_LIVE);
}

static void what_makes_no_sense_is_refused(void **state)
{
	live(1, 2);
	assert_int_equal(finish(3, 3), HT_RECOVER_WRONG);
	assert_int_equal(ask(7, COMPOSE_SESSION, 1, 1), HT_RECOVER_WRONG);
	assert_int_equal(feed->state, HT_FEED_LIVE);
	begin();
	assert_int_equal(finish(0, 3), HT_RECOVER_WRONG);
	assert_int_equal(feed->state, HT_FEED_JOINING);
}

static void a_corrupt_snapshot_is_bad(void **state)
{
	begin();
	build(1, 2);
	packet_count(&packet, 5);
	native_inject(packet.data, packet.len);
	assert_int_equal(feed->state, HT_FEED_BAD);
	assert_int_equal(finish(3, 3), HT_RECOVER_WRONG);
}

static int fresh(void **state)
{
	native_reset(NATIVE_ROOMY);
	return 0;
}

static int end(void **state)
{
	native_free();
	return 0;
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, fresh, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(only_what_is_given_is_applied),
		CASE(is_live_at_the_snapshots_sequence),
		CASE(has_a_gap_up_to_the_tail),
		CASE(has_a_gap_up_to_what_was_set_aside),
		CASE(has_a_gap_up_to_a_heartbeat),
		CASE(what_is_given_is_no_tail),
		CASE(is_timed_as_a_whole),
		CASE(after_bad),
		CASE(another_session_is_another_day),
		CASE(foreign_packets_wait),
		CASE(what_makes_no_sense_is_refused),
		CASE(a_corrupt_snapshot_is_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
