/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * ether - Ethernet, IPv4 and UDP or TCP frames, built and checked in one place
 *
 * Headers are the kernel's own (linux/if_ether.h, ip.h, udp.h, tcp.h).
 * Addresses and ports are in network order, as struct sockaddr_in has them.
 */
#ifndef HT_ETHER_H
#define HT_ETHER_H

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "csum.h"

struct ht_vlan {
	__be16 tci;
	__be16 proto;
} HT_PACKED;
HT_ABI_SIZE(struct ht_vlan, 4);

struct ht_udp_frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
} HT_PACKED;
HT_ABI_SIZE(struct ht_udp_frame, 42);

/* The most a datagram carries in one Ethernet frame without fragments. */
#define HT_UDP_PAYLOAD(mtu)	((mtu) - 28)

struct ht_udp_path {
	__u8 src_mac[6];
	__u8 dst_mac[6];
	__be32 src_ip;
	__be32 dst_ip;
	__be16 src_port;
	__be16 dst_port;
	__u8 ttl;
};

/* Writes the UDP checksum; all else, and the payload, must stand already. */
static inline void udp_frame_check(struct ht_udp_frame *f)
{
	__u32 len = get_be16(&f->udp.len);
	__u32 sum;
	__u16 check;

	put_be16(&f->udp.check, 0);
	/* pseudo header: addresses, protocol, length */
	sum = csum_add(17 + len, &f->ip.saddr, 8);
	check = csum_fold(csum_add(sum, &f->udp, len));
	/* a sum of 0 would mean that there is none */
	put_be16(&f->udp.check, check ? check : 0xffff);
}

/*
 * Writes the 42 bytes before a payload of len bytes and both checksums; the
 * payload must already stand behind them.  The IP identification is 0 and DF
 * is set (RFC 6864: an atomic datagram).
 */
static inline void udp_frame_build(struct ht_udp_frame *f,
				   const struct ht_udp_path *path, __u32 len)
{
	__u32 udp_len = sizeof(f->udp) + len;

	__builtin_memcpy(f->eth.h_dest, path->dst_mac, 6);
	__builtin_memcpy(f->eth.h_source, path->src_mac, 6);
	put_be16(&f->eth.h_proto, ETH_P_IP);

	__builtin_memset(&f->ip, 0, sizeof(f->ip));
	f->ip.version = 4;
	f->ip.ihl = 5;
	put_be16(&f->ip.tot_len, sizeof(f->ip) + udp_len);
	put_be16(&f->ip.frag_off, 0x4000);
	f->ip.ttl = path->ttl;
	f->ip.protocol = 17;
	f->ip.saddr = path->src_ip;
	f->ip.daddr = path->dst_ip;
	put_be16(&f->ip.check, csum_fold(csum_add(0, &f->ip, sizeof(f->ip))));

	f->udp.source = path->src_port;
	f->udp.dest = path->dst_port;
	put_be16(&f->udp.len, udp_len);
	udp_frame_check(f);
}

/* -- TCP ------------------------------------------------------------------- */

enum {
	HT_TCP_NOP = 1,
	HT_TCP_TIMESTAMP = 8,		/* kind; its length is 10 */
	HT_TCP_FLAGS_ACK = 0x10,
	HT_TCP_FLAGS_PSH = 0x08,
};

/* RFC 7323, appendix A: aligned by two NOPs, as nearly everybody sends it. */
struct ht_tcp_timestamps {
	__u8 nop[2];
	__u8 kind;
	__u8 length;
	__be32 value;
	__be32 echo;
} HT_PACKED;
HT_ABI_SIZE(struct ht_tcp_timestamps, 12);

struct ht_tcp_frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
	struct ht_tcp_timestamps ts;	/* not there unless negotiated */
} HT_PACKED;
HT_ABI_SIZE(struct ht_tcp_frame, 66);

struct ht_tcp_path {
	__u8 src_mac[6];
	__u8 dst_mac[6];
	__be32 src_ip;
	__be32 dst_ip;
	__be16 src_port;
	__be16 dst_port;
	__u8 ttl;
	__u8 timestamps;	/* 1: every segment has them */
};

/* What differs from segment to segment of a connection; host order. */
struct ht_tcp_now {
	__u32 seq;
	__u32 ack;
	__u32 ts;		/* ours */
	__u32 ts_echo;		/* the peer's last */
	__u16 window;		/* as it stands in the header: scaled */
};

/* Bytes of the headers before a segment's data. */
static __always_inline __u32 tcp_head_len(int timestamps)
{
	return sizeof(struct ht_tcp_frame) -
	       (timestamps ? 0 : sizeof(struct ht_tcp_timestamps));
}

/*
 * Writes the headers before a payload of len bytes, as they are in every
 * segment; tcp_frame_set() writes the rest.  IP identification 0 with DF, as
 * in udp_frame_build().
 * Return: the sum of the pseudo header and of what was written into the TCP
 * header, to be kept: a send adds only what it patches.
 */
static inline __u32 tcp_frame_build(struct ht_tcp_frame *f,
				    const struct ht_tcp_path *path, __u32 len)
{
	__u32 head = tcp_head_len(path->timestamps);
	__u32 tcp_len = head - sizeof(f->eth) - sizeof(f->ip);
	__u8 *offset_flags = (__u8 *)&f->tcp + 12;
	__u32 sum;

	__builtin_memset(f, 0, head);
	__builtin_memcpy(f->eth.h_dest, path->dst_mac, 6);
	__builtin_memcpy(f->eth.h_source, path->src_mac, 6);
	put_be16(&f->eth.h_proto, ETH_P_IP);
	f->ip.version = 4;
	f->ip.ihl = 5;
	put_be16(&f->ip.tot_len, sizeof(f->ip) + tcp_len + len);
	put_be16(&f->ip.frag_off, 0x4000);
	f->ip.ttl = path->ttl;
	f->ip.protocol = 6;
	f->ip.saddr = path->src_ip;
	f->ip.daddr = path->dst_ip;
	put_be16(&f->ip.check, csum_fold(csum_add(0, &f->ip, sizeof(f->ip))));

	f->tcp.source = path->src_port;
	f->tcp.dest = path->dst_port;
	offset_flags[0] = (__u8)(tcp_len / 4 << 4);
	offset_flags[1] = HT_TCP_FLAGS_ACK | (len ? HT_TCP_FLAGS_PSH : 0);
	if (path->timestamps) {
		f->ts.nop[0] = f->ts.nop[1] = HT_TCP_NOP;
		f->ts.kind = HT_TCP_TIMESTAMP;
		f->ts.length = 10;
	}
	sum = csum_add(6 + tcp_len + len, &f->ip.saddr, 8);
	return csum_add(sum, &f->tcp, tcp_len);
}

/*
 * Patches the headers of one segment; sum: tcp_frame_build()'s, and the
 * payload's added to it.
 */
static inline void tcp_frame_set(struct ht_tcp_frame *f, int timestamps,
				 const struct ht_tcp_now *now, __u32 sum)
{
	put_be32(&f->tcp.seq, now->seq);
	put_be32(&f->tcp.ack_seq, now->ack);
	put_be16(&f->tcp.window, now->window);
	sum = csum_add(sum, &f->tcp.seq, 8) + now->window;
	if (timestamps) {
		put_be32(&f->ts.value, now->ts);
		put_be32(&f->ts.echo, now->ts_echo);
		sum = csum_add(sum, &f->ts.value, 8);
	}
	put_be16(&f->tcp.check, csum_fold(sum));
}

#endif
