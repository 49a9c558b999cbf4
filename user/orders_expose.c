// SPDX-License-Identifier: GPL-2.0
/*
 * orders_expose - what an order could still cost, into its symbol's position
 *
 * Each order remembers what is counted of it; so whatever happens to it, what
 * was reserved is released once and no more.
 */
#include "orders_table.h"

static enum order_state state_of(const struct order *order)
{
	if (order->rejected)
		return ORDER_REJECTED;
	if (order->replaced)
		return ORDER_REPLACED;
	if (order->ignored)
		return ORDER_IGNORED;
	if (order->dead)
		return ORDER_DEAD;
	if (!order->open && !order_waits(order))
		return order->filled + order->broken == order->qty ?
		       ORDER_FILLED : ORDER_CANCELED;
	if (order->pending)
		return ORDER_PENDING;
	if (order->filled + order->broken)
		return ORDER_PARTIAL;
	return order->accepted ? ORDER_ACCEPTED : ORDER_SENT;
}

static bool is_beyond(bool is_buy, uint64_t px, uint64_t than)
{
	return is_buy ? px > than : px < than;
}

/*
 * An order and its replacement: the original may fill first, in part or but
 * for one share, before the rest goes on at the other price.
 */
static void reserve_both(const struct order *orig, const struct order *next,
			 struct position_open *open)
{
	uint64_t old = orig->open * orig->px, new = next->open * next->px;

	if (next->open > orig->open) {
		open->shares = next->open;
		old += (next->open - orig->open) * next->px;
	}
	open->notional = old > new ? old : new;
}

/* Return: the price that goes furthest, 0: nothing is open. */
static uint64_t reserve(const struct orders *o, const struct order *order,
			struct position_open *open)
{
	const struct order *next;

	*open = (struct position_open){ 0 };
	if (!order_left(order))
		return 0;
	open->orders = 1;
	open->shares = order->open;
	open->notional = order->open * order->px;
	if (!order->replacement)
		return order->px;
	next = &o->table[order->replacement - 1];
	reserve_both(order, next, open);
	return is_beyond(order_is_buy(order), next->px, order->px) ?
	       next->px : order->px;
}

static void open_link(struct orders *o, struct position *pos,
		      struct order *order)
{
	uint32_t self = (uint32_t)(order - o->table) + 1;

	order->prev_open = 0;
	order->next_open = pos->open_first;
	if (pos->open_first)
		o->table[pos->open_first - 1].prev_open = self;
	pos->open_first = self;
}

static void open_unlink(struct orders *o, struct position *pos,
			struct order *order)
{
	if (order->prev_open)
		o->table[order->prev_open - 1].next_open = order->next_open;
	else
		pos->open_first = order->next_open;
	if (order->next_open)
		o->table[order->next_open - 1].prev_open = order->prev_open;
	order->next_open = order->prev_open = 0;
}

/* The furthest price of a side was given up: look for the next one. */
static uint64_t furthest(const struct orders *o, const struct position *pos,
			 bool is_buy)
{
	const struct order *order;
	uint64_t far = 0;
	uint32_t at;

	for (at = pos->open_first; at; at = order->next_open) {
		order = &o->table[at - 1];
		if (order_is_buy(order) == is_buy &&
		    (!far || is_beyond(is_buy, order->counted_px, far)))
			far = order->counted_px;
	}
	return far;
}

static void furthest_update(struct orders *o, struct position *pos,
			    bool is_buy, uint64_t was_px, uint64_t px)
{
	uint64_t *far = is_buy ? &pos->top_buy : &pos->low_sell;

	if (px && (!*far || is_beyond(is_buy, px, *far)))
		*far = px;
	else if (was_px == *far && px != was_px)
		*far = furthest(o, pos, is_buy);
}

void order_settle(struct orders *o, struct order *order)
{
	struct position *pos = &o->positions.table[order->position];
	struct position_open open, *counted = &order->counted;
	uint64_t was_px = order->counted_px;

	order->state = state_of(order);
	order->counted_px = reserve(o, order, &open);
	if (open.shares == counted->shares && order->counted_px == was_px &&
	    open.notional == counted->notional)
		return;
	if (open.orders && !counted->orders)
		open_link(o, pos, order);
	if (!open.orders && counted->orders)
		open_unlink(o, pos, order);
	furthest_update(o, pos, order_is_buy(order), was_px,
			order->counted_px);
	o->working += open.orders - counted->orders;
	positions_open(&o->positions, pos, order_is_buy(order), counted,
		       &open);
	*counted = open;
}
