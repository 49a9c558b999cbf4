/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * feeds - where the feed comes from, how far it got, what the market does
 *
 *   key     0: an instance follows one feed
 *   value   struct ht_feed
 *   writer  lines, name, verify_checksum and the first expected: the loader,
 *           before attach; phase once, for `load --market-open`; a line's
 *           packets: kern/feed, atomically; everything else: kern/mold, itch,
 *           symbol and recover, under the lock.
 *           `replay` steps over a capture's holes: expected, tail and state
 *   reader  kern/feed, mold, itch, gate; user space maps it
 *   pinned  yes
 *
 * A symbol is LIVE when the feed is LIVE and its own book is not BAD, so one
 * store here takes every symbol out of trading at once.
 */
#ifndef HT_FEED_MAP_H
#define HT_FEED_MAP_H

#include "abi.h"

enum { HT_LINES = 2 };

enum ht_feed_state {
	HT_FEED_WAITING,	/* no packet of the feed seen yet */
	HT_FEED_LIVE,		/* everything up to `tail` is in the book */
	HT_FEED_GAP,		/* [expected, tail) is missing */
	HT_FEED_ENDED,		/* end of session, nothing missing */
	HT_FEED_BAD,		/* corrupt packet or another session: the book
				 * must be begun anew
				 */
	HT_FEED_JOINING,	/* it is: user space fills an empty book */
};

/* Three heartbeats missed: another session may be the one that lives. */
#define HT_SESSION_SILENT_NS	3000000000ull

enum ht_market_phase {		/* System Event Message, ITCH 5.0 */
	HT_PHASE_CLOSED,	/* nothing said yet, or the day is over */
	HT_PHASE_MESSAGES,	/* O start of messages */
	HT_PHASE_SYSTEM,	/* S start of system hours */
	HT_PHASE_MARKET,	/* Q start of market hours: triggers may act */
	HT_PHASE_AFTER,		/* M end of market hours */
	HT_PHASE_SYSTEM_END,	/* E end of system hours */
};

/* Where multicast of one line arrives; network order bytes, port in host
 * order.  A source of 0.0.0.0 accepts any sender.
 */
struct ht_line {
	__u8 group[4];
	__u8 source[4];
	__u16 port;		/* 0: the line is not used */
	__u16 pad;
	__u32 pad2;
	__u64 packets;
};
HT_ABI_SIZE(struct ht_line, 24);

struct ht_feed {
	enum ht_feed_state state;
	__u32 lock;		/* 1 while a packet is being applied */
	enum ht_market_phase phase;
	__u32 mwcb_level;	/* 1 to 3 once breached, else 0; nothing in ITCH
				 * takes it back: reload to trade again
				 */
	char name[16];
	char session[12];	/* MoldUDP64 session, ended by NUL */
	__u32 adopted;		/* 1: session and expected are known */
	__u64 expected;		/* sequence of the next message to apply */
	__u64 tail;		/* one past the highest sequence seen */
	__u64 end;		/* tail at the end of session, 0: not said */
	__u64 last_ns;		/* CLOCK_MONOTONIC of the last packet */
	__u64 itch_ns;		/* timestamp of the last message applied */
	__u64 gaps;		/* times a gap opened */
	__u64 gap_ns;		/* CLOCK_MONOTONIC when the feed last stopped
				 * being LIVE
				 */
	__u64 joins;		/* times the book was begun anew */
	__u64 healed;		/* times nothing was missing any more */
	__u64 heal_ns;		/* from gap_ns until then, the last time */
	__u64 heal_worst_ns;
	__u32 verify_checksum;	/* 1: `load` was asked to */
	__u32 pad;
	__u64 mwcb_points[3];	/* decline levels 1 to 3, 1e-8 index points */
	struct ht_line lines[HT_LINES];
};
HT_ABI_SIZE(struct ht_feed, 216);

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_feed);
} feeds SEC(".maps");

static __always_inline struct ht_feed *feed_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&feeds, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_feed native_feed;

static inline struct ht_feed *feed_get(void)
{
	return &native_feed;
}
#endif
#endif
