/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * ether - an Ethernet, IPv4 and UDP frame, built and checked in one place
 *
 * Headers are the kernel's own (linux/if_ether.h, linux/ip.h, linux/udp.h).
 * Addresses and ports are in network order, as struct sockaddr_in has them.
 */
#ifndef HT_ETHER_H
#define HT_ETHER_H

#include <linux/if_ether.h>
#include <linux/ip.h>
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

#endif
