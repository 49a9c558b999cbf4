/* SPDX-License-Identifier: GPL-2.0 */
/*
 * transport - the laboratory's way to the exchange, "udp"
 *
 * SoupBinTCP packets in UDP datagrams: no login, no sequence, no repetition.
 * Orders leave through AF_XDP (xsk.h); this socket has the same addresses, so
 * the answers arrive here, and its heartbeats keep the neighbour resolved.
 */
#ifndef HT_TRANSPORT_H
#define HT_TRANSPORT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maps.h"

#define TRANSPORT_NAME	"udp"
#define TRANSPORT_LABEL	"laboratory transport, not an exchange protocol"

enum {
	TRANSPORT_DATAGRAM = 2048,	/* bytes; longer ones are malformed */
	TRANSPORT_BATCH = 32,		/* datagrams taken in one turn */
	TRANSPORT_SILENT = 3,		/* heartbeats, one a second, that the
					 * exchange may leave unanswered
					 */
};

struct transport {
	int fd;
	struct sockaddr_in local;
	struct sockaddr_in exchange;
	bool refused;			/* nobody listened there when it was
					 * last asked
					 */
	bool unreachable;		/* so said the network, or our own
					 * kernel; until the exchange is heard
					 */
	bool silent;			/* nothing was heard for a while */
	uint32_t unheard;		/* heartbeats of ours since it was */
	uint64_t datagrams;
	uint64_t heartbeats;		/* of the exchange */
	uint64_t malformed;		/* datagrams, cut short or overlong */
	uint64_t other;			/* SoupBinTCP packets of no use here */
};

/* Takes one OUCH message of len bytes.  Return: 0 or an error that ends all. */
struct transport_sink {
	int (*message)(void *context, const uint8_t *message, size_t len);
	void *context;
};

/*
 * Binds to source:port (0: any) and connects to the exchange.
 * Return: 0, -EADDRINUSE, -EADDRNOTAVAIL, or another negative errno.
 */
int transport_open(struct transport *t, __be32 source, uint16_t port,
		   const struct sockaddr_in *exchange);
void transport_close(struct transport *t);

/*
 * Sends a SoupBinTCP client heartbeat, once a second, and judges whether the
 * exchange is silent.  Time is counted in heartbeats, not by a clock: when we
 * were the ones who stood still, it was not asked.  Call transport_drain()
 * before: an answer that nobody has read is not missing.
 * Return: 0, also when the network would not have it (refused, unreachable), or
 * negative errno.
 */
int transport_beat(struct transport *t);

/*
 * Takes what has arrived, at most TRANSPORT_BATCH datagrams.
 * Return: how many, or the sink's error, or negative errno.
 */
int transport_receive(struct transport *t, const struct transport_sink *sink);

/*
 * Takes all that had arrived before the call; what a flood adds meanwhile may
 * be left.  Return: 0, or as transport_receive().
 */
int transport_drain(struct transport *t, const struct transport_sink *sink);

#endif
