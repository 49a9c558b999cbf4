/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * works - the packet being applied, and the message at hand
 *
 *   key     0
 *   value   struct ht_work
 *   writer  kern/mold, itch, decode, touch, book and order, cursor the window,
 *           and checksum the chunk, under the feed's lock
 *   reader  the same, and mold
 *   pinned  no
 *
 * verifier: what is read from a map has one state, whatever way led here, so
 * ways that meet again are verified once instead of multiplying.  That is why
 * all this is here and not in variables.
 */
#ifndef HT_WORK_MAP_H
#define HT_WORK_MAP_H

#include "abi.h"

enum {
	HT_BATCH = 64,		/* messages touched before they are applied */
	HT_CHUNK = 512,		/* bytes; bpf_csum_diff() takes no more */
};

struct ht_window {
	__u64 word[7];		/* 52 bytes are used, see kern/cursor */
};

/* What a message does, if it is about an order. */
enum {
	HT_TAKES	= 1,	/* from an order: `shares` of it, or */
	HT_ALL		= 2,	/* all of it */
	HT_ADDS		= 4,	/* a new order */
	HT_PRINTS	= 8,	/* it is an execution that counts as a trade */
};

/* A message about an order takes from one, or adds one, or both (ITCH 5.0,
 * Order Replace).
 */
struct ht_message {
	__u64 ref;		/* of the order that is there */
	__u64 new_ref;
	__u64 itch_ns;		/* of an execution that prints */
	__u32 does;		/* 0: it is about no order */
	__u32 shares;		/* taken, or of the new order */
	__u32 px_e4;		/* of the new order, or of the execution; 0: at
				 * the order's own
				 */
	__u32 side;		/* of the new order */
};

/* What kern/checksum has summed up of a datagram. */
struct ht_chunk {
	__u32 off;		/* of the bytes to come */
	__u32 left;
	__u32 sum;
	__u32 failed;		/* 1: they could not be read */
	__u32 word[HT_CHUNK / 4];
};

struct ht_work {
	__u64 seq;		/* of the message that is applied; before the
				 * walk of the first, after it of the next one
				 */
	__u32 count;		/* messages in the packet */
	__u32 off;		/* of the next block to apply */
	__u32 stamped;		/* of the last block with a time, 0: none */
	__u32 end;		/* one past the UDP data */
	__u32 left;		/* messages to apply */
	__u32 known;		/* of them, those an earlier packet had: they
				 * are the first ones
				 */
	__u32 corrupt;		/* 1: the blocks do not add up */

	__u32 slot;		/* of the order at hand, in `orders` */
	__u32 place;		/* of its level, near; 0: it is far */
	__u32 moved;		/* 1: the best bid or offer changed */
	struct ht_message message;

	/* kern/touch: where the messages of the batch will look.  Homes of
	 * their orders, and of those that replace them; slots of far levels.
	 */
	__u32 ahead;		/* of the next block to note */
	__u32 noted;
	__u32 home[HT_BATCH];
	__u16 locate[HT_BATCH];
	__u32 px_side[HT_BATCH];	/* of a new order, like an order's */
	__u32 replaced;
	__u32 new_home[HT_BATCH];
	__u32 far;
	__u32 far_slot[HT_BATCH];
	__u32 seek_far;		/* 1: far levels are noted, too */
	__u32 far_uses;		/* of far levels in this packet */
	__u32 applied;		/* messages in it */

	struct ht_window window; /* copy of a block that crosses buffers */
	struct ht_chunk chunk;
};

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_work);
} works SEC(".maps");

static __always_inline struct ht_work *work_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&works, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_work native_work;

static inline struct ht_work *work_get(void)
{
	return &native_work;
}
#endif
#endif
