// SPDX-License-Identifier: GPL-2.0
/*
 * orders_apply - what the exchange says, into the order that it is about
 *
 * Each answer is judged whole before it changes anything.
 */
#include <errno.h>
#include <string.h>

#include "orders_table.h"

static bool execution_is_allowed(const struct order *order, uint64_t px)
{
	return px <= OUCH_PRICE_MAX && order_price_is_allowed(order, px);
}

/* -- what takes shares off ---------------------------------------------- */

static void executed_count(struct orders *o, const struct order *order,
			   const struct ouch_reply *r, uint64_t now_ns)
{
	struct position *pos = &o->positions.table[order->position];

	o->executions++;
	o->shares += r->qty;
	if (__builtin_add_overflow(o->notional, r->qty * r->px, &o->notional))
		o->notional = UINT64_MAX;
	positions_execute(&o->positions, pos, order_is_buy(order), r->qty,
			  r->px);
	if (order->filled + order->broken == r->qty)
		positions_filled(&o->positions, pos, now_ns);
}

static int apply_executed(struct orders *o, struct order *order,
			  const struct ouch_reply *r, uint64_t now_ns)
{
	if (order_fill_find(o, order, r->match))
		return order_fault(&o->twice);
	if (!r->qty || r->qty > order_left(order))
		return order_fault(&o->over_executed);
	if (!execution_is_allowed(order, r->px))
		return order_fault(&o->wrong_price);
	if (o->fill_count == orders_fill_room(o)) {
		o->no_room++;
		return -ENOSPC;
	}
	order->open -= r->qty;
	order->filled += r->qty;
	order->notional += r->qty * r->px;
	order_fill_keep(o, order, r->match, r->qty, r->px);
	executed_count(o, order, r, now_ns);
	order_shrunk(o, order);
	return 0;
}

static int apply_canceled(struct orders *o, struct order *order,
			  const struct ouch_reply *r)
{
	if (!r->qty || r->qty > order_left(order))
		return order_fault(&o->over_executed);
	o->canceled++;
	order->reason = r->reason;
	order->open -= r->qty;
	if (r->reason == 'U')
		order->pending = order->cancel_sent = false;
	order_shrunk(o, order);
	return 0;
}

/* The order itself or an earlier one of its chain may have traded. */
static struct order_fill *broken_find(const struct orders *o,
				      const struct order *order,
				      const struct ouch_reply *r)
{
	struct order_fill *fill = NULL;

	while (order && !fill) {
		fill = order_fill_find(o, order, r->match);
		order = order->orig_urn < order->urn ?
			order_find(o, order->orig_urn) : NULL;
	}
	return fill;
}

/* What is held as if that trade had never been. */
static void position_again(struct orders *o, struct position *pos)
{
	const struct order_fill *fill;
	uint32_t at;

	pos->breaks++;
	positions_unfill(&o->positions, pos);
	for (at = pos->fill_first; at; at = fill->next) {
		fill = &o->fills[at - 1];
		if (!fill->broken)
			positions_refill(&o->positions, pos,
					 order_is_buy(&o->table[fill->order]),
					 fill->qty, fill->px);
	}
}

static int apply_broken(struct orders *o, struct order *named,
			const struct ouch_reply *r)
{
	struct order_fill *fill = broken_find(o, named, r);
	struct order *order;
	uint64_t notional;

	if (!fill || fill->broken)
		return order_fault(&o->wrong_match);
	notional = (uint64_t)fill->qty * fill->px;
	order = &o->table[fill->order];
	fill->broken = true;
	order->filled -= fill->qty;
	order->broken += fill->qty;
	order->notional -= notional;
	o->breaks++;
	o->shares -= fill->qty;
	if (o->notional != UINT64_MAX)
		o->notional -= notional;
	position_again(o, &o->positions.table[order->position]);
	order_settle(o, order);
	return 0;
}

/* -- what leaves the shares --------------------------------------------- */

static int apply_modified(struct orders *o, struct order *order,
			  const struct ouch_reply *r)
{
	if (!order_left(order))
		return order_fault(&o->over);
	if (!order_side_is_known(r->side) ||
	    (r->side == 'B') != order_is_buy(order))
		return order_fault(&o->wrong_echo);
	if (!r->qty || r->qty > order->open)
		return order_fault(&o->over_executed);
	order->side = r->side;
	order->open = r->qty;
	order->modify_sent = false;
	return 0;
}

static int apply_priority(struct orders *o, struct order *order,
			  const struct ouch_reply *r)
{
	if (!order_left(order))
		return order_fault(&o->over);
	if (!order_price_is_allowed(order, r->px))
		return order_fault(&o->wrong_price);
	order->px = r->px;
	order_ref_keep(o, order, r->order_ref);
	return 0;
}

/* A display price is not what the order trades at. */
static int apply_restated(struct orders *o, struct order *order,
			  const struct ouch_reply *r)
{
	if (!order_left(order))
		return order_fault(&o->over);
	order_ref_keep(o, order, r->order_ref);
	return 0;
}

static int apply_pending(struct orders *o, struct order *order)
{
	if (!order_left(order))
		return order_fault(&o->over);
	order->pending = true;
	order->cancel_sent = false;
	return 0;
}

/* It may have filled while its cancel was pending. */
static int apply_cancel_refused(struct orders *o, struct order *order)
{
	if (order->ignored || order->rejected || order_waits(order))
		return order_fault(&o->over);
	order->pending = order->cancel_sent = false;
	order->cancel_refused = true;
	return 0;
}

/* ----------------------------------------------------------------------- */

static int order_apply(struct orders *o, struct order *order,
		       const struct ouch_reply *r, uint64_t now_ns)
{
	switch (r->type) {
	case 'A':
		return order_accepted(o, order, r);
	case 'U':
		return order_replaced(o, order, r);
	case 'J':
		return order_rejected(o, order, r);
	case 'E':
		return apply_executed(o, order, r, now_ns);
	case 'C':
	case 'D':
		return apply_canceled(o, order, r);
	case 'B':
		return apply_broken(o, order, r);
	case 'M':
		return apply_modified(o, order, r);
	case 'T':
		return apply_priority(o, order, r);
	case 'R':
		return apply_restated(o, order, r);
	case 'P':
		return apply_pending(o, order);
	default:
		return apply_cancel_refused(o, order);
	}
}

static bool is_about_an_order(char type)
{
	return type && strchr("AUCDEBJPITMR", type);
}

/* What is not about an order takes its own number (Q names the next one). */
static void number_pass(struct orders *o, const struct ouch_reply *r)
{
	bool counts = r->type && strchr("QXGK", r->type);

	if (counts && o->next_urn && r->urn >= o->next_urn)
		o->next_urn = r->urn + (r->type != 'Q');
}

static bool has_room(const struct orders *o, char type)
{
	return !strchr("AUTR", type) || o->ref_count < orders_ref_room(o);
}

int orders_apply(struct orders *o, const struct ouch_reply *reply,
		 uint64_t now_ns, const struct order **changed)
{
	struct order *order;
	int err;

	*changed = NULL;
	if (!is_about_an_order(reply->type)) {
		number_pass(o, reply);
		return 0;
	}
	if (!has_room(o, reply->type)) {
		o->no_room++;
		return -ENOSPC;
	}
	order = order_find(o, reply->urn);
	*changed = order;
	err = order ? order_apply(o, order, reply, now_ns) :
		      order_learn(o, reply, &order);
	if (err)
		return err;
	*changed = order;
	if (!order->answered) {
		order->answered = true;
		order->answered_ns = now_ns;
		o->answered++;
	}
	order_settle(o, order);
	return 0;
}
