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

static __always_inline void packet_apply(struct walk *w)
{
	struct ht_changed *changed = changed_get();

	if (!changed || mold_accept(w) != HT_NEXT)
		return;
	changed->packet++;
	changed->count = 0;
	itch_walk(w);
	mold_applied(w);
	trigger_run(w);
}

#endif
