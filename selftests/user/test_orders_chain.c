// SPDX-License-Identifier: GPL-2.0
/* user/orders.c: replacements, and what they could cost until the answer. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/orders.h"

enum { FIRST_URN = 100, ROOM = 64 };

static struct orders orders;

static int setup(void **state)
{
	return orders_init_room(&orders, FIRST_URN, ROOM);
}

static int teardown(void **state)
{
	orders_free(&orders);
	return 0;
}

static struct order *place(char side, uint32_t qty, uint64_t px)
{
	struct order *order = orders_next(&orders);

	assert_non_null(order);
	order->side = side;
	order->qty = qty;
	order->px = px;
	memcpy(order->symbol, "AAPL", 4);
	memcpy(order->clordid, "T0000000000042", sizeof(order->clordid));
	return order;
}

static const struct order *enter(char side, uint32_t qty, uint64_t px)
{
	const struct order *order = place(side, qty, px);

	assert_int_equal(orders_commit(&orders), 0);
	return order;
}

static const struct order *replace(const struct order *orig, uint32_t total,
				   uint64_t px)
{
	const struct order *order = place('B', total, px);

	assert_int_equal(orders_replace_sent(&orders, orig->urn), 0);
	return order;
}

/* An answer as the exchange would give it. */
static struct ouch_reply about(char type, const struct order *order)
{
	struct ouch_reply r = {
		.type = type, .urn = order->urn, .side = order->side,
		.qty = order->qty, .px = order->px, .state = 'L',
		.orig_urn = order->orig_urn, .order_ref = order->urn + 7000,
	};

	memcpy(r.clordid, order->clordid, sizeof(r.clordid));
	memcpy(r.symbol, "AAPL", 4);
	return r;
}

static int apply(const struct ouch_reply *r)
{
	const struct order *changed;

	return orders_apply(&orders, r, 777, &changed);
}

static void say(char type, const struct order *order)
{
	struct ouch_reply r = about(type, order);

	assert_int_equal(apply(&r), 0);
}

static int take(char type, const struct order *order, uint32_t qty,
		uint64_t match)
{
	struct ouch_reply r = {
		.type = type, .urn = order->urn, .qty = qty, .px = order->px,
		.match = match, .reason = 'U',
	};

	return apply(&r);
}

static const struct order *accepted(char side, uint32_t qty, uint64_t px)
{
	const struct order *order = enter(side, qty, px);

	say('A', order);
	return order;
}

static const struct position *aapl(void)
{
	return positions_find(&orders.positions, "AAPL");
}

static void assert_open(uint64_t shares, uint64_t notional, uint32_t count)
{
	assert_int_equal(aapl()->open_buy, shares);
	assert_int_equal(aapl()->open_buy_notional, notional);
	assert_int_equal(aapl()->open_orders, count);
	assert_int_equal(orders.working, count);
}

static void assert_state(const struct order *order, enum order_state state)
{
	assert_string_equal(order_state_name(order->state),
			    order_state_name(state));
}

static void the_larger_of_both_is_reserved(void **state)
{
	const struct order *old = accepted('B', 100, 1000), *new;

	assert_open(100, 100000, 1);
	new = replace(old, 150, 1200);
	assert_open(150, 180000, 1);
	assert_int_equal(aapl()->top_buy, 1200);
	assert_state(new, ORDER_SENT);
	say('U', new);
	assert_open(150, 180000, 1);
	assert_state(old, ORDER_REPLACED);
	assert_state(new, ORDER_ACCEPTED);

	old = new;
	new = replace(old, 50, 1100);
	assert_open(150, 180000, 1);
	say('U', new);
	assert_open(50, 55000, 1);
	assert_int_equal(aapl()->top_buy, 1100);
	assert_int_equal(orders.replaced, 2);
	assert_int_equal(orders.replaces, 2);
	assert_int_equal(orders.sent, 3);
}

/* All but the last share of the old one may trade at its own, higher price. */
static void a_larger_and_cheaper_one_costs_both_prices(void **state)
{
	const struct order *old = accepted('B', 100, 1000);

	replace(old, 200, 900);
	assert_open(200, 100 * 1000 + 100 * 900, 1);
	assert_int_equal(aapl()->top_buy, 1000);
}

static void executed_shares_count_in_the_total(void **state)
{
	const struct order *old = accepted('B', 100, 1000), *new, *last;
	struct ouch_reply r;

	assert_int_equal(take('E', old, 30, 1), 0);
	new = replace(old, 120, 1000);
	assert_int_equal(new->open, 90);
	assert_open(90, 90000, 1);
	/* filled while the replacement is on its way */
	assert_int_equal(take('E', old, 20, 2), 0);
	assert_int_equal(new->open, 70);
	assert_open(70, 70000, 1);
	r = about('U', new);
	r.qty = 71;
	assert_int_equal(apply(&r), -EPROTO);
	assert_int_equal(orders.over_executed, 1);
	say('U', new);
	assert_open(70, 70000, 1);
	assert_int_equal(new->done, 50);

	last = replace(new, 60, 1000);
	assert_int_equal(last->open, 10);
	say('U', last);
	assert_int_equal(take('E', last, 10, 3), 0);
	assert_state(last, ORDER_FILLED);
	assert_int_equal(aapl()->shares, 60);
	assert_open(0, 0, 0);
}

/* OUCH 5.0, Replace Order: the original was over, so nothing is answered. */
static void none_comes_of_replacing_what_is_over(void **state)
{
	const struct order *old = accepted('B', 100, 1000);
	const struct order *new = replace(old, 300, 1000);

	assert_open(300, 300000, 1);
	assert_int_equal(take('E', old, 100, 1), 0);
	assert_state(old, ORDER_FILLED);
	assert_state(new, ORDER_IGNORED);
	assert_open(0, 0, 0);
	assert_int_equal(orders.ignored, 1);
	assert_null(orders_overdue(&orders, UINT64_MAX));
}

/* The second outcome: bad details cancel the original. */
static void a_bad_replace_cancels_the_original(void **state)
{
	const struct order *old = accepted('B', 100, 1000);
	const struct order *new = replace(old, 300, 1000);
	struct ouch_reply r;

	assert_int_equal(take('C', old, 100, 0), 0);
	assert_state(old, ORDER_CANCELED);
	assert_state(new, ORDER_IGNORED);
	assert_open(0, 0, 0);
	r = about('U', new);
	r.qty = 1;
	assert_int_equal(apply(&r), -EPROTO);
	assert_int_equal(orders.over, 1);
}

/* The third: refused, and the original is as it was. */
static void a_refused_replace_leaves_the_original(void **state)
{
	const struct order *old = accepted('B', 100, 1000);
	const struct order *new = replace(old, 300, 2000);

	assert_open(300, 600000, 1);
	say('J', new);
	assert_state(new, ORDER_REJECTED);
	assert_state(old, ORDER_ACCEPTED);
	assert_open(100, 100000, 1);
	assert_int_equal(aapl()->top_buy, 1000);
	assert_int_equal(orders_replaceable(&orders, old->urn), 0);
}

static void one_replacement_at_a_time(void **state)
{
	const struct order *old = accepted('B', 100, 1000), *new;

	assert_int_equal(orders_replaceable(&orders, 99), -ENOENT);
	new = replace(old, 100, 1100);
	assert_int_equal(orders_replaceable(&orders, old->urn), -EBUSY);
	assert_int_equal(orders_replaceable(&orders, new->urn), -EBUSY);
	place('B', 100, 1200);
	assert_int_equal(orders_replace_sent(&orders, old->urn), -EBUSY);
	assert_int_equal(orders.count, 2);
	say('U', new);
	assert_int_equal(orders_replaceable(&orders, old->urn), -ESHUTDOWN);
	assert_int_equal(orders_replaceable(&orders, new->urn), 0);
}

static void executions_wait_for_the_replacement(void **state)
{
	const struct order *old = accepted('B', 100, 1000);
	const struct order *new = replace(old, 100, 1000);

	assert_int_equal(take('E', new, 10, 1), -EPROTO);
	assert_int_equal(take('C', new, 10, 1), -EPROTO);
	assert_int_equal(orders.over_executed, 2);
	say('U', new);
	assert_int_equal(take('E', new, 10, 1), 0);
	assert_int_equal(take('E', old, 10, 2), -EPROTO);
}

static void a_replacement_must_be_the_one_asked_for(void **state)
{
	const struct order *old = accepted('B', 100, 1000);
	const struct order *new = replace(old, 100, 1000);
	struct ouch_reply r = about('U', new);

	r.px = 1001;
	assert_int_equal(apply(&r), -EPROTO);
	assert_int_equal(orders.wrong_price, 1);
	r = about('U', new);
	r.side = 'S';
	assert_int_equal(apply(&r), -EPROTO);
	r = about('U', new);
	r.symbol[0] = 'X';
	assert_int_equal(apply(&r), -EPROTO);
	r = about('U', new);
	r.clordid[5] = 'X';
	assert_int_equal(apply(&r), -EPROTO);
	r = about('U', new);
	r.orig_urn = new->urn;
	assert_int_equal(apply(&r), -EPROTO);
	r.orig_urn = 1;
	assert_int_equal(apply(&r), -EPROTO);
	assert_int_equal(orders.wrong_echo, 5);
	say('U', new);
	r = about('U', new);
	assert_int_equal(apply(&r), -EPROTO);
	assert_open(100, 100000, 1);
}

static void a_dead_replacement_costs_nothing(void **state)
{
	const struct order *old = accepted('B', 100, 1000);
	const struct order *new = replace(old, 100, 1000);
	struct ouch_reply r = about('U', new);

	r.state = 'D';
	assert_int_equal(apply(&r), 0);
	assert_state(new, ORDER_DEAD);
	assert_state(old, ORDER_REPLACED);
	assert_open(0, 0, 0);
}

/* Enter, Replace, and neither has an answer when the session breaks. */
static void a_rejected_order_takes_its_replacement_along(void **state)
{
	const struct order *old = enter('B', 100, 1000);
	const struct order *new = replace(old, 200, 1000);

	assert_open(200, 200000, 1);
	say('J', old);
	assert_state(new, ORDER_IGNORED);
	assert_open(0, 0, 0);
	assert_null(orders_reconciled(&orders, 1000));
}

static void reconciling_releases_what_was_never_answered(void **state)
{
	const struct order *live = accepted('B', 100, 1000);
	const struct order *ignored = enter('B', 10, 500);
	const struct order *next = replace(ignored, 20, 500);
	const struct order *late = replace(live, 300, 2000);

	assert_open(320, 610000, 2);
	assert_ptr_equal(orders_reconciled(&orders, next->urn), next);
	assert_ptr_equal(orders_reconciled(&orders, next->urn), ignored);
	assert_ptr_equal(orders_reconciled(&orders, next->urn), late);
	assert_null(orders_reconciled(&orders, next->urn));
	assert_int_equal(orders.ignored, 3);
	assert_int_equal(orders.lost, 2);
	assert_open(100, 100000, 1);
	assert_int_equal(orders_replaceable(&orders, live->urn), 0);
}

/* Whatever was concluded, an answer is the last word. */
static void an_answer_brings_an_ignored_order_back(void **state)
{
	const struct order *one = enter('B', 10, 500);
	const struct order *two = enter('B', 20, 500);

	while (orders_reconciled(&orders, 1))
		;
	assert_open(0, 0, 0);
	say('A', one);
	assert_open(10, 5000, 1);
	assert_state(one, ORDER_ACCEPTED);
	say('J', two);
	assert_state(two, ORDER_REJECTED);
	assert_int_equal(orders.ignored, 0);
	assert_int_equal(orders.answered, 2);
}

static void best_own_prices_follow_the_open_orders(void **state)
{
	const struct order *low = accepted('B', 1, 1000);
	const struct order *high = accepted('B', 1, 1200);
	const struct order *mid = accepted('B', 1, 1100);
	const struct order *sell = accepted('S', 1, 2000);
	const struct order *ask = accepted('T', 1, 1900);

	assert_int_equal(aapl()->top_buy, 1200);
	assert_int_equal(aapl()->low_sell, 1900);
	assert_int_equal(take('C', high, 1, 0), 0);
	assert_int_equal(aapl()->top_buy, 1100);
	assert_int_equal(take('E', ask, 1, 1), 0);
	assert_int_equal(aapl()->low_sell, 2000);
	assert_int_equal(take('C', low, 1, 0), 0);
	assert_int_equal(take('C', mid, 1, 0), 0);
	assert_int_equal(take('C', sell, 1, 0), 0);
	assert_int_equal(aapl()->top_buy, 0);
	assert_int_equal(aapl()->low_sell, 0);
}

static void a_new_price_moves_what_is_reserved(void **state)
{
	const struct order *order = enter('B', 100, 1000);
	struct ouch_reply r = about('A', order);

	assert_open(100, 100000, 1);
	r.px = 900;
	assert_int_equal(apply(&r), 0);
	assert_open(100, 90000, 1);
	assert_int_equal(aapl()->top_buy, 900);
	r = about('T', order);
	r.px = 950;
	assert_int_equal(apply(&r), 0);
	assert_open(100, 95000, 1);
	r.px = 1001;
	assert_int_equal(apply(&r), -EPROTO);
	assert_int_equal(aapl()->top_buy, 950);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_larger_of_both_is_reserved),
		T(a_larger_and_cheaper_one_costs_both_prices),
		T(executed_shares_count_in_the_total),
		T(none_comes_of_replacing_what_is_over),
		T(a_bad_replace_cancels_the_original),
		T(a_refused_replace_leaves_the_original),
		T(one_replacement_at_a_time),
		T(executions_wait_for_the_replacement),
		T(a_replacement_must_be_the_one_asked_for),
		T(a_dead_replacement_costs_nothing),
		T(a_rejected_order_takes_its_replacement_along),
		T(reconciling_releases_what_was_never_answered),
		T(an_answer_brings_an_ignored_order_back),
		T(best_own_prices_follow_the_open_orders),
		T(a_new_price_moves_what_is_reserved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
