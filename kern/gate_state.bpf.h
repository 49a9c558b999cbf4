/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gate_state - may anything be ordered in this symbol now?  G1 to G7, P1
 *
 * path: wire > feed > mold > itch > book > trigger > [gate] > act
 *
 * verifier: the functions that the kernel verifies by themselves take and
 * return scalars; each finds its maps anew, and each path through them is
 * walked once whatever the trigger is.
 */
#ifndef HT_GATE_STATE_BPF_H
#define HT_GATE_STATE_BPF_H

#include "exposure.map.h"
#include "feed.map.h"
#include "gate.map.h"
#include "kill.map.h"
#include "limit.map.h"
#include "loop.bpf.h"
#include "top.map.h"

#ifndef __bpf__
/* Supplied by whoever compiles the stages natively. */
__u64 bpf_ktime_get_ns(void);
#endif

static __always_inline int gate_same_ticker(const char *a, const char *b)
{
	const __u32 *x = (const __u32 *)a, *y = (const __u32 *)b;

	return x[0] == y[0] && x[1] == y[1] && x[2] == y[2];
}

/* The difference, whichever is larger: another CPU's clock may be ahead. */
static __always_inline __u64 gate_apart(__u64 a, __u64 b)
{
	return a > b ? a - b : b - a;
}

/* Is `then` within `most` nanoseconds of now?  0 is never. */
static __always_inline int gate_recent(__u64 now_ns, __u64 then, __u64 most)
{
	return then && gate_apart(now_ns, then) <= most;
}

/* -- G1, G7 --------------------------------------------------------------- */

/* Also the last thing that is looked at. */
static __always_inline __u32 gate_kill(const struct ht_kill *kill)
{
	if (HT_READ_ONCE(kill->global))
		return HT_REFUSED_KILLED;
	if (HT_READ_ONCE(kill->session))
		return HT_REFUSED_KILLED_SESSION;
	return HT_ALLOWED;
}

/* A list that is full kills everything.  Return: 1 or 0. */
HT_GLOBAL __u32 gate_symbol_killed(__u32 locate)
{
	const struct ht_symbol *s = symbol_at(locate);
	const struct ht_kill *kill = kill_get();
	__u32 count, i;

	if (!s || !kill)
		return 1;
	count = HT_READ_ONCE(kill->count);
	if (count > HT_KILL_SYMBOLS)
		return 1;
	for (i = 0; i < HT_KILL_SYMBOLS && i < count; i++)
		if (gate_same_ticker(kill->symbol[i], s->ticker))
			return 1;
	return 0;
}

/* -- limits --------------------------------------------------------------- */

/* The symbol's row of a set, or row 0; NULL when the set has none for it. */
static __always_inline const struct ht_limit *
gate_limit(__u32 locate, __u32 version, const struct ht_symbol *s)
{
	const struct ht_limit *l;
	__u32 set = (version & 1) * HT_LOCATES;

	if (!version || !locate || locate >= HT_LOCATES)
		return NULL;
	l = limit_at(set + locate);
	if (!l)
		return NULL;
	if (l->own == HT_NO)
		return limit_at(set);
	return gate_same_ticker(l->symbol, s->ticker) ? l : NULL;
}

/* -- G6, P1 --------------------------------------------------------------- */

static __always_inline __u32 gate_session(const struct ht_account *a,
					  const struct ht_rule_set *set,
					  __u64 now_ns)
{
	if (HT_READ_ONCE(a->session) != HT_SESSION_OPEN)
		return HT_REFUSED_SESSION;
	if (!gate_recent(now_ns, HT_READ_ONCE(a->heard_ns),
			 set->session_silence_ns))
		return HT_REFUSED_SILENT;
	if (HT_READ_ONCE(a->backlog) > set->max_backlog)
		return HT_REFUSED_BACKLOG;
	if (HT_READ_ONCE(a->rejects) > set->max_rejects)
		return HT_REFUSED_REJECTS;
	if (HT_READ_ONCE(a->unanswered))
		return HT_REFUSED_UNANSWERED;
	return HT_ALLOWED;
}

/* -- G2, G3, G5 ----------------------------------------------------------- */

/* Without its directory message nobody knows whether it is a test symbol. */
static __always_inline __u32 gate_symbol(const struct ht_limit *l,
					 const struct ht_symbol *s)
{
	if (l->enabled != HT_YES)
		return HT_REFUSED_NOT_ENABLED;
	if (l->restricted != HT_NO)
		return HT_REFUSED_RESTRICTED;
	if (s->test || !s->ticker[0])
		return HT_REFUSED_TEST;
	return HT_ALLOWED;
}

static __always_inline __u32 gate_market(const struct ht_feed *feed,
					 const struct ht_symbol *s)
{
	if (feed->phase != HT_PHASE_MARKET)
		return HT_REFUSED_PHASE;
	if (feed->mwcb_level)
		return HT_REFUSED_MWCB;
	if (s->state != HT_SYMBOL_TRADING || s->nasdaq_halt)
		return HT_REFUSED_HALTED;
	return HT_ALLOWED;
}

/* -- G4 ------------------------------------------------------------------- */

static __always_inline int gate_clock_agrees(const struct ht_gate *gate,
					     __u64 itch_ns, __u64 entry_ns,
					     __u64 max_skew_ns)
{
	__s64 skew = (__s64)(entry_ns - (__u64)HT_READ_ONCE(gate->midnight_ns) -
			     itch_ns);

	if (!max_skew_ns)	/* not compared */
		return 1;
	return HT_READ_ONCE(gate->clock_synced) &&
	       (__u64)(skew < 0 ? -skew : skew) <= max_skew_ns;
}

static __always_inline __u32 gate_fresh(const struct ht_feed *feed,
					const struct ht_gate *gate,
					const struct ht_rule_set *set,
					__u64 entry_ns, __u64 now_ns)
{
	if (!gate_recent(now_ns, feed->last_ns, set->max_silence_ns))
		return HT_REFUSED_FEED_SILENT;
	if (!gate_recent(now_ns, entry_ns, set->max_age_ns))
		return HT_REFUSED_STALE;
	if (!gate_clock_agrees(gate, feed->itch_ns, entry_ns,
			       set->max_skew_ns))
		return HT_REFUSED_CLOCK;
	return HT_ALLOWED;
}

/* -- in their order ------------------------------------------------------- */

/*
 * By limits of `version`; entry_ns is CLOCK_MONOTONIC of the packet.
 * Return: HT_ALLOWED, or the first reason to refuse.
 */
HT_GLOBAL __u32 gate_state(__u32 locate, __u32 version, __u64 entry_ns)
{
	const struct ht_account *account = account_get();
	const struct ht_symbol *s = symbol_at(locate);
	const struct ht_rules *rules = rules_get();
	const struct ht_top *top = top_at(locate);
	const struct ht_kill *kill = kill_get();
	const struct ht_gate *gate = gate_get();
	const struct ht_feed *feed = feed_get();
	const struct ht_rule_set *set;
	const struct ht_limit *l;
	__u64 now_ns = bpf_ktime_get_ns();
	__u32 why;

	if (!kill || !gate || !feed || !rules || !account || !s || !top)
		return HT_REFUSED_LIMITS;
	why = gate_kill(kill);
	if (why)
		return why;
	if (gate_symbol_killed(locate))
		return HT_REFUSED_KILLED_SYMBOL;
	if (!gate_alive(gate, now_ns))
		return HT_REFUSED_CONTROLLER;
	l = gate_limit(locate, version, s);
	if (!l)
		return HT_REFUSED_LIMITS;
	set = &rules->set[version & 1];
	why = gate_session(account, set, now_ns);
	if (why)
		return why;
	why = gate_symbol(l, s);
	if (why)
		return why;
	if (feed->state != HT_FEED_LIVE)
		return HT_REFUSED_FEED;
	if (top->book != HT_BOOK_OK)
		return HT_REFUSED_BOOK;
	why = gate_fresh(feed, gate, set, entry_ns, now_ns);
	return why ? why : gate_market(feed, s);
}

#endif
