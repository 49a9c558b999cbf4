/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gate_pace - the same order again, and too many of them: O6 and O7
 *
 * All under the feed's lock, so plain loads and stores do.
 */
#ifndef HT_GATE_PACE_BPF_H
#define HT_GATE_PACE_BPF_H

#include "pace.map.h"

/* Fires of the last 16 slots.  verifier: without a branch in it there is one
 * way through the loop.
 */
static __always_inline __u32 pace_fires(const struct ht_pace *p, __u32 now)
{
	__u32 sum = 0, i;

	for (i = 0; i < HT_PACE_SLOTS; i++) {
		__s32 over = (__s32)(now - p->slot[i].at - HT_PACE_SLOTS);

		sum += p->slot[i].fires & (__u32)(over >> 31);
	}
	return sum;
}

static __always_inline void pace_add(struct ht_pace *p, __u32 now)
{
	__u32 i = now % HT_PACE_SLOTS;

	if (p->slot[i].at != now)
		p->slot[i].fires = 0;
	p->slot[i].at = now;
	p->slot[i].fires++;
}

static __always_inline int pace_is_same(const struct ht_pace *p, __u32 px,
					__u32 qty, __u32 what, __u64 now_ns,
					__u64 duplicate_ns)
{
	return p->last_ns && p->last_px == px && p->last_qty == qty &&
	       p->last_what == what && now_ns - p->last_ns < duplicate_ns;
}

/* A fire has left.  now_ns: CLOCK_MONOTONIC of its packet. */
static __always_inline void pace_take(__u32 locate, __u32 px, __u32 qty,
				      __u32 what, __u64 now_ns)
{
	__u32 now = (__u32)(now_ns >> HT_PACE_SHIFT);
	struct ht_pace *p = pace_at(locate);
	struct ht_pace *all = pace_at(0);

	if (!p || !all)
		return;
	pace_add(p, now);
	pace_add(all, now);
	p->last_ns = now_ns;
	p->last_px = px;
	p->last_qty = qty;
	p->last_what = what;
}

#endif
