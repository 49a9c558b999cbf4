/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mold - session, sequence and gaps (MoldUDP64 1.00)
 *
 * path: wire > feed > [mold] > itch > book > trigger > gate > act
 *
 * The book is complete up to `expected`; `tail` is the furthest the exchange
 * is known to have come, heartbeats and the end of session included.  The feed
 * is LIVE exactly while the two are equal.  A packet beyond a hole is set
 * aside; one that fills it is applied, in part if need be, so that recovery is
 * the same path as the feed itself.
 *
 * Another session's packet is nothing to ours: it is set aside, and what comes
 * of it is the controller's to decide.  Only when ours has ended, or has been
 * silent for three heartbeats, does it make the feed BAD.
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
	feed->state = HT_FEED_LIVE;	/* also if all of it is known */
	feed->adopted = 1;
}

/* Out of LIVE.  From GAP to something worse it is still the same trouble. */
static __always_inline void mold_stop(struct ht_feed *feed,
				      enum ht_feed_state state, __u64 now_ns)
{
	if (feed->state <= HT_FEED_LIVE || feed->state == HT_FEED_ENDED)
		feed->gap_ns = now_ns;
	feed->state = state;
}

/* Nothing is missing. */
static __always_inline void mold_heal(struct ht_feed *feed, __u64 now_ns)
{
	if (feed->state == HT_FEED_GAP) {
		feed->healed++;
		feed->heal_ns = now_ns - feed->gap_ns;
		if (feed->heal_ns > feed->heal_worst_ns)
			feed->heal_worst_ns = feed->heal_ns;
	}
	feed->state = feed->end == feed->tail ? HT_FEED_ENDED : HT_FEED_LIVE;
}

/* LIVE, GAP or ENDED, from expected, tail and the session's end; a book that
 * is begun anew is neither.
 */
static __always_inline void mold_settle(struct ht_feed *feed, __u64 now_ns)
{
	if (feed->state == HT_FEED_JOINING)
		return;
	if (feed->expected == feed->tail) {
		mold_heal(feed, now_ns);
		return;
	}
	if (feed->state == HT_FEED_GAP)
		return;
	mold_stop(feed, HT_FEED_GAP, now_ns);
	feed->gaps++;
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

/* A packet that is not looked at while the book is begun anew says how far the
 * exchange is all the same: else the book could be LIVE for a moment, when the
 * controller has not read it yet.
 */
static __always_inline void mold_hear(struct ht_feed *feed,
				      const struct ht_work *k)
{
	__u64 after = k->seq;

	if (k->count != MOLD_END_OF_SESSION)
		after += k->count;
	if (after >= k->seq && after > feed->tail)
		feed->tail = after;
}

/* Nothing follows the header: only the tail is news, and a gap that it shows
 * is the controller's business.  An end before what has been seen is a lie, or
 * late; neither ends anything.
 */
static __always_inline int mold_empty_packet(struct walk *w)
{
	struct ht_feed *feed = w->feed;
	struct ht_work *k = w->work;

	mold_advance_tail(w, k->seq, k->seq);
	if (k->count == MOLD_END_OF_SESSION) {
		w->n->session_ends++;
		if (k->seq == feed->tail)
			feed->end = k->seq;
	} else {
		w->n->heartbeats++;
	}
	mold_settle(feed, w->entry_ns);
	return feed->state == HT_FEED_GAP ? HT_ASIDE : XDP_DROP;
}

/* Decides what of a packet with messages is applied.  No session counts past
 * 2^64: a sequence that wraps is a lie.
 */
static __always_inline int mold_sequence(struct walk *w)
{
	struct ht_feed *feed = w->feed;
	struct ht_work *k = w->work;
	__u64 after = k->seq + k->count;

	if (after < k->seq) {
		w->n->corrupt++;
		mold_stop(feed, HT_FEED_BAD, w->entry_ns);
		return HT_ASIDE;
	}
	/* what goes on has not ended: somebody lied */
	if (feed->end && after > feed->end) {
		w->n->ends_refuted++;
		feed->end = 0;
	}
	if (after <= feed->expected) {
		w->n->drop_duplicate++;
		return XDP_DROP;
	}
	/* a snapshot counts by itself */
	if (feed->state != HT_FEED_JOINING)
		mold_advance_tail(w, k->seq, after);
	if (k->seq > feed->expected) {
		mold_settle(feed, w->entry_ns);
		w->n->aside_ahead++;
		return HT_ASIDE;
	}
	k->known = feed->expected - k->seq;
	w->n->overlap += k->known;
	return HT_NEXT;
}

/*
 * Whether all of a packet is already in the book.  Asked before the lock is
 * taken: of two lines the second copy then never stands in the way of news.
 * While the feed is LIVE `expected` only grows, so a stale value can only say
 * no; a book that is begun anew is JOINING first.
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

/* Another session's packet: is ours over? */
static __always_inline int mold_foreign(struct walk *w)
{
	struct ht_feed *feed = w->feed;

	w->n->aside_session++;
	if (feed->state != HT_FEED_JOINING &&
	    (feed->state == HT_FEED_ENDED ||
	     w->entry_ns - feed->last_ns > HT_SESSION_SILENT_NS))
		mold_stop(feed, HT_FEED_BAD, w->entry_ns);
	return HT_ASIDE;
}

/*
 * Moves the cursor behind the MoldUDP64 header.
 * Return: XDP_DROP or HT_ASIDE with its counter, or HT_NEXT with seq, count and
 * known set in `works`.
 */
static __always_inline int mold_accept(struct walk *w)
{
	const struct mold_header *m =
		(const void *)cursor_view(&w->c, &w->work->window);
	struct ht_feed *feed = w->feed;
	struct ht_work *k = w->work;

	if (!m) {
		w->n->drop_runt++;
		return XDP_DROP;
	}
	k->seq = get_be64(&m->seq);
	k->count = get_be16(&m->count);
	if (!feed->adopted)
		mold_adopt(feed, m, k->seq);
	if (!mold_same_session(feed, m))
		return mold_foreign(w);
	feed->last_ns = w->entry_ns;
	if (feed->state == HT_FEED_BAD ||
	    (feed->state == HT_FEED_JOINING && !cursor_injected(&w->c))) {
		w->n->aside_state++;
		mold_hear(feed, k);
		return HT_ASIDE;
	}
	if (k->count == MOLD_HEARTBEAT || k->count == MOLD_END_OF_SESSION)
		return mold_empty_packet(w);
	w->c.off += sizeof(*m);
	return mold_sequence(w);
}

/* After the walk: the book stands at the packet's end, or is not trusted.
 * Return: XDP_DROP or HT_ASIDE.
 */
static __always_inline int mold_applied(struct walk *w)
{
	if (w->work->corrupt) {
		mold_stop(w->feed, HT_FEED_BAD, w->entry_ns);
		w->n->corrupt++;
		return HT_ASIDE;
	}
	w->feed->expected = w->work->seq;
	w->n->packets++;
	mold_settle(w->feed, w->entry_ns);
	return XDP_DROP;
}

#endif
