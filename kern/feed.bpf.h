/* SPDX-License-Identifier: GPL-2.0 */
/*
 * feed - is this frame the feed's, and where does its data end?
 *
 * path: wire > [feed] > mold > itch > book > trigger > gate > act
 *
 * Ethernet, up to two VLAN tags, IPv4 with options, UDP to one of the feed's
 * groups and ports.  The UDP length, not the frame's, is the end of the data:
 * short frames are padded.  Whatever is not ours goes up the stack untouched;
 * what the order session's peer sends goes there, too (session).
 */
#ifndef HT_FEED_BPF_H
#define HT_FEED_BPF_H

#include <linux/in.h>
#include <bpf/bpf_endian.h>

#include "ether.h"
#include "session.bpf.h"
#include "walk.bpf.h"

enum {
	FEED_VLANS = 2,
	IP_FRAGMENT = 0x3fff,	/* more fragments, or an offset */
};

/* Offset of the IPv4 header, 0 when there is none. */
static __always_inline __u32 feed_ip_offset(void *data, void *data_end)
{
	struct ethhdr *eth = data;
	struct ht_vlan *vlan;
	__be16 proto;
	__u32 off = sizeof(*eth);
	int i;

	if (data + sizeof(*eth) > data_end)
		return 0;
	proto = eth->h_proto;
	for (i = 0; i < FEED_VLANS; i++) {
		if (proto != bpf_htons(ETH_P_8021Q) &&
		    proto != bpf_htons(ETH_P_8021AD))
			break;
		vlan = data + off;
		if ((void *)(vlan + 1) > data_end)
			return 0;
		proto = vlan->proto;
		off += sizeof(*vlan);
	}
	return proto == bpf_htons(ETH_P_IP) ? off : 0;
}

/* The line whose group and port these are, or NULL. */
static __always_inline struct ht_line *feed_line(struct ht_feed *feed,
						 __be32 group, __u16 port)
{
	int i;

	for (i = 0; i < HT_LINES; i++) {
		struct ht_line *line = &feed->lines[i];

		if (line->port == port && port &&
		    *(__be32 *)line->group == group)
			return line;
	}
	return NULL;
}

/*
 * Sets the cursor to the MoldUDP64 header.
 * Return: XDP_PASS or XDP_DROP with its counter, or HT_NEXT.
 */
static __always_inline int feed_match(struct walk *w)
{
	void *data, *data_end;
	__u32 off, ip_end, udp_len;
	struct ht_line *line;
	struct udphdr *udp;
	struct iphdr *ip;
	__be32 source;

	data = cursor_head(&w->c, &data_end);
	off = feed_ip_offset(data, data_end);
	ip = data + off;
	if (!off || (void *)(ip + 1) > data_end) {
		w->n->pass_not_udp++;
		return XDP_PASS;
	}
	if (ip->protocol != IPPROTO_UDP || ip->version != 4 || ip->ihl < 5) {
		if (ip->protocol == IPPROTO_TCP && session_see(&w->c, off))
			w->n->pass_session++;
		else
			w->n->pass_not_udp++;
		return XDP_PASS;
	}
	if (ip->frag_off & bpf_htons(IP_FRAGMENT)) {
		w->n->pass_fragment++;
		return XDP_PASS;
	}
	ip_end = off + bpf_ntohs(ip->tot_len);
	off += ip->ihl * 4;
	udp = data + off;
	if ((void *)(udp + 1) > data_end) {
		w->n->pass_short++;
		return XDP_PASS;
	}
	line = feed_line(w->feed, ip->daddr, bpf_ntohs(udp->dest));
	if (!line) {
		w->n->pass_not_ours++;
		return XDP_PASS;
	}
	source = *(__be32 *)line->source;
	if (source && source != ip->saddr) {
		w->n->drop_source++;
		return XDP_DROP;
	}
	if (cursor_injected(&w->c))
		w->n->injected++;
	else
		__sync_fetch_and_add(&line->packets, 1);
	udp_len = bpf_ntohs(udp->len);
	w->c.off = off + sizeof(*udp);
	if (udp_len < sizeof(*udp) + sizeof(struct mold_header) ||
	    off + udp_len > ip_end ||
	    !cursor_cut(&w->c, off + udp_len)) {
		w->n->drop_runt++;
		return XDP_DROP;
	}
	return HT_NEXT;
}

/* One packet of the feed is applied at a time, whatever CPU it came in on.
 * Whoever finds the lock taken sets its packet aside, and never waits.
 */
static __always_inline int feed_lock(struct ht_feed *feed)
{
	return __sync_val_compare_and_swap(&feed->lock, 0, 1) == 0;
}

static __always_inline void feed_unlock(struct ht_feed *feed)
{
	__sync_lock_test_and_set(&feed->lock, 0);
}

#endif
