// SPDX-License-Identifier: GPL-2.0
/* Tags: their values, the messages that may have them, and all of it at random,
 * into bytes and back.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ouch_requests.h"
#include "wire.h"

enum { ROUNDS = 20000 };

/* The sheet: tags by number, bytes of the value, N number, L letter, T text. */
static const struct {
	uint8_t tag, width;
	char kind;
	uint64_t good;
} known[] = {
	{ 1, 8, 'N', 99 },	{ 2, 4, 'T', 0 },	{ 3, 4, 'N', 100 },
	{ 4, 1, 'L', 'R' },	{ 5, 4, 'N', 100 },	{ 6, 1, 'L', 'm' },
	{ 7, 4, 'N', 100 },	{ 9, 8, 'N', 100 },	{ 10, 1, 'L', 'M' },
	{ 11, 4, 'N', 100 },	{ 12, 1, 'L', 'P' },	{ 13, 4, 'N', 100 },
	{ 14, 4, 'T', 0 },	{ 15, 4, 'N', 60 },	{ 16, 1, 'L', 'Y' },
	{ 17, 1, 'L', 'I' },	{ 18, 1, 'L', '0' },	{ 22, 4, 'N', 100 },
	{ 23, 8, 'N', 100 },	{ 24, 2, 'N', 7 },	{ 25, 1, 'L', 'Y' },
	{ 26, 4, 'T', 0 },	{ 27, 1, 'L', 'T' },	{ 28, 1, 'N', 0 },
	{ 29, 1, 'L', '*' },	{ 30, 2, 'T', 0 },
};

enum { KNOWN = sizeof(known) / sizeof(known[0]) };

static int put(struct ouch_appendage *a, uint8_t tag, uint64_t value)
{
	return ouch_tag_put(a, (enum ouch_tag)tag, value);
}

static int put_text(struct ouch_appendage *a, uint8_t tag, const char *text)
{
	return ouch_tag_put_text(a, (enum ouch_tag)tag, text);
}

static int put_good(struct ouch_appendage *a, size_t i)
{
	return known[i].kind == 'T' ? put_text(a, known[i].tag, "AB") :
				      put(a, known[i].tag, known[i].good);
}

static void a_tag_is_as_captured(void **state)
{
	struct ouch_appendage a = {0};

	assert_int_equal(put_text(&a, OUCH_TAG_FIRM, "LIME"), 0);
	assert_int_equal(put(&a, OUCH_TAG_BBO_WEIGHT, '0'), 0);
	assert_int_equal(put(&a, OUCH_TAG_USER_REF_IDX, 5), 0);
	assert_int_equal(a.len, 12);
	assert_memory_equal(a.bytes, "\x05\x02LIME\x02\x12\x30\x02\x1c\x05",
			    12);
}

static void every_tag_has_its_width_once(void **state)
{
	struct ouch_appendage a = {0}, before;
	size_t i, len = 0;

	for (i = 0; i < KNOWN; i++) {
		assert_int_equal(put_good(&a, i), 0);
		assert_int_equal(a.bytes[len], 1 + known[i].width);
		assert_int_equal(a.bytes[len + 1], known[i].tag);
		len += 2u + known[i].width;
		assert_int_equal(a.len, len);
		before = a;
		assert_int_equal(put_good(&a, i), -EEXIST);
		assert_memory_equal(&a, &before, sizeof(a));
	}
	assert_int_equal(len, OUCH_APPENDAGE_MAX);
}

static void unknown_tags_are_refused(void **state)
{
	struct ouch_appendage a = {0};
	int tag;
	size_t i;

	for (tag = 0; tag < 256; tag++) {
		for (i = 0; i < KNOWN && known[i].tag != tag; i++)
			;
		if (i == KNOWN)
			assert_int_equal(put(&a, (uint8_t)tag, 1), -EINVAL);
		if (i == KNOWN || known[i].kind != 'T')
			assert_int_equal(put_text(&a, (uint8_t)tag, "A"),
					 -EINVAL);
		else
			assert_int_equal(put(&a, (uint8_t)tag, 'A'), -EINVAL);
	}
	assert_int_equal(a.len, 0);
}

static void values_are_in_their_range(void **state)
{
	static const struct { uint8_t tag; uint64_t most; } mosts[] = {
		{ OUCH_TAG_SECONDARY_REF, UINT64_MAX },
		{ OUCH_TAG_MIN_QTY, UINT32_MAX },
		{ OUCH_TAG_DISCRETION_PRICE, 1999999900 },
		{ OUCH_TAG_PEG_OFFSET, INT32_MAX },
		{ OUCH_TAG_EXPIRE_TIME, 86399 },
		{ OUCH_TAG_GROUP_ID, UINT16_MAX },
		{ OUCH_TAG_USER_REF_IDX, UINT8_MAX },
	};
	struct ouch_appendage a = {0};
	uint64_t value;
	size_t i;

	for (i = 0; i < sizeof(mosts) / sizeof(mosts[0]); i++) {
		if (mosts[i].most != UINT64_MAX)
			assert_int_equal(put(&a, mosts[i].tag,
					     mosts[i].most + 1), -ERANGE);
		assert_int_equal(put(&a, mosts[i].tag, mosts[i].most), 0);
		assert_int_equal(ouch_tag_get(&a, (enum ouch_tag)mosts[i].tag,
					      &value), 0);
		assert_int_equal(value, mosts[i].most);
	}
	assert_int_equal(ouch_tag_get(&a, OUCH_TAG_FIRM, &value), -ENOENT);
}

static void offsets_have_a_sign(void **state)
{
	struct ouch_appendage a = {0};
	uint64_t value;

	assert_int_equal(put(&a, OUCH_TAG_PEG_OFFSET,
			     (uint64_t)INT32_MIN - 1), -ERANGE);
	assert_int_equal(put(&a, OUCH_TAG_PEG_OFFSET, (uint64_t)-100), 0);
	assert_memory_equal(a.bytes, "\x05\x07\xff\xff\xff\x9c", 6);
	assert_int_equal(ouch_tag_get(&a, OUCH_TAG_PEG_OFFSET, &value), 0);
	assert_int_equal((int64_t)value, -100);
}

static void letters_and_texts_are_those_of_the_tag(void **state)
{
	struct ouch_appendage a = {0};

	assert_int_equal(put(&a, OUCH_TAG_POST_ONLY, 'X'), -EINVAL);
	assert_int_equal(put(&a, OUCH_TAG_POST_ONLY, 0), -EINVAL);
	assert_int_equal(put(&a, OUCH_TAG_POST_ONLY, 'P' + 256), -EINVAL);
	assert_int_equal(put(&a, OUCH_TAG_DISCRETION_TYPE, 'Q'), -EINVAL);
	assert_int_equal(put_text(&a, OUCH_TAG_FIRM, ""), -EINVAL);
	assert_int_equal(put_text(&a, OUCH_TAG_FIRM, " A"), -EINVAL);
	assert_int_equal(put_text(&a, OUCH_TAG_FIRM, "A\n"), -EINVAL);
	assert_int_equal(put_text(&a, OUCH_TAG_FIRM, "ABCDE"), -ERANGE);
	assert_int_equal(put_text(&a, OUCH_TAG_FIRM, "A"), 0);
	assert_memory_equal(a.bytes, "\x05\x02" "A   ", 6);
}

/* OUCH 5.0 revision 1.05: what each message lists. */
static void a_message_has_only_tags_of_its_list(void **state)
{
	static const struct { char type; const char *tags; } lists[] = {
		{ 'O', "\2\3\4\5\6\7\11\12\13\14\15\17\20\21\30\31\32\34\35\36" },
		{ 'U', "\3\5\6\7\11\12\13\14\15\17\20\21\31\32\33\34\35\36" },
		{ 'X', "\34" }, { 'M', "\31\32\34" }, { 'C', "\30\33\34" },
		{ 'D', "\34" }, { 'E', "\34" }, { 'Q', "\34" },
	};
	uint8_t m[OUCH_REQUEST_MAX];
	size_t i, tag;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (tag = 0; tag < KNOWN; tag++) {
			struct ouch_request original = request_of('O');
			struct ouch_request r = request_of(lists[i].type);

			put_good(&r.terms.tags, tag);
			assert_int_equal(ouch_request_encode(m, &r,
							     &original) > 0,
					 !!strchr(lists[i].tags,
						  known[tag].tag));
		}
}

static void tags_that_do_not_add_up_are_refused(void **state)
{
	static const struct ouch_appendage wrong[] = {
		{ 1, { 0 } },			/* no length */
		{ 2, { 0, 28 } },		/* no tag */
		{ 2, { 2, 28 } },		/* goes beyond */
		{ 2, { 1, 28 } },		/* no value */
		{ 4, { 3, 28, 1, 1 } },		/* too wide */
		{ 3, { 2, 99, 1 } },		/* unknown */
		{ 6, { 2, 28, 1, 2, 28, 1 } },	/* twice */
		{ 3, { 2, 12, 'X' } },
		{ 6, { 5, 2, ' ', 'A', 'A', 'A' } },
		{ OUCH_APPENDAGE_MAX + 1, { 0 } },
	};
	struct ouch_request r = request_of('O');
	uint8_t m[OUCH_REQUEST_MAX];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		r.terms.tags = wrong[i];
		assert_int_equal(ouch_request_encode(m, &r, NULL), -EINVAL);
	}
	r.terms.tags = wrong[0];
	assert_int_equal(put(&r.terms.tags, OUCH_TAG_MIN_QTY, 1), -EINVAL);
	assert_int_equal(r.terms.tags.len, 1);
}

static void a_firm_is_named_once(void **state)
{
	struct ouch_request r = request_of('O');
	uint8_t m[OUCH_REQUEST_MAX];

	strcpy(r.terms.firm, "FIRM");
	put_text(&r.terms.tags, OUCH_TAG_FIRM, "FIRM");
	assert_int_equal(ouch_request_encode(m, &r, NULL), -EINVAL);
}

/* -- at random ---------------------------------------------------------- */

static uint64_t seed = 0x9e3779b97f4a7c15;

/* Return: from 0 to below - 1.  xorshift64 */
static uint64_t any(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

static char any_of(const char *letters)
{
	return letters[any(strlen(letters))];
}

static void any_text(char *text, uint64_t least, uint64_t most)
{
	uint64_t len = least + any(most - least + 1), i;

	memset(text, 0, most + 1);
	for (i = 0; i < len; i++)
		text[i] = (char)('!' + any('~' - '!' + 1));
}

/* About an order of the same channel and locates, where it is about one. */
static int encode(uint8_t *m, const struct ouch_request *r)
{
	struct ouch_request original = request_of('O');

	original.terms.tags = r->terms.tags;
	return ouch_request_encode(m, r, &original);
}

/* Some of the tags that the message may have. */
static void any_tags(struct ouch_request *r)
{
	uint8_t m[OUCH_REQUEST_MAX];
	uint64_t tries = any(2 * KNOWN);
	uint16_t len;

	for (; tries; tries--) {
		len = r->terms.tags.len;
		put_good(&r->terms.tags, any(KNOWN));
		if (encode(m, r) >= 0)
			continue;
		memset(r->terms.tags.bytes + len, 0,
		       sizeof(r->terms.tags.bytes) - len);
		r->terms.tags.len = len;
	}
}

static void any_request(struct ouch_request *r)
{
	*r = request_of(any_of(REQUEST_TYPES));
	if (r->urn)
		r->urn = 1000000 + (uint32_t)any(UINT32_MAX - 1000000);
	if (r->orig_urn)
		r->orig_urn = 1 + (uint32_t)any(1000000);
	if (r->qty && r->type != 'M')
		r->qty = 1 + (uint32_t)any(OUCH_QTY_MAX);
	if (r->px)
		r->px = 1 + any(OUCH_PRICE_MAX);
	if (r->type == 'O')
		r->side = any_of("BSTE");
	if (r->symbol[0])
		any_text(r->symbol, 1, OUCH_SYMBOL_LEN);
	if (strchr("OCDE", r->type))
		any_text(r->terms.firm, 0, OUCH_FIRM_LEN);
	if (r->terms.tif)
		r->terms.tif = any_of("0356");
	any_tags(r);
}

/* What can be encoded is read back the same, down to the padding. */
static void what_goes_out_comes_back(void **state)
{
	struct ouch_request r, back;
	uint8_t m[OUCH_REQUEST_MAX], again[OUCH_REQUEST_MAX];
	int i, len, encoded = 0;

	for (i = 0; i < ROUNDS; i++) {
		any_request(&r);
		len = encode(m, &r);
		if (len < 0)
			continue;
		encoded++;
		assert_true(len <= (int)OUCH_REQUEST_MAX);
		assert_int_equal(ouch_request_decode(m, (size_t)len, &back), 0);
		assert_int_equal(encode(again, &back), len);
		assert_memory_equal(again, m, (size_t)len);
		if (r.type != 'O' || r.terms.firm[0] ||
		    r.terms.tags.bytes[1] != OUCH_TAG_FIRM)
			assert_memory_equal(&back, &r, sizeof(r));
	}
	assert_true(encoded > ROUNDS / 2);
}

static void the_hot_way_writes_the_same(void **state)
{
	uint8_t slow[OUCH_REQUEST_MAX], hot[OUCH_ENTER_MAX];
	struct ouch_request r;
	int i, len;

	for (i = 0; i < ROUNDS; i++) {
		struct ouch_order order;

		any_request(&r);
		len = r.type == 'O' ? ouch_request_encode(slow, &r, NULL) : -1;
		if (len < 0)
			continue;
		order = (struct ouch_order){
			.urn = r.urn, .qty = r.qty, .px = r.px, .side = r.side,
			.symbol = r.symbol,
		};
		memcpy(order.clordid, r.clordid, sizeof(order.clordid));
		assert_int_equal(ouch_enter_init(hot, &r.terms), len);
		ouch_enter_set((struct ouch_enter *)hot, &order);
		assert_memory_equal(hot, slow, (size_t)len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tag_is_as_captured),
		cmocka_unit_test(every_tag_has_its_width_once),
		cmocka_unit_test(unknown_tags_are_refused),
		cmocka_unit_test(values_are_in_their_range),
		cmocka_unit_test(offsets_have_a_sign),
		cmocka_unit_test(letters_and_texts_are_those_of_the_tag),
		cmocka_unit_test(a_message_has_only_tags_of_its_list),
		cmocka_unit_test(tags_that_do_not_add_up_are_refused),
		cmocka_unit_test(a_firm_is_named_once),
		cmocka_unit_test(what_goes_out_comes_back),
		cmocka_unit_test(the_hot_way_writes_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
