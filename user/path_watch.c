// SPDX-License-Identifier: GPL-2.0
#include "path_watch.h"

#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>

/* What the kernel answers when it would not send there. */
static bool is_no_route(int err)
{
	switch (err) {
	case -ENETUNREACH:
	case -EHOSTUNREACH:
	case -ENETDOWN:
	case -EACCES:		/* prohibited */
	case -EINVAL:		/* blackhole; or the source is not ours */
		return true;
	default:
		return false;
	}
}

static bool routes_are_same(const struct netif_route *a,
			    const struct netif_route *b)
{
	return a->ifindex == b->ifindex && a->source == b->source &&
	       a->next_hop == b->next_hop;
}

/* Return: as path_watch_look(). */
static int route_look(struct path_watch *p)
{
	int err, change = p->routed ? 0 : PATH_BACK;
	struct netif_route now;

	err = netif_route_from(&now, p->address, p->source);
	if (is_no_route(err)) {
		change = p->routed ? PATH_LOST : 0;
		p->routed = false;
		return change;
	}
	if (err)
		return err;
	p->routed = true;
	if (!routes_are_same(&now, &p->route))
		change |= PATH_ROUTE;
	p->route = now;
	return change;
}

/* Return: as path_watch_look(). */
static int mac_look(struct path_watch *p)
{
	bool resolved = p->resolved;
	uint8_t mac[6];
	int err;

	err = p->routed ? netif_neighbour(p->route.ifindex, p->route.next_hop,
					  mac) : -ENOENT;
	if (err && err != -ENOENT)
		return err;
	p->resolved = !err;
	if (err)
		return resolved ? PATH_MAC : 0;
	if (resolved && !memcmp(mac, p->mac, sizeof(mac)))
		return 0;
	memcpy(p->mac, mac, sizeof(mac));
	return PATH_MAC;
}

int path_watch_look(struct path_watch *p)
{
	int err = netif_watch_drain(p->news), route, mac;

	if (err)
		return err;
	route = route_look(p);
	if (route < 0)
		return route;
	mac = mac_look(p);
	return mac < 0 ? mac : route | mac;
}

/* The news come first: what changes after the look is one of them. */
int path_watch_open(struct path_watch *p, __be32 address, __be32 source)
{
	int err;

	memset(p, 0, sizeof(*p));
	p->address = address;
	p->source = source;
	p->news = netif_watch();
	if (!p->news)
		return -errno;
	err = path_watch_look(p);
	if (err >= 0)
		return 0;
	path_watch_close(p);
	return err;
}

void path_watch_close(struct path_watch *p)
{
	if (p->news)
		mnl_socket_close(p->news);
	p->news = NULL;
}

int path_watch_fd(const struct path_watch *p)
{
	return mnl_socket_get_fd(p->news);
}
