// SPDX-License-Identifier: GPL-2.0
#include "ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* -- one order ---------------------------------------------------------- */

struct ledger_order *ledger_find(struct ledger *l, uint32_t urn)
{
	uint32_t i;

	for (i = 0; i < l->orders; i++)
		if (l->order[i].urn == urn)
			return &l->order[i];
	return NULL;
}

static uint32_t traded(const struct ledger *l, const struct ledger_order *o,
		       bool broken_only)
{
	uint32_t i, sum = 0;

	for (i = 0; i < l->fills; i++)
		if (&l->order[l->fill[i].order] == o &&
		    (l->fill[i].broken || !broken_only))
			sum += l->fill[i].qty;
	return sum;
}

uint32_t ledger_traded(const struct ledger *l, const struct ledger_order *o)
{
	return traded(l, o, false);
}

uint32_t ledger_broken(const struct ledger *l, const struct ledger_order *o)
{
	return traded(l, o, true);
}

static const struct ledger_order *before(const struct ledger *l,
					 const struct ledger_order *o)
{
	return o->orig ? ledger_find((struct ledger *)l, o->orig) : NULL;
}

/* By all numbers of the chain before this one. */
static uint32_t chain_traded(const struct ledger *l,
			     const struct ledger_order *o)
{
	uint32_t sum = 0;

	while ((o = before(l, o)))
		sum += ledger_traded(l, o);
	return sum;
}

static uint32_t size_of(const struct ledger *l, const struct ledger_order *o)
{
	uint32_t done = chain_traded(l, o);

	if (o->size || !o->orig)
		return o->size ? o->size : o->asked;
	return o->asked > done ? o->asked - done : 0;
}

bool ledger_waits(const struct ledger_order *o)
{
	return o->orig && o->phase == LEDGER_ASKED;
}

uint32_t ledger_open(const struct ledger *l, const struct ledger_order *o)
{
	if (o->phase != LEDGER_ASKED && o->phase != LEDGER_IN)
		return 0;
	return size_of(l, o) - ledger_traded(l, o) - o->taken;
}

static bool is_over(const struct ledger *l, const struct ledger_order *o)
{
	return ledger_waits(o) || !ledger_open(l, o);
}

const struct ledger_order *ledger_next(const struct ledger *l,
				       const struct ledger_order *o)
{
	uint32_t i;

	for (i = 0; i < l->orders; i++)
		if (ledger_waits(&l->order[i]) && l->order[i].orig == o->urn)
			return &l->order[i];
	return NULL;
}

const char *ledger_state(const struct ledger *l,
			 const struct ledger_order *o)
{
	if (o->phase == LEDGER_REFUSED)
		return "rejected";
	if (o->phase == LEDGER_SUCCEEDED)
		return "replaced";
	if (o->phase == LEDGER_SILENT)
		return "ignored";
	if (o->dead)
		return "dead";
	if (!ledger_waits(o) && !ledger_open(l, o))
		return o->taken ? "canceled" : "filled";
	if (o->pending)
		return "cancel pending";
	if (ledger_traded(l, o))
		return "partial";
	return o->phase == LEDGER_IN ? "accepted" : "sent";
}

struct ledger_order *ledger_sent(struct ledger *l, uint32_t urn,
				 uint32_t orig)
{
	struct ledger_order *o = &l->order[l->orders++];

	memset(o, 0, sizeof(*o));
	o->urn = urn;
	o->orig = orig;
	return o;
}

/* -- answers ------------------------------------------------------------ */

static bool is_buy(char side)
{
	return side == 'B';
}

static bool names_a_side(char side)
{
	return side && strchr("BSTE", side);
}

static bool price_fits(const struct ledger_order *o, uint64_t px)
{
	if (!o->limit)
		return px >= 1 && px <= 0x7fffffff;
	if (px < 1 || px > OUCH_PRICE_MAX)
		return false;
	return px == o->limit || (px < o->limit) == is_buy(o->side);
}

static bool same_name(const struct ledger_order *o, const struct ouch_reply *r)
{
	return !memcmp(o->clordid, r->clordid, OUCH_CLORDID_LEN);
}

static bool same_symbol(const struct ledger_order *o,
			const struct ouch_reply *r)
{
	return !r->symbol[0] || !strcmp(o->symbol, r->symbol);
}

static void get_in(struct ledger *l, struct ledger_order *o,
		   const struct ouch_reply *r)
{
	o->phase = LEDGER_IN;
	o->size = r->qty;
	if (!o->ref) {
		o->px = r->px;
		o->ref = r->order_ref;
	}
	if (r->state != 'D')
		return;
	o->dead = ledger_open(l, o) == o->size;
	o->taken += ledger_open(l, o);
}

static int accepted(struct ledger *l, struct ledger_order *o,
		    const struct ouch_reply *r)
{
	if (o->phase != LEDGER_ASKED && o->phase != LEDGER_SILENT)
		return -EPROTO;
	if (o->orig || o->side != r->side || o->asked != r->qty ||
	    !same_symbol(o, r) || !same_name(o, r) || !price_fits(o, r->px))
		return -EPROTO;
	get_in(l, o, r);
	return 0;
}

static int rejected(struct ledger *l, struct ledger_order *o,
		    const struct ouch_reply *r)
{
	if (o->phase != LEDGER_SILENT && strcmp(ledger_state(l, o), "sent"))
		return -EPROTO;
	if (!same_name(o, r))
		return -EPROTO;
	o->phase = LEDGER_REFUSED;
	return 0;
}

static int replace_is_true(struct ledger *l, const struct ouch_reply *r)
{
	const struct ledger_order *orig = ledger_find(l, r->orig_urn);

	if (!names_a_side(r->side) || r->qty < 1 || r->qty > OUCH_QTY_MAX ||
	    r->px < 1 || r->px > 0x7fffffff || r->orig_urn >= r->urn)
		return -EPROTO;
	if (orig && (is_over(l, orig) || !same_symbol(orig, r) ||
		     is_buy(orig->side) != is_buy(r->side)))
		return -EPROTO;
	return 0;
}

static void succeed(struct ledger *l, struct ledger_order *o,
		    const struct ouch_reply *r)
{
	struct ledger_order *orig = ledger_find(l, r->orig_urn);

	o->side = r->side;
	o->orig = r->orig_urn;
	get_in(l, o, r);
	if (!orig)
		return;
	orig->phase = LEDGER_SUCCEEDED;
	orig->pending = false;
}

static int replaced(struct ledger *l, struct ledger_order *o,
		    const struct ouch_reply *r)
{
	int err = replace_is_true(l, r);

	if (err)
		return err;
	if (o->phase != LEDGER_ASKED && o->phase != LEDGER_SILENT)
		return -EPROTO;
	if (o->orig != r->orig_urn || !o->orig || !same_symbol(o, r) ||
	    !same_name(o, r) || is_buy(o->side) != is_buy(r->side) ||
	    !price_fits(o, r->px) || r->qty + chain_traded(l, o) > o->asked)
		return -EPROTO;
	succeed(l, o, r);
	return 0;
}

static bool has_match(const struct ledger *l, const struct ledger_order *o,
		      uint64_t match)
{
	uint32_t i;

	for (i = 0; i < l->fills; i++)
		if (&l->order[l->fill[i].order] == o && match &&
		    l->fill[i].match == match)
			return true;
	return false;
}

static int executed(struct ledger *l, struct ledger_order *o,
		    const struct ouch_reply *r)
{
	if (is_over(l, o) || r->qty < 1 || r->qty > ledger_open(l, o) ||
	    r->px > OUCH_PRICE_MAX || !price_fits(o, r->px) ||
	    has_match(l, o, r->match))
		return -EPROTO;
	l->fill[l->fills++] = (struct ledger_fill){
		.order = (uint32_t)(o - l->order), .qty = r->qty,
		.px = r->px, .match = r->match,
	};
	return 0;
}

static int canceled(struct ledger *l, struct ledger_order *o,
		    const struct ouch_reply *r)
{
	if (is_over(l, o) || r->qty < 1 || r->qty > ledger_open(l, o))
		return -EPROTO;
	o->taken += r->qty;
	if (r->reason == 'U')
		o->pending = false;
	return 0;
}

static int broken(struct ledger *l, const struct ledger_order *o,
		  const struct ouch_reply *r)
{
	uint32_t i;

	for (; o; o = before(l, o)) {
		if (!has_match(l, o, r->match))
			continue;
		for (i = 0; i < l->fills; i++)
			if (&l->order[l->fill[i].order] == o &&
			    l->fill[i].match == r->match)
				break;
		if (l->fill[i].broken)
			return -EPROTO;
		l->fill[i].broken = true;
		return 0;
	}
	return -EPROTO;
}

static int modified(struct ledger *l, struct ledger_order *o,
		    const struct ouch_reply *r)
{
	if (is_over(l, o) || !names_a_side(r->side) ||
	    is_buy(o->side) != is_buy(r->side) || r->qty < 1 ||
	    r->qty > ledger_open(l, o))
		return -EPROTO;
	o->taken += ledger_open(l, o) - r->qty;
	o->side = r->side;
	return 0;
}

static int moved(struct ledger *l, struct ledger_order *o,
		 const struct ouch_reply *r)
{
	if (is_over(l, o) || (r->type == 'T' && !price_fits(o, r->px)))
		return -EPROTO;
	if (r->type == 'T')
		o->px = r->px;
	if (r->order_ref)
		o->ref = r->order_ref;
	return 0;
}

static int cancel_waits(struct ledger *l, struct ledger_order *o, char type)
{
	if (type == 'P' ? is_over(l, o) :
			  ledger_waits(o) || o->phase == LEDGER_SILENT ||
			  o->phase == LEDGER_REFUSED)
		return -EPROTO;
	o->pending = type == 'P';
	return 0;
}

/* An order that the exchange tells us of. */
static int learned(struct ledger *l, const struct ouch_reply *r)
{
	struct ledger_order *o;

	if (!r->urn || (r->type == 'J' ? !r->clordid[0] :
			!strchr("AU", r->type) || !r->symbol[0]))
		return -ENOENT;
	if (r->type == 'A' &&
	    (!names_a_side(r->side) || r->qty < 1 || r->qty > OUCH_QTY_MAX ||
	     r->px < 1 || r->px > 0x7fffffff))
		return -EPROTO;
	if (r->type == 'U' && replace_is_true(l, r))
		return -EPROTO;
	o = ledger_sent(l, r->urn, 0);
	memcpy(o->clordid, r->clordid, OUCH_CLORDID_LEN);
	memcpy(o->symbol, r->symbol, sizeof(o->symbol));
	o->side = r->side;
	o->asked = r->qty;
	if (r->type == 'J')
		o->phase = LEDGER_REFUSED;
	else if (r->type == 'A')
		get_in(l, o, r);
	else
		succeed(l, o, r);
	return 0;
}

static int answer(struct ledger *l, struct ledger_order *o,
		  const struct ouch_reply *r)
{
	switch (r->type) {
	case 'A': return accepted(l, o, r);
	case 'J': return rejected(l, o, r);
	case 'U': return replaced(l, o, r);
	case 'E': return executed(l, o, r);
	case 'C': case 'D': return canceled(l, o, r);
	case 'B': return broken(l, o, r);
	case 'M': return modified(l, o, r);
	case 'T': case 'R': return moved(l, o, r);
	default: return cancel_waits(l, o, r->type);
	}
}

/* What is over keeps no cancel waiting, and cannot be replaced any more. */
static void sweep(struct ledger *l)
{
	const struct ledger_order *orig;
	struct ledger_order *o;

	for (o = l->order; o < l->order + l->orders; o++) {
		if (!ledger_waits(o) && !ledger_open(l, o))
			o->pending = false;
		orig = before(l, o);
		if (ledger_waits(o) && orig && is_over(l, orig))
			o->phase = LEDGER_SILENT;
	}
}

int ledger_answer(struct ledger *l, const struct ouch_reply *r)
{
	struct ledger_order *o = ledger_find(l, r->urn);
	int err = o ? answer(l, o, r) : learned(l, r);

	if (err)
		return err;
	ledger_find(l, r->urn)->answered = true;
	sweep(l);
	return 0;
}

void ledger_reconcile(struct ledger *l)
{
	struct ledger_order *o;

	for (o = l->order; o < l->order + l->orders; o++)
		if (!o->answered)
			o->phase = LEDGER_SILENT;
	sweep(l);
}

/* -- one symbol --------------------------------------------------------- */

/* Average cost, as one does it on paper: what is held, and at what cost. */
static void trade(struct ledger_symbol *s, bool buy, uint32_t qty, uint64_t px)
{
	int64_t sign = buy ? 1 : -1;
	uint64_t held = (uint64_t)llabs(s->shares);
	uint64_t closed = s->shares * sign < 0 ? (qty < held ? qty : held) : 0;
	uint64_t given = closed ? (uint64_t)((unsigned __int128)s->cost *
					     closed / held) : 0;

	s->realised += sign * ((int64_t)given - (int64_t)(closed * px));
	s->cost = s->cost - given + (qty - closed) * px;
	s->shares += sign * (int64_t)qty;
	*(buy ? &s->bought : &s->sold) += qty;
	*(buy ? &s->bought_notional : &s->sold_notional) += qty * px;
}

/* Whatever trades first: the most that an order and its replacement cost. */
static void both(const struct ledger *l, const struct ledger_order *o,
		 uint64_t *shares, uint64_t *notional)
{
	const struct ledger_order *next = ledger_next(l, o);
	uint64_t open = ledger_open(l, o);
	uint64_t then = next ? ledger_open(l, next) : 0;
	uint64_t first, rest;

	*shares = *notional = 0;
	for (first = 0; first <= open; first++) {
		rest = then > first ? then - first : 0;
		if (first + rest > *shares)
			*shares = first + rest;
		if (first * o->px + rest * (next ? next->px : 0) > *notional)
			*notional = first * o->px +
				    rest * (next ? next->px : 0);
	}
}

static void price(struct ledger_symbol *s, bool buy, uint64_t px)
{
	if (buy && px > s->top_buy)
		s->top_buy = px;
	if (!buy && (!s->low_sell || px < s->low_sell))
		s->low_sell = px;
}

void ledger_symbol(const struct ledger *l, const char *symbol,
		   struct ledger_symbol *s)
{
	const struct ledger_order *o;
	uint64_t shares, notional;
	uint32_t i;
	bool buy;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < l->fills; i++) {
		o = &l->order[l->fill[i].order];
		if (!strcmp(o->symbol, symbol) && !l->fill[i].broken)
			trade(s, is_buy(o->side), l->fill[i].qty,
			      l->fill[i].px);
	}
	for (o = l->order; o < l->order + l->orders; o++) {
		if (strcmp(o->symbol, symbol) || is_over(l, o))
			continue;
		buy = is_buy(o->side);
		both(l, o, &shares, &notional);
		*(buy ? &s->open_buy : &s->open_sell) += shares;
		*(buy ? &s->open_buy_notional :
			&s->open_sell_notional) += notional;
		s->open_orders++;
		price(s, buy, o->px);
		if (ledger_next(l, o))
			price(s, buy, ledger_next(l, o)->px);
	}
}
