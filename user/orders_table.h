/* SPDX-License-Identifier: GPL-2.0 */
/*
 * orders_table - what orders.c and the other orders_*.c share
 *
 * Indexes are u32 slots of a power of two, at most half full: index + 1 of what
 * is there, 0 for a free one.  Nothing is ever taken out.
 */
#ifndef HT_ORDERS_TABLE_H
#define HT_ORDERS_TABLE_H

#include "orders.h"

struct order_fill {
	uint64_t match;
	uint32_t px;			/* at most OUCH_PRICE_MAX */
	uint32_t qty;
	uint32_t order;			/* index */
	uint32_t next;			/* of the symbol, index + 1, 0: last */
	bool broken;
};

struct order_ref {
	uint64_t ref;
	uint32_t order;
};

static inline uint32_t orders_fill_room(const struct orders *o)
{
	return o->room * ORDERS_FILLS;
}

static inline uint32_t orders_ref_room(const struct orders *o)
{
	return o->room * ORDERS_REFS;
}

static inline bool order_is_buy(const struct order *order)
{
	return order->side == 'B';
}

/* Sent to replace another one, and nothing is known of it yet. */
static inline bool order_waits(const struct order *order)
{
	return order->orig_urn && !order->accepted && !order->rejected &&
	       !order->ignored;
}

/* What executions and cancels can take off it. */
static inline uint32_t order_left(const struct order *order)
{
	return order_waits(order) ? 0 : order->open;
}

/* Shares of the chain that are executed, broken trades included. */
static inline uint64_t order_done(const struct order *order)
{
	return (uint64_t)order->done + order->filled + order->broken;
}

struct order *order_find(const struct orders *o, uint32_t urn);

/* The place behind the last order becomes one.  Return: 0, or -ENOSPC when
 * there is no room for it or its symbol.
 */
int order_add(struct orders *o);

/* Brings the state, and what is counted of its exposure, up to date. */
void order_settle(struct orders *o, struct order *order);

/* Counts an answer that cannot be true.  Return: -EPROTO. */
int order_fault(uint64_t *counter);

bool order_side_is_known(char side);

/* A price of OUCH 5.0, and no worse for us than the order's limit; an order
 * whose limit we do not know may have any.
 */
bool order_price_is_allowed(const struct order *order, uint64_t px);

/* Accepted, Rejected, Replaced, into an order that is known, and into the place
 * of one that is not.  Return: as orders_apply().
 */
int order_accepted(struct orders *o, struct order *order,
		   const struct ouch_reply *r);
int order_rejected(struct orders *o, struct order *order,
		   const struct ouch_reply *r);
int order_replaced(struct orders *o, struct order *order,
		   const struct ouch_reply *r);
int order_learn(struct orders *o, const struct ouch_reply *r,
		struct order **order);

/* Shares were taken off it: so much less is left to a replacement under way,
 * and none comes of it when the original is over.
 */
void order_shrunk(struct orders *o, struct order *order);

/* No answer will come for it: nothing of it is reserved any more. */
void order_ignore(struct orders *o, struct order *order);

/* From now on an order of the feed with this reference is ours; 0 is none. */
void order_ref_keep(struct orders *o, struct order *order, uint64_t ref);

/* An execution of the order.  Match 0 cannot be found. */
struct order_fill *order_fill_find(const struct orders *o,
				   const struct order *order, uint64_t match);
void order_fill_keep(struct orders *o, struct order *order, uint64_t match,
		     uint32_t qty, uint64_t px);

#endif
