// SPDX-License-Identifier: GPL-2.0
/*
 * kern/feed.bpf.h by BPF_PROG_TEST_RUN: every kind of frame, its verdict, and
 * the exit that counts it.
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

/* Its headers, while nothing was inserted. */
static struct ht_udp_frame *head(void)
{
	return (struct ht_udp_frame *)frame;
}

static void run(void)
{
	assert_int_equal(program_run(&program, frame, frame_len), XDP_DROP);
}

/* Moves what follows the first `at` bytes by `by` bytes, zeros between. */
static void insert(uint32_t at, uint32_t by)
{
	memmove(frame + at + by, frame + at, frame_len - at);
	memset(frame + at, 0, by);
	frame_len += by;
}

static void passes(void)
{
	assert_int_equal(program_run(&program, frame, frame_len), XDP_PASS);
	assert_int_equal(program.feed->state, HT_FEED_WAITING);
	assert_int_equal(program.book->orders, 0);
}

/* The good frame's order is on the book. */
static void applied(void)
{
	struct ht_counters n = program_counters(&program);

	assert_int_equal(program.feed->state, HT_FEED_LIVE);
	assert_int_equal(program.tops[1].bid.px_e4, 1000000);
	assert_int_equal(program.tops[1].bid.qty, 300);
	assert_int_equal(n.packets, 1);
	assert_int_equal(n.itch_add, 1);
}

#define COUNTED(field)							\
	assert_int_equal(program_counters(&program).field, 1)

static void good(void **state)
{
	good_frame();
	run();
	applied();
	COUNTED(injected);
}

/* -- up the stack ---------------------------------------------------------- */

static void arp_passes(void **state)
{
	good_frame();
	put_be16(&head()->eth.h_proto, ETH_P_ARP);
	passes();
	COUNTED(pass_not_udp);
}

static void ipv6_passes(void **state)
{
	good_frame();
	put_be16(&head()->eth.h_proto, ETH_P_IPV6);
	passes();
	COUNTED(pass_not_udp);
}

static void tcp_passes(void **state)
{
	good_frame();
	head()->ip.protocol = 6;
	passes();
	COUNTED(pass_not_udp);
}

static void icmp_passes(void **state)
{
	good_frame();
	head()->ip.protocol = 1;
	passes();
	COUNTED(pass_not_udp);
}

static void not_version_4_passes(void **state)
{
	good_frame();
	head()->ip.version = 6;
	passes();
	COUNTED(pass_not_udp);
}

static void header_length_below_5_passes(void **state)
{
	good_frame();
	head()->ip.ihl = 4;
	passes();
	COUNTED(pass_not_udp);
}

static void fragments_pass(void **state)
{
	good_frame();
	put_be16(&head()->ip.frag_off, 0x2000);
	passes();
	put_be16(&head()->ip.frag_off, 0x0001);
	passes();
	put_be16(&head()->ip.frag_off, 0x1fff);
	passes();
	assert_int_equal(program_counters(&program).pass_fragment, 3);
}

static void other_group_passes(void **state)
{
	good_frame();
	put_be32(&head()->ip.daddr, FRAME_GROUP + 1);
	passes();
	COUNTED(pass_not_ours);
}

static void other_port_passes(void **state)
{
	good_frame();
	put_be16(&head()->udp.dest, FRAME_PORT + 1);
	passes();
	COUNTED(pass_not_ours);
}

/* An unused line has port 0 and group 0.0.0.0; it takes nothing. */
static void port_zero_passes(void **state)
{
	good_frame();
	put_be16(&head()->udp.dest, 0);
	put_be32(&head()->ip.daddr, 0);
	passes();
	COUNTED(pass_not_ours);
}

static void no_line_configured_passes(void **state)
{
	memset(program.feed->lines, 0, sizeof(program.feed->lines));
	good_frame();
	passes();
	COUNTED(pass_not_ours);
}

static void options_beyond_the_frame_pass(void **state)
{
	good_frame();
	head()->ip.ihl = 15;
	frame_len = sizeof(struct ethhdr) + 60 + 7;
	passes();
	COUNTED(pass_short);
}

static void three_tags_pass(void **state)
{
	int i;

	good_frame();
	for (i = 0; i < 3; i++) {
		insert(12, 4);
		put_be16(frame + 12, ETH_P_8021Q);
	}
	passes();
	COUNTED(pass_not_udp);
}

/* -- ours, in every wrapping -------------------------------------------- */

static void one_tag(void **state)
{
	good_frame();
	insert(12, 4);
	put_be16(frame + 12, ETH_P_8021Q);
	put_be16(frame + 14, 0x0d81);
	run();
	applied();
}

static void two_tags(void **state)
{
	good_frame();
	insert(12, 8);
	put_be16(frame + 12, ETH_P_8021AD);
	put_be16(frame + 16, ETH_P_8021Q);
	run();
	applied();
}

static void ip_options(void **state)
{
	uint32_t words;

	for (words = 1; words <= 10; words++) {
		program_reset(&program);
		good_frame();
		insert(sizeof(struct ethhdr) + sizeof(struct iphdr), 4 * words);
		head()->ip.ihl = 5 + words;
		put_be16(&head()->ip.tot_len,
			 (uint16_t)(frame_len - sizeof(struct ethhdr)));
		run();
		applied();
	}
}

/* Ethernet pads short frames: the UDP length says where the data ends. */
static void padding_behind_the_data(void **state)
{
	good_frame();
	memset(frame + frame_len, 0xff, 64);
	frame_len += 64;
	run();
	applied();
}

/* What lies behind the IP datagram is padding, whatever UDP says. */
static void udp_length_beyond_the_datagram(void **state)
{
	struct ht_counters n;

	good_frame();
	put_be16(&head()->ip.tot_len,
		 (uint16_t)(frame_len - sizeof(struct ethhdr) - 1));
	run();
	n = program_counters(&program);
	assert_int_equal(n.drop_runt, 1);
	assert_int_equal(n.packets, 0);
}

static void dont_fragment_is_no_fragment(void **state)
{
	good_frame();
	put_be16(&head()->ip.frag_off, 0x4000);
	run();
	applied();
}

static void second_line(void **state)
{
	program.feed->lines[1] = program.feed->lines[0];
	put_be32(program.feed->lines[0].group, 0xe0000001);
	good_frame();
	run();
	applied();
	COUNTED(injected);
}

static void known_source(void **state)
{
	put_be32(program.feed->lines[0].source, FRAME_SOURCE);
	good_frame();
	run();
	applied();
}

static void foreign_source_is_dropped(void **state)
{
	put_be32(program.feed->lines[0].source, FRAME_SOURCE + 1);
	good_frame();
	run();
	COUNTED(drop_source);
	assert_int_equal(program.feed->state, HT_FEED_WAITING);
	assert_int_equal(program.feed->lines[0].packets, 0);
}

static void locked_feed_is_not_waited_for(void **state)
{
	good_frame();
	program.feed->lock = 1;
	assert_int_equal(program_run(&program, frame, frame_len),
			 HT_BUSY_AGAIN);
	COUNTED(aside_busy);
	assert_int_equal(program.book->orders, 0);
	assert_int_equal(program.feed->lock, 1);
	program.feed->lock = 0;
	run();
	applied();
	assert_int_equal(program.feed->lock, 0);
}

/* -- lengths ------------------------------------------------------------ */

static void runt_datagrams(void **state)
{
	uint32_t len;

	for (len = 0; len < sizeof(struct mold_header); len++) {
		good_frame();
		frame_len = frame_build(frame, packet.data, len);
		run();
	}
	assert_int_equal(program_counters(&program).drop_runt, len);
	assert_int_equal(program.feed->state, HT_FEED_WAITING);
}

static void udp_length_beyond_the_frame(void **state)
{
	good_frame();
	put_be16(&head()->udp.len, 8 + packet.len + 1);
	run();
	put_be16(&head()->udp.len, 65535);
	run();
	assert_int_equal(program_counters(&program).drop_runt, 2);
}

static void udp_length_below_its_header(void **state)
{
	good_frame();
	put_be16(&head()->udp.len, 0);
	run();
	put_be16(&head()->udp.len, 7);
	run();
	assert_int_equal(program_counters(&program).drop_runt, 2);
}

/* Every prefix of a good frame that TEST_RUN accepts. */
static void every_truncation(void **state)
{
	const uint32_t to_ip = sizeof(struct ethhdr) + sizeof(struct iphdr);
	const uint32_t to_udp = to_ip + sizeof(struct udphdr);
	struct ht_counters n;
	uint32_t len;

	good_frame();
	for (len = sizeof(struct ethhdr); len < frame_len; len++)
		assert_int_equal(program_run(&program, frame, len),
				 len < to_udp ? XDP_PASS : XDP_DROP);
	n = program_counters(&program);
	assert_int_equal(n.pass_not_udp, to_ip - sizeof(struct ethhdr));
	assert_int_equal(n.pass_short, to_udp - to_ip);
	assert_int_equal(n.drop_runt, frame_len - to_udp);
	assert_int_equal(program.feed->state, HT_FEED_WAITING);
}

/* The datagram is whole, what it carries breaks off. */
static void every_truncation_of_the_payload(void **state)
{
	uint32_t len, whole;

	good_frame();
	whole = packet.len;
	for (len = sizeof(struct mold_header); len < whole; len++) {
		program_reset(&program);
		good_frame();
		frame_len = frame_build(frame, packet.data, len);
		run();
		COUNTED(corrupt);
		assert_int_equal(program.book->orders, 0);
		assert_int_equal(program.feed->state, HT_FEED_BAD);
		assert_int_equal(program.feed->expected, 1);
	}
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
		CASE(good),
		CASE(arp_passes),
		CASE(ipv6_passes),
		CASE(tcp_passes),
		CASE(icmp_passes),
		CASE(not_version_4_passes),
		CASE(header_length_below_5_passes),
		CASE(fragments_pass),
		CASE(other_group_passes),
		CASE(other_port_passes),
		CASE(port_zero_passes),
		CASE(no_line_configured_passes),
		CASE(options_beyond_the_frame_pass),
		CASE(three_tags_pass),
		CASE(one_tag),
		CASE(two_tags),
		CASE(ip_options),
		CASE(padding_behind_the_data),
		CASE(dont_fragment_is_no_fragment),
		CASE(second_line),
		CASE(known_source),
		CASE(foreign_source_is_dropped),
		CASE(locked_feed_is_not_waited_for),
		CASE(runt_datagrams),
		CASE(udp_length_beyond_the_datagram),
		CASE(udp_length_beyond_the_frame),
		CASE(udp_length_below_its_header),
		CASE(every_truncation),
		CASE(every_truncation_of_the_payload),
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
