// SPDX-License-Identifier: GPL-2.0
/*
 * arrival - the far end of the wire of `hairtrigger bench orders`
 *
 * Stamps each order with the time at which it came off the wire first, before
 * any stack, so that the stamp is the same for an order that left through
 * AF_XDP and for one that left by send().
 */
#include <linux/bpf.h>
#include <linux/in.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "arrival.map.h"
#include "ether.h"
#include "loop.bpf.h"
#include "ouch50.h"
#include "soupbin.h"

enum { ARRIVAL_ORDERS = 32 };	/* in one segment, at most */

struct packet {
	struct soup_header soup;
	struct ouch_enter enter;
} HT_PACKED;

const volatile __u16 cfg_port;		/* of the exchange, host order */

static __always_inline void arrival_stamp(__u32 urn, __u64 now)
{
	__u32 key = urn & (HT_ARRIVALS - 1);
	__u64 *at = bpf_map_lookup_elem(&arrivals, &key);

	if (at && !*at)
		*at = now;
}

SEC("xdp")
int arrival(struct xdp_md *ctx)
{
	void *data_end = (void *)(long)ctx->data_end;
	struct ht_tcp_frame *f = (void *)(long)ctx->data;
	__u64 now = bpf_ktime_get_ns();
	struct packet *p;
	__u32 head;
	int i;

	if ((void *)(f + 1) > data_end || f->eth.h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (f->ip.protocol != IPPROTO_TCP || f->ip.ihl != 5 ||
	    f->tcp.dest != bpf_htons(cfg_port))
		return XDP_PASS;
	head = (((const __u8 *)&f->tcp)[12] >> 4) * 4;
	p = (void *)&f->tcp + head;
	for (i = 0; i < ARRIVAL_ORDERS; i++) {
		/* verifier: clang would compare a copy of p, and read by p */
		HT_FORGET(p);
		if ((void *)(p + 1) > data_end ||
		    p->soup.type != SOUP_UNSEQUENCED || p->enter.type != 'O')
			break;
		arrival_stamp(get_be32(&p->enter.urn), now);
		p++;
	}
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
