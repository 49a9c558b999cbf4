// SPDX-License-Identifier: GPL-2.0
/* user/positions.c: what is held, at what cost, and what it may become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/positions.h"

enum { ROOM = 64 };

static struct positions positions;
static struct position *pos;

static int setup(void **state)
{
	assert_int_equal(positions_init(&positions, ROOM), 0);
	pos = positions_get(&positions, "AAPL");
	assert_non_null(pos);
	return 0;
}

static int teardown(void **state)
{
	positions_free(&positions);
	return 0;
}

static void buy(uint32_t qty, uint64_t px)
{
	positions_execute(&positions, pos, true, qty, px);
}

static void sell(uint32_t qty, uint64_t px)
{
	positions_execute(&positions, pos, false, qty, px);
}

static void open_one(bool is_buy, uint64_t shares, uint64_t notional)
{
	const struct position_open none = { 0 };
	const struct position_open one = { shares, notional, 1 };

	positions_open(&positions, pos, is_buy, &none, &one);
}

static void profit_goes_by_average_cost(void **state)
{
	buy(100, 100000);
	buy(300, 120000);
	assert_int_equal(pos->shares, 400);
	assert_int_equal(pos->cost, 46000000);
	assert_int_equal(pos->realised, 0);
	/* bought at 11.50 on the average */
	sell(100, 125000);
	assert_int_equal(pos->realised, 1000000);
	assert_int_equal(pos->cost, 34500000);
	assert_int_equal(position_unrealised(pos, 115000), 0);
	assert_int_equal(position_unrealised(pos, 110000), -1500000);
	assert_int_equal(positions.realised, 1000000);
	assert_int_equal(positions.gross, 34500000);
	assert_int_equal(positions.net, 34500000);
}

static void short_positions_gain_when_it_falls(void **state)
{
	sell(100, 200000);
	assert_int_equal(pos->shares, -100);
	assert_int_equal(pos->cost, 20000000);
	assert_int_equal(positions.net, -20000000);
	assert_int_equal(positions.gross, 20000000);
	assert_int_equal(position_unrealised(pos, 190000), 1000000);
	assert_int_equal(position_unrealised(pos, 210000), -1000000);
	buy(40, 190000);
	assert_int_equal(pos->realised, 400000);
	assert_int_equal(pos->shares, -60);
}

static void a_fill_can_turn_a_position_round(void **state)
{
	buy(100, 100000);
	sell(250, 110000);
	assert_int_equal(pos->realised, 1000000);
	assert_int_equal(pos->shares, -150);
	assert_int_equal(pos->cost, 150ull * 110000);
	assert_int_equal(pos->bought, 100);
	assert_int_equal(pos->sold, 250);
}

/* A third of a cent goes nowhere: what is sold out costs nothing any more. */
static void rounding_loses_nothing(void **state)
{
	buy(1, 100000);
	buy(2, 100001);
	sell(1, 100000);
	sell(1, 100000);
	sell(1, 100000);
	assert_int_equal(pos->shares, 0);
	assert_int_equal(pos->cost, 0);
	assert_int_equal(pos->realised, -2);
}

static void fills_can_be_added_anew(void **state)
{
	buy(100, 100000);
	buy(100, 120000);
	sell(50, 130000);
	positions_unfill(&positions, pos);
	assert_int_equal(positions.gross, 0);
	assert_int_equal(positions.realised, 0);
	positions_refill(&positions, pos, true, 100, 100000);
	positions_refill(&positions, pos, false, 50, 130000);
	assert_int_equal(pos->shares, 50);
	assert_int_equal(pos->realised, 1500000);
	assert_int_equal(positions.realised, 1500000);
	assert_int_equal(pos->executions, 3);
}

static void worst_case_is_the_larger_end(void **state)
{
	buy(100, 100000);
	open_one(true, 50, 5000000);
	assert_int_equal(position_worst(pos), 15000000);
	assert_int_equal(position_worst_shares(pos), 150);
	open_one(false, 400, 40000000);
	assert_int_equal(position_worst(pos), 30000000);
	assert_int_equal(position_worst_shares(pos), 300);
	assert_int_equal(positions.worst_gross, 30000000);
	assert_int_equal(positions_net_high(&positions), 15000000);
	assert_int_equal(positions_net_low(&positions), -30000000);
	assert_int_equal(pos->open_orders, 2);

	pos = positions_get(&positions, "MSFT");
	sell(10, 1000000);
	open_one(false, 10, 10000000);
	assert_int_equal(position_worst(pos), 20000000);
	assert_int_equal(positions.worst_gross, 50000000);
	assert_int_equal(positions.gross, 20000000);
	assert_int_equal(positions.net, 0);
}

static void sums_stay_at_their_limit(void **state)
{
	open_one(true, 1, UINT64_MAX - 1);
	assert_int_equal(positions.overflows, 0);
	open_one(true, 1, 10);
	assert_int_equal(pos->open_buy_notional, UINT64_MAX);
	assert_int_equal(positions.open_buy_notional, UINT64_MAX);
	assert_int_equal(positions.worst_gross, UINT64_MAX);
	assert_int_equal(position_worst(pos), UINT64_MAX);
	assert_int_equal(positions_net_high(&positions), INT64_MAX);
	assert_true(positions.overflows > 0);
	/* what is taken off does not make it small again */
	positions_open(&positions, pos, true,
		       &(struct position_open){ 1, 10, 1 },
		       &(struct position_open){ 0, 0, 0 });
	assert_int_equal(pos->open_buy_notional, UINT64_MAX);
	assert_int_equal(pos->open_orders, 1);
}

static void profit_stays_at_its_limit(void **state)
{
	pos->realised = positions.realised = INT64_MAX - 5;
	buy(1, 100);
	sell(1, 200);
	assert_int_equal(pos->realised, INT64_MAX);
	assert_int_equal(positions.realised, INT64_MAX);
	buy(1, 200);
	sell(1, 100);
	assert_int_equal(pos->realised, INT64_MAX);
	assert_true(positions.overflows > 0);
}

static void a_cost_past_its_limit_is_a_loss(void **state)
{
	buy(100, 100);
	pos->cost = UINT64_MAX;
	assert_int_equal(position_unrealised(pos, 1000), INT64_MIN);
	sell(10, 1000);
	assert_int_equal(pos->realised, INT64_MIN);
	assert_int_equal(pos->cost, UINT64_MAX);
	assert_int_equal(positions.gross, UINT64_MAX);
}

static void a_mark_past_all_reason_is_the_limit(void **state)
{
	buy(100, 100);
	assert_int_equal(position_unrealised(pos, UINT64_MAX), INT64_MAX);
	assert_int_equal(position_unrealised(pos, UINT64_MAX / 100),
			 INT64_MAX);
	sell(200, 100);
	assert_int_equal(position_unrealised(pos, UINT64_MAX), INT64_MIN);
	assert_int_equal(position_unrealised(pos, UINT64_MAX / 100),
			 INT64_MIN);
}

static void the_last_fills_are_kept(void **state)
{
	uint32_t i;

	/* of a replay: nobody knows when */
	positions_filled(&positions, pos, 0);
	assert_int_equal(pos->filled_ns[0], 0);
	for (i = 1; i <= POSITION_FILLS; i++)
		positions_filled(&positions, pos, 1000 * i);
	assert_int_equal(pos->fills, POSITION_FILLS + 1);
	assert_int_equal(pos->filled_ns[0], 1000 * POSITION_FILLS);
	assert_int_equal(pos->filled_ns[1], 1000);
}

static void what_changed_is_told_once(void **state)
{
	struct position *other = positions_get(&positions, "MSFT");

	assert_null(positions_changed(&positions));
	buy(1, 100);
	buy(1, 100);
	assert_ptr_equal(positions_changed(&positions), pos);
	assert_null(positions_changed(&positions));
	open_one(true, 1, 100);
	positions_execute(&positions, other, true, 1, 100);
	assert_ptr_equal(positions_changed(&positions), other);
	buy(1, 100);
	assert_ptr_equal(positions_changed(&positions), pos);
	assert_null(positions_changed(&positions));
}

static void symbols_are_found_by_name(void **state)
{
	assert_ptr_equal(positions_find(&positions, "AAPL"), pos);
	assert_ptr_equal(positions_get(&positions, "AAPL"), pos);
	assert_null(positions_find(&positions, "AAP"));
	assert_null(positions_find(&positions, "AAPLW"));
	assert_null(positions_find(&positions, ""));
	assert_string_equal(positions_get(&positions, "ABCDEFGH")->symbol,
			    "ABCDEFGH");
	assert_null(positions_find(&positions, "ABCDEFG"));
	/* as long as the field, and nothing behind it */
	assert_string_equal(positions_get(&positions,
					  "ABCDEFGHIJKLMNOP")->symbol,
			    "ABCDEFGHIJK");
}

static void name(char text[HT_TICKER], uint32_t i)
{
	snprintf(text, HT_TICKER, "S%u", i);
}

static void as_many_symbols_as_there_are_locates(void **state)
{
	struct positions all;
	char text[HT_TICKER];
	uint32_t i;

	assert_int_equal(positions_init(&all, POSITIONS_MAX), 0);
	for (i = 0; i < POSITIONS_MAX; i++) {
		name(text, i);
		assert_non_null(positions_get(&all, text));
	}
	assert_null(positions_get(&all, "ONEMORE"));
	assert_null(positions_find(&all, "ONEMORE"));
	for (i = 0; i < POSITIONS_MAX; i++) {
		name(text, i);
		assert_ptr_equal(positions_get(&all, text), &all.table[i]);
	}
	assert_int_equal(all.count, POSITIONS_MAX);
	positions_free(&all);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(profit_goes_by_average_cost),
		T(short_positions_gain_when_it_falls),
		T(a_fill_can_turn_a_position_round),
		T(rounding_loses_nothing),
		T(fills_can_be_added_anew),
		T(worst_case_is_the_larger_end),
		T(sums_stay_at_their_limit),
		T(profit_stays_at_its_limit),
		T(a_cost_past_its_limit_is_a_loss),
		T(a_mark_past_all_reason_is_the_limit),
		T(the_last_fills_are_kept),
		T(what_changed_is_told_once),
		T(symbols_are_found_by_name),
		T(as_many_symbols_as_there_are_locates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
