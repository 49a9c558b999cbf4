// SPDX-License-Identifier: GPL-2.0
/* include/: integers, prices, checksums, frames, bits, histogram, lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bits.h"
#include "compose.h"
#include "ether.h"
#include "histogram.h"
#include "ouch50.h"
#include "price.h"

/* -- integers -------------------------------------------------------------- */

static void integers_at_any_offset(void **state)
{
	static const uint8_t want[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t bytes[16];
	int at;

	for (at = 0; at < 8; at++) {
		memset(bytes, 0, sizeof(bytes));
		put_be64(bytes + at, 0x0102030405060708);
		assert_memory_equal(bytes + at, want, 8);
		assert_int_equal(get_be64(bytes + at), 0x0102030405060708);
		assert_int_equal(get_be48(bytes + at), 0x010203040506);
		assert_int_equal(get_be32(bytes + at), 0x01020304);
		assert_int_equal(get_be16(bytes + at), 0x0102);
		memset(bytes, 0, sizeof(bytes));
		put_be48(bytes + at, 0x010203040506);
		assert_memory_equal(bytes + at, want, 6);
		assert_int_equal(bytes[at + 6], 0);
		put_be16(bytes + at, 0xfffe);
		assert_int_equal(get_be16(bytes + at), 0xfffe);
		put_be32(bytes + at, 0xfffffffe);
		assert_int_equal(get_be32(bytes + at), 0xfffffffe);
	}
}

/* -- prices ------------------------------------------------------------------ */

static void price_is(const char *text, uint64_t want)
{
	const char *end;
	uint64_t px = ~want;

	assert_int_equal(price_parse(text, UINT64_MAX, &px, &end), 0);
	assert_int_equal(px, want);
}

static void prices_read(void **state)
{
	price_is("0", 0);
	price_is("182.35", 1823500);
	price_is("182.3500", 1823500);
	price_is("0.0001", 1);
	price_is(".5", 5000);
	price_is("200000", 2000000000);
	price_is("000001.1", 11000);
	price_is("1844674407370955.1615", UINT64_MAX);
}

static void prices_stop_where_they_end(void **state)
{
	const char *text = "12.5 and more", *end;
	uint64_t px;

	assert_int_equal(price_parse(text, UINT64_MAX, &px, &end), 0);
	assert_int_equal(px, 125000);
	assert_ptr_equal(end, text + 4);
	text = "1.2.3";
	assert_int_equal(price_parse(text, UINT64_MAX, &px, &end), 0);
	assert_int_equal(px, 12000);
	assert_ptr_equal(end, text + 3);
}

static void prices_refused(void **state)
{
	static const char *const wrong[] = {
		"", "x", "-1", "+1", ".", "1.", " 1", "1.23456", "1.00000",
	};
	const char *end;
	uint64_t px;
	uint32_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(price_parse(wrong[i], UINT64_MAX, &px, &end),
				 -EINVAL);
	assert_int_equal(price_parse("200000.0001", 2000000000, &px, &end),
			 -ERANGE);
	assert_int_equal(price_parse("200000", 2000000000, &px, &end), 0);
}

/* A number that leaves 64 bits is out of range, not another number. */
static void prices_do_not_wrap(void **state)
{
	static const char *const large[] = {
		"1844674407370956", "1844674407370959", "1844674407370955.1616",
		"18446744073709551616", "99999999999999999999999999",
		"1844674407370955161", "18446744073709551",
	};
	const char *end;
	uint64_t px;
	uint32_t i;

	for (i = 0; i < sizeof(large) / sizeof(large[0]); i++)
		assert_int_equal(price_parse(large[i], UINT64_MAX, &px, &end),
				 -ERANGE);
}

static void prices_there_and_back(void **state)
{
	char text[PRICE_TEXT];
	const char *end;
	uint64_t random = 7, px, back, i;

	assert_string_equal(price_text(text, 1823500), "182.3500");
	assert_string_equal(price_text(text, 0), "0.0000");
	assert_string_equal(price_text(text, 1), "0.0001");
	assert_string_equal(price_text(text, UINT64_MAX),
			    "1844674407370955.1615");
	for (i = 0; i < 100000; i++) {
		px = random_next(&random) >> random_below(&random, 64);
		price_text(text, px);
		assert_int_equal(price_parse(text, UINT64_MAX, &back, &end), 0);
		assert_int_equal(back, px);
		assert_int_equal(*end, 0);
	}
}

/* -- checksums and frames -------------------------------------------------- */

/* Byte by byte, end-around carry at once: not the way of csum.h. */
static uint16_t ones_complement_sum(uint16_t sum, const uint8_t *p,
				    uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len; i++) {
		uint32_t wide = sum + (i % 2 ? (uint32_t)p[i]
					     : (uint32_t)p[i] << 8);

		sum = (uint16_t)(wide % 0x10000 + wide / 0x10000);
	}
	return sum;
}

static void checksums(void **state)
{
	/* RFC 1071, section 3 */
	static const uint8_t rfc[] = {
		0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7,
	};
	static uint8_t data[65536];
	uint64_t random = 3;
	uint32_t i, len;

	assert_int_equal(csum_fold(csum_add(0, rfc, 8)), 0xffff ^ 0xddf2);
	assert_int_equal(csum_fold(0), 0xffff);
	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)random_next(&random);
	for (len = 0; len < 200; len++)
		assert_int_equal(csum_fold(csum_add(0, data, len)),
				 0xffff ^ ones_complement_sum(0, data, len));
	memset(data, 0xff, sizeof(data));
	assert_int_equal(csum_fold(csum_add(0, data, sizeof(data))), 0);
}

static const struct ht_udp_path path = {
	.src_mac = { 2, 0, 0, 0, 0, 1 },
	.dst_mac = { 1, 0, 0x5e, 1, 2, 3 },
	.src_ip = 0x0100000a,
	.dst_ip = 0x0302e1e0,
	.src_port = 0x3930,
	.dst_port = 0x6d67,
	.ttl = 8,
};

/* A receiver adds everything up, checksum included, and gets all ones. */
static void frame_adds_up(uint8_t *bytes, uint32_t len)
{
	struct ht_udp_frame *f = (void *)bytes;
	uint8_t pseudo[12] = {0};
	uint16_t sum;

	assert_int_equal(ones_complement_sum(0, bytes + 14, 20), 0xffff);
	memcpy(pseudo, bytes + 26, 8);
	pseudo[9] = 17;
	put_be16(pseudo + 10, (uint16_t)(8 + len));
	sum = ones_complement_sum(0, pseudo, sizeof(pseudo));
	assert_int_equal(ones_complement_sum(sum, bytes + 34, 8 + len), 0xffff);
	assert_int_not_equal(f->udp.check, 0);
}

static void frames_of_every_length(void **state)
{
	static uint8_t bytes[sizeof(struct ht_udp_frame) + 9000];
	struct ht_udp_frame *f = (void *)bytes;
	uint64_t random = 5;
	uint32_t len, i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)random_next(&random);
	for (len = 0; len <= 9000; len += len < 200 ? 1 : 97) {
		udp_frame_build(f, &path, len);
		frame_adds_up(bytes, len);
		assert_int_equal(get_be16(bytes + 16), 28 + len);
		assert_int_equal(get_be16(bytes + 38), 8 + len);
	}
}

static void frame_fields(void **state)
{
	uint8_t bytes[sizeof(struct ht_udp_frame) + 4] = {0};
	static const uint8_t want[] = {
		1, 0, 0x5e, 1, 2, 3, 2, 0, 0, 0, 0, 1, 0x08, 0x00,
		0x45, 0, 0, 32, 0, 0, 0x40, 0, 8, 17,
	};

	udp_frame_build((struct ht_udp_frame *)bytes, &path, 4);
	assert_memory_equal(bytes, want, sizeof(want));
	assert_int_equal(get_be32(bytes + 26), 0x0a000001);
	assert_int_equal(get_be32(bytes + 30), 0xe0e10203);
	assert_int_equal(get_be16(bytes + 34), 0x3039);
	assert_int_equal(get_be16(bytes + 36), 0x676d);
}

/* A sum that comes out as 0 is sent as all ones: 0 means no checksum. */
static void checksum_zero_is_sent_as_ones(void **state)
{
	uint8_t bytes[sizeof(struct ht_udp_frame) + 2] = {0};
	struct ht_udp_frame *f = (void *)bytes;
	uint16_t check;

	udp_frame_build(f, &path, 2);
	check = get_be16(&f->udp.check);
	put_be16(bytes + sizeof(*f), check);
	udp_frame_build(f, &path, 2);
	assert_int_equal(get_be16(&f->udp.check), 0xffff);
	frame_adds_up(bytes, 2);
}

/* -- bits, histogram -------------------------------------------------- */

static void bit_searches(void **state)
{
	uint64_t random = 11, v;
	uint32_t high, low, i;

	for (high = 0; high < 64; high++) {
		for (low = 0; low <= high; low++) {
			v = 1ull << high | 1ull << low;
			assert_int_equal(bit_high(v), high);
			assert_int_equal(bit_low(v), low);
		}
	}
	for (i = 0; i < 100000; i++) {
		v = random_next(&random) >> random_below(&random, 64);
		v |= !v;
		assert_int_equal(bit_high(v), 63 - __builtin_clzll(v));
		assert_int_equal(bit_low(v), __builtin_ctzll(v));
	}
}

static void within_one_percent(uint64_t ns)
{
	uint32_t index = hist_index(ns);
	uint64_t value = hist_value(index);
	uint64_t off = value > ns ? value - ns : ns - value;

	assert_in_range(index, 0, HIST_BUCKETS - 1);
	assert_true(off * 100 <= ns);
}

static void histogram_error(void **state)
{
	uint64_t random = 13, ns;
	uint32_t i;

	for (ns = 0; ns < 100000; ns++)
		within_one_percent(ns);
	for (i = 0; i <= HIST_TOP_BITS - 1; i++) {
		within_one_percent(1ull << i);
		within_one_percent((1ull << i) - 1);
		within_one_percent((1ull << i) + 1);
	}
	for (i = 0; i < 1000000; i++)
		within_one_percent(random_next(&random) >>
				   (28 + random_below(&random, 30)));
	within_one_percent((1ull << HIST_TOP_BITS) - 1);
}

/* Values never go down as buckets go up: no bucket is left out or shared. */
static void histogram_is_monotonic(void **state)
{
	uint32_t index;

	for (index = 0; index < HIST_BUCKETS; index++) {
		assert_int_equal(hist_index(hist_value(index)), index);
		if (index)
			assert_true(hist_value(index) > hist_value(index - 1));
	}
	assert_int_equal(hist_index(UINT64_MAX), HIST_BUCKETS - 1);
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* Against the sorted samples themselves. */
static void quantiles(void **state)
{
	enum { SAMPLES = 20000 };
	static const uint32_t per_mille[] = { 1, 10, 500, 900, 990, 999, 1000 };
	static struct ht_histogram h;
	static uint64_t sample[SAMPLES];
	uint64_t random = 17, got, want;
	uint32_t i;

	assert_int_equal(hist_quantile(&h, 500), 0);
	for (i = 0; i < SAMPLES; i++) {
		sample[i] = random_next(&random) >>
			    (30 + random_below(&random, 25));
		hist_add(&h, sample[i]);
	}
	qsort(sample, SAMPLES, sizeof(sample[0]), compare);
	for (i = 0; i < sizeof(per_mille) / sizeof(per_mille[0]); i++) {
		got = hist_quantile(&h, per_mille[i]);
		want = sample[SAMPLES / 1000 * per_mille[i] - 1];
		assert_true(got * 100 <= want * 101);
		assert_true(got * 101 >= want * 100);
	}
	assert_int_equal(h.max, sample[SAMPLES - 1]);
	assert_int_equal(h.count, SAMPLES);
}

static void quantile_of_one_sample(void **state)
{
	static struct ht_histogram h;

	hist_add(&h, 123457);
	assert_int_equal(hist_quantile(&h, 1), hist_quantile(&h, 1000));
	assert_true(hist_quantile(&h, 500) <= 123457);
	within_one_percent(hist_quantile(&h, 500));
}

/* -- lengths -------------------------------------------------- */

/* ITCH 5.0, the table of messages: written down a second time. */
static void itch_lengths(void **state)
{
	static const struct { char type; uint32_t len; } table[] = {
		{ 'S', 12 }, { 'R', 39 }, { 'H', 25 }, { 'Y', 20 }, { 'L', 26 },
		{ 'V', 35 }, { 'W', 12 }, { 'K', 28 }, { 'J', 35 }, { 'h', 21 },
		{ 'A', 36 }, { 'F', 40 }, { 'E', 31 }, { 'C', 36 }, { 'X', 23 },
		{ 'D', 19 }, { 'U', 35 }, { 'P', 44 }, { 'Q', 40 }, { 'B', 19 },
		{ 'I', 50 }, { 'N', 20 }, { 'O', 48 },
	};
	uint32_t i, known = 0;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_int_equal(itch_length(table[i].type), table[i].len);
	for (i = 0; i < 256; i++)
		known += itch_length((char)i) != 0;
	assert_int_equal(known, 23);
}

static void itch_offsets(void **state)
{
#define AT(name, field, offset)						\
	assert_int_equal(offsetof(struct itch_##name, field), offset)
	AT(directory, round_lot, 21);
	AT(directory, authenticity, 29);
	AT(directory, inverse, 38);
	AT(trading_action, state, 19);
	AT(operational_halt, market, 19);
	AT(add, side, 19);
	AT(add, shares, 20);
	AT(add, stock, 24);
	AT(add, price, 32);
	AT(add_mpid, mpid, 36);
	AT(executed, match, 23);
	AT(executed_price, printable, 31);
	AT(executed_price, price, 32);
	AT(cancel, shares, 19);
	AT(replace, new_ref, 19);
	AT(replace, shares, 27);
	AT(replace, price, 31);
	AT(trade, price, 32);
	AT(cross_trade, price, 27);
	AT(cross_trade, cross_type, 39);
	AT(noii, reference_price, 44);
	AT(luld_collar, upper, 23);
	AT(dlcr, near_time, 32);
#undef AT
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_at_any_offset),
		cmocka_unit_test(prices_read),
		cmocka_unit_test(prices_stop_where_they_end),
		cmocka_unit_test(prices_refused),
		cmocka_unit_test(prices_do_not_wrap),
		cmocka_unit_test(prices_there_and_back),
		cmocka_unit_test(checksums),
		cmocka_unit_test(frames_of_every_length),
		cmocka_unit_test(frame_fields),
		cmocka_unit_test(checksum_zero_is_sent_as_ones),
		cmocka_unit_test(bit_searches),
		cmocka_unit_test(histogram_error),
		cmocka_unit_test(histogram_is_monotonic),
		cmocka_unit_test(quantiles),
		cmocka_unit_test(quantile_of_one_sample),
		cmocka_unit_test(itch_lengths),
		cmocka_unit_test(itch_offsets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
