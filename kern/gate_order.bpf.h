/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gate_order - may this order be sent?  O1 to O14
 *
 * path: wire > feed > mold > itch > book > trigger > [gate] > act
 *
 * Integers only, and none of them wraps: prices and quantities are bounded
 * first (O1), what the controller writes is bounded where it is used.
 */
#ifndef HT_GATE_ORDER_BPF_H
#define HT_GATE_ORDER_BPF_H

#include "gate_pace.bpf.h"
#include "gate_state.bpf.h"
#include "ouch50.h"
#include "trigger.map.h"

enum {
	GATE_DOLLAR = 10000,		/* 1e-4 dollars */
	GATE_BPS = 10000,		/* in the whole */
	GATE_PERCENT = 100,
	GATE_RATIO_FROM = 100,		/* orders of the day */

	/* what an order is besides its price and quantity */
	GATE_SELLS = 1,
	GATE_MARKS = 1,			/* shift of enum ht_order_mark */
	GATE_NO_SIDE = 1 << 16,
};

/* Shares or 1e-4 dollars beyond which a sum is not to be trusted. */
#define GATE_SANE	(1ll << 61)

/* The order, the limits that are in force for it, and what they ask for. */
struct gate_order {
	__u32 px;
	__u32 qty;
	__u32 sells;			/* 1 or 0 */
	__u32 marks;
	__u64 notional;			/* 1e-4 dollars */
	__u64 now_ns;
	const struct ht_limit *l;
	const struct ht_rule_set *set;
	const struct ht_top *top;
	const struct ht_symbol *s;
	const struct ht_exposure *e;
	const struct ht_account *a;
};

/* -- O1 to O3 ------------------------------------------------------------- */

/* Rule 612: from one dollar up a tick is the symbol's, else 1e-4 dollars. */
static __always_inline __u32 gate_tick(const struct gate_order *o)
{
	return o->px < GATE_DOLLAR ? 1 : o->l->tick_e4;
}

static __always_inline __u32 gate_form(const struct gate_order *o)
{
	__u32 tick = gate_tick(o);

	if (!o->px)
		return HT_REFUSED_NO_PRICE;
	if (!o->qty || o->qty > OUCH_QTY_MAX || o->px > OUCH_PRICE_MAX ||
	    o->marks & ~(HT_ORDER_SHORT | HT_ORDER_EXEMPT | HT_ORDER_ISO) ||
	    (!o->sells && (o->marks & (HT_ORDER_SHORT | HT_ORDER_EXEMPT))))
		return HT_REFUSED_VALUES;
	if (!tick || o->px % tick)
		return HT_REFUSED_TICK;
	if (o->qty > o->l->max_qty)
		return HT_REFUSED_MAX_QTY;
	if (o->notional > o->l->max_notional)
		return HT_REFUSED_MAX_NOTIONAL;
	return HT_ALLOWED;
}

/* -- O4, O5 --------------------------------------------------------------- */

/*
 * Twice the price that the order's is compared with: the middle of the book,
 * unless it is crossed or its best sizes together are less than a round lot;
 * else the last trade of today.
 * Return: it, or 0: there is none.
 */
static __always_inline __u64 gate_reference(const struct gate_order *o,
					    __u64 itch_ns)
{
	const struct ht_quote *bid = &o->top->bid, *ask = &o->top->ask;
	const struct ht_symbol *s = o->s;

	if (bid->orders && ask->orders && bid->px_e4 <= ask->px_e4 &&
	    s->round_lot && bid->qty + ask->qty >= s->round_lot)
		return (__u64)bid->px_e4 + ask->px_e4;
	if (s->trades && s->last_ns <= itch_ns)
		return 2 * (__u64)s->last_px_e4;
	return 0;
}

static __always_inline __u32 gate_collar(const struct gate_order *o,
					 __u64 itch_ns)
{
	__u64 reference = gate_reference(o, itch_ns);
	__u64 twice = 2 * (__u64)o->px;
	__u64 off = gate_apart(twice, reference);
	__u64 bps = o->l->collar_bps;

	if (!reference)
		return HT_REFUSED_NO_REFERENCE;
	if (bps > GATE_BPS)
		bps = GATE_BPS;
	if (off * GATE_BPS > reference * bps)
		return HT_REFUSED_COLLAR;
	if (o->l->collar_e4 && off > 2 * (__u64)o->l->collar_e4)
		return HT_REFUSED_COLLAR;
	return HT_ALLOWED;
}

/* A side that is empty cannot be gone through. */
static __always_inline __u32 gate_through(const struct gate_order *o)
{
	const struct ht_quote *best = o->sells ? &o->top->bid : &o->top->ask;
	__u64 most = (__u64)o->l->max_through * gate_tick(o);
	__u64 px = best->px_e4;

	if (!best->orders)
		return HT_ALLOWED;
	if (o->sells ? o->px + most < px : o->px > px + most)
		return HT_REFUSED_THROUGH;
	return HT_ALLOWED;
}

/* -- O6, O7 --------------------------------------------------------------- */

static __always_inline __u32 gate_rate(const struct gate_order *o, __u32 locate)
{
	__u32 now = (__u32)(o->now_ns >> HT_PACE_SHIFT), all;
	const struct ht_pace *p = pace_at(locate), *total = pace_at(0);
	__u32 what = o->sells | o->marks << GATE_MARKS;

	if (!p || !total || pace_is_same(p, o->px, o->qty, what, o->now_ns,
					 o->set->duplicate_ns))
		return HT_REFUSED_DUPLICATE;
	if (pace_fires(p, now) >= o->l->rate)
		return HT_REFUSED_RATE_SYMBOL;
	all = pace_fires(total, now);
	if (all >= o->set->session_rate)
		return HT_REFUSED_RATE_SESSION;
	if (all >= o->set->rate)
		return HT_REFUSED_RATE;
	return HT_ALLOWED;
}

static __always_inline __u32 gate_day(const struct gate_order *o)
{
	__u64 orders = HT_READ_ONCE(o->a->orders);
	__u64 changes = HT_READ_ONCE(o->a->changes);

	if (orders >= o->set->max_orders)
		return HT_REFUSED_MAX_ORDERS;
	if (orders >= GATE_RATIO_FROM &&
	    changes * GATE_PERCENT > orders * o->set->max_ratio)
		return HT_REFUSED_RATIO;
	return HT_ALLOWED;
}

/* -- O8, O9 --------------------------------------------------------------- */

/* An exposure of another symbol says nothing about this one. */
static __always_inline __u32 gate_open(const struct gate_order *o)
{
	__u64 open = HT_READ_ONCE(o->e->open_notional);
	__u64 all = HT_READ_ONCE(o->a->open_notional);

	if (o->e->symbol[0] && !gate_same_ticker(o->e->symbol, o->s->ticker))
		return HT_REFUSED_OPEN_ORDERS;
	if (HT_READ_ONCE(o->e->open_orders) >= o->l->max_open ||
	    HT_READ_ONCE(o->a->open_orders) >= o->set->max_open)
		return HT_REFUSED_OPEN_ORDERS;
	if (open > GATE_SANE || all > GATE_SANE ||
	    open + o->notional > o->l->max_open_notional ||
	    all + o->notional > o->set->max_open_notional)
		return HT_REFUSED_OPEN_NOTIONAL;
	return HT_ALLOWED;
}

/* As if everything open on this side had traded.  What brings the position
 * nearer to nothing may always be ordered.
 */
static __always_inline __u32 gate_position(const struct gate_order *o)
{
	__s64 position = HT_READ_ONCE(o->e->position);
	__u64 open = o->sells ? HT_READ_ONCE(o->e->open_sell) :
				HT_READ_ONCE(o->e->open_buy);
	__s64 after;

	if (position > GATE_SANE || position < -GATE_SANE || open > GATE_SANE)
		return HT_REFUSED_POSITION;
	after = (o->sells ? -position : position) + (__s64)open + o->qty;
	if (after > 0 && (__u64)after > o->l->max_position)
		return HT_REFUSED_POSITION;
	return HT_ALLOWED;
}

/* -- O10 ------------------------------------------------------------------ */

static __always_inline __u32 gate_total(const struct gate_order *o)
{
	__s64 realised = HT_READ_ONCE(o->a->realised);
	__s64 unrealised = HT_READ_ONCE(o->a->unrealised);
	__u64 gross = HT_READ_ONCE(o->a->gross);
	__s64 net = o->sells ? HT_READ_ONCE(o->a->net_low) :
			       HT_READ_ONCE(o->a->net_high);
	__s64 loss;

	if (gross > GATE_SANE || gross + o->notional > o->set->max_gross)
		return HT_REFUSED_GROSS;
	if (net > GATE_SANE || net < -GATE_SANE)
		return HT_REFUSED_NET;
	net = (o->sells ? -net : net) + (__s64)o->notional;
	if (net > 0 && (__u64)net > o->set->max_net)
		return HT_REFUSED_NET;
	if (!gate_recent(o->now_ns, HT_READ_ONCE(o->a->marked_ns),
			 o->set->max_mark_ns) ||
	    realised < -GATE_SANE || realised > GATE_SANE ||
	    unrealised < -GATE_SANE || unrealised > GATE_SANE)
		return HT_REFUSED_LOSS;
	loss = -(realised + unrealised);
	if (loss > 0 && (__u64)loss > o->set->max_loss)
		return HT_REFUSED_LOSS;
	return HT_ALLOWED;
}

/* -- O11 to O14 ----------------------------------------------------------- */

/* What a sell is marked as must be true: a long one is covered, a short one
 * located, and under Rule 201 above the bid, unless it is exempt.  The position
 * was bounded before.
 */
static __always_inline __u32 gate_short(const struct gate_order *o)
{
	const struct ht_quote *bid = &o->top->bid;

	if (!o->sells)
		return HT_ALLOWED;
	if (!(o->marks & (HT_ORDER_SHORT | HT_ORDER_EXEMPT)))
		return HT_READ_ONCE(o->e->position) -
		       (__s64)HT_READ_ONCE(o->e->open_sell) >= o->qty ?
		       HT_ALLOWED : HT_REFUSED_SHORT;
	if (o->l->shorts != HT_SHORT_LOCATED)
		return HT_REFUSED_SHORT;
	if (o->s->reg_sho != HT_SHO_NONE && !(o->marks & HT_ORDER_EXEMPT) &&
	    (!bid->orders || o->px <= bid->px_e4))
		return HT_REFUSED_SHORT_RULE;
	return HT_ALLOWED;
}

static __always_inline int gate_meets_own(const struct gate_order *o)
{
	__u32 own;

	if (o->sells) {
		own = HT_READ_ONCE(o->e->own_bid_e4);
		return own && o->px <= own;
	}
	own = HT_READ_ONCE(o->e->own_ask_e4);
	return own && o->px >= own;
}

/* The controller pauses the symbol; here the fills themselves are looked at,
 * which it has counted a little earlier.
 */
static __always_inline int gate_is_repeated(const struct gate_order *o)
{
	__u64 fills = HT_READ_ONCE(o->e->fills);
	__u32 most = o->l->max_fills;

	if (HT_READ_ONCE(o->e->paused) != HT_NO || !most || most > HT_FILLS)
		return 1;
	if (fills < most)
		return 0;
	return gate_apart(o->now_ns, HT_READ_ONCE(
		o->e->fill_ns[(fills - most) % HT_FILLS])) < o->l->fills_ns;
}

static __always_inline __u32 gate_last_rules(const struct gate_order *o)
{
	__u32 why = gate_short(o);

	if (why)
		return why;
	if (gate_meets_own(o))
		return HT_REFUSED_SELF_TRADE;
	if ((o->marks & HT_ORDER_ISO) && o->set->iso != HT_YES)
		return HT_REFUSED_ISO;
	if (gate_is_repeated(o))
		return HT_REFUSED_REPEATED;
	return HT_ALLOWED;
}

/* -- in their order ------------------------------------------------------- */

static __always_inline __u32 gate_rules(const struct gate_order *o,
					__u32 locate, __u64 itch_ns)
{
	__u32 why = gate_form(o);

	if (!why)
		why = gate_collar(o, itch_ns);
	if (!why)
		why = gate_through(o);
	if (!why)
		why = gate_rate(o, locate);
	if (!why)
		why = gate_day(o);
	if (!why)
		why = gate_open(o);
	if (!why)
		why = gate_position(o);
	if (!why)
		why = gate_total(o);
	return why ? why : gate_last_rules(o);
}

/*
 * By limits of `version`; px is 1e-4 dollars, what GATE_SELLS and marks.  The
 * packet being applied is the feed's last one, so its time is now.
 * Return: HT_ALLOWED, or the first reason to refuse.
 */
HT_GLOBAL __u32 gate_order(__u32 locate, __u32 version, __u32 px, __u32 qty,
			   __u32 what)
{
	const struct ht_rules *rules = rules_get();
	const struct ht_feed *feed = feed_get();
	struct gate_order o = {
		.px = px,
		.qty = qty,
		.sells = what & GATE_SELLS,
		.marks = what >> GATE_MARKS,
		.notional = (__u64)px * qty,
		.top = top_at(locate),
		.s = symbol_at(locate),
		.e = exposure_at(locate),
		.a = account_get(),
	};

	if (!rules || !feed || !o.top || !o.s || !o.e || !o.a)
		return HT_REFUSED_LIMITS;
	o.l = gate_limit(locate, version, o.s);
	if (!o.l)
		return HT_REFUSED_LIMITS;
	o.set = &rules->set[version & 1];
	o.now_ns = feed->last_ns;
	return gate_rules(&o, locate, feed->itch_ns);
}

#endif
