/* SPDX-License-Identifier: GPL-2.0 */
/*
 * publisher - MoldUDP64 packets, built and sent to a multicast group
 *
 * A packet is kept until the kernel took it, so nothing is lost on this side.
 */
#ifndef HT_SIM_PUBLISHER_H
#define HT_SIM_PUBLISHER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "moldudp64.h"

enum {
	PUBLISHER_PACKET_MAX = 65507,		/* a UDP datagram's payload */
	PUBLISHER_COUNT_MAX = MOLD_END_OF_SESSION - 1,
};

struct publisher_options {
	struct sockaddr_in group;
	struct in_addr interface;	/* source address */
	char session[MOLD_SESSION_LEN];
	uint32_t payload;		/* bytes of a datagram, at most */
	uint32_t per_packet;		/* messages, at most */
};

struct publisher {
	struct publisher_options options;
	int fd;
	uint64_t seq;			/* of the packet's first message */
	uint32_t count;			/* messages in the packet */
	uint32_t len;			/* bytes in it, header included */
	uint64_t sent_ns;		/* before the last send, real time */
	uint64_t messages;
	uint64_t packets;		/* with messages */
	uint64_t bytes;			/* of their payload */
	uint64_t heartbeats;
	uint64_t ends;			/* end of session */
	uint64_t busy;			/* the kernel had no room: sent again */
	uint8_t packet[PUBLISHER_PACKET_MAX];
};

/*
 * Opens the socket: TTL 1, not looped back, never fragmented.
 * Return: 0, or negative errno with nothing to close.
 */
int publisher_open(struct publisher *p, const struct publisher_options *o);
void publisher_close(struct publisher *p);

/* Appends a message.  Return: false when the packet has no room for it. */
bool publisher_add(struct publisher *p, const void *message, uint32_t len);

/*
 * Sends the packet.  Return: 0 (then look at the packet and clear it), -EAGAIN
 * or -ENOBUFS when the kernel has no room now, or another negative errno.
 */
int publisher_send(struct publisher *p);

/* Begins the next packet behind the one that was sent. */
void publisher_clear(struct publisher *p);

/*
 * Sends a packet without messages: count is MOLD_HEARTBEAT or
 * MOLD_END_OF_SESSION.  The packet being built stays as it is.
 * Return: as publisher_send().
 */
int publisher_send_empty(struct publisher *p, uint16_t count);

#endif
