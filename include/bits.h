/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * bits - bit searches and the hash of the tables
 *
 * The searches are written out: BPF has no such instruction, and clang 14 to
 * 16 cannot compile __builtin_clzll() or __builtin_ctzll() for it.  They have
 * no branch either, for the verifier walks both ways of each.
 */
#ifndef HT_BITS_H
#define HT_BITS_H

#include "abi.h"

/* A de Bruijn sequence: its 64 windows of six bits are all different. */
#define BIT_SEQUENCE	0x03f79d71b4cb0a89ull

/* Position of the window, by its value. */
static const __u8 bit_position[64] = {
	0, 1, 48, 2, 57, 49, 28, 3, 61, 58, 50, 42, 38, 29, 17, 4,
	62, 55, 59, 36, 53, 51, 43, 22, 45, 39, 33, 30, 24, 18, 12, 5,
	63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21, 44, 32, 23, 11,
	46, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9, 13, 8, 7, 6,
};

/* Position of the only bit of v that is set. */
static __always_inline __u32 bit_of(__u64 v)
{
	return bit_position[v * BIT_SEQUENCE >> 58];
}

/* Position of the lowest set bit of v, which must not be 0. */
static __always_inline __u32 bit_low(__u64 v)
{
	return bit_of(v & (0 - v));
}

/* Position of the highest set bit of v, which must not be 0. */
static __always_inline __u32 bit_high(__u64 v)
{
	v |= v >> 1;
	v |= v >> 2;
	v |= v >> 4;
	v |= v >> 8;
	v |= v >> 16;
	v |= v >> 32;
	return bit_of(v ^ v >> 1);
}

/* 1 if v is not 0, for v below 2^63.  The compiler is kept from seeing that
 * this is a comparison: it would branch.
 */
static __always_inline __u64 bit_any(__u64 v)
{
	__u64 negative = 0 - v;

	__asm__ __volatile__("" : "+r"(negative));
	return negative >> 63;
}

/* Key of a slot that a table has lost: its run was too long to mend when it was
 * freed.  It holds nothing and is never used again.
 */
#define HT_LOST		(~0ull)

/* Fibonacci hashing: 2^64 over the golden ratio.  Only the highest bits of a
 * product are as evenly spread as its name promises.
 */
#define GOLDEN		0x9e3779b97f4a7c15ull

/* One of n places for a key; neighbouring keys lie as far apart as can be. */
static __always_inline __u32 spread(__u64 key, __u32 n)
{
	return (key * GOLDEN >> 32) * n >> 32;
}

/* Where a key lives first in an open-addressed table of mask + 1 slots; when
 * that slot is taken the next ones follow, wrapping at the end.  All but the
 * last two bits are hashed: four neighbouring keys stay together.
 */
static __always_inline __u32 slot_home(__u64 key, __u32 mask)
{
	__u64 group = (key >> 2) * GOLDEN;

	return (spread(group ^ group >> 32, (mask >> 2) + 1) << 2 |
		(key & 3)) & mask;
}

#endif
