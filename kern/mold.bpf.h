/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mold - session, sequence and gaps (MoldUDP64 1.00)
 *
 * path: wire > feed > [mold] > itch > book > trigger > gate > act
 *
 * The book is complete up to `expected`; `tail` is the furthest the exchange
 * is known to have come, heartbeats and the end of session included.  The feed
 * is LIVE exactly while the two are equal.  A packet beyond a hole is not
 * applied; one that fills it is, in part if need be, so that recovery is the
 * same path as the feed itself.
 */
#ifndef HT_MOLD_BPF_H
#define HT_MOLD_BPF_H

#include "walk.bpf.h"
#include "wire.h"

static __always_inline int mold_same_session(const struct ht_feed *feed,
					     const struct mold_header *m)
{
	return get_be64(feed->session) == get_be64(m->session) &&
	       get_be16(feed->session + 8) == get_be16(m->session + 8);
}

/* The first packet names the session.  A session starts at 1: whoever joins
 * later begins with a gap.  Only a capture is replayed from its first packet
 * on (`replay` sets expected to 0 before it).
 */
static __always_inline void mold_adopt(struct ht_feed *feed,
				       const struct mold_header *m, __u64 seq)
{
	__builtin_memcpy(feed->session, m->session, MOLD_SESSION_LEN);
	if (!feed->expected)
		feed->expected = seq;
	feed->tail = feed->expected;
	feed->adopted = 1;
}

/* LIVE, GAP or ENDED, from expected, tail and the session's end. */
static __always_inline void mold_settle(struct walk *w)
{
	struct ht_feed *feed = w->feed;

	if (feed->expected == feed->tail) {
		feed->state = feed->end == feed->tail ? HT_FEED_ENDED
						      : HT_FEED_LIVE;
		return;
	}
	if (feed->state == HT_FEED_GAP)
		return;
	feed->state = HT_FEED_GAP;
	feed->gaps++;
	feed->gap_ns = w->entry_ns;
}

/* The exchange has come as far as `tail`; what was not seen is missing. */
static __always_inline void mold_advance_tail(struct walk *w, __u64 seq,
					      __u64 tail)
{
	struct ht_feed *feed = w->feed;

	if (tail <= feed->tail)
		return;
	if (seq > feed->tail)
		w->n->missed += seq - feed->tail;
	feed->tail = tail;
}

/* Nothing follows the header: only the tail is news.  An end before what has
 * been seen is a lie, or late; neither ends anything.
 */
static __always_inline int mold_empty_packet(struct walk *w)
{
	struct ht_feed *feed = w->feed;

	mold_advance_tail(w, w->seq, w->seq);
	if (w->count == MOLD_END_OF_SESSION) {
		w->n->session_ends++;
		if (w->seq == feed->tail)
			feed->end = w->seq;
	} else {
		w->n->heartbeats++;
	}
	mold_settle(w);
	return XDP_DROP;
}

/* Decides what of a packet with messages is applied.  No session counts past
 * 2^64: a sequence that wraps is a lie.
 */
static __always_inline int mold_sequence(struct walk *w)
{
	struct ht_feed *feed = w->feed;
	__u64 after = w->seq + w->count;

	if (after < w->seq) {
		w->n->corrupt++;
		feed->state = HT_FEED_BAD;
		return XDP_DROP;
	}
	if (feed->end && after > feed->end) {
		w->n->drop_state++;
		return XDP_DROP;
	}
	if (after <= feed->expected) {
		w->n->drop_duplicate++;
		return XDP_DROP;
	}
	mold_advance_tail(w, w->seq, after);
	if (w->seq > feed->expected) {
		mold_settle(w);
		w->n->drop_ahead++;
		return XDP_DROP;
	}
	w->known = feed->expected - w->seq;
	w->n->overlap += w->known;
	return HT_NEXT;
}

/*
 * Whether all of a packet is already in the book.  Asked before the lock is
 * taken: of two lines the second copy then never stands in the way of news.
 * `expected` only grows, so a stale value can only say no.
 */
static __always_inline int mold_is_known(const struct walk *w)
{
	const struct mold_header *m =
		(const void *)cursor_direct(&w->c, sizeof(*m));
	const struct ht_feed *feed = w->feed;
	__u64 seq;
	__u16 count;

	if (!m)
		return 0;
	seq = get_be64(&m->seq);
	count = get_be16(&m->count);
	return HT_READ_ONCE(feed->adopted) &&
	       HT_READ_ONCE(feed->state) == HT_FEED_LIVE &&
	       mold_same_session(feed, m) && count != MOLD_HEARTBEAT &&
	       count != MOLD_END_OF_SESSION && seq + count >= seq &&
	       seq + count <= HT_READ_ONCE(feed->expected);
}

/*
 * Moves the cursor behind the MoldUDP64 header.
 * Return: XDP_DROP with its counter, or HT_NEXT with seq, count and known set.
 */
static __always_inline int mold_accept(struct walk *w)
{
	const struct mold_header *m =
		(const void *)cursor_view(&w->c, &w->work->window);
	struct ht_feed *feed = w->feed;

	if (!m) {
		w->n->drop_runt++;
		return XDP_DROP;
	}
	feed->last_ns = w->entry_ns;
	if (feed->state == HT_FEED_BAD) {
		w->n->drop_state++;
		return XDP_DROP;
	}
	w->seq = get_be64(&m->seq);
	w->count = get_be16(&m->count);
	if (!feed->adopted)
		mold_adopt(feed, m, w->seq);
	if (!mold_same_session(feed, m)) {
		feed->state = HT_FEED_BAD;
		w->n->drop_session++;
		return XDP_DROP;
	}
	if (w->count == MOLD_HEARTBEAT || w->count == MOLD_END_OF_SESSION)
		return mold_empty_packet(w);
	w->c.off += sizeof(*m);
	return mold_sequence(w);
}

/* After the walk: the book stands at the packet's end, or is not trusted. */
static __always_inline void mold_applied(struct walk *w)
{
	if (w->work->corrupt) {
		w->feed->state = HT_FEED_BAD;
		w->n->corrupt++;
		return;
	}
	w->feed->expected = w->seq;
	w->n->packets++;
	mold_settle(w);
}

#endif
