// SPDX-License-Identifier: GPL-2.0
#include "capture.h"

#include <errno.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <stdio.h>

#include "ether.h"
#include "moldudp64.h"

_Static_assert(CAPTURE_WHY >= PCAP_ERRBUF_SIZE, "libpcap writes that much");

bool capture_is(const char *path)
{
	static const uint32_t magics[] = {
		0xa1b2c3d4, 0xd4c3b2a1,	/* microseconds, both byte orders */
		0xa1b23c4d, 0x4d3cb2a1,	/* nanoseconds */
		0x0a0d0d0a,		/* pcapng */
	};
	FILE *file = fopen(path, "rb");
	uint8_t head[4] = { 0 };
	size_t i, got;

	if (!file)
		return false;
	got = fread(head, 1, sizeof(head), file);
	fclose(file);
	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (got == sizeof(head) && get_be32(head) == magics[i])
			return true;
	return false;
}

int capture_open(struct capture *c, const char *path)
{
	*c = (struct capture){ 0 };
	c->pcap = pcap_open_offline(path, c->why);
	if (!c->pcap)
		return -EPROTO;
	if (pcap_datalink(c->pcap) == DLT_EN10MB)
		return 0;
	snprintf(c->why, sizeof(c->why), "link type %d is not Ethernet",
		 pcap_datalink(c->pcap));
	capture_close(c);
	return -EPROTO;
}

void capture_close(struct capture *c)
{
	if (c->pcap)
		pcap_close(c->pcap);
	c->pcap = NULL;
}

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

/* Length of the frame's UDP payload, 0 when it has none we can read. */
static uint32_t udp_payload(const uint8_t *frame, uint32_t len,
			    const uint8_t **payload)
{
	uint32_t off = ip_offset(frame, len);
	const struct iphdr *ip = (const void *)(frame + off);
	uint32_t udp_len;

	if (!off || len < off + sizeof(*ip) || ip->ihl < 5 ||
	    ip->protocol != IPPROTO_UDP)
		return 0;
	off += ip->ihl * 4u;
	if (len < off + sizeof(struct udphdr))
		return 0;
	udp_len = get_be16(frame + off + 4);
	if (udp_len < sizeof(struct udphdr) || len < off + udp_len)
		return 0;
	*payload = frame + off + sizeof(struct udphdr);
	return udp_len - (uint32_t)sizeof(struct udphdr);
}

int capture_next(struct capture *c, const uint8_t **payload)
{
	struct pcap_pkthdr *head;
	const u_char *frame;
	uint32_t len;
	int got;

	while ((got = pcap_next_ex(c->pcap, &head, &frame)) == 1) {
		c->frames++;
		len = udp_payload(frame, head->caplen, payload);
		if (len >= sizeof(struct mold_header))
			return (int)len;
		c->others++;
	}
	if (got == PCAP_ERROR_BREAK)
		return 0;
	snprintf(c->why, sizeof(c->why), "%s", pcap_geterr(c->pcap));
	return -EPROTO;
}
