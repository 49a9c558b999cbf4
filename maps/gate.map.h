/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * gates - what must hold before anything may act
 *
 *   key     0
 *   value   struct ht_gate
 *   writer  the controller: how old its heartbeat may be, then the heartbeat
 *           while it runs and our clock; before each order the number of the
 *           next one
 *   reader  kern/gate
 *   pinned  yes
 *
 * The reasons to refuse are numbered here once, in the order in which they are
 * looked for, for the kernel's gate and for the second one in user space
 * (user/risk.c).  First failure wins.  Their rules are those of the sheet:
 * G1 to G7 are about the state, O1 to O14 about the order, P1 about the one
 * before it; "-" is no rule.
 */
#ifndef HT_GATE_MAP_H
#define HT_GATE_MAP_H

#include "abi.h"

/* X(id, field, rule, words): both gates look for these, state first */
#define HT_STATE_REFUSALS(X)						\
	X(KILLED,	killed,		"G1", "killed")			\
	X(KILLED_SESSION, killed_session, "G1", "session killed")	\
	X(KILLED_SYMBOL, killed_symbol,	"G1", "symbol killed")		\
	X(CONTROLLER,	controller,	"G7", "no live controller")	\
	X(LIMITS,	limits,		"-",				\
	  "no limits, or another symbol's")				\
	X(SESSION,	session,	"G6", "session is not open")	\
	X(SILENT,	silent,		"G6", "exchange is silent")	\
	X(BACKLOG,	backlog,	"G6", "session has a backlog")	\
	X(REJECTS,	rejects,	"G6",				\
	  "rejects that nobody has looked at")				\
	X(UNANSWERED,	unanswered,	"P1", "an order is unanswered")	\
	X(NOT_ENABLED,	not_enabled,	"G2", "symbol is not enabled")	\
	X(RESTRICTED,	restricted,	"G2", "symbol is restricted")	\
	X(TEST,		test,		"G2",				\
	  "test symbol, or not in the directory")			\
	X(FEED,		feed,		"G3", "feed is not LIVE")	\
	X(BOOK,		book,		"G3", "the symbol's book is BAD") \
	X(FEED_SILENT,	feed_silent,	"G4", "feed is silent")		\
	X(STALE,	stale,		"G4", "event is too old")	\
	X(CLOCK,	clock,		"G4",				\
	  "clock is not the exchange's, or not synchronised")		\
	X(PHASE,	phase,		"G5", "market is not open")	\
	X(MWCB,		mwcb,		"G5",				\
	  "market-wide circuit breaker")				\
	X(HALTED,	halted,		"G5", "symbol is not trading")

#define HT_ORDER_REFUSALS(X)						\
	X(NO_PRICE,	no_price,	"O1", "no price on that side")	\
	X(VALUES,	values,		"O1",				\
	  "quantity, price, side or symbol not valid")			\
	X(TICK,		tick,		"O1", "price is not on a tick")	\
	X(MAX_QTY,	max_qty,	"O2", "quantity above the limit") \
	X(MAX_NOTIONAL,	max_notional,	"O3", "notional above the limit") \
	X(NO_REFERENCE,	no_reference,	"O4",				\
	  "no price to compare the order's with")			\
	X(COLLAR,	collar,		"O4", "price outside the collar") \
	X(THROUGH,	through,	"O5",				\
	  "price too far through the other side")			\
	X(DUPLICATE,	duplicate,	"O6",				\
	  "same order, or same trigger and sequence")			\
	X(RATE_SYMBOL,	rate_symbol,	"O7",				\
	  "symbol's order rate above the limit")			\
	X(RATE_SESSION,	rate_session,	"O7",				\
	  "session's message rate above the limit")			\
	X(RATE,		rate,		"O7",				\
	  "order rate above the limit")					\
	X(MAX_ORDERS,	max_orders,	"O7", "orders of the day used up") \
	X(RATIO,	ratio,		"O7",				\
	  "too many cancels and replaces")				\
	X(OPEN_ORDERS,	open_orders,	"O8",				\
	  "open orders at the limit, or not known")			\
	X(OPEN_NOTIONAL, open_notional,	"O8",				\
	  "open notional above the limit")				\
	X(POSITION,	position,	"O9", "position above the limit") \
	X(GROSS,	gross,		"O10", "gross above the limit")	\
	X(NET,		net,		"O10", "net above the limit")	\
	X(LOSS,		loss,		"O10",				\
	  "loss above the limit, or not known")				\
	X(SHORT,	short,		"O11",				\
	  "sell that the position does not cover")			\
	X(SHORT_RULE,	short_rule,	"O11",				\
	  "short at or below the bid (Reg SHO 201)")			\
	X(SELF_TRADE,	self_trade,	"O12",				\
	  "would trade with an order of our own")			\
	X(ISO,		iso,		"O13",				\
	  "intermarket sweep orders are not allowed")			\
	X(REPEATED,	repeated,	"O14",				\
	  "too many fills; `risk clear` arms it again")

/* Only the kernel's side gives this one, only the user's those. */
#define HT_RING_REFUSAL(X)						\
	X(RING,		ring,		"-", "event ring full")

#define HT_USER_REFUSALS(X)						\
	X(DISARMED,	disarmed,	"-", "trigger is not armed")	\
	X(TRANSPORT,	transport,	"-", "no way to send the order") \
	X(ORDERS_FULL,	orders_full,	"-",				\
	  "order table full; restart the controller")			\
	X(JOURNAL,	journal,	"-", "cannot write the journal")

#define HT_GATE_REFUSALS(X)						\
	HT_STATE_REFUSALS(X)						\
	HT_ORDER_REFUSALS(X)
#define HT_KERNEL_REFUSALS(X)						\
	HT_GATE_REFUSALS(X)						\
	HT_RING_REFUSAL(X)
#define HT_REFUSALS_ALL(X)						\
	HT_KERNEL_REFUSALS(X)						\
	HT_USER_REFUSALS(X)

enum ht_refusal {
	HT_ALLOWED,
#define X(id, field, rule, words) HT_REFUSED_##id,
	HT_REFUSALS_ALL(X)
#undef X
	HT_REFUSALS
};

struct ht_gate {
	__u64 heartbeat_ns;	/* CLOCK_MONOTONIC, 0: no controller yet */
	__u64 heartbeat_max_ns;	/* older than this counts as dead */
	__u32 next_urn;		/* UserRefNum no controller of the instance has
				 * used yet; 0: none was.  The exchange ignores
				 * one that it has seen.
				 */
	__u32 clock_synced;	/* G4: 1: the kernel says that our clock is */
	__s64 midnight_ns;	/* CLOCK_MONOTONIC at midnight in New York, from
				 * where ITCH counts; may be before the boot
				 */
};
HT_ABI_SIZE(struct ht_gate, 32);

/* Is there a controller?  Its heartbeat may be a little younger than now_ns
 * (CLOCK_MONOTONIC), which another CPU may have read; one from further in the
 * future is nobody's.
 */
static __always_inline int gate_alive(const struct ht_gate *gate, __u64 now_ns)
{
	__u64 beat = HT_READ_ONCE(gate->heartbeat_ns);
	__u64 age = beat > now_ns ? beat - now_ns : now_ns - beat;

	return beat && age <= HT_READ_ONCE(gate->heartbeat_max_ns);
}

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_gate);
} gates SEC(".maps");

static __always_inline struct ht_gate *gate_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&gates, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_gate native_gate;

static inline struct ht_gate *gate_get(void)
{
	return &native_gate;
}
#endif
#endif
