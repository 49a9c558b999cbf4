// SPDX-License-Identifier: GPL-2.0
/*
 * The watch list in the kernel: the list is a hash, who is wanted a bitmap,
 * and whether there is a list at all a constant that the verifier knows.
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

enum { AAPL = 1, MSFT = 70, OTHER = 9 };

static struct program program;
static struct packet packet;
static uint8_t frame[FRAME_MAX];

static void send(void)
{
	uint32_t len = frame_build(frame, packet.data, packet.len);

	assert_int_equal(program_run(&program, frame, len), XDP_DROP);
}

static void say(struct msg m)
{
	packet_begin(&packet, program.feed->expected);
	packet_add(&packet, m);
	send();
}

static void directory_names_the_wanted(void **state)
{
	struct ht_kept kept;
	uint32_t i, bits = 0;

	assert_int_equal(program_wanted(&program, "AAPL    "), 0);
	say(msg_directory(OTHER, "OTHER", 'P'));
	say(msg_directory(MSFT, "MSFT", 'P'));
	say(msg_directory(AAPL, "AAPL", 'P'));
	assert_int_equal(program_wanted(&program, "AAPL    "), AAPL);
	assert_int_equal(program_wanted(&program, "MSFT    "), MSFT);
	assert_int_equal(program_wanted(&program, "OTHER   "), -ENOENT);
	kept = program_kept(&program);
	for (i = 0; i < HT_LOCATES; i++)
		bits += kept.bit[i / 64] >> i % 64 & 1;
	assert_int_equal(bits, 2);
	assert_int_equal(kept.bit[0], 1ull << AAPL);
	assert_int_equal(kept.bit[1], 1ull << (MSFT - 64));
}

/* In one frame of several buffers: orders of all three, and of nobody. */
static void books_of_the_wanted(void **state)
{
	static const uint16_t locates[] = { AAPL, OTHER, MSFT, 65535 };
	struct ht_counters n;
	uint32_t i;

	say(msg_directory(AAPL, "AAPL", 'P'));
	say(msg_directory(MSFT, "MSFT", 'P'));
	packet_begin(&packet, program.feed->expected);
	for (i = 0; i < 1000; i++)
		packet_add(&packet, msg_add(locates[i % 4], 1 + i, 'B', 100,
					    1000000 + i * 100));
	send();
	n = program_counters(&program);
	assert_int_equal(n.unwatched, 500);
	assert_int_equal(n.itch_add, 500);
	assert_int_equal(program.book->orders, 500);
	assert_int_equal(program.tops[AAPL].bid.px_e4, 1000000 + 996 * 100);
	assert_int_equal(program.tops[MSFT].bid.px_e4, 1000000 + 998 * 100);
	assert_int_equal(program.tops[OTHER].bid.px_e4, 0);
	assert_int_equal(program.tops[65535].bid.px_e4, 0);
}

static void values_that_cannot_be(void **state)
{
	say(msg_add(OTHER, 0, '?', 0, UINT32_MAX));
	say(msg_delete(OTHER, 77));
	say(msg_event('Q'));
	assert_int_equal(program_counters(&program).unwatched, 2);
	assert_int_equal(program.book->bad_symbols, 0);
	assert_int_equal(program.feed->phase, HT_PHASE_MARKET);
	assert_int_equal(program.feed->state, HT_FEED_LIVE);
}

/* AAPL and MSFT are wanted. */
static int fresh(void **state)
{
	program_reset(&program);
	return program_want(&program, "AAPL    ") |
	       program_want(&program, "MSFT    ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(directory_names_the_wanted, fresh),
		cmocka_unit_test_setup(books_of_the_wanted, fresh),
		cmocka_unit_test_setup(values_that_cannot_be, fresh),
	};
	int err = program_load_watching(&program, NATIVE_ROOMY);

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
