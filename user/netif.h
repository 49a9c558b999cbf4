/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netif - what the kernel knows about an interface and the way out of it
 *
 * Asked by rtnetlink (libmnl).  Addresses are in network order.
 */
#ifndef HT_NETIF_H
#define HT_NETIF_H

#include <linux/types.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct netif {
	char name[IF_NAMESIZE];
	int ifindex;
	uint8_t mac[6];
	uint32_t mtu;
	bool up;		/* and with a carrier */
	uint32_t downs;		/* times that it lost its carrier */
	uint64_t tx_dropped;	/* packets */
};

/* How packets to one address leave. */
struct netif_route {
	int ifindex;
	__be32 source;
	__be32 next_hop;	/* the address itself when it is on the link */
};

/* Return: 0, -ENODEV, or another negative errno. */
int netif_find(struct netif *netif, int ifindex);

/*
 * Makes a veth pair: `name` here, `peer` in that network namespace.
 * Return: 0, -EEXIST, -EPERM, or another negative errno.
 */
int netif_veth(const char *name, const char *peer, int peer_netns);

/* Return: 0 or negative errno; a carrier may come later. */
int netif_up(int ifindex);

/* Return: 0, -ENETUNREACH, or another negative errno. */
int netif_route(struct netif_route *route, __be32 address);

/* The same from one of our addresses; -EINVAL when it is none of ours. */
int netif_route_from(struct netif_route *route, __be32 address, __be32 source);

/*
 * MAC of a neighbour.  Return: 0, -ENOENT when the kernel does not know it
 * (yet, or any more), or another negative errno.
 */
int netif_neighbour(int ifindex, __be32 address, uint8_t mac[6]);

/* Receive queues in use, 1 when the driver does not say. */
uint32_t netif_queues(const char *name);

struct mnl_socket;

/*
 * A socket that is readable when links, or IPv4 neighbours, addresses or routes
 * changed.
 * Return: it, or NULL and errno.
 */
struct mnl_socket *netif_watch(void);

/* Takes all news off the socket: ask again about what you need.
 * Return: 0 or negative errno.
 */
int netif_watch_drain(struct mnl_socket *nl);

#endif
