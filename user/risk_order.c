// SPDX-License-Identifier: GPL-2.0
/*
 * risk_order - may this order be sent?  O1 to O5, O7 of the day, O8 to O14
 *
 * Sums of what other parts count are made by __builtin_..._overflow(): what
 * does not fit is above every limit.
 */
#include <string.h>

#include "clock.h"
#include "ouch.h"
#include "risk_rules.h"

enum {
	DOLLAR = 10000,		/* 1e-4 dollars */
	BPS = 10000,		/* in the whole */
	PERCENT = 100,
	RATIO_FROM = 100,	/* orders of the day */
};

static const struct ht_exposure *exposure_of(const struct risk_case *c)
{
	return &c->in->exposures[c->o->locate];
}

/* -- O1 to O3 ------------------------------------------------------------- */

/* One to eight printable letters, then NUL.  No ticker begins with the sign of
 * a locate.
 */
static bool symbol_is_sane(const char symbol[HT_TICKER])
{
	size_t i;

	if (symbol[0] == '#')
		return false;
	for (i = 0; i < HT_TICKER && symbol[i]; i++)
		if (symbol[i] <= ' ' || symbol[i] > '~')
			return false;
	return i && i <= OUCH_SYMBOL_LEN;
}

bool order_is_sane(const struct risk_order *o)
{
	if (!o->locate || o->locate >= HT_LOCATES ||
	    !memchr("BSTE", o->side, 4) || !symbol_is_sane(o->symbol))
		return false;
	if (o->by_hand)
		return !o->trigger;
	return o->trigger && o->trigger < HT_TRIGGERS && o->seq &&
	       o->seq <= OUCH_SEQ_MAX;
}

/* Rule 612: from one dollar up a tick is the symbol's, else 1e-4 dollars. */
static uint32_t tick_at(const struct risk_case *c, uint32_t px)
{
	return px >= DOLLAR ? c->limit.tick_e4 : 1;
}

/* OUCH 5.0, Data Types.  The ticker is the trigger's, and the locate's. */
enum ht_refusal order_values(struct risk_case *c)
{
	const struct risk_order *o = c->o;
	uint32_t tick = tick_at(c, o->px);

	if (!o->px)
		return HT_REFUSED_NO_PRICE;
	if (!o->qty || o->qty > OUCH_QTY_MAX || o->px > OUCH_PRICE_MAX ||
	    !memchr("0356E", o->tif, 5) ||
	    strncmp(o->symbol, c->in->symbols[o->locate].ticker, HT_TICKER) ||
	    (!o->by_hand && strncmp(o->symbol,
				    c->in->triggers[o->trigger].symbol,
				    HT_TICKER)))
		return HT_REFUSED_VALUES;
	return tick && o->px % tick == 0 ? HT_ALLOWED : HT_REFUSED_TICK;
}

enum ht_refusal order_size(struct risk_case *c)
{
	if (c->o->qty > c->limit.max_qty)
		return HT_REFUSED_MAX_QTY;
	if (order_notional(c->o) > c->limit.max_notional)
		return HT_REFUSED_MAX_NOTIONAL;
	return HT_ALLOWED;
}

/* -- O4, O5 --------------------------------------------------------------- */

/* Twice the middle of a book that can be trusted; 0: there is none. */
static uint64_t middle_twice(const struct risk_case *c)
{
	uint32_t lot = c->in->symbols[c->o->locate].round_lot;

	if (!c->bid.orders || !c->ask.orders || c->bid.px_e4 > c->ask.px_e4)
		return 0;
	if (!lot || c->bid.qty + c->ask.qty < lot)
		return 0;
	return (uint64_t)c->bid.px_e4 + c->ask.px_e4;
}

/* Twice the last trade of today; 0: there was none. */
static uint64_t last_twice(const struct risk_case *c)
{
	const struct ht_symbol *s = &c->in->symbols[c->o->locate];

	if (!HT_READ_ONCE(s->trades) ||
	    HT_READ_ONCE(s->last_ns) > HT_READ_ONCE(c->in->feed->itch_ns))
		return 0;
	return 2 * (uint64_t)HT_READ_ONCE(s->last_px_e4);
}

enum ht_refusal order_collar(struct risk_case *c)
{
	uint64_t middle = middle_twice(c);
	uint64_t reference = middle ? middle : last_twice(c);
	uint64_t twice = 2 * (uint64_t)c->o->px;
	uint64_t off = twice > reference ? twice - reference :
					   reference - twice;
	uint32_t bps = c->limit.collar_bps < RISK_COLLAR_MAX ?
		       c->limit.collar_bps : RISK_COLLAR_MAX;

	if (!reference)
		return HT_REFUSED_NO_REFERENCE;
	if (off * BPS > reference * bps)
		return HT_REFUSED_COLLAR;
	if (c->limit.collar_e4 && off / 2 + off % 2 > c->limit.collar_e4)
		return HT_REFUSED_COLLAR;
	return HT_ALLOWED;
}

enum ht_refusal order_through(struct risk_case *c)
{
	const struct ht_quote *best = order_sells(c->o) ? &c->bid : &c->ask;
	int64_t past = (int64_t)c->o->px - best->px_e4;
	int64_t most = (int64_t)c->limit.max_through * tick_at(c, c->o->px);

	if (order_sells(c->o))
		past = -past;
	return best->orders && past > most ? HT_REFUSED_THROUGH : HT_ALLOWED;
}

/* -- O7, the day ---------------------------------------------------------- */

enum ht_refusal order_day(struct risk_case *c)
{
	const struct ht_account *a = c->in->account;
	uint64_t most = (uint64_t)a->orders * c->rules.max_ratio;

	if (!c->o->replaces_qty && a->orders >= c->rules.max_orders)
		return HT_REFUSED_MAX_ORDERS;
	if (a->orders >= RATIO_FROM && (uint64_t)a->changes * PERCENT > most)
		return HT_REFUSED_RATIO;
	return HT_ALLOWED;
}

/* -- O8 to O10 ------------------------------------------------------------ */

/* sum - less + more above most?  A replaced order is part of the sum. */
static bool is_above(uint64_t sum, uint64_t less, uint64_t more, uint64_t most)
{
	if (__builtin_sub_overflow(sum, less, &sum) ||
	    __builtin_add_overflow(sum, more, &sum))
		return true;
	return sum > most;
}

/* An exposure of another symbol says nothing about this one. */
enum ht_refusal order_open(struct risk_case *c)
{
	const struct ht_exposure *e = exposure_of(c);
	const struct ht_account *a = c->in->account;
	uint64_t less = replaced_notional(c->o), more = order_notional(c->o);

	if (e->symbol[0] && strncmp(e->symbol, c->o->symbol, HT_TICKER))
		return HT_REFUSED_OPEN_ORDERS;
	if (!c->o->replaces_qty &&
	    (e->open_orders >= c->limit.max_open ||
	     a->open_orders >= c->rules.max_open))
		return HT_REFUSED_OPEN_ORDERS;
	if (is_above(e->open_notional, less, more,
		     c->limit.max_open_notional) ||
	    is_above(a->open_notional, less, more,
		     c->rules.max_open_notional))
		return HT_REFUSED_OPEN_NOTIONAL;
	return HT_ALLOWED;
}

/* held, and then `more` on the order's side: further from nothing than most? */
static bool is_beyond(const struct risk_case *c, int64_t held, uint64_t less,
		      uint64_t more, uint64_t most)
{
	if (order_sells(c->o) && __builtin_sub_overflow(0, held, &held))
		return true;
	if (__builtin_sub_overflow(held, less, &held) ||
	    __builtin_add_overflow(held, more, &held))
		return true;
	return held > 0 && (uint64_t)held > most;
}

/* As if everything open on this side had traded.  What brings the position
 * nearer to nothing may always be ordered.
 */
enum ht_refusal order_position(struct risk_case *c)
{
	const struct ht_exposure *e = exposure_of(c);
	uint64_t open = order_sells(c->o) ? e->open_sell : e->open_buy;

	if (__builtin_add_overflow(open, c->o->qty, &open))
		return HT_REFUSED_POSITION;
	return is_beyond(c, e->position, c->o->replaces_qty, open,
			 c->limit.max_position) ?
	       HT_REFUSED_POSITION : HT_ALLOWED;
}

static bool loss_is_above(const struct risk_case *c)
{
	const struct ht_account *a = c->in->account;
	int64_t result;

	if (!a->marked_ns || a->marked_ns > c->now_ns ||
	    c->now_ns - a->marked_ns > c->rules.max_mark_ns)
		return true;
	if (__builtin_add_overflow(a->realised, a->unrealised, &result))
		return true;
	return result < 0 && -(uint64_t)result > c->rules.max_loss;
}

/* A symbol counts with its worse side: a replaced order that would bring the
 * position nearer to nothing may be no part of the sum.
 */
static bool gross_is_above(const struct risk_case *c, uint64_t less,
			   uint64_t more)
{
	uint64_t gross = c->in->account->gross, most = c->rules.max_gross;

	if (more >= less)
		return is_above(gross, 0, more - less, most);
	less -= more;
	return is_above(gross, less <= gross ? less : 0, 0, most);
}

enum ht_refusal order_totals(struct risk_case *c)
{
	const struct ht_account *a = c->in->account;
	uint64_t less = replaced_notional(c->o), more = order_notional(c->o);

	if (gross_is_above(c, less, more))
		return HT_REFUSED_GROSS;
	if (is_beyond(c, order_sells(c->o) ? a->net_low : a->net_high, less,
		      more, c->rules.max_net))
		return HT_REFUSED_NET;
	return loss_is_above(c) ? HT_REFUSED_LOSS : HT_ALLOWED;
}

/* -- O11 to O14 ----------------------------------------------------------- */

/* Whether the position, less all that is open to sell, holds the shares. */
static bool is_covered(const struct risk_case *c)
{
	const struct ht_exposure *e = exposure_of(c);
	int64_t left;

	return !__builtin_sub_overflow(e->position, e->open_sell, &left) &&
	       !__builtin_add_overflow(left, c->o->replaces_qty, &left) &&
	       left >= c->o->qty;
}

enum ht_refusal order_short(struct risk_case *c)
{
	const struct ht_symbol *s = &c->in->symbols[c->o->locate];

	if (c->o->side == 'B')
		return HT_ALLOWED;
	if (c->o->side == 'S')
		return is_covered(c) ? HT_ALLOWED : HT_REFUSED_SHORT;
	if (c->limit.shorts != HT_SHORT_LOCATED)
		return HT_REFUSED_SHORT;
	if (c->o->side == 'T' && HT_READ_ONCE(s->reg_sho) != HT_SHO_NONE &&
	    (!c->bid.orders || c->o->px <= c->bid.px_e4))
		return HT_REFUSED_SHORT_RULE;
	return HT_ALLOWED;
}

enum ht_refusal order_self(struct risk_case *c)
{
	const struct ht_exposure *e = exposure_of(c);
	bool meets;

	if (order_sells(c->o))
		meets = e->own_bid_e4 && c->o->px <= e->own_bid_e4;
	else
		meets = e->own_ask_e4 && c->o->px >= e->own_ask_e4;
	return meets ? HT_REFUSED_SELF_TRADE : HT_ALLOWED;
}

enum ht_refusal order_iso(struct risk_case *c)
{
	return c->o->iso && c->rules.iso != HT_YES ? HT_REFUSED_ISO :
						     HT_ALLOWED;
}

/* The fill that many before the last one: it must be old enough. */
enum ht_refusal order_repeated(struct risk_case *c)
{
	const struct ht_exposure *e = exposure_of(c);
	uint32_t most = c->limit.max_fills;
	uint64_t then;

	if (e->paused != HT_NO || !most || most > HT_FILLS)
		return HT_REFUSED_REPEATED;
	if (e->fills < most)
		return HT_ALLOWED;
	then = e->fill_ns[(e->fills - most) % HT_FILLS];
	if (then > c->now_ns || c->now_ns - then < c->limit.fills_ns)
		return HT_REFUSED_REPEATED;
	return HT_ALLOWED;
}

/* A symbol whose limits nobody knows is paused, too. */
void risk_filled(struct instance *in, uint32_t locate, uint64_t now_ns)
{
	struct ht_exposure *e = &in->exposures[locate];
	struct risk_order o = { .locate = locate };
	struct risk_case c = { .in = in, .o = &o, .now_ns = now_ns };

	e->fill_ns[e->fills % HT_FILLS] = now_ns;
	HT_WRITE_ONCE(e->fills, e->fills + 1);
	if (!limits_copy(&c) || order_repeated(&c))
		HT_WRITE_ONCE(e->paused, HT_YES);
}

/*
 * The row must still be the trigger that fired: armed, or spent by a fire of
 * the same arming.  An edit after the fire does not recall the order.
 */
enum ht_refusal order_trigger(struct risk_case *c)
{
	const struct ht_trigger *t = &c->in->triggers[c->o->trigger];
	enum ht_trigger_state state = HT_READ_ONCE(t->state);
	uint32_t version = HT_READ_ONCE(t->version);

	if (c->o->by_hand)
		return HT_ALLOWED;
	if (state != HT_TRIGGER_ARMED && state != HT_TRIGGER_SPENT)
		return HT_REFUSED_DISARMED;
	return t->rule[version & 1].locate == c->o->locate &&
	       c->o->fires > HT_READ_ONCE(t->base) ?
	       HT_ALLOWED : HT_REFUSED_DISARMED;
}
