// SPDX-License-Identifier: GPL-2.0
/* user/orders.c: what answers do to our orders, and which are refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/orders.h"

enum { FIRST_URN = 1000 };

static int setup(void **state)
{
	struct orders *o = calloc(1, sizeof(*o));

	assert_non_null(o);
	assert_int_equal(orders_init(o, FIRST_URN), 0);
	*state = o;
	return 0;
}

static int teardown(void **state)
{
	orders_free(*state);
	free(*state);
	return 0;
}

static struct order *send_order(struct orders *o, uint32_t qty)
{
	struct order *order = orders_next(o);

	assert_non_null(order);
	order->side = 'B';
	order->qty = qty;
	order->px = 1823500;
	memcpy(order->clordid, "T0000000000042", sizeof(order->clordid));
	orders_commit(o);
	return order;
}

static int apply(struct orders *o, const struct ouch_reply *r)
{
	const struct order *changed;

	return orders_apply(o, r, 777, &changed);
}

static struct ouch_reply accepted(const struct order *order)
{
	struct ouch_reply r = {
		.type = 'A', .urn = order->urn, .side = order->side,
		.qty = order->qty, .px = order->px, .state = 'L',
		.order_ref = 5,
	};

	memcpy(r.clordid, order->clordid, sizeof(r.clordid));
	return r;
}

static int accept_order(struct orders *o, const struct order *order)
{
	struct ouch_reply r = accepted(order);

	return apply(o, &r);
}

static int execute(struct orders *o, uint32_t urn, uint32_t qty, uint64_t px)
{
	struct ouch_reply r = {
		.type = 'E', .urn = urn, .qty = qty, .px = px,
	};

	return apply(o, &r);
}

static int cancel(struct orders *o, uint32_t urn, uint32_t qty)
{
	struct ouch_reply r = {
		.type = 'C', .urn = urn, .qty = qty, .reason = 'I',
	};

	return apply(o, &r);
}

static int reject(struct orders *o, uint32_t urn)
{
	struct ouch_reply r = {
		.type = 'J', .urn = urn, .reason = OUCH_REJECT_HALTED,
	};

	memcpy(r.clordid, "T0000000000042", sizeof(r.clordid));
	return apply(o, &r);
}

static void numbers_rise_from_the_first(void **state)
{
	struct orders *o = *state;

	assert_int_equal(send_order(o, 1)->urn, FIRST_URN);
	/* a place that was never committed is given out again */
	assert_int_equal(orders_next(o)->urn, FIRST_URN + 1);
	assert_int_equal(send_order(o, 1)->urn, FIRST_URN + 1);
	assert_int_equal(o->count, 2);
}

static void first_number_leaves_room_for_all(void **state)
{
	struct orders o;

	assert_int_equal(orders_init(&o, 0), -ERANGE);
	assert_int_equal(orders_init(&o, UINT32_MAX), -ERANGE);
	assert_int_equal(orders_init(&o, UINT32_MAX - ORDERS_MAX + 1),
			 -ERANGE);
	assert_int_equal(orders_init(&o, UINT32_MAX - ORDERS_MAX), 0);
	orders_free(&o);
}

static void full_table_gives_no_place(void **state)
{
	struct orders *o = *state;
	uint32_t i;

	for (i = 0; i < ORDERS_MAX; i++)
		send_order(o, 1);
	assert_null(orders_next(o));
	assert_int_equal(execute(o, FIRST_URN + ORDERS_MAX - 1, 1, 1), 0);
	assert_int_equal(execute(o, FIRST_URN + ORDERS_MAX, 1, 1), -ENOENT);
}

static void order_fills_in_parts(void **state)
{
	struct orders *o = *state;
	struct order *order = send_order(o, 100);

	assert_int_equal(order->state, ORDER_SENT);
	assert_int_equal(order->answered_ns, 0);
	assert_int_equal(accept_order(o, order), 0);
	assert_int_equal(order->state, ORDER_ACCEPTED);
	assert_int_equal(order->answered_ns, 777);
	assert_int_equal(order->order_ref, 5);
	assert_int_equal(execute(o, order->urn, 60, 1823400), 0);
	assert_int_equal(order->state, ORDER_PARTIAL);
	assert_int_equal(order->open, 40);
	assert_int_equal(execute(o, order->urn, 40, 1823500), 0);
	assert_int_equal(order->state, ORDER_FILLED);
	assert_int_equal(order->filled, 100);
	assert_int_equal(order->notional, 60ull * 1823400 + 40ull * 1823500);
	assert_int_equal(o->shares, 100);
	assert_int_equal(o->executions, 2);
	assert_int_equal(o->answered, 1);
}

static void rest_of_an_ioc_is_canceled(void **state)
{
	struct orders *o = *state;
	struct order *order = send_order(o, 100);

	assert_int_equal(accept_order(o, order), 0);
	assert_int_equal(execute(o, order->urn, 30, 1823500), 0);
	assert_int_equal(cancel(o, order->urn, 70), 0);
	assert_int_equal(order->state, ORDER_CANCELED);
	assert_int_equal(order->filled, 30);
	assert_int_equal(order->open, 0);
	assert_int_equal(order->reason, 'I');
	assert_int_equal(o->canceled, 1);
}

static void partly_canceled_order_lives(void **state)
{
	struct orders *o = *state;
	struct order *order = send_order(o, 100);

	assert_int_equal(accept_order(o, order), 0);
	assert_int_equal(cancel(o, order->urn, 40), 0);
	assert_int_equal(order->state, ORDER_ACCEPTED);
	assert_int_equal(execute(o, order->urn, 60, 1823500), 0);
	assert_int_equal(order->state, ORDER_CANCELED);
	assert_int_equal(order->filled, 60);
}

static void rejection_must_name_the_order(void **state)
{
	struct orders *o = *state;
	struct order *order = send_order(o, 100);
	struct ouch_reply r = { .type = 'J', .urn = order->urn };

	memcpy(r.clordid, "T0000000000043", sizeof(r.clordid));
	assert_int_equal(apply(o, &r), -EPROTO);
	assert_int_equal(o->wrong_echo, 1);
	assert_int_equal(order->state, ORDER_SENT);
}

/* A buy's limit is the most, a sell's the least. */
static void prices_keep_to_the_limit(void **state)
{
	struct orders *o = *state;
	struct order *buy = send_order(o, 100), *sell = send_order(o, 100);
	struct ouch_reply r = accepted(buy);

	sell->side = 'S';
	r.px = buy->px + 1;
	assert_int_equal(apply(o, &r), -EPROTO);
	assert_int_equal(buy->state, ORDER_SENT);
	assert_int_equal(execute(o, buy->urn, 1, 0), -EPROTO);
	assert_int_equal(execute(o, buy->urn, 1, 1823501), -EPROTO);
	assert_int_equal(execute(o, sell->urn, 1, 1823499), -EPROTO);
	assert_int_equal(execute(o, sell->urn, 1, OUCH_PRICE_MAX + 1),
			 -EPROTO);
	assert_int_equal(o->wrong_price, 5);
	assert_int_equal(o->shares, 0);
	/* one priced anew may still trade up to what was asked */
	r.px = buy->px - 100;
	assert_int_equal(apply(o, &r), 0);
	assert_int_equal(execute(o, buy->urn, 1, 1823500), 0);
	assert_int_equal(execute(o, sell->urn, 1, OUCH_PRICE_MAX), 0);
}

static void notional_does_not_wrap(void **state)
{
	struct orders *o = *state;
	struct order *order = send_order(o, 100);

	o->notional = UINT64_MAX - 1;
	assert_int_equal(execute(o, order->urn, 1, 1823500), 0);
	assert_int_equal(o->notional, UINT64_MAX);
	assert_int_equal(order->notional, 1823500);
}

static void rejection_ends_an_order(void **state)
{
	struct orders *o = *state;
	struct order *order = send_order(o, 100);

	assert_int_equal(reject(o, order->urn), 0);
	assert_int_equal(order->state, ORDER_REJECTED);
	assert_int_equal(order->reason, OUCH_REJECT_HALTED);
	assert_int_equal(o->rejected, 1);
	assert_int_equal(execute(o, order->urn, 1, 1), -EPROTO);
	assert_int_equal(o->over_executed, 1);
	assert_int_equal(reject(o, order->urn), -EPROTO);
	assert_int_equal(accept_order(o, order), -EPROTO);
	assert_int_equal(o->twice, 2);
	assert_int_equal(orders_faults(o), 3);
	assert_int_equal(order->state, ORDER_REJECTED);
}

static void dead_on_arrival_is_final(void **state)
{
	struct orders *o = *state;
	struct order *order = send_order(o, 100);
	struct ouch_reply r = accepted(order);

	r.state = 'D';
	assert_int_equal(apply(o, &r), 0);
	assert_int_equal(order->state, ORDER_DEAD);
	assert_int_equal(execute(o, order->urn, 1, 1), -EPROTO);
	assert_int_equal(cancel(o, order->urn, 1), -EPROTO);
}

static void unknown_numbers_are_counted(void **state)
{
	struct orders *o = *state;

	assert_int_equal(execute(o, FIRST_URN, 1, 1), -ENOENT);
	send_order(o, 1);
	assert_int_equal(execute(o, FIRST_URN - 1, 1, 1), -ENOENT);
	assert_int_equal(execute(o, FIRST_URN + 1, 1, 1), -ENOENT);
	assert_int_equal(execute(o, 0, 1, 1), -ENOENT);
	assert_int_equal(execute(o, UINT32_MAX, 1, 1), -ENOENT);
	assert_int_equal(o->unknown_urn, 5);
}

static void over_execution_changes_nothing(void **state)
{
	struct orders *o = *state;
	struct order *order = send_order(o, 100);

	assert_int_equal(accept_order(o, order), 0);
	assert_int_equal(execute(o, order->urn, 101, 1), -EPROTO);
	assert_int_equal(execute(o, order->urn, 0, 1), -EPROTO);
	assert_int_equal(cancel(o, order->urn, 101), -EPROTO);
	assert_int_equal(o->over_executed, 3);
	assert_int_equal(orders_faults(o), 3);
	assert_int_equal(order->state, ORDER_ACCEPTED);
	assert_int_equal(order->open, 100);
	assert_int_equal(o->shares, 0);
	assert_int_equal(execute(o, order->urn, 100, 1), 0);
	assert_int_equal(execute(o, order->urn, 1, 1), -EPROTO);
}

static void acceptance_must_echo_the_order(void **state)
{
	struct orders *o = *state;
	struct order *order = send_order(o, 100);
	struct ouch_reply r = accepted(order);

	r.qty++;
	assert_int_equal(apply(o, &r), -EPROTO);
	r = accepted(order);
	r.side = 'S';
	assert_int_equal(apply(o, &r), -EPROTO);
	r = accepted(order);
	r.clordid[13]++;
	assert_int_equal(apply(o, &r), -EPROTO);
	assert_int_equal(o->wrong_echo, 3);
	assert_int_equal(order->state, ORDER_SENT);
	assert_int_equal(order->answered_ns, 0);
	/* the exchange may price the order anew */
	r = accepted(order);
	r.px = 1823400;
	assert_int_equal(apply(o, &r), 0);
	assert_int_equal(order->px, 1823400);
	assert_int_equal(apply(o, &r), -EPROTO);
	assert_int_equal(o->twice, 1);
}

static void a_fill_may_overtake_the_acceptance(void **state)
{
	struct orders *o = *state;
	struct order *order = send_order(o, 100);

	assert_int_equal(execute(o, order->urn, 100, 1823500), 0);
	assert_int_equal(order->state, ORDER_FILLED);
	assert_int_equal(accept_order(o, order), 0);
	assert_int_equal(order->state, ORDER_FILLED);
	assert_int_equal(o->accepted, 1);
	assert_int_equal(o->answered, 1);
}

static void orders_without_an_answer_get_overdue(void **state)
{
	struct orders *o = *state;
	struct order *first = send_order(o, 100), *second = send_order(o, 100);

	first->sent_ns = 1000;
	second->sent_ns = 1001;
	assert_null(orders_overdue(o, 1000));
	assert_ptr_equal(orders_overdue(o, 1001), first);
	assert_null(orders_overdue(o, 1001));
	/* a late answer counts, and does not undo it */
	assert_int_equal(accept_order(o, first), 0);
	assert_int_equal(o->overdue, 1);
	assert_int_equal(accept_order(o, second), 0);
	assert_null(orders_overdue(o, UINT64_MAX));
	assert_int_equal(o->overdue, 1);
	assert_int_equal(o->answered, 2);
}

static void states_have_names(void **state)
{
	assert_string_equal(order_state_name(ORDER_SENT), "sent");
	assert_string_equal(order_state_name(ORDER_DEAD), "dead");
	assert_string_equal(order_state_name((enum order_state)99), "?");
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(numbers_rise_from_the_first),
		T(first_number_leaves_room_for_all),
		T(full_table_gives_no_place),
		T(order_fills_in_parts),
		T(rest_of_an_ioc_is_canceled),
		T(partly_canceled_order_lives),
		T(rejection_ends_an_order),
		T(rejection_must_name_the_order),
		T(prices_keep_to_the_limit),
		T(notional_does_not_wrap),
		T(dead_on_arrival_is_final),
		T(unknown_numbers_are_counted),
		T(over_execution_changes_nothing),
		T(acceptance_must_echo_the_order),
		T(a_fill_may_overtake_the_acceptance),
		T(orders_without_an_answer_get_overdue),
		T(states_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
