// SPDX-License-Identifier: GPL-2.0
#include "egress.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "out.h"

enum { QUEUE = 0 };

static const char *address_text(char text[INET_ADDRSTRLEN], __be32 address)
{
	return inet_ntop(AF_INET, &address, text, INET_ADDRSTRLEN);
}

static int interface_open(struct egress *e, int ifindex)
{
	int err = netif_find(&e->netif, ifindex);

	if (err)
		return out_error(err, "interface %d", ifindex);
	if (e->netif.up)
		return 0;
	out_error(0, "%s: no link; `ip link set %s up`, and is the cable in?",
		  e->netif.name, e->netif.name);
	return -ENETDOWN;
}

static int path_open(struct egress *e)
{
	char text[INET_ADDRSTRLEN], other[IF_NAMESIZE] = "?";
	__be32 address = e->exchange.sin_addr.s_addr;
	int err = path_watch_open(&e->path, address, 0);

	address_text(text, address);
	if (err)
		return out_error(err, "cannot watch links and neighbours");
	if (!e->path.routed)
		return out_error(-ENETUNREACH, "exchange %s: no route", text);
	if (e->path.route.ifindex != e->netif.ifindex) {
		if_indextoname((unsigned int)e->path.route.ifindex, other);
		out_error(0, "exchange %s: the route goes through %s, not %s (see --interface)",
			  text, other, e->netif.name);
		return -EHOSTUNREACH;
	}
	if (e->path.route.source)
		return 0;
	out_error(0, "%s: no IPv4 address to reach %s from", e->netif.name,
		  text);
	return -EADDRNOTAVAIL;
}

static int xsk_error(const struct egress *e, int err)
{
	const char *name = e->netif.name;

	if (err == -EBUSY)
		return out_error(err, "%s: queue %d already has an AF_XDP socket",
				 name, QUEUE);
	if (err == -EPERM)
		return out_error(err, "%s: AF_XDP needs CAP_NET_RAW; run as root",
				 name);
	if (err == -ENOBUFS)
		return out_error(err, "%s: AF_XDP memory cannot be locked: CAP_IPC_LOCK, or `ulimit -l 16384`",
				 name);
	return out_error(err, "%s: cannot open an AF_XDP socket on queue %d",
			 name, QUEUE);
}

int egress_open(struct egress *e, int ifindex,
		const struct sockaddr_in *exchange)
{
	int err;

	memset(e, 0, sizeof(*e));
	e->exchange = *exchange;
	err = interface_open(e, ifindex);
	if (!err)
		err = path_open(e);
	if (err)
		return err;
	err = xsk_open(&e->xsk, e->netif.name, QUEUE);
	return err ? xsk_error(e, err) : 0;
}

void egress_close(struct egress *e)
{
	xsk_close(&e->xsk);
	path_watch_close(&e->path);
}

const char *egress_trouble(const struct egress *e)
{
	if (!e->netif.up)
		return "the link is down";
	if (!e->path.routed)
		return "there is no route to the exchange";
	if (e->path.route.ifindex != e->netif.ifindex)
		return "the route to the exchange goes another way";
	if (!e->path.resolved)
		return "the exchange's MAC is not known";
	return NULL;
}

int egress_kick(struct egress *e)
{
	xsk_reclaim(&e->xsk);
	return e->xsk.waiting ? xsk_kick(&e->xsk) : 0;
}

int egress_refresh(struct egress *e)
{
	struct netif netif;
	int err = netif_find(&netif, e->netif.ifindex);

	if (err)
		return err;
	if (memcmp(netif.mac, e->netif.mac, sizeof(netif.mac))) {
		out_error(0, "%s: its MAC was changed; restart the controller",
			  e->netif.name);
		return -ENETRESET;
	}
	e->netif.up = netif.up;
	return path_watch_look(&e->path);
}
