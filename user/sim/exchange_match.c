// SPDX-License-Identifier: GPL-2.0
#include "exchange_match.h"

#include "exchange_breaks.h"
#include "exchange_reply.h"
#include "wire.h"

/* The other side of the book, from its best level on. */
struct levels {
	const struct book_side *side;
	uint32_t left;
};

uint16_t match_refusal(const struct exchange *x, const struct book_symbol *s)
{
	if (!x->always_open && !x->book->market_open)
		return OUCH_REJECT_DESTINATION_CLOSED;
	if (s->state != 'T' || s->halted_here)
		return OUCH_REJECT_HALTED;
	return 0;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Whether the order may trade at this price of the other side. */
static bool reaches(const struct exchange_order *o, uint64_t price)
{
	return order_is_buy(o) ? price <= o->price : price >= o->price;
}

static struct levels levels_against(const struct exchange *x,
				    const struct exchange_order *o)
{
	const struct book_symbol *s = &x->book->symbols[o->locate];
	const struct book_side *side =
		&s->side[order_is_buy(o) ? BOOK_ASK : BOOK_BID];

	return (struct levels){ side, side->count };
}

/* What the other side displays in the order's reach, as far as it matters. */
static uint64_t displayed(const struct exchange *x,
			  const struct exchange_order *o)
{
	struct levels l = levels_against(x, o);
	uint64_t qty = 0;

	while (l.left && qty < o->taken + o->open) {
		const struct book_level *level = &l.side->level[--l.left];

		if (!reaches(o, level->price))
			break;
		qty += level->qty;
	}
	return qty;
}

/* OUCH 5.0, Restated: what a reserve shows is gone, and more is shown. */
static void refresh(struct exchange *x, struct exchange_order *o, uint32_t qty)
{
	uint32_t floor = o->tags.max_floor;

	if (!floor || !o->open)
		return;
	if (qty < o->shown) {
		o->shown -= qty;
		return;
	}
	o->shown = smaller(floor, o->open);
	o->ref = ++x->last_ref;
	reply_restated(x, o, 'R');
}

static void execute(struct exchange *x, struct exchange_order *o, uint32_t qty,
		    uint64_t price, char liquidity, uint64_t match)
{
	x->counts.filled += !o->filled;
	o->filled = true;
	o->open -= qty;
	o->executed += qty;
	reply_executed(x, o, qty, price, liquidity, match);
	if (fault_is_due(&x->faults.broken))
		break_add(x, o, match);
	if (o->at)
		refresh(x, o, qty);
}

void match_cancel(struct exchange *x, struct exchange_order *o, char reason)
{
	reply_canceled(x, o, o->open, reason);
	order_drop(x, o);
}

/* -- self match prevention ---------------------------------------------- */

enum aiq { AIQ_NONE, AIQ_OLDEST, AIQ_NEWEST, AIQ_BOTH, AIQ_BOTH_BARE };

/* OUCH 5.0, AIQ Strategy: each for a firm, a group, affiliates, anybody. */
static enum aiq aiq_of(char strategy)
{
	if (strategy == 'N')
		return AIQ_NONE;
	if (form_is_one_of(strategy, "OoP2"))
		return AIQ_OLDEST;
	if (form_is_one_of(strategy, "WwX4"))
		return AIQ_NEWEST;
	if (form_is_one_of(strategy, "YyZ0"))
		return AIQ_BOTH_BARE;
	return AIQ_BOTH;
}

static void aiq_reduce(struct exchange *x, struct exchange_order *o,
		       uint32_t qty, struct ouch_aiq_canceled *terms,
		       char liquidity)
{
	terms->liquidity = liquidity;
	reply_aiq_canceled(x, o, qty, terms);
	o->open -= qty;
}

static void aiq_reduce_bare(struct exchange *x, struct exchange_order *o,
			    uint32_t qty)
{
	reply_canceled(x, o, qty, 'Q');
	o->open -= qty;
}

/* Return: whether the two must not trade, and have been told so. */
static bool aiq_prevents(struct exchange *x, struct exchange_order *newer,
			 struct exchange_order *older)
{
	const struct exchange_tags *t = &newer->tags;
	char strategy = form_is_one_of(t->aiq, "*") || !t->aiq ? 'D' : t->aiq;
	struct ouch_aiq_canceled terms = { .strategy = strategy };
	uint32_t qty = smaller(newer->open, older->open);
	enum aiq aiq = aiq_of(strategy);

	if (newer->client != older->client || aiq == AIQ_NONE)
		return false;
	x->counts.self_matches++;
	put_be32(&terms.prevented, qty);
	put_be64(&terms.price, older->price);
	if (aiq == AIQ_OLDEST)
		aiq_reduce(x, older, older->open, &terms, 'A');
	else if (aiq == AIQ_BOTH)
		aiq_reduce(x, older, qty, &terms, 'A');
	else if (aiq == AIQ_BOTH_BARE)
		aiq_reduce_bare(x, older, qty);
	if (aiq == AIQ_NEWEST)
		aiq_reduce(x, newer, newer->open, &terms, 'R');
	else if (aiq == AIQ_BOTH)
		aiq_reduce(x, newer, qty, &terms, 'R');
	else if (aiq == AIQ_BOTH_BARE)
		aiq_reduce_bare(x, newer, qty);
	return true;
}

/* -- an order that comes ------------------------------------------------ */

/* Up to a limit, which is in the order's reach. */
static void take_levels(struct exchange *x, struct exchange_order *o,
			struct levels *l, uint64_t limit)
{
	while (o->open && l->left) {
		const struct book_level *level = &l->side->level[l->left - 1];
		uint32_t qty = level->qty < o->open ? (uint32_t)level->qty :
						      o->open;

		if (order_is_buy(o) ? level->price > limit :
				      level->price < limit)
			return;
		l->left--;
		if (!qty)
			continue;
		o->taken += qty;
		execute(x, o, qty, level->price, 'R', ++x->last_match);
	}
}

static void take_order(struct exchange *x, struct exchange_order *o,
		       struct exchange_order *resting)
{
	uint32_t qty = smaller(o->open, resting->open);
	uint64_t price = resting->price, match;

	if (!aiq_prevents(x, o, resting)) {
		match = ++x->last_match;
		execute(x, resting, qty, price, 'A', match);
		execute(x, o, qty, price, 'R', match);
	}
	if (!resting->open)
		order_drop(x, resting);
}

/* The best that rests against the order; NULL: none. */
static struct exchange_order *resting_against(const struct exchange *x,
					      const struct exchange_order *o)
{
	struct exchange_symbol *s = order_symbol(x, o->locate);

	return order_best(&s->side[order_is_buy(o) ? BOOK_ASK : BOOK_BID]);
}

static void take(struct exchange *x, struct exchange_order *o)
{
	struct levels l = levels_against(x, o);
	struct exchange_order *r = resting_against(x, o), *next;

	for (; o->open && r && reaches(o, r->price); r = next) {
		next = order_next(r);
		take_levels(x, o, &l, r->price);
		if (o->open)
			take_order(x, o, r);
	}
	take_levels(x, o, &l, o->price);
}

/* Whether anything is in its reach, and the least it wants (MinQty). */
static bool can_take(const struct exchange *x, const struct exchange_order *o)
{
	const struct exchange_order *r = resting_against(x, o);
	uint64_t qty = displayed(x, o);

	if (o->tags.min_qty)
		return qty >= smaller(o->tags.min_qty, o->open);
	return qty || (r && reaches(o, r->price));
}

/* OUCH 5.0: a reserve that is refreshed, or another price that is displayed;
 * the first and a priority update change the reference.
 */
static void rest(struct exchange *x, struct exchange_order *o)
{
	struct exchange_fault *restated = &x->faults.restated;

	order_rest(x, o);
	o->shown = smaller(o->tags.max_floor, o->open);
	if (fault_is_due(restated)) {
		bool is_refresh = restated->seen / restated->every % 2;

		o->ref = is_refresh ? ++x->last_ref : o->ref;
		reply_restated(x, o, is_refresh ? 'R' : 'P');
	}
	if (fault_is_due(&x->faults.priority)) {
		o->ref = ++x->last_ref;
		reply_priority(x, o);
	}
	if (fault_is_due(&x->faults.supervised))
		match_cancel(x, o, 'S');
}

void match_place(struct exchange *x, struct exchange_order *o)
{
	const struct book_symbol *s = &x->book->symbols[o->locate];

	if (!match_refusal(x, s) && can_take(x, o)) {
		if (o->tags.post_only == 'P') {
			x->counts.post_only++;
			match_cancel(x, o, 'G');
			return;
		}
		take(x, o);
	}
	if (!o->open)
		order_drop(x, o);
	else if (o->tif == OUCH_TIF_IOC)
		match_cancel(x, o, 'I');
	else
		rest(x, o);
}

/* -- orders that rest --------------------------------------------------- */

/* The other side is in the order's reach. */
static void resting_execute(struct exchange *x, struct exchange_order *o)
{
	uint64_t qty;

	/* the other side was out of reach in between: what is there is new */
	if (o->seen + 1 != o->at->changes)
		o->taken = 0;
	o->seen = o->at->changes;
	qty = displayed(x, o);
	if (o->taken > qty)
		o->taken = qty;
	qty -= o->taken;
	if (qty > o->open)
		qty = o->open;
	if (!qty || qty < smaller(o->tags.min_qty, o->open))
		return;
	o->taken += qty;
	x->counts.resting_executions++;
	execute(x, o, (uint32_t)qty, o->price, 'A', ++x->last_match);
	if (!o->open)
		order_drop(x, o);
}

static void side_execute(struct exchange *x, struct exchange_side *side)
{
	struct exchange_order *o, *next;

	for (o = order_best(side); o; o = next) {
		struct levels l = levels_against(x, o);

		if (!l.left || !reaches(o, l.side->level[l.left - 1].price))
			return;
		next = order_next(o);
		resting_execute(x, o);
	}
}

void match_resting(struct exchange *x, uint16_t locate)
{
	struct exchange_symbol *s = order_symbol(x, locate);

	if (!s || match_refusal(x, &x->book->symbols[locate]))
		return;
	s->changes++;
	side_execute(x, &s->side[BOOK_BID]);
	side_execute(x, &s->side[BOOK_ASK]);
}
