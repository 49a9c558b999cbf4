// SPDX-License-Identifier: GPL-2.0
/*
 * generate_depth - the orders that rest in the synthetic market
 *
 * Orders stand in slots, in a list for each level; levels stand in a sorted
 * array for each side, the best at its end, where nearly all changes are.
 */
#include <stdlib.h>

#include "generate.h"

static uint32_t depth_key(int side, uint32_t price)
{
	return side == BUY ? price : ~price;
}

static uint32_t depth_price(int side, uint32_t key)
{
	return side == BUY ? key : ~key;
}

int depth_make(struct generator *g)
{
	g->order_room = (uint32_t)(g->options.live + g->options.live / 4 +
				   16ull * g->options.symbols + 4096);
	g->order_free = NO_ORDER;
	g->orders = malloc(g->order_room * sizeof(*g->orders));
	return g->orders ? 0 : -ENOMEM;
}

static void depth_set_best(struct depth *d, int side)
{
	d->best = d->count ? depth_price(side, d->level[d->count - 1].key) : 0;
}

/* Return: the first level whose key is not below key; count: none. */
static uint32_t depth_find(const struct depth *d, uint32_t key)
{
	uint32_t low = 0, high = d->count;

	while (high && d->count - high < 4 && d->level[high - 1].key >= key)
		high--;
	if (high && d->count - high < 4)
		return high;
	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (d->level[mid].key < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct depth_level *depth_open(struct generator *g, struct depth *d,
				      uint32_t key)
{
	uint32_t at = depth_find(d, key);
	struct depth_level *level;

	if (at < d->count && d->level[at].key == key)
		return &d->level[at];
	if (d->count == d->room) {
		uint32_t room = d->room ? 2 * d->room : 16;

		level = realloc(d->level, room * sizeof(*level));
		if (!level) {
			g->error = -ENOMEM;
			return NULL;
		}
		d->level = level;
		d->room = room;
	}
	level = &d->level[at];
	memmove(level + 1, level, (d->count - at) * sizeof(*level));
	*level = (struct depth_level){
		.key = key, .head = NO_ORDER, .tail = NO_ORDER
	};
	d->count++;
	return level;
}

static uint32_t depth_slot(struct generator *g)
{
	uint32_t order = g->order_free;

	if (order != NO_ORDER) {
		g->order_free = g->orders[order].next;
		return order;
	}
	return g->order_high < g->order_room ? g->order_high++ : NO_ORDER;
}

static uint64_t depth_ref(struct generator *g, uint32_t number)
{
	struct lane *l = &g->lane[number];
	uint32_t luck = roll(g, 4096);
	uint64_t ref;

	if (l->late_left && luck < 128) {
		l->late_left--;
		ref = l->late++;
	} else {
		ref = g->next_ref++;
	}
	if (!l->late_left && luck == 4095) {
		l->late = g->next_ref;
		l->late_left = 64 + roll(g, 448);
		g->next_ref += l->late_left;
	}
	return ref * GENERATE_LANES + number;
}

uint32_t depth_add(struct generator *g, struct listed *s, int side,
		   uint32_t price, uint32_t shares)
{
	struct depth *d = &s->side[side];
	struct depth_level *level;
	uint32_t order;

	if (g->order_free == NO_ORDER && g->order_high == g->order_room)
		return NO_ORDER;
	level = depth_open(g, d, depth_key(side, price));
	if (!level)
		return NO_ORDER;
	order = depth_slot(g);
	g->orders[order] = (struct resting){
		.ref = depth_ref(g, s->lane), .price = price, .shares = shares,
		.next = NO_ORDER, .prev = level->tail,
		.symbol = (uint16_t)(s - g->symbols), .side = (uint8_t)side,
	};
	if (level->tail == NO_ORDER)
		level->head = order;
	else
		g->orders[level->tail].next = order;
	level->tail = order;
	level->orders++;
	depth_set_best(d, side);
	d->orders++;
	g->live++;
	return order;
}

static void depth_remove(struct generator *g, uint32_t order)
{
	struct resting *o = &g->orders[order];
	struct depth *d = &g->symbols[o->symbol].side[o->side];
	uint32_t at = depth_find(d, depth_key(o->side, o->price));
	struct depth_level *level = &d->level[at];

	if (o->prev == NO_ORDER)
		level->head = o->next;
	else
		g->orders[o->prev].next = o->next;
	if (o->next == NO_ORDER)
		level->tail = o->prev;
	else
		g->orders[o->next].prev = o->prev;
	if (!--level->orders) {
		d->count--;
		memmove(level, level + 1, (d->count - at) * sizeof(*level));
		depth_set_best(d, o->side);
	}
	d->orders--;
	g->live--;
	o->shares = 0;
	o->next = g->order_free;
	g->order_free = order;
}

void depth_reduce(struct generator *g, uint32_t order, uint32_t shares)
{
	struct resting *o = &g->orders[order];

	if (shares < o->shares)
		o->shares -= shares;
	else
		depth_remove(g, order);
}

uint32_t depth_first(const struct listed *s, int side)
{
	const struct depth *d = &s->side[side];

	return d->count ? d->level[d->count - 1].head : NO_ORDER;
}

uint32_t depth_near(struct generator *g, const struct listed *s, int side)
{
	const struct depth *d = &s->side[side];
	const struct depth_level *level;
	uint32_t down = dice_near(&g->dice);

	if (!d->count)
		return NO_ORDER;
	level = &d->level[d->count - 1 - (down < d->count ? down : 0)];
	return roll(g, 2) ? level->head : level->tail;
}

uint32_t depth_any(struct generator *g)
{
	for (int tries = 0; tries < 16; tries++) {
		uint32_t order = roll(g, g->order_high);

		if (order < g->order_high && g->orders[order].shares)
			return order;
	}
	return NO_ORDER;
}

uint32_t depth_next(const struct generator *g, const struct listed *s,
		    uint32_t order)
{
	const struct resting *o = &g->orders[order];
	const struct depth *d = &s->side[o->side];
	uint32_t at;

	if (o->next != NO_ORDER)
		return o->next;
	at = depth_find(d, depth_key(o->side, o->price));
	return at ? d->level[at - 1].head : NO_ORDER;
}
