/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * maps - the contract between kernel and user space, all of it
 *
 * Each header is one subject's: its card, its layout, its capacity and, for
 * BPF, the map itself.  HT_ABI_VERSION changes when the meaning of a layout
 * does; the loader refuses pins of another version.
 */
#ifndef HT_MAPS_H
#define HT_MAPS_H

#include "feed.map.h"
#include "symbol.map.h"
#include "order.map.h"
#include "level.map.h"
#include "top.map.h"
#include "trigger.map.h"
#include "gate.map.h"
#include "event.map.h"
#include "stat.map.h"

#define HT_ABI_VERSION	1
#define HT_PIN_ROOT	"/sys/fs/bpf/hairtrigger"	/* / INSTANCE / MAP */

/* X(map, value, key, what it holds): pinned, in the order of a packet's way */
#define HT_PINNED_MAPS(X)						\
	X(feeds,	struct ht_feed,		"0",		"the feed and the market's phase") \
	X(orders,	struct ht_order,	"hash slot",	"every displayed order") \
	X(levels,	struct ht_block,	"block",	"price levels, eight a block") \
	X(nodes,	struct ht_node,		"hash slot",	"the tree over the blocks") \
	X(tops,		struct ht_top,		"locate",	"best bid and offer")	\
	X(books,	struct ht_book,		"0",		"totals of the book")	\
	X(symbols,	struct ht_symbol,	"locate",	"trading state and statistics") \
	X(triggers,	struct ht_trigger,	"row",		"rules and their state") \
	X(watches,	struct ht_watch,	"locate",	"first trigger of a symbol") \
	X(gates,	struct ht_gate,		"0",		"the controller's heartbeat") \
	X(counters,	struct ht_counters,	"0, per CPU",	"what happened, in packet order") \
	X(events,	struct ht_event,	"ring",		"fires, for the controller")

#endif
