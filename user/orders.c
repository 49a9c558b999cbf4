// SPDX-License-Identifier: GPL-2.0
#include "orders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int orders_init(struct orders *o, uint32_t first_urn)
{
	memset(o, 0, sizeof(*o));
	if (!first_urn || first_urn > UINT32_MAX - ORDERS_MAX)
		return -ERANGE;
	o->table = calloc(ORDERS_MAX, sizeof(*o->table));
	if (!o->table)
		return -ENOMEM;
	o->first_urn = first_urn;
	return 0;
}

void orders_free(struct orders *o)
{
	free(o->table);
	o->table = NULL;
}

struct order *orders_next(struct orders *o)
{
	struct order *order = &o->table[o->count];

	if (o->count == ORDERS_MAX)
		return NULL;
	memset(order, 0, sizeof(*order));
	order->urn = o->first_urn + o->count;
	return order;
}

int orders_commit(struct orders *o)
{
	struct order *order = &o->table[o->count++];

	order->state = ORDER_SENT;
	order->open = order->qty;
	order->limit = order->px;
	o->working++;
	return 0;
}

static struct order *order_find(struct orders *o, uint32_t urn)
{
	/* a urn below the first one wraps to an index past the last */
	uint32_t index = urn - o->first_urn;

	return index < o->count ? &o->table[index] : NULL;
}

static bool clordid_is_ours(const struct order *order,
			    const struct ouch_reply *r)
{
	return !memcmp(r->clordid, order->clordid, sizeof(r->clordid));
}

/* Does the exchange confirm the very order that was sent?  It may change the
 * price (OUCH 5.0, Order Accepted), nothing else here.
 */
static bool echo_is_ours(const struct order *order,
			 const struct ouch_reply *r)
{
	return r->side == order->side && r->qty == order->qty &&
	       clordid_is_ours(order, r);
}

/* A price of OUCH 5.0, and no worse for us than the order's limit. */
static bool price_is_allowed(const struct order *order, uint64_t px)
{
	if (!px || px > OUCH_PRICE_MAX)
		return false;
	return order->side == 'B' ? px <= order->limit : px >= order->limit;
}

static int apply_accepted(struct orders *o, struct order *order,
			  const struct ouch_reply *r)
{
	if (order->accepted || order->state == ORDER_REJECTED) {
		o->twice++;
		return -EPROTO;
	}
	if (!echo_is_ours(order, r)) {
		o->wrong_echo++;
		return -EPROTO;
	}
	if (!price_is_allowed(order, r->px)) {
		o->wrong_price++;
		return -EPROTO;
	}
	o->accepted++;
	order->accepted = true;
	order->order_ref = r->order_ref;
	order->px = r->px;
	/* datagrams can overtake each other: a fill may already be here */
	if (order->state != ORDER_SENT)
		return 0;
	order->state = r->state == 'D' ? ORDER_DEAD : ORDER_ACCEPTED;
	if (order->state == ORDER_DEAD)
		order->open = 0;
	return 0;
}

static int apply_rejected(struct orders *o, struct order *order,
			  const struct ouch_reply *r)
{
	if (order->state != ORDER_SENT) {
		o->twice++;
		return -EPROTO;
	}
	if (!clordid_is_ours(order, r)) {
		o->wrong_echo++;
		return -EPROTO;
	}
	o->rejected++;
	order->state = ORDER_REJECTED;
	order->reason = r->reason;
	order->open = 0;
	return 0;
}

static int apply_executed(struct orders *o, struct order *order,
			  const struct ouch_reply *r)
{
	if (!r->qty || r->qty > order->open) {
		o->over_executed++;
		return -EPROTO;
	}
	if (!price_is_allowed(order, r->px)) {
		o->wrong_price++;
		return -EPROTO;
	}
	o->executions++;
	o->shares += r->qty;
	if (__builtin_add_overflow(o->notional, r->qty * r->px, &o->notional))
		o->notional = UINT64_MAX;
	order->open -= r->qty;
	order->filled += r->qty;
	order->notional += r->qty * r->px;
	if (order->open)
		order->state = ORDER_PARTIAL;
	else
		order->state = order->filled == order->qty ? ORDER_FILLED :
							     ORDER_CANCELED;
	return 0;
}

static int apply_canceled(struct orders *o, struct order *order,
			  const struct ouch_reply *r)
{
	if (!r->qty || r->qty > order->open) {
		o->over_executed++;
		return -EPROTO;
	}
	o->canceled++;
	order->reason = r->reason;
	order->open -= r->qty;
	if (!order->open)
		order->state = ORDER_CANCELED;
	return 0;
}

static int order_apply(struct orders *o, struct order *order,
		       const struct ouch_reply *r)
{
	switch (r->type) {
	case 'A':
		return apply_accepted(o, order, r);
	case 'J':
		return apply_rejected(o, order, r);
	case 'E':
		return apply_executed(o, order, r);
	default:
		return apply_canceled(o, order, r);
	}
}

int orders_apply(struct orders *o, const struct ouch_reply *reply,
		 uint64_t now_ns, const struct order **changed)
{
	struct order *order = order_find(o, reply->urn);
	uint32_t was_open;
	int err;

	*changed = order;
	if (!order) {
		o->unknown_urn++;
		return -ENOENT;
	}
	was_open = order->open;
	err = order_apply(o, order, reply);
	if (was_open && !order->open)
		o->working--;
	if (!err && !order->answered_ns) {
		order->answered_ns = now_ns;
		o->answered++;
	}
	return err;
}

const struct order *orders_overdue(struct orders *o, uint64_t before_ns)
{
	const struct order *order;

	for (; o->judged < o->count; o->judged++) {
		order = &o->table[o->judged];
		if (order->answered_ns)
			continue;
		if (order->sent_ns >= before_ns)
			return NULL;
		o->judged++;
		o->overdue++;
		return order;
	}
	return NULL;
}

const char *order_state_name(enum order_state state)
{
	switch (state) {
#define X(id, word) case ORDER_##id: return word;
	ORDER_STATES(X)
#undef X
	}
	return "?";
}
