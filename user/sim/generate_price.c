// SPDX-License-Identifier: GPL-2.0
/*
 * generate_price - where orders are placed
 *
 * Most stand within five steps of what the crowd believes the price to be,
 * a tail far away.  Prices under a dollar move by 1e-4, others by a cent.
 */
#include "generate.h"

enum { CENT = 100 };

static uint32_t tick_at(uint32_t price)
{
	return price >= 100 * CENT ? CENT : 1;
}

static uint32_t tick_down(uint64_t price)
{
	return (uint32_t)(price - price % tick_at((uint32_t)price));
}

static uint32_t tick_up(uint64_t price)
{
	return tick_down(price + tick_at((uint32_t)price) - 1);
}

/* The highest price below an offer, the lowest above a bid; 0: none. */
static uint32_t price_below(uint32_t offer)
{
	return tick_down(offer - 1);
}

static uint32_t price_above(uint32_t bid)
{
	uint32_t price = bid + tick_at(bid);

	return price <= ITCH_PRICE_MAX ? price : 0;
}

uint32_t price_step(uint32_t price)
{
	uint32_t step = price / 16000;
	uint32_t tick = tick_at(price);

	return step < tick ? tick : step - step % tick;
}

void price_move(struct listed *s, int32_t steps)
{
	int64_t fair = (int64_t)s->fair + steps * (int64_t)price_step(s->fair);

	if (fair < s->low)
		fair = s->low;
	if (fair > s->high)
		fair = s->high;
	s->fair = tick_down((uint64_t)fair);
}

/* Steps between a new order and the crowd's price. */
static uint32_t price_distance(struct generator *g)
{
	uint32_t luck = roll(g, 100);
	uint32_t near = g->options.deep ? 20 : g->open ? 88 : 50;

	if (luck < near)
		return dice_near(&g->dice);
	if (g->options.deep)
		return 5 + roll(g, 400);
	return 5 + roll(g, luck < 96 ? 60 : 1000);
}

static uint32_t price_buy(struct generator *g, const struct listed *s,
			  uint64_t away)
{
	uint32_t offer = depth_best(s, SELL);
	uint32_t price;

	/* no room below: anywhere down to the smallest price */
	if (away >= s->fair)
		away = roll(g, s->fair);
	price = tick_down(s->fair - away);
	if (offer && price >= offer)
		price = price_below(offer);
	return price;
}

static uint32_t price_sell(const struct listed *s, uint64_t away)
{
	uint32_t bid = depth_best(s, BUY);
	uint64_t price = s->fair + away;

	price = price < ITCH_PRICE_MAX ? tick_up(price) : ITCH_PRICE_MAX;
	if (bid && price <= bid)
		price = price_above(bid);
	return (uint32_t)price;
}

uint32_t price_resting(struct generator *g, const struct listed *s, int side)
{
	uint32_t step = price_step(s->fair);
	uint64_t away = (uint64_t)price_distance(g) * step;

	/* half of the spread: a step or two for the many that trade little */
	away += step + (s->rank > 64 ? step * (s->rank & 1) : 0);
	if (step > tick_at(s->fair))
		away += roll(g, step);
	/* stub quotes: one in 4,096 */
	if (!roll(g, 4096))
		away = ITCH_PRICE_MAX;
	return side == BUY ? price_buy(g, s, away) : price_sell(s, away);
}

uint32_t price_crossing(struct generator *g, const struct listed *s, int side)
{
	uint64_t other = depth_best(s, !side);
	uint64_t past = (uint64_t)roll(g, 3) * price_step(s->fair);

	/* a stub quote is nobody's price */
	if (other < s->fair / 2 || other / 2 > s->fair)
		return 0;
	if (side == BUY)
		return other + past < ITCH_PRICE_MAX ? tick_up(other + past) :
						       (uint32_t)other;
	return other > past ? tick_down(other - past) : (uint32_t)other;
}
