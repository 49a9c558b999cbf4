/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * near - the best levels of a side, in the symbol's own row of `tops`
 *
 *   layout  struct ht_near, two in each struct ht_top
 *   writer  kern/near, far and book, under the feed's lock and the symbol's
 *   reader  kern/; user space reads along (user/book.c)
 *
 * Most of what happens to a book happens at its few best prices.  These stand
 * here, in three cache lines that a message's locate alone leads to, and are
 * found by looking at all of them, without a branch.  What is worse than the
 * worst of them is far: it stands in `levels` (maps/level.map.h).
 *
 * Place 0 is not a level.  px_e4[0] is the edge: that price and all worse ones
 * are far; 0 when nothing is.  A level of the same price is never in both.
 */
#ifndef HT_NEAR_MAP_H
#define HT_NEAR_MAP_H

#include "abi.h"

enum { HT_NEAR = 16 };		/* places of a side, the edge included */

struct ht_near {
	__u32 px_e4[HT_NEAR];	/* [0]: the edge; in no order; 0: free */
	__u64 level[HT_NEAR];	/* words, see maps/level.map.h; [0]: near_bit()
				 * of the places that are taken
				 */
};
HT_ABI_SIZE(struct ht_near, 192);

/* Of all places but the edge. */
#define HT_NEAR_PLACES	0xff000000fe000000ull

/* A place as a bit: 24 + i for place 2 * i, 56 + i for the one behind it. */
static __always_inline __u64 near_bit(__u32 place)
{
	return 1ull << (24 + (place >> 1 & 7) + 32 * (place & 1));
}

#endif
