/* SPDX-License-Identifier: GPL-2.0 */
/*
 * aside - the packets that the program sets aside, out of AF_XDP sockets
 *
 * One socket for each receive queue of the feed's interface.  Where orders
 * leave by the same interface their socket takes the first queue's, too: a
 * queue has one.
 */
#ifndef HT_ASIDE_H
#define HT_ASIDE_H

#include "loop.h"
#include "xsk.h"

enum { ASIDE_QUEUES = 16 };	/* at most; each takes some 9 MiB */

/* Takes the UDP payload of one packet.  Return: 0 or an error. */
struct aside_sink {
	int (*packet)(void *context, const uint8_t *payload, uint32_t len);
	void *context;
};

struct aside;

struct aside_queue {
	struct source source;
	struct aside *aside;
	struct xsk *xsk;
};

struct aside {
	struct aside_queue queue[ASIDE_QUEUES];
	uint32_t queues;		/* that are open */
	uint32_t queues_unserved;	/* of the interface: too many */
	struct xsk *own[ASIDE_QUEUES];	/* those that are not the orders' */
	struct aside_sink sink;
	uint64_t packets;
	bool verify;			/* the UDP checksum: a packet that met
					 * a busy feed was not looked at
					 */
	uint64_t strange;		/* frames without a datagram */
	uint64_t broken;		/* of a wrong checksum */
};

/*
 * Opens them and puts them into the map `asides_fd`; `orders` is the socket
 * that is bound to the first queue already, or NULL.  Set a->sink before.
 * Prints one line on failure.  Return: 0 or negative errno.
 */
int aside_open(struct aside *a, const char *ifname, struct xsk *orders,
	       int asides_fd);
void aside_close(struct aside *a);

/* Polls them from now on.  Return: 0 or negative errno. */
int aside_listen(struct aside *a, struct loop *l);

/* Takes all that is there.  Return: 0, or the sink's error. */
int aside_drain(struct aside *a);

/* Packets set aside that found no room in a socket.  Return: how many. */
uint64_t aside_lost(const struct aside *a);

#endif
