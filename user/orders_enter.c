// SPDX-License-Identifier: GPL-2.0
/*
 * orders_enter - how an order gets in at the exchange, or does not: accepted,
 * rejected, replaced; also one that only the exchange told us of
 */
#include <errno.h>
#include <string.h>

#include "orders_table.h"

/* In a cross, also the price of a market order (OUCH 5.0, Data Types). */
static const uint64_t PRICE_MARKET = 0x7fffffff;

int order_fault(uint64_t *counter)
{
	++*counter;
	return -EPROTO;
}

bool order_side_is_known(char side)
{
	return side == 'B' || side == 'S' || side == 'T' || side == 'E';
}

bool order_price_is_allowed(const struct order *order, uint64_t px)
{
	if (!order->limit)
		return px && px <= PRICE_MARKET;
	if (!px || px > OUCH_PRICE_MAX)
		return false;
	return order_is_buy(order) ? px <= order->limit : px >= order->limit;
}

static bool clordid_is_same(const struct order *order,
			    const struct ouch_reply *r)
{
	return !memcmp(r->clordid, order->clordid, sizeof(r->clordid));
}

static bool symbol_is_same(const struct order *order,
			   const struct ouch_reply *r)
{
	return !r->symbol[0] ||
	       !strncmp(r->symbol, order->symbol, sizeof(r->symbol));
}

/* "T" and thirteen digits, what ouch_clordid() writes, or "H": by hand. */
static bool clordid_looks_ours(const char clordid[OUCH_CLORDID_LEN])
{
	int i;

	for (i = 1; i < OUCH_CLORDID_LEN; i++)
		if (clordid[i] < '0' || clordid[i] > '9')
			return false;
	return clordid[0] == 'T' || clordid[0] == 'H';
}

/* -- orders that only the exchange told us of --------------------------- */

/* Return: the order, yet without an answer, or NULL and why in *err. */
static struct order *learn(struct orders *o, const struct ouch_reply *r,
			   int *err)
{
	struct order *order = orders_place(o, r->urn);

	order->side = r->side;
	order->px = r->px;
	order->foreign = !clordid_looks_ours(r->clordid);
	order->rejected = r->type == 'J';
	memcpy(order->clordid, r->clordid, sizeof(order->clordid));
	memcpy(order->symbol, r->symbol,
	       strnlen(r->symbol, sizeof(r->symbol) - 1));
	*err = order_add(o);
	if (*err) {
		o->no_room++;
		return NULL;
	}
	o->foreign += order->foreign;
	return order;
}

static int learn_check(struct orders *o, const struct ouch_reply *r)
{
	if (!order_side_is_known(r->side) || !r->qty || r->qty > OUCH_QTY_MAX)
		return order_fault(&o->wrong_echo);
	if (!r->px || r->px > PRICE_MARKET)
		return order_fault(&o->wrong_price);
	return 0;
}

static int unknown(struct orders *o)
{
	o->unknown_urn++;
	return -ENOENT;
}

/* -- accepted, rejected, replaced --------------------------------------- */

static void order_revive(struct orders *o, struct order *order)
{
	if (!order->ignored)
		return;
	order->ignored = false;
	o->ignored--;
	order->open = order->qty;
}

static void order_enter(struct orders *o, struct order *order,
			const struct ouch_reply *r)
{
	order->accepted = true;
	/* a later reference and price may be known already */
	if (!order->order_ref) {
		order->px = r->px;
		order_ref_keep(o, order, r->order_ref);
	}
	if (r->state != 'D')
		return;
	order->dead = order->open == order->qty;
	order->open = 0;
}

int order_accepted(struct orders *o, struct order *order,
		   const struct ouch_reply *r)
{
	if (order->accepted || order->rejected)
		return order_fault(&o->twice);
	if (order->orig_urn || r->side != order->side ||
	    r->qty != order->qty || !symbol_is_same(order, r) ||
	    !clordid_is_same(order, r))
		return order_fault(&o->wrong_echo);
	if (!order_price_is_allowed(order, r->px))
		return order_fault(&o->wrong_price);
	order_revive(o, order);
	order_enter(o, order, r);
	order_shrunk(o, order);
	o->accepted++;
	return 0;
}

static int learn_accepted(struct orders *o, const struct ouch_reply *r,
			  struct order **order)
{
	int err;

	if (!r->symbol[0])
		return unknown(o);
	err = learn_check(o, r);
	if (err)
		return err;
	*order = learn(o, r, &err);
	if (!*order)
		return err;
	(*order)->qty = (*order)->open = r->qty;
	order_enter(o, *order, r);
	o->accepted++;
	return 0;
}

/* The original is as it was (OUCH 5.0, Replace Order, the third outcome). */
static void replacement_drop(struct orders *o, struct order *order)
{
	struct order *orig = order_find(o, order->orig_urn);

	if (!orig || orig->replacement != order - o->table + 1)
		return;
	orig->replacement = 0;
	order_settle(o, orig);
}

void order_ignore(struct orders *o, struct order *order)
{
	bool waited = order_waits(order);

	order->ignored = true;
	order->open = 0;
	o->ignored++;
	if (waited)
		replacement_drop(o, order);
	if (order->replacement)
		order_ignore(o, &o->table[order->replacement - 1]);
	order_settle(o, order);
}

void order_shrunk(struct orders *o, struct order *order)
{
	struct order *next = order->replacement ?
			     &o->table[order->replacement - 1] : NULL;
	uint64_t done = order_done(order);

	if (!order->open)
		order->pending = order->cancel_sent = order->modify_sent =
			false;
	if (!next)
		return;
	if (!order->open) {
		order_ignore(o, next);
		return;
	}
	next->open = done < next->total ? next->total - (uint32_t)done : 0;
	next->qty = next->open;
}

int order_rejected(struct orders *o, struct order *order,
		   const struct ouch_reply *r)
{
	if (order->state != ORDER_SENT && order->state != ORDER_IGNORED)
		return order_fault(&o->twice);
	if (!clordid_is_same(order, r))
		return order_fault(&o->wrong_echo);
	order_revive(o, order);
	order->rejected = true;
	order->reason = r->reason;
	order->open = 0;
	o->rejected++;
	if (order->orig_urn)
		replacement_drop(o, order);
	order_shrunk(o, order);
	return 0;
}

static int learn_rejected(struct orders *o, const struct ouch_reply *r,
			  struct order **order)
{
	int err;

	if (!r->clordid[0])
		return unknown(o);
	*order = learn(o, r, &err);
	if (!*order)
		return err;
	(*order)->reason = r->reason;
	o->rejected++;
	return 0;
}

/* Whether the chain goes on in the way that it was asked to. */
static int replaced_check(struct orders *o, const struct order *order,
			  const struct order *orig,
			  const struct ouch_reply *r)
{
	if (order->accepted || order->rejected)
		return order_fault(&o->twice);
	if (order->orig_urn != r->orig_urn || !symbol_is_same(order, r) ||
	    (r->side == 'B') != order_is_buy(order) ||
	    !clordid_is_same(order, r))
		return order_fault(&o->wrong_echo);
	if (r->qty + order_done(orig) > order->total)
		return order_fault(&o->over_executed);
	if (!order_price_is_allowed(order, r->px))
		return order_fault(&o->wrong_price);
	return 0;
}

static int orig_check(struct orders *o, const struct order *orig,
		      const struct ouch_reply *r)
{
	int err = learn_check(o, r);

	if (!err && r->orig_urn >= r->urn)
		err = order_fault(&o->wrong_echo);
	if (err || !orig)
		return err;
	if (!order_left(orig))
		return order_fault(&o->over);
	if ((r->side == 'B') != order_is_buy(orig) || !symbol_is_same(orig, r))
		return order_fault(&o->wrong_echo);
	return 0;
}

static void orig_end(struct orders *o, struct order *orig,
		     const struct order *order)
{
	struct order *other = orig->replacement ?
			      &o->table[orig->replacement - 1] : NULL;

	orig->replacement = 0;
	orig->open = 0;
	orig->replaced = true;
	orig->pending = orig->cancel_sent = orig->modify_sent = false;
	if (other && other != order)
		order_ignore(o, other);
	order_settle(o, orig);
}

static void chain_go_on(struct orders *o, struct order *order,
			struct order *orig, const struct ouch_reply *r)
{
	order_revive(o, order);
	order->side = r->side;
	order->orig_urn = r->orig_urn;
	order->qty = order->open = r->qty;
	order_enter(o, order, r);
	o->replaced++;
	if (!orig)
		return;
	order->done = (uint32_t)order_done(orig);
	orig_end(o, orig, order);
}

int order_replaced(struct orders *o, struct order *order,
		   const struct ouch_reply *r)
{
	struct order *orig = order_find(o, r->orig_urn);
	int err = orig_check(o, orig, r);

	if (!err)
		err = orig ? replaced_check(o, order, orig, r) :
			     order_fault(&o->wrong_echo);
	if (err)
		return err;
	chain_go_on(o, order, orig, r);
	return 0;
}

static int learn_replaced(struct orders *o, const struct ouch_reply *r,
			  struct order **order)
{
	struct order *orig = order_find(o, r->orig_urn);
	int err;

	if (!r->symbol[0])
		return unknown(o);
	err = orig_check(o, orig, r);
	if (err)
		return err;
	*order = learn(o, r, &err);
	if (!*order)
		return err;
	o->chained++;
	chain_go_on(o, *order, orig, r);
	return 0;
}

int order_learn(struct orders *o, const struct ouch_reply *r,
		struct order **order)
{
	if (!r->urn)
		return unknown(o);
	switch (r->type) {
	case 'A':
		return learn_accepted(o, r, order);
	case 'U':
		return learn_replaced(o, r, order);
	case 'J':
		return learn_rejected(o, r, order);
	default:
		return unknown(o);
	}
}
