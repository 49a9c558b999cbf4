// SPDX-License-Identifier: GPL-2.0
/*
 * gate_cases_order - O1 to O7, each thing that can be wrong
 */
#include <string.h>

#include "gate_cases.h"

static void traded(struct gate_world *w, uint32_t px)
{
	w->s->last_px_e4 = px;
	w->s->trades = 1;
}

static void no_price(struct gate_world *w)
{
	w->px = 0;
}

static void qty_zero(struct gate_world *w)
{
	w->qty = 0;
}

static void qty_a_million(struct gate_world *w)
{
	w->qty = 1000000;
	w->limit->max_qty = UINT32_MAX;
	w->limit->max_notional = UINT64_MAX;
}

static void price_of_a_market_order(struct gate_world *w)
{
	w->px = 2000000000;
}

static void side_none(struct gate_world *w)
{
	w->side = 2;
}

static void short_buy(struct gate_world *w)
{
	w->marks = HT_ORDER_SHORT;
}

static void mark_unknown(struct gate_world *w)
{
	w->marks = 8;
}

static void tick_off(struct gate_world *w)
{
	w->px += 1;
}

static void tick_none(struct gate_world *w)
{
	w->limit->tick_e4 = 0;
}

static void tick_half_a_cent(struct gate_world *w)
{
	w->limit->tick_e4 = 50;
	w->px += 50;
}

static void max_qty(struct gate_world *w)
{
	w->limit->max_qty = w->qty - 1;
}

static void max_qty_edge(struct gate_world *w)
{
	w->limit->max_qty = w->qty;
}

static void max_notional(struct gate_world *w)
{
	w->limit->max_notional = world_notional(w) - 1;
}

static void max_notional_edge(struct gate_world *w)
{
	w->limit->max_notional = world_notional(w);
}

static void no_ask_no_trade(struct gate_world *w)
{
	w->top->ask = (struct ht_quote){0};
}

static void crossed_no_trade(struct gate_world *w)
{
	w->top->ask.px_e4 = 998000;
}

static void odd_lots_no_trade(struct gate_world *w)
{
	w->s->round_lot = 100000;
}

static void round_lot_unknown(struct gate_world *w)
{
	w->s->round_lot = 0;
}

static void trade_of_another_day(struct gate_world *w)
{
	w->top->ask = (struct ht_quote){0};
	traded(w, 1000000);
	w->s->last_ns = UINT64_MAX;
}

static void no_ask_but_a_trade(struct gate_world *w)
{
	w->top->ask = (struct ht_quote){0};
	traded(w, 1000000);
}

static void locked(struct gate_world *w)
{
	w->top->ask.px_e4 = 999000;
}

static void collar(struct gate_world *w)
{
	w->limit->collar_bps = 9;
}

static void collar_edge(struct gate_world *w)
{
	w->limit->collar_bps = 10;
}

static void collar_below(struct gate_world *w)
{
	w->px = 949900;
}

static void collar_below_edge(struct gate_world *w)
{
	w->px = 950000;
}

static void collar_of_a_trade(struct gate_world *w)
{
	w->top->ask = (struct ht_quote){0};
	traded(w, 900000);
}

static void collar_usd(struct gate_world *w)
{
	w->limit->collar_e4 = 999;
}

static void collar_usd_edge(struct gate_world *w)
{
	w->limit->collar_e4 = 1000;
}

static void collar_torn(struct gate_world *w)
{
	w->limit->collar_bps = UINT32_MAX;
	w->px = 2000100;
	w->limit->max_notional = UINT64_MAX;
}

static void through(struct gate_world *w)
{
	w->px = 1002000;
	w->limit->max_through = 9;
}

static void through_edge(struct gate_world *w)
{
	w->px = 1002000;
	w->limit->max_through = 10;
}

static void through_sell(struct gate_world *w)
{
	world_sells(w, 998000);
	w->limit->max_through = 9;
}

static void through_sell_edge(struct gate_world *w)
{
	world_sells(w, 998000);
	w->limit->max_through = 10;
}

static void duplicate(struct gate_world *w)
{
	w->before = 1;
	w->set->duplicate_ns = UINT64_MAX;
}

static void rate_symbol(struct gate_world *w)
{
	w->before = 1;
	w->limit->rate = 1;
}

static void rate_symbol_none(struct gate_world *w)
{
	w->limit->rate = 0;
}

static void rate_symbol_edge(struct gate_world *w)
{
	w->before = 1;
	w->limit->rate = 2;
}

static void rate_session(struct gate_world *w)
{
	w->before = 1;
	w->set->session_rate = 1;
}

static void rate_session_edge(struct gate_world *w)
{
	w->before = 1;
	w->set->session_rate = 2;
}

static void rate(struct gate_world *w)
{
	w->before = 1;
	w->set->rate = 1;
}

static void rate_edge(struct gate_world *w)
{
	w->before = 1;
	w->set->rate = 2;
}

static void max_orders(struct gate_world *w)
{
	w->account->orders = w->set->max_orders;
}

static void max_orders_edge(struct gate_world *w)
{
	w->account->orders = w->set->max_orders - 1;
}

static void ratio(struct gate_world *w)
{
	w->account->orders = 100;
	w->account->changes = 201;
}

static void ratio_edge(struct gate_world *w)
{
	w->account->orders = 100;
	w->account->changes = 200;
}

static void ratio_of_few(struct gate_world *w)
{
	w->account->orders = 99;
	w->account->changes = 1000;
}

const struct gate_case gate_cases_order[] = {
	{ "no_price", HT_REFUSED_NO_PRICE, no_price, 0 },
	{ "qty_zero", HT_REFUSED_VALUES, qty_zero, 0 },
	{ "qty_a_million", HT_REFUSED_VALUES, qty_a_million, 0 },
	{ "price_of_a_market_order", HT_REFUSED_VALUES,
	  price_of_a_market_order, 0 },
	{ "side_none", HT_REFUSED_VALUES, side_none, 0 },
	{ "short_buy", HT_REFUSED_VALUES, short_buy, 0 },
	{ "mark_unknown", HT_REFUSED_VALUES, mark_unknown, 0 },
	{ "tick_off", HT_REFUSED_TICK, tick_off, 0 },
	{ "tick_none", HT_REFUSED_TICK, tick_none, 0 },
	{ "tick_half_a_cent", HT_ALLOWED, tick_half_a_cent, 0 },
	{ "max_qty", HT_REFUSED_MAX_QTY, max_qty, 0 },
	{ "max_qty_edge", HT_ALLOWED, max_qty_edge, 0 },
	{ "max_notional", HT_REFUSED_MAX_NOTIONAL, max_notional, 0 },
	{ "max_notional_edge", HT_ALLOWED, max_notional_edge, 0 },
	{ "no_ask_no_trade", HT_REFUSED_NO_REFERENCE, no_ask_no_trade, 0 },
	{ "crossed_no_trade", HT_REFUSED_NO_REFERENCE, crossed_no_trade, 0 },
	{ "odd_lots_no_trade", HT_REFUSED_NO_REFERENCE, odd_lots_no_trade, 0 },
	{ "round_lot_unknown", HT_REFUSED_NO_REFERENCE, round_lot_unknown, 0 },
	{ "trade_of_another_day", HT_REFUSED_NO_REFERENCE,
	  trade_of_another_day, 0 },
	{ "no_ask_but_a_trade", HT_ALLOWED, no_ask_but_a_trade, 0 },
	{ "locked", HT_ALLOWED, locked, 0 },
	{ "collar", HT_REFUSED_COLLAR, collar, 0 },
	{ "collar_edge", HT_ALLOWED, collar_edge, 0 },
	{ "collar_below", HT_REFUSED_COLLAR, collar_below, 0 },
	{ "collar_below_edge", HT_ALLOWED, collar_below_edge, 0 },
	{ "collar_of_a_trade", HT_REFUSED_COLLAR, collar_of_a_trade, 0 },
	{ "collar_usd", HT_REFUSED_COLLAR, collar_usd, 0 },
	{ "collar_usd_edge", HT_ALLOWED, collar_usd_edge, 0 },
	{ "collar_torn", HT_REFUSED_COLLAR, collar_torn, 0 },
	{ "through", HT_REFUSED_THROUGH, through, 0 },
	{ "through_edge", HT_ALLOWED, through_edge, 0 },
	{ "through_sell", HT_REFUSED_THROUGH, through_sell, 0 },
	{ "through_sell_edge", HT_ALLOWED, through_sell_edge, 0 },
	{ "duplicate", HT_REFUSED_DUPLICATE, duplicate, 0 },
	{ "rate_symbol", HT_REFUSED_RATE_SYMBOL, rate_symbol, 0 },
	{ "rate_symbol_none", HT_REFUSED_RATE_SYMBOL, rate_symbol_none, 0 },
	{ "rate_symbol_edge", HT_ALLOWED, rate_symbol_edge, 0 },
	{ "rate_session", HT_REFUSED_RATE_SESSION, rate_session, 0 },
	{ "rate_session_edge", HT_ALLOWED, rate_session_edge, 0 },
	{ "rate", HT_REFUSED_RATE, rate, 0 },
	{ "rate_edge", HT_ALLOWED, rate_edge, 0 },
	{ "max_orders", HT_REFUSED_MAX_ORDERS, max_orders, 0 },
	{ "max_orders_edge", HT_ALLOWED, max_orders_edge, 0 },
	{ "ratio", HT_REFUSED_RATIO, ratio, 0 },
	{ "ratio_edge", HT_ALLOWED, ratio_edge, 0 },
	{ "ratio_of_few", HT_ALLOWED, ratio_of_few, 0 },
	{ NULL, HT_ALLOWED, NULL, 0 }
};
