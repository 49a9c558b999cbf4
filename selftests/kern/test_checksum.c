// SPDX-License-Identifier: GPL-2.0
/*
 * kern/checksum.bpf.h, in the kernel and natively: which datagrams are what
 * their sender summed up, of every length and in every wrapping.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "twin.h"

enum {
	HEAD = sizeof(struct mold_header),
	ORDER_BLOCK = MOLD_BLOCK_HEAD + sizeof(struct itch_add),
	JUMBO = 9000 - sizeof(struct iphdr) - sizeof(struct udphdr),
};

static struct program program;
static struct packet packet;
static uint8_t frame[FRAME_MAX];
static uint32_t frame_len;
static const struct wrap bare;

/* One order, and a block of a type that nobody knows: `len` bytes in all. */
static void payload_of(uint32_t len)
{
	static uint8_t filler[JUMBO];
	uint32_t i, rest = len - HEAD - ORDER_BLOCK - MOLD_BLOCK_HEAD;

	packet_begin(&packet, 1);
	packet_add(&packet, msg_add(1, 7, 'B', 300, 1000000));
	for (i = 1; i < rest; i++)
		filler[i] = (uint8_t)(0xa5 + 31 * i);
	filler[0] = '?';
	packet_block(&packet, filler, (uint16_t)rest);
}

static void frame_of(const struct wrap *w, uint32_t len)
{
	payload_of(len);
	frame_len = twin_frame(frame, w, packet.data, packet.len);
}

static void runs(void)
{
	assert_int_equal(twin_run(&program, frame, frame_len), XDP_DROP);
}

/* Nothing was taken yet; nothing of the packet is to be seen but its count. */
static void refused(void)
{
	struct ht_counters n = program_counters(&program);
	const uint64_t before = n.drop_checksum;

	runs();
	n = program_counters(&program);
	assert_int_equal(n.drop_checksum, before + 1);
	assert_int_equal(n.packets + n.messages + n.corrupt + n.missed, 0);
	assert_int_equal(program.feed->state, HT_FEED_WAITING);
	assert_int_equal(program.feed->adopted, 0);
	assert_int_equal(program.feed->last_ns, 0);
	assert_int_equal(program.feed->lock, 0);
	assert_int_equal(program.book->orders, 0);
}

static void taken(void)
{
	runs();
	assert_int_equal(program_counters(&program).packets, 1);
	assert_int_equal(program.feed->state, HT_FEED_LIVE);
	assert_int_equal(program.tops[1].bid.qty, 300);
}

static void good_and_one_bit_off(const struct wrap *w, uint32_t len)
{
	twin_reset(&program);
	frame_of(w, len);
	frame[frame_len - 1] ^= 0x10;
	refused();
	frame[frame_len - 1] ^= 0x10;
	taken();
}

static void none_is_accepted(void **state)
{
	frame_of(&bare, 100);
	put_be16(&((struct ht_udp_frame *)frame)->udp.check, 0);
	taken();
	twin_reset(&program);
	frame[frame_len - 1] ^= 1;
	taken();
}

/* A checksum of 0 is sent as 0xffff, and 0xffff is right then only. */
static void ones_is_a_sum_of_zero(void **state)
{
	struct ht_udp_frame *f = (void *)frame;
	uint16_t tail;

	frame_of(&bare, 100);
	put_be16(frame + frame_len - 2, 0);
	wrap_check(frame, &bare);
	tail = get_be16(&f->udp.check);
	put_be16(&f->udp.check, 0xffff);
	refused();
	put_be16(frame + frame_len - 2, tail);
	wrap_check(frame, &bare);
	assert_int_equal(get_be16(&f->udp.check), 0xffff);
	taken();
}

static void every_bit_of_the_data(void **state)
{
	uint32_t bit;

	frame_of(&bare, 100);
	for (bit = 8 * sizeof(struct ht_udp_frame); bit < 8 * frame_len;
	     bit++) {
		frame[bit / 8] ^= 1 << bit % 8;
		refused();
		frame[bit / 8] ^= 1 << bit % 8;
	}
	taken();
}

static void every_bit_of_the_checksum(void **state)
{
	uint32_t bit, first = 8 * offsetof(struct ht_udp_frame, udp.check);

	frame_of(&bare, 101);
	for (bit = first; bit < first + 16; bit++) {
		frame[bit / 8] ^= 1 << bit % 8;
		refused();
		frame[bit / 8] ^= 1 << bit % 8;
	}
}

/* The pseudo header is in it: another sender, or port, is another sum. */
static void addresses_count(void **state)
{
	struct ht_udp_frame *f = (void *)frame;

	frame_of(&bare, 100);
	put_be32(&f->ip.saddr, FRAME_SOURCE + 256);
	refused();
	put_be16(&f->udp.source, 1);
	refused();
	wrap_check(frame, &bare);
	taken();
}

/* Chunks of 512 bytes, the end of the first buffer, odd and even ends. */
static void every_length(void **state)
{
	static const uint32_t range[][2] = {
		{ HEAD + ORDER_BLOCK + MOLD_BLOCK_HEAD + 1, 80 },
		{ 495, 515 }, { 1005, 1030 }, { 1400, 1405 }, { 3465, 3530 },
		{ JUMBO - 5, JUMBO },
	};
	uint32_t i, len;

	for (i = 0; i < sizeof(range) / sizeof(*range); i++)
		for (len = range[i][0]; len <= range[i][1]; len++)
			good_and_one_bit_off(&bare, len);
}

static void every_wrapping(void **state)
{
	uint32_t i;

	for (i = 0; i < WRAPS; i++) {
		const struct wrap w = wrap_at(i);

		good_and_one_bit_off(&w, 100);
		good_and_one_bit_off(&w, 4001);
		good_and_one_bit_off(&w, JUMBO - 4 * w.options);
	}
}

/* Far into a frame of many buffers: each of them counts. */
static void every_buffer(void **state)
{
	uint32_t at;

	frame_of(&bare, JUMBO);
	for (at = sizeof(struct ht_udp_frame); at < frame_len; at += 61) {
		frame[at] ^= 0x80;
		refused();
		frame[at] ^= 0x80;
	}
	taken();
}

/* Padding is not the datagram's. */
static void padding_does_not_count(void **state)
{
	frame_of(&bare, 101);
	memset(frame + frame_len, 0xff, 37);
	frame_len += 37;
	taken();
}

/* What is known needs no look; a wrong one ahead opens no gap. */
static void beside_the_sequence(void **state)
{
	frame_of(&bare, 100);
	taken();
	frame[frame_len - 1] ^= 1;
	runs();
	assert_int_equal(program_counters(&program).drop_duplicate, 1);
	packet_begin(&packet, 50);
	packet_add(&packet, msg_delete(1, 7));
	frame_len = twin_frame(frame, &bare, packet.data, packet.len);
	frame[frame_len - 1] ^= 1;
	runs();
	assert_int_equal(program_counters(&program).drop_checksum, 1);
	assert_int_equal(program.feed->state, HT_FEED_LIVE);
	assert_int_equal(program.feed->gaps, 0);
}

static void nobody_asked(void **state)
{
	struct program plain;

	assert_int_equal(twin_load(&plain, false), 0);
	frame_of(&bare, 100);
	frame[frame_len - 1] ^= 1;
	assert_int_equal(twin_run(&plain, frame, frame_len), XDP_DROP);
	assert_int_equal(program_counters(&plain).packets, 1);
	assert_int_equal(program_counters(&plain).drop_checksum, 0);
	program_unload(&plain);
	cfg_verify_checksum = 1;
}

static int fresh(void **state)
{
	twin_reset(&program);
	return 0;
}

#define CASE(f)	cmocka_unit_test_setup(f, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(none_is_accepted),
		CASE(ones_is_a_sum_of_zero),
		CASE(every_bit_of_the_data),
		CASE(every_bit_of_the_checksum),
		CASE(addresses_count),
		CASE(every_length),
		CASE(every_wrapping),
		CASE(every_buffer),
		CASE(padding_does_not_count),
		CASE(beside_the_sequence),
		CASE(nobody_asked),
	};
	int err = twin_load(&program, true);

	if (err == -EPERM || err == -EACCES) {
		puts("BPF_PROG_TEST_RUN needs root");
		return 77;
	}
	if (err)
		return 1;
	err = cmocka_run_group_tests(tests, NULL, NULL);
	program_unload(&program);
	native_free();
	return err;
}
