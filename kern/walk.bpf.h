/* SPDX-License-Identifier: GPL-2.0 */
/*
 * walk - what the stages hand to each other about one packet
 */
#ifndef HT_WALK_BPF_H
#define HT_WALK_BPF_H

#include "cursor.bpf.h"
#include "event.map.h"
#include "feed.map.h"
#include "order.map.h"
#include "stat.map.h"
#include "top.map.h"
#include "wanted.map.h"
#include "work.map.h"

enum {
	HT_NEXT = -1,		/* verdict of a stage: go on to the next one */
	HT_ASIDE = -2,		/* ... not now: to the controller */
};

struct walk {
	struct cursor c;
	struct ht_feed *feed;
	struct ht_counters *n;
	struct ht_book *book;
	struct ht_orders *orders;
	struct ht_work *work;
	__u64 entry_ns;		/* CLOCK_MONOTONIC at XDP entry */
};

#endif
