/* SPDX-License-Identifier: GPL-2.0 */
/*
 * far - levels behind a side's near ones, and the way between the two
 *
 * path: wire > feed > mold > itch > [order, near, far, book] > trigger > ...
 *
 * A far level is never the best one while there is a near one, so nothing here
 * moves a quote.  When the near places are all taken, the worst level goes
 * far; when they are all free, the best far ones come.
 *
 * verifier: on 6.1, which counts each frame in steps of 32 bytes, the way from
 * ht_feed by near_pull to row_find takes the whole stack, 512 bytes.
 *
 * verifier: global functions of scalars, verified once.  `whose`
 * is locate << 1 | side.
 */
#ifndef HT_FAR_BPF_H
#define HT_FAR_BPF_H

#include "level.bpf.h"
#include "loop.bpf.h"
#include "near.bpf.h"
#include "top.map.h"

enum {
	FAR_PULLS = HT_NEAR / 2,	/* far levels that come at once */
};

static __always_inline __u32 far_whose(__u32 locate, __u32 side)
{
	return locate << 1 | side;
}

/* One more order of `shares` on a level.  Return: its word, or 0 when that
 * would be more than a level can hold.
 */
static __always_inline __u64 level_more(__u64 word, __u32 shares)
{
	if (level_qty(word) + shares > HT_LEVEL_QTY_MOST ||
	    level_orders(word) == HT_LEVEL_ORDERS_MOST)
		return 0;
	return word + HT_LEVEL_ORDER + shares;
}

/* A new order at a far price.  Return: 0, or -1 when there is no room. */
HT_GLOBAL int far_add(__u32 whose, __u32 px, __u32 shares)
{
	struct ht_levels *levels = levels_get();
	struct ht_top *top = top_at(whose >> 1);
	struct ht_book *book = book_get();
	__u64 *word, more;
	__u32 level;

	if (!levels || !top || !book)
		return -1;
	level = level_find(levels, whose >> 1, whose & 1, px, 1);
	if (level == LEVEL_NONE)
		return -1;
	word = level_word(level_row(levels, level), level);
	more = level_more(*word, shares);
	if (!more)
		return -1;
	if (!*word) {
		book->levels++;
		top->fine_levels += price_grid(px);
	}
	*word = more;
	return 0;
}

/* A far level is empty: so may be its row. */
static __always_inline void far_close(struct ht_top *top, struct ht_row *row,
				      __u32 level, __u32 px)
{
	top->fine_levels -= price_grid(px);
	if (!row_occupied(row))
		row_close(level >> PLACE_BITS);
}

/* `less` off the word of a far level.  Return: 0, or -1: no such level. */
HT_GLOBAL int far_take(__u32 whose, __u32 px, __u64 less)
{
	struct ht_levels *levels = levels_get();
	struct ht_top *top = top_at(whose >> 1);
	struct ht_book *book = book_get();
	struct ht_row *row;
	__u32 level;
	__u64 *word;

	if (!levels || !top || !book)
		return -1;
	level = level_find(levels, whose >> 1, whose & 1, px, 0);
	if (level == LEVEL_NONE)
		return -1;
	row = level_row(levels, level);
	word = level_word(row, level);
	*word -= less;
	if (*word)
		return 0;
	book->levels--;
	far_close(top, row, level, px);
	return 0;
}

/*
 * Makes a near place free for px, which is not there: the worst near level
 * goes far.  When that would be px itself, px is far from now on.
 * Return: the place, or 0 when px is far or there is no room.
 */
HT_GLOBAL __u32 near_push(__u32 whose, __u32 px)
{
	struct ht_levels *levels = levels_get();
	struct ht_top *top = top_at(whose >> 1);
	__u32 side = whose & 1;
	__u32 place, level, worst;
	struct ht_near *near;

	if (!levels || !top)
		return 0;
	near = &top->near[side];
	place = near_worst(near, side);
	worst = *near_px(near, place);
	if (price_rank(side, px) > price_rank(side, worst)) {
		near->px_e4[0] = px;
		return 0;
	}
	level = level_find(levels, whose >> 1, side, worst, 1);
	if (level == LEVEL_NONE)
		return 0;
	*level_word(level_row(levels, level), level) = *near_level(near, place);
	top->fine_levels += price_grid(worst);
	near->px_e4[0] = worst;
	near_close(near, place);
	*near_level(near, place) = 0;
	return place;
}

/*
 * Fills the near places, which are all free, with the best far levels behind
 * px.  Return: the place of the best one, or 0 when there is none.
 */
HT_GLOBAL __u32 near_pull(__u32 whose, __u32 px)
{
	struct ht_levels *levels = levels_get();
	struct ht_top *top = top_at(whose >> 1);
	__u32 side = whose & 1;
	struct ht_near *near;
	__u32 n;

	if (!levels || !top)
		return 0;
	near = &top->near[side];
	for (n = 1; n <= FAR_PULLS; n++) {
		__u32 level = level_next(whose >> 1, side, px, top->fine_levels);
		struct ht_row *row;
		__u64 *word;

		if (level == LEVEL_NONE)
			break;
		row = level_row(levels, level);
		word = level_word(row, level);
		px = level_price(row, level);
		near_open(near, n, px);
		*near_level(near, n) = *word;
		*word = 0;
		far_close(top, row, level, px);
	}
	/* behind the last one that came the next worse price is far; behind the
	 * last price there is, none (0)
	 */
	near->px_e4[0] = n > FAR_PULLS ? (px + 2 * side - 1) & HT_PRICE_LIMIT
				       : 0;
	return n > 1 ? 1 : 0;
}

#endif
