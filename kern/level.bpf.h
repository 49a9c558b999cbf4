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

#ifdef __bpf__
const volatile __u32 cfg_node_mask = HT_NODE_SLOTS - 1;
const volatile __u32 cfg_blocks = HT_BLOCKS;
#define LEVEL_GLOBAL	__noinline
#else
extern __u32 cfg_node_mask;
extern __u32 cfg_blocks;
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

static __always_inline struct slot *node_at(__u32 i)
{
	return table_slot(HT_NODES, i);
}

LEVEL_GLOBAL __u32 node_find(__u64 key)
{
	return table_find(HT_NODES, cfg_node_mask, key);
}

LEVEL_GLOBAL __u32 node_claim(__u64 key)
{
	return table_claim(HT_NODES, cfg_node_mask, key);
}

LEVEL_GLOBAL int node_free(__u32 i)
{
	return table_free(HT_NODES, cfg_node_mask, i);
}

/* Value of the node with this key, 0 when there is none. */
static __always_inline __u64 node_value(__u64 key)
{
	__u32 i = node_find(key);
	struct slot *node;

	if (i == TABLE_NONE)
		return 0;
	node = node_at(i);
	return node ? node->value : 0;
}

/* Place of index's child in the bitmap of its ancestor at this depth. */
static __always_inline __u32 child_of(__u32 index, __u32 depth)
{
	return index >> (HT_BLOCK_BITS + HT_FANOUT_BITS * (depth - 1)) & 63;
}

/* A block from the free list, or a fresh one.  Return: its number, or 0. */
static __always_inline __u32 block_take(struct ht_book *book)
{
	__u32 number = book->free_block;
	struct ht_block *block;

	if (number) {
		block = block_at(number);
		if (!block)
			return 0;
		book->free_block = block->next_free;
	} else {
		number = book->fresh_block;
		if (number >= cfg_blocks)
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
	block->next_free = book->free_block;
	book->free_block = number;
	book->blocks_used--;
}

/* Sets the bits that lead from the root to index's new block.
 * Return: 0, or -1 when `nodes` is full.
 */
LEVEL_GLOBAL int level_link(__u32 at, __u32 index)
{
	__u32 root = grid_root(at & 1);
	__u32 depth;

	for (depth = 1; depth <= HT_DEPTH_MAX; depth++) {
		__u32 i;
		struct slot *node;

		if (depth > root)
			break;
		i = node_claim(level_key(at, depth, index));
		if (i == TABLE_NONE)
			return -1;
		node = node_at(i & ~TABLE_WAS_THERE);
		if (!node)
			return -1;
		node->value |= 1ull << child_of(index, depth);
		if (i & TABLE_WAS_THERE)
			return 0;
	}
	return 0;
}

/* Clears them again, up to the first node that keeps another child. */
LEVEL_GLOBAL int level_unlink(__u32 at, __u32 index)
{
	__u32 root = grid_root(at & 1);
	__u32 depth;

	for (depth = 1; depth <= HT_DEPTH_MAX; depth++) {
		__u32 i;
		struct slot *node;

		if (depth > root)
			break;
		i = node_find(level_key(at, depth, index));
		if (i == TABLE_NONE)
			return -1;
		node = node_at(i);
		if (!node)
			return -1;
		node->value &= ~(1ull << child_of(index, depth));
		if (node->value)
			return 0;
		node_free(i);
	}
	return 0;
}

/* The new, empty block that index belongs to.  Return: its number, or 0 when
 * `levels` or `nodes` is full; then nothing has changed.
 */
static __always_inline __u32 block_create(__u32 at, __u32 index)
{
	struct ht_book *book = book_get();
	__u64 key = level_key(at, 0, index);
	struct ht_block *block;
	struct slot *node;
	__u32 number, i;

	if (!book)
		return 0;
	number = block_take(book);
	block = block_at(number);
	if (!number || !block)
		return 0;
	i = node_claim(key);
	if (i == TABLE_NONE)
		goto give;
	node = node_at(i & ~TABLE_WAS_THERE);
	if (!node)
		goto give;
	node->value = number;
	block->key = key;
	block->occupied = 0;
	if (!level_link(at, index))
		return number;
	level_unlink(at, index);
	i = node_find(key);	/* frees may have moved it */
	if (i != TABLE_NONE)
		node_free(i);
give:
	block_give(book, number, block);
	return 0;
}

/*
 * Level id of a price, opened when there is none.
 * Return: the id, or 0 when there is no room.
 */
LEVEL_GLOBAL __u32 level_open(__u32 locate, __u32 side, __u32 px)
{
	__u32 grid = price_grid(px);
	__u32 at = level_at(locate, side, grid);
	__u32 index = price_index(px, grid);
	__u32 place = index & (HT_BLOCK_LEVELS - 1);
	__u32 number = node_value(level_key(at, 0, index));
	struct ht_block *block;

	if (!number)
		number = block_create(at, index);
	if (!number)
		return 0;
	block = block_at(number);
	if (!block)
		return 0;
	if (!(block->occupied & 1u << place)) {
		block->occupied |= 1u << place;
		block->qty[place] = 0;
		block->orders[place] = 0;
	}
	return number << HT_BLOCK_BITS | place;
}

/* Takes the empty level out of its block, and the empty block out of the tree.
 */
LEVEL_GLOBAL int level_close(__u32 level)
{
	__u32 number = level >> HT_BLOCK_BITS;
	__u32 place = level & (HT_BLOCK_LEVELS - 1);
	struct ht_block *block = block_at(number);
	struct ht_book *book = book_get();
	__u32 index, at, i;

	if (!block || !book)
		return -1;
	block->occupied &= ~(1u << place);
	if (block->occupied)
		return 0;
	index = block_index(block->key, place);
	at = level_at(key_locate(block->key), key_side(block->key),
		      key_grid(block->key));
	i = node_find(block->key);
	if (i != TABLE_NONE)
		node_free(i);
	level_unlink(at, index);
	block_give(book, number, block);
	return 0;
}

/* From a node at `depth` with a bitmap down to the best level of the best
 * child.  `index` is any index below that node.  Return: level id, or 0.
 */
LEVEL_GLOBAL __u32 level_descend(__u32 at, __u32 index, __u32 depth,
				 __u64 bits)
{
	__u32 side = at >> 1 & 1;
	struct ht_block *block;
	__u32 number, step;

	for (step = 0; step < HT_DEPTH_MAX; step++) {
		__u32 shift;

		if (!depth || depth > HT_DEPTH_MAX || !bits)
			return 0;
		depth--;
		shift = HT_BLOCK_BITS + HT_FANOUT_BITS * depth;
		index = (__u32)((((__u64)index >> (shift + HT_FANOUT_BITS))
				 << HT_FANOUT_BITS |
				 bits_best(bits, side)) << shift);
		bits = node_value(level_key(at, depth, index));
		if (!depth)
			break;
	}
	number = bits;
	block = block_at(number);
	if (depth || !number || !block || !block->occupied)
		return 0;
	return number << HT_BLOCK_BITS | bits_best(block->occupied, side);
}

/*
 * The best level of one grid strictly worse than index.
 * Return: level id, or 0 when there is none.
 */
LEVEL_GLOBAL __u32 level_beyond(__u32 at, __u32 index)
{
	__u32 root = grid_root(at & 1);
	__u32 side = at >> 1 & 1;
	__u32 number = node_value(level_key(at, 0, index));
	struct ht_block *block = block_at(number);
	__u32 depth;
	__u64 bits;

	if (number && block) {
		bits = bits_worse(block->occupied, side,
				  index & (HT_BLOCK_LEVELS - 1));
		if (bits)
			return number << HT_BLOCK_BITS | bits_best(bits, side);
	}
	for (depth = 1; depth <= HT_DEPTH_MAX; depth++) {
		if (depth > root)
			break;
		bits = node_value(level_key(at, depth, index));
		bits = bits_worse(bits, side, child_of(index, depth));
		if (bits)
			return level_descend(at, index, depth, bits);
	}
	return 0;
}

/* Price of a level, 1e-4 dollars. */
static __always_inline __u32 level_price(__u32 level)
{
	struct ht_block *block = block_at(level >> HT_BLOCK_BITS);

	return block ? block_price(block->key, level & (HT_BLOCK_LEVELS - 1))
		     : 0;
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
