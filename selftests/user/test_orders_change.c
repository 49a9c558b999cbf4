// SPDX-License-Identifier: GPL-2.0
/* user/orders.c: broken trades, and what becomes of an open order. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "told.h"

/* -- broken trades ------------------------------------------------------ */

static void a_broken_trade_never_was(void **state)
{
	struct ouch_reply sell = told('A', 201);

	sell.side = 'S';
	assert_int_equal(tell('A', 200), 0);
	assert_int_equal(apply(sell), 0);
	assert_int_equal(apply(fill(200, 50, 1000, 1)), 0);
	assert_int_equal(apply(fill(200, 50, 800, 2)), 0);
	assert_int_equal(apply(fill(201, 50, 1000, 3)), 0);
	assert_int_equal(aapl()->realised, 50 * 100);
	assert_int_equal(aapl()->shares, 50);

	assert_int_equal(break_trade(200, 1), 0);
	assert_state(200, ORDER_FILLED);
	assert_int_equal(find(200)->filled, 50);
	assert_int_equal(find(200)->broken, 50);
	assert_int_equal(find(200)->notional, 50 * 800);
	assert_int_equal(aapl()->shares, 0);
	assert_int_equal(aapl()->realised, 50 * 200);
	assert_int_equal(aapl()->breaks, 1);
	/* the order does not come back */
	assert_int_equal(aapl()->open_buy, 0);
	assert_int_equal(orders.shares, 100);
	assert_int_equal(orders.executions, 3);

	assert_int_equal(break_trade(200, 1), -EPROTO);
	assert_int_equal(break_trade(200, 99), -EPROTO);
	assert_int_equal(break_trade(201, 2), -EPROTO);
	assert_int_equal(break_trade(999, 2), -ENOENT);
	assert_int_equal(orders.wrong_match, 3);
}

/* A match has two sides, and both can be ours. */
static void a_trade_with_oneself_breaks_on_both_sides(void **state)
{
	struct ouch_reply sell = told('A', 201);

	sell.side = 'S';
	assert_int_equal(tell('A', 200), 0);
	assert_int_equal(apply(sell), 0);
	assert_int_equal(apply(fill(200, 100, 1000, 5)), 0);
	assert_int_equal(apply(fill(201, 100, 1000, 5)), 0);
	assert_int_equal(break_trade(200, 5), 0);
	assert_int_equal(aapl()->shares, -100);
	assert_int_equal(break_trade(201, 5), 0);
	assert_int_equal(aapl()->shares, 0);
}

static void a_trade_is_found_under_a_later_number(void **state)
{
	struct ouch_reply r = told('U', 300);

	assert_int_equal(tell('A', 200), 0);
	assert_int_equal(apply(fill(200, 10, 1000, 5)), 0);
	r.orig_urn = 200;
	assert_int_equal(apply(r), 0);
	assert_int_equal(break_trade(300, 5), 0);
	assert_int_equal(find(200)->broken, 10);
	assert_int_equal(find(300)->done, 10);
}

static void one_match_fills_an_order_once(void **state)
{
	assert_int_equal(tell('A', 200), 0);
	assert_int_equal(apply(fill(200, 10, 1000, 5)), 0);
	assert_int_equal(apply(fill(200, 10, 1000, 5)), -EPROTO);
	assert_int_equal(orders.twice, 1);
	assert_int_equal(aapl()->shares, 10);
}

/* -- what leaves the shares --------------------------------------------- */

static void a_cancel_may_wait_or_be_refused(void **state)
{
	assert_int_equal(tell('A', 200), 0);
	assert_int_equal(orders_cancel_sent(&orders, 200), 0);
	assert_int_equal(orders_cancel_sent(&orders, 201), -ENOENT);
	assert_true(find(200)->cancel_sent);
	assert_int_equal(aapl()->open_buy, 100);
	assert_int_equal(tell('P', 200), 0);
	assert_state(200, ORDER_PENDING);
	assert_int_equal(apply(fill(200, 10, 1000, 1)), 0);
	assert_state(200, ORDER_PENDING);
	assert_int_equal(tell('I', 200), 0);
	assert_state(200, ORDER_PARTIAL);
	assert_false(find(200)->cancel_sent);
	assert_int_equal(tell('P', 200), 0);
	assert_int_equal(apply(fill(200, 90, 1000, 2)), 0);
	assert_state(200, ORDER_FILLED);
	/* it filled before its cancel was refused */
	assert_int_equal(tell('I', 200), 0);
	assert_int_equal(tell('P', 200), -EPROTO);
	assert_int_equal(tell('T', 200), -EPROTO);
	assert_int_equal(tell('M', 200), -EPROTO);
	assert_int_equal(tell('R', 200), -EPROTO);
	assert_int_equal(orders.over, 4);
	/* no answer comes to this one, and nothing waits for it */
	assert_int_equal(orders_cancel_sent(&orders, 200), 0);
	assert_false(find(200)->cancel_sent);
	assert_int_equal(orders.cancels, 2);
}

static void self_match_prevention_takes_shares_off(void **state)
{
	struct ouch_reply r = told('D', 200);

	assert_int_equal(tell('A', 200), 0);
	r.qty = 30;
	r.reason = 'Q';
	assert_int_equal(apply(r), 0);
	assert_int_equal(aapl()->open_buy, 70);
	r.qty = 71;
	assert_int_equal(apply(r), -EPROTO);
	r.qty = 70;
	assert_int_equal(apply(r), 0);
	assert_state(200, ORDER_CANCELED);
	assert_int_equal(aapl()->open_orders, 0);
}

static void modifying_changes_side_and_takes_shares_off(void **state)
{
	struct ouch_reply r = told('A', 200);

	r.side = 'S';
	assert_int_equal(apply(r), 0);
	assert_int_equal(tell('A', 201), 0);
	assert_int_equal(orders_modify_sent(&orders, 200, 'T'), 0);
	assert_int_equal(orders_modify_sent(&orders, 200, 'B'), -EINVAL);
	assert_int_equal(orders_modify_sent(&orders, 201, 'S'), -EINVAL);
	assert_int_equal(orders_modify_sent(&orders, 202, 'S'), -ENOENT);
	r = told('M', 200);
	r.side = 'T';
	r.qty = 40;
	assert_int_equal(apply(r), 0);
	assert_int_equal(find(200)->side, 'T');
	assert_int_equal(aapl()->open_sell, 40);
	assert_int_equal(aapl()->open_buy, 100);
	r.qty = 41;
	assert_int_equal(apply(r), -EPROTO);
	r.qty = 0;
	assert_int_equal(apply(r), -EPROTO);
	r.qty = 40;
	r.side = 'B';
	assert_int_equal(apply(r), -EPROTO);
	assert_int_equal(orders.over_executed, 2);
	assert_int_equal(orders.wrong_echo, 1);
}

/* However many it meets, an order that trades is one. */
static void an_order_trades_once(void **state)
{
	assert_int_equal(tell('A', 200), 0);
	assert_int_equal(tell('A', 201), 0);
	assert_int_equal(apply(fill(200, 10, 1000, 1)), 0);
	assert_int_equal(apply(fill(200, 10, 1000, 2)), 0);
	assert_int_equal(break_trade(200, 1), 0);
	assert_int_equal(apply(fill(200, 10, 1000, 3)), 0);
	assert_int_equal(aapl()->fills, 1);
	assert_int_equal(aapl()->executions, 3);
	assert_int_equal(apply(fill(201, 10, 1000, 3)), 0);
	assert_int_equal(aapl()->fills, 2);
	assert_int_equal(aapl()->filled_ns[0], 777);
	assert_int_equal(aapl()->filled_ns[1], 777);
}

#define T(test)								\
	cmocka_unit_test_setup_teardown(test, told_setup, told_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_broken_trade_never_was),
		T(a_trade_with_oneself_breaks_on_both_sides),
		T(a_trade_is_found_under_a_later_number),
		T(one_match_fills_an_order_once),
		T(an_order_trades_once),
		T(a_cancel_may_wait_or_be_refused),
		T(self_match_prevention_takes_shares_off),
		T(modifying_changes_side_and_takes_shares_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
