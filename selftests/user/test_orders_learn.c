// SPDX-License-Identifier: GPL-2.0
/* user/orders.c: orders that only the exchange tells us of, and their room. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "told.h"

static struct order *place(uint32_t urn)
{
	struct order *order = orders_place(&orders, urn);

	order->side = 'B';
	order->qty = 100;
	order->px = 1200;
	order->seq = 42;
	memcpy(order->symbol, "AAPL", 4);
	memcpy(order->trigger, "one", 3);
	memcpy(order->clordid, "T0000000000042", sizeof(order->clordid));
	return order;
}

/* -- unknown numbers ---------------------------------------------------- */

static void an_unknown_order_becomes_known(void **state)
{
	struct ouch_reply r = told('A', 5000);

	memcpy(r.clordid, "HAND-MADE     ", sizeof(r.clordid));
	assert_int_equal(apply(r), 0);
	assert_int_equal(tell('A', 3), 0);
	assert_true(find(5000)->foreign);
	/* it looks like ours: a process before this one sent it */
	assert_false(find(3)->foreign);
	assert_int_equal(orders.foreign, 1);
	assert_int_equal(aapl()->open_buy, 200);
	assert_int_equal(orders.sent, 0);
	assert_int_equal(orders_next(&orders)->urn, 5001);
	assert_int_equal(tell('E', 5000), 0);
	assert_int_equal(aapl()->shares, 100);
	assert_state(5000, ORDER_FILLED);
}

static void unknown_orders_must_make_sense(void **state)
{
	struct ouch_reply r = told('A', 5);

	r.side = 'X';
	assert_int_equal(apply(r), -EPROTO);
	r = told('A', 5);
	r.qty = 0;
	assert_int_equal(apply(r), -EPROTO);
	r.qty = OUCH_QTY_MAX + 1;
	assert_int_equal(apply(r), -EPROTO);
	r = told('A', 5);
	r.px = 0;
	assert_int_equal(apply(r), -EPROTO);
	r.px = 0x80000000;
	assert_int_equal(apply(r), -EPROTO);
	r = told('A', 5);
	r.symbol[0] = 0;
	assert_int_equal(apply(r), -ENOENT);
	assert_int_equal(tell('A', 0), -ENOENT);
	r = told('J', 5);
	r.clordid[0] = 0;
	assert_int_equal(apply(r), -ENOENT);
	assert_int_equal(orders.count, 0);
	/* another client's market order */
	r = told('A', 5);
	r.px = 0x7fffffff;
	assert_int_equal(apply(r), 0);
	assert_int_equal(tell('E', 5), 0);
}

static void an_unknown_rejection_uses_up_its_number(void **state)
{
	struct ouch_reply r = told('J', 500);

	r.symbol[0] = 0;
	assert_int_equal(apply(r), 0);
	assert_state(500, ORDER_REJECTED);
	assert_int_equal(orders_next(&orders)->urn, 501);
	assert_int_equal(orders.positions.count, 0);
	assert_int_equal(tell('A', 500), -EPROTO);
}

static void a_replacement_may_be_all_that_is_known(void **state)
{
	struct ouch_reply r = told('U', 20);

	r.orig_urn = 10;
	assert_int_equal(apply(r), 0);
	assert_int_equal(aapl()->open_buy, 100);
	assert_null(orders_find(&orders, 10));
	r.urn = 30;
	r.orig_urn = 20;
	r.qty = 60;
	assert_int_equal(apply(r), 0);
	assert_state(20, ORDER_REPLACED);
	assert_int_equal(aapl()->open_buy, 60);
	/* it must be another one that it replaces */
	r.urn = r.orig_urn = 40;
	assert_int_equal(apply(r), -EPROTO);
}

/* -- claims ------------------------------------------------------------- */

static void the_answer_may_come_before_the_order(void **state)
{
	assert_int_equal(tell('A', 200), 0);
	assert_int_equal(find(200)->limit, 0);
	place(200);
	assert_int_equal(orders_commit(&orders), 0);
	assert_int_equal(orders.count, 1);
	assert_int_equal(orders.sent, 1);
	assert_int_equal(find(200)->limit, 1200);
	assert_int_equal(find(200)->px, 1000);
	assert_int_equal(find(200)->seq, 42);
	assert_string_equal(find(200)->trigger, "one");
	assert_int_equal(aapl()->open_buy, 100);
	place(200);
	assert_int_equal(orders_commit(&orders), -EEXIST);
}

/* A journal knows orders whose ClOrdID does not look like ours. */
static void an_order_by_hand_is_not_foreign(void **state)
{
	struct ouch_reply r = told('A', 3);

	memcpy(r.clordid, "H1795630972767", sizeof(r.clordid));
	assert_int_equal(apply(r), 0);
	assert_false(find(3)->foreign);
	r = told('A', 4);
	memcpy(r.clordid, "H179563097276x", sizeof(r.clordid));
	assert_int_equal(apply(r), 0);
	assert_true(find(4)->foreign);
	assert_int_equal(orders.foreign, 1);
}

static void a_claimed_order_is_not_foreign(void **state)
{
	struct ouch_reply r = told('A', 200);

	memcpy(r.clordid, "HAND-MADE     ", sizeof(r.clordid));
	assert_int_equal(apply(r), 0);
	assert_int_equal(orders.foreign, 1);
	memcpy(place(200)->clordid, r.clordid, sizeof(r.clordid));
	assert_int_equal(orders_commit(&orders), 0);
	assert_int_equal(orders.foreign, 0);
	assert_false(find(200)->foreign);
}

static void a_rejection_may_come_before_the_order(void **state)
{
	struct ouch_reply r = told('J', 200);

	r.symbol[0] = 0;
	assert_int_equal(apply(r), 0);
	place(200);
	assert_int_equal(orders_commit(&orders), 0);
	assert_state(200, ORDER_REJECTED);
	assert_string_equal(find(200)->symbol, "AAPL");
	assert_int_equal(find(200)->qty, 100);
	assert_null(aapl());
}

static void a_claim_must_be_about_the_same_order(void **state)
{
	struct order *order;

	assert_int_equal(tell('A', 200), 0);
	order = place(200);
	order->qty = 101;
	assert_int_equal(orders_commit(&orders), -EPROTO);
	order = place(200);
	order->symbol[0] = 'B';
	assert_int_equal(orders_commit(&orders), -EPROTO);
	order = place(200);
	order->side = 'S';
	assert_int_equal(orders_commit(&orders), -EPROTO);
	order = place(200);
	order->clordid[3] = '9';
	assert_int_equal(orders_commit(&orders), -EPROTO);
	assert_int_equal(orders.wrong_echo, 4);
	assert_false(find(200)->sent);
}

static void replacements_can_be_claimed(void **state)
{
	struct ouch_reply r = told('U', 300);

	assert_int_equal(tell('A', 200), 0);
	r.orig_urn = 200;
	assert_int_equal(apply(r), 0);
	assert_int_equal(orders.chained, 1);
	place(300);
	assert_int_equal(orders_commit(&orders), -EPROTO);
	place(300);
	assert_int_equal(orders_replace_sent(&orders, 200), 0);
	assert_int_equal(find(300)->total, 100);
	assert_int_equal(orders.replaces, 1);
	assert_int_equal(orders.chained, 1);
	assert_int_equal(aapl()->open_orders, 1);
}

/* -- references in the feed --------------------------------------------- */

static void own_orders_are_known_in_the_feed(void **state)
{
	struct ouch_reply r;

	assert_null(orders_own(&orders, 7200));
	assert_null(orders_own(&orders, 0));
	assert_int_equal(tell('A', 200), 0);
	assert_ptr_equal(orders_own(&orders, 7200), find(200));
	r = told('T', 200);
	r.order_ref = 8000;
	assert_int_equal(apply(r), 0);
	assert_ptr_equal(orders_own(&orders, 8000), find(200));
	r = told('R', 200);
	r.order_ref = 8001;
	r.reason = 'R';
	assert_int_equal(apply(r), 0);
	assert_int_equal(find(200)->order_ref, 8001);
	/* the feed may be behind: what was ours stays ours */
	assert_ptr_equal(orders_own(&orders, 7200), find(200));
	r.order_ref = 0;
	assert_int_equal(apply(r), 0);
	assert_int_equal(find(200)->order_ref, 8001);
	r = told('U', 300);
	r.orig_urn = 200;
	assert_int_equal(apply(r), 0);
	assert_ptr_equal(orders_own(&orders, 7300), find(300));
	assert_ptr_equal(orders_own(&orders, 8001), find(200));
	assert_null(orders_own(&orders, 0));
}

/* -- numbers and room --------------------------------------------------- */

static void other_requests_use_up_numbers(void **state)
{
	assert_int_equal(tell('S', 900), 0);
	assert_int_equal(orders_next(&orders)->urn, FIRST_URN);
	assert_int_equal(tell('X', 500), 0);
	assert_int_equal(orders_next(&orders)->urn, 501);
	assert_int_equal(tell('G', 510), 0);
	assert_int_equal(tell('K', 511), 0);
	assert_int_equal(orders_next(&orders)->urn, 512);
	assert_int_equal(tell('Q', 600), 0);
	assert_int_equal(orders_next(&orders)->urn, 600);
	assert_int_equal(tell('Q', 50), 0);
	assert_int_equal(orders_next(&orders)->urn, 600);
	assert_int_equal(orders.count, 0);
}

static void numbers_come_to_an_end(void **state)
{
	assert_int_equal(tell('A', UINT32_MAX), 0);
	assert_true(orders_full(&orders));
	assert_null(orders_next(&orders));
	assert_int_equal(tell('A', 5), 0);
	assert_null(orders_next(&orders));
}

/* Numbers with any gaps, to the last place. */
static void every_place_is_found_again(void **state)
{
	struct orders all;
	const struct order *changed;
	struct ouch_reply r;
	uint32_t i;

	assert_int_equal(orders_init(&all, 1), 0);
	for (i = 0; i < ORDERS_MAX; i++) {
		r = told('A', 1 + i * 4099);
		r.order_ref = 1ull << 40 | i;
		assert_int_equal(orders_apply(&all, &r, 1, &changed), 0);
	}
	assert_true(orders_full(&all));
	for (i = 0; i < ORDERS_MAX; i++) {
		assert_ptr_equal(orders_find(&all, 1 + i * 4099),
				 &all.table[i]);
		assert_ptr_equal(orders_own(&all, 1ull << 40 | i),
				 &all.table[i]);
		assert_null(orders_find(&all, 2 + i * 4099));
	}
	r = told('A', 2);
	assert_int_equal(orders_apply(&all, &r, 1, &changed), -ENOSPC);
	assert_int_equal(all.no_room, 1);
	orders_free(&all);
}

/* What is out may fill in many parts; so new orders end early, and what there
 * is no room for stays reserved.
 */
static void executions_without_room_stay_reserved(void **state)
{
	uint32_t most = ROOM * ORDERS_FILLS, i;
	struct ouch_reply r = told('A', 200);

	r.qty = 1000;
	assert_int_equal(apply(r), 0);
	for (i = 0; i < most; i++) {
		assert_int_equal(orders_full(&orders), i >= most / 4 * 3);
		assert_int_equal(apply(fill(200, 1, 1000, 1 + i)), 0);
	}
	assert_int_equal(apply(fill(200, 1, 1000, 1 + i)), -ENOSPC);
	assert_int_equal(orders.no_room, 1);
	assert_int_equal(aapl()->open_buy, 1000 - most);
	assert_int_equal(aapl()->shares, most);
	assert_int_equal(break_trade(200, most), 0);
}

static void references_without_room_change_nothing(void **state)
{
	uint32_t most = ROOM * ORDERS_REFS, i;
	struct ouch_reply r = told('T', 200);

	assert_int_equal(tell('A', 200), 0);
	for (i = 1; i < most; i++) {
		r.order_ref = i;
		assert_int_equal(apply(r), 0);
	}
	assert_true(orders_full(&orders));
	assert_int_equal(apply(r), -ENOSPC);
	assert_int_equal(tell('A', 201), -ENOSPC);
	assert_ptr_equal(orders_own(&orders, most - 1), find(200));
}

#define T(test)								\
	cmocka_unit_test_setup_teardown(test, told_setup, told_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_unknown_order_becomes_known),
		T(unknown_orders_must_make_sense),
		T(an_unknown_rejection_uses_up_its_number),
		T(a_replacement_may_be_all_that_is_known),
		T(the_answer_may_come_before_the_order),
		T(an_order_by_hand_is_not_foreign),
		T(a_claimed_order_is_not_foreign),
		T(a_rejection_may_come_before_the_order),
		T(a_claim_must_be_about_the_same_order),
		T(replacements_can_be_claimed),
		T(own_orders_are_known_in_the_feed),
		T(other_requests_use_up_numbers),
		T(numbers_come_to_an_end),
		T(every_place_is_found_again),
		T(executions_without_room_stay_reserved),
		T(references_without_room_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
