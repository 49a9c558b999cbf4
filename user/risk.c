// SPDX-License-Identifier: GPL-2.0
#include "risk.h"

#include <string.h>

#include "clock.h"
#include "instance.h"
#include "ouch.h"

enum {
	DOLLAR = 10000,		/* 1e-4 dollars */
	CENT = 100,
	BPS = 10000,		/* in the whole */
};

void risk_init(struct risk *r, const struct risk_limits *limits)
{
	memset(r, 0, sizeof(*r));
	r->limits = *limits;
}

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

/* Does the event name a trigger, a symbol and a sequence at all? */
static bool event_is_sane(const struct ht_event *e)
{
	return e->trigger && e->trigger < HT_TRIGGERS && e->locate &&
	       e->locate < HT_LOCATES &&
	       (e->side == HT_BID || e->side == HT_ASK) &&
	       e->seq && e->seq <= OUCH_SEQ_MAX && symbol_is_sane(e->symbol);
}

static enum ht_refusal market_refusal(const struct instance *in,
				      const struct ht_event *e)
{
	const struct ht_symbol *s = &in->symbols[e->locate];

	if (e->feed != HT_FEED_LIVE ||
	    HT_READ_ONCE(in->feed->state) != HT_FEED_LIVE)
		return HT_REFUSED_FEED;
	if (HT_READ_ONCE(in->feed->phase) != HT_PHASE_MARKET)
		return HT_REFUSED_PHASE;
	if (HT_READ_ONCE(in->feed->mwcb_level))
		return HT_REFUSED_MWCB;
	if (e->state != HT_SYMBOL_TRADING ||
	    HT_READ_ONCE(s->state) != HT_SYMBOL_TRADING ||
	    HT_READ_ONCE(s->nasdaq_halt) != HT_NO)
		return HT_REFUSED_HALTED;
	if (HT_READ_ONCE(s->test) != HT_NO)
		return HT_REFUSED_TEST;
	if (HT_READ_ONCE(in->tops[e->locate].book) != HT_BOOK_OK)
		return HT_REFUSED_BOOK;
	return e->px ? HT_ALLOWED : HT_REFUSED_NO_PRICE;
}

/*
 * The row must still be the trigger that fired: armed, or spent by a fire of
 * the same arming.  An edit after the fire does not recall the order.
 */
static bool trigger_is_armed(const struct ht_trigger *t,
			     const struct ht_event *e)
{
	enum ht_trigger_state state = HT_READ_ONCE(t->state);
	uint32_t version = HT_READ_ONCE(t->version);

	if (state != HT_TRIGGER_ARMED && state != HT_TRIGGER_SPENT)
		return false;
	return t->rule[version & 1].locate == e->locate &&
	       e->fires > HT_READ_ONCE(t->base);
}

static bool event_is_stale(const struct risk *r, const struct ht_event *e,
			   uint64_t now_ns)
{
	return e->entry_ns > now_ns || e->entry_ns < r->since_ns ||
	       now_ns - e->entry_ns > r->limits.max_age_ns;
}

static bool is_duplicate(struct risk *r, const struct instance *in,
			 const struct ht_event *e)
{
	uint64_t joins = HT_READ_ONCE(in->feed->joins);

	if (joins != r->joins)
		memset(r->last_seq, 0, sizeof(r->last_seq));
	r->joins = joins;
	return e->seq <= r->last_seq[e->trigger];
}

/* OUCH 5.0, Data Types; Rule 612: whole cents from one dollar up. */
static bool values_are_valid(const struct ht_event *e)
{
	return e->qty && e->qty <= OUCH_QTY_MAX && e->px <= OUCH_PRICE_MAX &&
	       (e->px < DOLLAR || e->px % CENT == 0);
}

/* |px - mid| <= mid * bps, times two so that the mid needs no division. */
static bool price_is_in_collar(const struct ht_event *e, uint32_t bps)
{
	uint64_t both = (uint64_t)e->bid.px_e4 + e->ask.px_e4;
	uint64_t twice = 2 * (uint64_t)e->px;
	uint64_t off = twice > both ? twice - both : both - twice;

	if (!e->bid.orders || !e->ask.orders || e->bid.px_e4 > e->ask.px_e4)
		return false;
	return off * BPS <= both * bps;
}

static enum ht_refusal order_refusal(const struct risk *r,
				     const struct ht_trigger *t,
				     const struct ht_event *e)
{
	if (!values_are_valid(e) ||
	    strncmp(e->symbol, t->symbol, sizeof(t->symbol)))
		return HT_REFUSED_VALUES;
	if (e->qty > r->limits.max_qty)
		return HT_REFUSED_MAX_QTY;
	if ((uint64_t)e->qty * e->px > r->limits.max_notional)
		return HT_REFUSED_MAX_NOTIONAL;
	if (!price_is_in_collar(e, r->limits.collar_bps))
		return HT_REFUSED_COLLAR;
	return HT_ALLOWED;
}

/* In no second more than `rate`: the one that many before must be that old. */
static bool rate_take(struct risk *r, uint64_t now_ns)
{
	uint64_t *oldest = &r->taken_ns[r->taken % r->limits.rate];

	if (r->taken >= r->limits.rate && now_ns - *oldest < SECOND_NS)
		return false;
	*oldest = now_ns;
	r->taken++;
	return true;
}

static enum ht_refusal refusal_find(struct risk *r, const struct instance *in,
				    const struct ht_event *e, uint64_t now_ns)
{
	enum ht_refusal why;

	if (r->stopped)
		return HT_REFUSED_CONTROLLER;
	if (!event_is_sane(e))
		return HT_REFUSED_VALUES;
	why = market_refusal(in, e);
	if (why)
		return why;
	if (!trigger_is_armed(&in->triggers[e->trigger], e))
		return HT_REFUSED_DISARMED;
	if (event_is_stale(r, e, now_ns))
		return HT_REFUSED_STALE;
	if (is_duplicate(r, in, e))
		return HT_REFUSED_DUPLICATE;
	why = order_refusal(r, &in->triggers[e->trigger], e);
	if (why)
		return why;
	return rate_take(r, now_ns) ? HT_ALLOWED : HT_REFUSED_RATE;
}

enum ht_refusal risk_check(struct risk *r, const struct instance *in,
			   const struct ht_event *e, uint64_t now_ns)
{
	enum ht_refusal why = refusal_find(r, in, e, now_ns);

	if (why) {
		r->refused[why]++;
		return why;
	}
	r->last_seq[e->trigger] = e->seq;
	r->allowed++;
	return HT_ALLOWED;
}

void risk_withdraw(struct risk *r, enum ht_refusal why)
{
	r->allowed--;
	r->refused[why]++;
}
