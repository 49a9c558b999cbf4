/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * counters - everything that happened, in the order of a packet's way
 *
 *   key     0, per CPU
 *   value   struct ht_counters; user space adds the CPUs up
 *   writer  kern/, every stage its own
 *   reader  `hairtrigger status`, `replay`, tests
 *   pinned  yes
 *
 * Read from top to bottom the list is a funnel: frames in, frames passed up,
 * dropped or set aside and why, packets, messages, book, triggers, refusals,
 * fires.
 * frames = the HT_EXITS, added up.
 */
#ifndef HT_STAT_MAP_H
#define HT_STAT_MAP_H

#include "abi.h"
#include "gate.map.h"
#include "itch50.h"

/* One of these counts every frame.  X(field, unit, help) */
#define HT_EXITS(X)							\
	X(pass_short,	"frames", "passed up: too short to be a feed's")  \
	X(pass_not_udp,	"frames", "passed up: not UDP in IPv4")		\
	X(pass_session,	"frames", "passed up: the order session's TCP")	\
	X(pass_fragment, "frames", "passed up: an IP fragment")		\
	X(pass_not_ours, "frames", "passed up: not the feed's group and port") \
	X(drop_source,	"frames", "dropped: the group's, from a foreign sender") \
	X(drop_runt,	"frames", "dropped: shorter than a MoldUDP64 header") \
	X(drop_checksum, "frames", "dropped: wrong UDP checksum (--verify-checksum)") \
	X(drop_duplicate, "frames", "dropped: everything in it was known") \
	X(aside_busy,	"frames", "set aside: another CPU held the feed") \
	X(aside_session, "frames", "set aside: another MoldUDP64 session") \
	X(aside_ahead,	"frames", "set aside: beyond a gap")		\
	X(aside_state,	"frames", "set aside: the feed is BAD or JOINING") \
	X(heartbeats,	"frames", "MoldUDP64 heartbeats")		\
	X(session_ends,	"frames", "MoldUDP64 end of session")		\
	X(packets,	"frames", "applied to the book")		\
	X(corrupt,	"frames", "packets whose blocks do not add up")

#define HT_FEED_COUNTERS(X)						\
	X(frames,	"frames", "seen by the program")		\
	HT_EXITS(X)							\
	X(asides,	"frames", "set aside, to the controller")	\
	X(aside_lost,	"frames", "set aside, and no controller took them") \
	X(injected,	"frames", "given back by the controller")	\
	X(ends_refuted,	"ends", "of session, with messages behind them")	\
	X(bytes,	"bytes", "of MoldUDP64 payload in `packets`")	\
	X(missed,	"messages", "found missing when a gap opened")	\
	X(overlap,	"messages", "skipped: an earlier packet had them")

#define HT_ITCH_COUNTERS(X)						\
	X(messages,	"messages", "walked")				\
	X(empty,	"messages", "of length 0")			\
	X(unwatched,	"messages", "of symbols that are not on the watch list") \
	X(unknown_type,	"messages", "of a type ITCH 5.0 does not know")	\
	X(short_message, "messages", "shorter than their type: feed BAD")

#define HT_BOOK_COUNTERS(X)						\
	X(unknown_ref,	"messages", "about an order not in the book: symbol BAD") \
	X(duplicate_ref, "messages", "adding an order that is there: symbol BAD") \
	X(over_executed, "messages", "taking more than is left: symbol BAD") \
	X(bad_value,	"messages", "with an impossible side, price or reference: symbol BAD; with locate 0: feed BAD") \
	X(orders_full,	"orders", "without a place in `orders`: symbol BAD") \
	X(levels_full,	"levels", "without a place in `levels`: symbol BAD") \
	X(renamed,	"symbols", "given another ticker during the day: symbol BAD") \
	X(slots_lost,	"slots", "of a table whose run was too long to mend") \
	X(top_changes,	"changes", "of a best bid or offer")

#define HT_TRIGGER_COUNTERS(X)						\
	X(evaluated,	"triggers", "looked at")			\
	X(re_evaluated,	"triggers", "edited while looked at")		\
	X(edit_storm,	"triggers", "left for the next packet: edited too fast") \
	X(held,		"triggers", "true, but cooling down, or fired by this sequence")

struct ht_counters {
#define X(field, unit, help) __u64 field;
	HT_FEED_COUNTERS(X)
	HT_ITCH_COUNTERS(X)
#undef X
#define X(type, name, len, what) __u64 itch_##name;
	ITCH_MESSAGES(X)
#undef X
#define X(field, unit, help) __u64 field;
	HT_BOOK_COUNTERS(X)
	HT_TRIGGER_COUNTERS(X)
#undef X
#define X(id, field, rule, words) __u64 refused_##field;
	HT_KERNEL_REFUSALS(X)
#undef X
	__u64 fired;		/* events handed to the controller */
};

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_counters);
} counters SEC(".maps");

static __always_inline struct ht_counters *counters_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&counters, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_counters native_counters;

static inline struct ht_counters *counters_get(void)
{
	return &native_counters;
}
#endif
#endif
