/* SPDX-License-Identifier: GPL-2.0 */
/*
 * near - the best levels of a side: find, open, and the next best one
 *
 * path: wire > feed > mold > itch > [order, near, far, book] > trigger > ...
 *
 * The layout is explained in maps/near.map.h.  A side's fifteen levels stand
 * in no order, so that none has to move when one comes or goes.  All of them
 * are compared at once, two to a word: what a branch that is not foreseen
 * costs would be more.
 */
#ifndef HT_NEAR_BPF_H
#define HT_NEAR_BPF_H

#include "bits.h"
#include "level.map.h"
#include "loop.bpf.h"
#include "near.map.h"

enum { NEAR_PAIRS = HT_NEAR / 2 };

/* Prices, the edge among them, stay below 2^31: a sum of two halves carries into
 * neither.
 */
#define NEAR_HALVES(x)	((x) | (__u64)(x) << 32)

/* How far behind the best price there could be, in 1e-4 dollars: HT_PRICE_LIMIT
 * less px for a bid, px less 1 for an ask.  No price (0) is behind all others.
 */
static __always_inline __u32 price_rank(__u32 side, __u32 px)
{
	__u32 bid = side - 1;		/* all ones, or 0 */

	return ((px - side) ^ bid) + (bid & (HT_PRICE_LIMIT + 1));
}

/* Whether a price belongs to the near levels, be it there or not. */
static __always_inline int near_holds(const struct ht_near *near, __u32 side,
				      __u32 px)
{
	return price_rank(side, px) < price_rank(side, near->px_e4[0]);
}

/* Which places hold px, as near_bit()s.  Adding 2^31 - 1 to a half sets its
 * highest bit unless it is 0.
 */
static __always_inline __u64 near_places(const struct ht_near *near, __u32 px)
{
	const __u64 *pair = (const __u64 *)near->px_e4;
	__u64 wanted = NEAR_HALVES(px);
	__u64 others = 0;
	int i;

	for (i = 0; i < NEAR_PAIRS; i++)
		others |= ((((pair[i] ^ wanted) + NEAR_HALVES(0x7fffffffu)) &
			    NEAR_HALVES(0x80000000u)) >> (7 - i));
	return others ^ NEAR_HALVES(0xff000000u);
}

/* One of near_places(), 0 when there is none. */
static __always_inline __u32 near_one(__u64 places)
{
	__u32 bit = bit_of(places & (0 - places));

	return (bit & 7) << 1 | bit >> 5;
}

/* Place of a level, or 0. */
static __always_inline __u32 near_find(const struct ht_near *near, __u32 px)
{
	return near_one(near_places(near, px));
}

/* A place that is free, or 0. */
static __always_inline __u32 near_free(const struct ht_near *near)
{
	return near_one(~near->level[0] & HT_NEAR_PLACES);
}

/* The smaller one; both below 2^63.  The compiler is kept from seeing that this
 * is a comparison: it would branch.
 */
static __always_inline __u64 near_less(__u64 a, __u64 b)
{
	__s64 less = a - b;
	__s64 all = less >> 63;

	__asm__ __volatile__("" : "+r"(all));
	return b + (less & all);
}

/* Place of the best level, or 0. */
static __always_inline __u32 near_best(const struct ht_near *near, __u32 side)
{
	__u64 none = (__u64)price_rank(side, 0) << 4;
	__u64 odd = none, even = none;
	int i;

	for (i = 1; i < HT_NEAR; i += 2)
		odd = near_less((__u64)price_rank(side, near->px_e4[i]) << 4 |
				i, odd);
	for (i = 2; i < HT_NEAR; i += 2)
		even = near_less((__u64)price_rank(side, near->px_e4[i]) << 4 |
				 i, even);
	return near_less(odd, even) & (HT_NEAR - 1);
}

/* Place of the worst one, when all are taken. */
static __always_inline __u32 near_worst(const struct ht_near *near, __u32 side)
{
	__u64 worst = ~0ull >> 1;
	int i;

	for (i = 1; i < HT_NEAR; i++)
		worst = near_less((__u64)~price_rank(side, near->px_e4[i])
				  << 4 | i, worst);
	return worst & (HT_NEAR - 1);
}

static __always_inline __u64 *near_level(struct ht_near *near, __u32 place)
{
	HT_FORGET(place);
	return &near->level[place & (HT_NEAR - 1)];
}

static __always_inline __u32 *near_px(struct ht_near *near, __u32 place)
{
	HT_FORGET(place);
	return &near->px_e4[place & (HT_NEAR - 1)];
}

static __always_inline void near_open(struct ht_near *near, __u32 place,
				      __u32 px)
{
	*near_px(near, place) = px;
	near->level[0] |= near_bit(place);
}

static __always_inline void near_close(struct ht_near *near, __u32 place)
{
	*near_px(near, place) = 0;
	near->level[0] &= ~near_bit(place);
}

#endif
