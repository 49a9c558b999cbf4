// SPDX-License-Identifier: GPL-2.0
/*
 * The whole XDP program by BPF_PROG_TEST_RUN: frames in several buffers, real
 * messages, and the events that leave.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "program.h"
#include "rule.h"
#include "vectors.h"

static struct program program;
static struct packet packet;
static uint8_t frame[FRAME_MAX];
static uint32_t frame_len;

static void message_frame(struct msg m)
{
	packet_begin(&packet, program.feed->expected);
	packet_add(&packet, m);
	frame_len = frame_build(frame, packet.data, packet.len);
}

/* A good frame: one order on symbol 1. */
static void good_frame(void)
{
	message_frame(msg_add(1, 7, 'B', 300, 1000000));
}

static void run(void)
{
	assert_int_equal(program_run(&program, frame, frame_len), XDP_DROP);
}

static void messages_1024_in_several_buffers(void **state)
{
	uint32_t i;

	packet_begin(&packet, 1);
	for (i = 0; i < 1024; i++)
		packet_add(&packet, msg_event("OSQ"[i % 3]));
	frame_len = frame_build(frame, packet.data, packet.len);
	assert_int_equal(packet.len, 20 + 1024 * 14);
	run();
	assert_int_equal(program.feed->expected, 1025);
	assert_int_equal(program.feed->state, HT_FEED_LIVE);
	assert_int_equal(program_counters(&program).itch_system_event, 1024);
}

/* Where the buffers meet, messages of every length are torn at every place. */
static void mixed_messages_in_several_buffers(void **state)
{
	struct ht_counters n;
	uint32_t i, adds = 0;

	packet_begin(&packet, 1);
	for (i = 0; i < 1024; i++) {
		switch (i % 4) {
		case 0:
			packet_add(&packet, msg_event('Q'));
			break;
		case 1:
			packet_add(&packet, msg_of('I', 1));
			break;
		case 2:
			packet_block(&packet, "", 0);
			break;
		default:
			packet_add(&packet, msg_add(1, i, 'S', 100,
						    2000000 - i * 100));
			adds++;
		}
	}
	frame_len = frame_build(frame, packet.data, packet.len);
	run();
	n = program_counters(&program);
	assert_int_equal(n.messages, 1024);
	assert_int_equal(n.itch_add, adds);
	assert_int_equal(n.corrupt, 0);
	assert_int_equal(program.book->orders, adds);
	assert_int_equal(program.tops[1].ask.px_e4, 2000000 - 1023 * 100);
}

static void largest_datagram(void **state)
{
	uint32_t i;

	packet_begin(&packet, 1);
	for (i = 0; packet.len + 38 <= 60000; i++)
		packet_add(&packet, msg_add(1, 1 + i, 'B', 1, 100 + 100 * i));
	frame_len = frame_build(frame, packet.data, packet.len);
	run();
	assert_int_equal(program.book->orders, i);
	assert_int_equal(program.feed->expected, i + 1);
}

/* -- the vectors, and what leaves --------------------------------------- */

static void vectors(void **state)
{
#define X(hex, name, locate, ns)					\
	program_reset(&program);					\
	message_frame(msg_hex(hex));					\
	run();								\
	assert_int_equal(program_counters(&program).itch_##name, 1);	\
	assert_int_equal(program.feed->itch_ns, ns);			\
	assert_int_equal(program.feed->state, HT_FEED_LIVE);
	VECTORS(X)
#undef X
	program_reset(&program);
	message_frame(msg_hex(VECTOR_A));
	run();
	assert_int_equal(program.tops[524].bid.px_e4, 242700);
	message_frame(msg_add(4146, 2415366, 'S', 200, 900000));
	run();
	message_frame(msg_hex(VECTOR_U));
	run();
	assert_int_equal(program.tops[4146].ask.px_e4, 898000);
}

static int events_seen;
static struct ht_event last_event;

static int keep_event(void *context, void *event, size_t len)
{
	assert_int_equal(len, sizeof(last_event));
	memcpy(&last_event, event, sizeof(last_event));
	events_seen++;
	return 0;
}

static void open_market(void)
{
	const struct allow_maps maps = {
		.gate = program.gate,
		.limits = program.limits,
		.rules = program.rules,
		.account = program.account,
		.exposures = program.exposures,
	};

	allow_all(&maps, 1);
	program.gate->heartbeat_max_ns = UINT64_MAX;
	message_frame(msg_event('Q'));
	run();
	message_frame(msg_directory(1, "TEST", 'P'));
	run();
	message_frame(msg_trading(1, 'T'));
	run();
	allow_symbol(&maps, program.symbols, 1, 1000000);
}

static void event_of_a_fire(void **state)
{
	open_market();
	program.triggers[5] = rule_one(1, HT_F_BID, HT_GE, 1000000);
	program.watches[1].first = 5;
	good_frame();
	run();
	events_seen = 0;
	assert_int_equal(program_events(&program, keep_event), 1);
	assert_int_equal(events_seen, 1);
	assert_int_equal(last_event.seq, 4);
	assert_int_equal(last_event.trigger, 5);
	assert_int_equal(last_event.locate, 1);
	assert_int_equal(last_event.fires, 1);
	assert_int_equal(last_event.px, 1234500);
	assert_memory_equal(&last_event.bid, &program.tops[1].bid,
			    sizeof(last_event.bid));
	assert_memory_equal(&last_event.ask, &program.tops[1].ask,
			    sizeof(last_event.ask));
	assert_string_equal(last_event.symbol, "TEST");
	assert_int_equal(last_event.entry_ns, program.feed->last_ns);
	assert_int_equal(program_counters(&program).fired, 1);
}

/* Nobody reads the ring: the trigger that finds it full is at fault. */
static void ring_full(void **state)
{
	uint64_t i, room = HT_EVENT_RING / (sizeof(struct ht_event) + 8);

	open_market();
	program.triggers[5] = rule_one(1, HT_F_BID, HT_GE, 1);
	program.watches[1].first = 5;
	for (i = 0; i <= room; i++) {
		message_frame(msg_add(1, 1 + i, 'B', 1, 1000000));
		run();
		message_frame(msg_delete(1, 1 + i));
		run();
	}
	assert_int_equal(program.triggers[5].state, HT_TRIGGER_FAULT);
	assert_int_equal(program_counters(&program).refused_ring, 1);
	events_seen = 0;
	assert_int_equal(program_events(&program, keep_event),
			 program.triggers[5].fires);
}

static int fresh(void **state)
{
	program_reset(&program);
	return 0;
}

/* Whatever a test ran, each frame left by exactly one exit. */
static int exits_add_up(void **state)
{
	struct ht_counters n = program_counters(&program);

	assert_int_equal(exits_of(&n), n.frames);
	return 0;
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, fresh, exits_add_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(messages_1024_in_several_buffers),
		CASE(mixed_messages_in_several_buffers),
		CASE(largest_datagram),
		CASE(vectors),
		CASE(event_of_a_fire),
		CASE(ring_full),
	};
	int err = program_load(&program, NATIVE_ROOMY);

	if (err == -EPERM || err == -EACCES) {
		puts("BPF_PROG_TEST_RUN needs root");
		return 77;
	}
	if (err)
		return 1;
	err = cmocka_run_group_tests(tests, NULL, NULL);
	program_unload(&program);
	return err;
}
