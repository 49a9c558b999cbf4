/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * paces - how fast the kernel fires: what O6 and O7 ask of its own fires
 *
 *   key     stock locate; 0: all of them together
 *   value   struct ht_pace
 *   writer  kern/gate, under the feed's lock
 *   reader  the same
 *   pinned  no
 *
 * The last second is 16 slots of 67 ms, 1.07 s: never more than a limit in any
 * second, and up to 7 % less.  Only fires are counted, each of them, also what
 * user space refuses later; it has a count of its own.
 */
#ifndef HT_PACE_MAP_H
#define HT_PACE_MAP_H

#include "abi.h"
#include "symbol.map.h"

enum {
	HT_PACE_SLOTS = 16,
	HT_PACE_SHIFT = 26,	/* 2^26 ns are a slot */
};

struct ht_pace {
	struct {
		__u32 at;	/* CLOCK_MONOTONIC >> HT_PACE_SHIFT */
		__u32 fires;
	} slot[HT_PACE_SLOTS];
	__u64 last_ns;		/* CLOCK_MONOTONIC of the last fire, 0: none */
	__u32 last_px;
	__u32 last_qty;
	__u32 last_what;	/* side and marks, as kern/gate has them */
	__u32 pad;
};
HT_ABI_SIZE(struct ht_pace, 152);

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);	/* for tests to clear */
	__uint(max_entries, HT_LOCATES);
	__type(key, __u32);
	__type(value, struct ht_pace);
} paces SEC(".maps");

static __always_inline struct ht_pace *pace_at(__u32 locate)
{
	return bpf_map_lookup_elem(&paces, &locate);
}
#elif defined(HT_NATIVE)
extern struct ht_pace *native_paces;	/* [HT_LOCATES] */

static inline struct ht_pace *pace_at(__u32 locate)
{
	return locate < HT_LOCATES ? &native_paces[locate] : NULL;
}
#endif
#endif
