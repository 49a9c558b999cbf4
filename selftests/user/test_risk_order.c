// SPDX-License-Identifier: GPL-2.0
/*
 * user/risk.c: the order itself, each reason to refuse and its neighbour that passes
 *
 * Each test takes the good event in the good market, and moves one thing.
 */
#include <string.h>

#include "../../user/ouch.h"
#include "risk_world.h"

static void quantity_is_what_ouch_allows(void **state)
{
	struct world *w = *state;

	w->limit->max_qty = UINT32_MAX;
	w->limit->max_notional = UINT64_MAX;
	w->e.qty = 0;
	expect(w, HT_REFUSED_VALUES);
	w->e.qty = 1;
	expect(w, HT_ALLOWED);
	w->e.qty = OUCH_QTY_MAX;
	expect(w, HT_ALLOWED);
	w->e.qty++;
	expect(w, HT_REFUSED_VALUES);
}

static void price_is_what_ouch_allows(void **state)
{
	struct world *w = *state;

	w->limit->max_notional = UINT64_MAX;
	w->e.bid.px_e4 = OUCH_PRICE_MAX;
	w->e.ask.px_e4 = OUCH_PRICE_MAX;
	w->e.px = OUCH_PRICE_MAX;
	expect(w, HT_ALLOWED);
	w->e.px += 100;
	expect(w, HT_REFUSED_VALUES);
	w->e.px = 0x7fffffff;
	expect(w, HT_REFUSED_VALUES);
	w->e.px = UINT32_MAX;
	expect(w, HT_REFUSED_VALUES);
}

static void tick_is_a_cent_from_one_dollar_up(void **state)
{
	struct world *w = *state;

	w->e.px = 1000001;
	expect(w, HT_REFUSED_TICK);
	w->e.px = 1000100;
	expect(w, HT_ALLOWED);
	w->e.bid.px_e4 = 9998;
	w->e.ask.px_e4 = 10000;
	w->e.px = 9999;
	expect(w, HT_ALLOWED);
	w->e.px = 10000;
	expect(w, HT_ALLOWED);
	w->e.px = 10001;
	expect(w, HT_REFUSED_TICK);
}

static void quantity_has_a_limit(void **state)
{
	struct world *w = *state;

	w->e.qty = w->limit->max_qty;
	expect(w, HT_ALLOWED);
	w->e.qty++;
	expect(w, HT_REFUSED_MAX_QTY);
}

static void notional_has_a_limit(void **state)
{
	struct world *w = *state;

	w->limit->max_notional = 100ull * 1000000;
	expect(w, HT_ALLOWED);
	w->limit->max_notional--;
	expect(w, HT_REFUSED_MAX_NOTIONAL);
}

/* 999,999 shares at the highest price need 51 bits. */
static void notional_does_not_wrap(void **state)
{
	struct world *w = *state;

	w->limit->max_qty = OUCH_QTY_MAX;
	w->e.qty = OUCH_QTY_MAX;
	w->e.px = OUCH_PRICE_MAX;
	w->e.bid.px_e4 = OUCH_PRICE_MAX;
	w->e.ask.px_e4 = OUCH_PRICE_MAX;
	w->limit->max_notional = OUCH_QTY_MAX * OUCH_PRICE_MAX;
	expect(w, HT_ALLOWED);
	w->limit->max_notional--;
	expect(w, HT_REFUSED_MAX_NOTIONAL);
}

/* The mid is $100: 500 bps are five dollars. */
static void collar_is_around_the_mid(void **state)
{
	struct world *w = *state;

	w->e.px = 1050000;
	expect(w, HT_ALLOWED);
	w->e.px = 1050100;
	expect(w, HT_REFUSED_COLLAR);
	w->e.px = 950000;
	expect(w, HT_ALLOWED);
	w->e.px = 949900;
	expect(w, HT_REFUSED_COLLAR);
	/* a mid between two ticks: 100.0050 +- 5.00025 */
	w->e.ask.px_e4 = 1001100;
	w->e.px = 1050000;
	expect(w, HT_ALLOWED);
	w->e.px = 1050100;
	expect(w, HT_REFUSED_COLLAR);
}

static void collar_allows_the_touch(void **state)
{
	struct world *w = *state;

	w->e.px = w->e.ask.px_e4;
	expect(w, HT_ALLOWED);
	w->e.side = HT_ASK;
	w->in.exposures[LOCATE].position = w->e.qty;
	w->e.px = w->e.bid.px_e4;
	expect(w, HT_ALLOWED);
}

static void collar_of_zero_is_the_mid_itself(void **state)
{
	struct world *w = *state;

	w->limit->collar_bps = 0;
	expect(w, HT_ALLOWED);
	w->e.px = 1000100;
	expect(w, HT_REFUSED_COLLAR);
}

/* Without one the last trade of today counts, and without that nothing does. */
static void collar_needs_a_two_sided_book(void **state)
{
	struct world *w = *state;

	w->e.bid = (struct ht_quote){0};
	expect(w, HT_REFUSED_NO_REFERENCE);
	good_event(&w->e);
	w->e.ask = (struct ht_quote){0};
	expect(w, HT_REFUSED_NO_REFERENCE);
	good_event(&w->e);
	w->e.bid.px_e4 = w->e.ask.px_e4;
	expect(w, HT_ALLOWED);
	w->e.bid.px_e4++;
	expect(w, HT_REFUSED_NO_REFERENCE);
	w->symbol->trades = 1;
	w->symbol->last_px_e4 = 1000000;
	expect(w, HT_ALLOWED);
	w->e.px = 1050100;
	expect(w, HT_REFUSED_COLLAR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(quantity_is_what_ouch_allows),
		T(price_is_what_ouch_allows),
		T(tick_is_a_cent_from_one_dollar_up),
		T(quantity_has_a_limit),
		T(notional_has_a_limit),
		T(notional_does_not_wrap),
		T(collar_is_around_the_mid),
		T(collar_allows_the_touch),
		T(collar_of_zero_is_the_mid_itself),
		T(collar_needs_a_two_sided_book),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
