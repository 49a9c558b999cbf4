/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gate - the last word before anything acts
 *
 * path: wire > feed > mold > itch > book > trigger > [gate] > act
 *
 * First failure wins, in the order of maps/gate.map.h.  Missing data refuses.
 */
#ifndef HT_GATE_BPF_H
#define HT_GATE_BPF_H

#include "gate.map.h"
#include "walk.bpf.h"

static __always_inline int gate_controller_alive(__u64 now_ns)
{
	const struct ht_gate *gate = gate_get();

	return gate && gate_alive(gate, now_ns);
}

static __always_inline __u32 gate_refusal(const struct walk *w,
					  const struct ht_top *top,
					  const struct ht_symbol *s)
{
	if (!gate_controller_alive(w->entry_ns))
		return HT_REFUSED_CONTROLLER;
	if (w->feed->state != HT_FEED_LIVE)
		return HT_REFUSED_FEED;
	if (w->feed->phase != HT_PHASE_MARKET)
		return HT_REFUSED_PHASE;
	if (w->feed->mwcb_level)
		return HT_REFUSED_MWCB;
	if (s->state != HT_SYMBOL_TRADING || s->nasdaq_halt)
		return HT_REFUSED_HALTED;
	if (s->test)
		return HT_REFUSED_TEST;
	if (top->book != HT_BOOK_OK)
		return HT_REFUSED_BOOK;
	return HT_ALLOWED;
}

static __always_inline void gate_count(struct ht_counters *n, __u32 refusal)
{
	switch (refusal) {
#define X(id, field, words) case HT_REFUSED_##id: n->refused_##field++; break;
	HT_KERNEL_REFUSALS(X)
#undef X
	}
}

#endif
