// SPDX-License-Identifier: GPL-2.0
/*
 * test_exchange_modify - Modify Order: between kinds of sale, and downwards
 */
#include "market.h"

enum { MODIFIED_LEN = sizeof(struct ouch_modified) };

static void modify(struct market *m, uint32_t urn, char side, uint32_t qty)
{
	struct ouch_modify request = { .type = 'M', .side = side };

	put_be32(&request.urn, urn);
	put_be32(&request.qty, qty);
	ask_optional(m, alice, &request, sizeof(request), "", 0);
}

static void expect_modified(const struct market *m, char side, uint32_t qty)
{
	const struct answer *a = expect_type(m, 0, 'M', MODIFIED_LEN);

	assert_int_equal(m->answers, 1);
	assert_int_equal(a->modified.side, side);
	assert_int_equal(get_be32(&a->modified.qty), qty);
}

static void sale(struct market *m, uint32_t urn, char side)
{
	struct ouch_enter e = order(urn, side, 300, 110000, '0');

	enter(m, &e);
	assert_int_equal(m->answers, 1);
}

static void sales_change_into_each_other(void **state)
{
	static const char sides[] = "STESETS";
	struct market *m = *state;
	int i;

	sale(m, 1, sides[0]);
	for (i = 1; sides[i]; i++) {
		modify(m, 1, sides[i], 300);
		expect_modified(m, sides[i], 300);
		assert_int_equal(get_be32(&m->answer[0].modified.urn), 1);
	}
}

static void nothing_becomes_a_purchase_or_stops_being_one(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 300, 90000, '0');

	enter(m, &e);
	modify(m, 1, 'S', 200);
	assert_int_equal(m->answers, 0);
	sale(m, 2, 'T');
	modify(m, 2, 'B', 200);
	modify(m, 2, 'x', 200);
	modify(m, 2, '\0', 200);
	assert_int_equal(m->answers, 0);
	assert_int_equal(m->exchange.counts.unchanged, 4);
	modify(m, 1, 'B', 200);
	expect_modified(m, 'B', 200);
}

static void shares_only_become_fewer(void **state)
{
	struct market *m = *state;

	sale(m, 1, 'S');
	modify(m, 1, 'S', 200);
	expect_modified(m, 'S', 200);
	modify(m, 1, 'S', 200);
	assert_int_equal(m->answers, 0);
	modify(m, 1, 'S', 300);
	assert_int_equal(m->answers, 0);
	modify(m, 1, 'T', 300);
	expect_modified(m, 'T', 200);
	cancel(m, 1, 0);
	expect_canceled(m, 0, 200, 'U');
}

static void executed_shares_are_included(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'S', 1000, 100000, '0');

	enter(m, &e);
	expect_executed(m, 1, 300, 100000);
	modify(m, 1, 'T', 400);
	expect_modified(m, 'T', 100);
	modify(m, 1, 'T', 300);
	expect_canceled(m, 0, 100, 'U');
	assert_int_equal(m->exchange.counts.open, 0);
}

static void dead_orders_are_not_answered(void **state)
{
	struct market *m = *state;

	modify(m, 1, 'S', 1);
	assert_int_equal(m->answers, 0);
	assert_int_equal(m->exchange.counts.modifies_unknown, 1);
}

/* Tags are of no effect, but must be good ones. */
static void appendage_is_judged(void **state)
{
	struct ouch_modify request = { .type = 'M', .side = 'T' };
	struct market *m = *state;

	sale(m, 1, 'S');
	put_be32(&request.urn, 1);
	put_be32(&request.qty, 300);
	ask_optional(m, alice, &request, sizeof(request), TAGS("\x02\x19x"));
	assert_int_equal(m->answers, 0);
	ask_optional(m, alice, &request, sizeof(request),
		     TAGS("\x02\x19Y" "\x05\x1a" "LOCA"));
	expect_modified(m, 'T', 300);
}

static void lengths_are_checked(void **state)
{
	static const uint8_t good[] = { 'M', 0, 0, 0, 9, 'S', 0, 0, 0, 0,
					0, 3, 2, 25, 'Y' };
	struct market *m = *state;
	size_t len;

	for (len = 1; len <= sizeof(good); len++)
		tell(m, alice, good, len);
	assert_int_equal(m->exchange.counts.modifies, 2);
	assert_int_equal(m->exchange.counts.truncated, 9);
	assert_int_equal(m->exchange.counts.bad_length, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MARKET_TEST(sales_change_into_each_other),
		MARKET_TEST(nothing_becomes_a_purchase_or_stops_being_one),
		MARKET_TEST(shares_only_become_fewer),
		MARKET_TEST(executed_shares_are_included),
		MARKET_TEST(dead_orders_are_not_answered),
		MARKET_TEST(appendage_is_judged),
		MARKET_TEST(lengths_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
