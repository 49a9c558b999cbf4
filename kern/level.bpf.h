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
#include "loop.bpf.h"
#include "table.bpf.h"
#include "top.map.h"
#include "work.map.h"

#ifdef __bpf__
const volatile __u32 cfg_node_mask = HT_NODE_SLOTS - 1;
const volatile __u32 cfg_block_mask = HT_BLOCKS - 1;
#else
extern __u32 cfg_node_mask;
extern __u32 cfg_block_mask;
#endif

/* locate << 2 | side << 1 | grid */
static __always_inline __u32 level_at(__u32 locate, __u32 side, __u32 grid)
{
	return locate << 2 | (side & 1) << 1 | (grid & 1);
}

static __always_inline __u64 level_key(__u32 at, __u32 depth, __u32 group)
{
	return node_key(at >> 2, at >> 1 & 1, at & 1, depth, group);
}

/* locate, side and grid of a key */
static __always_inline __u32 key_at(__u64 key)
{
	return level_at(key_locate(key), key_side(key), key_grid(key));
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

HT_GLOBAL __u32 node_find(__u64 key)
{
	struct ht_nodes *nodes = nodes_get();

	return nodes ? table_find(nodes, cfg_node_mask, key) : TABLE_NONE;
}

HT_GLOBAL __u32 node_claim(__u64 key)
{
	struct ht_nodes *nodes = nodes_get();

	return nodes ? table_claim(nodes, cfg_node_mask, key) : TABLE_NONE;
}

HT_GLOBAL int node_free(__u32 i)
{
	struct ht_nodes *nodes = nodes_get();

	return nodes ? table_free(nodes, cfg_node_mask, i) : -1;
}

/* The node with this key, or NULL. */
static __always_inline struct ht_node *node_of(struct ht_nodes *nodes,
					       __u64 key)
{
	__u32 i = slot_home(key, cfg_node_mask);

	if (node_at(nodes, i)->key != key) {
		i = node_find(key);
		if (i == TABLE_NONE)
			return NULL;
	}
	return node_at(nodes, i);
}

/* The word of the place-th level. */
static __always_inline __u64 *level_word(struct ht_block *block, __u32 place)
{
	return &block->key + ((1 + place) & HT_BLOCK_LEVELS);
}

/* Number of a row's block, in its group's node.
 * verifier: the mask is the bound.  Whoever checks the row before makes clang
 * drop it, and 6.1 forgets the check ("R4 unbounded memory access").
 */
static __always_inline __u32 *node_block(struct ht_node *node, __u32 row)
{
	return (__u32 *)node + ((row + 2) & 15);
}

/* Place of a group's child in the bitmap of its ancestor at this depth. */
static __always_inline __u32 child_of(__u32 group, __u32 depth)
{
	return group >> HT_FANOUT_BITS * (depth - 1) & 63;
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

/* Sets the bits that lead from the root to a new group.
 * Return: 0, or -1 when `nodes` is full.
 */
HT_GLOBAL int level_link(__u32 at, __u32 group)
{
	struct ht_nodes *nodes = nodes_get();
	__u32 root = grid_root(at & 1);
	__u32 depth;

	for (depth = 1; nodes && depth <= HT_DEPTH_MAX; depth++) {
		__u32 i;

		if (depth > root)
			break;
		i = node_claim(level_key(at, depth, group));
		if (i == TABLE_NONE)
			return -1;
		node_at(nodes, i)->bits |= 1ull << child_of(group, depth);
		if (i & TABLE_WAS_THERE)
			break;
	}
	return 0;
}

/* Clears them again, up to the first node that keeps another child. */
HT_GLOBAL int level_unlink(__u32 at, __u32 group)
{
	struct ht_nodes *nodes = nodes_get();
	__u32 root = grid_root(at & 1);
	__u32 depth;

	for (depth = 1; nodes && depth <= HT_DEPTH_MAX; depth++) {
		struct ht_node *node;
		__u32 i;

		if (depth > root)
			break;
		i = node_find(level_key(at, depth, group));
		if (i == TABLE_NONE)
			return -1;
		node = node_at(nodes, i);
		node->bits &= ~(1ull << child_of(group, depth));
		if (node->bits)
			break;
		node_free(i);
	}
	return 0;
}

/* The new group of this key, entered in the tree.  Return: its slot, or
 * TABLE_NONE when `nodes` is full; then nothing has changed.
 */
static __always_inline __u32 group_create(__u64 key)
{
	__u32 i = node_claim(key);

	if (i == TABLE_NONE)
		return i;
	if (!level_link(key_at(key), key_prefix(key)))
		return i;
	level_unlink(key_at(key), key_prefix(key));
	i = node_find(key);	/* frees may have moved it */
	if (i != TABLE_NONE)
		node_free(i);
	return TABLE_NONE;
}

/* Level id of a price whose group is not in its home or whose row has no block
 * yet; key: the group's.  Return: the id, or 0 when there is no room.
 */
HT_GLOBAL __u32 level_open_far(__u64 key, __u32 row, __u32 place)
{
	struct ht_levels *levels = levels_get();
	struct ht_nodes *nodes = nodes_get();
	struct ht_book *book = book_get();
	struct ht_node *node;
	__u32 i, number;

	if (!levels || !nodes || !book)
		return 0;
	node = node_of(nodes, key);
	if (node && *node_block(node, row))
		return *node_block(node, row) << HT_PLACE_BITS | place;
	number = block_take(book, levels);
	if (!number)
		return 0;
	if (!node) {
		i = group_create(key);
		if (i == TABLE_NONE) {
			block_give(book, number, block_at(levels, number));
			return 0;
		}
		node = node_at(nodes, i);
	}
	*block_at(levels, number) = (struct ht_block){
		.key = key_of(key, key_prefix(key) * HT_GROUP_ROWS + row),
	};
	*node_block(node, row) = number;
	return number << HT_PLACE_BITS | place;
}

/*
 * Level id of a new order's price, opened when there is none.
 * Return: the id, or 0 when there is no room.
 */
static __always_inline __u32 level_open(struct ht_nodes *nodes,
					const struct ht_message *r)
{
	struct ht_node *node = node_at(nodes, r->node);
	__u32 number = *node_block(node, r->row);

	if (node->key == r->key && number)
		return number << HT_PLACE_BITS | r->place;
	return level_open_far(r->key, r->row, r->place);
}

/* Takes an empty block out of its group, and an empty group out of the tree. */
HT_GLOBAL int block_close(__u32 number)
{
	struct ht_levels *levels = levels_get();
	struct ht_nodes *nodes = nodes_get();
	struct ht_book *book = book_get();
	struct ht_block *block;
	struct ht_node *node;
	__u32 row, group, i;
	__u64 key;

	if (!levels || !nodes || !book)
		return -1;
	block = block_at(levels, number);
	row = key_prefix(block->key);
	group = row_group(row);
	key = key_of(block->key, group);
	i = slot_home(key, cfg_node_mask);
	if (node_at(nodes, i)->key != key)
		i = node_find(key);
	block_give(book, number, block);
	if (i == TABLE_NONE)
		return -1;
	node = node_at(nodes, i);
	*node_block(node, row - group * HT_GROUP_ROWS) = 0;
	if (group_occupied(node))
		return 0;
	node_free(i);
	return level_unlink(key_at(key), group);
}

/* The best level of a block.  Return: level id, or 0 when it is empty. */
static __always_inline __u32 block_best(struct ht_levels *levels, __u32 number,
					__u32 side)
{
	__u64 bits = block_occupied(block_at(levels, number));

	return number && bits ? number << HT_PLACE_BITS | bits_best(bits, side)
			      : 0;
}

/* The best level of those rows of a group that `rows` has bits for, or 0. */
static __always_inline __u32 group_best(struct ht_levels *levels,
					struct ht_node *node, __u64 rows,
					__u32 side)
{
	return rows ? block_best(levels, *node_block(node, bits_best(rows,
								     side)),
				 side) : 0;
}

/* From a node at `depth` with a bitmap down to the best level of the best
 * child.  `group` is any group below that node.  Return: level id, or 0.
 */
static __always_inline __u32 level_descend(__u32 at, __u32 group, __u32 depth,
					   __u64 bits)
{
	struct ht_levels *levels = levels_get();
	struct ht_nodes *nodes = nodes_get();
	struct ht_node *node = NULL;
	__u32 side = at >> 1 & 1;
	__u32 step;

	for (step = 0; nodes && step < HT_DEPTH_MAX; step++) {
		__u32 shift;

		if (!depth || depth > HT_DEPTH_MAX || !bits)
			return 0;
		depth--;
		shift = HT_FANOUT_BITS * depth;
		group = (__u32)((((__u64)group >> (shift + HT_FANOUT_BITS))
				 << HT_FANOUT_BITS | bits_best(bits, side))
				<< shift);
		node = node_of(nodes, level_key(at, depth, group));
		if (!node || !depth)
			break;
		bits = node->bits;
	}
	if (depth || !node || !levels)
		return 0;
	return group_best(levels, node, group_occupied(node), side);
}

/* The best level of one grid in a group worse than this one.
 * Return: level id, or 0 when there is none.
 */
HT_GLOBAL __u32 level_beyond_group(__u32 at, __u32 group)
{
	struct ht_nodes *nodes = nodes_get();
	__u32 root = grid_root(at & 1);
	struct ht_node *node;
	__u32 depth;
	__u64 bits;

	for (depth = 1; nodes && depth <= HT_DEPTH_MAX; depth++) {
		if (depth > root)
			break;
		node = node_of(nodes, level_key(at, depth, group));
		if (!node)
			continue;
		bits = bits_worse(node->bits, at >> 1 & 1,
				  child_of(group, depth));
		if (bits)
			return level_descend(at, group, depth, bits);
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

/* The best level strictly worse than index in its own group, or 0. */
HT_GLOBAL __u32 level_near(__u32 at, __u32 index)
{
	struct ht_levels *levels = levels_get();
	struct ht_nodes *nodes = nodes_get();
	__u32 group = index_group(index);
	__u32 row = index_row(index, group);
	__u32 side = at >> 1 & 1;
	__u32 level = 0, number;
	struct ht_node *node;

	if (!levels || !nodes)
		return 0;
	node = node_of(nodes, level_key(at, 0, group));
	if (!node)
		return 0;
	number = *node_block(node, row);
	if (number)
		level = block_beyond(block_at(levels, number), number, side,
				     index_place(index, group, row));
	if (!level)
		level = group_best(levels, node,
				   bits_worse(group_occupied(node), side, row),
				   side);
	return level;
}

/* The best level of one grid strictly worse than index, or 0. */
static __always_inline __u32 level_beyond(__u32 at, __u32 index)
{
	__u32 level = level_near(at, index);

	return level ? level : level_beyond_group(at, index_group(index));
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
HT_GLOBAL __u32 level_next(__u32 locate, __u32 side, __u32 px, __u32 fine)
{
	__u32 grid = price_grid(px);
	/* Off the grid, the cent below px is itself worse for bids. */
	__u32 cent = price_cents(px) +
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
