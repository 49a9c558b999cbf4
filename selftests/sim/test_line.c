// SPDX-License-Identifier: GPL-2.0
/*
 * test_line - both lines carry the whole session, each in its own packets
 */
#include "listener.h"

static struct feed_options two_lines(uint32_t payload, uint32_t per_packet,
				     uint32_t payload_b, uint32_t per_packet_b)
{
	return (struct feed_options){ .line = {
		{ .payload = payload, .per_packet = per_packet },
		{ .payload = payload_b, .per_packet = per_packet_b },
	} };
}

static struct feed_options one_line(uint32_t per_packet)
{
	return two_lines(1472, per_packet, 0, 0);
}

/* All messages must come in order, and in packets of most messages. */
static uint32_t expect_all(struct listener *l, uint64_t last, uint32_t most)
{
	static struct heard h;
	uint64_t expected = 1;
	uint32_t packets = 0;

	for (; listener_next(l, &h); packets++) {
		assert_string_equal(h.session, "TEST000009");
		assert_int_equal(h.seq, expected);
		assert_in_range(h.count, 1, most);
		expect_messages(&h);
		expected += h.count;
	}
	assert_int_equal(expected, last + 1);
	return packets;
}

static void lines_are_framed_by_themselves(void **state)
{
	struct feed_options o = two_lines(1472, 10, 1472, 3);
	struct studio s;

	studio_open(&s, &o);
	studio_publish(&s, 100);
	assert_int_equal(s.feed.published, 100);
	studio_flush(&s);
	assert_int_equal(expect_all(&s.a, 100, 10), 10);
	assert_int_equal(expect_all(&s.b, 100, 3), 34);
	assert_int_equal(s.feed.published, 101);
	assert_int_equal(s.feed.line[0].counts.packets, 10);
	assert_int_equal(s.feed.line[1].counts.packets, 34);
	assert_int_equal(s.book.bad_messages + s.book.unknown_types, 100);
	studio_close(&s);
}

static void on_message(void *context, const uint8_t *message, uint32_t len)
{
	uint64_t *told = context;
	uint8_t expected[64];

	assert_int_equal(message_make(++*told, expected), len);
	assert_memory_equal(message, expected, len);
}

static void each_message_is_told_when_in_the_book(void **state)
{
	struct feed_options o = two_lines(1472, 10, 1472, 3);
	uint64_t told = 0;
	struct studio s;

	studio_open(&s, &o);
	s.feed.in_book = on_message;
	s.feed.in_book_context = &told;
	studio_publish(&s, 100);
	assert_int_equal(told + 1, s.feed.published);
	studio_flush(&s);
	assert_int_equal(told, 100);
	studio_close(&s);
}

/* No packet is longer than it may be, and none could hold one message more. */
static void packets_are_filled_to_their_size(void **state)
{
	struct feed_options o = two_lines(1472, 65534, 100, 65534);
	static struct heard h;
	struct studio s;
	uint8_t next[64];

	studio_open(&s, &o);
	assert_true(feed_fits(&s.feed, 78));
	assert_false(feed_fits(&s.feed, 79));
	studio_publish(&s, 300);
	while (listener_next(&s.b, &h)) {
		expect_messages(&h);
		assert_true(h.len <= 100);
		assert_true(h.len + 2 + message_make(h.seq + h.count, next) >
			    100);
	}
	assert_true(h.seq + h.count > 290);
	studio_close(&s);
}

static void the_second_line_lags(void **state)
{
	struct feed_options o = two_lines(1472, 1, 1472, 1);
	static struct heard h;
	struct studio s;
	uint64_t i;

	o.line[1].skew_ns = 50;
	studio_open(&s, &o);
	for (i = 1; i <= 4; i++, s.now += 20) {
		studio_publish(&s, i);
		studio_flush(&s);
	}
	assert_int_equal(expect_all(&s.a, 4, 1), 4);
	/* the last look was at NOW + 60: only the one of NOW was due */
	assert_true(listener_next(&s.b, &h));
	assert_int_equal(h.seq, 1);
	assert_false(listener_next(&s.b, &h));
	assert_int_equal(feed_due(&s.feed), NOW + 20 + 50);
	assert_int_equal(feed_send(&s.feed, NOW + 89), 0);
	assert_true(listener_next(&s.b, &h));
	assert_int_equal(h.seq, 2);
	assert_false(listener_next(&s.b, &h));
	assert_int_equal(feed_send(&s.feed, NOW + 500), 0);
	assert_true(listener_next(&s.b, &h));
	assert_true(listener_next(&s.b, &h));
	assert_int_equal(h.seq, 4);
	expect_messages(&h);
	assert_int_equal(feed_due(&s.feed), UINT64_MAX);
	studio_close(&s);
}

static void empty_packets_name_what_comes_next(void **state)
{
	struct feed_options o = two_lines(1472, 4, 1472, 3);
	static struct heard h;
	struct studio s;
	int line;

	studio_open(&s, &o);
	assert_int_equal(feed_empty(&s.feed, MOLD_HEARTBEAT, s.now), 0);
	studio_publish(&s, 12);
	studio_flush(&s);
	assert_int_equal(feed_empty(&s.feed, MOLD_END_OF_SESSION, s.now), 0);
	assert_int_equal(feed_send(&s.feed, s.now), 0);
	for (line = 0; line < 2; line++) {
		struct listener *l = line ? &s.b : &s.a;
		uint32_t packets = 0;

		assert_true(listener_next(l, &h));
		assert_int_equal(h.count, 0);
		assert_int_equal(h.seq, 1);
		assert_int_equal(h.len, 20);
		while (listener_next(l, &h))
			packets++;
		assert_int_equal(packets, line ? 5 : 4);
		assert_int_equal(h.count, 0xffff);
		assert_int_equal(h.seq, 13);
		assert_int_equal(h.len, 20);
		assert_int_equal(s.feed.line[line].counts.heartbeats, 1);
		assert_int_equal(s.feed.line[line].counts.ends, 1);
	}
	studio_close(&s);
}

static void a_session_begins_again(void **state)
{
	static const char *const names[] = {
		"TEST000010", "TEST000011", "TEST000012",
	};
	struct feed_options o = one_line(2);
	static struct heard h;
	struct studio s;
	uint32_t i;

	studio_open(&s, &o);
	studio_publish(&s, 9);
	studio_flush(&s);
	expect_all(&s.a, 9, 2);
	for (i = 0; i < 3; i++) {
		assert_int_equal(feed_restart(&s.feed), 0);
		assert_int_equal(s.feed.published, 1);
		assert_int_equal(s.feed.line[0].counts.packets, 0);
		studio_publish(&s, 2);
		studio_flush(&s);
		assert_true(listener_next(&s.a, &h));
		assert_string_equal(h.session, names[i]);
		assert_int_equal(h.seq, 1);
		expect_messages(&h);
		assert_int_equal(s.book.bad_messages + s.book.unknown_types, 2);
	}
	assert_int_equal(s.feed.sessions, 4);
	studio_close(&s);
}

/* Nothing is dropped that a line still needs; what nobody needs is. */
static void messages_are_kept_as_long_as_needed(void **state)
{
	struct feed_options o = two_lines(1472, 30, 1472, 1);
	uint64_t last = 5 * STORE_CHUNK;
	struct studio s;
	uint32_t len;

	o.line[1].skew_ns = 1000000;
	studio_open(&s, &o);
	studio_publish(&s, last);
	assert_non_null(store_get(&s.feed.store, 1, &len));
	s.now += 1000000;
	while (feed_due(&s.feed) <= s.now)
		assert_int_equal(feed_send(&s.feed, s.now), 0);
	studio_publish(&s, last + STORE_CHUNK);
	assert_null(store_get(&s.feed.store, 1, &len));
	assert_null(store_get(&s.feed.store, 0, &len));
	assert_non_null(store_get(&s.feed.store, last + 1, &len));
	assert_null(store_get(&s.feed.store, last + STORE_CHUNK + 1, &len));
	assert_true(s.feed.store.bytes < 3 * STORE_CHUNK * 64);
	studio_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_framed_by_themselves),
		cmocka_unit_test(each_message_is_told_when_in_the_book),
		cmocka_unit_test(packets_are_filled_to_their_size),
		cmocka_unit_test(the_second_line_lags),
		cmocka_unit_test(empty_packets_name_what_comes_next),
		cmocka_unit_test(a_session_begins_again),
		cmocka_unit_test(messages_are_kept_as_long_as_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
