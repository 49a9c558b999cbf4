/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path_watch - the way to one address, as the kernel goes it, followed when
 * it changes
 *
 * What follows from a change is the caller's to know.  The kernel's TCP goes
 * another way by itself, but whoever builds frames must build them for another
 * MAC; and a connection whose source or route is another one is best made anew:
 * its frames, its interface and maybe its address are not the right ones.
 */
#ifndef HT_PATH_WATCH_H
#define HT_PATH_WATCH_H

#include "netif.h"

enum path_change {
	PATH_ROUTE = 1,			/* interface, source or next hop */
	PATH_MAC = 2,			/* of the next hop; maybe not known */
	PATH_LOST = 4,			/* there is no route; the old one stays
					 * in `route`, to be compared with what
					 * comes
					 */
	PATH_BACK = 8,			/* there is one again; PATH_ROUTE too
					 * when it is another one
					 */
};

struct path_watch {
	struct mnl_socket *news;
	__be32 address;
	__be32 source;			/* asked for; 0: what the route says */
	struct netif_route route;	/* the last one there was */
	bool routed;
	bool resolved;			/* mac is known to be right */
	uint8_t mac[6];			/* the last one that was known */
};

/*
 * Begins to watch.  No route yet is no error: it may come.
 * Return: 0 or negative errno.
 */
int path_watch_open(struct path_watch *p, __be32 address, __be32 source);
void path_watch_close(struct path_watch *p);

/* Readable when there is something to look at. */
int path_watch_fd(const struct path_watch *p);

/* Takes the news and looks again.
 * Return: what has changed, enum path_change, 0 nothing, or negative errno.
 */
int path_watch_look(struct path_watch *p);

#endif
