// SPDX-License-Identifier: GPL-2.0
/*
 * test_exchange_replace - the four outcomes of a Replace, and what of the
 * original goes on in the new order
 */
#include "market.h"

enum { REPLACED_LEN = sizeof(struct ouch_replaced) };

static struct ouch_replace terms(uint32_t orig, uint32_t urn, uint32_t qty,
				 uint64_t price)
{
	struct ouch_replace r = {
		.type = 'U', .tif = '0', .display = 'N', .iso = 'Y',
	};

	put_be32(&r.orig_urn, orig);
	put_be32(&r.urn, urn);
	put_be32(&r.qty, qty);
	put_be64(&r.price, price);
	memcpy(r.clordid, "T0000000000043", sizeof(r.clordid));
	return r;
}

static void ask_replace(struct market *m, const struct ouch_replace *r)
{
	ask(m, alice, r, sizeof(*r), "", 0);
}

/* Alice has 300 to buy at 9.0000, far from the market, as her number 1. */
static struct ouch_replace resting(struct market *m)
{
	struct ouch_enter e = order(1, 'B', 300, 90000, '0');

	enter(m, &e);
	assert_int_equal(m->answers, 1);
	return terms(1, 2, 500, 91000);
}

static void order_is_replaced(void **state)
{
	struct market *m = *state;
	struct ouch_replace r = resting(m);
	const struct answer *a;

	ask_replace(m, &r);
	assert_int_equal(m->answers, 1);
	a = expect_type(m, 0, 'U', REPLACED_LEN);
	assert_int_equal(get_be32(&a->replaced.orig_urn), 1);
	assert_int_equal(get_be32(&a->replaced.urn), 2);
	assert_int_equal(a->replaced.side, 'B');
	assert_int_equal(get_be32(&a->replaced.qty), 500);
	assert_memory_equal(a->replaced.symbol, "AAAA    ", 8);
	assert_int_equal(get_be64(&a->replaced.price), 91000);
	assert_int_equal(a->replaced.tif, '0');
	assert_int_equal(a->replaced.display, 'N');
	assert_int_equal(get_be64(&a->replaced.order_ref), 2);
	assert_int_equal(a->replaced.capacity, 'P');
	assert_int_equal(a->replaced.iso, 'Y');
	assert_int_equal(a->replaced.cross_type, 'N');
	assert_int_equal(a->replaced.state, 'L');
	assert_memory_equal(a->replaced.clordid, "T0000000000043", 14);
	cancel(m, 1, 0);
	assert_int_equal(m->answers, 0);
	cancel(m, 2, 0);
	expect_canceled(m, 0, 500, 'U');
}

static void dead_orders_and_used_numbers_are_not_answered(void **state)
{
	struct market *m = *state;
	struct ouch_replace r = resting(m), dead = terms(7, 8, 1, 91000);

	ask_replace(m, &dead);
	assert_int_equal(m->answers, 0);
	assert_int_equal(m->exchange.counts.replaces_unknown, 1);
	put_be32(&r.urn, 1);
	ask_replace(m, &r);
	put_be32(&r.urn, 0);
	ask_replace(m, &r);
	assert_int_equal(m->answers, 0);
	assert_int_equal(m->exchange.counts.requests_ignored, 2);
	/* nothing was used up, and the original is there */
	put_be32(&r.urn, 2);
	ask_replace(m, &r);
	expect_type(m, 0, 'U', REPLACED_LEN);
}

struct bad_case {
	size_t offset;
	size_t len;
	const char *bytes;
};

#define BAD(name, text) \
	{ offsetof(struct ouch_replace, name), sizeof(text) - 1, text }

/* The number can be used again; what it was is gone. */
static void invalid_details_cancel_the_original(void **state)
{
	static const struct bad_case cases[] = {
		BAD(qty, "\0\0\0\0"), BAD(qty, "\0\x0f\x42\x40"),
		BAD(price, "\0\0\0\0\0\0\0\0"), BAD(price, "\xff"),
		BAD(price, "\0\0\0\0\0\0\x27\x11"),
		BAD(tif, "E"), BAD(tif, "6"), BAD(tif, "\0"),
		BAD(display, "Z"), BAD(iso, "x"), BAD(clordid, "\x01"),
		BAD(appendage_len, "\0\x01"),
	};
	struct market *m = *state;
	uint32_t urn = 0;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ouch_enter e = order(++urn, 'B', 300, 90000, '0');
		struct ouch_replace r = terms(urn, urn + 1, 100, 91000);

		enter(m, &e);
		assert_int_equal(m->answers, 1);
		memcpy((char *)&r + cases[i].offset, cases[i].bytes,
		       cases[i].len);
		tell(m, alice, &r, sizeof(r));
		assert_int_equal(m->answers, 1);
		expect_canceled(m, 0, 300, 'U');
		assert_int_equal(m->exchange.counts.replaces_invalid, i + 1);
	}
	assert_int_equal(m->exchange.counts.open, 0);
}

static void order_that_cannot_go_now_stays(void **state)
{
	struct market *m = *state;
	struct ouch_replace r = resting(m);
	const struct answer *a;

	m->exchange.faults.late.every = 1;
	ask_replace(m, &r);
	assert_int_equal(m->answers, 1);
	a = expect_type(m, 0, 'J', sizeof(struct ouch_rejected));
	assert_int_equal(get_be32(&a->rejected.urn), 2);
	assert_int_equal(get_be16(&a->rejected.reason),
			 OUCH_REJECT_CANCEL_NOT_ALLOWED);
	assert_memory_equal(a->rejected.clordid, "T0000000000043", 14);
	m->exchange.faults.late.every = 0;
	ask_replace(m, &r);		/* the number is used up */
	assert_int_equal(m->answers, 0);
	put_be32(&r.urn, 3);
	ask_replace(m, &r);
	expect_type(m, 0, 'U', REPLACED_LEN);
}

/* 200 of 1000 are executed at once. */
static void quantity_is_that_of_the_whole_chain(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1000, 100500, '0');
	struct ouch_replace r = terms(1, 2, 600, 90000);
	const struct answer *a;

	enter(m, &e);
	expect_executed(m, 1, 200, 100500);
	ask_replace(m, &r);
	a = expect_type(m, 0, 'U', REPLACED_LEN);
	assert_int_equal(get_be32(&a->replaced.qty), 400);
	r = terms(2, 3, 201, 100500);
	ask_replace(m, &r);
	assert_int_equal(m->answers, 2);
	a = expect_type(m, 0, 'U', REPLACED_LEN);
	assert_int_equal(get_be32(&a->replaced.qty), 1);
	expect_executed(m, 1, 1, 100500);
	assert_int_equal(m->exchange.counts.filled, 1);
	assert_int_equal(m->exchange.counts.open, 0);
}

static void less_than_was_executed_ends_the_order(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1000, 100500, '0');
	struct ouch_replace r = terms(1, 2, 200, 90000);

	enter(m, &e);
	ask_replace(m, &r);
	assert_int_equal(m->answers, 1);
	expect_canceled(m, 0, 800, 'U');
}

static void new_order_trades_and_may_be_immediate(void **state)
{
	struct market *m = *state;
	struct ouch_replace r = resting(m);

	put_be64(&r.price, 100500);
	r.tif = '3';
	ask_replace(m, &r);
	assert_int_equal(m->answers, 3);
	expect_type(m, 0, 'U', REPLACED_LEN);
	expect_executed(m, 1, 200, 100500);
	expect_canceled(m, 2, 300, 'I');
}

static void tags_that_are_missing_are_inherited(void **state)
{
	static const char firm[] = "\x05\x02" "LIME" "\x05\x03\0\0\0\x64"
				   "\x03\x18\0\x07" "\x02\x0cP";
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 300, 90000, '0');
	struct ouch_replace r = terms(1, 2, 300, 91000);

	enter_tagged(m, &e, TAGS(firm));
	expect_tags(m, 0, TAGS("\x05\x02" "LIME" "\x05\x03\0\0\0\x64"
			       "\x02\x0cP" "\x03\x18\0\x07"));
	/* firm and group cannot be changed; the group is not told again */
	ask(m, alice, &r, sizeof(r), TAGS("\x05\x02" "XXXX" "\x02\x0cN"
					   "\x03\x18\0\x08"));
	expect_tags(m, 0, TAGS("\x05\x02" "LIME" "\x05\x03\0\0\0\x64"
			       "\x02\x0cN"));
}

static void only_sales_change_into_each_other(void **state)
{
	static const struct {
		char from, *tag, to;
	} cases[] = {
		{ 'S', "T", 'T' }, { 'T', "E", 'E' }, { 'E', "S", 'S' },
		{ 'S', "S", 'S' }, { 'B', "B", 'B' }, { 'B', "S", 0 },
		{ 'T', "B", 0 }, { 'S', "x", 0 },
	};
	struct market *m = *state;
	uint32_t urn = 0;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t far = cases[i].from == 'B' ? 90000 : 110000;
		struct ouch_enter e = order(++urn, cases[i].from, 1, far, '0');
		struct ouch_replace r = terms(urn, urn + 1, 1, far);
		char tag[] = { 2, OUCH_TAG_SIDE, *cases[i].tag };

		enter(m, &e);
		ask(m, alice, &r, sizeof(r), tag, sizeof(tag));
		assert_int_equal(m->answers, 1);
		if (!cases[i].to) {
			expect_canceled(m, 0, 1, 'U');
			continue;
		}
		assert_int_equal(m->answer[0].replaced.side, cases[i].to);
		cancel(m, ++urn, 0);
	}
}

static void risk_limits_hold_for_the_new_order(void **state)
{
	struct market *m = *state;
	struct ouch_replace r = resting(m);

	m->exchange.limits.shares = 499;
	ask_replace(m, &r);
	expect_canceled(m, 0, 300, 'U');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MARKET_TEST(order_is_replaced),
		MARKET_TEST(dead_orders_and_used_numbers_are_not_answered),
		MARKET_TEST(invalid_details_cancel_the_original),
		MARKET_TEST(order_that_cannot_go_now_stays),
		MARKET_TEST(quantity_is_that_of_the_whole_chain),
		MARKET_TEST(less_than_was_executed_ends_the_order),
		MARKET_TEST(new_order_trades_and_may_be_immediate),
		MARKET_TEST(tags_that_are_missing_are_inherited),
		MARKET_TEST(only_sales_change_into_each_other),
		MARKET_TEST(risk_limits_hold_for_the_new_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
