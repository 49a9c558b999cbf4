// SPDX-License-Identifier: GPL-2.0
/*
 * generate_auction - imbalances before a cross, and the cross
 *
 * Displayed orders that trade in a cross leave by Executed With Price, not
 * printable; Cross Trade carries the whole volume (ITCH 5.0, Cross Trade).
 */
#include "generate.h"

enum { UNCROSS_STEP = 16, CROSS_FILLS = 3 };

void auction_noii(struct generator *g, const struct listed *s, char cross)
{
	static const char directions[] = "BSNO";
	uint32_t paired = s->lot * roll(g, 2000);
	uint32_t luck = roll(g, 4);
	uint32_t step = price_step(s->fair);
	uint32_t least = s->fair > 10 * step ? s->fair - 10 * step : 1;
	struct itch_noii *m = generate_message(g, s, 'I');

	put_be64(&m->paired, paired);
	put_be64(&m->imbalance, luck < 2 ? s->lot * roll(g, 500) : 0);
	m->direction = directions[luck];
	memcpy(m->stock, s->stock, sizeof(m->stock));
	put_be32(&m->far_price, least + roll(g, 20 * step));
	put_be32(&m->near_price, s->fair);
	put_be32(&m->reference_price, s->fair);
	m->cross_type = cross;
	m->variation = 'L';
}

/* Takes shares off an order in a cross, at the cross's price. */
static void auction_fill(struct generator *g, struct listed *s, uint32_t order,
			 uint32_t shares)
{
	struct itch_executed_price *m = generate_message(g, s, 'C');

	put_be64(&m->ref, g->orders[order].ref);
	put_be32(&m->shares, shares);
	put_be64(&m->match, ++g->match);
	m->printable = 'N';
	put_be32(&m->price, s->cross_price);
	depth_reduce(g, order, shares);
}

static void auction_print(struct generator *g, struct listed *s, char cross)
{
	struct itch_cross_trade *m;
	/* what did not rest on the book: orders for the cross only */
	uint64_t shares = s->crossed + s->lot * (uint64_t)roll(g, 50);

	if (!s->cross_price)
		shares = 0;
	g->tracking++;
	m = generate_message(g, s, 'Q');
	put_be64(&m->shares, shares);
	memcpy(m->stock, s->stock, sizeof(m->stock));
	put_be32(&m->price, s->cross_price);
	put_be64(&m->match, generate_match(g, s));
	m->cross_type = cross;
	g->tracking = 0;
	s->crossed = 0;
	s->cross_price = 0;
}

void auction_cross(struct generator *g, struct listed *s, char cross)
{
	int side = (int)roll(g, 2);
	uint32_t fills = s->rank < g->cross_fills ? CROSS_FILLS : 0;

	g->tracking = 1;
	s->cross_price = depth_best(s, side);
	for (; fills && s->cross_price; fills--) {
		uint32_t order = depth_first(s, side);
		uint32_t shares;

		if (order == NO_ORDER ||
		    g->orders[order].price != s->cross_price)
			break;
		shares = g->orders[order].shares;
		if (fills == 1)
			shares = 1 + roll(g, shares);
		s->crossed += shares;
		auction_fill(g, s, order, shares);
	}
	auction_print(g, s, cross);
}

/* The price at which the last pair of crossing orders would trade. */
static uint32_t auction_price(const struct generator *g, const struct listed *s)
{
	uint32_t bid = depth_first(s, BUY), offer = depth_first(s, SELL);
	uint32_t bid_left = 0, offer_left = 0, price = 0;

	while (bid != NO_ORDER && offer != NO_ORDER &&
	       g->orders[bid].price >= g->orders[offer].price) {
		uint32_t fill;

		price = g->orders[offer].price;
		bid_left = bid_left ? bid_left : g->orders[bid].shares;
		offer_left = offer_left ? offer_left : g->orders[offer].shares;
		fill = bid_left < offer_left ? bid_left : offer_left;
		bid_left -= fill;
		offer_left -= fill;
		if (!bid_left)
			bid = depth_next(g, s, bid);
		if (!offer_left)
			offer = depth_next(g, s, offer);
	}
	return price;
}

bool auction_uncross(struct generator *g, struct listed *s)
{
	if (!s->cross_price)
		s->cross_price = auction_price(g, s);
	g->tracking = 1;
	for (int fills = 0; fills < UNCROSS_STEP; fills++) {
		uint32_t bid = depth_first(s, BUY);
		uint32_t offer = depth_first(s, SELL);
		uint32_t shares;

		if (bid == NO_ORDER || offer == NO_ORDER ||
		    g->orders[bid].price < g->orders[offer].price) {
			auction_print(g, s, 'H');
			return true;
		}
		shares = g->orders[bid].shares;
		if (g->orders[offer].shares < shares)
			shares = g->orders[offer].shares;
		s->crossed += shares;
		auction_fill(g, s, bid, shares);
		auction_fill(g, s, offer, shares);
	}
	g->tracking = 0;
	return false;
}
