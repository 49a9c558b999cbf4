/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * kills - the kill switch: what must not trade, by whose word, since when
 *
 *   key     0
 *   value   struct ht_kill
 *   writer  user/kill.c: the two words by whoever kills, the rest under the
 *           instance's lock
 *   reader  kern/gate, user/risk.c right before a descriptor, `status`
 *   pinned  yes
 *
 * One store of `global` or `session` stops everything on all CPUs: whoever is
 * about to act reads the word last.  A symbol is killed by its ticker, as
 * locates are another day's or another session's: the writer fills the place
 * behind the last one and then stores `count`.  Nothing here is taken back but
 * by `kill reset`, whose generation must be the one in force, and which leaves
 * a word alone that has moved, or has kills in it of which nobody has said why.
 */
#ifndef HT_KILL_MAP_H
#define HT_KILL_MAP_H

#include "abi.h"
#include "symbol.map.h"

enum {
	HT_KILL_SYMBOLS = 64,	/* the one after that kills everything */
	HT_KILL_WHO = 32,	/* bytes with NUL */
	HT_KILL_REASON = 88,	/* bytes with NUL */
};

enum ht_kill_level {
	HT_KILL_NONE,
	HT_KILL_SYMBOL,
	HT_KILL_SESSION,
	HT_KILL_GLOBAL,
};

struct ht_kill {
	__u32 global;			/* not 0: nothing trades; kills so far */
	__u32 session;			/* not 0: nothing is sent; the same */
	__u32 count;			/* of symbol[] */
	__u32 generation;		/* one more at each kill and reset */
	char symbol[HT_KILL_SYMBOLS][HT_TICKER];
	/* the last kill or reset */
	enum ht_kill_level level;
	__u32 was_reset;		/* 1: it was a reset */
	__u64 at_ns;			/* CLOCK_REALTIME */
	__u64 mono_ns;			/* CLOCK_MONOTONIC */
	char who[HT_KILL_WHO];
	char reason[HT_KILL_REASON];
	__u32 said_global;		/* kills of these words with who and why */
	__u32 said_session;
};
HT_ABI_SIZE(struct ht_kill, 936);

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_kill);
} kills SEC(".maps");

static __always_inline struct ht_kill *kill_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&kills, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_kill native_kill;

static inline struct ht_kill *kill_get(void)
{
	return &native_kill;
}
#endif
#endif
