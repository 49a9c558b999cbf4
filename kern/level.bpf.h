/* SPDX-License-Identifier: GPL-2.0 */
/*
 * level - price levels: find, open, close, and the next best one
 *
 * path: wire > feed > mold > itch > [order, level, book] > trigger > gate > act
 *
 * The layout is explained in maps/level.map.h.  Functions that look into the
 * tree are global and take scalars (see table.bpf.h); `at` packs locate, side
 * and grid into one argument.
 */
#ifndef HT_LEVEL_BPF_H
#define HT_LEVEL_BPF_H

#include "level.map.h"
#include "table.bpf.h"
#include "top.map.h"
#include "work.map.h"

#ifdef __bpf__
const volatile __u32 cfg_node_mask = HT_NODE_SLOTS - 1;
const volatile __u32 cfg_block_mask = HT_BLOCKS - 1;
#define LEVEL_GLOBAL	__noinline
#else
extern __u32 cfg_node_mask;
extern __u32 cfg_block_mask;
#define LEVEL_GLOBAL	static __attribute__((unused))
#endif

/* locate << 2 | side << 1 | grid */
static __always_inline __u32 level_at(__u32 locate, __u32 side, __u32 grid)
{
	return locate << 2 | (side & 1) << 1 | (grid & 1);
}

static __always_inline __u64 level_key(__u32 at, __u32 depth, __u32 index)
{
	return node_key(at >> 2, at >> 1 & 1, at & 1, depth, index);
}

static __always_inline struct ht_node *node_at(struct ht_nodes *nodes, __u32 i)
{
	return &nodes->node[i & cfg_node_mask];
}

static __always_inline struct ht_block *block_at(struct ht_levels *levels,
						 __u32 number)
{
	return &levels->block[number & cfg_block_mask];
}

LEVEL_GLOBAL __u32 node_find(__u64 key)
{
	struct ht_nodes *nodes = nodes_get();

	return nodes ? table_find(nodes, cfg_node_mask, key) : TABLE_NONE;
}

LEVEL_GLOBAL __u32 node_claim(__u64 key)
{
	struct ht_nodes *nodes = nodes_get();

	return nodes ? table_claim(nodes, cfg_node_mask, key) : TABLE_NONE;
}

LEVEL_GLOBAL int node_free(__u32 i)
{
	struct ht_nodes *nodes = nodes_get();

	return nodes ? table_free(nodes, cfg_node_mask, i) : -1;
}

/* Value of the node with this key, 0 when there is none. */
static __always_inline __u64 node_value(struct ht_nodes *nodes, __u64 key)
{
	struct ht_node *node = node_at(nodes, slot_home(key, cfg_node_mask));
	__u32 i;

	if (node->key == key)
		return node->value;
	i = node_find(key);
	return i == TABLE_NONE ? 0 : node_at(nodes, i)->value;
}

/* The word of the place-th level. */
static __always_inline __u64 *level_word(struct ht_block *block, __u32 place)
{
	return &block->key + ((1 + place) & HT_BLOCK_LEVELS);
}

/* Place of a row's child in the bitmap of its ancestor at this depth. */
static __always_inline __u32 child_of(__u32 row, __u32 depth)
{
	return row >> HT_FANOUT_BITS * (depth - 1) & 63;
}

/* A block from the free list, or a fresh one.  Return: its number, or 0. */
static __always_inline __u32 block_take(struct ht_book *book,
					struct ht_levels *levels)
{
	__u32 number = book->free_block;

	if (book->blocks_used >= book->block_limit)
		return 0;
	if (number) {
		book->free_block = block_at(levels, number)->level[0];
	} else {
		number = book->fresh_block;
		if (number > cfg_block_mask)
			return 0;
		book->fresh_block = number + 1;
	}
	book->blocks_used++;
	return number;
}

static __always_inline void block_give(struct ht_book *book, __u32 number,
				       struct ht_block *block)
{
	block->key = 0;
	block->level[0] = book->free_block;
	book->free_block = number;
	book->blocks_used--;
}

/* Sets the bits that lead from the root to the row's new block.
 * Return: 0, or -1 when `nodes` is full.
 */
LEVEL_GLOBAL int level_link(__u32 at, __u32 row)
{
	struct ht_nodes *nodes = nodes_get();
	__u32 root = grid_root(at & 1);
	__u32 depth;

	for (depth = 1; nodes && depth <= HT_DEPTH_MAX; depth++) {
		__u32 i;

		if (depth > root)
			break;
		i = node_claim(level_key(at, depth, row));
		if (i == TABLE_NONE)
			return -1;
		node_at(nodes, i)->value |= 1ull << child_of(row, depth);
		if (i & TABLE_WAS_THERE)
			break;
	}
	return 0;
}

/* Clears them again, up to the first node that keeps another child. */
LEVEL_GLOBAL int level_unlink(__u32 at, __u32 row)
{
	struct ht_nodes *nodes = nodes_get();
	__u32 root = grid_root(at & 1);
	__u32 depth;

	for (depth = 1; nodes && depth <= HT_DEPTH_MAX; depth++) {
		struct ht_node *node;
		__u32 i;

		if (depth > root)
			break;
		i = node_find(level_key(at, depth, row));
		if (i == TABLE_NONE)
			return -1;
		node = node_at(nodes, i);
		node->value &= ~(1ull << child_of(row, depth));
		if (node->value)
			break;
		node_free(i);
	}
	return 0;
}

/* A new, empty block for the row.  Return: its number, or 0 when
 * `levels` or `nodes` is full; then nothing has changed.
 */
static __always_inline __u32 block_create(__u32 at, __u32 row)
{
	struct ht_levels *levels = levels_get();
	struct ht_nodes *nodes = nodes_get();
	struct ht_book *book = book_get();
	__u64 key = level_key(at, 0, row);
	__u32 number, i;

	if (!book || !levels || !nodes)
		return 0;
	number = block_take(book, levels);
	if (!number)
		return 0;
	i = node_claim(key);
	if (i == TABLE_NONE)
		goto give;
	node_at(nodes, i)->value = number;
	*block_at(levels, number) = (struct ht_block){ .key = key };
	if (!level_link(at, row))
		return number;
	level_unlink(at, row);
	i = node_find(key);	/* frees may have moved it */
	if (i != TABLE_NONE)
		node_free(i);
give:
	block_give(book, number, block_at(levels, number));
	return 0;
}

/* Level id of a price whose block is not in its node's home, or not there yet;
 * the block's key.  Return: the id, or 0 when there is no room.
 */
LEVEL_GLOBAL __u32 level_open_far(__u64 key, __u32 place)
{
	struct ht_nodes *nodes = nodes_get();
	__u32 number = nodes ? node_value(nodes, key) : 0;

	if (!number)
		number = block_create(level_at(key_locate(key), key_side(key),
					       key_grid(key)), key_row(key));
	return number ? number << HT_PLACE_BITS | place : 0;
}

/*
 * Level id of a new order's price, opened when there is none.
 * Return: the id, or 0 when there is no room.
 */
static __always_inline __u32 level_open(struct ht_nodes *nodes,
					const struct ht_message *r)
{
	struct ht_node *node = node_at(nodes, r->node);

	if (node->key == r->key)
		return (__u32)node->value << HT_PLACE_BITS | r->place;
	return level_open_far(r->key, r->place);
}

/* Takes an empty block out of the tree. */
LEVEL_GLOBAL int block_close(__u32 number)
{
	struct ht_levels *levels = levels_get();
	struct ht_book *book = book_get();
	struct ht_block *block;
	__u64 key;
	__u32 i;

	if (!levels || !book)
		return -1;
	block = block_at(levels, number);
	key = block->key;
	i = node_find(key);
	if (i != TABLE_NONE)
		node_free(i);
	level_unlink(level_at(key_locate(key), key_side(key), key_grid(key)),
		     key_row(key));
	block_give(book, number, block);
	return 0;
}

/* From a node at `depth` with a bitmap down to the best level of the best
 * child.  `row` is any row below that node.  Return: level id, or 0.
 */
static __always_inline __u32 level_descend(__u32 at, __u32 row, __u32 depth, __u64 bits)
{
	struct ht_levels *levels = levels_get();
	struct ht_nodes *nodes = nodes_get();
	__u32 side = at >> 1 & 1;
	__u32 number, step;

	for (step = 0; nodes && step < HT_DEPTH_MAX; step++) {
		__u32 shift;

		if (!depth || depth > HT_DEPTH_MAX || !bits)
			return 0;
		depth--;
		shift = HT_FANOUT_BITS * depth;
		row = (__u32)((((__u64)row >> (shift + HT_FANOUT_BITS))
			       << HT_FANOUT_BITS | bits_best(bits, side))
			      << shift);
		bits = node_value(nodes, level_key(at, depth, row));
		if (!depth)
			break;
	}
	number = bits;
	if (depth || !number || !levels)
		return 0;
	bits = block_occupied(block_at(levels, number));
	return bits ? number << HT_PLACE_BITS | bits_best(bits, side) : 0;
}

/* The best level of one grid in a row worse than this one.
 * Return: level id, or 0 when there is none.
 */
static __always_inline __u32 level_beyond_row(__u32 at, __u32 row)
{
	struct ht_nodes *nodes = nodes_get();
	__u32 root = grid_root(at & 1);
	__u32 depth;
	__u64 bits;

	for (depth = 1; nodes && depth <= HT_DEPTH_MAX; depth++) {
		if (depth > root)
			break;
		bits = node_value(nodes, level_key(at, depth, row));
		bits = bits_worse(bits, at >> 1 & 1, child_of(row, depth));
		if (bits)
			return level_descend(at, row, depth, bits);
	}
	return 0;
}

/* The best level of a block strictly worse than place, or 0. */
static __always_inline __u32 block_beyond(const struct ht_block *block,
					  __u32 number, __u32 side, __u32 place)
{
	__u64 bits = bits_worse(block_occupied(block), side, place);

	return bits ? number << HT_PLACE_BITS | bits_best(bits, side) : 0;
}

/*
 * The best level of one grid strictly worse than index.
 * Return: level id, or 0 when there is none.
 */
LEVEL_GLOBAL __u32 level_beyond(__u32 at, __u32 index)
{
	struct ht_levels *levels = levels_get();
	struct ht_nodes *nodes = nodes_get();
	__u32 row = index_row(index);
	__u32 level = 0, number;

	if (!levels || !nodes)
		return 0;
	number = node_value(nodes, level_key(at, 0, row));
	if (number)
		level = block_beyond(block_at(levels, number), number,
				     at >> 1 & 1,
				     index - row * HT_BLOCK_LEVELS);
	return level ? level : level_beyond_row(at, row);
}

/* Price of a level, 1e-4 dollars. */
static __always_inline __u32 level_price(__u32 level)
{
	struct ht_levels *levels = levels_get();

	return levels ? block_price(block_at(levels, level >> HT_PLACE_BITS)->key,
				    level & HT_BLOCK_LEVELS) : 0;
}

/*
 * The best level of a side strictly worse than px, both grids considered.
 * `fine` says whether the symbol has any level off the cent grid.
 * Return: level id, or 0 when that was the last.
 */
LEVEL_GLOBAL __u32 level_next(__u32 locate, __u32 side, __u32 px, __u32 fine)
{
	__u32 grid = price_grid(px);
	/* Off the grid, the cent below px is itself worse for bids. */
	__u32 cent = px / HT_COARSE_UNIT +
		     (grid == HT_FINE && side == HT_BID ? 1 : 0);
	__u32 coarse, other;

	coarse = level_beyond(level_at(locate, side, HT_COARSE), cent);
	if (!fine)
		return coarse;
	other = level_beyond(level_at(locate, side, HT_FINE), px);
	if (!coarse || !other)
		return coarse ? coarse : other;
	if (side == HT_BID)
		return level_price(other) > level_price(coarse) ? other
								 : coarse;
	return level_price(other) < level_price(coarse) ? other : coarse;
}

#endif
