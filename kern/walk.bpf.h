/* SPDX-License-Identifier: GPL-2.0 */
/*
 * walk - what the stages hand to each other about one packet
 */
#ifndef HT_WALK_BPF_H
#define HT_WALK_BPF_H

#include "cursor.bpf.h"
#include "event.map.h"
#include "feed.map.h"
#include "stat.map.h"

enum {
	HT_NEXT = -1,		/* verdict of a stage: go on to the next one */
};

struct walk {
	struct cursor c;
	struct cursor ahead;	/* of the first pass, see kern/itch */
	struct ht_feed *feed;
	struct ht_counters *n;
	struct ht_changed *changed;
	__u64 entry_ns;		/* CLOCK_MONOTONIC at XDP entry */
	__u64 seq;		/* of the message the cursor stands at */
	__u32 count;		/* messages in the packet */
	__u32 known;		/* leading ones an earlier packet had */
	__u32 corrupt;		/* 1: the blocks do not add up */
};

#endif
