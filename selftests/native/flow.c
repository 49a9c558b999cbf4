// SPDX-License-Identifier: GPL-2.0
#include "flow.h"

void flow_init(struct flow *f, uint64_t seed, struct flow_shape shape)
{
	f->shape = (struct flow_shape){
		.locates = shape.locates ? shape.locates : 1,
		.live = shape.live ? shape.live : 200,
		.middle_px = shape.middle_px ? shape.middle_px : 1000000,
		.width = shape.width ? shape.width : 10000,
		.fine_per_mille = shape.fine_per_mille,
		.bad_per_mille = shape.bad_per_mille,
	};
	f->random = seed;
	f->next_ref = 1000 + seed % 7;
	f->count = 0;
}

static uint32_t below(struct flow *f, uint32_t limit)
{
	return random_below(&f->random, limit);
}

static uint32_t flow_price(struct flow *f)
{
	const struct flow_shape *shape = &f->shape;
	uint32_t px = shape->middle_px - shape->width +
		      below(f, 2 * shape->width + 1);

	if (below(f, 1000) >= shape->fine_per_mille)
		px -= px % 100;
	return px ? px : 1;
}

static uint32_t flow_shares(struct flow *f)
{
	return below(f, 3) ? 100 * (1 + below(f, 10)) : 1 + below(f, 999);
}

/* References jump about, as the exchange's do. */
static uint64_t flow_ref(struct flow *f)
{
	f->next_ref += 1 + below(f, 40);
	return f->next_ref;
}

static void forget(struct flow *f, uint32_t i)
{
	f->order[i] = f->order[--f->count];
}

static struct msg flow_add(struct flow *f)
{
	struct flow_order *order = &f->order[f->count++];
	char side = below(f, 2) ? 'B' : 'S';

	*order = (struct flow_order){
		.ref = flow_ref(f),
		.shares = flow_shares(f),
		.locate = (uint16_t)(1 + below(f, f->shape.locates)),
	};
	return msg_add(order->locate, order->ref, side, order->shares,
		       flow_price(f));
}

static struct msg flow_reduce(struct flow *f, uint32_t i)
{
	struct flow_order order = f->order[i];
	uint32_t shares = 1 + below(f, order.shares);

	f->order[i].shares -= shares;
	if (shares == order.shares)
		forget(f, i);
	switch (below(f, 3)) {
	case 0:
		return msg_executed(order.locate, order.ref, shares);
	case 1:
		return msg_executed_price(order.locate, order.ref, shares,
					  below(f, 2) ? 'Y' : 'N',
					  flow_price(f));
	default:
		return msg_cancel(order.locate, order.ref, shares);
	}
}

static struct msg flow_replace(struct flow *f, uint32_t i)
{
	struct flow_order *order = &f->order[i];
	uint64_t old = order->ref;

	order->ref = flow_ref(f);
	order->shares = flow_shares(f);
	return msg_replace(order->locate, old, order->ref, order->shares,
			   flow_price(f));
}

static struct msg flow_delete(struct flow *f, uint32_t i)
{
	struct flow_order order = f->order[i];

	forget(f, i);
	return msg_delete(order.locate, order.ref);
}

/* A replacement that nobody can put on the book still ends the old order. */
static struct msg flow_bad_replace(struct flow *f, uint32_t i)
{
	struct flow_order order = f->order[i];

	forget(f, i);
	switch (below(f, 3)) {
	case 0:
		return msg_replace(order.locate, order.ref, flow_ref(f), 0,
				   flow_price(f));
	case 1:
		return msg_replace(order.locate, order.ref, 0, 100,
				   flow_price(f));
	default:
		return msg_replace(order.locate, order.ref, flow_ref(f), 100,
				   0x80000000u);
	}
}

/* Messages about an order that is not there, or not so. */
static struct msg flow_bad_order(struct flow *f, uint32_t i)
{
	struct flow_order order = f->order[i];

	switch (below(f, 6)) {
	case 0:
		return msg_delete(order.locate, flow_ref(f));
	case 1:
		return msg_cancel((uint16_t)(order.locate + 1), order.ref, 1);
	case 2:
		return msg_add(order.locate, order.ref, 'B', 100,
			       flow_price(f));
	case 3:
		forget(f, i);
		return msg_executed(order.locate, order.ref, order.shares + 1);
	case 4:
		return msg_cancel(order.locate, order.ref, 0);
	default:
		return flow_bad_replace(f, i);
	}
}

static struct msg flow_bad_add(struct flow *f)
{
	uint16_t locate = (uint16_t)(1 + below(f, f->shape.locates));
	uint32_t px = flow_price(f);

	switch (below(f, 6)) {
	case 0:
		return msg_add(locate, 0, 'B', 100, px);
	case 1:
		return msg_add(locate, UINT64_MAX, 'S', 100, px);
	case 2:
		return msg_add(locate, flow_ref(f), 'B', 0, px);
	case 3:
		return msg_add(locate, flow_ref(f), 'S', 100, 0);
	case 4:
		return msg_add(locate, flow_ref(f), 'S', 100, 0x80000000u);
	default:
		return msg_add(locate, flow_ref(f), 'b', 100, px);
	}
}

struct msg flow_next(struct flow *f)
{
	uint32_t i = f->count ? below(f, f->count) : 0;
	uint32_t adds = f->count < f->shape.live ? 55 : 35;

	if (below(f, 1000) < f->shape.bad_per_mille)
		return f->count && below(f, 2) ? flow_bad_order(f, i) :
						 flow_bad_add(f);
	if (!f->count || (below(f, 100) < adds && f->count < FLOW_ORDERS))
		return flow_add(f);
	switch (below(f, 10)) {
	case 0:
	case 1:
		return flow_reduce(f, i);
	case 2:
	case 3:
		return flow_replace(f, i);
	default:
		return flow_delete(f, i);
	}
}

struct msg flow_drain(struct flow *f)
{
	if (!f->count)
		return (struct msg){0};
	return flow_delete(f, 0);
}
