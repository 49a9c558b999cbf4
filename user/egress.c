// SPDX-License-Identifier: GPL-2.0
#include "egress.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "clock.h"
#include "frame.h"
#include "loop.h"
#include "out.h"

enum {
	ARP_PATIENCE_MS = 2000,
	QUEUE = 0,
	TTL = 64,
};

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

static int route_open(struct egress *e, const struct sockaddr_in *exchange)
{
	char text[INET_ADDRSTRLEN], other[IF_NAMESIZE] = "?";
	__be32 address = exchange->sin_addr.s_addr;
	int err = netif_route(&e->route, address);

	address_text(text, address);
	if (err)
		return out_error(err, "exchange %s: no route", text);
	if (e->route.ifindex != e->netif.ifindex) {
		if_indextoname((unsigned int)e->route.ifindex, other);
		out_error(0, "exchange %s: the route goes through %s, not %s (see --interface)",
			  text, other, e->netif.name);
		return -EHOSTUNREACH;
	}
	if (e->route.source)
		return 0;
	out_error(0, "%s: no IPv4 address to reach %s from", e->netif.name,
		  text);
	return -EADDRNOTAVAIL;
}

static int session_open(struct egress *e, const struct egress_options *o)
{
	char text[INET_ADDRSTRLEN];
	int err = transport_open(&e->transport, e->route.source, o->local_port,
				 &o->exchange);

	if (err)
		return out_error(err, "%s:%u: cannot open the order socket",
				 address_text(text, e->route.source),
				 o->local_port);
	return 0;
}

/* Waits for the kernel to learn the MAC: the heartbeat made it ask for that. */
static int neighbour_wait(struct egress *e)
{
	uint64_t end = clock_ns() + ARP_PATIENCE_MS * 1000000ull;
	struct pollfd news = {
		.fd = mnl_socket_get_fd(e->watch),
		.events = POLLIN,
	};
	uint64_t now;
	int err;

	for (;;) {
		err = netif_neighbour(e->netif.ifindex, e->route.next_hop,
				      e->mac);
		if (err != -ENOENT)
			return err;
		now = clock_ns();
		if (now >= end)
			return -ENOENT;
		poll(&news, 1, (int)((end - now + 999999) / 1000000));
		err = netif_watch_drain(e->watch);
		if (err)
			return err;
	}
}

static int neighbour_open(struct egress *e)
{
	char text[INET_ADDRSTRLEN];
	int err;

	e->watch = netif_watch();
	if (!e->watch)
		return out_error(-errno, "cannot watch links and neighbours");
	err = transport_beat(&e->transport);
	if (!err)
		err = neighbour_wait(e);
	address_text(text, e->route.next_hop);
	if (err == -ENOENT) {
		out_error(0, "exchange %s does not answer ARP on %s", text,
			  e->netif.name);
		return -EHOSTUNREACH;
	}
	if (err)
		return out_error(err, "exchange %s: cannot be found on %s",
				 text, e->netif.name);
	e->resolved = true;
	return 0;
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

static void frames_build(struct egress *e, const struct ouch_terms *terms)
{
	struct ht_udp_path path = {
		.src_ip = e->route.source,
		.dst_ip = e->transport.exchange.sin_addr.s_addr,
		.src_port = e->transport.local.sin_port,
		.dst_port = e->transport.exchange.sin_port,
		.ttl = TTL,
	};
	uint32_t i;

	memcpy(path.src_mac, e->netif.mac, sizeof(path.src_mac));
	memcpy(path.dst_mac, e->mac, sizeof(path.dst_mac));
	for (i = 0; i < XSK_FRAMES; i++)
		e->frame_len = frame_build(xsk_frame(&e->xsk, i), &path,
					   terms);
}

int egress_open(struct egress *e, const struct egress_options *o)
{
	int err;

	memset(e, 0, sizeof(*e));
	e->transport.fd = -1;
	err = interface_open(e, o->ifindex);
	if (!err)
		err = route_open(e, &o->exchange);
	if (!err)
		err = session_open(e, o);
	if (!err)
		err = neighbour_open(e);
	if (err)
		return err;
	err = xsk_open(&e->xsk, e->netif.name, QUEUE);
	if (err)
		return xsk_error(e, err);
	frames_build(e, &o->terms);
	return 0;
}

void egress_close(struct egress *e)
{
	xsk_close(&e->xsk);
	if (e->watch)
		mnl_socket_close(e->watch);
	e->watch = NULL;
	transport_close(&e->transport);
}

const char *egress_trouble(const struct egress *e)
{
	if (!e->netif.up)
		return "the link is down";
	if (e->voided)
		return "the link was down, and the kernel still has frames from before";
	if (e->rerouted)
		return "the route to the exchange has changed";
	if (!e->resolved)
		return "the exchange's MAC is not known";
	if (e->transport.refused)
		return "the exchange's port is closed";
	if (e->transport.unreachable)
		return "the network says that it cannot reach the exchange";
	if (e->transport.silent)
		return "the exchange is silent";
	return NULL;
}

int egress_send(struct egress *e, const struct ouch_order *order)
{
	int frame;

	/* frames of earlier orders, stale by now, would leave with this one */
	if (egress_trouble(e) || e->xsk.waiting)
		return -EAGAIN;
	frame = xsk_take(&e->xsk);
	if (frame < 0)
		return -EAGAIN;
	frame_set(xsk_frame(&e->xsk, (uint32_t)frame), order);
	return xsk_send(&e->xsk, (uint32_t)frame, e->frame_len);
}

/* A frame that the kernel has now may still go to the old MAC. */
static void frames_redirect(struct egress *e, const uint8_t mac[6])
{
	uint32_t i;

	for (i = 0; i < XSK_FRAMES; i++)
		frame_redirect(xsk_frame(&e->xsk, i), mac);
}

static void frames_void(struct egress *e)
{
	static const uint8_t nobody[6];

	if (!e->voided)
		frames_redirect(e, nobody);
	e->voided = true;
}

int egress_kick(struct egress *e)
{
	struct xsk *x = &e->xsk;
	int err;

	xsk_reclaim(x);
	/* after a link that was down nobody else asks for the rest */
	if (x->waiting ||
	    (e->voided && e->netif.up && x->idle_count != XSK_FRAMES)) {
		if (x->down)
			frames_void(e);
		err = xsk_kick(x);
		if (err)
			return err;
	}
	if (e->voided && e->netif.up && !x->waiting &&
	    x->idle_count == XSK_FRAMES) {
		e->voided = false;
		frames_redirect(e, e->mac);
	}
	return 0;
}

/* Without a route at all there is another one, too. */
static bool route_is_another(const struct egress *e)
{
	struct netif_route now;

	return netif_route(&now, e->transport.exchange.sin_addr.s_addr) ||
	       now.ifindex != e->route.ifindex ||
	       now.source != e->route.source ||
	       now.next_hop != e->route.next_hop;
}

int egress_refresh(struct egress *e)
{
	struct netif netif;
	uint8_t mac[6];
	int err = netif_find(&netif, e->netif.ifindex);

	if (err)
		return err;
	if (memcmp(netif.mac, e->netif.mac, sizeof(netif.mac))) {
		out_error(0, "%s: its MAC was changed; restart the controller",
			  e->netif.name);
		return -ENETRESET;
	}
	e->netif.up = netif.up;
	if (!netif.up)
		frames_void(e);
	e->rerouted = route_is_another(e);
	err = netif_neighbour(e->netif.ifindex, e->route.next_hop, mac);
	e->resolved = !err;
	if (err || !memcmp(mac, e->mac, sizeof(mac)))
		return err == -ENOENT ? 0 : err;
	memcpy(e->mac, mac, sizeof(mac));
	if (!e->voided)
		frames_redirect(e, mac);
	return 0;
}
