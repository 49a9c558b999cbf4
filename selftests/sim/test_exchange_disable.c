// SPDX-License-Identifier: GPL-2.0
/*
 * test_exchange_disable - Disable and Enable Order Entry, and Account Query
 */
#include "market.h"

enum { RESPONSE_LEN = sizeof(struct ouch_entry_response) };

static void entry(struct market *m, char type, uint32_t urn, const char *firm)
{
	struct ouch_entry e = { .type = type };

	put_be32(&e.urn, urn);
	memcpy(e.firm, firm, sizeof(e.firm));
	ask(m, alice, &e, sizeof(e), "", 0);
}

static void expect_entry(const struct market *m, char type, uint32_t urn,
			 const char *firm)
{
	const struct answer *a = expect_type(m, 0, type, RESPONSE_LEN);

	assert_int_equal(m->answers, 1);
	assert_int_equal(get_be64(&a->entry.timestamp), m->timestamp);
	assert_int_equal(get_be32(&a->entry.urn), urn);
	assert_memory_equal(a->entry.firm, firm, 4);
	assert_int_equal(get_be16(&a->entry.appendage_len), 0);
}

static uint32_t next_urn(struct market *m)
{
	tell(m, alice, "Q", 1);
	assert_int_equal(m->answers, 1);
	expect_type(m, 0, 'Q', sizeof(struct ouch_query_response));
	return get_be32(&m->answer[0].query.next_urn);
}

static void orders_are_rejected_until_enabled(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1, 90000, '0');

	enter(m, &e);
	expect_accepted(m, 0, 1);
	entry(m, 'D', 2, "    ");
	expect_entry(m, 'G', 2, "    ");
	put_be32(&e.urn, 3);
	enter(m, &e);
	expect_rejected(m, OUCH_REJECT_FIRM_NOT_AUTHORIZED);
	cancel(m, 1, 0);
	expect_canceled(m, 0, 1, 'U');
	entry(m, 'E', 4, "    ");
	expect_entry(m, 'K', 4, "    ");
	put_be32(&e.urn, 5);
	enter(m, &e);
	expect_accepted(m, 0, 5);
}

static void each_firm_is_for_itself(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(2, 'B', 1, 90000, '0');

	entry(m, 'D', 1, "LIME");
	enter(m, &e);
	expect_accepted(m, 0, 2);
	put_be32(&e.urn, 3);
	enter_tagged(m, &e, TAGS("\x05\x02" "LIME"));
	assert_int_equal(m->answer[0].type, 'J');
	entry(m, 'E', 4, "NONE");
	expect_entry(m, 'K', 4, "NONE");
	put_be32(&e.urn, 5);
	enter_tagged(m, &e, TAGS("\x05\x02" "LIME"));
	assert_int_equal(m->answer[0].type, 'J');
	tell(m, bob, &e, sizeof(e));
	expect_accepted(m, 0, 5);
}

static void replace_is_an_order_too(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1, 90000, '0');
	struct ouch_replace r = {
		.type = 'U', .tif = '0', .display = 'Y', .iso = 'N',
		.clordid = "T0000000000042",
	};

	enter(m, &e);
	entry(m, 'D', 2, "    ");
	put_be32(&r.orig_urn, 1);
	put_be32(&r.urn, 3);
	put_be32(&r.qty, 1);
	put_be64(&r.price, 91000);
	ask(m, alice, &r, sizeof(r), "", 0);
	expect_rejected(m, OUCH_REJECT_FIRM_NOT_AUTHORIZED);
	assert_int_equal(m->exchange.counts.open, 1);
}

static void numbers_must_be_new(void **state)
{
	struct market *m = *state;

	entry(m, 'D', 1, "    ");
	entry(m, 'D', 1, "    ");
	assert_int_equal(m->answers, 0);
	entry(m, 'E', 1, "    ");
	assert_int_equal(m->answers, 0);
	assert_int_equal(m->exchange.counts.requests_ignored, 2);
	assert_int_equal(next_urn(m), 2);
}

static void firms_have_a_bound(void **state)
{
	struct market *m = *state;
	char firm[5];
	uint32_t i;

	for (i = 0; i < EXCHANGE_DISABLED_MAX; i++) {
		snprintf(firm, sizeof(firm), "%04u", i);
		entry(m, 'D', i + 1, firm);
		expect_entry(m, 'G', i + 1, firm);
	}
	entry(m, 'D', 100, "0000");
	expect_entry(m, 'G', 100, "0000");
	entry(m, 'D', 101, "MORE");
	assert_int_equal(m->answer[0].type, 'J');
	entry(m, 'E', 102, "0000");
	entry(m, 'D', 103, "MORE");
	expect_entry(m, 'G', 103, "MORE");
}

static void query_tells_the_next_number(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(41, 'B', 1, 90000, '0');

	assert_int_equal(next_urn(m), 1);
	enter(m, &e);
	assert_int_equal(next_urn(m), 42);
	put_be32(&e.urn, 5);
	enter(m, &e);
	cancel(m, 41, 0);
	assert_int_equal(next_urn(m), 42);
	ask_optional(m, alice, "Q", 1, TAGS("\x02\x1c\0"));
	expect_type(m, 0, 'Q', sizeof(struct ouch_query_response));
	assert_int_equal(m->exchange.counts.queries, 4);
	tell(m, alice, "Q\0", 2);
	tell(m, alice, "Q\0\x01", 3);
	assert_int_equal(m->answers, 0);
	assert_int_equal(m->exchange.counts.bad_length, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MARKET_TEST(orders_are_rejected_until_enabled),
		MARKET_TEST(each_firm_is_for_itself),
		MARKET_TEST(replace_is_an_order_too),
		MARKET_TEST(numbers_must_be_new),
		MARKET_TEST(firms_have_a_bound),
		MARKET_TEST(query_tells_the_next_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
