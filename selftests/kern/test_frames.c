// SPDX-License-Identifier: GPL-2.0
/*
 * Frames as the world sends them, through the kernel and natively: every
 * wrapping, cut, lying about its lengths, of others, and of 9,000 bytes.
 * test_feed.c has each counter; here it is combinations.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "twin.h"

enum {
	MTU = 9000,
	JUMBO_MESSAGES = 600,	/* in a jumbo frame, at least */
	SYMBOLS = 12,
};

static struct program program;
static struct packet packet;
static uint8_t frame[FRAME_MAX];
static uint32_t frame_len;

/* A good frame: one order on symbol 1. */
static void good_frame(const struct wrap *w)
{
	packet_begin(&packet, 1);
	packet_add(&packet, msg_add(1, 7, 'B', 300, 1000000));
	frame_len = twin_frame(frame, w, packet.data, packet.len);
}

static int run(void)
{
	return twin_run(&program, frame, frame_len);
}

static struct ht_counters counted(void)
{
	return program_counters(&program);
}

static void takes(void)
{
	twin_reset(&program);
	assert_int_equal(run(), XDP_DROP);
	assert_int_equal(counted().packets, 1);
	assert_int_equal(program.tops[1].bid.px_e4, 1000000);
	assert_int_equal(program.tops[1].bid.qty, 300);
}

static void leaves_alone(int verdict)
{
	assert_int_equal(run(), verdict);
	assert_int_equal(program.feed->state, HT_FEED_WAITING);
	assert_int_equal(program.feed->adopted, 0);
	assert_int_equal(program.book->orders, 0);
}

/* -- in every wrapping -------------------------------------------------- */

static void each_is_taken(void **state)
{
	uint32_t i;

	for (i = 0; i < WRAPS; i++) {
		const struct wrap w = wrap_at(i);

		good_frame(&w);
		takes();
		memset(frame + frame_len, 0xff, 60);
		frame_len += 60;
		takes();
	}
}

/* An empty datagram in the shortest frame, padded to what Ethernet wants. */
static void heartbeat_in_the_shortest_frame(void **state)
{
	const struct wrap w = {0};

	packet_begin(&packet, 1);
	frame_len = twin_frame(frame, &w, packet.data, packet.len);
	assert_true(frame_len > ETH_ZLEN);
	memset(frame + frame_len, 0, 18);
	frame_len += 18;
	assert_int_equal(run(), XDP_DROP);
	assert_int_equal(counted().heartbeats, 1);
	assert_int_equal(program.feed->state, HT_FEED_LIVE);
}

/* Before the UDP header it is nobody's, after it a datagram cut short. */
static void each_cut_anywhere(void **state)
{
	uint32_t i, len, whole;

	for (i = 0; i < WRAPS; i += 3) {
		const struct wrap w = wrap_at(i);

		good_frame(&w);
		whole = frame_len;
		for (len = ETH_HLEN; len < whole; len++) {
			frame_len = len;
			leaves_alone(len < wrap_udp(&w) + 8 ? XDP_PASS :
							      XDP_DROP);
		}
		assert_int_equal(counted().drop_runt,
				 whole - wrap_udp(&w) - 8);
		twin_reset(&program);
	}
}

static void each_from_a_foreign_sender(void **state)
{
	uint32_t i;

	twin_source(&program, FRAME_SOURCE + 1);
	for (i = 0; i < WRAPS; i++) {
		const struct wrap w = wrap_at(i);

		good_frame(&w);
		leaves_alone(XDP_DROP);
		assert_int_equal(counted().drop_source, i + 1);
	}
	assert_int_equal(program.feed->lines[0].packets, 0);
	twin_source(&program, FRAME_SOURCE);
	assert_int_equal(run(), XDP_DROP);
	assert_int_equal(counted().packets, 1);
	twin_source(&program, 0);
}

/* -- lengths that lie --------------------------------------------------- */

static void ip_length(void **state)
{
	struct ht_udp_frame *f = (void *)frame;
	const struct wrap w = {0};
	uint32_t total, whole;

	good_frame(&w);
	whole = frame_len - ETH_HLEN;
	for (total = 0; total < whole; total++) {
		put_be16(&f->ip.tot_len, (uint16_t)total);
		leaves_alone(XDP_DROP);
	}
	assert_int_equal(counted().drop_runt, whole);
	/* more than there is, but not of what UDP claims */
	put_be16(&f->ip.tot_len, 0xffff);
	takes();
}

static void udp_length(void **state)
{
	struct ht_udp_frame *f = (void *)frame;
	const struct wrap w = {0};
	uint32_t len, whole;

	good_frame(&w);
	whole = frame_len - ETH_HLEN - sizeof(struct iphdr);
	for (len = 0; len <= 0xffff; len += len < 300 ? 1 : 997) {
		if (len >= 8 + sizeof(struct mold_header) && len <= whole)
			continue;
		put_be16(&f->udp.len, (uint16_t)len);
		leaves_alone(XDP_DROP);
	}
	assert_int_equal(counted().drop_runt, counted().frames);
	/* whole for UDP, but its last block breaks off */
	for (len = 8 + sizeof(struct mold_header); len < whole; len++) {
		twin_reset(&program);
		put_be16(&f->udp.len, (uint16_t)len);
		assert_int_equal(run(), XDP_DROP);
		assert_int_equal(counted().corrupt, 1);
		assert_int_equal(program.book->orders, 0);
		assert_int_equal(program.feed->state, HT_FEED_BAD);
	}
}

/* The header length says where UDP begins; the wrong one finds no port. */
static void header_length(void **state)
{
	struct ht_udp_frame *f = (void *)frame;
	const struct wrap w = {0};
	uint32_t ihl;

	for (ihl = 0; ihl < 16; ihl++) {
		good_frame(&w);
		f->ip.ihl = ihl & 15;
		if (ihl == 5)
			continue;
		leaves_alone(XDP_PASS);
	}
	assert_int_equal(counted().pass_not_udp, 5);
	assert_int_equal(counted().pass_not_ours + counted().pass_short, 10);
}

/* -- everybody else's --------------------------------------------------- */

static void is_passed(void)
{
	leaves_alone(XDP_PASS);
}

/* First, middle and last; the first looks like the feed's whole datagram. */
static void fragments(void **state)
{
	static const uint16_t frag_off[] = { 0x2000, 0x2001, 0x20b9, 0x0001,
					     0x00b9, 0x1fff, 0x3fff, 0x8001 };
	uint32_t i, n, passed = 0;

	for (i = 0; i < WRAPS; i++) {
		const struct wrap w = wrap_at(i);

		for (n = 0; n < sizeof(frag_off) / sizeof(*frag_off); n++) {
			good_frame(&w);
			put_be16(frame + wrap_ip(&w) + 6, frag_off[n]);
			is_passed();
			passed++;
		}
	}
	assert_int_equal(counted().pass_fragment, passed);
}

/* The same datagram to the same port, in IPv6. */
static void ipv6(void **state)
{
	static const uint8_t next[] = { IPPROTO_UDP, IPPROTO_HOPOPTS,
					IPPROTO_FRAGMENT, IPPROTO_TCP };
	uint32_t i, n, passed = 0;

	for (i = 0; i < 4; i++) {
		const struct wrap w = wrap_at(i);
		uint8_t *ip = frame + wrap_ip(&w);

		for (n = 0; n < sizeof(next); n++) {
			good_frame(&w);
			memmove(ip + 40, ip + 20, frame_len - wrap_ip(&w) - 20);
			frame_len += 20;
			memset(ip, 0, 40);
			ip[0] = 0x60;
			put_be16(ip + 4,
				 (uint16_t)(frame_len - wrap_ip(&w) - 40));
			ip[6] = next[n];
			ip[7] = 64;
			put_be16(ip - 2, ETH_P_IPV6);
			is_passed();
			passed++;
			/* nor when the type says IPv4 */
			put_be16(ip - 2, ETH_P_IP);
			is_passed();
			passed++;
		}
	}
	assert_int_equal(counted().pass_not_udp, passed);
}

static void other_types(void **state)
{
	static const uint16_t type[] = {
		ETH_P_ARP, 0x88cc, ETH_P_MPLS_UC, ETH_P_PPP_SES, ETH_P_1588,
		ETH_P_PAUSE, 0x05dc, 0x0000, 0xffff, 0x9100,
	};
	static const uint8_t protocol[] = { IPPROTO_TCP, IPPROTO_ICMP,
					    IPPROTO_IGMP, IPPROTO_UDPLITE,
					    IPPROTO_IPIP, 0, 255 };
	uint32_t i, n, passed = 0;

	for (i = 0; i < WRAPS; i++) {
		const struct wrap w = wrap_at(i);

		for (n = 0; n < sizeof(type) / sizeof(*type); n++) {
			good_frame(&w);
			put_be16(frame + wrap_ip(&w) - 2, type[n]);
			is_passed();
			passed++;
		}
		for (n = 0; n < sizeof(protocol); n++) {
			good_frame(&w);
			frame[wrap_ip(&w) + 9] = protocol[n];
			is_passed();
			passed++;
		}
	}
	assert_int_equal(counted().pass_not_udp, passed);
}

/* -- 9,000 bytes -------------------------------------------------------- */

/* A message of each kind in turn; every third block is empty. */
static struct msg nth_message(uint32_t n)
{
	const uint16_t locate = (uint16_t)(1 + n / 8 % SYMBOLS);
	const char side = n & 8 ? 'B' : 'S';
	const uint32_t px = 1000000 + (n & 8 ? 0 : 10000) + n % 7 * 100;

	switch (n % 8) {
	case 0:
		return msg_add(locate, 1 + n, side, 100 + n, px);
	case 3:
		return msg_executed(locate, 1 + n / 8 * 8, 10 + n % 5);
	case 6:
		if (n % 3)
			return msg_event('S');
		return msg_cancel(locate, 1 + n / 8 * 8, 7);
	default:
		return (struct msg){ .len = 0 };
	}
}

/* As many as fit.  Return: how many. */
static uint32_t jumbo_fill(uint32_t payload)
{
	uint32_t n;

	packet_begin(&packet, 1);
	for (n = 0;; n++) {
		const struct msg m = nth_message(n);

		if (packet.len + MOLD_BLOCK_HEAD + m.len > payload)
			return n;
		packet_add(&packet, m);
	}
}

/* What is left when `count` messages came in packets of 5. */
static struct ht_top *tops_of_small_packets(uint32_t count)
{
	struct ht_top *tops = calloc(SYMBOLS + 1, sizeof(*tops));
	const struct wrap w = {0};
	uint32_t n, end;

	assert_non_null(tops);
	twin_reset(&program);
	for (n = 0; n < count; n = end) {
		packet_begin(&packet, n + 1);
		for (end = n; end < count && end < n + 5; end++)
			packet_add(&packet, nth_message(end));
		frame_len = twin_frame(frame, &w, packet.data, packet.len);
		assert_int_equal(run(), XDP_DROP);
	}
	assert_int_equal(counted().messages, count);
	memcpy(tops, program.tops, (SYMBOLS + 1) * sizeof(*tops));
	return tops;
}

/* One frame and many leave the same orders, levels and best prices. */
static void jumbo_equals_small(const struct wrap *w)
{
	const uint32_t order_bytes = program.size.order_slots *
				     sizeof(struct ht_order);
	uint32_t count = jumbo_fill(MTU - 28 - 4 * w->options);
	struct ht_top *tops = tops_of_small_packets(count);
	struct ht_counters small = counted(), n;
	void *orders = malloc(order_bytes);

	assert_true(count >= JUMBO_MESSAGES);
	memcpy(orders, program.orders, order_bytes);
	twin_reset(&program);
	jumbo_fill(MTU - 28 - 4 * w->options);
	frame_len = twin_frame(frame, w, packet.data, packet.len);
	assert_in_range(frame_len, wrap_ip(w) + MTU - 50, wrap_ip(w) + MTU);
	assert_int_equal(run(), XDP_DROP);
	n = counted();
	assert_int_equal(n.packets, 1);
	assert_int_equal(n.messages, count);
	assert_int_equal(n.empty, small.empty);
	assert_int_equal(n.itch_add, small.itch_add);
	assert_int_equal(n.top_changes, small.top_changes);
	assert_int_equal(n.unknown_ref + n.over_executed + n.bad_value, 0);
	assert_memory_equal(program.orders, orders, order_bytes);
	assert_memory_equal(program.tops, tops, (SYMBOLS + 1) * sizeof(*tops));
	free(orders);
	free(tops);
}

/* The blocks lie another way across the buffers in each. */
static void jumbo_in_every_wrapping(void **state)
{
	uint32_t i;

	for (i = 0; i < WRAPS; i++) {
		const struct wrap w = wrap_at(i);

		jumbo_equals_small(&w);
	}
}

/* No length of it that is shorter than UDP says is read, in any buffer. */
static void jumbo_cut(void **state)
{
	const struct wrap w = wrap_at(WRAPS - 1);
	uint32_t whole;

	jumbo_fill(MTU - 28 - 4 * w.options);
	whole = twin_frame(frame, &w, packet.data, packet.len);
	for (frame_len = whole - 1; frame_len > wrap_udp(&w) + 8;
	     frame_len -= 53 < frame_len ? 53 : frame_len)
		leaves_alone(XDP_DROP);
	assert_int_equal(counted().drop_runt, counted().frames);
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
		CASE(each_is_taken),
		CASE(heartbeat_in_the_shortest_frame),
		CASE(each_cut_anywhere),
		CASE(each_from_a_foreign_sender),
		CASE(ip_length),
		CASE(udp_length),
		CASE(header_length),
		CASE(fragments),
		CASE(ipv6),
		CASE(other_types),
		CASE(jumbo_in_every_wrapping),
		CASE(jumbo_cut),
	};
	int err = twin_load(&program, false);

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
