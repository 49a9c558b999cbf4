/* SPDX-License-Identifier: GPL-2.0 */
/*
 * packet - the stages behind `feed`, in order, for one packet
 *
 * path: wire > feed > [mold > itch > book > trigger > gate > act]
 *
 * The caller holds the feed's lock.  Live frames, injected ones and the native
 * tests all come through here.
 */
#ifndef HT_PACKET_BPF_H
#define HT_PACKET_BPF_H

#include "itch.bpf.h"
#include "mold.bpf.h"
#include "trigger.bpf.h"

/* Return: XDP_DROP or HT_ASIDE. */
static __always_inline int packet_apply(struct walk *w)
{
	struct ht_changed *changed = changed_get();
	int verdict;

	if (!changed)
		return HT_ASIDE;
	verdict = mold_accept(w);
	if (verdict != HT_NEXT)
		return verdict;
	changed->packet++;
	changed->count = 0;
	itch_walk(w);
	verdict = mold_applied(w);
	trigger_run(w);
	return verdict;
}

#endif
