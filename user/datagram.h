/* SPDX-License-Identifier: GPL-2.0 */
/*
 * datagram - the UDP datagram in a whole Ethernet frame
 *
 * VLAN tags, IPv4 with options; no fragments.  The UDP length is the end.
 */
#ifndef HT_DATAGRAM_H
#define HT_DATAGRAM_H

#include <stdbool.h>
#include <stdint.h>

struct datagram {
	uint8_t group[4];	/* where it went to */
	uint16_t port;
	const uint8_t *payload;
	uint32_t len;		/* bytes of it */
	const uint8_t *ip;	/* the header */
	const uint8_t *udp;
};

/* Finds it in a frame of len bytes.  Return: whether there is one. */
bool datagram_find(struct datagram *d, const uint8_t *frame, uint32_t len);

/* Whether its UDP checksum is right; one of 0 was not sent (RFC 768). */
bool datagram_is_intact(const struct datagram *d);

#endif
