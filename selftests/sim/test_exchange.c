// SPDX-License-Identifier: GPL-2.0
/*
 * test_exchange - how the simulator answers orders, and what it does not
 * take for one
 */
#include "market.h"

/* -- IOC ---------------------------------------------------------------- */

static void ioc_buy_walks_the_asks_up_to_its_limit(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1000, 100600, '3');

	enter(m, &e);
	assert_int_equal(m->answers, 4);
	expect_accepted(m, 0, 1);
	expect_executed(m, 1, 200, 100500);
	expect_executed(m, 2, 400, 100600);
	expect_canceled(m, 3, 400, 'I');
	assert_int_equal(get_be64(&m->answer[1].executed.match), 1);
	assert_int_equal(get_be64(&m->answer[2].executed.match), 2);
	assert_int_equal(get_be64(&m->answer[0].accepted.order_ref), 1);
	assert_int_equal(get_be64(&m->answer[0].accepted.timestamp),
			 m->timestamp);
	assert_int_equal(m->exchange.counts.shares, 600);
	assert_int_equal(m->exchange.counts.notional,
			 200 * 100500 + 400 * 100600);
}

static void ioc_sell_walks_the_bids_down_to_its_limit(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'S', 350, 99900, '3');

	enter(m, &e);
	assert_int_equal(m->answers, 3);
	expect_executed(m, 1, 300, 100000);
	expect_executed(m, 2, 50, 99900);
}

static void ioc_stops_at_its_limit(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1000, 100500, '3');

	enter(m, &e);
	assert_int_equal(m->answers, 3);
	expect_executed(m, 1, 200, 100500);
	expect_canceled(m, 2, 800, 'I');
}

static void ioc_that_is_not_marketable_is_canceled_whole(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'T', 10, 100100, '3');

	enter(m, &e);
	assert_int_equal(m->answers, 2);
	expect_accepted(m, 0, 1);
	expect_canceled(m, 1, 10, 'I');
	assert_int_equal(m->exchange.counts.filled, 0);
}

static void fills_leave_the_replayed_book_alone(void **state)
{
	struct market *m = *state;
	uint32_t urn;

	for (urn = 1; urn <= 3; urn++) {
		struct ouch_enter e = order(urn, 'B', 200, 100500, '3');

		enter(m, &e);
		assert_int_equal(m->answers, 2);
		expect_executed(m, 1, 200, 100500);
	}
	assert_int_equal(book_live_orders(&m->book), 6);
}

/* -- resting orders and cancels ----------------------------------------- */

static void resting_order_can_be_canceled_once(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 300, 100500, '0');

	enter(m, &e);
	assert_int_equal(m->answers, 2);
	expect_executed(m, 1, 200, 100500);
	cancel(m, 1, 0);
	assert_int_equal(m->answers, 1);
	expect_canceled(m, 0, 100, 'U');
	cancel(m, 1, 0);
	assert_int_equal(m->answers, 0);
	assert_int_equal(m->exchange.counts.cancels_unknown, 1);
}

static void cancel_names_the_whole_order_executed_included(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1000, 100500, '0');

	enter(m, &e);
	expect_executed(m, 1, 200, 100500);
	cancel(m, 1, 1000);
	assert_int_equal(m->answers, 0);
	cancel(m, 1, 600);
	expect_canceled(m, 0, 400, 'U');
	cancel(m, 1, 150);
	expect_canceled(m, 0, 400, 'U');
	cancel(m, 1, 0);
	assert_int_equal(m->answers, 0);
}

static void filled_orders_and_others_orders_cannot_be_canceled(void **state)
{
	struct market *m = *state;
	struct ouch_enter filled = order(1, 'B', 200, 100500, '0');
	struct ouch_enter rests = order(2, 'B', 200, 90000, '0');
	struct ouch_cancel c = { .type = 'X' };

	enter(m, &filled);
	cancel(m, 1, 0);
	assert_int_equal(m->answers, 0);
	enter(m, &rests);
	put_be32(&c.urn, 2);
	tell(m, bob, &c, sizeof(c));
	assert_int_equal(m->answers, 0);
	cancel(m, 2, 0);
	expect_canceled(m, 0, 200, 'U');
}

/* -- UserRefNum --------------------------------------------------------- */

static void old_reference_numbers_are_ignored(void **state)
{
	static const uint32_t urns[] = { 0, 5, 5, 4, 0, 6 };
	static const int answered[] = { 0, 1, 0, 0, 0, 1 };
	struct market *m = *state;
	size_t i;

	for (i = 0; i < 6; i++) {
		struct ouch_enter e = order(urns[i], 'B', 1, 100000, '3');

		enter(m, &e);
		assert_int_equal(m->answers > 0, answered[i]);
	}
	assert_int_equal(m->exchange.counts.ignored, 4);
	assert_int_equal(m->entered, 2);
}

static void a_rejected_order_uses_its_number_up(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'Q', 1, 100000, '3');

	enter(m, &e);
	expect_rejected(m, OUCH_REJECT_INVALID_SIDE);
	e = order(1, 'B', 1, 100000, '3');
	enter(m, &e);
	assert_int_equal(m->answers, 0);
}

static void each_account_counts_for_itself(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1, 100000, '3');

	enter(m, &e);
	assert_int_equal(m->answers, 2);
	tell(m, bob, &e, sizeof(e));
	assert_int_equal(m->answers, 2);
}

/* -- what is none ------------------------------------------------------- */

static void every_truncation_is_counted(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1, 100000, '3');
	size_t len;

	for (len = 0; len < sizeof(e); len++) {
		tell(m, alice, &e, len);
		assert_int_equal(m->answers, 0);
		assert_int_equal(m->exchange.counts.truncated, len + 1);
	}
	assert_int_equal(m->entered, 0);
	enter(m, &e);
	expect_accepted(m, 0, 1);
}

static void cancel_lengths_are_checked(void **state)
{
	static const uint8_t good[] = { 'X', 0, 0, 0, 9, 0, 0, 0, 0,
					0, 3, 2, 28, 5 };
	struct market *m = *state;
	size_t len;

	for (len = 1; len <= sizeof(good); len++)
		tell(m, alice, good, len);
	assert_int_equal(m->exchange.counts.cancels, 2);
	assert_int_equal(m->exchange.counts.truncated, 8);
	assert_int_equal(m->exchange.counts.bad_length, 4);
}

static void unknown_types_are_counted(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1, 100000, '3');
	uint64_t unknown = 0;
	int type;

	for (type = 0; type < 256; type++) {
		if (strchr("OUXMCDEQ", type) && type)
			continue;
		e.type = (char)type;
		enter(m, &e);
		assert_int_equal(m->exchange.counts.unknown_type, ++unknown);
	}
	assert_int_equal(m->answers, 0);
}

/* Enter CVLT with tag Firm, as captured on a real session. */
static void captured_order_is_understood(void **state)
{
	static const uint8_t captured[] = {
		0x4f, 0x00, 0x00, 0x00, 0x71, 0x54, 0x00, 0x00, 0x00,
		 0xe1, 0x43, 0x56, 0x4c, 0x54, 0x20, 0x20, 0x20,
		0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x09, 0x9d, 0xb8, 0x30,
		0x59, 0x41, 0x4e, 0x4e, 0x48, 0x38, 0x46, 0x55, 0x42, 0x38,
		0x49, 0x56, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x00, 0x06,
		0x05, 0x02, 0x4c, 0x49, 0x4d, 0x45,
	};
	struct market *m = *state;

	list(m, 10, "CVLT    ", 'P');
	trading(m, 10, 'T');
	tell(m, alice, captured, sizeof(captured));
	assert_int_equal(m->answers, 1);
	expect_accepted(m, 0, 113);
	assert_int_equal(get_be64(&m->answer[0].accepted.price), 630200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MARKET_TEST(ioc_buy_walks_the_asks_up_to_its_limit),
		MARKET_TEST(ioc_sell_walks_the_bids_down_to_its_limit),
		MARKET_TEST(ioc_stops_at_its_limit),
		MARKET_TEST(ioc_that_is_not_marketable_is_canceled_whole),
		MARKET_TEST(fills_leave_the_replayed_book_alone),
		MARKET_TEST(resting_order_can_be_canceled_once),
		MARKET_TEST(cancel_names_the_whole_order_executed_included),
		MARKET_TEST(filled_orders_and_others_orders_cannot_be_canceled),
		MARKET_TEST(old_reference_numbers_are_ignored),
		MARKET_TEST(a_rejected_order_uses_its_number_up),
		MARKET_TEST(each_account_counts_for_itself),
		MARKET_TEST(every_truncation_is_counted),
		MARKET_TEST(cancel_lengths_are_checked),
		MARKET_TEST(unknown_types_are_counted),
		MARKET_TEST(captured_order_is_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
