// SPDX-License-Identifier: GPL-2.0
/*
 * test_exchange_faults - the rare answers that can be asked for, and the risk
 * checks
 */
#include "market.h"

static void enter_at(struct market *m, uint32_t urn, char tif, uint64_t price)
{
	struct ouch_enter e = order(urn, 'B', 100, price, tif);

	enter(m, &e);
}

static void executions_are_broken_later(void **state)
{
	struct market *m = *state;
	const struct answer *a;

	m->exchange.faults.broken.every = 2;
	enter_at(m, 1, '3', 100500);
	enter_at(m, 2, '3', 100500);
	assert_int_equal(m->answers, 2);
	enter_at(m, 3, '3', 100500);
	assert_int_equal(m->answers, 3);
	a = expect_type(m, 0, 'B', sizeof(a->broken));
	assert_int_equal(get_be64(&a->broken.timestamp), m->timestamp);
	assert_int_equal(get_be32(&a->broken.urn), 2);
	assert_int_equal(get_be64(&a->broken.match), 2);
	assert_int_equal(a->broken.reason, 'E');
	assert_memory_equal(a->broken.clordid, "T0000000000042", 14);
	expect_accepted(m, 1, 3);
	assert_int_equal(m->exchange.counts.broken, 1);
}

static void breaks_that_were_never_told_are_freed(void **state)
{
	struct market *m = *state;

	m->exchange.faults.broken.every = 1;
	enter_at(m, 1, '3', 100500);
	assert_int_equal(m->exchange.counts.broken, 0);
}

static void orders_are_accepted_dead(void **state)
{
	struct market *m = *state;

	m->exchange.faults.dead.every = 2;
	enter_at(m, 1, '0', 90000);
	expect_accepted(m, 0, 1);
	enter_at(m, 2, '0', 100500);
	assert_int_equal(m->answers, 1);
	expect_type(m, 0, 'A', sizeof(struct ouch_accepted));
	assert_int_equal(m->answer[0].accepted.state, 'D');
	cancel(m, 2, 0);
	assert_int_equal(m->answers, 0);
	assert_int_equal(m->exchange.counts.dead, 1);
}

static void orders_are_repriced_a_tick_away(void **state)
{
	static const struct {
		char side;
		uint64_t price, becomes;
	} cases[] = {
		{ 'B', 90000, 89900 }, { 'S', 110000, 110100 },
		{ 'B', 10000, 9999 }, { 'B', 10100, 10000 },
		{ 'B', 1, 1 }, { 'S', 1999999900, 1999999900 },
	};
	struct market *m = *state;
	uint32_t i;

	m->exchange.faults.repriced.every = 1;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ouch_enter e = order(i + 1, cases[i].side, 1,
					    cases[i].price, '0');
		bool same = cases[i].price == cases[i].becomes;

		enter(m, &e);
		expect_accepted(m, 0, i + 1);
		assert_int_equal(get_be64(&m->answer[0].accepted.price),
				 cases[i].becomes);
		assert_int_equal(m->answer[0].accepted.display,
				 same ? 'Y' : 'Z');
	}
	assert_int_equal(m->exchange.counts.repriced, 4);
}

static void orders_at_rest_are_restated(void **state)
{
	struct market *m = *state;
	const struct answer *a;

	m->exchange.faults.restated.every = 1;
	enter_at(m, 1, '0', 90000);
	assert_int_equal(m->answers, 2);
	a = expect_type(m, 1, 'R', sizeof(a->restated) + 16);
	assert_int_equal(get_be64(&a->restated.timestamp), m->timestamp);
	assert_int_equal(get_be32(&a->restated.urn), 1);
	assert_int_equal(a->restated.reason, 'R');
	expect_tags(m, 1, TAGS("\x09\x01\0\0\0\0\0\0\0\x02"
			       "\x05\x16\0\0\0\x64"));
	enter_at(m, 2, '0', 90000);
	a = expect_type(m, 1, 'R', sizeof(a->restated) + 10);
	assert_int_equal(a->restated.reason, 'P');
	expect_tags(m, 1, TAGS("\x09\x17\0\0\0\0\0\x01\x5f\x90"));
	enter_at(m, 3, '3', 90000);
	assert_int_equal(m->exchange.counts.restated, 2);
}

static void orders_at_rest_get_another_priority(void **state)
{
	struct market *m = *state;
	const struct answer *a;

	m->exchange.faults.priority.every = 2;
	enter_at(m, 1, '0', 90000);
	assert_int_equal(m->answers, 1);
	enter_at(m, 2, '0', 90000);
	assert_int_equal(m->answers, 2);
	a = expect_type(m, 1, 'T', sizeof(a->priority));
	assert_int_equal(get_be64(&a->priority.timestamp), m->timestamp);
	assert_int_equal(get_be32(&a->priority.urn), 2);
	assert_int_equal(get_be64(&a->priority.price), 90000);
	assert_int_equal(a->priority.display, 'Y');
	assert_int_equal(get_be64(&a->priority.order_ref), 3);
}

static void orders_at_rest_are_canceled_by_hand(void **state)
{
	struct market *m = *state;

	m->exchange.faults.supervised.every = 2;
	enter_at(m, 1, '0', 90000);
	assert_int_equal(m->answers, 1);
	enter_at(m, 2, '0', 90000);
	assert_int_equal(m->answers, 2);
	expect_canceled(m, 1, 100, 'S');
	assert_int_equal(m->exchange.counts.open, 1);
}

static void cancels_are_pending_then_rejected(void **state)
{
	struct market *m = *state;
	const struct answer *a;

	m->exchange.faults.pending.every = 2;
	enter_at(m, 1, '0', 90000);
	cancel(m, 1, 60);
	expect_canceled(m, 0, 40, 'U');
	cancel(m, 1, 60);
	assert_int_equal(m->answers, 0);
	cancel(m, 1, 0);
	assert_int_equal(m->answers, 2);
	a = expect_type(m, 0, 'P', sizeof(a->pending));
	assert_int_equal(get_be64(&a->pending.timestamp), m->timestamp);
	assert_int_equal(get_be32(&a->pending.urn), 1);
	a = expect_type(m, 1, 'I', sizeof(a->pending));
	assert_int_equal(get_be32(&a->pending.urn), 1);
	cancel(m, 1, 0);
	expect_canceled(m, 0, 60, 'U');
}

/* -- risk checks -------------------------------------------------------- */

static void shares_and_notional_have_limits(void **state)
{
	struct market *m = *state;

	m->exchange.limits.shares = 100;
	m->exchange.limits.notional = 100 * 90000;
	enter_at(m, 1, '0', 90000);
	expect_accepted(m, 0, 1);
	enter_at(m, 2, '0', 90100);
	expect_rejected(m, OUCH_REJECT_RISK_NOTIONAL);
	m->exchange.limits.shares = 99;
	enter_at(m, 3, '0', 90000);
	expect_rejected(m, OUCH_REJECT_RISK_MAX_QTY);
}

static void rate_has_a_limit(void **state)
{
	struct market *m = *state;

	m->exchange.limits.rate = 2;
	enter_at(m, 1, '3', 90000);
	enter_at(m, 2, '3', 90000);
	expect_accepted(m, 0, 2);
	enter_at(m, 3, '3', 90000);
	expect_rejected(m, OUCH_REJECT_RISK_PORT_RATE);
	m->timestamp += 1000000000;
	system_event(m, 'Q');
	enter_at(m, 4, '3', 90000);
	expect_accepted(m, 0, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MARKET_TEST(executions_are_broken_later),
		MARKET_TEST(breaks_that_were_never_told_are_freed),
		MARKET_TEST(orders_are_accepted_dead),
		MARKET_TEST(orders_are_repriced_a_tick_away),
		MARKET_TEST(orders_at_rest_are_restated),
		MARKET_TEST(orders_at_rest_get_another_priority),
		MARKET_TEST(orders_at_rest_are_canceled_by_hand),
		MARKET_TEST(cancels_are_pending_then_rejected),
		MARKET_TEST(shares_and_notional_have_limits),
		MARKET_TEST(rate_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
