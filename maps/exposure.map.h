/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * exposures - what we hold and have asked for; accounts - all of it together
 *
 *   exposures  key: stock locate, value: struct ht_exposure
 *   accounts   key: 0, value: struct ht_account
 *   writer     the controller, as orders leave and answers come in; sums are
 *              of what may still happen: an order counts from when it is sent
 *              until the exchange has answered it away; `paused` and `rejects`
 *              also `risk clear`, which ends them
 *   reader     kern/gate, user/risk.c
 *   pinned     both
 *
 * A controller that starts writes all of it before its session is OPEN, so
 * what an earlier one left behind refuses, and then is gone.
 */
#ifndef HT_EXPOSURE_MAP_H
#define HT_EXPOSURE_MAP_H

#include "abi.h"
#include "symbol.map.h"

enum { HT_FILLS = 8 };

struct ht_exposure {
	char symbol[HT_TICKER];		/* whose it is; "": nothing yet */
	__u32 open_orders;
	__s64 position;			/* shares, negative: short */
	__u64 open_buy;			/* shares that may still trade */
	__u64 open_sell;
	__u64 open_notional;		/* 1e-4 dollars, both sides */
	__u32 own_bid_e4;		/* highest resting buy, 0: none */
	__u32 own_ask_e4;		/* lowest resting sell, 0: none */
	__u64 fill_ns[HT_FILLS];	/* CLOCK_MONOTONIC of the last fills:
					 * number n, from 0, is at n % HT_FILLS
					 */
	__u64 fills;			/* orders that traded, each once */
	enum ht_flag paused;		/* O14: until a person arms again */
	__u32 pad;
};
HT_ABI_SIZE(struct ht_exposure, 136);

enum ht_session_state {
	HT_SESSION_DOWN,
	HT_SESSION_CONNECTING,
	HT_SESSION_LOGIN,		/* asked for, not answered */
	HT_SESSION_RECONCILING,		/* hears what it missed */
	HT_SESSION_OPEN,		/* orders may leave */
	HT_SESSION_CLOSING,		/* logout, or the last answers */
	HT_SESSION_ENDED,		/* by the exchange, for the day */
};

struct ht_account {
	enum ht_session_state session;
	__u32 backlog;			/* bytes that TCP has not sent */
	__u64 heard_ns;			/* CLOCK_MONOTONIC, from the exchange */
	__u32 rejects;			/* since they were last looked at */
	__u32 unanswered;		/* P1: 1: an order is overdue */
	__u32 open_orders;
	__u32 orders;			/* of the day, entered, by processes
					 * before this one, too
					 */
	__u32 changes;			/* ... replaced; and cancels asked for
					 * by this process
					 */
	__u32 pad;
	__u64 open_notional;		/* 1e-4 dollars, as all below */
	__u64 gross;			/* positions and open orders */
	__s64 net_high;			/* as if all open buys had traded, and */
	__s64 net_low;			/* all open sells; O10 has both ends */
	__s64 realised;
	__s64 unrealised;		/* by the middle of the book */
	__u64 marked_ns;		/* CLOCK_MONOTONIC of that */
};
HT_ABI_SIZE(struct ht_account, 96);

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, HT_LOCATES);
	__type(key, __u32);
	__type(value, struct ht_exposure);
} exposures SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_account);
} accounts SEC(".maps");

static __always_inline struct ht_exposure *exposure_at(__u32 locate)
{
	return bpf_map_lookup_elem(&exposures, &locate);
}

static __always_inline struct ht_account *account_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&accounts, &zero);
}
#elif defined(HT_NATIVE)
extern struct ht_exposure *native_exposures;	/* [HT_LOCATES] */
extern struct ht_account native_account;

static inline struct ht_exposure *exposure_at(__u32 locate)
{
	return locate < HT_LOCATES ? &native_exposures[locate] : NULL;
}

static inline struct ht_account *account_get(void)
{
	return &native_account;
}
#endif
#endif
