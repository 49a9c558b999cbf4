/* SPDX-License-Identifier: GPL-2.0 */
/*
 * changed - the symbols with triggers that this packet has changed
 *
 * Stages note a symbol as they go; kern/trigger looks at each one once, after
 * the packet's last message.
 */
#ifndef HT_CHANGED_BPF_H
#define HT_CHANGED_BPF_H

#include "walk.bpf.h"

/* The message the walk stands at has changed this symbol. */
static __always_inline void changed_note(struct walk *w, __u32 locate)
{
	struct ht_changed *list = changed_get();
	struct ht_watch *watch = watch_at(locate);
	struct ht_queued *q;
	__u32 at;

	if (!list || !watch || !HT_READ_ONCE(watch->first))
		return;
	at = list->count;
	q = queued_at(locate);
	if (!q)
		return;
	q->seq = w->work->seq;
	if (q->stamp == list->packet || at >= HT_TRIGGERS)
		return;
	q->stamp = list->packet;
	list->locate[at] = locate;
	list->count = at + 1;
}

#endif
