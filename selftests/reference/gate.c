// SPDX-License-Identifier: GPL-2.0
#include "gate.h"

#include <string.h>

typedef __int128 sum;

/* The limits in force for the symbol; NULL: there are none. */
static const struct ht_limit *limit_of(const struct gate_world *w)
{
	const struct ht_limit *set =
		&w->limits[w->rules->version % 2 * HT_LOCATES];
	const struct ht_limit *own = &set[WORLD_LOCATE];

	if (w->rules->version == 0)
		return NULL;
	if (own->own == HT_NO)
		return set;
	return strncmp(own->symbol, w->s->ticker, HT_TICKER) ? NULL : own;
}

static const struct ht_rule_set *set_of(const struct gate_world *w)
{
	return &w->rules->set[w->rules->version % 2];
}

static bool older(const struct gate_world *w, uint64_t then, uint64_t most)
{
	return then == 0 || (sum)w->now_ns + w->late_ns - then > most;
}

static bool killed_symbol(const struct ht_kill *kill, const char *ticker)
{
	uint32_t i;

	for (i = 0; i < kill->count && i < HT_KILL_SYMBOLS; i++)
		if (!strncmp(kill->symbol[i], ticker, HT_TICKER))
			return true;
	return kill->count > HT_KILL_SYMBOLS;
}

static bool clock_is_off(const struct gate_world *w)
{
	sum ours = (sum)w->feed->last_ns - w->gate->midnight_ns;
	sum off = ours - w->feed->itch_ns;

	if (set_of(w)->max_skew_ns == 0)
		return false;
	return !w->gate->clock_synced ||
	       (off < 0 ? -off : off) > set_of(w)->max_skew_ns;
}

static sum notional(const struct gate_world *w)
{
	return (sum)w->px * w->qty;
}

/* Plus one for a buy, minus one for a sell. */
static int sign(const struct gate_world *w)
{
	return w->side == HT_BID ? 1 : -1;
}

static bool is_short(const struct gate_world *w)
{
	return w->marks & (HT_ORDER_SHORT | HT_ORDER_EXEMPT);
}

static uint32_t tick(const struct gate_world *w)
{
	return w->px < 10000 ? 1 : limit_of(w)->tick_e4;
}

static bool middle_counts(const struct gate_world *w)
{
	return w->top->bid.orders && w->top->ask.orders &&
	       w->top->bid.px_e4 <= w->top->ask.px_e4 && w->s->round_lot &&
	       w->top->bid.qty + w->top->ask.qty >= w->s->round_lot;
}

static bool trade_counts(const struct gate_world *w)
{
	return w->s->trades && w->s->last_px_e4 &&
	       w->s->last_ns <= w->feed->itch_ns;
}

/* Twice the reference price. */
static sum reference(const struct gate_world *w)
{
	if (middle_counts(w))
		return (sum)w->top->bid.px_e4 + w->top->ask.px_e4;
	return trade_counts(w) ? 2 * (sum)w->s->last_px_e4 : 0;
}

static bool outside_collar(const struct gate_world *w)
{
	const struct ht_limit *l = limit_of(w);
	sum off = 2 * (sum)w->px - reference(w);
	uint32_t bps = l->collar_bps > 10000 ? 10000 : l->collar_bps;

	off = off < 0 ? -off : off;
	return off * 10000 > reference(w) * bps ||
	       (l->collar_e4 && off > 2 * (sum)l->collar_e4);
}

static bool too_far_through(const struct gate_world *w)
{
	const struct ht_quote *best = w->side == HT_BID ? &w->top->ask :
							  &w->top->bid;

	return best->orders &&
	       sign(w) * ((sum)w->px - best->px_e4) >
	       (sum)limit_of(w)->max_through * tick(w);
}

static bool position_is_above(const struct gate_world *w)
{
	sum open = w->side == HT_BID ? w->e->open_buy : w->e->open_sell;

	return sign(w) * (sum)w->e->position + open + w->qty >
	       (sum)limit_of(w)->max_position;
}

static bool loss_is_above(const struct gate_world *w)
{
	const struct ht_account *a = w->account;

	return older(w, a->marked_ns, set_of(w)->max_mark_ns) ||
	       -((sum)a->realised + a->unrealised) > set_of(w)->max_loss;
}

static bool short_is_wrong(const struct gate_world *w)
{
	if (w->side == HT_BID)
		return false;
	if (is_short(w))
		return limit_of(w)->shorts != HT_SHORT_LOCATED;
	return (sum)w->e->position - w->e->open_sell < w->qty;
}

static bool short_rule_is_broken(const struct gate_world *w)
{
	return w->side == HT_ASK && (w->marks & HT_ORDER_SHORT) &&
	       !(w->marks & HT_ORDER_EXEMPT) && w->s->reg_sho != HT_SHO_NONE &&
	       (!w->top->bid.orders || w->px <= w->top->bid.px_e4);
}

static bool meets_own(const struct gate_world *w)
{
	if (w->side == HT_BID)
		return w->e->own_ask_e4 && w->px >= w->e->own_ask_e4;
	return w->e->own_bid_e4 && w->px <= w->e->own_bid_e4;
}

static bool repeated(const struct gate_world *w)
{
	uint32_t most = limit_of(w)->max_fills;

	if (w->e->paused || most == 0 || most > HT_FILLS)
		return true;
	return w->e->fills >= most &&
	       (sum)w->now_ns - w->e->fill_ns[(w->e->fills - most) % HT_FILLS] <
	       limit_of(w)->fills_ns;
}

static bool state_holds(const struct gate_world *w, enum ht_refusal reason)
{
	const struct ht_account *a = w->account;

	switch (reason) {
	case HT_REFUSED_KILLED:
		return w->kill->global;
	case HT_REFUSED_KILLED_SESSION:
		return w->kill->session;
	case HT_REFUSED_KILLED_SYMBOL:
		return killed_symbol(w->kill, w->s->ticker);
	case HT_REFUSED_CONTROLLER:
		return w->stopped;
	case HT_REFUSED_LIMITS:
		return !limit_of(w);
	case HT_REFUSED_SESSION:
		return a->session != HT_SESSION_OPEN;
	case HT_REFUSED_SILENT:
		return older(w, a->heard_ns, set_of(w)->session_silence_ns);
	case HT_REFUSED_BACKLOG:
		return a->backlog > set_of(w)->max_backlog;
	case HT_REFUSED_REJECTS:
		return a->rejects > set_of(w)->max_rejects;
	case HT_REFUSED_UNANSWERED:
		return a->unanswered;
	case HT_REFUSED_NOT_ENABLED:
		return limit_of(w)->enabled != HT_YES;
	case HT_REFUSED_RESTRICTED:
		return limit_of(w)->restricted != HT_NO;
	case HT_REFUSED_TEST:
		return w->s->test || !w->s->ticker[0];
	case HT_REFUSED_FEED:
		return w->feed->state != HT_FEED_LIVE;
	case HT_REFUSED_BOOK:
		return w->top->book != HT_BOOK_OK;
	case HT_REFUSED_FEED_SILENT:
		return older(w, w->feed->last_ns, set_of(w)->max_silence_ns);
	case HT_REFUSED_STALE:
		return older(w, w->now_ns, set_of(w)->max_age_ns);
	case HT_REFUSED_CLOCK:
		return clock_is_off(w);
	case HT_REFUSED_PHASE:
		return w->feed->phase != HT_PHASE_MARKET;
	case HT_REFUSED_MWCB:
		return w->feed->mwcb_level;
	case HT_REFUSED_HALTED:
		return w->s->state != HT_SYMBOL_TRADING || w->s->nasdaq_halt;
	default:
		return false;
	}
}

static bool order_holds(const struct gate_world *w, enum ht_refusal reason)
{
	const struct ht_rule_set *set = set_of(w);
	const struct ht_limit *l = limit_of(w);

	switch (reason) {
	case HT_REFUSED_NO_PRICE:
		return w->px == 0;
	case HT_REFUSED_VALUES:
		return w->qty == 0 || w->qty > 999999 || w->px > 1999999900 ||
		       w->marks > 7 || (w->side == HT_BID && is_short(w));
	case HT_REFUSED_TICK:
		return tick(w) == 0 || w->px % tick(w);
	case HT_REFUSED_MAX_QTY:
		return w->qty > l->max_qty;
	case HT_REFUSED_MAX_NOTIONAL:
		return notional(w) > l->max_notional;
	case HT_REFUSED_NO_REFERENCE:
		return reference(w) == 0;
	case HT_REFUSED_COLLAR:
		return outside_collar(w);
	case HT_REFUSED_THROUGH:
		return too_far_through(w);
	case HT_REFUSED_RATE_SYMBOL:
		return l->rate == 0;
	case HT_REFUSED_RATE_SESSION:
		return set->session_rate == 0;
	case HT_REFUSED_RATE:
		return set->rate == 0;
	default:
		return false;
	}
}

static bool exposure_holds(const struct gate_world *w, enum ht_refusal reason)
{
	const struct ht_rule_set *set = set_of(w);
	const struct ht_limit *l = limit_of(w);
	const struct ht_account *a = w->account;

	switch (reason) {
	case HT_REFUSED_MAX_ORDERS:
		return a->orders >= set->max_orders;
	case HT_REFUSED_RATIO:
		return a->orders >= 100 && (sum)a->changes * 100 >
					   (sum)a->orders * set->max_ratio;
	case HT_REFUSED_OPEN_ORDERS:
		return (w->e->symbol[0] && strncmp(w->e->symbol, w->s->ticker,
						   HT_TICKER)) ||
		       w->e->open_orders >= l->max_open ||
		       a->open_orders >= set->max_open;
	case HT_REFUSED_OPEN_NOTIONAL:
		return w->e->open_notional + notional(w) >
		       l->max_open_notional ||
		       a->open_notional + notional(w) > set->max_open_notional;
	case HT_REFUSED_POSITION:
		return position_is_above(w);
	case HT_REFUSED_GROSS:
		return a->gross + notional(w) > set->max_gross;
	case HT_REFUSED_NET:
		return sign(w) * (sum)(sign(w) < 0 ? a->net_low : a->net_high) +
		       notional(w) > set->max_net;
	case HT_REFUSED_LOSS:
		return loss_is_above(w);
	case HT_REFUSED_SHORT:
		return short_is_wrong(w);
	case HT_REFUSED_SHORT_RULE:
		return short_rule_is_broken(w);
	case HT_REFUSED_SELF_TRADE:
		return meets_own(w);
	case HT_REFUSED_ISO:
		return (w->marks & HT_ORDER_ISO) && set->iso != HT_YES;
	case HT_REFUSED_REPEATED:
		return repeated(w);
	default:
		return false;
	}
}

enum ht_refusal ref_gate(const struct gate_world *w)
{
	enum ht_refusal reason;

	for (reason = HT_ALLOWED + 1; reason < HT_REFUSALS; reason++)
		if (state_holds(w, reason) || order_holds(w, reason) ||
		    exposure_holds(w, reason))
			return reason;
	return HT_ALLOWED;
}
