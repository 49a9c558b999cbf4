// SPDX-License-Identifier: GPL-2.0
#include "netif.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>

/* Room for one message of rtnetlink; links are the longest. */
enum { NETIF_BUFFER = 16384 };

/* States in which the kernel itself would send to that MAC. */
enum {
	NEIGHBOUR_KNOWN = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE |
			  NUD_PROBE | NUD_STALE | NUD_DELAY,
};

/* Bit 16 is not in <net/if.h>, and <linux/if.h> does not go with that. */
enum {
	LOWER_UP = 1 << 16,
	UP_FLAGS = IFF_UP | IFF_RUNNING | LOWER_UP,
};

/* A request with a fixed part of `size` bytes, zeroed, behind its header. */
static void *request_begin(struct nlmsghdr **request, uint8_t *buffer,
			   uint16_t type, size_t size)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = 1;
	*request = nlh;
	return mnl_nlmsg_put_extra_header(nlh, size);
}

/* Sends one request and has `parse` read the one message it is answered by. */
static int request_run(const struct nlmsghdr *request, mnl_cb_t parse,
		       void *answer)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	uint8_t buffer[NETIF_BUFFER];
	ssize_t got;
	int err = 0;

	if (!nl)
		return -errno;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) ||
	    mnl_socket_sendto(nl, request, request->nlmsg_len) < 0)
		goto out_errno;
	got = mnl_socket_recvfrom(nl, buffer, sizeof(buffer));
	if (got < 0 ||
	    mnl_cb_run(buffer, (size_t)got, request->nlmsg_seq,
		       mnl_socket_get_portid(nl), parse, answer) < 0)
		goto out_errno;
	goto out;
out_errno:
	err = -errno;
out:
	mnl_socket_close(nl);
	return err;
}

/* The counters may stand at any address. */
static uint64_t stats_tx_dropped(const struct nlattr *a)
{
	struct rtnl_link_stats64 stats = {0};
	size_t len = mnl_attr_get_payload_len(a);

	memcpy(&stats, mnl_attr_get_payload(a),
	       len < sizeof(stats) ? len : sizeof(stats));
	return stats.tx_dropped;
}

static int link_parse(const struct nlmsghdr *nlh, void *answer)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(nlh);
	struct netif *netif = answer;
	const struct nlattr *a;

	netif->ifindex = link->ifi_index;
	/* RUNNING follows the carrier, LOWER_UP, after a while */
	netif->up = (link->ifi_flags & UP_FLAGS) == UP_FLAGS;
	mnl_attr_for_each(a, nlh, sizeof(*link)) {
		switch (mnl_attr_get_type(a)) {
		case IFLA_IFNAME:
			strncpy(netif->name, mnl_attr_get_str(a),
				sizeof(netif->name) - 1);
			break;
		case IFLA_MTU:
			netif->mtu = mnl_attr_get_u32(a);
			break;
		case IFLA_CARRIER_DOWN_COUNT:
			netif->downs = mnl_attr_get_u32(a);
			break;
		case IFLA_ADDRESS:
			if (mnl_attr_get_payload_len(a) == 6)
				memcpy(netif->mac, mnl_attr_get_payload(a), 6);
			break;
		case IFLA_STATS64:
			netif->tx_dropped = stats_tx_dropped(a);
			break;
		}
	}
	return MNL_CB_OK;
}

int netif_find(struct netif *netif, int ifindex)
{
	uint8_t buffer[256];
	struct nlmsghdr *request;
	struct ifinfomsg *link;

	memset(netif, 0, sizeof(*netif));
	link = request_begin(&request, buffer, RTM_GETLINK, sizeof(*link));
	link->ifi_family = AF_UNSPEC;
	link->ifi_index = ifindex;
	return request_run(request, link_parse, netif);
}

int netif_up(int ifindex)
{
	uint8_t buffer[256];
	struct nlmsghdr *request;
	struct ifinfomsg *link;

	link = request_begin(&request, buffer, RTM_NEWLINK, sizeof(*link));
	request->nlmsg_flags |= NLM_F_ACK;
	link->ifi_index = ifindex;
	link->ifi_flags = link->ifi_change = IFF_UP;
	return request_run(request, NULL, NULL);
}

int netif_veth(const char *name, const char *peer, int peer_netns)
{
	uint8_t buffer[512];
	struct nlmsghdr *request;
	struct nlattr *info, *data, *end;

	request_begin(&request, buffer, RTM_NEWLINK,
		      sizeof(struct ifinfomsg));
	request->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK;
	mnl_attr_put_strz(request, IFLA_IFNAME, name);
	info = mnl_attr_nest_start(request, IFLA_LINKINFO);
	mnl_attr_put_str(request, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(request, IFLA_INFO_DATA);
	end = mnl_attr_nest_start(request, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(request, IFLA_IFNAME, peer);
	mnl_attr_put_u32(request, IFLA_NET_NS_FD, (uint32_t)peer_netns);
	mnl_attr_nest_end(request, end);
	mnl_attr_nest_end(request, data);
	mnl_attr_nest_end(request, info);
	return request_run(request, NULL, NULL);
}

static int route_parse(const struct nlmsghdr *nlh, void *answer)
{
	struct netif_route *route = answer;
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, sizeof(struct rtmsg)) {
		switch (mnl_attr_get_type(a)) {
		case RTA_OIF:
			route->ifindex = (int)mnl_attr_get_u32(a);
			break;
		case RTA_PREFSRC:
			route->source = mnl_attr_get_u32(a);
			break;
		case RTA_GATEWAY:
			route->next_hop = mnl_attr_get_u32(a);
			break;
		}
	}
	return MNL_CB_OK;
}

int netif_route_from(struct netif_route *route, __be32 address, __be32 source)
{
	uint8_t buffer[256];
	struct nlmsghdr *request;
	struct rtmsg *message;

	*route = (struct netif_route){
		.source = source,
		.next_hop = address,
	};
	message = request_begin(&request, buffer, RTM_GETROUTE,
				sizeof(*message));
	message->rtm_family = AF_INET;
	message->rtm_dst_len = 32;
	mnl_attr_put_u32(request, RTA_DST, address);
	if (source)
		mnl_attr_put_u32(request, RTA_SRC, source);
	return request_run(request, route_parse, route);
}

int netif_route(struct netif_route *route, __be32 address)
{
	return netif_route_from(route, address, 0);
}

static int neighbour_parse(const struct nlmsghdr *nlh, void *answer)
{
	const struct ndmsg *neighbour = mnl_nlmsg_get_payload(nlh);
	uint8_t *mac = answer;
	const struct nlattr *a;

	if (!(neighbour->ndm_state & NEIGHBOUR_KNOWN)) {
		errno = ENOENT;
		return MNL_CB_ERROR;
	}
	mnl_attr_for_each(a, nlh, sizeof(*neighbour)) {
		if (mnl_attr_get_type(a) != NDA_LLADDR ||
		    mnl_attr_get_payload_len(a) != 6)
			continue;
		memcpy(mac, mnl_attr_get_payload(a), 6);
		return MNL_CB_OK;
	}
	errno = ENOENT;
	return MNL_CB_ERROR;
}

int netif_neighbour(int ifindex, __be32 address, uint8_t mac[6])
{
	uint8_t buffer[256];
	struct nlmsghdr *request;
	struct ndmsg *neighbour;

	neighbour = request_begin(&request, buffer, RTM_GETNEIGH,
				  sizeof(*neighbour));
	neighbour->ndm_family = AF_INET;
	neighbour->ndm_ifindex = ifindex;
	mnl_attr_put_u32(request, NDA_DST, address);
	return request_run(request, neighbour_parse, mac);
}

uint32_t netif_queues(const char *name)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	struct ifreq request = { .ifr_data = (void *)&channels };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint32_t count = 0;

	if (fd < 0)
		return 1;
	strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	if (!ioctl(fd, SIOCETHTOOL, &request))
		count = channels.rx_count + channels.combined_count;
	close(fd);
	return count ? count : 1;
}

struct mnl_socket *netif_watch(void)
{
	struct mnl_socket *nl;

	nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!nl)
		return NULL;
	if (!mnl_socket_bind(nl, RTMGRP_LINK | RTMGRP_NEIGH |
			     RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE,
			     MNL_SOCKET_AUTOPID))
		return nl;
	mnl_socket_close(nl);
	return NULL;
}

int netif_watch_drain(struct mnl_socket *nl)
{
	uint8_t buffer[NETIF_BUFFER];

	for (;;) {
		if (mnl_socket_recvfrom(nl, buffer, sizeof(buffer)) >= 0)
			continue;
		/* news that were lost are asked for like those that were not */
		if (errno == ENOBUFS || errno == ENOSPC || errno == EINTR)
			continue;
		return errno == EAGAIN ? 0 : -errno;
	}
}
