// SPDX-License-Identifier: GPL-2.0
/* user/ouch.c against captured OUCH 5.0 messages, byte for byte. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/ouch.h"
#include "ouch_vectors.h"

static void enter_is_encoded_as_captured(void **state)
{
	static const struct ouch_terms terms = {
		.tif = '0', .display = 'Y', .capacity = 'A', .iso = 'N',
		.cross_type = 'N', .firm = "LIME",
	};
	struct ouch_order order = {
		.urn = 113, .side = 'T', .qty = 225, .symbol = "CVLT",
		.px = 630200, .clordid = "H8FUB8IV      ",
	};
	uint8_t message[OUCH_ENTER_MAX];
	struct vector v;

	vector_read(&v, VECTOR_ENTER, SOUP_UNSEQUENCED);
	assert_int_equal(ouch_enter_init(message, &terms), v.len);
	ouch_enter_set((struct ouch_enter *)message, &order);
	assert_memory_equal(message, v.message, v.len);
}

static void enter_without_a_firm_has_no_tags(void **state)
{
	static const struct ouch_terms terms = {
		.tif = OUCH_TIF_IOC, .display = 'Y', .capacity = 'P',
		.iso = 'N', .cross_type = 'N',
	};
	struct ouch_order order = {
		.urn = 7, .side = 'B', .qty = 100, .symbol = "GOOGLABC",
		.px = 1823500,
	};
	struct ouch_enter m;

	ouch_clordid(order.clordid, 12345);
	assert_int_equal(ouch_enter_init(&m, &terms), sizeof(m));
	ouch_enter_set(&m, &order);
	assert_int_equal(get_be16(&m.appendage_len), 0);
	assert_memory_equal(m.symbol, "GOOGLABC", 8);
	assert_memory_equal(m.clordid, "T0000000012345", OUCH_CLORDID_LEN);
	/* the next order leaves nothing of this one behind */
	order.symbol = "F";
	ouch_enter_set(&m, &order);
	assert_memory_equal(m.symbol, "F       ", 8);
}

static void clordid_holds_thirteen_digits(void **state)
{
	char clordid[OUCH_CLORDID_LEN];

	ouch_clordid(clordid, 0);
	assert_memory_equal(clordid, "T0000000000000", OUCH_CLORDID_LEN);
	ouch_clordid(clordid, OUCH_SEQ_MAX);
	assert_memory_equal(clordid, "T9999999999999", OUCH_CLORDID_LEN);
}

static void cancel_is_laid_out_as_captured(void **state)
{
	struct ouch_cancel m = { .type = 'X' };
	struct vector v;

	vector_read(&v, VECTOR_CANCEL, SOUP_UNSEQUENCED);
	put_be32(&m.urn, 7679601);
	assert_int_equal(v.len, sizeof(m));
	assert_memory_equal(&m, v.message, sizeof(m));
}

static void canceled_is_decoded(void **state)
{
	struct ouch_reply r;
	struct vector v;

	vector_read(&v, VECTOR_CANCELED, SOUP_SEQUENCED);
	assert_int_equal(ouch_decode(v.message, v.len, &r), 0);
	assert_int_equal(r.type, 'C');
	assert_int_equal(r.timestamp, 0x289b4d681317);
	assert_int_equal(r.urn, 7682701);
	assert_int_equal(r.qty, 40);
	assert_int_equal(r.reason, 'U');
}

static void accepted_is_decoded(void **state)
{
	struct ouch_reply r;
	struct vector v;

	vector_read(&v, VECTOR_ACCEPTED, SOUP_SEQUENCED);
	assert_int_equal(ouch_decode(v.message, v.len, &r), 0);
	assert_int_equal(r.type, 'A');
	assert_int_equal(r.timestamp, 0x289b4d64af87);
	assert_int_equal(r.urn, 7682701);
	assert_int_equal(r.side, 'B');
	assert_int_equal(r.qty, 40);
	assert_int_equal(r.px, 4777800);
	assert_int_equal(r.order_ref, 257340661);
	assert_string_equal(r.symbol, "ADBE");
	assert_int_equal(r.tif, OUCH_TIF_GTX);
	assert_int_equal(r.display, 'Y');
	assert_int_equal(r.capacity, 'A');
	assert_int_equal(r.iso, 'N');
	assert_int_equal(r.cross_type, 'N');
	assert_int_equal(r.state, 'L');
	assert_string_equal(r.firm, "MLRO");
	assert_int_equal(r.channel, 0);
	assert_memory_equal(r.clordid, "7682701       ", OUCH_CLORDID_LEN);
}

static void executed_is_decoded_with_and_without_tags(void **state)
{
	struct ouch_executed m = { .type = 'E', .liquidity = 'R' };
	struct ouch_reply r;

	put_be64(&m.timestamp, 34200000000000);
	put_be32(&m.urn, 9);
	put_be32(&m.qty, 100);
	put_be64(&m.price, 1823500);
	put_be64(&m.match, 77);
	assert_int_equal(ouch_decode(&m, OUCH_EXECUTED_MIN, &r), 0);
	assert_int_equal(ouch_decode(&m, sizeof(m), &r), 0);
	assert_int_equal(r.urn, 9);
	assert_int_equal(r.qty, 100);
	assert_int_equal(r.px, 1823500);
	assert_int_equal(r.match, 77);
	assert_int_equal(r.liquidity, 'R');
}

static void rejected_is_decoded(void **state)
{
	struct ouch_rejected m = { .type = 'J' };
	struct ouch_reply r;

	put_be32(&m.urn, 3);
	put_be16(&m.reason, OUCH_REJECT_HALTED);
	memcpy(m.clordid, "T0000000000042", sizeof(m.clordid));
	assert_int_equal(ouch_decode(&m, sizeof(m), &r), 0);
	assert_int_equal(r.urn, 3);
	assert_int_equal(r.reason, OUCH_REJECT_HALTED);
	assert_string_equal(ouch_reject_words(r.reason), "security halted");
	assert_string_equal(ouch_reject_words(0x3f), "unknown reason");
}

static int decode_exactly(const uint8_t *message, size_t len)
{
	uint8_t *copy = exactly(message, len);
	struct ouch_reply r;
	int err = ouch_decode(copy, len, &r);

	free(copy);
	return err;
}

static void every_truncation_is_refused(void **state)
{
	static const struct { char type; size_t len; } answers[] = {
		{ 'S', 10 }, { 'A', 64 }, { 'U', 68 }, { 'C', 18 },
		{ 'D', 32 }, { 'E', 36 }, { 'B', 36 }, { 'J', 29 },
		{ 'P', 13 }, { 'I', 13 }, { 'T', 30 }, { 'M', 18 },
		{ 'R', 16 }, { 'X', 27 }, { 'G', 19 }, { 'K', 19 },
		{ 'Q', 13 },
	};
	uint8_t message[VECTOR_MAX] = {0};
	size_t i, len;

	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		message[0] = (uint8_t)answers[i].type;
		assert_int_equal(decode_exactly(message, answers[i].len), 0);
		for (len = 0; len < answers[i].len; len++) {
			/* an execution may come without its tags' length */
			if (answers[i].type == 'E' && len == OUCH_EXECUTED_MIN)
				continue;
			assert_int_equal(decode_exactly(message, len),
					 -EPROTO);
		}
		/* one byte too many is the half of a length */
		assert_int_equal(decode_exactly(message, len + 1), -EPROTO);
	}
}

static void every_truncation_of_tags_is_refused(void **state)
{
	struct vector v;
	size_t len;

	vector_read(&v, VECTOR_ACCEPTED, SOUP_SEQUENCED);
	for (len = 0; len < v.len; len++)
		assert_int_equal(decode_exactly(v.message, len), -EPROTO);
}

static void tags_must_fill_the_appendage(void **state)
{
	size_t tag = sizeof(struct ouch_accepted);
	struct vector v;

	vector_read(&v, VECTOR_ACCEPTED, SOUP_SEQUENCED);
	v.bytes[sizeof(struct soup_header) + tag] = 0;
	assert_int_equal(decode_exactly(v.message, v.len), -EPROTO);
	v.bytes[sizeof(struct soup_header) + tag] = 255;
	assert_int_equal(decode_exactly(v.message, v.len), -EPROTO);
	v.bytes[sizeof(struct soup_header) + tag] = 4;
	assert_int_equal(decode_exactly(v.message, v.len), -EPROTO);
}

static void terms_of_an_order_can_have_tags(void **state)
{
	static const struct ouch_terms terms = {
		.tif = '6', .display = 'Y', .capacity = 'A', .iso = 'N',
		.cross_type = 'N', .firm = "FIRM",
		.tags = { 6, { 5, 15, 0, 0, 0x0e, 0x10 } },
	};
	uint8_t message[OUCH_ENTER_MAX];

	assert_int_equal(ouch_enter_init(message, &terms), 47 + 6 + 6);
	assert_int_equal(get_be16(message + 45), 12);
	assert_memory_equal(message + 47, "\x05\x02" "FIRM", 6);
	assert_memory_equal(message + 53, terms.tags.bytes, 6);
}

static void other_types_are_told_apart(void **state)
{
	static const char types[] = "SAUCDEBJPITMRXGKQ";
	uint8_t message[VECTOR_MAX] = {0};
	int type;

	for (type = 0; type < 256; type++) {
		message[0] = (uint8_t)type;
		if (!type || !strchr(types, type))
			assert_int_equal(decode_exactly(message, 36), -ENOMSG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enter_is_encoded_as_captured),
		cmocka_unit_test(enter_without_a_firm_has_no_tags),
		cmocka_unit_test(clordid_holds_thirteen_digits),
		cmocka_unit_test(cancel_is_laid_out_as_captured),
		cmocka_unit_test(canceled_is_decoded),
		cmocka_unit_test(accepted_is_decoded),
		cmocka_unit_test(executed_is_decoded_with_and_without_tags),
		cmocka_unit_test(rejected_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(every_truncation_of_tags_is_refused),
		cmocka_unit_test(tags_must_fill_the_appendage),
		cmocka_unit_test(terms_of_an_order_can_have_tags),
		cmocka_unit_test(other_types_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
