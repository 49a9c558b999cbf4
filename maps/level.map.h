/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * levels, nodes - the price levels, and the way to the next best one
 *
 *   levels  blocks of eight neighbouring prices; key: block number (0 unused)
 *   nodes   open-addressed table (kern/table.bpf.h); key: node_key() below
 *   writer  kern/level (blocks and tree) and book (qty, orders), under the
 *           feed's lock
 *   reader  kern/; user space maps both (user/book.c)
 *   pinned  yes
 *
 * Each side of a symbol has two grids of prices: COARSE holds whole cents,
 * FINE everything else, at 1e-4 dollars.  A price's index is px / 100 on the
 * coarse grid and px on the fine one; eight neighbouring indices share a
 * block.  Blocks are found through `nodes`, a 64-way radix tree whose every
 * node is one hash slot: depth 0 holds the block's number, depth d a bitmap of
 * the 64 children below it.  The next best price is found by climbing to the
 * first bitmap with a bit on the better side of ours and descending again:
 * at most five steps each way, however far away that price is.
 *
 * A level id is block * 8 + place in the block; 0 is no level.
 */
#ifndef HT_LEVEL_MAP_H
#define HT_LEVEL_MAP_H

#include "abi.h"
#include "bits.h"

enum {
	HT_BLOCK_BITS = 3,
	HT_BLOCK_LEVELS = 1 << HT_BLOCK_BITS,
	HT_FANOUT_BITS = 6,
	HT_BLOCKS = 1 << 19,		/* unless the loader is told */
	HT_NODE_SLOTS = 1 << 21,	/* four times the blocks */
	HT_COARSE_UNIT = 100,		/* 1e-4 dollars */
	HT_DEPTH_MAX = 5,
	HT_PROBES = 256,		/* slots in which a key may live */
};

enum ht_side { HT_BID, HT_ASK };
enum ht_grid { HT_COARSE, HT_FINE };

/* The highest price the book holds: what fits in 31 bits, 214,748.3647. */
#define HT_PRICE_LIMIT	0x7fffffffu

struct ht_block {
	__u64 key;		/* node_key() at depth 0 */
	__u32 occupied;		/* bit i: place i holds orders */
	__u32 next_free;	/* block number, while on the free list */
	__u64 qty[HT_BLOCK_LEVELS];
	__u32 orders[HT_BLOCK_LEVELS];
	__u64 pad[2];
};
HT_ABI_SIZE(struct ht_block, 128);

struct ht_node {
	__u64 key;		/* 0: the slot is free */
	__u64 value;		/* depth 0: block number; else child bitmap */
};
HT_ABI_SIZE(struct ht_node, 16);

/* Prefix (28 bits), depth (3), grid (1), side (1), locate (16), and a bit
 * that keeps every key from being 0.
 */
static __always_inline __u64 node_key(__u32 locate, __u32 side, __u32 grid,
				      __u32 depth, __u32 index)
{
	/* 64 bits: at depth 5 all of the index is shifted out */
	__u64 prefix = (__u64)index >>
		       (HT_BLOCK_BITS + HT_FANOUT_BITS * depth);

	return 1ull << 49 | (__u64)(locate & 0xffff) << 33 |
	       (__u64)(side & 1) << 32 | (__u64)(grid & 1) << 31 |
	       (__u64)(depth & 7) << 28 | prefix;
}

static __always_inline __u32 key_locate(__u64 key)
{
	return key >> 33 & 0xffff;
}

static __always_inline __u32 key_side(__u64 key)
{
	return key >> 32 & 1;
}

static __always_inline __u32 key_grid(__u64 key)
{
	return key >> 31 & 1;
}

/* The coarse grid's indices fit below 2^27, so its tree is one step lower. */
static __always_inline __u32 grid_root(__u32 grid)
{
	return grid == HT_FINE ? 5 : 4;
}

static __always_inline __u32 price_grid(__u32 px)
{
	return px % HT_COARSE_UNIT ? HT_FINE : HT_COARSE;
}

static __always_inline __u32 price_index(__u32 px, __u32 grid)
{
	return grid == HT_FINE ? px : px / HT_COARSE_UNIT;
}

/* Index of the place-th price of the block with this depth 0 key. */
static __always_inline __u32 block_index(__u64 key, __u32 place)
{
	return (__u32)(key & 0xfffffff) << HT_BLOCK_BITS | place;
}

/* Price (1e-4 dollars) of the place-th level of that block. */
static __always_inline __u32 block_price(__u64 key, __u32 place)
{
	__u32 index = block_index(key, place);

	return key_grid(key) == HT_FINE ? index : index * HT_COARSE_UNIT;
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

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, HT_BLOCKS);
	__type(key, __u32);
	__type(value, struct ht_block);
} levels SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, HT_NODE_SLOTS);
	__type(key, __u32);
	__type(value, struct ht_node);
} nodes SEC(".maps");
#define HT_NODES	((void *)&nodes)

static __always_inline struct ht_block *block_at(__u32 block)
{
	return bpf_map_lookup_elem(&levels, &block);
}
#elif defined(HT_NATIVE)
extern struct ht_block *native_levels;
extern struct ht_node *native_nodes;
extern __u32 native_blocks;
#define HT_NODES	((void *)native_nodes)

static inline struct ht_block *block_at(__u32 block)
{
	return block < native_blocks ? &native_levels[block] : NULL;
}
#endif
#endif
