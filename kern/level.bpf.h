/* SPDX-License-Identifier: GPL-2.0 */
/*
 * level - far price levels: find, open, close, and the next best one
 *
 * path: wire > feed > mold > itch > [order, near, far, book] > trigger > ...
 *
 * The layout is explained in maps/level.map.h.  Functions that look into the
 * tree are global and take scalars (see table.bpf.h); `at` packs locate, side
 * and grid into one argument.
 */
#ifndef HT_LEVEL_BPF_H
#define HT_LEVEL_BPF_H

#include "level.map.h"
#include "loop.bpf.h"
#include "table.bpf.h"
#include "top.map.h"

#ifdef __bpf__
const volatile __u32 cfg_level_mask = HT_LEVEL_SLOTS - 1;
#else
extern __u32 cfg_level_mask;
#endif

/* Where a level is: slot << 3 | place in the row. */
#define LEVEL_NONE	0xffffffffu

enum { PLACE_BITS = 3 };

/* locate << 2 | side << 1 | grid */
static __always_inline __u32 level_at(__u32 locate, __u32 side, __u32 grid)
{
	return locate << 2 | (side & 1) << 1 | (grid & 1);
}

static __always_inline __u64 at_key(__u32 at, __u32 depth, __u32 row)
{
	return level_key(at >> 2, at >> 1 & 1, at & 1, depth, row);
}

static __always_inline __u32 key_at(__u64 key)
{
	return level_at(key_locate(key), key_side(key), key_grid(key));
}

static __always_inline struct ht_row *row_at(struct ht_levels *levels,
					     __u32 slot)
{
	return &levels->row[slot & cfg_level_mask];
}

/* The row of a level, and its word there. */
static __always_inline struct ht_row *level_row(struct ht_levels *levels,
						__u32 level)
{
	return row_at(levels, level >> PLACE_BITS);
}

static __always_inline __u64 *level_word(struct ht_row *row, __u32 level)
{
	return &row->key + ((1 + level) & HT_ROW_LEVELS);
}

static __always_inline __u32 level_price(const struct ht_row *row, __u32 level)
{
	return row_price(row->key, level & HT_ROW_LEVELS);
}

HT_GLOBAL __u32 row_find(__u64 key)
{
	struct ht_levels *levels = levels_get();

	return levels ? table_find(levels, cfg_level_mask, key) : TABLE_NONE;
}

/* A slot for the key, unless as many are used as may be. */
HT_GLOBAL __u32 row_claim(__u64 key)
{
	struct ht_levels *levels = levels_get();
	struct ht_book *book = book_get();
	__u32 slot;

	if (!levels || !book)
		return TABLE_NONE;
	if (book->rows >= book->row_limit)
		return table_find(levels, cfg_level_mask, key);
	slot = table_claim(levels, cfg_level_mask, key);
	if (slot == TABLE_NONE)
		return slot;
	if (!(slot & TABLE_WAS_THERE))
		book->rows++;
	return slot & ~TABLE_WAS_THERE;
}

HT_GLOBAL int row_free(__u32 slot)
{
	struct ht_levels *levels = levels_get();
	struct ht_book *book = book_get();

	if (!levels || !book)
		return -1;
	book->rows--;
	return table_free(levels, cfg_level_mask, slot);
}

/* The row or node with this key, or NULL. */
static __always_inline struct ht_row *row_of(struct ht_levels *levels,
					     __u64 key)
{
	__u32 slot = slot_home(key, cfg_level_mask);

	if (row_at(levels, slot)->key != key) {
		slot = row_find(key);
		if (slot == TABLE_NONE)
			return NULL;
	}
	return row_at(levels, slot);
}

/* Place of a row's child in the bitmap of its ancestor at this depth. */
static __always_inline __u32 child_of(__u32 row, __u32 depth)
{
	return row >> HT_FANOUT_BITS * (depth - 1) & 63;
}

/* Sets the bits that lead from the root to a new row.
 * Return: 0, or -1 when `levels` is full.
 */
HT_GLOBAL int level_link(__u32 at, __u32 row)
{
	struct ht_levels *levels = levels_get();
	__u32 root = grid_root(at & 1);
	__u32 depth;

	for (depth = 1; levels && depth <= HT_DEPTH_MAX; depth++) {
		struct ht_row *node;
		__u32 slot;
		__u64 bits;

		if (depth > root)
			break;
		slot = row_claim(at_key(at, depth, row));
		if (slot == TABLE_NONE)
			return -1;
		node = row_at(levels, slot);
		bits = node->bits;
		node->bits = bits | 1ull << child_of(row, depth);
		if (bits)
			break;
	}
	return 0;
}

/* Clears them again, up to the first node that keeps another child. */
HT_GLOBAL int level_unlink(__u32 at, __u32 row)
{
	struct ht_levels *levels = levels_get();
	__u32 root = grid_root(at & 1);
	__u32 depth;

	for (depth = 1; levels && depth <= HT_DEPTH_MAX; depth++) {
		struct ht_row *node;
		__u32 slot;

		if (depth > root)
			break;
		slot = row_find(at_key(at, depth, row));
		if (slot == TABLE_NONE)
			return -1;
		node = row_at(levels, slot);
		node->bits &= ~(1ull << child_of(row, depth));
		if (node->bits)
			break;
		row_free(slot);
	}
	return 0;
}

/* The row of this key that is not in its home.
 * Return: its slot, a new one when there is none and `open` is not 0;
 * TABLE_NONE when there is none, or no room; then nothing has changed.
 */
HT_GLOBAL __u32 row_elsewhere(__u64 key, __u32 open)
{
	__u32 slot = row_find(key);

	if (slot != TABLE_NONE || !open)
		return slot;
	slot = row_claim(key);
	if (slot == TABLE_NONE || !level_link(key_at(key), key_row(key)))
		return slot;
	level_unlink(key_at(key), key_row(key));
	slot = row_find(key);	/* frees may have moved it */
	if (slot != TABLE_NONE)
		row_free(slot);
	return TABLE_NONE;
}

/* The level of a price, its row opened when there is none and `open` is not 0.
 * Return: LEVEL_NONE when there is none, or no room.
 */
static __always_inline __u32 level_find(struct ht_levels *levels, __u32 locate,
					__u32 side, __u32 px, __u32 open)
{
	__u32 index = price_index(px, price_grid(px));
	__u64 key = price_key(locate, side, px);
	__u32 slot = slot_home(key, cfg_level_mask);

	if (row_at(levels, slot)->key != key) {
		slot = row_elsewhere(key, open);
		if (slot == TABLE_NONE)
			return LEVEL_NONE;
	}
	return slot << PLACE_BITS | index_place(index, index_row(index));
}

/* Takes a row without levels out of the tree. */
HT_GLOBAL int row_close(__u32 slot)
{
	struct ht_levels *levels = levels_get();
	__u64 key;

	if (!levels)
		return -1;
	key = row_at(levels, slot)->key;
	row_free(slot);
	return level_unlink(key_at(key), key_row(key));
}

/* The best level of those places of a row that `places` has bits for. */
static __always_inline __u32 row_best(__u32 slot, __u64 places, __u32 side)
{
	return places ? slot << PLACE_BITS | bits_best(places, side)
		      : LEVEL_NONE;
}

/* From a node at `depth` with a bitmap down to the best level of the best
 * child.  `row` is any row below that node.
 */
static __always_inline __u32 level_descend(struct ht_levels *levels, __u32 at,
					   __u32 row, __u32 depth, __u64 bits)
{
	__u32 side = at >> 1 & 1;
	__u32 step, slot;

	for (step = 0; step < HT_DEPTH_MAX; step++) {
		__u32 shift;

		if (!depth || depth > HT_DEPTH_MAX || !bits)
			return LEVEL_NONE;
		depth--;
		shift = HT_FANOUT_BITS * depth;
		row = (__u32)((((__u64)row >> (shift + HT_FANOUT_BITS))
			       << HT_FANOUT_BITS | bits_best(bits, side))
			      << shift);
		slot = row_find(at_key(at, depth, row));
		if (slot == TABLE_NONE)
			return LEVEL_NONE;
		if (!depth)
			return row_best(slot, row_occupied(row_at(levels,
								  slot)),
					side);
		bits = row_at(levels, slot)->bits;
	}
	return LEVEL_NONE;
}

/* The best level of one grid in a row worse than this one. */
static __always_inline __u32 level_beyond_row(struct ht_levels *levels,
					      __u32 at, __u32 row)
{
	__u32 root = grid_root(at & 1);
	struct ht_row *node;
	__u32 depth;
	__u64 bits;

	for (depth = 1; depth <= HT_DEPTH_MAX; depth++) {
		if (depth > root)
			break;
		node = row_of(levels, at_key(at, depth, row));
		if (!node)
			continue;
		bits = bits_worse(node->bits, at >> 1 & 1,
				  child_of(row, depth));
		if (bits)
			return level_descend(levels, at, row, depth, bits);
	}
	return LEVEL_NONE;
}

/* The best level of one grid strictly worse than index. */
HT_GLOBAL __u32 level_beyond(__u32 at, __u32 index)
{
	struct ht_levels *levels = levels_get();
	__u32 row = index_row(index);
	__u32 side = at >> 1 & 1;
	__u32 level = LEVEL_NONE;
	__u32 slot;

	if (!levels)
		return LEVEL_NONE;
	slot = row_find(at_key(at, 0, row));
	if (slot != TABLE_NONE)
		level = row_best(slot, bits_worse(row_occupied(row_at(levels,
								      slot)),
						  side,
						  index_place(index, row)),
				 side);
	return level != LEVEL_NONE ? level : level_beyond_row(levels, at, row);
}

/*
 * The best level of a side strictly worse than px, both grids considered.
 * `fine` says whether the symbol has any far level off the cent grid.
 * Return: the level, or LEVEL_NONE.
 */
HT_GLOBAL __u32 level_next(__u32 locate, __u32 side, __u32 px, __u32 fine)
{
	struct ht_levels *levels = levels_get();
	__u32 grid = price_grid(px);
	/* Off the grid, the cent below px is itself worse for bids. */
	__u32 cent = price_cents(px) +
		     (grid == HT_FINE && side == HT_BID ? 1 : 0);
	__u32 coarse, other, a, b;

	coarse = level_beyond(level_at(locate, side, HT_COARSE), cent);
	if (!fine || !levels)
		return coarse;
	other = level_beyond(level_at(locate, side, HT_FINE), px);
	if (coarse == LEVEL_NONE || other == LEVEL_NONE)
		return coarse == LEVEL_NONE ? other : coarse;
	a = level_price(level_row(levels, coarse), coarse);
	b = level_price(level_row(levels, other), other);
	return (side == HT_BID) == (b > a) ? other : coarse;
}

#endif
