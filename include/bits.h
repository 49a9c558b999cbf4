/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * bits - bit searches and the hash of the tables
 *
 * The searches are written out: BPF has no such instruction, and clang 14 to
 * 16 cannot compile __builtin_clzll() or __builtin_ctzll() for it.
 */
#ifndef HT_BITS_H
#define HT_BITS_H

#include "abi.h"

/* Position of the highest set bit of v, which must not be 0. */
static __always_inline __u32 bit_high(__u64 v)
{
	__u32 n = 0;

	if (v >> 32) {
		n += 32;
		v >>= 32;
	}
	if (v >> 16) {
		n += 16;
		v >>= 16;
	}
	if (v >> 8) {
		n += 8;
		v >>= 8;
	}
	if (v >> 4) {
		n += 4;
		v >>= 4;
	}
	if (v >> 2) {
		n += 2;
		v >>= 2;
	}
	return n + (__u32)(v >> 1);
}

/* Position of the lowest set bit of v, which must not be 0. */
static __always_inline __u32 bit_low(__u64 v)
{
	return bit_high(v & (0 - v));
}

/* Where a key lives first in an open-addressed table of mask + 1 slots; when
 * that slot is taken the next ones follow, wrapping at the end.  Fibonacci
 * hashing: references of one symbol share their low bits, so those alone will
 * not do.
 */
static __always_inline __u32 slot_home(__u64 key, __u32 mask)
{
	return (__u32)((key * 0x9e3779b97f4a7c15ull) >> 32) & mask;
}

#endif
