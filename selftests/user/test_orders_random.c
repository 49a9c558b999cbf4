// SPDX-License-Identifier: GPL-2.0
/* user/orders.c and positions.c beside the ledger, over random days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "order_flow.h"

enum { DAYS = 2000, DAY = 500, LOOK = 50 };

static uint64_t seed;
static struct flow flow;

static void days(bool orderly, uint64_t *sane, uint64_t *refused)
{
	uint32_t day, step;

	for (day = 0; day < DAYS / 2; day++) {
		flow_start(&flow, seed + day, orderly);
		for (step = 1; step <= DAY; step++) {
			flow_step(&flow);
			if (step % LOOK == 0)
				flow_compare(&flow);
		}
		*sane += flow.sane;
		*refused += flow.refused;
		flow_end(&flow);
	}
}

static void orderly_days_agree_with_the_ledger(void **state)
{
	uint64_t sane = 0, refused = 0;

	days(true, &sane, &refused);
	print_message("%llu answers, %llu without effect\n",
		      (unsigned long long)sane, (unsigned long long)refused);
	assert_int_equal(refused, 0);
}

static void days_of_lies_agree_with_the_ledger(void **state)
{
	uint64_t sane = 0, refused = 0;

	days(false, &sane, &refused);
	print_message("%llu answers, %llu without effect\n",
		      (unsigned long long)sane, (unsigned long long)refused);
	assert_true(refused > sane / 10);
}

/* -- as many orders as a day may have, and what they add up to ---------- */

static uint64_t draw(uint64_t bound)
{
	return flow_below(&flow, bound);
}

static void say(struct orders *o, char type, uint32_t urn)
{
	const struct order *order = orders_find(o, urn);
	struct ouch_reply r = {
		.type = type, .urn = urn, .side = order->side,
		.qty = order->qty, .px = order->px, .state = 'L',
		.order_ref = ++flow.next_id, .match = flow.next_id,
		.reason = 'I', .orig_urn = order->orig_urn,
	};

	memcpy(r.clordid, order->clordid, sizeof(r.clordid));
	if (strchr("EC", type) && order->open)
		r.qty = 1 + (uint32_t)draw(order->open);
	flow_answer(o, &r);
}

static void enter(struct orders *o)
{
	struct order *order = orders_next(o);

	assert_non_null(order);
	order->side = "BSTE"[draw(4)];
	order->qty = 1 + (uint32_t)draw(1000);
	order->px = 10000 + draw(1000);
	order->urn += (uint32_t)draw(3);
	snprintf(order->symbol, sizeof(order->symbol), "S%u",
		 (unsigned int)draw(3000));
	assert_int_equal(orders_commit(o), 0);
}

static void long_day(struct orders *o)
{
	uint32_t urn;

	while (o->count < ORDERS_MAX / 2) {
		if (!draw(3))
			enter(o);
		if (!o->count)
			continue;
		urn = o->table[draw(o->count)].urn;
		say(o, "AAEECJTB"[draw(8)], urn);
	}
}

struct sums {
	uint64_t buy, sell, shares;
	uint32_t open;
	int64_t held;
};

static void orders_add_up(const struct orders *o, struct sums *s)
{
	const struct order *order;
	uint32_t i;

	for (i = 0; i < o->count; i++) {
		order = &o->table[i];
		assert_ptr_equal(orders_find(o, order->urn), order);
		assert_true(order->open + order->filled + order->broken <=
			    order->qty);
		*(order->side == 'B' ? &s->buy : &s->sell) +=
			order->open * order->px;
		s->held += order->side == 'B' ? (int64_t)order->filled :
						-(int64_t)order->filled;
		s->shares += order->filled;
		s->open += order->open > 0;
	}
}

static void a_long_day_adds_up(void **state)
{
	const struct position *pos;
	struct sums s = { 0 };
	struct orders o;
	uint64_t open = 0;
	uint32_t i;

	flow_start(&flow, seed, true);
	assert_int_equal(orders_init(&o, 1), 0);
	long_day(&o);
	orders_add_up(&o, &s);
	for (i = 0; i < o.positions.count; i++) {
		pos = &o.positions.table[i];
		s.held -= pos->shares;
		assert_int_equal(pos->shares,
				 (int64_t)(pos->bought - pos->sold));
		open += pos->open_orders;
	}
	assert_int_equal(s.held, 0);
	assert_int_equal(open, s.open);
	assert_int_equal(o.working, s.open);
	assert_int_equal(o.shares, s.shares);
	assert_int_equal(o.positions.open_buy_notional, s.buy);
	assert_int_equal(o.positions.open_sell_notional, s.sell);
	assert_int_equal(o.positions.overflows, 0);
	orders_free(&o);
	flow_end(&flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orderly_days_agree_with_the_ledger),
		cmocka_unit_test(days_of_lies_agree_with_the_ledger),
		cmocka_unit_test(a_long_day_adds_up),
	};
	const char *given = getenv("SEED");

	seed = given ? strtoull(given, NULL, 10) : 1;
	print_message("SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
