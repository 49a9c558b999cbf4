// SPDX-License-Identifier: GPL-2.0
/*
 * A packet's messages are looked at and then applied HT_BATCH at a time:
 * whatever lies at a batch's edge, the book is the one that the same messages
 * make one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "agree.h"
#include "flow.h"

enum { LOCATES = 12, MESSAGES_MOST = 1500 };

static const uint32_t sizes[] = { 1, 2, 63, 64, 65, 127, 128, 129, 192, 1000,
				  MESSAGES_MOST };
enum { SIZES = sizeof(sizes) / sizeof(*sizes) };

static const struct ht_counters *const n = &native_counters;
static const struct ht_feed *const feed = &native_feed;

static struct packet packet;
static struct flow flow;
static struct ref_book reference;
static uint64_t random_state;

/* One more message in the packet; the reference has it at once. */
static void say(struct msg m)
{
	packet_add(&packet, m);
	assert_true(ref_apply(&reference, m.byte, m.len) >= 0);
}

static void send(void)
{
	native_packet(packet.data, packet.len);
}

/* So many messages that change books. */
static void say_some(uint32_t messages)
{
	while (messages--)
		say(flow_next(&flow));
}

static void agrees(void)
{
	agree_tops(&reference, LOCATES + 1);
	agree_book(&reference);
	agree_counts(&reference);
}

static void start_flow(struct flow_shape shape)
{
	shape.locates = LOCATES;
	flow_init(&flow, random_state, shape);
}

/* -- sizes ----------------------------------------------------------------- */

static void packets_of_every_size(void **state)
{
	uint64_t messages = 0;
	uint32_t i;

	start_flow((struct flow_shape){ .fine_per_mille = 100 });
	for (i = 0; i < 3 * SIZES; i++) {
		packet_begin(&packet, feed->expected);
		say_some(sizes[i % SIZES]);
		send();
		agrees();
		messages += sizes[i % SIZES];
		assert_int_equal(n->messages, messages);
		assert_int_equal(feed->expected, messages + 1);
		assert_int_equal(feed->state, HT_FEED_LIVE);
	}
}

static void messages_that_cannot_be(void **state)
{
	uint32_t i;

	start_flow((struct flow_shape){ .fine_per_mille = 300,
					.bad_per_mille = 100 });
	for (i = 0; i < 3 * SIZES; i++) {
		packet_begin(&packet, feed->expected);
		say_some(sizes[i % SIZES]);
		send();
		agrees();
	}
	assert_int_equal(feed->state, HT_FEED_LIVE);
}

/* So few orders that nearly every message needs what one before it did. */
static void every_message_depends_on_others(void **state)
{
	uint32_t i;

	start_flow((struct flow_shape){ .live = 6, .width = 900,
					.fine_per_mille = 300,
					.bad_per_mille = 20 });
	for (i = 0; i < 300; i++) {
		packet_begin(&packet, feed->expected);
		say_some(1 + random_below(&random_state, 300));
		send();
		agrees();
	}
}

/* A top's sequence is that of its last change, in whatever batch. */
static void sequence_of_each_change(void **state)
{
	uint32_t i;

	packet_begin(&packet, 1);
	for (i = 1; i <= 200; i++)
		say(msg_add((uint16_t)i, i, 'B', 100, 1000000));
	send();
	for (i = 1; i <= 200; i++)
		assert_int_equal(native_tops[i].seq, i);
}

/* -- one order, several messages ------------------------------------------- */

static void added_and_deleted(void **state)
{
	uint64_t ref;

	packet_begin(&packet, 1);
	for (ref = 1; ref <= 50; ref++) {
		say(msg_add(1, ref, 'S', 100, 1000000));
		say(msg_delete(1, ref));
	}
	send();
	agrees();
	agree_empty();
}

/* While the packet is looked at there is neither order nor level. */
static void added_replaced_and_executed(void **state)
{
	uint64_t ref;

	packet_begin(&packet, 1);
	for (ref = 1; ref <= 60; ref += 3) {
		say(msg_add(1, ref, 'S', 100, 1000000 + (uint32_t)ref * 5000));
		say(msg_replace(1, ref, ref + 1, 70, 2000000));
		say(msg_executed(1, ref + 1, 70));
		say(msg_add(2, ref + 2, 'B', 10, 1000000));
	}
	send();
	agrees();
	assert_int_equal(native_symbols[1].trades, 20);
	assert_int_equal(native_symbols[1].last_px_e4, 2000000);
}

/* Ends where one batch does, and goes on in the next one. */
static void order_of_two_batches(void **state)
{
	uint32_t before;

	for (before = 60; before < 66; before++) {
		uint64_t ref = before * 100;
		uint32_t i;

		packet_begin(&packet, feed->expected);
		for (i = 0; i < before; i++)
			say(msg_add(2, 10000 * before + i, 'B', 10, 900000));
		say(msg_add(1, ref, 'S', 100, 1010000));
		say(msg_replace(1, ref, ref + 1, 70, 1020000));
		say(msg_cancel(1, ref + 1, 20));
		say(msg_executed_price(1, ref + 1, 10, 'Y', 1019000));
		send();
		agrees();
	}
}

static void chain_of_replacements(void **state)
{
	uint64_t ref;

	packet_begin(&packet, 1);
	say(msg_add(1, 1, 'S', 100, 1000000));
	for (ref = 1; ref < 300; ref++)
		say(msg_replace(1, ref, ref + 1, 100,
				1000000 + (uint32_t)(ref * 7919 % 50000)));
	send();
	agrees();
	assert_int_equal(native_book.orders, 1);
}

/* A reference that was a bid is an ask now, and another symbol's. */
static void reference_of_another_side(void **state)
{
	packet_begin(&packet, 1);
	say(msg_add(1, 7, 'B', 100, 1000000));
	send();
	packet_begin(&packet, 2);
	say(msg_delete(1, 7));
	say(msg_add(2, 7, 'S', 50, 1100000));
	say(msg_replace(2, 7, 8, 60, 1090000));
	say(msg_add(1, 7, 'S', 20, 1200000));
	say(msg_replace(1, 7, 9, 20, 1190000));
	send();
	agrees();
}

/* The slot that one message gives back is another level's two further on. */
static void slot_of_another_level(void **state)
{
	uint32_t i;

	packet_begin(&packet, 1);
	for (i = 0; i < 30; i++)
		say(msg_add(1, 1 + i, 'B', 100, 1000000 + i * 1000));
	send();
	packet_begin(&packet, feed->expected);
	for (i = 0; i < 30; i++) {
		say(msg_delete(1, 1 + i));
		say(msg_add(2, 101 + i, 'S', 100, 3000000 + i * 1000));
		say(msg_replace(2, 101 + i, 201 + i, 50, 2000000 - i * 1000));
	}
	send();
	agrees();
	assert_int_equal(native_book.levels, 30);
}

/* 0 is a free slot's key and all ones a lost one's: nobody's orders, whatever a
 * reference that fits in no key would make of its locate.
 */
static void references_of_no_order(void **state)
{
	static const uint64_t refs[] = { 0, UINT64_MAX, HT_REF_LIMIT + 1,
					 1ull << HT_LOCATE_SHIFT };
	static const uint64_t keys[] = { 0, HT_LOST, HT_LOST, 0 };
	enum { REFS = sizeof(refs) / sizeof(*refs) };
	uint32_t i;

	for (i = 0; i < REFS; i++) {
		uint32_t home = order_home(refs[i], cfg_order_mask);

		native_orders->bucket[home / HT_BUCKET_ORDERS]
			.order[home % HT_BUCKET_ORDERS].key = keys[i];
		packet_begin(&packet, feed->expected);
		say(msg_add(1, 5 + i, 'B', 100, 1000000));
		say(msg_delete(1, refs[i]));
		say(msg_cancel(1, refs[i], 10));
		say(msg_executed(1, refs[i], 10));
		say(msg_replace(1, refs[i], 9, 10, 1000000));
		say(msg_add(1, refs[i], 'S', 10, 1100000));
		say(msg_replace(1, 5 + i, refs[i], 10, 1000000));
		send();
		agrees();
	}
	assert_int_equal(n->unknown_ref, 4 * REFS);
	assert_int_equal(n->bad_value, 2 * REFS);
}

/* -- messages that are not about orders ------------------------------------ */

/* Any type, empty and unknown ones, longer ones: books do not mind. */
static void say_other(void)
{
	static const char types[] = "HYLVWKJhPQBINO";
	uint8_t longer[ITCH_MAX_LEN + 40] = {0};
	struct msg m = msg_of(types[random_below(&random_state,
						 sizeof(types) - 1)],
			      (uint16_t)(1 + random_below(&random_state,
							  LOCATES)));

	switch (random_below(&random_state, 4)) {
	case 0:
		packet_block(&packet, "", 0);
		break;
	case 1:
		packet_block(&packet, "?", 1);
		break;
	case 2:
		memcpy(longer, m.byte, m.len);
		packet_block(&packet, longer, sizeof(longer));
		break;
	default:
		say(m);
	}
}

static void others_between(void **state)
{
	uint32_t i, j;

	start_flow((struct flow_shape){ .fine_per_mille = 100 });
	for (i = 0; i < 100; i++) {
		packet_begin(&packet, feed->expected);
		for (j = random_below(&random_state, 700); j; j--) {
			if (random_below(&random_state, 3))
				say_some(1);
			else
				say_other();
		}
		send();
		agrees();
	}
	assert_int_equal(feed->state, HT_FEED_LIVE);
}

static struct msg hidden_trade(uint16_t locate, uint32_t px)
{
	struct msg m = msg_of('P', locate);

	put_be32(&((struct itch_trade *)m.byte)->shares, 1);
	put_be32(&((struct itch_trade *)m.byte)->price, px);
	return m;
}

/* Trades on and beside the book: the last one is the last. */
static void others_in_order(void **state)
{
	uint32_t before;

	for (before = 1; before < 130; before++) {
		uint32_t i;

		packet_begin(&packet, feed->expected);
		say(msg_event('O'));
		say(msg_trading(1, 'H'));
		say(msg_add(1, before, 'S', 2 * before, 1000000));
		for (i = 0; i < before; i++) {
			say(hidden_trade(1, 500 + i));
			say(msg_executed(1, before, 2));
		}
		say(hidden_trade(1, before));
		say(msg_event('Q'));
		say(msg_trading(1, 'T'));
		send();
		assert_int_equal(native_symbols[1].last_px_e4, before);
		assert_int_equal(native_symbols[1].state, HT_SYMBOL_TRADING);
		assert_int_equal(feed->phase, HT_PHASE_MARKET);
		agrees();
	}
}

/* Each message is counted once, as what it is. */
static void counters_add_up(void **state)
{
	uint64_t sum = 0;
	struct msg m;

	others_between(state);
	packet_begin(&packet, feed->expected);
	say_some(10);
	m = msg_delete(1, 7);
	packet_block(&packet, m.byte, m.len - 1);
	send();
#define X(type, name, len, what) sum += n->itch_##name;
	ITCH_MESSAGES(X)
#undef X
	assert_int_equal(n->short_message, 1);
	assert_int_equal(n->messages, sum + n->empty + n->unknown_type +
				      n->short_message);
}

/* The feed's time is that of its last message of a known type: not a zero, not
 * an older packet's, not what stands behind a message that has no time.
 */
static void time_of_the_last_message(void **state)
{
	struct msg late = msg_event('Q');
	uint64_t then = 0x0102030405ull;

	packet_begin(&packet, 1);
	say(msg_event('O'));
	say(msg_event('S'));
	send();
	put_be48(((struct itch_head *)late.byte)->timestamp, then);
	packet_begin(&packet, feed->expected);
	say(late);
	packet_block(&packet, "", 0);
	send();
	assert_int_equal(feed->itch_ns, then);
	packet_begin(&packet, feed->expected);
	packet_block(&packet, "?", 1);
	send();
	assert_int_equal(feed->itch_ns, then);
}

/* -- overlap --------------------------------------------------------------- */

/* A packet that repeats what is known and goes on. */
static void overlap(uint32_t known, uint32_t fresh)
{
	uint64_t start = feed->expected, skipped = n->overlap;

	packet_begin(&packet, start);
	say_some(known);
	send();
	agrees();
	say_some(fresh);
	send();
	agrees();
	assert_int_equal(n->overlap, skipped + known);
	assert_int_equal(feed->expected, start + known + fresh);
	assert_int_equal(feed->state, HT_FEED_LIVE);
}

static void overlaps_of_every_size(void **state)
{
	static const uint32_t news[] = { 1, 63, 64, 65, 200 };
	uint32_t i, j;

	start_flow((struct flow_shape){ .fine_per_mille = 100 });
	for (i = 0; i < SIZES; i++) {
		for (j = 0; j < sizeof(news) / sizeof(*news); j++)
			overlap(sizes[i], news[j]);
	}
	for (i = 66; i < 80; i++)
		overlap(i, 1 + i % 3);
}

static int fresh(void **state)
{
	native_reset(NATIVE_LARGE);
	ref_free(&reference);
	return ref_init(&reference);
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
		cmocka_unit_test_setup(packets_of_every_size, fresh),
		cmocka_unit_test_setup(messages_that_cannot_be, fresh),
		cmocka_unit_test_setup(every_message_depends_on_others, fresh),
		cmocka_unit_test_setup(sequence_of_each_change, fresh),
		cmocka_unit_test_setup(added_and_deleted, fresh),
		cmocka_unit_test_setup(added_replaced_and_executed, fresh),
		cmocka_unit_test_setup(order_of_two_batches, fresh),
		cmocka_unit_test_setup(chain_of_replacements, fresh),
		cmocka_unit_test_setup(reference_of_another_side, fresh),
		cmocka_unit_test_setup(slot_of_another_level, fresh),
		cmocka_unit_test_setup(references_of_no_order, fresh),
		cmocka_unit_test_setup(others_between, fresh),
		cmocka_unit_test_setup(others_in_order, fresh),
		cmocka_unit_test_setup(counters_add_up, fresh),
		cmocka_unit_test_setup(time_of_the_last_message, fresh),
		cmocka_unit_test_setup(overlaps_of_every_size, fresh),
	};

	return cmocka_run_group_tests(tests, seeded, done);
}
