/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * limits - what an order may be; rules - what all of them together may
 *
 *   limits  key: (version & 1) * HT_LOCATES + locate, value: struct ht_limit;
 *           locate 0 is for symbols without limits of their own: on a feed
 *           whose locates were given anew, a row of its own that names another
 *           symbol refuses, until it is set again or inherits
 *   rules   key: 0, value: struct ht_rules
 *   writer  user/limits.c, under the instance's lock
 *   reader  kern/gate, user/risk.c
 *   pinned  both
 *
 * Limits are never edited in place.  The writer copies the set in force, edits
 * the copy and stores version + 1: the next order is judged by the new set,
 * whole.  A reader reads version before and after, and again when it moved.
 * Version 0 is no limits at all, and refuses.
 *
 * A limit of 0 lets nothing pass unless it says otherwise.
 */
#ifndef HT_LIMIT_MAP_H
#define HT_LIMIT_MAP_H

#include "abi.h"
#include "symbol.map.h"

enum ht_short {
	HT_SHORT_NEVER,		/* sells must be covered by the position */
	HT_SHORT_LOCATED,	/* shares were located: side T, with its tag */
};

struct ht_limit {
	char symbol[HT_TICKER];		/* must be the locate's, "" in row 0 */
	enum ht_flag own;		/* else row 0 counts */
	enum ht_flag enabled;		/* G2: white list */
	enum ht_flag restricted;	/* G2 */
	enum ht_short shorts;		/* O11 */
	__u32 tick_e4;			/* O1: from $1 up, 1e-4 dollars */
	__u32 max_qty;			/* O2: shares of an order */
	__u32 collar_bps;		/* O4: off the reference price */
	__u32 collar_e4;		/* O4: 1e-4 dollars; 0: bps alone */
	__u32 max_through;		/* O5: ticks past the opposite best */
	__u32 rate;			/* O7: orders in any second */
	__u32 max_open;			/* O8: open orders */
	__u32 max_fills;		/* O14: so many in fills_ns pause it; at
					 * most what an exposure remembers
					 */
	__u64 fills_ns;
	__u64 max_notional;		/* O3: 1e-4 dollars of an order */
	__u64 max_open_notional;	/* O8: 1e-4 dollars */
	__u64 max_position;		/* O9: shares either way, with all that
					 * is open on that side
					 */
};
HT_ABI_SIZE(struct ht_limit, 96);

struct ht_rule_set {
	__u64 max_silence_ns;		/* G4: since the feed's last packet */
	__u64 max_age_ns;		/* G4: of an event, from XDP entry */
	__u64 max_skew_ns;		/* G4: exchange time from ours, either
					 * way; 0: not compared
					 */
	__u64 session_silence_ns;	/* G6: of the exchange */
	__u32 max_rejects;		/* G6: of the exchange, and answers
					 * that cannot be true; one more, and
					 * none leaves until they are looked at
					 */
	__u32 max_backlog;		/* G6: bytes not yet taken by TCP */
	__u64 duplicate_ns;		/* O6: same symbol, side, price, qty; 0:
					 * as soon as one likes
					 */
	__u32 rate;			/* O7: orders in any second, all */
	__u32 session_rate;		/* O7: messages in any second */
	__u32 max_orders;		/* O7: of the day */
	__u32 max_ratio;		/* O7: cancels and replaces, in percent
					 * of orders; counted from 100 on
					 */
	__u32 max_open;			/* O8: all symbols */
	enum ht_flag iso;		/* O13: may be said at all */
	__u64 max_open_notional;	/* O8: 1e-4 dollars, as all here */
	__u64 max_gross;		/* O10: positions and open orders */
	__u64 max_net;			/* O10: the same, either way */
	__u64 max_loss;			/* O10: realised and marked */
	__u64 max_mark_ns;		/* O10: since that was marked */
};
HT_ABI_SIZE(struct ht_rule_set, 112);

struct ht_rules {
	__u32 version;			/* set[version & 1] is in force */
	__u32 pad;
	__u64 at_ns;			/* CLOCK_REALTIME of that */
	struct ht_rule_set set[2];
};
HT_ABI_SIZE(struct ht_rules, 240);

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 2 * HT_LOCATES);
	__type(key, __u32);
	__type(value, struct ht_limit);
} limits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_rules);
} rules SEC(".maps");

static __always_inline struct ht_limit *limit_at(__u32 row)
{
	return bpf_map_lookup_elem(&limits, &row);
}

static __always_inline struct ht_rules *rules_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&rules, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_limit *native_limits;	/* [2 * HT_LOCATES] */
extern struct ht_rules native_rules;

static inline struct ht_limit *limit_at(__u32 row)
{
	return row < 2 * HT_LOCATES ? &native_limits[row] : NULL;
}

static inline struct ht_rules *rules_get(void)
{
	return &native_rules;
}
#endif
#endif
