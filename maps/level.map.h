/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * levels - the far price levels, and the way to the next best one
 *
 *   key     0
 *   value   struct ht_levels: an open-addressed table (kern/table.bpf.h) of
 *           level_key()s
 *   writer  kern/level (rows and tree) and far (levels), under the feed's lock;
 *           the controller empties it while the feed is JOINING
 *   reader  kern/; user space maps it (user/book.c)
 *   size    a power of two of slots, twice as many as may be used or more
 *   pinned  yes
 *
 * Each side of a symbol has two grids of prices: COARSE holds whole cents,
 * FINE everything else, at 1e-4 dollars.  A price's index is px / 100 on the
 * coarse grid and px on the fine one.  Seven neighbouring indices are a row:
 * they share a slot of the table, one cache line, that the price alone leads
 * to.  Above the rows stands a 64-way radix tree whose every node is one slot
 * of the same table: at depth d a bitmap of the 64 children below it.  The
 * next best price is in the row, or found by climbing to the first bitmap with
 * a bit on the better side of ours and descending again: at most five steps
 * each way, however far away that price is.
 */
#ifndef HT_LEVEL_MAP_H
#define HT_LEVEL_MAP_H

#include "abi.h"
#include "bits.h"

enum {
	HT_ROW_LEVELS = 7,
	HT_FANOUT_BITS = 6,
	HT_LEVEL_SLOTS = 1 << 21,	/* unless the loader is told */
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

struct ht_row {
	__u64 key;		/* level_key(); 0: the slot is free; HT_LOST */
	union {
		__u64 level[HT_ROW_LEVELS];	/* depth 0 */
		__u64 bits;			/* else: children */
	};
};
HT_ABI_SIZE(struct ht_row, 64);

static __always_inline __u64 level_qty(__u64 level)
{
	return level & HT_LEVEL_QTY_MOST;
}

static __always_inline __u32 level_orders(__u64 level)
{
	return level >> 40;
}

/* Prefix (29 bits), depth (3), grid (1), side (1), locate (16), and a bit
 * that keeps every key from being 0.  At depth 0 the prefix is the row, above
 * what the rows below have in common.
 */
static __always_inline __u64 level_key(__u32 locate, __u32 side, __u32 grid,
				       __u32 depth, __u32 row)
{
	return 1ull << 50 | (__u64)(locate & 0xffff) << 34 |
	       (__u64)(side & 1) << 33 | (__u64)(grid & 1) << 32 |
	       (__u64)(depth & 7) << 29 | row >> HT_FANOUT_BITS * depth;
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

/* Row of a key at depth 0. */
static __always_inline __u32 key_row(__u64 key)
{
	return key & 0x1fffffff;
}

/* Rows of the coarse grid fit in 22 bits, of the fine one in 29. */
static __always_inline __u32 grid_root(__u32 grid)
{
	return grid == HT_FINE ? HT_DEPTH_MAX : 4;
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

/* Row of an index, and its place there: a division by 7 as a multiplication,
 * exact below 2^31.
 */
static __always_inline __u32 index_row(__u32 index)
{
	return (__u64)index * 0x92492493 >> 34;
}

/* Key of the row in which a price stands. */
static __always_inline __u64 price_key(__u32 locate, __u32 side, __u32 px)
{
	__u32 grid = price_grid(px);

	return level_key(locate, side, grid, 0,
			 index_row(price_index(px, grid)));
}

static __always_inline __u32 index_place(__u32 index, __u32 row)
{
	return index - row * HT_ROW_LEVELS;
}

/* Price (1e-4 dollars) of the place-th level of the row with this key. */
static __always_inline __u32 row_price(__u64 key, __u32 place)
{
	__u32 index = key_row(key) * HT_ROW_LEVELS + place;

	return key_grid(key) == HT_FINE ? index : index * HT_COARSE_UNIT;
}

/* Which levels of a row hold orders: bit i for level i. */
static __always_inline __u32 row_occupied(const struct ht_row *row)
{
	__u32 bits = 0, i;

	for (i = 0; i < HT_ROW_LEVELS; i++)
		bits |= bit_any(HT_READ_ONCE(row->level[i])) << i;
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

/* One value, see maps/order.map.h. */
struct ht_levels {
	struct ht_row row[HT_LEVEL_SLOTS];
};

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_levels);
} levels SEC(".maps");

static __always_inline struct ht_levels *levels_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&levels, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_levels *native_levels;

static inline struct ht_levels *levels_get(void)
{
	return native_levels;
}
#endif
#endif
