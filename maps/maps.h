/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * maps - the contract between kernel and user space, all of it
 *
 * Each header is one subject's: its card, its layout, its capacity and, for
 * BPF, the map itself.  HT_ABI_VERSION changes when a layout means something
 * else at the same size; pins of another ht_abi() are refused.
 */
#ifndef HT_MAPS_H
#define HT_MAPS_H

#include "about.map.h"
#include "feed.map.h"
#include "aside.map.h"
#include "recover.map.h"
#include "symbol.map.h"
#include "order.map.h"
#include "level.map.h"
#include "top.map.h"
#include "trigger.map.h"
#include "gate.map.h"
#include "kill.map.h"
#include "limit.map.h"
#include "exposure.map.h"
#include "pace.map.h"
#include "event.map.h"
#include "work.map.h"
#include "wanted.map.h"
#include "session.map.h"
#include "stat.map.h"

#define HT_ABI_VERSION	5
#define HT_PIN_ROOT	"/sys/fs/bpf/hairtrigger"	/* / INSTANCE / MAP */

/* X(map, value): pinned, in the order of a packet's way */
#define HT_PINNED_MAPS(X)						\
	X(about,	struct ht_about)	/* who loaded it, onto what */ \
	X(feeds,	struct ht_feed)		/* feed, market's phase */ \
	X(asides,	__u32)			/* sockets for odd packets */ \
	X(wanted,	__u32)			/* the watch list */ \
	X(kept,		struct ht_kept)		/* ... and its locates */ \
	X(orders,	struct ht_orders)	/* every displayed order */ \
	X(levels,	struct ht_levels)	/* far levels and tree */ \
	X(tops,		struct ht_top)		/* best bids and offers */ \
	X(books,	struct ht_book)		/* totals of the book */ \
	X(symbols,	struct ht_symbol)	/* state and statistics */ \
	X(triggers,	struct ht_trigger)	/* rules and their state */ \
	X(watches,	struct ht_watch)	/* a symbol's first trigger */ \
	X(gates,	struct ht_gate)		/* controller's heartbeat */ \
	X(kills,	struct ht_kill)		/* what must not trade */ \
	X(limits,	struct ht_limit)	/* what an order may be */ \
	X(rules,	struct ht_rules)	/* ... and all of them */ \
	X(exposures,	struct ht_exposure)	/* what we hold, asked for */ \
	X(accounts,	struct ht_account)	/* ... all of it, session */ \
	X(sessions,	struct ht_session)	/* the order session's TCP */ \
	X(counters,	struct ht_counters)	/* per CPU: what happened */ \
	X(events,	struct ht_event)	/* fires, in a ring */

/* X(program): pinned beside them, for the controller to run */
#define HT_PINNED_PROGRAMS(X)						\
	X(ht_feed)		/* packets that it puts in order */ \
	X(ht_order)		/* on the orders' interface, if another */ \
	X(ht_recover)		/* the book begun anew, recover.map.h */

/* What the pins of an instance are compared by: HT_ABI_VERSION and the size of
 * every layout, so that one that grew is another ABI without anybody's help.
 */
static __always_inline __u32 ht_abi(void)
{
	__u32 abi = HT_ABI_VERSION;

#define X(map, value) abi = abi * 31 + (__u32)sizeof(value);
	HT_PINNED_MAPS(X)
#undef X
	return abi;
}

#endif
