/* SPDX-License-Identifier: GPL-2.0 */
/*
 * egress - how an order leaves: interface, route, neighbour, frames, AF_XDP
 *
 * Whatever the kernel's stack would look up for each datagram is looked up
 * here once, put into every frame, and looked up again when rtnetlink says
 * that links, neighbours, addresses or routes changed.  Another MAC of the
 * neighbour is put into the frames; another route stops orders until it is the
 * old one again; another MAC of ours ends the controller.
 *
 * Without a link, an order that the kernel still has would leave when the link
 * is back, long stale.  So all frames are voided then, sent to a station that
 * does not exist, and made whole when the kernel has given all of them back.
 */
#ifndef HT_EGRESS_H
#define HT_EGRESS_H

#include "netif.h"
#include "ouch.h"
#include "transport.h"
#include "xsk.h"

struct egress {
	struct netif netif;
	struct netif_route route;
	uint8_t mac[6];			/* of the next hop */
	bool resolved;			/* mac is known to be right */
	bool rerouted;			/* the route is not the one above */
	bool voided;			/* no frame leads to the exchange */
	struct mnl_socket *watch;
	struct transport transport;
	struct xsk xsk;
	uint32_t frame_len;		/* bytes of every order */
};

struct egress_options {
	int ifindex;
	struct sockaddr_in exchange;
	uint16_t local_port;		/* 0: any */
	struct ouch_terms terms;
};

/*
 * Opens the way to the exchange and waits, at most two seconds, for its
 * neighbour to answer ARP.  Prints one line on failure; then close it.
 * Return: 0 or negative errno.
 */
int egress_open(struct egress *e, const struct egress_options *options);
void egress_close(struct egress *e);

/* Why no order can leave just now, in words; NULL when nothing is known. */
const char *egress_trouble(const struct egress *e);

/*
 * Sends one order.  Return: 0; -EAGAIN when it cannot be sent now and was not;
 * another negative errno when it is not known what became of it and nothing
 * more can be sent.
 */
int egress_send(struct egress *e, const struct ouch_order *order);

/*
 * Has the kernel send what it left behind and takes back what it has sent.
 * Return: 0, also when it did not (xsk.waiting, xsk.down), or negative errno.
 */
int egress_kick(struct egress *e);

/*
 * Looks at link, route and neighbour again.  Prints one line when the interface
 * has another MAC.  Return: 0, or a negative errno when it has, or is gone.
 */
int egress_refresh(struct egress *e);

#endif
