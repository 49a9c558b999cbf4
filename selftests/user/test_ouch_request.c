// SPDX-License-Identifier: GPL-2.0
/* Requests into bytes and back, and what OUCH 5.0 does not allow. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ouch_requests.h"
#include "ouch_vectors.h"

/* The sheet of OUCH 5.0: bytes of a message whose appendage is empty. */
static const struct {
	char type;
	size_t len;
	bool optional;			/* its length may be missing */
} lengths[] = {
	{ 'O', 47, false }, { 'U', 40, false }, { 'X', 9, true },
	{ 'M', 10, true },  { 'C', 19, false }, { 'D', 11, false },
	{ 'E', 11, false }, { 'Q', 1, true },
};

/* Encodes into memory that is just large enough, about an order of 100 shares
 * sold short.
 */
static int encode(const struct ouch_request *r)
{
	const struct ouch_request original = request_of('O');
	uint8_t *message = malloc(OUCH_REQUEST_MAX);
	int len;

	assert_non_null(message);
	len = ouch_request_encode(message, r, &original);
	free(message);
	return len;
}

static int decode_exactly(const uint8_t *message, size_t len,
			  struct ouch_request *r)
{
	uint8_t *copy = exactly(message, len);
	int err = ouch_request_decode(copy, len, r);

	free(copy);
	return err;
}

static void enter_is_as_captured(void **state)
{
	struct ouch_request r, back;
	uint8_t message[OUCH_REQUEST_MAX];
	struct vector v;

	vector_read(&v, VECTOR_ENTER, SOUP_UNSEQUENCED);
	assert_int_equal(decode_exactly(v.message, v.len, &r), 0);
	assert_int_equal(r.type, 'O');
	assert_int_equal(r.urn, 113);
	assert_int_equal(r.side, 'T');
	assert_int_equal(r.qty, 225);
	assert_string_equal(r.symbol, "CVLT");
	assert_int_equal(r.px, 630200);
	assert_int_equal(r.terms.tif, OUCH_TIF_DAY);
	assert_int_equal(r.terms.display, 'Y');
	assert_int_equal(r.terms.capacity, 'A');
	assert_int_equal(r.terms.iso, 'N');
	assert_int_equal(r.terms.cross_type, 'N');
	assert_string_equal(r.terms.firm, "LIME");
	assert_int_equal(r.terms.tags.len, 0);
	assert_memory_equal(r.clordid, "H8FUB8IV      ", OUCH_CLORDID_LEN);
	assert_int_equal(ouch_request_encode(message, &r, NULL), v.len);
	assert_memory_equal(message, v.message, v.len);
	/* the firm as a tag of the others is the same message */
	r.terms.firm[0] = '\0';
	assert_int_equal(ouch_tag_put_text(&r.terms.tags, OUCH_TAG_FIRM,
					   "LIME"), 0);
	assert_int_equal(ouch_request_encode(message, &r, NULL), v.len);
	assert_memory_equal(message, v.message, v.len);
	assert_int_equal(ouch_request_decode(message, v.len, &back), 0);
	assert_string_equal(back.terms.firm, "LIME");
}

static void cancel_is_as_captured(void **state)
{
	uint8_t message[OUCH_REQUEST_MAX];
	struct ouch_request r;
	struct vector v;

	vector_read(&v, VECTOR_CANCEL, SOUP_UNSEQUENCED);
	assert_int_equal(decode_exactly(v.message, v.len, &r), 0);
	assert_int_equal(r.type, 'X');
	assert_int_equal(r.urn, 7679601);
	assert_int_equal(r.qty, 0);
	assert_int_equal(ouch_request_encode(message, &r, NULL), v.len);
	assert_memory_equal(message, v.message, v.len);
}

static void fields_are_where_the_sheet_has_them(void **state)
{
	const struct ouch_request original = request_of('O');
	struct ouch_request r = request_of('U');
	uint8_t m[OUCH_REQUEST_MAX];

	assert_int_equal(ouch_request_encode(m, &r, &original), 40);
	assert_int_equal(get_be32(m + 1), 6);
	assert_int_equal(get_be32(m + 5), 7);
	assert_int_equal(get_be32(m + 9), 100);
	assert_int_equal(get_be64(m + 13), 1823500);
	assert_memory_equal(m + 21, "0YNT0000000000042\0\0", 19);
	r = request_of('M');
	assert_int_equal(ouch_request_encode(m, &r, &original), 10);
	assert_memory_equal(m, "M\0\0\0\x07T\0\0\0\x64", 10);
	r = request_of('C');
	strcpy(r.symbol, "");
	assert_int_equal(ouch_request_encode(m, &r, NULL), 19);
	assert_memory_equal(m, "C\0\0\0\x07" "FIRM        \0\0", 19);
	r = request_of('D');
	assert_int_equal(ouch_request_encode(m, &r, NULL), 11);
	assert_memory_equal(m, "D\0\0\0\x07" "FIRM\0\0", 11);
	r = request_of('E');
	strcpy(r.terms.firm, "");
	assert_int_equal(ouch_request_encode(m, &r, NULL), 11);
	assert_memory_equal(m, "E\0\0\0\x07    \0\0", 11);
	r = request_of('Q');
	assert_int_equal(ouch_request_encode(m, &r, NULL), 1);
	assert_memory_equal(m, "Q", 1);
	ouch_tag_put(&r.terms.tags, OUCH_TAG_USER_REF_IDX, 5);
	assert_int_equal(ouch_request_encode(m, &r, NULL), 6);
	assert_memory_equal(m, "Q\0\x03\x02\x1c\x05", 6);
}

static void every_truncation_is_refused(void **state)
{
	uint8_t message[VECTOR_MAX] = {0};
	struct ouch_request r;
	size_t i, len;

	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		message[0] = (uint8_t)lengths[i].type;
		for (len = 0; len < lengths[i].len; len++)
			assert_int_equal(decode_exactly(message, len, &r),
					 -EPROTO);
		assert_int_equal(decode_exactly(message, len, &r), 0);
		assert_int_equal(decode_exactly(message, len + 1, &r), -EPROTO);
		assert_int_equal(decode_exactly(message, len + 2, &r),
				 lengths[i].optional ? 0 : -EPROTO);
		assert_int_equal(decode_exactly(message, len + 3, &r), -EPROTO);
	}
}

static void every_truncation_of_tags_is_refused(void **state)
{
	uint8_t m[OUCH_REQUEST_MAX];
	struct ouch_request r, back;
	int len, cut, bare;
	size_t i;

	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct ouch_request original = request_of('O');

		r = request_of(lengths[i].type);
		ouch_tag_put(&r.terms.tags, OUCH_TAG_USER_REF_IDX, 3);
		original.terms.tags = r.terms.tags;
		bare = (int)lengths[i].len;
		len = ouch_request_encode(m, &r, &original);
		assert_int_equal(len, bare + (lengths[i].optional ? 2 : 0) + 3);
		assert_int_equal(decode_exactly(m, (size_t)len, &back), 0);
		assert_memory_equal(&back, &r, sizeof(r));
		for (cut = 0; cut < len; cut++)
			if (cut != bare || !lengths[i].optional)
				assert_int_equal(decode_exactly(m, (size_t)cut,
								&back),
						 -EPROTO);
	}
}

static void tags_that_do_not_add_up_are_refused(void **state)
{
	uint8_t m[VECTOR_MAX] = { 'Q' };
	struct ouch_request r;
	size_t len;

	put_be16(m + 1, 2);
	memcpy(m + 3, "\x01\xfa", 2);
	assert_int_equal(decode_exactly(m, 5, &r), 0);
	m[3] = 0;
	assert_int_equal(decode_exactly(m, 5, &r), -EPROTO);
	m[3] = 2;
	assert_int_equal(decode_exactly(m, 5, &r), -EPROTO);
	/* as many as we could send, and one more */
	for (len = 0; len + 2 <= OUCH_APPENDAGE_MAX + 2; len += 2)
		memcpy(m + 3 + len, "\x01\xfa", 2);
	put_be16(m + 1, (uint16_t)len);
	assert_int_equal(decode_exactly(m, 3 + len, &r), -EPROTO);
	put_be16(m + 1, (uint16_t)(len - 2));
	assert_int_equal(decode_exactly(m, 3 + len - 2, &r), 0);
	assert_int_equal(r.terms.tags.len, len - 2);
}

/* A firm of spaces is the port's own: it stays where it was sent. */
static void a_blank_firm_is_no_firm(void **state)
{
	uint8_t m[VECTOR_MAX] = { 'O' };
	struct ouch_request r;

	put_be16(m + 45, 6);
	memcpy(m + 47, "\x05\x02    ", 6);
	assert_int_equal(decode_exactly(m, 53, &r), 0);
	assert_string_equal(r.terms.firm, "");
	assert_int_equal(r.terms.tags.len, 6);
	memcpy(m + 49, "AB  ", 4);
	assert_int_equal(decode_exactly(m, 53, &r), 0);
	assert_string_equal(r.terms.firm, "AB");
	assert_int_equal(r.terms.tags.len, 0);
}

static void other_types_are_told_apart(void **state)
{
	uint8_t message[VECTOR_MAX] = {0};
	struct ouch_request r;
	int type;

	for (type = 0; type < 256; type++) {
		if (type && strchr(REQUEST_TYPES, type))
			continue;
		message[0] = (uint8_t)type;
		assert_int_equal(decode_exactly(message, 47, &r), -ENOMSG);
		memset(&r, 0, sizeof(r));
		r.type = (char)type;
		assert_int_equal(encode(&r), -EINVAL);
	}
}

static int with_qty(char type, uint32_t qty)
{
	struct ouch_request r = request_of(type);

	r.qty = qty;
	return encode(&r);
}

static int with_px(char type, uint64_t px)
{
	struct ouch_request r = request_of(type);

	r.px = px;
	return encode(&r);
}

static int with_urn(char type, uint32_t orig_urn, uint32_t urn)
{
	struct ouch_request r = request_of(type);

	r.orig_urn = orig_urn;
	r.urn = urn;
	return encode(&r);
}

static void quantities_are_in_their_range(void **state)
{
	const char *type;

	for (type = "OU"; *type; type++) {
		assert_int_equal(with_qty(*type, 0), -ERANGE);
		assert_true(with_qty(*type, 1) > 0);
		assert_true(with_qty(*type, 999999) > 0);
		assert_int_equal(with_qty(*type, 1000000), -ERANGE);
		assert_int_equal(with_qty(*type, UINT32_MAX), -ERANGE);
	}
	assert_int_equal(with_qty('X', 0), 9);
	assert_int_equal(with_qty('X', 999999), 9);
	assert_int_equal(with_qty('X', 1000000), -ERANGE);
	/* more than the order has would be ignored */
	assert_int_equal(with_qty('M', 0), -ERANGE);
	assert_int_equal(with_qty('M', 1), 10);
	assert_int_equal(with_qty('M', 100), 10);
	assert_int_equal(with_qty('M', 101), -ERANGE);
}

static void prices_are_those_of_limit_orders(void **state)
{
	static const uint64_t wrong[] = {
		0, 1999999901, 2000000000, 0x7fffffff, 1ull << 32, UINT64_MAX,
	};
	const char *type;
	size_t i;

	for (type = "OU"; *type; type++) {
		assert_true(with_px(*type, 1) > 0);
		assert_true(with_px(*type, 1999999900) > 0);
		for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
			assert_int_equal(with_px(*type, wrong[i]), -ERANGE);
	}
}

static void urns_begin_with_one_and_increase(void **state)
{
	const char *type;

	for (type = "OXMCDE"; *type; type++) {
		assert_int_equal(with_urn(*type, 0, 0), -ERANGE);
		assert_true(with_urn(*type, 0, 1) > 0);
		assert_true(with_urn(*type, 0, UINT32_MAX) > 0);
	}
	assert_int_equal(with_urn('U', 0, 1), -ERANGE);
	assert_int_equal(with_urn('U', 1, 1), -ERANGE);
	assert_int_equal(with_urn('U', 2, 1), -ERANGE);
	assert_int_equal(with_urn('U', 1, 2), 40);
	assert_int_equal(with_urn('U', UINT32_MAX - 1, UINT32_MAX), 40);
}

/* Every other letter at `at` is refused. */
static void letters_are(char type, size_t at, const char *letters)
{
	struct ouch_request r = request_of(type);
	int letter;

	/* what a time in force of GTT needs */
	ouch_tag_put(&r.terms.tags, OUCH_TAG_EXPIRE_TIME, 60);
	for (letter = 0; letter < 256; letter++) {
		((char *)&r)[at] = (char)letter;
		if (letter && strchr(letters, letter))
			assert_true(encode(&r) > 0);
		else
			assert_int_equal(encode(&r), -EINVAL);
	}
}

static void letters_are_those_of_ouch(void **state)
{
#define AT(field) offsetof(struct ouch_request, field)
	letters_are('O', AT(side), "BSTE");
	letters_are('O', AT(terms.tif), "0356E");
	letters_are('O', AT(terms.display), "YNA");
	letters_are('O', AT(terms.capacity), "APRO");
	letters_are('O', AT(terms.iso), "YN");
	letters_are('O', AT(terms.cross_type), "NOCHSREA");
	letters_are('U', AT(terms.tif), "0356");
	letters_are('U', AT(terms.display), "YNA");
	letters_are('U', AT(terms.iso), "YN");
#undef AT
}

static void texts_are_printable_and_left_justified(void **state)
{
	static const char *const wrong[] = { " A", "A B", "A\n", "\xe9" };
	struct ouch_request r;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		r = request_of('O');
		strcpy(r.symbol, wrong[i]);
		assert_int_equal(encode(&r), -EINVAL);
		r = request_of('O');
		strcpy(r.terms.firm, wrong[i]);
		assert_int_equal(encode(&r), -EINVAL);
		r = request_of('C');
		strcpy(r.terms.firm, wrong[i]);
		assert_int_equal(encode(&r), -EINVAL);
		r = request_of('C');
		strcpy(r.symbol, wrong[i]);
		assert_int_equal(encode(&r), -EINVAL);
		r = request_of('D');
		strcpy(r.terms.firm, wrong[i]);
		assert_int_equal(encode(&r), -EINVAL);
	}
	r = request_of('O');
	r.clordid[0] = '\n';
	assert_int_equal(encode(&r), -EINVAL);
	r = request_of('O');
	r.symbol[0] = '\0';
	assert_int_equal(encode(&r), -EINVAL);
	r = request_of('U');
	r.clordid[13] = '\0';
	assert_int_equal(encode(&r), -EINVAL);
	r = request_of('O');
	memset(r.symbol, 'A', sizeof(r.symbol));	/* without an end */
	assert_int_equal(encode(&r), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enter_is_as_captured),
		cmocka_unit_test(cancel_is_as_captured),
		cmocka_unit_test(fields_are_where_the_sheet_has_them),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(every_truncation_of_tags_is_refused),
		cmocka_unit_test(tags_that_do_not_add_up_are_refused),
		cmocka_unit_test(a_blank_firm_is_no_firm),
		cmocka_unit_test(other_types_are_told_apart),
		cmocka_unit_test(quantities_are_in_their_range),
		cmocka_unit_test(prices_are_those_of_limit_orders),
		cmocka_unit_test(urns_begin_with_one_and_increase),
		cmocka_unit_test(letters_are_those_of_ouch),
		cmocka_unit_test(texts_are_printable_and_left_justified),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
