/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * gates - what must hold before anything may act
 *
 *   key     0
 *   value   struct ht_gate
 *   writer  the controller: how old its heartbeat may be, then the heartbeat
 *           while it runs; before each order the number of the next one
 *   reader  kern/gate
 *   pinned  yes
 *
 * The reasons to refuse are numbered here once, for the kernel's gate and for
 * the second one in user space (user/risk.c).  First failure wins.
 */
#ifndef HT_GATE_MAP_H
#define HT_GATE_MAP_H

#include "abi.h"

/* X(id, field, words); the numbers are stable: append only */
#define HT_KERNEL_REFUSALS(X)						\
	X(CONTROLLER,	controller,	"no live controller")		\
	X(FEED,		feed,		"feed is not LIVE")		\
	X(PHASE,	phase,		"market is not open")		\
	X(MWCB,		mwcb,		"market-wide circuit breaker")	\
	X(HALTED,	halted,		"symbol is not trading")	\
	X(TEST,		test,		"test symbol")			\
	X(BOOK,		book,		"the symbol's book is BAD")	\
	X(NO_PRICE,	no_price,	"no price on that side")	\
	X(RING,		ring,		"event ring full")

#define HT_USER_REFUSALS(X)						\
	X(DISARMED,	disarmed,	"trigger is not armed")		\
	X(STALE,	stale,		"event is too old")		\
	X(DUPLICATE,	duplicate,	"same trigger and sequence")	\
	X(VALUES,	values,						\
	  "quantity, price or symbol not valid")			\
	X(MAX_QTY,	max_qty,	"quantity above the limit")	\
	X(MAX_NOTIONAL,	max_notional,	"notional above the limit")	\
	X(COLLAR,	collar,		"price outside the collar")	\
	X(RATE,		rate,		"order rate above the limit")	\
	X(TRANSPORT,	transport,	"no way to send the order")	\
	X(ORDERS_FULL,	orders_full,					\
	  "order table full; restart the controller")

enum ht_refusal {
	HT_ALLOWED,
#define X(id, field, words) HT_REFUSED_##id,
	HT_KERNEL_REFUSALS(X)
	HT_USER_REFUSALS(X)
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
	__u32 pad;
};
HT_ABI_SIZE(struct ht_gate, 24);

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
