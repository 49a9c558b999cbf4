// SPDX-License-Identifier: GPL-2.0
/*
 * stream_limit - tables that run full, and have room again
 */
#include "maps.h"

#include "compare.h"
#include "stream.h"

/* An order there is no room for, and messages about it. */
static void refused_order(struct writer *w, uint16_t locate)
{
	uint64_t ref = w->ref(w);

	w->expect[locate] = EXPECT_LOST;
	w->refused++;
	put(w, msg_add(locate, ref, 'B', 100, px_near(w)));
	put(w, msg_cancel(locate, ref, 10));
	put(w, msg_delete(locate, ref));
}

/* Adds orders of symbols 1 to 10 until there is no room for another. */
static void fill_orders(struct writer *w)
{
	while (w->count < LIMIT_ORDERS)
		put_add(w, (uint16_t)(1 + below(w, 10)),
			below(w, 2) ? 'B' : 'S', 100, px_near(w));
}

void stream_orders_full(struct writer *w)
{
	static const struct taste taste = {
		.locates = 10, .live = LIMIT_ORDERS - 200, .px = px_near,
	};
	uint32_t i;

	fill_orders(w);
	refused_order(w, 11);
	for (i = 0; i < 500; i++)	/* one goes, one comes */
		put_replace(w, below(w, w->count), 100, px_near(w));
	refused_order(w, 12);
	for (i = 0; i < 10; i++)
		put_delete(w, below(w, w->count));
	for (i = 0; i < 10; i++)
		put_add(w, 13, 'S', 100, px_near(w));
	refused_order(w, 14);
	put_drain(w);
	put_market(w, &taste, w->messages);
	fill_orders(w);
	refused_order(w, 15);
	put_drain(w);
}

/* Prices so far apart that no two share a row. */
static uint32_t px_lonely(uint32_t i)
{
	return 1000 + 100000 * i;
}

/* Symbol 5 wants many more levels than there is room for. */
void stream_levels_full(struct writer *w)
{
	enum { FLOOD = LIMIT_ROWS * 32 };
	uint16_t locate;
	uint64_t first;
	uint32_t i;

	for (locate = 1; locate <= 4; locate++) {
		put_add(w, locate, 'B', 100, px_lonely(1));
		put_add(w, locate, 'S', 100, px_lonely(2));
	}
	w->expect[5] = EXPECT_LOST;
	first = w->next_ref + 1000;
	for (i = 0; i < FLOOD; i++)
		put(w, msg_add(5, first + i, 'B', 100, px_lonely(i)));
	for (locate = 1; locate <= 4; locate++)	/* these have their levels */
		put_add(w, locate, 'B', 100, px_lonely(1));
	for (i = 0; i < FLOOD; i++)
		put(w, msg_delete(5, first + i));
	w->next_ref = first + FLOOD;
	for (locate = 6; locate <= 9; locate++) {
		put_add(w, locate, 'B', 100, px_lonely(1));
		put_add(w, locate, 'S', 100, px_lonely(2));
	}
	put_drain(w);
}

/* Home in the tree of a bid off the cent.  The mask is of a tree for
 * LIMIT_ORDERS; in a larger one, homes that are equal here are close together.
 */
static uint32_t level_home(uint16_t locate, uint32_t px)
{
	return slot_home(level_key(locate, HT_BID, HT_FINE, 0, index_row(px)),
			 8 * 1024 - 1);
}

/* The next price above px with the same home. */
static uint32_t px_colliding(uint16_t locate, uint32_t px)
{
	enum { FAR = 4 * 7 };	/* neighbours have neighbouring homes */
	uint32_t home = level_home(locate, px);

	do
		px += FAR;
	while (price_grid(px) != HT_FINE || level_home(locate, px) != home);
	return px;
}

static void pile_levels(struct writer *w, uint16_t locate, uint32_t levels)
{
	uint32_t px = 10001 + below(w, 90);

	while (levels--) {
		put_add(w, locate, 'B', 100, px);
		px = px_colliding(locate, px);
	}
}

/* Piles that fit near their home; then one symbol wants more, and while its
 * pile stands anybody may come upon it.
 */
void stream_levels_colliding(struct writer *w)
{
	static const struct taste anywhere = {
		.locates = 5, .live = LIMIT_ORDERS / 2, .px = px_anywhere,
	};
	uint16_t locate;

	for (locate = 1; locate <= 5; locate++)
		pile_levels(w, locate, 50);
	put_drain(w);
	put_market(w, &anywhere, w->messages / 2);
	put_drain(w);
	for (locate = 1; locate <= 5; locate++)
		w->expect[locate] = EXPECT_EITHER;
	w->expect[10] = EXPECT_EITHER;
	pile_levels(w, 10, LIMIT_ORDERS / 2);
	put_market(w, &anywhere, w->messages / 2);
	put_drain(w);
}

/* The most orders that a level's word has room for, and one more. */
void stream_millions(struct writer *w)
{
	uint32_t i;

	for (i = 0; i < LIMIT_CROWD; i++)
		put_add(w, 1, 'S', 1 + i % 100, 1000000);
	put_replace(w, 0, 100, 1000000);
	put_delete(w, 1);
	put_add(w, 1, 'S', 100, 1000000);
	w->expect[1] = EXPECT_LOST;
	w->refused = 1;
	put(w, msg_add(1, w->ref(w), 'S', 100, 1000000));
	put_drain(w);
}

/* The loader makes room for a few orders of which each is alone. */
void stream_fill_and_empty(struct writer *w)
{
	while (w->written < w->messages) {
		while (w->count < LIMIT_ORDERS)
			put_add(w, (uint16_t)(1 + below(w, 3)),
				below(w, 2) ? 'B' : 'S', 100, px_anywhere(w));
		put_drain(w);
	}
}
