/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * levels, nodes - the price levels, and the way to the next best one
 *
 *   levels  key: 0; struct ht_levels: blocks of seven neighbouring prices;
 *           block 0 is not used
 *   nodes   key: 0; struct ht_nodes: open-addressed table (kern/table.bpf.h)
 *           of node_key()s
 *   writer  kern/level (blocks and tree) and book (levels), under the feed's
 *           lock
 *   reader  kern/; user space maps both (user/book.c)
 *   pinned  yes
 *
 * Each side of a symbol has two grids of prices: COARSE holds whole cents,
 * FINE everything else, at 1e-4 dollars.  A price's index is px / 100 on the
 * coarse grid and px on the fine one.  Seven neighbouring indices are a row,
 * and share a block; fourteen rows are a group, and share a node: it holds
 * their blocks' numbers.  Block and node are one cache line each, so prices
 * near each other come and go without anything else being touched.  Above the
 * groups stands a 64-way radix tree whose every node is one slot of the same
 * table: at depth d a bitmap of the 64 children below it.  The next best price
 * is in the block, or in the group, or found by climbing to the first bitmap
 * with a bit on the better side of ours and descending again: at most five
 * steps each way, however far away that price is.
 *
 * A level id is block * 8 + place in the block; 0 is no level.
 */
#ifndef HT_LEVEL_MAP_H
#define HT_LEVEL_MAP_H

#include "abi.h"
#include "bits.h"

enum {
	HT_BLOCK_LEVELS = 7,
	HT_GROUP_ROWS = 14,
	HT_PLACE_BITS = 3,		/* of a level id */
	HT_FANOUT_BITS = 6,
	HT_BLOCKS = 1 << 20,		/* unless the loader is told */
	HT_NODE_SLOTS = 1 << 20,	/* likewise */
	HT_COARSE_UNIT = 100,		/* 1e-4 dollars */
	HT_DEPTH_MAX = 5,		/* of the fine grid's root */
	HT_PROBES = 256,		/* slots in which a key may live */
};

enum ht_side { HT_BID, HT_ASK };
enum ht_grid { HT_COARSE, HT_FINE };

/* The highest price the book holds: what fits in 31 bits, 214,748.3647. */
#define HT_PRICE_LIMIT	0x7fffffffu

/* A level is one word: shares in the low 40 bits, 23 bits of orders above
 * them.  What would not fit is refused and makes the symbol BAD.
 */
#define HT_LEVEL_ORDER		(1ull << 40)
#define HT_LEVEL_QTY_MOST	(HT_LEVEL_ORDER - 1)
#define HT_LEVEL_ORDERS_MOST	0x7fffffu

struct ht_block {
	__u64 key;		/* node_key() of its row at depth 0; 0: free */
	__u64 level[HT_BLOCK_LEVELS];	/* [0]: the next free block's number */
};
HT_ABI_SIZE(struct ht_block, 64);

struct ht_node {
	__u64 key;		/* node_key(); 0: the slot is free; HT_LOST */
	union {
		__u32 block[HT_GROUP_ROWS];	/* depth 0: numbers, 0: none */
		__u64 bits;			/* else: children */
	};
};
HT_ABI_SIZE(struct ht_node, 64);

static __always_inline __u64 level_qty(__u64 level)
{
	return level & HT_LEVEL_QTY_MOST;
}

static __always_inline __u32 level_orders(__u64 level)
{
	return level >> 40;
}

/* Prefix (29 bits), depth (3), grid (1), side (1), locate (16), and a bit
 * that keeps every key from being 0.  Of nodes the prefix is a group's, of
 * blocks a row's.
 */
static __always_inline __u64 node_key(__u32 locate, __u32 side, __u32 grid,
				      __u32 depth, __u32 group)
{
	return 1ull << 50 | (__u64)(locate & 0xffff) << 34 |
	       (__u64)(side & 1) << 33 | (__u64)(grid & 1) << 32 |
	       (__u64)(depth & 7) << 29 | group >> HT_FANOUT_BITS * depth;
}

static __always_inline __u32 key_locate(__u64 key)
{
	return key >> 34 & 0xffff;
}

static __always_inline __u32 key_side(__u64 key)
{
	return key >> 33 & 1;
}

static __always_inline __u32 key_grid(__u64 key)
{
	return key >> 32 & 1;
}

/* Row of a block's key, group of a depth 0 node's. */
static __always_inline __u32 key_prefix(__u64 key)
{
	return key & 0x1fffffff;
}

/* The depth 1 key above a depth 0 one. */
static __always_inline __u64 key_above(__u64 key)
{
	return (key & ~0x1fffffffull) | 1ull << 29 |
	       key_prefix(key) >> HT_FANOUT_BITS;
}

/* The same symbol's, side's and grid's depth 0 key of another group or row. */
static __always_inline __u64 key_of(__u64 key, __u32 prefix)
{
	return (key & ~0xffffffffull) | prefix;
}

/* Groups of the coarse grid fit in 18 bits, of the fine one in 25. */
static __always_inline __u32 grid_root(__u32 grid)
{
	return grid == HT_FINE ? 5 : 3;
}

/* px / 100, which the JIT would divide.  Exact for any px. */
static __always_inline __u32 price_cents(__u32 px)
{
	return (__u64)px * 0x51eb851f >> 37;
}

static __always_inline __u32 price_grid(__u32 px)
{
	return price_cents(px) * HT_COARSE_UNIT == px ? HT_COARSE : HT_FINE;
}

static __always_inline __u32 price_index(__u32 px, __u32 grid)
{
	return grid == HT_FINE ? px : price_cents(px);
}

/* Where an index stands: in which group, of its rows and there of its levels.
 * The divisions by 98 and 7 are multiplications, exact below 2^31 and 98.
 */
static __always_inline __u32 index_group(__u32 index)
{
	return (__u64)index * 1402438301 >> 37;
}

static __always_inline __u32 index_row(__u32 index, __u32 group)
{
	return (index - group * HT_GROUP_ROWS * HT_BLOCK_LEVELS) * 147 >> 10;
}

static __always_inline __u32 index_place(__u32 index, __u32 group, __u32 row)
{
	return index - (group * HT_GROUP_ROWS + row) * HT_BLOCK_LEVELS;
}

/* Group of a block's row (of all rows), row / 14.  Exact below 2^31. */
static __always_inline __u32 row_group(__u32 row)
{
	return (__u64)row * 0x92492493 >> 35;
}

/* Price (1e-4 dollars) of the place-th level of the block with this key. */
static __always_inline __u32 block_price(__u64 key, __u32 place)
{
	__u32 index = key_prefix(key) * HT_BLOCK_LEVELS + place;

	return key_grid(key) == HT_FINE ? index : index * HT_COARSE_UNIT;
}

/* Which levels of a block hold orders: bit i for level i. */
static __always_inline __u32 block_occupied(const struct ht_block *block)
{
	__u32 bits = 0, i;

	for (i = 0; i < HT_BLOCK_LEVELS; i++)
		bits |= bit_any(HT_READ_ONCE(block->level[i])) << i;
	return bits;
}

/* Which rows of a group have a block: bit i for row i. */
static __always_inline __u32 group_occupied(const struct ht_node *node)
{
	__u32 bits = 0, i;

	for (i = 0; i < HT_GROUP_ROWS; i++)
		bits |= bit_any(HT_READ_ONCE(node->block[i])) << i;
	return bits;
}

/* The bits of a bitmap that are worse than place: lower prices for bids. */
static __always_inline __u64 bits_worse(__u64 bits, __u32 side, __u32 place)
{
	if (side == HT_BID)
		return bits & ((1ull << place) - 1);
	return bits & ~((2ull << place) - 1);
}

/* The best of them, of which there must be one. */
static __always_inline __u32 bits_best(__u64 bits, __u32 side)
{
	return side == HT_BID ? bit_high(bits) : bit_low(bits);
}

/* One value each, see maps/order.map.h. */
struct ht_levels {
	struct ht_block block[HT_BLOCKS];
};

struct ht_nodes {
	struct ht_node node[HT_NODE_SLOTS];
};

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_levels);
} levels SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_nodes);
} nodes SEC(".maps");

static __always_inline struct ht_levels *levels_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&levels, &zero);
}

static __always_inline struct ht_nodes *nodes_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&nodes, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_levels *native_levels;
extern struct ht_nodes *native_nodes;

static inline struct ht_levels *levels_get(void)
{
	return native_levels;
}

static inline struct ht_nodes *nodes_get(void)
{
	return native_nodes;
}
#endif
#endif
