// SPDX-License-Identifier: GPL-2.0
/*
 * gate_cases_exposure - O8 to O14, each thing that can be wrong
 */
#include <string.h>

#include "gate_cases.h"

/* As many fills as may be, in a ring that has gone round, the first of them
 * at `ns`.
 */
static void filled(struct gate_world *w, uint64_t ns)
{
	uint32_t i;

	w->e->fills = 2 * HT_FILLS + 1;
	for (i = 1; i <= WORLD_FILLS; i++)
		w->e->fill_ns[(w->e->fills - i) % HT_FILLS] = w->now_ns;
	w->e->fill_ns[(w->e->fills - WORLD_FILLS) % HT_FILLS] = ns;
}

static void open_orders(struct gate_world *w)
{
	w->e->open_orders = w->limit->max_open;
}

static void open_orders_edge(struct gate_world *w)
{
	w->e->open_orders = w->limit->max_open - 1;
}

static void open_orders_of_all(struct gate_world *w)
{
	w->account->open_orders = w->set->max_open;
}

static void open_orders_of_all_edge(struct gate_world *w)
{
	w->account->open_orders = w->set->max_open - 1;
}

static void exposure_of_another(struct gate_world *w)
{
	memcpy(w->e->symbol, "OTHER", sizeof("OTHER"));
}

static void exposure_nothing_yet(struct gate_world *w)
{
	*w->e = (struct ht_exposure){0};
}

static void open_notional(struct gate_world *w)
{
	w->e->open_notional =
		w->limit->max_open_notional - world_notional(w) + 1;
}

static void open_notional_edge(struct gate_world *w)
{
	w->e->open_notional = w->limit->max_open_notional - world_notional(w);
}

static void open_notional_of_all(struct gate_world *w)
{
	w->account->open_notional =
		w->set->max_open_notional - world_notional(w) + 1;
}

static void open_notional_of_all_edge(struct gate_world *w)
{
	w->account->open_notional =
		w->set->max_open_notional - world_notional(w);
}

static void open_notional_wraps(struct gate_world *w)
{
	w->e->open_notional = UINT64_MAX;
	w->limit->max_open_notional = UINT64_MAX;
}

static void position(struct gate_world *w)
{
	w->e->position = 4901;
}

static void position_edge(struct gate_world *w)
{
	w->e->position = 4900;
}

static void position_with_open(struct gate_world *w)
{
	w->e->position = 4000;
	w->e->open_buy = 901;
}

static void position_with_open_edge(struct gate_world *w)
{
	w->e->position = 4000;
	w->e->open_buy = 900;
}

static void position_short(struct gate_world *w)
{
	world_shorts(w, 1001000);
	w->e->position = -4901;
}

static void position_short_edge(struct gate_world *w)
{
	world_shorts(w, 1001000);
	w->e->position = -4000;
	w->e->open_sell = 900;
}

static void position_back_to_nothing(struct gate_world *w)
{
	w->e->position = -100000;
}

static void position_wraps(struct gate_world *w)
{
	w->e->position = INT64_MAX;
	w->limit->max_position = UINT64_MAX;
}

static void open_shares_wrap(struct gate_world *w)
{
	w->e->open_buy = UINT64_MAX;
	w->limit->max_position = UINT64_MAX;
}

static void gross(struct gate_world *w)
{
	w->account->gross = w->set->max_gross - world_notional(w) + 1;
}

static void gross_edge(struct gate_world *w)
{
	w->account->gross = w->set->max_gross - world_notional(w);
}

static void gross_wraps(struct gate_world *w)
{
	w->account->gross = UINT64_MAX;
	w->set->max_gross = UINT64_MAX;
}

static void net(struct gate_world *w)
{
	w->account->net_high =
		(int64_t)(w->set->max_net - world_notional(w) + 1);
}

static void net_edge(struct gate_world *w)
{
	w->account->net_high = (int64_t)(w->set->max_net - world_notional(w));
}

static void net_short(struct gate_world *w)
{
	world_sells(w, 999000);
	w->account->net_low = -(int64_t)w->set->max_net;
}

/* What could be sold makes no room for what could be bought. */
static void net_other_end(struct gate_world *w)
{
	net(w);
	w->account->net_low = -(int64_t)w->set->max_net;
}

static void net_wraps(struct gate_world *w)
{
	w->account->net_high = INT64_MAX;
	w->set->max_net = UINT64_MAX;
}

static void loss(struct gate_world *w)
{
	w->account->realised = -(int64_t)w->set->max_loss;
	w->account->unrealised = -1;
}

static void loss_edge(struct gate_world *w)
{
	w->account->realised = -(int64_t)w->set->max_loss - 5;
	w->account->unrealised = 5;
}

static void loss_never_marked(struct gate_world *w)
{
	w->account->marked_ns = 0;
	w->set->max_mark_ns = UINT64_MAX;
}

static void loss_marked_long_ago(struct gate_world *w)
{
	w->account->marked_ns = w->now_ns - w->set->max_mark_ns - 1;
}

static void loss_marked_edge(struct gate_world *w)
{
	w->account->marked_ns = w->now_ns - 100;
	w->set->max_mark_ns = 100;
}

static void loss_wraps(struct gate_world *w)
{
	w->account->realised = INT64_MIN;
	w->account->unrealised = INT64_MIN;
	w->set->max_loss = UINT64_MAX;
}

static void not_covered(struct gate_world *w)
{
	world_sells(w, 999000);
	w->e->position = 99;
}

static void covered_edge(struct gate_world *w)
{
	world_sells(w, 999000);
	w->e->position = 100;
}

static void not_covered_with_open(struct gate_world *w)
{
	world_sells(w, 999000);
	w->e->position = 199;
	w->e->open_sell = 100;
}

static void short_never(struct gate_world *w)
{
	world_shorts(w, 1001000);
	w->limit->shorts = HT_SHORT_NEVER;
}

static void short_located(struct gate_world *w)
{
	world_shorts(w, 999000);
}

static void short_sale_rule(struct gate_world *w)
{
	world_shorts(w, 999000);
	w->s->reg_sho = HT_SHO_TRIGGERED;
}

static void short_sale_rule_carried(struct gate_world *w)
{
	world_shorts(w, 998900);
	w->s->reg_sho = HT_SHO_CARRIED;
}

static void short_above_the_bid(struct gate_world *w)
{
	world_shorts(w, 999100);
	w->s->reg_sho = HT_SHO_TRIGGERED;
}

static void short_exempt(struct gate_world *w)
{
	world_shorts(w, 999000);
	w->marks = HT_ORDER_EXEMPT;
	w->s->reg_sho = HT_SHO_TRIGGERED;
}

static void self_trade(struct gate_world *w)
{
	w->e->own_ask_e4 = w->px;
}

static void self_trade_edge(struct gate_world *w)
{
	w->e->own_ask_e4 = w->px + 100;
	w->e->own_bid_e4 = 999000;
}

static void self_trade_sell(struct gate_world *w)
{
	world_sells(w, 999000);
	w->e->own_bid_e4 = 999000;
}

static void self_trade_sell_edge(struct gate_world *w)
{
	world_sells(w, 999100);
	w->e->own_bid_e4 = 999000;
}

static void iso(struct gate_world *w)
{
	w->marks = HT_ORDER_ISO;
}

static void iso_allowed(struct gate_world *w)
{
	w->marks = HT_ORDER_ISO;
	w->set->iso = HT_YES;
}

static void repeated(struct gate_world *w)
{
	filled(w, w->now_ns);
}

static void repeated_edge(struct gate_world *w)
{
	filled(w, w->now_ns - w->limit->fills_ns);
}

static void repeated_by_one(struct gate_world *w)
{
	filled(w, w->now_ns - w->limit->fills_ns + 1);
}

static void repeated_one_less(struct gate_world *w)
{
	filled(w, w->now_ns);
	w->e->fills--;
}

static void paused(struct gate_world *w)
{
	w->e->paused = HT_YES;
}

static void fills_none(struct gate_world *w)
{
	w->limit->max_fills = 0;
}

static void fills_beyond_memory(struct gate_world *w)
{
	w->limit->max_fills = HT_FILLS + 1;
}

const struct gate_case gate_cases_exposure[] = {
	{ "open_orders", HT_REFUSED_OPEN_ORDERS, open_orders, 0 },
	{ "open_orders_edge", HT_ALLOWED, open_orders_edge, 0 },
	{ "open_orders_of_all", HT_REFUSED_OPEN_ORDERS, open_orders_of_all, 0 },
	{ "open_orders_of_all_edge", HT_ALLOWED, open_orders_of_all_edge, 0 },
	{ "exposure_of_another", HT_REFUSED_OPEN_ORDERS,
	  exposure_of_another, 0 },
	{ "exposure_nothing_yet", HT_ALLOWED, exposure_nothing_yet, 0 },
	{ "open_notional", HT_REFUSED_OPEN_NOTIONAL, open_notional, 0 },
	{ "open_notional_edge", HT_ALLOWED, open_notional_edge, 0 },
	{ "open_notional_of_all", HT_REFUSED_OPEN_NOTIONAL,
	  open_notional_of_all, 0 },
	{ "open_notional_of_all_edge", HT_ALLOWED,
	  open_notional_of_all_edge, 0 },
	{ "open_notional_wraps", HT_REFUSED_OPEN_NOTIONAL,
	  open_notional_wraps, 0 },
	{ "position", HT_REFUSED_POSITION, position, 0 },
	{ "position_edge", HT_ALLOWED, position_edge, 0 },
	{ "position_with_open", HT_REFUSED_POSITION, position_with_open, 0 },
	{ "position_with_open_edge", HT_ALLOWED, position_with_open_edge, 0 },
	{ "position_short", HT_REFUSED_POSITION, position_short, 0 },
	{ "position_short_edge", HT_ALLOWED, position_short_edge, 0 },
	{ "position_back_to_nothing", HT_ALLOWED, position_back_to_nothing, 0 },
	{ "position_wraps", HT_REFUSED_POSITION, position_wraps, 0 },
	{ "open_shares_wrap", HT_REFUSED_POSITION, open_shares_wrap, 0 },
	{ "gross", HT_REFUSED_GROSS, gross, 0 },
	{ "gross_edge", HT_ALLOWED, gross_edge, 0 },
	{ "gross_wraps", HT_REFUSED_GROSS, gross_wraps, 0 },
	{ "net", HT_REFUSED_NET, net, 0 },
	{ "net_edge", HT_ALLOWED, net_edge, 0 },
	{ "net_short", HT_REFUSED_NET, net_short, 0 },
	{ "net_other_end", HT_REFUSED_NET, net_other_end, 0 },
	{ "net_wraps", HT_REFUSED_NET, net_wraps, 0 },
	{ "loss", HT_REFUSED_LOSS, loss, 0 },
	{ "loss_edge", HT_ALLOWED, loss_edge, 0 },
	{ "loss_never_marked", HT_REFUSED_LOSS, loss_never_marked, 0 },
	{ "loss_marked_long_ago", HT_REFUSED_LOSS, loss_marked_long_ago, 0 },
	{ "loss_marked_edge", HT_ALLOWED, loss_marked_edge, CASE_TIMED },
	{ "loss_wraps", HT_REFUSED_LOSS, loss_wraps, 0 },
	{ "not_covered", HT_REFUSED_SHORT, not_covered, 0 },
	{ "covered_edge", HT_ALLOWED, covered_edge, 0 },
	{ "not_covered_with_open", HT_REFUSED_SHORT, not_covered_with_open, 0 },
	{ "short_never", HT_REFUSED_SHORT, short_never, 0 },
	{ "short_located", HT_ALLOWED, short_located, 0 },
	{ "short_sale_rule", HT_REFUSED_SHORT_RULE, short_sale_rule, 0 },
	{ "short_sale_rule_carried", HT_REFUSED_SHORT_RULE,
	  short_sale_rule_carried, 0 },
	{ "short_above_the_bid", HT_ALLOWED, short_above_the_bid, 0 },
	{ "short_exempt", HT_ALLOWED, short_exempt, 0 },
	{ "self_trade", HT_REFUSED_SELF_TRADE, self_trade, 0 },
	{ "self_trade_edge", HT_ALLOWED, self_trade_edge, 0 },
	{ "self_trade_sell", HT_REFUSED_SELF_TRADE, self_trade_sell, 0 },
	{ "self_trade_sell_edge", HT_ALLOWED, self_trade_sell_edge, 0 },
	{ "iso", HT_REFUSED_ISO, iso, 0 },
	{ "iso_allowed", HT_ALLOWED, iso_allowed, 0 },
	{ "repeated", HT_REFUSED_REPEATED, repeated, 0 },
	{ "repeated_edge", HT_ALLOWED, repeated_edge, 0 },
	{ "repeated_by_one", HT_REFUSED_REPEATED, repeated_by_one, CASE_TIMED },
	{ "repeated_one_less", HT_ALLOWED, repeated_one_less, 0 },
	{ "paused", HT_REFUSED_REPEATED, paused, 0 },
	{ "fills_none", HT_REFUSED_REPEATED, fills_none, 0 },
	{ "fills_beyond_memory", HT_REFUSED_REPEATED, fills_beyond_memory, 0 },
	{ NULL, HT_ALLOWED, NULL, 0 }
};
