/* SPDX-License-Identifier: GPL-2.0 */
/*
 * aside - a packet that is not applied now, to the controller
 *
 * path: wire > feed > mold > itch > book > trigger > gate > act
 *                   \ busy \ ahead, another session, JOINING > [aside]
 *
 * It goes to the AF_XDP socket of its receive queue.  Without one it is lost,
 * and counted: then the other line, or a later recovery, has to bring it.
 */
#ifndef HT_ASIDE_BPF_H
#define HT_ASIDE_BPF_H

#include "aside.map.h"
#include "walk.bpf.h"

static __always_inline int aside_send(struct walk *w)
{
	if (cursor_injected(&w->c))
		return XDP_DROP;
	if (cursor_redirect(&w->c) == XDP_REDIRECT) {
		w->n->asides++;
		return XDP_REDIRECT;
	}
	w->n->aside_lost++;
	return XDP_DROP;
}

/* Another CPU holds the feed.  Who gave the packet has it still, and comes
 * again.
 */
static __always_inline int aside_busy(struct walk *w)
{
	w->n->aside_busy++;
	return cursor_injected(&w->c) ? HT_BUSY_AGAIN : aside_send(w);
}

#endif
