/* SPDX-License-Identifier: GPL-2.0 */
/*
 * frame - all that is done about one frame, whoever brings it
 *
 * The caller has set the cursor on the frame, and the maps.
 */
#ifndef HT_FRAME_BPF_H
#define HT_FRAME_BPF_H

#include "aside.bpf.h"
#include "checksum.bpf.h"
#include "feed.bpf.h"
#include "packet.bpf.h"

#ifndef __bpf__
/* Supplied by whoever compiles the stages natively. */
__u64 bpf_ktime_get_ns(void);
#endif

/* The caller holds the feed's lock.  Return: XDP_DROP or HT_ASIDE. */
static __always_inline int frame_apply(struct walk *w)
{
	w->entry_ns = bpf_ktime_get_ns();
	if (!cfg_verify_checksum || checksum_is_good(w))
		return packet_apply(w);
	w->n->drop_checksum++;
	return XDP_DROP;
}

/* Return: XDP_PASS, XDP_DROP, XDP_REDIRECT or HT_BUSY_AGAIN; the counters say
 * why.
 */
static __always_inline int frame_run(struct walk *w)
{
	int verdict;

	w->n->frames++;
	verdict = feed_match(w);
	if (verdict != HT_NEXT)
		return verdict;
	/* what it repeats is not looked at, its checksum neither */
	if (mold_is_known(w)) {
		w->n->drop_duplicate++;
		return XDP_DROP;
	}
	if (!feed_lock(w->feed))
		return aside_busy(w);
	verdict = frame_apply(w);
	feed_unlock(w->feed);
	return verdict == HT_ASIDE ? aside_send(w) : verdict;
}

#endif
