/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * works - the packet being applied: its messages, decoded, a batch at a time
 *
 *   key     0
 *   value   struct ht_work
 *   writer  kern/decode, touch (places of replacements), itch, book and
 *           order, under the feed's lock
 *   reader  the same
 *   pinned  no
 *
 * verifier: what is read from a map has one state, whatever way led here, so
 * ways that meet again are verified once instead of multiplying.  That is why
 * `slot`, `level` and `moved` are here and not in variables.
 */
#ifndef HT_WORK_MAP_H
#define HT_WORK_MAP_H

#include "abi.h"

enum { HT_BATCH = 64 };		/* messages decoded before they are applied */

struct ht_window {
	__u64 word[7];		/* 52 bytes are used, see kern/cursor */
};

/* What a message does, if it is about an order. */
enum {
	HT_TAKES	= 1,	/* from the order at ref: `shares` of it, or */
	HT_ALL		= 2,	/* all of it */
	HT_ADDS		= 4,	/* a new order */
	HT_PRINTS	= 8,	/* it is an execution that counts as a trade */
};

/* One message.  About an order: it takes from one, or adds one, or both (ITCH
 * 5.0, Order Replace).  Others are only noted.
 */
struct ht_message {
	__u64 ref;		/* of the order that is there */
	__u64 new_ref;
	__u64 key;		/* node_key() of the new order's group */
	__u64 itch_ns;
	__u32 slot;		/* order_home() of ref */
	__u32 new_slot;		/* and of new_ref */
	__u32 node;		/* slot_home() of key */
	__u32 shares;		/* taken, or of the new order */
	__u32 px_e4;		/* of the new order */
	union {
		__u32 print_px_e4; /* of an execution; 0: at the order's own */
		__u32 off;	/* does nothing here: in the packet */
	};
	__u16 locate;
	__u8 side;		/* of the new order */
	__u8 row;		/* of its level in the group, */
	__u8 place;		/* and in the row's block */
	__u8 pad;
	__u16 does;
};
HT_ABI_SIZE(struct ht_message, 64);

struct ht_work {
	__u64 seq;		/* of the message that is applied */
	__u32 off;		/* of the next block to decode */
	__u32 end;		/* one past the UDP data */
	__u32 left;		/* messages to decode */
	__u32 known;		/* of them, those an earlier packet had */
	__u32 corrupt;		/* 1: the blocks do not add up */
	__u32 count;		/* messages in the batch */
	__u32 next;		/* of them, the one to apply */

	__u32 slot;		/* of the order at hand, in `orders` */
	__u32 level;		/* its level id */
	__u32 side;
	__u32 moved;		/* 1: the best bid or offer changed */

	/* What the batch will look at: slots of orders it takes from, slots
	 * of orders it adds and nodes of their levels, and replacements.
	 */
	__u32 taken_count;
	__u32 added_count;
	__u32 replaced_count;
	__u64 taken_ref[HT_BATCH];
	__u32 taken[HT_BATCH];
	__u64 added_key[HT_BATCH];
	__u32 added[HT_BATCH];
	__u32 node[HT_BATCH];
	__u32 row[HT_BATCH];
	__u32 replaced[HT_BATCH];	/* places in message[] */

	struct ht_window window; /* copy of a block that crosses buffers */
	struct ht_message message[HT_BATCH] __attribute__((aligned(64)));
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
