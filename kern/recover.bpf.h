/* SPDX-License-Identifier: GPL-2.0 */
/*
 * recover - the controller begins the book anew
 *
 * BEGIN stops live packets at kern/mold; the controller empties the book's
 * maps and gives a snapshot, message by message; FINISH says which sequence
 * comes next, and the feed is LIVE again or has a gap like any other.  Should
 * the controller die in between the feed stays JOINING, nothing fires, and the
 * next one begins again.
 */
#ifndef HT_RECOVER_BPF_H
#define HT_RECOVER_BPF_H

#include "mold.bpf.h"
#include "recover.map.h"

/* Another session is another day: its market has said nothing yet. */
static __always_inline void recover_begin(struct ht_feed *feed,
					  const struct ht_recover *ask,
					  __u64 now_ns)
{
	if (get_be64(feed->session) != get_be64(ask->session) ||
	    get_be16(feed->session + 8) != get_be16(ask->session + 8)) {
		__builtin_memcpy(feed->session, ask->session,
				 MOLD_SESSION_LEN);
		feed->phase = HT_PHASE_CLOSED;
		feed->mwcb_level = 0;
	}
	mold_stop(feed, HT_FEED_JOINING, now_ns);
	feed->last_ns = now_ns;
	feed->adopted = 1;
	feed->expected = 1;
	feed->tail = 1;
	feed->end = 0;
	feed->joins++;
}

static __always_inline void recover_finish(struct ht_feed *feed,
					   const struct ht_recover *ask,
					   __u64 now_ns)
{
	feed->last_ns = now_ns;
	feed->expected = ask->seq;
	if (feed->tail < ask->seq)
		feed->tail = ask->seq;
	if (feed->tail < ask->tail)
		feed->tail = ask->tail;
	feed->state = HT_FEED_GAP;
	mold_settle(feed, now_ns);
}

/* The caller holds the lock.  Return: enum ht_recover_answer. */
static __always_inline int recover_do(struct ht_feed *feed,
				      const struct ht_recover *ask,
				      __u64 now_ns)
{
	if (ask->op == HT_RECOVER_BEGIN) {
		recover_begin(feed, ask, now_ns);
		return HT_RECOVER_DONE;
	}
	if (ask->op != HT_RECOVER_FINISH || feed->state != HT_FEED_JOINING ||
	    !ask->seq)
		return HT_RECOVER_WRONG;
	recover_finish(feed, ask, now_ns);
	return HT_RECOVER_DONE;
}

#endif
