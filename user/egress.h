/* SPDX-License-Identifier: GPL-2.0 */
/*
 * egress - how orders leave: interface, way to the exchange, AF_XDP socket
 *
 * What must follow when one of them changes is the caller's.  The neighbour is
 * known when TCP has a connection over it: it has just talked to it.
 */
#ifndef HT_EGRESS_H
#define HT_EGRESS_H

#include <netinet/in.h>

#include "path_watch.h"
#include "xsk.h"

struct egress {
	struct netif netif;
	struct path_watch path;
	struct sockaddr_in exchange;
	struct xsk xsk;
};

/*
 * Looks up the way to the exchange through interface `ifindex` and opens an
 * AF_XDP socket there.  Prints one line on failure; then close it.
 * Return: 0 or negative errno.
 */
int egress_open(struct egress *e, int ifindex,
		const struct sockaddr_in *exchange);
void egress_close(struct egress *e);

/* Why no frame of ours would reach the exchange just now, in words; NULL when
 * nothing is known.
 */
const char *egress_trouble(const struct egress *e);

/* Has the kernel send what it left behind and takes back what it has sent.
 * Return: as xsk_kick().
 */
int egress_kick(struct egress *e);

/*
 * Looks at link and path again.  Prints one line when the interface has another
 * MAC.  Return: enum path_change, or a negative errno when it has, or is gone.
 */
int egress_refresh(struct egress *e);

#endif
