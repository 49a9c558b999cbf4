// SPDX-License-Identifier: GPL-2.0
/*
 * test_exchange_mass_cancel - which orders a Mass Cancel means, and its answers
 */
#include "market.h"

enum { RESPONSE_LEN = sizeof(struct ouch_mass_canceled) };

static const struct request {
	uint32_t urn;
	const char *firm, *symbol, *tags;
	size_t tags_len;
} all = { 100, "    ", "        ", "", 0 };

static void mass_cancel(struct market *m, const struct request *r)
{
	struct ouch_mass_cancel c = { .type = 'C' };

	put_be32(&c.urn, r->urn);
	memcpy(c.firm, r->firm, sizeof(c.firm));
	memcpy(c.symbol, r->symbol, sizeof(c.symbol));
	ask(m, alice, &c, sizeof(c), r->tags, r->tags_len);
}

static void rest(struct market *m, uint32_t urn, char side, const char *tags,
		 size_t len)
{
	struct ouch_enter e = order(urn, side, 10 * urn,
				    side == 'B' ? 90000 : 110000, '0');

	if (urn == 4) {
		list(m, 9, "BBBB    ", 'P');
		trading(m, 9, 'T');
		memcpy(e.symbol, "BBBB    ", sizeof(e.symbol));
	}
	enter_tagged(m, &e, tags, len);
	assert_int_equal(m->answers, 1);
}

/* Five orders of alice, each of so many shares as ten times its number. */
static void orders_rest(struct market *m)
{
	rest(m, 1, 'B', "", 0);
	rest(m, 2, 'S', "", 0);
	rest(m, 3, 'T', TAGS("\x03\x18\0\x07"));
	rest(m, 4, 'B', TAGS("\x03\x18\0\x07"));
	rest(m, 5, 'S', TAGS("\x05\x02" "LIME"));
}

/* Canceled are these, in this order, and then the response comes. */
static void expect_orders(const struct market *m, const char *urns)
{
	int i;

	for (i = 0; urns[i]; i++) {
		uint32_t urn = (uint32_t)(urns[i] - '0');

		expect_canceled(m, i, 10 * urn, 'U');
		assert_int_equal(get_be32(&m->answer[i].canceled.urn), urn);
	}
	assert_int_equal(m->answers, i + 1);
	assert_int_equal(m->answer[i].type, 'X');
}

static void orders_are_chosen(void **state)
{
	static const struct {
		struct request r;
		const char *urns;
	} cases[] = {
		{ { 100, "    ", "        ", TAGS("") }, "1234" },
		{ { 100, "LIME", "        ", TAGS("") }, "5" },
		{ { 100, "NONE", "        ", TAGS("") }, "" },
		{ { 100, "    ", "AAAA    ", TAGS("") }, "123" },
		{ { 100, "    ", "BBBB    ", TAGS("") }, "4" },
		{ { 100, "    ", "CCCC    ", TAGS("") }, "" },
		{ { 100, "    ", "        ", TAGS("\x02\x1b" "B") }, "14" },
		{ { 100, "    ", "        ", TAGS("\x02\x1b" "S") }, "2" },
		{ { 100, "    ", "        ", TAGS("\x02\x1b" "T") }, "3" },
		{ { 100, "    ", "        ", TAGS("\x02\x1b" "E") }, "" },
		{ { 100, "    ", "        ", TAGS("\x03\x18\0\x07") }, "34" },
		{ { 100, "    ", "        ", TAGS("\x03\x18\0\0") }, "12" },
		{ { 100, "    ", "AAAA    ", TAGS("\x03\x18\0\x07") }, "3" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		void *market = NULL;
		struct market *m;

		assert_int_equal(market_setup(&market), 0);
		m = market;
		orders_rest(m);
		mass_cancel(m, &cases[i].r);
		expect_orders(m, cases[i].urns);
		assert_int_equal(m->exchange.counts.open,
				 5 - strlen(cases[i].urns));
		market_teardown(&market);
	}
}

static void response_says_what_was_asked_for(void **state)
{
	static const struct request r = { 7, "LIME", "AAAA    ",
		TAGS("\x02\x1b" "B" "\x03\x18\x01\x02" "\x01\x63") };
	struct market *m = *state;
	const struct answer *a;

	mass_cancel(m, &r);
	assert_int_equal(m->answers, 1);
	a = expect_type(m, 0, 'X', RESPONSE_LEN + 7);
	assert_int_equal(get_be64(&a->mass.timestamp), m->timestamp);
	assert_int_equal(get_be32(&a->mass.urn), 7);
	assert_memory_equal(a->mass.firm, "LIME", 4);
	assert_memory_equal(a->mass.symbol, "AAAA    ", 8);
	expect_tags(m, 0, TAGS("\x03\x18\x01\x02" "\x02\x1b" "B"));
}

static void number_must_be_new(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(100, 'B', 1, 90000, '0');

	mass_cancel(m, &all);
	assert_int_equal(m->answers, 1);
	mass_cancel(m, &all);
	assert_int_equal(m->answers, 0);
	enter(m, &e);
	assert_int_equal(m->answers, 0);
	assert_int_equal(m->exchange.counts.requests_ignored, 1);
}

static void tags_must_be_good(void **state)
{
	struct request bad = all;
	struct market *m = *state;

	orders_rest(m);
	bad.tags = "\x02\x1b" "x";
	bad.tags_len = 3;
	mass_cancel(m, &bad);
	assert_int_equal(m->answers, 1);
	expect_type(m, 0, 'J', sizeof(struct ouch_rejected));
	assert_int_equal(get_be16(&m->answer[0].rejected.reason),
			 OUCH_REJECT_INVALID_SIDE);
	bad = (struct request){ 101, "    ", "        ", TAGS("\x03\x1b" "B") };
	mass_cancel(m, &bad);
	assert_int_equal(get_be16(&m->answer[0].rejected.reason),
			 OUCH_REJECT_PROCESSING_ERROR);
	assert_int_equal(m->exchange.counts.open, 5);
}

static void orders_of_others_are_not_meant(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1, 90000, '0');

	tell(m, bob, &e, sizeof(e));
	mass_cancel(m, &all);
	assert_int_equal(m->answers, 1);
	assert_int_equal(m->exchange.counts.open, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders_are_chosen),
		MARKET_TEST(response_says_what_was_asked_for),
		MARKET_TEST(number_must_be_new),
		MARKET_TEST(tags_must_be_good),
		MARKET_TEST(orders_of_others_are_not_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
