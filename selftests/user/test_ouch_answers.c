// SPDX-License-Identifier: GPL-2.0
/* Every field of the answers, composed as OUCH 5.0 lays them out. */
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

/* Fields of an answer, one behind the other, behind type and timestamp. */
struct answer {
	size_t len;
	uint8_t byte[VECTOR_MAX];
};

static void add(struct answer *a, const void *bytes, size_t len)
{
	memcpy(a->byte + a->len, bytes, len);
	a->len += len;
}

static void add_text(struct answer *a, const char *text)
{
	add(a, text, strlen(text));
}

static void add_number(struct answer *a, uint64_t number, size_t width)
{
	uint8_t wire[8];

	put_be64(wire, number);
	add(a, wire + sizeof(wire) - width, width);
}

static void begin(struct answer *a, char type)
{
	a->len = 0;
	add(a, &type, 1);
	add_number(a, 34200000000123, 8);
}

static int decode(const struct answer *a, struct ouch_reply *r)
{
	uint8_t *copy = exactly(a->byte, a->len);
	int err = ouch_decode(copy, a->len, r);

	free(copy);
	return err;
}

static struct ouch_reply decoded(const struct answer *a)
{
	struct ouch_reply r;

	assert_int_equal(decode(a, &r), 0);
	assert_int_equal(r.type, a->byte[0]);
	assert_int_equal(r.timestamp, 34200000000123);
	return r;
}

static void replaced_is_decoded(void **state)
{
	struct answer a;
	struct ouch_reply r;

	begin(&a, 'U');
	add_number(&a, 5, 4);
	add_number(&a, 6, 4);
	add_text(&a, "E");
	add_number(&a, 300, 4);
	add_text(&a, "BRK.A   ");
	add_number(&a, 1999999900, 8);
	add_text(&a, "3Z");
	add_number(&a, 0x123456789abcdef0, 8);
	add_text(&a, "RYSDT0000000000042");
	add_number(&a, 9, 2);
	add_text(&a, "\x05\x02" "FIRM" "\x02\x1c\x07");
	r = decoded(&a);
	assert_int_equal(r.orig_urn, 5);
	assert_int_equal(r.urn, 6);
	assert_int_equal(r.side, 'E');
	assert_int_equal(r.qty, 300);
	assert_string_equal(r.symbol, "BRK.A");
	assert_int_equal(r.px, 1999999900);
	assert_int_equal(r.tif, '3');
	assert_int_equal(r.display, 'Z');
	assert_int_equal(r.order_ref, 0x123456789abcdef0);
	assert_int_equal(r.capacity, 'R');
	assert_int_equal(r.iso, 'Y');
	assert_int_equal(r.cross_type, 'S');
	assert_int_equal(r.state, 'D');
	assert_memory_equal(r.clordid, "T0000000000042", OUCH_CLORDID_LEN);
	assert_string_equal(r.firm, "FIRM");
	assert_int_equal(r.channel, 7);
}

static void aiq_canceled_is_decoded(void **state)
{
	struct answer a;
	struct ouch_reply r;

	begin(&a, 'D');
	add_number(&a, 5, 4);
	add_number(&a, 100, 4);
	add_text(&a, "Q");
	add_number(&a, 40, 4);
	add_number(&a, 1823500, 8);
	add_text(&a, "RY");
	r = decoded(&a);
	assert_int_equal(r.urn, 5);
	assert_int_equal(r.qty, 100);
	assert_int_equal(r.reason, 'Q');
	assert_int_equal(r.prevented, 40);
	assert_int_equal(r.px, 1823500);
	assert_int_equal(r.liquidity, 'R');
	assert_int_equal(r.strategy, 'Y');
}

static void broken_trade_is_decoded(void **state)
{
	struct answer a;
	struct ouch_reply r;

	begin(&a, 'B');
	add_number(&a, 5, 4);
	add_number(&a, 77, 8);
	add_text(&a, "CT0000000000042");
	r = decoded(&a);
	assert_int_equal(r.urn, 5);
	assert_int_equal(r.match, 77);
	assert_int_equal(r.reason, 'C');
	assert_memory_equal(r.clordid, "T0000000000042", OUCH_CLORDID_LEN);
}

static void pending_priority_and_modified_are_decoded(void **state)
{
	struct answer a;
	struct ouch_reply r;

	begin(&a, 'P');
	add_number(&a, 5, 4);
	assert_int_equal(decoded(&a).urn, 5);
	a.byte[0] = 'I';
	assert_int_equal(decoded(&a).urn, 5);
	begin(&a, 'T');
	add_number(&a, 5, 4);
	add_number(&a, 1823500, 8);
	add_text(&a, "N");
	add_number(&a, 99, 8);
	r = decoded(&a);
	assert_int_equal(r.urn, 5);
	assert_int_equal(r.px, 1823500);
	assert_int_equal(r.display, 'N');
	assert_int_equal(r.order_ref, 99);
	begin(&a, 'M');
	add_number(&a, 5, 4);
	add_text(&a, "T");
	add_number(&a, 60, 4);
	add_number(&a, 3, 2);
	add_text(&a, "\x02\x1c\xff");
	r = decoded(&a);
	assert_int_equal(r.side, 'T');
	assert_int_equal(r.qty, 60);
	assert_int_equal(r.channel, 255);
}

/* What a Restated may tell, and a tag of a later revision. */
static void restated_tags_add(struct answer *a)
{
	add_number(a, 28, 2);
	add_number(a, 0x0901, 2);
	add_number(a, 99, 8);
	add_number(a, 0x01fa, 2);
	add_number(a, 0x0516, 2);
	add_number(a, 100, 4);
	add_number(a, 0x0917, 2);
	add_number(a, 1823500, 8);
}

static void restated_says_what_its_tags_say(void **state)
{
	struct answer a;
	struct ouch_reply r;

	begin(&a, 'R');
	add_number(&a, 5, 4);
	add_text(&a, "R");
	restated_tags_add(&a);
	r = decoded(&a);
	assert_int_equal(r.urn, 5);
	assert_int_equal(r.reason, 'R');
	assert_int_equal(r.order_ref, 99);
	assert_int_equal(r.qty, 100);
	assert_int_equal(r.px, 1823500);
	/* other answers have these fields themselves, or not at all */
	begin(&a, 'K');
	add_number(&a, 5, 4);
	add_text(&a, "FIRM");
	restated_tags_add(&a);
	r = decoded(&a);
	assert_string_equal(r.firm, "FIRM");
	assert_int_equal(r.order_ref | r.qty | r.px, 0);
}

static void answers_about_a_session_are_decoded(void **state)
{
	struct answer a;
	struct ouch_reply r;

	begin(&a, 'S');
	add_text(&a, "E");
	assert_int_equal(decoded(&a).event, 'E');
	begin(&a, 'Q');
	add_number(&a, 4711, 4);
	assert_int_equal(decoded(&a).urn, 4711);
	begin(&a, 'G');
	add_number(&a, 8, 4);
	add_text(&a, "ABC ");
	add_number(&a, 0, 2);
	r = decoded(&a);
	assert_int_equal(r.urn, 8);
	assert_string_equal(r.firm, "ABC");
	begin(&a, 'X');
	add_number(&a, 8, 4);
	add_text(&a, "FIRM        ");
	add_number(&a, 3, 2);
	add_text(&a, "\x02\x1bT");
	r = decoded(&a);
	assert_int_equal(r.urn, 8);
	assert_string_equal(r.firm, "FIRM");
	assert_string_equal(r.symbol, "");
	assert_int_equal(r.side, 'T');
}

/* A tag that is read must have its length; any other may have what it likes. */
static void lengths_of_tags_are_judged_where_they_are_read(void **state)
{
	static const char wrong[][6] = {
		"\x01\x1c", "\x03\x1c..", "\x04\x02...",
	};
	struct ouch_reply r;
	struct answer a;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		begin(&a, 'P');
		add_number(&a, 5, 4);
		add_number(&a, strlen(wrong[i]), 2);
		add_text(&a, wrong[i]);
		assert_int_equal(decode(&a, &r), -EPROTO);
		a.byte[a.len - strlen(wrong[i]) + 1] = 250;
		assert_int_equal(decode(&a, &r), 0);
	}
}

/* An appendage behind a Cancel Pending. */
static int decode_tags(uint64_t says, const char *tags, size_t len)
{
	struct ouch_reply r;
	struct answer a;

	begin(&a, 'P');
	add_number(&a, 5, 4);
	add_number(&a, says, 2);
	add(&a, tags, len);
	return decode(&a, &r);
}

static void an_appendage_adds_up(void **state)
{
	assert_int_equal(decode_tags(0, "", 0), 0);
	assert_int_equal(decode_tags(2, "\x01\xfa", 2), 0);
	assert_int_equal(decode_tags(3, "\x02\xfa!", 3), 0);
	assert_int_equal(decode_tags(0, "\x01\xfa", 2), -EPROTO);
	assert_int_equal(decode_tags(1, "\x01\xfa", 2), -EPROTO);
	assert_int_equal(decode_tags(3, "\x01\xfa", 2), -EPROTO);
	assert_int_equal(decode_tags(1, "\x00", 1), -EPROTO);
	assert_int_equal(decode_tags(2, "\x00\xfa", 2), -EPROTO);
	assert_int_equal(decode_tags(1, "\x01", 1), -EPROTO);
	assert_int_equal(decode_tags(2, "\x02\xfa", 2), -EPROTO);
	assert_int_equal(decode_tags(3, "\x01\xfa\x05", 3), -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replaced_is_decoded),
		cmocka_unit_test(aiq_canceled_is_decoded),
		cmocka_unit_test(broken_trade_is_decoded),
		cmocka_unit_test(pending_priority_and_modified_are_decoded),
		cmocka_unit_test(restated_says_what_its_tags_say),
		cmocka_unit_test(answers_about_a_session_are_decoded),
		cmocka_unit_test(lengths_of_tags_are_judged_where_they_are_read),
		cmocka_unit_test(an_appendage_adds_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
