// SPDX-License-Identifier: GPL-2.0
/*
 * user/segment.c: every byte of an order's segment, and its checksums against a
 * sum over all of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/segment.h"

static const struct ht_tcp_path path = {
	.src_mac = { 2, 0, 0, 0, 0, 1 },
	.dst_mac = { 2, 0, 0, 0, 0, 2 },
	.src_ip = 0x02004d0a, .dst_ip = 0x01004d0a,	/* 10.77.0.2, .1 */
	.src_port = 0x3930, .dst_port = 0x2923, .ttl = 64,
	.timestamps = 1,
};

static const struct ouch_terms terms = {
	.tif = OUCH_TIF_IOC, .display = 'Y', .capacity = 'P', .iso = 'N',
	.cross_type = 'N',
};

static const struct ht_tcp_now now = {
	.seq = 0x01020304, .ack = 0xa0b0c0d0, .ts = 0x11223344,
	.ts_echo = 0x55667788, .window = 502,
};

static struct ouch_order order_make(uint32_t urn)
{
	struct ouch_order order = {
		.urn = urn, .qty = urn % 1000 + 1, .px = 1823500 + urn,
		.side = urn & 1 ? 'B' : 'S', .symbol = urn & 2 ? "AAPL" : "F",
	};

	ouch_clordid(order.clordid, urn * 7919ull);
	return order;
}

/* 0 when the checksums of IP and TCP are right. */
static uint32_t sums(const uint8_t *frame)
{
	uint32_t len = get_be16(frame + 16) - 20;
	uint32_t sum = csum_add(6 + len, frame + 26, 8);

	return csum_fold(csum_add(0, frame + 14, 20)) |
	       csum_fold(csum_add(sum, frame + 34, len));
}

static void hex_is(const uint8_t *bytes, const char *hex)
{
	char text[4];
	size_t i;

	for (i = 0; hex[2 * i]; i++) {
		snprintf(text, sizeof(text), "%02x", bytes[i]);
		if (memcmp(text, hex + 2 * i, 2))
			fail_msg("byte %zu is %s, not %.2s", i, text,
				 hex + 2 * i);
	}
}

static void golden(void **state)
{
	uint8_t frame[SEGMENT_MAX];
	struct ouch_order order = {
		.urn = 7, .qty = 300, .px = 1823500, .side = 'B',
		.symbol = "AAPL",
	};
	struct segment_form form;

	ouch_clordid(order.clordid, 42);
	segment_build(&form, frame, &path, &terms);
	segment_set(&form, frame, &now, &order);
	assert_int_equal(form.head, 66);
	assert_int_equal(form.payload, 50);
	hex_is(frame,
	       "020000000002020000000001" "0800"
	       "45000066000040004006" "25f6" "0a4d0002" "0a4d0001"
	       "30392329" "01020304" "a0b0c0d0" "8018" "01f6");
	hex_is(frame + 52, "0000" "0101080a" "1122334455667788"
	       "0030" "55" "4f" "00000007" "42" "0000012c"
	       "4141504c20202020" "00000000001bd30c" "3359504e4e"
	       "5430303030303030303030303432" "0000");
	assert_int_equal(sums(frame), 0);
}

/* The kept sum is right for any order after any other, and any sequences. */
static void checksums(void **state)
{
	struct ht_tcp_path p = path;
	struct ht_tcp_now n = now;
	struct ouch_terms firm = terms;
	uint8_t frame[SEGMENT_MAX];
	struct segment_form form;
	uint32_t i;

	for (i = 0; i < 40000; i++) {
		const struct ouch_order order = order_make(i * 2654435761u);

		if (i % 10000 == 0) {
			p.timestamps = i / 10000 & 1;
			strcpy(firm.firm, i < 20000 ? "" : "LIME");
			segment_build(&form, frame, &p, &firm);
			assert_int_equal(form.payload, i < 20000 ? 50 : 56);
		}
		n.seq += 50;
		n.ack = i * 40503u << 16 | i;
		n.ts += i & 3;
		n.window = (uint16_t)(i * 31);
		segment_set(&form, frame, &n, &order);
		assert_int_equal(sums(frame), 0);
		assert_int_equal(get_be32(frame + 38), n.seq);
	}
}

static void an_ack_has_no_data(void **state)
{
	uint8_t frame[SEGMENT_MAX];
	struct segment_form form;

	segment_build_ack(&form, frame, &path);
	tcp_frame_set((struct ht_tcp_frame *)frame, form.timestamps, &now,
		      form.sum);
	assert_int_equal(get_be16(frame + 16), 52);
	assert_int_equal(frame[47], 0x10);
	assert_int_equal(sums(frame), 0);
}

static void another_station(void **state)
{
	static const uint8_t mac[6] = { 2, 9, 9, 9, 9, 9 };
	uint8_t frame[SEGMENT_MAX], was[SEGMENT_MAX];
	struct segment_form form;

	segment_build(&form, frame, &path, &terms);
	memcpy(was, frame, sizeof(was));
	segment_redirect(frame, mac);
	assert_memory_equal(frame, mac, 6);
	assert_memory_equal(frame + 6, was + 6, form.head + form.payload - 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(checksums),
		cmocka_unit_test(an_ack_has_no_data),
		cmocka_unit_test(another_station),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
