// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel against the native build: the same packets, good, mutated and
 * cut, through both, and every map is the same to the last byte.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "flow.h"
#include "program.h"
#include "rule.h"

enum { SYMBOLS = 40, WANTED = 8 };

static struct program program;
static struct packet packet;
static struct flow flow;
static uint8_t frame[FRAME_MAX];
static uint64_t random_state;
static uint32_t kernel_events;

static uint32_t below(uint32_t limit)
{
	return random_below(&random_state, limit);
}

static void both(const void *payload, uint32_t len)
{
	uint32_t frame_len = frame_build(frame, payload, len);

	native_packet(payload, len);
	assert_int_equal(program_run(&program, frame, frame_len), XDP_DROP);
}

/* The clocks differ, and only the program sees lines. */
static struct ht_feed timeless(const struct ht_feed *feed)
{
	struct ht_feed f = *feed;

	f.last_ns = 0;
	f.gap_ns = 0;
	memset(f.lines, 0, sizeof(f.lines));
	return f;
}

static void same_progress(void)
{
	struct ht_counters n = program_counters(&program);
	struct ht_feed native = timeless(&native_feed);
	struct ht_feed kernel = timeless(program.feed);

	assert_memory_equal(&n, &native_counters, sizeof(n));
	assert_memory_equal(&kernel, &native, sizeof(kernel));
	assert_memory_equal(program.book, &native_book, sizeof(native_book));
	assert_int_equal(exits_of(&n), n.frames);
}

static void same_triggers(void)
{
	struct ht_trigger kernel, native;
	uint32_t row;

	for (row = 0; row <= SYMBOLS; row++) {
		kernel = program.triggers[row];
		native = native_triggers[row];
		kernel.last_ns = native.last_ns = 0;
		assert_memory_equal(&kernel, &native, sizeof(kernel));
	}
}

/* The name on the watch list, "WATCH_0 " and so on. */
static const char *wanted_name(uint32_t i)
{
	static char name[ITCH_STOCK_LEN + 1] = "WATCH_0 ";

	name[6] = (char)('0' + i);
	return name;
}

static void same_watch_list(void)
{
	struct ht_kept kernel = program_kept(&program);
	uint32_t i;

	assert_memory_equal(&kernel, &native_kept, sizeof(kernel));
	for (i = 0; cfg_watch_list && i < WANTED; i++) {
		const char *name = wanted_name(i);

		assert_int_equal(program_wanted(&program, name),
				 *wanted_find((const void *)name));
	}
}

static void same_maps(void)
{
#define SAME(member, map, count)					\
	assert_memory_equal(program.member, map,			\
			    (count) * sizeof(*program.member))
	SAME(symbols, native_symbols, HT_LOCATES);
	SAME(tops, native_tops, HT_LOCATES);
	SAME(watches, native_watches, HT_LOCATES);
	SAME(orders->bucket, native_orders->bucket,
	     program.size.order_slots / HT_BUCKET_ORDERS);
	SAME(levels->row, native_levels->row, program.size.level_slots);
#undef SAME
	same_triggers();
	same_watch_list();
}

static int same_event(void *context, void *data, size_t len)
{
	struct ht_event native = native_event[kernel_events++];
	struct ht_event kernel;

	assert_int_equal(len, sizeof(kernel));
	memcpy(&kernel, data, len);
	kernel.entry_ns = native.entry_ns = 0;
	assert_memory_equal(&kernel, &native, sizeof(kernel));
	return 0;
}

static void same_events(void)
{
	program_events(&program, same_event);
	assert_int_equal(kernel_events, native_events);
}

/* Any type, any content: most of it makes little sense. */
static struct msg noise(void)
{
	static const char types[] = "SRHYLVKJhPQBINO?";
	char type = types[below(sizeof(types) - 1)];
	struct msg m = msg_of(type, (uint16_t)(1 + below(SYMBOLS)));
	uint32_t i;

	if (type == 'S')
		return msg_event("QQQQQOSMEC"[below(10)]);
	if (type == 'H')
		return msg_trading((uint16_t)(1 + below(SYMBOLS)),
				   "TTTTTHPQ"[below(8)]);
	if (type == '?')
		m.len = (uint16_t)below(ITCH_MAX_LEN);
	for (i = 11; i < m.len; i++)
		m.byte[i] = (uint8_t)(below(3) ? below(256) : 'T');
	if (type == 'R')
		m.byte[29] = 'P';
	return m;
}

/* Mostly next in sequence; at times a repeat, an overlap or a hole. */
static uint64_t some_sequence(void)
{
	uint64_t expected = native_feed.expected;

	switch (below(20)) {
	case 0:
		return expected - 1 - below(3);
	case 1:
		return expected + 1 + below(3);
	case 2:
		return native_feed.tail;
	default:
		return expected;
	}
}

/* Of one to a few messages, or of several batches. */
static void some_packet(void)
{
	uint32_t messages = below(4) ? below(12) : below(400);
	uint32_t i;

	packet_begin(&packet, some_sequence());
	for (i = 0; i < messages; i++) {
		if (below(60) == 0)
			packet_block(&packet, "", 0);
		else
			packet_add(&packet, below(8) ? flow_next(&flow)
						     : noise());
	}
	if (!messages && below(10) == 0)
		packet_count(&packet, MOLD_END_OF_SESSION);
}

/* Bytes change, or the end is missing, or there is more than there should be. */
static uint32_t mutate(uint32_t len)
{
	uint32_t i, changes = 1 + below(4);

	switch (below(4)) {
	case 0:
		return below(len + 1);
	case 1:
		return len + 1 + below(3);
	default:
		for (i = 0; i < changes; i++)
			packet.data[below(len)] = (uint8_t)below(256);
		return len;
	}
}

/* A feed that went BAD or ENDED would drop all that follows, and symbols that
 * are BAD or halted would never fire.
 */
static void revive(struct ht_feed *feed, struct ht_symbol *symbols,
		   struct ht_top *tops)
{
	uint32_t locate;

	feed->state = HT_FEED_LIVE;
	feed->phase = HT_PHASE_MARKET;
	feed->mwcb_level = 0;
	feed->tail = feed->expected;
	feed->end = 0;
	memcpy(feed->session, COMPOSE_SESSION, MOLD_SESSION_LEN);
	for (locate = 1; locate <= SYMBOLS; locate++) {
		symbols[locate].state = HT_SYMBOL_TRADING;
		symbols[locate].nasdaq_halt = HT_NO;
		tops[locate].book = HT_BOOK_OK;
	}
}

static void revive_both(void)
{
	if (native_feed.state != HT_FEED_BAD &&
	    native_feed.state != HT_FEED_ENDED && below(20))
		return;
	revive(&native_feed, native_symbols, native_tops);
	revive(program.feed, program.symbols, program.tops);
}

static void install_triggers(void)
{
	uint16_t locate;

	native_gate = (struct ht_gate){
		.heartbeat_ns = 1, .heartbeat_max_ns = UINT64_MAX,
	};
	*program.gate = native_gate;
	for (locate = 1; locate <= SYMBOLS; locate++) {
		enum ht_feature feature = 1 + locate % (HT_F_MAX - 1);
		struct ht_trigger t = rule_one(locate, feature,
					       locate % 3 ? HT_GE : HT_LE,
					       locate % 2 ? 500 : 1000000);

		rule_install(locate, t);
	}
	memcpy(program.triggers, native_triggers, sizeof(native_triggers));
	memcpy(program.watches, native_watches, sizeof(native_watches));
}

/* The directory names a symbol that is wanted. */
static void name_wanted(uint32_t i)
{
	packet_begin(&packet, native_feed.expected);
	packet_add(&packet, msg_directory((uint16_t)(5 * (i + 1)),
					  wanted_name(i), 'P'));
	both(packet.data, packet.len);
}

static void some_packets(uint32_t packets, uint32_t mutated_per_mille)
{
	uint32_t i, len;

	for (i = 0; i < packets; i++) {
		some_packet();
		len = packet.len;
		if (below(1000) < mutated_per_mille)
			len = mutate(len);
		both(packet.data, len);
		same_progress();
		if (i % 16 == 0)
			same_events();
		if (i % 500 == 0)
			same_maps();
		revive_both();
	}
	same_events();
	same_maps();
}

static void run(uint32_t packets, uint32_t mutated_per_mille,
		struct flow_shape shape)
{
	shape.locates = SYMBOLS;
	flow_init(&flow, random_state, shape);
	install_triggers();
	some_packets(packets, mutated_per_mille);
	print_message("%llu messages, %u fires\n",
		      (unsigned long long)native_counters.messages,
		      native_events);
	assert_true(native_events > 20);
}

static void good_packets(void **state)
{
	run(3000, 0, (struct flow_shape){
		.live = 3000, .fine_per_mille = 100 });
}

static void messages_that_cannot_be(void **state)
{
	run(2000, 0, (struct flow_shape){
		.live = 2000, .fine_per_mille = 300, .bad_per_mille = 100 });
}

static void mutated_packets(void **state)
{
	run(6000, 500, (struct flow_shape){
		.live = 2000, .fine_per_mille = 300, .bad_per_mille = 20 });
}

/* All tables overflow. */
static void wide_books(void **state)
{
	run(1500, 50, (struct flow_shape){
		.live = 60000, .middle_px = 1000000000, .width = 999999999,
		.fine_per_mille = 500 });
	assert_true(native_counters.levels_full + native_counters.orders_full);
}

/* Eight of forty are wanted; their names come later than their orders. */
static void watched_symbols(void **state)
{
	uint32_t i;

	flow_init(&flow, random_state, (struct flow_shape){
		.locates = SYMBOLS, .live = 3000, .fine_per_mille = 100,
		.bad_per_mille = 20 });
	install_triggers();
	for (i = 0; i < WANTED; i++) {
		native_want(wanted_name(i));
		assert_int_equal(program_want(&program, wanted_name(i)), 0);
	}
	for (i = 0; i < WANTED; i++) {
		some_packets(200, 50);
		name_wanted(i);
	}
	some_packets(500, 50);
	print_message("%llu of %llu messages unwatched, %u fires\n",
		      (unsigned long long)native_counters.unwatched,
		      (unsigned long long)native_counters.messages,
		      native_events);
	assert_true(native_events);
}

static int fresh(void **state)
{
	native_reset(program.size);
	program_reset(&program);
	kernel_events = 0;
	return 0;
}

static int seeded(void **state)
{
	const char *given = getenv("SEED");

	random_state = given ? strtoull(given, NULL, 10)
			     : (uint64_t)time(NULL);
	print_message("SEED=%llu\n", (unsigned long long)random_state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(good_packets, fresh),
		cmocka_unit_test_setup(messages_that_cannot_be, fresh),
		cmocka_unit_test_setup(mutated_packets, fresh),
		cmocka_unit_test_setup(wide_books, fresh),
	};
	const struct CMUnitTest watching[] = {
		cmocka_unit_test_setup(watched_symbols, fresh),
	};
	int err = program_load(&program, NATIVE_ROOMY);

	if (err == -EPERM || err == -EACCES) {
		puts("BPF_PROG_TEST_RUN needs root");
		return 77;
	}
	if (err)
		return 1;
	err = cmocka_run_group_tests(tests, seeded, NULL);
	program_unload(&program);
	if (program_load_watching(&program, NATIVE_ROOMY))
		return 1;
	err += cmocka_run_group_tests(watching, seeded, NULL);
	program_unload(&program);
	native_free();
	return err;
}
