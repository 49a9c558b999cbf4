// SPDX-License-Identifier: GPL-2.0
/*
 * bench_orders_wire - two namespaces, a veth, its programs, and TCP over it
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arrival.map.h"
#include "arrival.skel.h"
#include "bench_netns.h"
#include "bench_orders.h"
#include "hairtrigger.skel.h"
#include "loader.h"
#include "netif.h"
#include "out.h"
#include "replay.h"

enum {
	TCP_CLOSE = 7,		/* net/tcp_states.h, in no header for us */
	CARRIER_MS = 5000,	/* until there is one */
	CONNECT_MS = 5000,
	BOOK = 1 << 12,		/* orders and levels: it stays empty */
};

#define NEAR_NAME	"near"
#define FAR_NAME	"far"
#define NEAR_IP		"10.77.1.1"
#define FAR_IP		"10.77.1.2"

/* -- namespaces and veth --------------------------------------------------- */

static int mac_learn(const char *name, uint8_t mac[6])
{
	struct netif netif;
	int err = netif_find(&netif, (int)if_nametoindex(name));

	if (!err)
		memcpy(mac, netif.mac, sizeof(netif.mac));
	return err;
}

/* This thread stays in the far namespace. */
static int veth_make(struct orders_wire *w)
{
	int err;

	w->near_netns = bench_netns_make();
	if (w->near_netns < 0)
		return w->near_netns;
	w->far_netns = bench_netns_make();
	if (w->far_netns < 0)
		return w->far_netns;
	err = netif_veth(FAR_NAME, NEAR_NAME, w->near_netns);
	if (!err)
		err = bench_end_up(FAR_NAME, FAR_IP);
	return err ? err : mac_learn(FAR_NAME, w->far_mac);
}

static int carrier_wait(int ifindex)
{
	struct netif netif = {0};
	int i, err = 0;

	for (i = 0; i < CARRIER_MS && !err && !netif.up; i++) {
		err = netif_find(&netif, ifindex);
		if (!err && !netif.up)
			poll(NULL, 0, 1);
	}
	return err || netif.up ? err : -ENETDOWN;
}

static int near_open(struct orders_wire *w)
{
	int err;

	if (setns(w->near_netns, CLONE_NEWNET))
		return -errno;
	err = bench_end_up(NEAR_NAME, NEAR_IP);
	if (!err)
		err = mac_learn(NEAR_NAME, w->near_mac);
	w->near = (int)if_nametoindex(NEAR_NAME);
	return err ? err : carrier_wait(w->near);
}

/* -- programs -------------------------------------------------------------- */

static int programs_load(struct orders_wire *w)
{
	struct loader_options options = {
		.lines[0] = replay_line, .feed_name = "bench",
		.orders = BOOK, .rows = BOOK,
	};
	int err = loader_load(&w->program, &options);

	if (!err)
		err = instance_adopt(&w->in, w->program);
	if (err)
		return err;
	w->arrival = arrival_bpf__open();
	if (!w->arrival)
		return out_error(-errno, "cannot open the stamping program");
	w->arrival->rodata->cfg_port = ORDERS_PORT;
	err = arrival_bpf__load(w->arrival);
	if (err)
		return out_error(err, "cannot load the stamping program");
	w->arrivals = mmap(NULL, HT_ARRIVALS * sizeof(*w->arrivals),
			   PROT_READ | PROT_WRITE, MAP_SHARED,
			   bpf_map__fd(w->arrival->maps.arrivals), 0);
	if (w->arrivals != MAP_FAILED)
		return 0;
	w->arrivals = NULL;
	return out_error(-errno, "cannot map the stamps");
}

static int link_make(const struct bpf_program *program, int ifindex)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);
	int link = bpf_link_create(bpf_program__fd(program), ifindex, BPF_XDP,
				   &opts);

	return link < 0 ? -errno : link;
}

int orders_wire_open(struct orders_wire *w)
{
	int err;

	*w = (struct orders_wire){
		.in = INSTANCE_CLOSED, .link = { -1, -1 },
		.near_netns = -1, .far_netns = -1,
	};
	err = programs_load(w);
	if (err)
		return err;
	err = veth_make(w);
	if (err)
		return out_error(err, "cannot make a veth pair");
	w->link[0] = link_make(w->arrival->progs.arrival,
			       (int)if_nametoindex(FAR_NAME));
	err = near_open(w);
	if (err)
		return out_error(err, NEAR_NAME ": cannot be brought up");
	w->link[1] = link_make(w->program->progs.ht_order, w->near);
	if (w->link[0] < 0 || w->link[1] < 0)
		return out_error(w->link[0] < 0 ? w->link[0] : w->link[1],
				 "cannot attach natively to a veth");
	err = xsk_open(&w->xsk, NEAR_NAME, 0);
	return err ? out_error(err, NEAR_NAME ": no AF_XDP socket") : 0;
}

static void fd_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

void orders_wire_close(struct orders_wire *w)
{
	xsk_close(&w->xsk);
	fd_close(w->link[0]);
	fd_close(w->link[1]);
	fd_close(w->near_netns);
	fd_close(w->far_netns);
	if (w->arrivals)
		munmap(w->arrivals, HT_ARRIVALS * sizeof(*w->arrivals));
	instance_close(&w->in);
	arrival_bpf__destroy(w->arrival);
	hairtrigger_bpf__destroy(w->program);
}

/* -- TCP ------------------------------------------------------------------- */

static struct sockaddr_in exchange_address(void)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_port = htons(ORDERS_PORT),
	};

	inet_pton(AF_INET, FAR_IP, &a.sin_addr);
	return a;
}

int orders_wire_listen(const struct orders_wire *w)
{
	struct sockaddr_in a = exchange_address();
	int s, one = 1, err = 0;

	if (setns(w->far_netns, CLONE_NEWNET))
		return -errno;
	s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s >= 0)
		setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof(a)) || listen(s, 8))
		err = -errno;
	if (setns(w->near_netns, CLONE_NEWNET) && !err)
		err = -errno;
	if (err)
		fd_close(s);
	return err ? err : s;
}

int orders_wire_connect(void)
{
	struct sockaddr_in a = exchange_address();
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), err = 0;
	struct timeval patience = { .tv_sec = CONNECT_MS / 1000 };

	if (s < 0)
		return -errno;
	setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(s, (struct sockaddr *)&a, sizeof(a)) ||
	    fcntl(s, F_SETFL, O_NONBLOCK))
		err = -errno;
	if (err)
		close(s);
	return err ? err : s;
}

int orders_wire_delegate(struct orders_wire *w, struct delegate *d, int fd)
{
	struct delegate_options o = {
		.fd = fd, .xsk = &w->xsk, .session = w->in.session,
		.terms = orders_terms, .urn = 1,
	};

	memcpy(o.src_mac, w->near_mac, sizeof(o.src_mac));
	memcpy(o.dst_mac, w->far_mac, sizeof(o.dst_mac));
	return delegate_open(d, &o);
}

int orders_wire_lose(int fd, uint32_t per_mille)
{
	uint32_t below = (uint32_t)((uint64_t)per_mille * UINT32_MAX / 1000);
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (uint32_t)(SKF_AD_OFF + SKF_AD_RANDOM)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, below, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	struct sock_fprog filter = {
		.len = sizeof(code) / sizeof(code[0]), .filter = code,
	};

	if (!per_mille)
		return 0;
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter,
			  sizeof(filter)) ? -errno : 0;
}

uint64_t orders_wire_dropped(void)
{
	unsigned int near = if_nametoindex(NEAR_NAME);
	unsigned int end = near ? near : if_nametoindex(FAR_NAME);
	struct netif netif = {0};

	return netif_find(&netif, (int)end) ? 0 : netif.tx_dropped;
}

bool orders_wire_is_closed(int fd)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);

	return !getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) &&
	       info.tcpi_state == TCP_CLOSE;
}

/* The names stand in one line of a group, their values in the next. */
int64_t orders_wire_count(const char *file, const char *group,
			  const char *name)
{
	char path[64], names[8192], values[8192];
	char *n, *v, *at_n, *at_v;
	int64_t count = -ENOENT;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/thread-self/net/%s", file);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (count < 0 && fgets(names, sizeof(names), f) &&
	       fgets(values, sizeof(values), f)) {
		n = strtok_r(names, " \n", &at_n);
		v = strtok_r(values, " \n", &at_v);
		if (!n || strncmp(n, group, strlen(group)))
			continue;
		while (n && v && strcmp(n, name)) {
			n = strtok_r(NULL, " \n", &at_n);
			v = strtok_r(NULL, " \n", &at_v);
		}
		if (n && v)
			count = strtoll(v, NULL, 10);
	}
	fclose(f);
	return count;
}
