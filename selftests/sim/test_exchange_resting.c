// SPDX-License-Identifier: GPL-2.0
/*
 * test_exchange_resting - when an order that rests trades, with whom, and when
 * it runs out
 */
#include "market.h"

static void rest(struct market *m, uint32_t urn, char side, uint32_t qty,
		 uint64_t price)
{
	struct ouch_enter e = order(urn, side, qty, price, '0');

	enter(m, &e);
	assert_int_equal(m->answers, 1);
	expect_accepted(m, 0, urn);
}

static void expect_urn(const struct market *m, int at, uint32_t urn)
{
	assert_int_equal(get_be32(&m->answer[at].executed.urn), urn);
}

/* -- with the book ------------------------------------------------------ */

static void trades_at_its_price_when_the_book_comes(void **state)
{
	struct market *m = *state;

	rest(m, 1, 'B', 300, 100300);
	add(m, 10, 'S', 100, 100400);
	assert_int_equal(m->answers, 0);
	add(m, 11, 'S', 100, 100300);
	assert_int_equal(m->answers, 1);
	expect_resting_executed(m, 0, 100, 100300);
	add(m, 12, 'S', 500, 100100);
	assert_int_equal(m->answers, 1);
	expect_resting_executed(m, 0, 200, 100300);
	assert_int_equal(m->exchange.counts.open, 0);
	assert_int_equal(m->exchange.counts.filled, 1);
	assert_int_equal(m->exchange.counts.resting_executions, 2);
	cancel(m, 1, 0);
	assert_int_equal(m->answers, 0);
}

static void sales_trade_with_bids(void **state)
{
	struct market *m = *state;

	rest(m, 1, 'T', 50, 100200);
	add(m, 10, 'B', 20, 100200);
	expect_resting_executed(m, 0, 20, 100200);
	replace(m, 10, 11, 40, 100300);
	expect_resting_executed(m, 0, 20, 100200);
	cancel(m, 1, 0);
	expect_canceled(m, 0, 10, 'U');
}

/* A fill takes nothing off the book, but is not had twice. */
static void what_was_had_is_not_had_again(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(2, 'B', 1000, 100500, '0');

	rest(m, 1, 'B', 1, 80000);
	add(m, 9, 'B', 1, 90000);
	enter(m, &e);
	assert_int_equal(m->answers, 2);
	expect_executed(m, 1, 200, 100500);
	add(m, 10, 'B', 1, 90000);
	assert_int_equal(m->answers, 0);
	add(m, 11, 'S', 30, 100500);
	assert_int_equal(m->answers, 1);
	expect_resting_executed(m, 0, 30, 100500);
	reduce(m, 'E', 4, 150);		/* 80 are left of 230 */
	assert_int_equal(m->answers, 0);
	add(m, 12, 'S', 10, 100500);
	expect_resting_executed(m, 0, 10, 100500);
}

static void what_comes_back_is_new(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1000, 100500, '0');

	enter(m, &e);
	expect_executed(m, 1, 200, 100500);
	delete(m, 4);
	assert_int_equal(m->answers, 0);
	add(m, 10, 'S', 200, 100500);
	assert_int_equal(m->answers, 1);
	expect_resting_executed(m, 0, 200, 100500);
}

static void best_price_and_first_come_first(void **state)
{
	struct market *m = *state;

	rest(m, 1, 'B', 10, 100200);
	rest(m, 2, 'B', 10, 100300);
	rest(m, 3, 'B', 10, 100300);
	rest(m, 4, 'B', 10, 100100);
	add(m, 10, 'S', 1000, 100200);
	assert_int_equal(m->answers, 3);
	expect_resting_executed(m, 0, 10, 100300);
	expect_urn(m, 0, 2);
	expect_urn(m, 1, 3);
	expect_urn(m, 2, 1);
	expect_resting_executed(m, 2, 10, 100200);
}

static void nothing_trades_while_the_symbol_does_not(void **state)
{
	struct market *m = *state;

	rest(m, 1, 'B', 10, 100300);
	trading(m, LOCATE, 'H');
	add(m, 10, 'S', 10, 100300);
	assert_int_equal(m->answers, 0);
	operational(m, 'Q', 'H');
	trading(m, LOCATE, 'T');
	assert_int_equal(m->answers, 0);
	operational(m, 'Q', 'T');
	assert_int_equal(m->answers, 1);
	expect_resting_executed(m, 0, 10, 100300);
}

static void minimum_quantity_is_waited_for(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 500, 100500, '0');

	enter_tagged(m, &e, TAGS("\x05\x03\0\0\x01\x2c"));
	assert_int_equal(m->answers, 1);
	add(m, 10, 'S', 99, 100500);
	assert_int_equal(m->answers, 0);
	add(m, 11, 'S', 1, 100500);
	assert_int_equal(m->answers, 1);
	expect_resting_executed(m, 0, 300, 100500);
	add(m, 12, 'S', 199, 100500);
	assert_int_equal(m->answers, 0);
	add(m, 13, 'S', 1, 100500);
	expect_resting_executed(m, 0, 200, 100500);
}

static void minimum_quantity_counts_at_once(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 500, 100500, '3');

	enter_tagged(m, &e, TAGS("\x05\x03\0\0\0\xc9"));
	assert_int_equal(m->answers, 2);
	expect_canceled(m, 1, 500, 'I');
	put_be32(&e.urn, 2);
	enter_tagged(m, &e, TAGS("\x05\x03\0\0\0\xc8"));
	assert_int_equal(m->answers, 3);
	expect_executed(m, 1, 200, 100500);
}

static void post_only_does_not_take(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 500, 100500, '0');

	enter_tagged(m, &e, TAGS("\x02\x0cP"));
	assert_int_equal(m->answers, 2);
	expect_accepted(m, 0, 1);
	expect_canceled(m, 1, 500, 'G');
	put_be32(&e.urn, 2);
	put_be64(&e.price, 100400);
	enter_tagged(m, &e, TAGS("\x02\x0cP"));
	assert_int_equal(m->answers, 1);
	add(m, 10, 'S', 500, 100400);
	expect_resting_executed(m, 0, 500, 100400);
}

/* It shows 100 of its 300 shares. */
static void reserve_is_refreshed(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 300, 100400, '0');

	enter_tagged(m, &e, TAGS("\x05\x05\0\0\0\x64"));
	assert_int_equal(m->answers, 1);
	add(m, 10, 'S', 60, 100400);
	assert_int_equal(m->answers, 1);
	add(m, 11, 'S', 40, 100400);
	assert_int_equal(m->answers, 2);
	expect_resting_executed(m, 0, 40, 100400);
	assert_int_equal(m->answer[1].restated.reason, 'R');
	expect_tags(m, 1, TAGS("\x09\x01\0\0\0\0\0\0\0\x02"
			       "\x05\x16\0\0\0\x64"));
	add(m, 12, 'S', 150, 100400);
	assert_int_equal(m->answers, 2);
	expect_tags(m, 1, TAGS("\x09\x01\0\0\0\0\0\0\0\x03"
			       "\x05\x16\0\0\0\x32"));
	add(m, 13, 'S', 50, 100400);
	assert_int_equal(m->answers, 1);
	assert_int_equal(m->exchange.counts.open, 0);
}

/* -- with each other ---------------------------------------------------- */

static void accounts_trade_with_each_other(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(5, 'S', 150, 100200, '3');

	rest(m, 1, 'B', 100, 100300);
	tell(m, bob, &e, sizeof(e));
	assert_int_equal(m->answers, 4);
	expect_resting_executed(m, 1, 100, 100300);
	expect_urn(m, 1, 1);
	expect_executed(m, 2, 100, 100300);
	expect_urn(m, 2, 5);
	assert_ptr_not_equal(m->answer[1].client, m->answer[2].client);
	assert_int_equal(get_be64(&m->answer[1].executed.match),
			 get_be64(&m->answer[2].executed.match));
	expect_canceled(m, 3, 50, 'I');
}

/* The book has 300 at 10.0000. */
static void the_book_comes_first_at_a_price(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'S', 350, 100000, '3');

	rest(m, 1, 'B', 100, 100000);
	tell(m, bob, &e, sizeof(e));
	assert_int_equal(m->answers, 4);
	expect_executed(m, 1, 300, 100000);
	expect_resting_executed(m, 2, 50, 100000);
	expect_executed(m, 3, 50, 100000);
}

/* Alice has 100 to sell at 10.0200, then wants to buy 250 up to 10.0200. */
static void self_match(struct market *m, const char *strategy)
{
	struct ouch_enter e = order(2, 'B', 250, 100200, '0');
	char tag[] = { 2, OUCH_TAG_AIQ_STRATEGY, *strategy };

	rest(m, 1, 'S', 100, 100200);
	enter_tagged(m, &e, tag, *strategy ? sizeof(tag) : 0);
	expect_accepted(m, 0, 2);
	assert_int_equal(m->exchange.counts.executions, 0);
	assert_int_equal(m->exchange.counts.self_matches, 1);
}

static void expect_aiq(const struct market *m, int at, uint32_t urn,
		       uint32_t qty, char strategy)
{
	const struct answer *a = expect_type(m, at, 'D', sizeof(a->aiq));

	assert_int_equal(get_be64(&a->aiq.timestamp), m->timestamp);
	assert_int_equal(get_be32(&a->aiq.urn), urn);
	assert_int_equal(get_be32(&a->aiq.qty), qty);
	assert_int_equal(a->aiq.reason, 'Q');
	assert_int_equal(get_be32(&a->aiq.prevented), 100);
	assert_int_equal(get_be64(&a->aiq.price), 100200);
	assert_int_equal(a->aiq.liquidity, urn == 1 ? 'A' : 'R');
	assert_int_equal(a->aiq.strategy, strategy);
}

static void self_match_decrements_both(void **state)
{
	static const char strategies[] = "*DdE1RrS5";
	size_t i;

	for (i = 0; i < sizeof(strategies); i++) {
		char c = i ? strategies[i] : 'D';
		void *market = NULL;

		assert_int_equal(market_setup(&market), 0);
		self_match(market, &strategies[i]);
		assert_int_equal(((struct market *)market)->answers, 3);
		expect_aiq(market, 1, 1, 100, c ? c : 'D');
		expect_aiq(market, 2, 2, 100, c ? c : 'D');
		cancel(market, 1, 0);
		assert_int_equal(((struct market *)market)->answers, 0);
		cancel(market, 2, 0);
		expect_canceled(market, 0, 150, 'U');
		market_teardown(&market);
	}
}

static void self_match_may_be_told_without_details(void **state)
{
	struct market *m = *state;

	self_match(m, "Y");
	assert_int_equal(m->answers, 3);
	expect_canceled(m, 1, 100, 'Q');
	expect_canceled(m, 2, 100, 'Q');
}

static void self_match_cancels_the_oldest(void **state)
{
	struct market *m = *state;

	self_match(m, "O");
	assert_int_equal(m->answers, 2);
	expect_aiq(m, 1, 1, 100, 'O');
	cancel(m, 2, 0);
	expect_canceled(m, 0, 250, 'U');
}

static void self_match_cancels_the_newest(void **state)
{
	struct market *m = *state;

	self_match(m, "w");
	assert_int_equal(m->answers, 2);
	expect_aiq(m, 1, 2, 250, 'w');
	cancel(m, 1, 0);
	expect_canceled(m, 0, 100, 'U');
}

static void self_match_may_be_allowed(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(2, 'B', 100, 100200, '0');

	rest(m, 1, 'S', 100, 100200);
	enter_tagged(m, &e, TAGS("\x02\x1dN"));
	assert_int_equal(m->answers, 3);
	expect_resting_executed(m, 1, 100, 100200);
	expect_executed(m, 2, 100, 100200);
}

/* -- time --------------------------------------------------------------- */

static void at_second(struct market *m, uint64_t second)
{
	m->timestamp = second * 1000000000 - 1;
	system_event(m, 'Q');
}

static void gtt_runs_out(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 10, 90000, '6');

	at_second(m, 1000);
	enter_tagged(m, &e, TAGS("\x05\x0f\0\0\0\x1e"));
	expect_accepted(m, 0, 1);
	put_be32(&e.urn, 2);
	enter_tagged(m, &e, TAGS("\x05\x0f\0\0\0\x0a"));
	at_second(m, 1009);
	assert_int_equal(m->answers, 0);
	at_second(m, 1010);
	assert_int_equal(m->answers, 1);
	expect_canceled(m, 0, 10, 'T');
	assert_int_equal(get_be32(&m->answer[0].canceled.urn), 2);
	at_second(m, 1030);
	assert_int_equal(m->answers, 1);
	assert_int_equal(m->exchange.counts.expired, 2);
	put_be32(&e.urn, 3);
	enter_tagged(m, &e, TAGS("\x05\x0f\0\x01\x51\x80"));
	expect_rejected(m, OUCH_REJECT_OTHER);
	put_be32(&e.urn, 4);
	enter_tagged(m, &e, TAGS("\x05\x0f\0\x01\x51\x7f"));
	expect_accepted(m, 0, 4);
}

static void day_orders_run_out_at_the_close(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(2, 'B', 10, 90000, '5');

	rest(m, 1, 'B', 20, 90000);
	enter(m, &e);
	system_event(m, 'M');
	assert_int_equal(m->answers, 1);
	expect_canceled(m, 0, 20, 'T');
	m->answers = 0;
	exchange_day(&m->exchange, 'E');
	assert_int_equal(m->answers, 2);
	expect_canceled(m, 0, 10, 'T');
	expect_type(m, 1, 'S', sizeof(struct ouch_system_event));
	assert_int_equal(m->answer[1].event.event, 'E');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MARKET_TEST(trades_at_its_price_when_the_book_comes),
		MARKET_TEST(sales_trade_with_bids),
		MARKET_TEST(what_was_had_is_not_had_again),
		MARKET_TEST(what_comes_back_is_new),
		MARKET_TEST(best_price_and_first_come_first),
		MARKET_TEST(nothing_trades_while_the_symbol_does_not),
		MARKET_TEST(minimum_quantity_is_waited_for),
		MARKET_TEST(minimum_quantity_counts_at_once),
		MARKET_TEST(post_only_does_not_take),
		MARKET_TEST(reserve_is_refreshed),
		MARKET_TEST(accounts_trade_with_each_other),
		MARKET_TEST(the_book_comes_first_at_a_price),
		cmocka_unit_test(self_match_decrements_both),
		MARKET_TEST(self_match_may_be_told_without_details),
		MARKET_TEST(self_match_cancels_the_oldest),
		MARKET_TEST(self_match_cancels_the_newest),
		MARKET_TEST(self_match_may_be_allowed),
		MARKET_TEST(gtt_runs_out),
		MARKET_TEST(day_orders_run_out_at_the_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
