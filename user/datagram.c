// SPDX-License-Identifier: GPL-2.0
#include "datagram.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "ether.h"

enum { IP_FRAGMENT = 0x3fff };	/* more fragments, or an offset */

/* Offset of what follows Ethernet and VLAN tags if that is IPv4, else 0. */
static uint32_t ip_offset(const uint8_t *frame, uint32_t len)
{
	uint32_t off = sizeof(struct ethhdr);
	uint16_t proto;

	if (len < off)
		return 0;
	proto = get_be16(frame + off - 2);
	while (proto == ETH_P_8021Q || proto == ETH_P_8021AD) {
		off += sizeof(struct ht_vlan);
		if (len < off)
			return 0;
		proto = get_be16(frame + off - 2);
	}
	return proto == ETH_P_IP ? off : 0;
}

bool datagram_find(struct datagram *d, const uint8_t *frame, uint32_t len)
{
	uint32_t off = ip_offset(frame, len), udp_len;
	struct iphdr ip;

	if (!off || len < off + sizeof(ip))
		return false;
	memcpy(&ip, frame + off, sizeof(ip));
	if (ip.ihl < 5 || ip.protocol != IPPROTO_UDP ||
	    get_be16(&ip.frag_off) & IP_FRAGMENT)
		return false;
	memcpy(d->group, &ip.daddr, sizeof(d->group));
	d->ip = frame + off;
	off += ip.ihl * 4u;
	if (len < off + sizeof(struct udphdr))
		return false;
	d->port = get_be16(frame + off + 2);
	udp_len = get_be16(frame + off + 4);
	if (udp_len < sizeof(struct udphdr) || len < off + udp_len)
		return false;
	d->udp = frame + off;
	d->payload = d->udp + sizeof(struct udphdr);
	d->len = udp_len - (uint32_t)sizeof(struct udphdr);
	return true;
}

bool datagram_is_intact(const struct datagram *d)
{
	uint32_t len = d->len + (uint32_t)sizeof(struct udphdr);
	uint32_t sum;

	if (!get_be16(d->udp + offsetof(struct udphdr, check)))
		return true;
	/* pseudo header: protocol, length, addresses */
	sum = csum_add(IPPROTO_UDP + len, d->ip + offsetof(struct iphdr, saddr),
		       8);
	return !csum_fold(csum_add(sum, d->udp, len));
}
