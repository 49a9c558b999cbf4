// SPDX-License-Identifier: GPL-2.0
/*
 * Session, sequence, gaps and the arithmetic of the blocks.  Message s of the
 * session adds order s, so that what was applied, and how often, shows in the
 * book: twice would be a duplicate reference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "native.h"

static struct packet packet;

static const struct ht_counters *const n = &native_counters;
static const struct ht_feed *const feed = &native_feed;

static struct msg message(uint64_t seq)
{
	return msg_add(1, seq, 'B', 100, 1000000);
}

static void build(uint64_t seq, uint32_t count)
{
	uint32_t i;

	packet_begin(&packet, seq);
	for (i = 0; i < count; i++)
		packet_add(&packet, message(seq + i));
}

static void send(void)
{
	native_packet(packet.data, packet.len);
}

static void data(uint64_t seq, uint32_t count)
{
	build(seq, count);
	send();
}

static void heartbeat(uint64_t seq)
{
	build(seq, 0);
	send();
}

static void end_of_session(uint64_t seq)
{
	build(seq, 0);
	packet_count(&packet, MOLD_END_OF_SESSION);
	send();
}

/* Messages 1 to before - 1 are in the book, each once. */
static void stands_at(enum ht_feed_state state, uint64_t before)
{
	assert_int_equal(feed->state, state);
	assert_int_equal(feed->expected, before);
	assert_int_equal(native_book.orders, before - 1);
	assert_int_equal(n->duplicate_ref, 0);
}

static void starts_at_one(void **state)
{
	assert_int_equal(feed->state, HT_FEED_WAITING);
	data(1, 3);
	stands_at(HT_FEED_LIVE, 4);
	assert_int_equal(feed->tail, 4);
	assert_string_equal(feed->session, COMPOSE_SESSION);
	assert_int_equal(n->packets, 1);
	assert_int_equal(n->messages, 3);
	assert_int_equal(n->bytes, 3 * 38);
}

static void joins_late(void **state)
{
	data(501, 2);
	stands_at(HT_FEED_GAP, 1);
	assert_int_equal(feed->tail, 503);
	assert_int_equal(n->missed, 500);
	assert_int_equal(n->aside_ahead, 1);
	assert_int_equal(feed->gaps, 1);
	assert_int_equal(feed->gap_ns, native_now_ns);
}

static void joins_late_by_a_heartbeat(void **state)
{
	heartbeat(42);
	stands_at(HT_FEED_GAP, 1);
	assert_int_equal(n->missed, 41);
}

/* From the moment it stopped being LIVE until nothing was missing. */
static void a_gap_is_timed(void **state)
{
	data(1, 2);
	data(5, 2);
	native_now_ns += 1000;
	data(7, 1);
	data(3, 3);
	stands_at(HT_FEED_GAP, 6);
	native_now_ns += 500;
	data(6, 2);
	stands_at(HT_FEED_LIVE, 8);
	assert_int_equal(feed->healed, 1);
	assert_int_equal(feed->heal_ns, 1500);
	data(9, 1);
	data(8, 2);
	assert_int_equal(feed->healed, 2);
	assert_int_equal(feed->heal_ns, 0);
	assert_int_equal(feed->heal_worst_ns, 1500);
}

/* No session counts from 0: there is nothing new in it, but it was heard. */
static void joins_with_what_is_known(void **state)
{
	data(0, 1);
	stands_at(HT_FEED_LIVE, 1);
	assert_int_equal(n->drop_duplicate, 1);
}

/* The loader leaves expected 0 for a capture: it starts where it starts. */
static void capture_starts_anywhere(void **state)
{
	native_feed.expected = 0;
	data(14757721, 2);
	assert_int_equal(feed->state, HT_FEED_LIVE);
	assert_int_equal(feed->expected, 14757723);
	assert_int_equal(n->missed, 0);
}

static void duplicates_are_dropped(void **state)
{
	data(1, 5);
	data(1, 5);
	data(2, 3);
	data(5, 1);
	stands_at(HT_FEED_LIVE, 6);
	assert_int_equal(n->drop_duplicate, 3);
}

/* The other line packs its messages differently. */
static void overlap_applies_the_rest(void **state)
{
	data(1, 5);
	data(3, 6);
	stands_at(HT_FEED_LIVE, 9);
	assert_int_equal(n->overlap, 3);
	assert_int_equal(n->messages, 8);
	data(8, 2);
	stands_at(HT_FEED_LIVE, 10);
	assert_int_equal(n->overlap, 4);
}

static void gap_and_its_filling(void **state)
{
	data(1, 2);
	data(5, 2);
	stands_at(HT_FEED_GAP, 3);
	assert_int_equal(n->missed, 2);
	data(7, 1);
	stands_at(HT_FEED_GAP, 3);
	assert_int_equal(n->missed, 2);
	assert_int_equal(feed->tail, 8);
	data(3, 2);
	stands_at(HT_FEED_GAP, 5);
	data(5, 2);
	stands_at(HT_FEED_GAP, 7);
	data(7, 1);
	stands_at(HT_FEED_LIVE, 8);
	assert_int_equal(feed->gaps, 1);
	assert_int_equal(n->aside_ahead, 2);
	assert_int_equal(n->drop_duplicate, 0);
}

static void second_hole_behind_the_first(void **state)
{
	data(1, 1);
	data(3, 1);
	data(10, 1);
	assert_int_equal(n->missed, 1 + 6);
	assert_int_equal(feed->gaps, 1);
	data(2, 9);
	stands_at(HT_FEED_LIVE, 11);
}

static void heartbeats(void **state)
{
	heartbeat(1);
	stands_at(HT_FEED_LIVE, 1);
	data(1, 2);
	heartbeat(3);
	heartbeat(2);
	stands_at(HT_FEED_LIVE, 3);
	heartbeat(6);
	stands_at(HT_FEED_GAP, 3);
	assert_int_equal(n->missed, 3);
	data(3, 3);
	stands_at(HT_FEED_LIVE, 6);
	assert_int_equal(n->heartbeats, 4);
}

static void heartbeat_with_bytes_behind(void **state)
{
	build(1, 3);
	packet_count(&packet, MOLD_HEARTBEAT);
	send();
	stands_at(HT_FEED_LIVE, 1);
}

static void end_of_the_session(void **state)
{
	data(1, 2);
	end_of_session(3);
	stands_at(HT_FEED_ENDED, 3);
	end_of_session(3);
	heartbeat(3);
	stands_at(HT_FEED_ENDED, 3);
	assert_int_equal(n->session_ends, 2);
	data(1, 2);
	stands_at(HT_FEED_ENDED, 3);
	assert_int_equal(n->drop_duplicate, 1);
}

/* What goes on has not ended: a forged end would leave us deaf. */
static void messages_behind_the_end(void **state)
{
	data(1, 2);
	end_of_session(3);
	stands_at(HT_FEED_ENDED, 3);
	data(3, 1);
	stands_at(HT_FEED_LIVE, 4);
	assert_int_equal(n->ends_refuted, 1);
	end_of_session(4);
	stands_at(HT_FEED_ENDED, 4);
	data(6, 1);
	stands_at(HT_FEED_GAP, 4);
	data(4, 3);
	stands_at(HT_FEED_LIVE, 7);
	assert_int_equal(n->ends_refuted, 2);
}

static void end_beyond_the_tail(void **state)
{
	data(1, 2);
	end_of_session(5);
	stands_at(HT_FEED_GAP, 3);
	assert_int_equal(n->missed, 2);
	data(3, 2);
	stands_at(HT_FEED_ENDED, 5);
}

/* An end that was overtaken ends nothing. */
static void end_behind_the_tail(void **state)
{
	data(1, 4);
	end_of_session(3);
	stands_at(HT_FEED_LIVE, 5);
	data(5, 1);
	stands_at(HT_FEED_LIVE, 6);
	assert_int_equal(n->session_ends, 1);
}

/* No session counts past 2^64. */
static void sequence_wraps(void **state)
{
	data(1, 2);
	data(UINT64_MAX - 1, 10);
	stands_at(HT_FEED_BAD, 3);
	assert_int_equal(n->corrupt, 1);
	assert_int_equal(n->missed, 0);
}

static void foreign(uint64_t seq, uint32_t count)
{
	build(seq, count);
	packet_session(&packet, "TESTING002");
	send();
}

/* While ours lives nobody can talk us out of it. */
static void other_session(void **state)
{
	data(1, 2);
	foreign(3, 1);
	foreign(900, 0);
	stands_at(HT_FEED_LIVE, 3);
	assert_int_equal(feed->tail, 3);
	assert_int_equal(n->aside_session, 2);
	native_now_ns += HT_SESSION_SILENT_NS;
	foreign(3, 1);
	stands_at(HT_FEED_LIVE, 3);
	data(3, 1);
	stands_at(HT_FEED_LIVE, 4);
}

static void other_session_after_silence(void **state)
{
	data(1, 2);
	native_now_ns += HT_SESSION_SILENT_NS + 1;
	foreign(1, 1);
	stands_at(HT_FEED_BAD, 3);
	assert_int_equal(feed->gap_ns, native_now_ns);
	data(3, 1);
	heartbeat(3);
	end_of_session(3);
	stands_at(HT_FEED_BAD, 3);
	assert_int_equal(n->aside_state, 3);
}

static void other_session_after_the_end(void **state)
{
	data(1, 2);
	end_of_session(3);
	foreign(1, 1);
	stands_at(HT_FEED_BAD, 3);
}

/* All ten bytes count, the first as well as the last. */
static void session_in_every_byte(void **state)
{
	int i;

	for (i = 0; i < MOLD_SESSION_LEN; i++) {
		native_reset(NATIVE_ROOMY);
		data(1, 1);
		build(2, 0);
		packet.data[i] ^= 1;
		send();
		stands_at(HT_FEED_LIVE, 2);
		assert_int_equal(n->aside_session, 1);
	}
}

static void sequence_zero(void **state)
{
	build(0, 2);
	memcpy(packet.data + sizeof(struct mold_header) + MOLD_BLOCK_HEAD,
	       message(7).byte, 36);
	send();
	assert_int_equal(feed->expected, 2);
	assert_int_equal(n->overlap, 1);
	assert_int_equal(n->messages, 1);
}

/* The end of the sequence does not wrap around into the beginning. */
static void sequence_at_its_end(void **state)
{
	data(1, 2);
	build(UINT64_MAX, 2);
	send();
	assert_int_equal(feed->expected, 3);
	assert_int_equal(native_book.orders, 2);
}

/* -- the blocks ---------------------------------------------------------- */

static void is_corrupt(uint64_t expected)
{
	assert_int_equal(feed->state, HT_FEED_BAD);
	assert_int_equal(feed->expected, expected);
	assert_int_equal(n->corrupt, 1);
}

static void count_too_high(void **state)
{
	build(1, 3);
	packet_count(&packet, 4);
	send();
	is_corrupt(1);
}

static void count_too_low(void **state)
{
	build(1, 3);
	packet_count(&packet, 2);
	send();
	is_corrupt(1);
}

static void count_far_too_high(void **state)
{
	build(1, 3);
	packet_count(&packet, MOLD_END_OF_SESSION - 1);
	send();
	is_corrupt(1);
}

static void bytes_behind_the_last_block(void **state)
{
	build(1, 3);
	packet.data[packet.len++] = 0;
	send();
	is_corrupt(1);
}

static void block_longer_than_the_packet(void **state)
{
	build(1, 2);
	put_be16(packet.data + sizeof(struct mold_header) + 38, 37);
	send();
	is_corrupt(1);
	assert_int_equal(native_book.orders, 1);
}

static void block_of_the_greatest_length(void **state)
{
	build(1, 2);
	put_be16(packet.data + sizeof(struct mold_header), 65535);
	send();
	is_corrupt(1);
}

/* A short block leaves the next one to be read from the middle of this. */
static void block_shorter_than_its_message(void **state)
{
	build(1, 2);
	put_be16(packet.data + sizeof(struct mold_header), 35);
	send();
	is_corrupt(1);
	assert_int_equal(n->short_message, 1);
}

static void every_truncation_is_refused(void **state)
{
	uint32_t len;

	for (len = 0; len < sizeof(struct mold_header) + 3 * 38; len++) {
		native_reset(NATIVE_ROOMY);
		build(1, 3);
		native_packet(packet.data, len);
		if (len < sizeof(struct mold_header)) {
			assert_int_equal(n->drop_runt, 1);
			assert_int_equal(feed->state, HT_FEED_WAITING);
		} else {
			is_corrupt(1);
			/* what breaks off is not applied */
			assert_int_equal(native_book.orders,
					 (len - sizeof(struct mold_header)) /
						 38);
		}
		assert_int_equal(exits_of(n), 1);
	}
}

static void a_bad_feed_stays_bad(void **state)
{
	count_too_high(state);
	data(1, 3);
	is_corrupt(1);
	assert_int_equal(n->aside_state, 1);
}

/* -- large packets ------------------------------------------------------- */

static void messages_1024(void **state)
{
	data(1, 1024);
	stands_at(HT_FEED_LIVE, 1025);
}

static void messages_1700_fill_a_datagram(void **state)
{
	data(1, 1700);
	stands_at(HT_FEED_LIVE, 1701);
}

static void empty_messages(void **state)
{
	uint32_t i;

	packet_begin(&packet, 1);
	for (i = 0; i < 32000; i++)
		packet_block(&packet, "", 0);
	send();
	assert_int_equal(feed->state, HT_FEED_LIVE);
	assert_int_equal(feed->expected, 32001);
	assert_int_equal(n->empty, 32000);
	assert_int_equal(n->messages, 32000);
}

static void random_packets_leave_by_one_exit(void **state)
{
	uint64_t random = 20200130;
	uint32_t i, len;

	for (i = 0; i < 20000; i++) {
		if (feed->state == HT_FEED_BAD ||
		    random_below(&random, 50) == 0)
			native_reset(NATIVE_ROOMY);
		build(random_below(&random, 12), random_below(&random, 6));
		len = packet.len;
		if (random_below(&random, 20) == 0)
			len = random_below(&random, len + 1);
		if (random_below(&random, 20) == 0)
			packet.data[random_below(&random, packet.len)] ^=
				1 + random_below(&random, 255);
		native_packet(packet.data, len);
		assert_int_equal(exits_of(n), n->frames);
	}
}

static int fresh(void **state)
{
	native_reset(NATIVE_ROOMY);
	return 0;
}

/* Whatever a test sent, each frame left by exactly one exit. */
static int counted(void **state)
{
	assert_int_equal(exits_of(n), n->frames);
	native_free();
	return 0;
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, fresh, counted)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(starts_at_one),
		CASE(joins_late),
		CASE(joins_late_by_a_heartbeat),
		CASE(a_gap_is_timed),
		CASE(joins_with_what_is_known),
		CASE(capture_starts_anywhere),
		CASE(duplicates_are_dropped),
		CASE(overlap_applies_the_rest),
		CASE(gap_and_its_filling),
		CASE(second_hole_behind_the_first),
		CASE(heartbeats),
		CASE(heartbeat_with_bytes_behind),
		CASE(end_of_the_session),
		CASE(messages_behind_the_end),
		CASE(end_beyond_the_tail),
		CASE(end_behind_the_tail),
		CASE(sequence_wraps),
		CASE(other_session),
		CASE(other_session_after_silence),
		CASE(other_session_after_the_end),
		CASE(session_in_every_byte),
		CASE(sequence_zero),
		CASE(sequence_at_its_end),
		CASE(count_too_high),
		CASE(count_too_low),
		CASE(count_far_too_high),
		CASE(bytes_behind_the_last_block),
		CASE(block_longer_than_the_packet),
		CASE(block_of_the_greatest_length),
		CASE(block_shorter_than_its_message),
		CASE(every_truncation_is_refused),
		CASE(a_bad_feed_stays_bad),
		CASE(messages_1024),
		CASE(messages_1700_fill_a_datagram),
		CASE(empty_messages),
		CASE(random_packets_leave_by_one_exit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
