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
#include "mutate.h"
#include "rule.h"
#include "twin.h"

enum {
	SYMBOLS = 40,
	WANTED = 8,
	/* bytes of the longest headers: Ethernet, two tags, IP, UDP */
	FIRST_LEAST = 14 + 2 * 4 + 60 + 8,
};

static struct program program;
static struct packet packet;
static struct flow flow;
static uint8_t frame[FRAME_MAX];
static uint32_t frame_len;
static uint64_t random_state;

static uint32_t below(uint32_t limit)
{
	return random_below(&random_state, limit);
}

/* On the feed's line, with no more around it than must be. */
static void both(const void *payload, uint32_t len)
{
	const struct wrap bare = {0};

	frame_len = twin_frame(frame, &bare, payload, len);
	assert_int_equal(twin_run(&program, frame, frame_len), XDP_DROP);
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
	uint32_t i;

	for (i = 0; cfg_watch_list && i < WANTED; i++) {
		const char *name = wanted_name(i);

		assert_int_equal(program_wanted(&program, name),
				 *wanted_find((const void *)name));
	}
}

static void same_maps(void)
{
	twin_same_maps(&program);
	same_watch_list();
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

	const struct allow_maps here = native_allow();
	const struct allow_maps there = {
		.gate = program.gate,
		.limits = program.limits,
		.rules = program.rules,
		.account = program.account,
		.exposures = program.exposures,
	};

	allow_all(&here, 1);
	allow_all(&there, 1);
	native_gate.heartbeat_max_ns = UINT64_MAX;
	program.gate->heartbeat_max_ns = UINT64_MAX;
	for (locate = 1; locate <= SYMBOLS; locate++) {
		enum ht_feature feature = 1 + locate % (HT_F_MAX - 1);
		struct ht_trigger t = rule_one(locate, feature,
					       locate % 3 ? HT_GE : HT_LE,
					       locate % 2 ? 500 : 1000000);

		rule_install(locate, t);
		allow_symbol(&here, native_symbols, locate, 1000000);
		allow_symbol(&there, program.symbols, locate, 1000000);
	}
	memcpy(program.triggers, native_triggers, sizeof(native_triggers));
	memcpy(program.watches, native_watches, sizeof(native_watches));
}

/* To the second line, or from the one sender that is now let in. */
static void frame_address(const struct wrap *w)
{
	struct ht_line *native = native_feed.lines;

	if (below(3) == 0)
		put_be32(frame + wrap_ip(w) + 16, FRAME_GROUP + 1);
	if (below(100))
		return;
	put_be32(native[below(HT_LINES)].source,
		 below(2) ? 0 : FRAME_SOURCE + below(2));
	memcpy(program.feed->lines, native, sizeof(native_feed.lines));
}

static void some_frame(void)
{
	const struct wrap w = wrap_at(below(4) ? below(4) : below(WRAPS));
	uint32_t what = below(8), len;

	some_packet();
	len = packet.len;
	if (what < 3)
		len = mutate_payload(packet.data, len, &random_state);
	frame_len = twin_frame(frame, &w, packet.data, len);
	frame_address(&w);
	if (below(2))
		wrap_check(frame, &w);
	if (what >= 2 && what < 7)
		frame_len = mutate_frame(frame, frame_len, &w, &random_state);
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
			len = mutate_payload(packet.data, len, &random_state);
		both(packet.data, len);
		if (i % 16 == 0)
			twin_same_events(&program);
		if (i % 500 == 0)
			same_maps();
		revive_both();
	}
	twin_same_events(&program);
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

static uint32_t frames_wanted(uint32_t usual)
{
	const char *given = getenv("FRAMES");

	return given ? (uint32_t)strtoul(given, NULL, 10) : usual;
}

/* A repeated packet is dropped before its checksum is looked at, but only when
 * its MoldUDP64 header is at hand (mold_is_known).
 */
static uint32_t first_least(void)
{
	return FIRST_LEAST +
	       (cfg_verify_checksum ? sizeof(struct mold_header) : 0);
}

/* FRAMES=1000000: so many of them. */
static void mutated_frames(void **state)
{
	uint32_t i, frames = frames_wanted(6000);

	put_be32(native_feed.lines[1].group, FRAME_GROUP + 1);
	native_feed.lines[1].port = FRAME_PORT;
	memcpy(program.feed->lines, native_feed.lines,
	       sizeof(native_feed.lines));
	flow_init(&flow, random_state, (struct flow_shape){
		.locates = SYMBOLS, .live = 2000, .fine_per_mille = 300,
		.bad_per_mille = 20 });
	install_triggers();
	for (i = 0; i < frames; i++) {
		some_frame();
		program.first = below(2) ? 0 : first_least() + below(300);
		twin_run(&program, frame, frame_len);
		if (i % 16 == 0)
			twin_same_events(&program);
		if (i % 500 == 0)
			same_maps();
		revive_both();
	}
	twin_same_events(&program);
	same_maps();
	print_message("%u frames, %llu applied, %llu messages\n", frames,
		      (unsigned long long)native_counters.packets,
		      (unsigned long long)native_counters.messages);
	assert_true(native_counters.packets > frames / 20);
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
	twin_reset(&program);
	program.first = 0;
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
		cmocka_unit_test_setup(mutated_frames, fresh),
		cmocka_unit_test_setup(wide_books, fresh),
	};
	const struct CMUnitTest verifying[] = {
		cmocka_unit_test_setup(mutated_frames, fresh),
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
	if (twin_load(&program, true))
		return 1;
	err += cmocka_run_group_tests(verifying, seeded, NULL);
	program_unload(&program);
	native_free();
	return err;
}
