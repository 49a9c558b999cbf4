// SPDX-License-Identifier: GPL-2.0
/*
 * A block that cannot be, in any batch and at its edges: what came before it
 * is on the book, what comes after is not, and the feed is BAD, counted once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "agree.h"
#include "flow.h"

enum { LOCATES = 12 };

static const uint32_t places[] = { 0, 1, 7, 8, 62, 63, 64, 65, 71, 72, 73, 127,
				   128, 129, 191, 192, 200, 999 };
enum { PLACES = sizeof(places) / sizeof(*places) };

static const struct ht_counters *const n = &native_counters;
static const struct ht_feed *const feed = &native_feed;

static struct packet packet;
static struct flow flow;
static struct ref_book reference;
static uint64_t random_state;

static void start(void)
{
	native_reset(NATIVE_LARGE);
	ref_free(&reference);
	assert_int_equal(ref_init(&reference), 0);
	flow_init(&flow, random_next(&random_state), (struct flow_shape){
		.locates = LOCATES, .live = 50, .fine_per_mille = 100 });
	packet_begin(&packet, 1);
}

static void say_some(uint32_t messages)
{
	struct msg m;

	while (messages--) {
		m = flow_next(&flow);
		packet_add(&packet, m);
		assert_true(ref_apply(&reference, m.byte, m.len) >= 0);
	}
}

/* Good messages that must not be applied. */
static void say_unheard(uint32_t messages)
{
	while (messages--)
		packet_add(&packet, msg_add(1, 1 + messages, 'B', 100, 100));
}

static void send(void)
{
	native_packet(packet.data, packet.len);
}

/* So many messages walked; the book is the reference's; all is over. */
static void ended_at(uint32_t messages)
{
	agree_tops(&reference, LOCATES);
	agree_book(&reference);
	assert_int_equal(n->messages, messages);
	assert_int_equal(n->corrupt, 1);
	assert_int_equal(n->packets, 0);
	assert_int_equal(feed->expected, 1);
	assert_int_equal(feed->state, HT_FEED_BAD);
	native_message(msg_add(1, 1, 'B', 100, 100));
	assert_int_equal(n->aside_state, 1);
	assert_int_equal(n->messages, messages);
	assert_int_equal(exits_of(n), n->frames);
}

/* A length that leads beyond the packet. */
static void block_too_long(void **state)
{
	uint32_t i, at;

	for (i = 0; i < PLACES; i++) {
		start();
		say_some(places[i]);
		at = packet.len;
		say_unheard(100);
		put_be16(packet.data + at, (uint16_t)(packet.len - at - 1));
		send();
		ended_at(places[i]);
	}
}

/* Of the last block's length there is one byte. */
static void length_cut_off(void **state)
{
	uint32_t i;

	for (i = 0; i < PLACES; i++) {
		start();
		say_some(places[i]);
		packet_block(&packet, "", 0);
		packet.len--;
		send();
		ended_at(places[i]);
	}
}

/* The header counts one block more than there are. */
static void block_missing(void **state)
{
	uint32_t i;

	for (i = 0; i < PLACES; i++) {
		start();
		say_some(places[i]);
		packet_count(&packet, (uint16_t)(places[i] + 1));
		send();
		ended_at(places[i]);
	}
}

/* The header counts fewer blocks than there are: those are applied. */
static void bytes_left_behind(void **state)
{
	uint32_t i;

	for (i = 1; i < PLACES; i++) {
		start();
		say_some(places[i]);
		packet_block(&packet, "?", 1);
		packet_count(&packet, (uint16_t)places[i]);
		send();
		ended_at(places[i]);
	}
}

static void short_message(void **state)
{
	struct msg m;
	uint32_t i;

	for (i = 0; i < PLACES; i++) {
		start();
		say_some(places[i]);
		m = flow_next(&flow);
		packet_block(&packet, m.byte, m.len - 1);
		say_unheard(100);
		send();
		assert_int_equal(n->short_message, 1);
		ended_at(places[i] + 1);
	}
}

/* An order of locate 0 is nobody's. */
static void order_of_no_symbol(void **state)
{
	uint32_t i;

	for (i = 0; i < PLACES; i++) {
		start();
		say_some(places[i]);
		packet_add(&packet, msg_delete(0, 1));
		say_unheard(100);
		send();
		assert_int_equal(n->bad_value, 1);
		ended_at(places[i] + 1);
	}
}

/* In the part that an earlier packet had: nothing new is applied. */
static void in_what_is_known(void **state)
{
	uint32_t i, at;

	for (i = 1; i < PLACES; i++) {
		start();
		say_some(places[i] - 1);
		at = packet.len;
		say_some(1);
		send();
		assert_int_equal(feed->state, HT_FEED_LIVE);
		say_unheard(100);
		put_be16(packet.data + at, UINT16_MAX);
		send();
		agree_tops(&reference, LOCATES);
		agree_book(&reference);
		assert_int_equal(n->messages, places[i]);
		assert_int_equal(n->corrupt, 1);
		assert_int_equal(feed->expected, places[i] + 1);
		assert_int_equal(feed->state, HT_FEED_BAD);
	}
}

/* Behind it: of the new messages those before the bad one are applied. */
static void behind_what_is_known(void **state)
{
	uint32_t i;

	for (i = 1; i < PLACES; i++) {
		start();
		say_some(places[i]);
		send();
		say_some(70);
		packet_add(&packet, msg_delete(0, 1));
		say_unheard(100);
		send();
		agree_tops(&reference, LOCATES);
		agree_book(&reference);
		assert_int_equal(n->messages, places[i] + 71);
		assert_int_equal(n->overlap, places[i]);
		assert_int_equal(n->corrupt, 1);
		assert_int_equal(feed->state, HT_FEED_BAD);
	}
}

static int seeded(void **state)
{
	const char *given = getenv("SEED");

	random_state = given ? strtoull(given, NULL, 10)
			     : (uint64_t)time(NULL);
	print_message("SEED=%llu\n", (unsigned long long)random_state);
	return 0;
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
		cmocka_unit_test(block_too_long),
		cmocka_unit_test(length_cut_off),
		cmocka_unit_test(block_missing),
		cmocka_unit_test(bytes_left_behind),
		cmocka_unit_test(short_message),
		cmocka_unit_test(order_of_no_symbol),
		cmocka_unit_test(in_what_is_known),
		cmocka_unit_test(behind_what_is_known),
	};

	return cmocka_run_group_tests(tests, seeded, done);
}
