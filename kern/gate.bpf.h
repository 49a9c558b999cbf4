/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gate - the last word before anything acts
 *
 * path: wire > feed > mold > itch > book > trigger > [gate] > act
 *
 * First failure wins, in the order of maps/gate.map.h.  Missing data refuses.
 * The limits are those of one version, whole: when it moves meanwhile, the
 * order is judged again.
 *
 *   gate_state  G1 to G7, P1: the state of everything
 *   gate_order  O1 to O14: the order
 *   gate_pace   what O6 and O7 remember
 */
#ifndef HT_GATE_BPF_H
#define HT_GATE_BPF_H

#include "gate_order.bpf.h"
#include "act.bpf.h"

enum { GATE_TRIES = 3 };	/* judgements by limits that keep moving */

static __always_inline __u32 gate_what(const struct wish *wish)
{
	__u32 side = wish->side == HT_BID ? 0 :
		     wish->side == HT_ASK ? GATE_SELLS : GATE_NO_SIDE;

	return side | wish->marks << GATE_MARKS;
}

/* Return: HT_ALLOWED, or the first reason to refuse. */
static __always_inline __u32 gate_refusal(const struct walk *w,
					  const struct wish *wish, __u32 locate)
{
	const struct ht_rules *rules = rules_get();
	const struct ht_kill *kill = kill_get();
	__u32 version, why;
	int try;

	if (!rules || !kill)
		return HT_REFUSED_LIMITS;
	for (try = 0; try < GATE_TRIES; try++) {
		version = HT_READ_ONCE(rules->version);
		HT_BARRIER();
		why = gate_state(locate, version, w->entry_ns);
		if (!why)
			why = gate_order(locate, version, wish->px, wish->qty,
					 gate_what(wish));
		HT_BARRIER();
		if (HT_READ_ONCE(rules->version) == version)
			return why ? why : gate_kill(kill);
	}
	return HT_REFUSED_LIMITS;
}

/* What has fired counts for O6 and O7. */
static __always_inline void gate_took(const struct walk *w,
				      const struct wish *wish, __u32 locate)
{
	pace_take(locate, wish->px, wish->qty, gate_what(wish), w->entry_ns);
}

static __always_inline void gate_count(struct ht_counters *n, __u32 refusal)
{
	switch (refusal) {
#define X(id, field, rule, words) \
	case HT_REFUSED_##id: n->refused_##field++; break;
	HT_KERNEL_REFUSALS(X)
#undef X
	}
}

#endif
