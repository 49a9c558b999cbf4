// SPDX-License-Identifier: GPL-2.0
/*
 * generate_flow - the crowd: adds, cancels, replaces, executions
 *
 * The shares of the types are those of a Nasdaq day: adds 45 %, cancels and
 * deletes 44 %, replaces 7 %, executions 2 %.  Adds and deletes are balanced
 * so that each symbol holds about its target of live orders.
 */
#include "generate.h"

static const char mpids[][4] = {
	"GSCO", "VIRT", "CDRG", "JPMS", "MSCO", "UBSS", "SUFI", "NITE",
};

static uint32_t flow_size(struct generator *g, const struct listed *s)
{
	uint32_t luck = roll(g, 100);
	uint32_t lots;

	if (luck < 22)
		return 1 + roll(g, s->lot > 1 ? s->lot - 1 : 5);
	if (luck < 80)
		lots = 1;
	else if (luck < 95)
		lots = 2 + roll(g, 9);
	else
		lots = 10 + roll(g, luck < 99 ? 40 : 400);
	return lots * s->lot;
}

/* Whether the crowd's price has left this side behind. */
static bool flow_is_stale(const struct listed *s, int side)
{
	uint32_t best = depth_best(s, side);

	return best && (side == BUY ? best >= s->fair : best <= s->fair);
}

/* A side that is stale, else either. */
static int flow_side(struct generator *g, const struct listed *s)
{
	if (flow_is_stale(s, SELL))
		return SELL;
	if (flow_is_stale(s, BUY))
		return BUY;
	return (int)roll(g, 2);
}

/* The side that needs an order. */
static int flow_thin(struct generator *g, const struct listed *s)
{
	const struct depth *side = s->side;
	int thin = side[BUY].orders > side[SELL].orders ? SELL : BUY;

	if (!side[thin].orders || roll(g, 4) == 0)
		return thin;
	return (int)roll(g, 2);
}

/* An order to cancel or replace: one near the touch, or any of the market. */
static uint32_t flow_victim(struct generator *g, const struct listed *s)
{
	int side = flow_side(g, s);
	const struct depth *d = &s->side[side];
	uint32_t crowd = d->count ? d->level[d->count - 1].orders : 0;
	uint32_t near = g->options.deep ? 15 : crowd > 12 ? 90 : 60;
	uint32_t order = NO_ORDER;

	if (flow_is_stale(s, side))
		return depth_first(s, side);
	if (roll(g, 100) >= near && is_trading(s))
		order = depth_any(g);
	if (order == NO_ORDER)
		order = depth_near(g, s, side);
	return order != NO_ORDER ? order : depth_near(g, s, !side);
}

static bool flow_add(struct generator *g, struct listed *s, char type)
{
	int side = flow_thin(g, s);
	uint32_t shares = flow_size(g, s);
	uint32_t price = 0;
	uint32_t order;
	struct itch_add *m;

	if (s->state == 'Q' && !roll(g, 4))
		price = price_crossing(g, s, side);
	if (!price)
		price = price_resting(g, s, side);
	if (!price)
		return false;
	order = depth_add(g, s, side, price, shares);
	if (order == NO_ORDER)
		return false;
	if (type != 'F' && !roll(g, 50))
		type = 'F';
	m = generate_message(g, s, type);
	put_be64(&m->ref, g->orders[order].ref);
	m->side = side == BUY ? 'B' : 'S';
	put_be32(&m->shares, shares);
	memcpy(m->stock, s->stock, sizeof(m->stock));
	put_be32(&m->price, price);
	if (type == 'F')
		memcpy(((struct itch_add_mpid *)m)->mpid, mpids[roll(g, 8)], 4);
	return true;
}

static bool flow_delete(struct generator *g, const struct listed *s)
{
	uint32_t order = flow_victim(g, s);
	struct itch_delete *m;

	if (order == NO_ORDER)
		return false;
	m = generate_message(g, &g->symbols[g->orders[order].symbol], 'D');
	put_be64(&m->ref, g->orders[order].ref);
	depth_reduce(g, order, UINT32_MAX);
	return true;
}

static bool flow_cancel(struct generator *g, const struct listed *s)
{
	uint32_t order = flow_victim(g, s);
	uint32_t shares;
	struct itch_cancel *m;

	if (order == NO_ORDER || g->orders[order].shares < 2)
		return false;
	shares = 1 + roll(g, g->orders[order].shares - 1);
	m = generate_message(g, &g->symbols[g->orders[order].symbol], 'X');
	put_be64(&m->ref, g->orders[order].ref);
	put_be32(&m->shares, shares);
	depth_reduce(g, order, shares);
	return true;
}

static bool flow_replace(struct generator *g, const struct listed *picked)
{
	uint32_t order = flow_victim(g, picked);
	struct itch_replace *m;
	struct resting old;
	struct listed *s;
	uint32_t price, shares;

	if (order == NO_ORDER)
		return false;
	old = g->orders[order];
	s = &g->symbols[old.symbol];
	if (!is_trading(s))
		return false;
	/* a quarter change the size only */
	price = roll(g, 4) ? price_resting(g, s, old.side) : old.price;
	shares = roll(g, 2) ? flow_size(g, s) : old.shares;
	if (!price)
		return false;
	depth_reduce(g, order, UINT32_MAX);
	order = depth_add(g, s, old.side, price, shares);
	if (order == NO_ORDER)
		return false;
	m = generate_message(g, s, 'U');
	put_be64(&m->ref, old.ref);
	put_be64(&m->new_ref, g->orders[order].ref);
	put_be32(&m->shares, shares);
	put_be32(&m->price, price);
	return true;
}

/* A taker eats the best level and what is behind it, up to six orders. */
static bool flow_execute(struct generator *g, struct listed *s)
{
	int side = flow_side(g, s);
	uint32_t left = flow_size(g, s);
	int legs;

	left *= 1 + roll(g, 3);
	for (legs = 0; legs < 6 && left; legs++) {
		uint32_t order = depth_first(s, side);
		struct resting *o;
		struct itch_executed *m;
		uint32_t fill;

		if (order == NO_ORDER)
			break;
		o = &g->orders[order];
		fill = left < o->shares ? left : o->shares;
		g->tracking = (uint16_t)(2 * (legs + 1));
		m = generate_message(g, s, 'E');
		put_be64(&m->ref, o->ref);
		put_be32(&m->shares, fill);
		put_be64(&m->match, generate_match(g, s));
		depth_reduce(g, order, fill);
		left -= fill;
	}
	g->tracking = 0;
	if (legs > 1)
		price_move(s, side == SELL ? 1 : -1);
	return legs > 0;
}

/* Executed at the middle of the market, better than the order asked. */
static bool flow_execute_price(struct generator *g, struct listed *s)
{
	int side = flow_side(g, s);
	uint32_t order = depth_first(s, side);
	uint32_t bid = depth_best(s, BUY), offer = depth_best(s, SELL);
	struct itch_executed_price *m;
	uint32_t fill;

	if (!bid || !offer)
		return false;
	fill = 1 + roll(g, g->orders[order].shares);
	g->tracking = 2;
	m = generate_message(g, s, 'C');
	put_be64(&m->ref, g->orders[order].ref);
	put_be32(&m->shares, fill);
	put_be64(&m->match, generate_match(g, s));
	m->printable = 'Y';
	put_be32(&m->price, bid + (offer - bid) / 2);
	depth_reduce(g, order, fill);
	g->tracking = 0;
	return true;
}

/* Two hidden orders meet between the displayed prices. */
static bool flow_hidden(struct generator *g, struct listed *s)
{
	uint32_t bid = depth_best(s, BUY), offer = depth_best(s, SELL);
	struct itch_trade *m;

	if (!bid || !offer)
		return false;
	g->tracking = 2;
	m = generate_message(g, s, 'P');
	put_be64(&m->ref, 0);
	m->side = 'B';
	put_be32(&m->shares, flow_size(g, s));
	memcpy(m->stock, s->stock, sizeof(m->stock));
	put_be32(&m->price, bid + (offer - bid) / 2);
	put_be64(&m->match, generate_match(g, s));
	g->tracking = 0;
	return true;
}

static bool flow_act(struct generator *g, struct listed *s, char type)
{
	switch (type) {
	case 'A':
	case 'F':
		return flow_add(g, s, type);
	case 'D':
		return flow_delete(g, s);
	case 'X':
		return flow_cancel(g, s);
	case 'U':
		return flow_replace(g, s);
	case 'E':
		return flow_execute(g, s);
	case 'C':
		return flow_execute_price(g, s);
	case 'P':
		return flow_hidden(g, s);
	}
	auction_noii(g, s, g->open ? 'C' : 'O');
	return true;
}

/* Adds or deletes: towards the symbol's target of live orders. */
static char flow_balance(struct generator *g, const struct listed *s)
{
	int64_t target = ((int64_t)s->target * g->ramp) >> 8;
	int64_t live = (int64_t)s->side[BUY].orders + s->side[SELL].orders;
	int64_t chance = 512 + (target - live) * 1024 / (target + 8);

	if (chance > 924)
		chance = 924;
	if (chance < 100)
		chance = 100;
	return (int64_t)roll(g, 1024) < chance ? 'A' : 'D';
}

static char flow_type(struct generator *g, const struct listed *s)
{
	static const char must[] = "AFECXDUP";
	uint32_t luck = roll(g, 1000);
	bool near_cross = time_progress(g) > (g->open ? 960 : 880);

	if (!is_trading(s))
		return s->state == 'Q' && !s->off ? flow_balance(g, s) : 'D';
	for (const char *type = must; g->open && g->wanted && *type; type++)
		if (g->wanted & 1u << (*type & 31))
			return *type;
	if (luck < 74)
		return 'U';
	if (luck < 99)
		return 'X';
	if (luck < 103 && near_cross)
		return 'I';
	if (g->open && luck >= 986)
		return luck < 995 ? 'E' : luck < 996 ? 'C' : 'P';
	return flow_balance(g, s);
}

/* The burst's symbol, or any; seldom one that takes no orders. */
static struct listed *flow_symbol(struct generator *g)
{
	struct listed *s = &g->symbols[g->burst_symbol];

	if (g->burst_symbol == NO_ORDER || !roll(g, 8))
		s = listing_pick(g);
	for (int tries = 0; tries < 8 && !is_trading(s) && roll(g, 16); tries++)
		s = listing_pick(g);
	return s;
}

void flow_step(struct generator *g)
{
	struct listed *s = flow_symbol(g);
	char type = flow_type(g, s);

	if (!roll(g, 48))
		price_move(s, g->burst_drift ? g->burst_drift :
			      roll(g, 2) ? 1 : -1);
	if (flow_act(g, s, type))
		return;
	if (is_trading(s) && flow_add(g, s, 'A'))
		return;
	if (flow_delete(g, s) || event_step(g, true))
		return;
	listing_position(g, s);
}
