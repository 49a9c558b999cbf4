/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session - what the order session's peer says, before our TCP hears it
 *
 * path: wire > feed > [session] > up the stack
 *
 * A hot order leaves as a segment that the kernel's TCP is told of only after
 * it has left (user/delegate.c), so the peer may acknowledge it before.  TCP
 * drops a segment that acknowledges what was never sent, with the data in it:
 * the session would stand still until the peer sends it again, some 200 ms.
 * Such an ACK is set back to what our TCP knows, its checksum with it (RFC
 * 1624), and kept for the controller, who gives it back when TCP knows more.
 *
 * All of it goes up the stack.
 */
#ifndef HT_SESSION_BPF_H
#define HT_SESSION_BPF_H

#include <linux/in.h>
#include <bpf/bpf_endian.h>

#include "cursor.bpf.h"
#include "ether.h"
#include "loop.bpf.h"
#include "session.map.h"

enum {
	SESSION_OPTIONS = 10,	/* looked at in search of the timestamps */
	SESSION_IP_OFF = 0x3f,	/* verifier: where an IPv4 header may begin */
	SESSION_SPAN = 1 << 24,	/* bytes; no window of ours is larger */

	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_ACK = 0x10,
};

/* What one segment says, in host order. */
struct segment {
	__u32 seq;
	__u32 end;		/* behind its data */
	__u32 ack;
	__u32 ts;
	__u16 window;		/* as it stands there */
	__u16 has_ts;
};

static __always_inline int session_is(const struct ht_session *s,
				      const struct iphdr *ip,
				      const struct tcphdr *tcp)
{
	return ip->saddr == s->remote_ip && ip->daddr == s->local_ip &&
	       tcp->source == s->remote_port && tcp->dest == s->local_port;
}

/* Looks for timestamps in [off, end) of the frame. */
static __always_inline void session_timestamps(struct segment *g, void *data,
					       void *data_end, __u32 off,
					       __u32 end)
{
	int i;

	for (i = 0; i < SESSION_OPTIONS; i++) {
		const __u8 *option = data + off;

		if (off + 10 > end || (void *)option + 10 > data_end)
			return;
		if (option[0] == HT_TCP_NOP) {
			off++;
			continue;
		}
		if (option[0] == HT_TCP_TIMESTAMP && option[1] == 10) {
			g->ts = get_be32(option + 2);
			g->has_ts = 1;
			return;
		}
		if (option[1] < 2)
			return;
		off += option[1];
	}
}

/* ACK of the segment set to `ack`. */
static __always_inline void session_set_ack(struct tcphdr *tcp, __u32 was,
					    __u32 ack)
{
	__u32 sum = (__u16)~get_be16(&tcp->check);

	sum += (__u16)~(was >> 16) + (__u16)~was;
	sum += (ack >> 16) + (ack & 0xffff);
	put_be32(&tcp->ack_seq, ack);
	put_be16(&tcp->check, csum_fold(sum));
}

/* Does this ACK say more than our TCP knows?  One more is our FIN's, which TCP
 * sends by itself, also for a controller that is gone.  What not even the
 * controller has a number for was never sent: TCP is to refuse that as it came,
 * or whoever guesses a sequence would not have to guess an ACK, too (RFC 5961).
 */
static __always_inline int session_is_early(__u32 ack, __u32 known)
{
	return seq_after(ack, known + 1);
}

/*
 * An ACK above what our TCP knows.  The controller writes `adopted`, then reads
 * `early_ack`; here it is the other way round, each with a barrier between, so
 * one of the two sees the other: no ACK is neither passed nor given back.
 */
static __always_inline void session_clamp(struct ht_session *s,
					  const struct segment *g,
					  struct tcphdr *tcp)
{
	__u32 adopted;

	/* the highest of all, and not known yet */
	if (g->ack == s->una && g->ack != s->early_ack) {
		s->early_window = g->window;
		__sync_lock_test_and_set(&s->early_ack, g->ack);
	}
	adopted = HT_READ_ONCE(s->adopted);
	if (!session_is_early(g->ack, adopted))
		return;
	session_set_ack(tcp, g->ack, adopted);
	__sync_fetch_and_add(&s->clamped, 1);
}

static __always_inline void session_learn(struct ht_session *s,
					  const struct segment *g)
{
	__u32 edge = g->ack + ((__u32)g->window << (s->peer_scale & 15));

	if (seq_after(edge, s->edge))
		HT_WRITE_ONCE(s->edge, edge);
	if (seq_after(g->end, s->end))
		HT_WRITE_ONCE(s->end, g->end);
	if (g->has_ts && (!s->segments || seq_after(g->ts, s->ts_recent)))
		HT_WRITE_ONCE(s->ts_recent, g->ts);
	if (seq_after(g->ack, s->una))
		HT_WRITE_ONCE(s->una, g->ack);
	HT_WRITE_ONCE(s->segments, s->segments + 1);
}

/*
 * Nobody can acknowledge what was never sent (our FIN is one more), or send far
 * from where the peer is (RFC 5961, 5.2; RFC 9293, 3.10.7.4).  XDP comes before
 * TCP, which will drop such a segment, so nothing is learned from it; and its
 * ACK is not made one that TCP believes.
 */
static __always_inline int session_is_strange(const struct ht_session *s,
					      const struct segment *g)
{
	__u32 next = (__u32)HT_READ_ONCE(s->next);

	return seq_after(g->ack, next + 1) ||
	       g->seq - s->end + SESSION_SPAN > 2u * SESSION_SPAN;
}

/* Return: 1 when the frame is a segment of the session's peer. */
static __always_inline int session_look(struct ht_session *s, void *data,
					void *data_end, __u32 off)
{
	struct segment g = {0};
	struct iphdr *ip = data + off;
	struct tcphdr *tcp;
	__u32 head, end;
	__u8 flags;

	if ((void *)(ip + 1) > data_end || ip->protocol != IPPROTO_TCP ||
	    ip->version != 4 || ip->ihl < 5 ||
	    ip->frag_off & bpf_htons(0x3fff))
		return 0;
	end = off + bpf_ntohs(ip->tot_len);
	off += ip->ihl * 4;
	tcp = data + off;
	if ((void *)(tcp + 1) > data_end || !session_is(s, ip, tcp))
		return 0;
	head = (((const __u8 *)tcp)[12] >> 4) * 4;
	flags = ((const __u8 *)tcp)[13];
	if (head < sizeof(*tcp) || off + head > end)
		return 0;
	if (flags & TCP_RST)
		s->resets++;
	if ((flags & (TCP_ACK | TCP_RST | TCP_SYN)) != TCP_ACK)
		return 1;
	g.ack = get_be32(&tcp->ack_seq);
	g.seq = get_be32(&tcp->seq);
	g.end = g.seq + (end - off - head) + (flags & TCP_FIN);
	g.window = get_be16(&tcp->window);
	if (session_is_strange(s, &g)) {
		__sync_fetch_and_add(&s->strange, 1);
		return 1;
	}
	session_timestamps(&g, data, data_end, off + sizeof(*tcp), off + head);
	session_learn(s, &g);
	if (session_is_early(g.ack, HT_READ_ONCE(s->adopted)))
		session_clamp(s, &g, tcp);
	return 1;
}

/*
 * The frame has an IPv4 header at `off`, as feed_ip_offset() found it.
 * Return: 1 when it is a segment of the session's peer.
 * verifier: a function of its own, so that its stack is not ht_feed's.
 */
#ifdef __bpf__
HT_GLOBAL int session_segment(struct xdp_md *ctx, __u32 off)
{
	struct ht_session *s = session_get();

	if (!s || !HT_READ_ONCE(s->active))
		return 0;
	return session_look(s, (void *)(long)ctx->data,
			    (void *)(long)ctx->data_end, off & SESSION_IP_OFF);
}
#define session_see(c, off)	session_segment((c)->ctx, off)
#else
static inline int session_see(const struct cursor *c, __u32 off)
{
	struct ht_session *s = session_get();

	if (!s->active)
		return 0;
	return session_look(s, (void *)c->data, (void *)(c->data + c->end),
			    off);
}
#endif

#endif
