// SPDX-License-Identifier: GPL-2.0
/*
 * delegate_open - what must be known of a connection before it is shared
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "delegate.h"

enum { TTL = 64 };

static int set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) ? -errno :
								      0;
}

static void unable(struct delegate *d, const char *why)
{
	d->able = false;
	snprintf(d->why, sizeof(d->why), "%s", why);
}

/* ACKs are handed in through it: an IP packet to ourselves. */
static bool loopback_is_up(int fd)
{
	struct ifreq r = { .ifr_name = "lo" };

	return !ioctl(fd, SIOCGIFFLAGS, &r) && r.ifr_flags & IFF_UP;
}

/* They would not find a socket that is bound to another interface, and TCP
 * would reset the session.
 */
static bool is_bound(int fd)
{
	char name[IF_NAMESIZE] = "";
	socklen_t len = sizeof(name);

	return getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, &len) ||
	       name[0];
}

static void judge(struct delegate *d, const struct repair_facts *f)
{
	d->able = true;
	if (f->ts_in_us)
		unable(d, "TCP's timestamps are in microseconds (route with features tcp_usec_ts)");
	else if (!f->sack)
		unable(d, "the peer does not know SACK: early ACKs would look like losses");
	else if (!loopback_is_up(d->fd))
		unable(d, "the interface lo is down; `ip link set lo up`");
	else if (is_bound(d->fd))
		unable(d, "the socket is bound to an interface");
	else if (d->hand < 0)
		unable(d, "no raw socket (CAP_NET_RAW)");
}

static int addresses_learn(struct delegate *d)
{
	socklen_t len = sizeof(d->local);

	if (getsockname(d->fd, (struct sockaddr *)&d->local, &len))
		return -errno;
	len = sizeof(d->peer);
	if (getpeername(d->fd, (struct sockaddr *)&d->peer, &len))
		return -errno;
	return d->local.sin_family == AF_INET ? 0 : -EAFNOSUPPORT;
}

/* No delay of small segments, and room for what is adopted. */
static int socket_prepare(const struct delegate *d)
{
	int flags = fcntl(d->fd, F_GETFL), err;

	if (flags < 0 || fcntl(d->fd, F_SETFL, flags | O_NONBLOCK))
		return -errno;
	err = set(d->fd, IPPROTO_TCP, TCP_NODELAY, 1);
	if (!err)
		err = set(d->fd, SOL_SOCKET, SO_SNDBUFFORCE,
			  DELEGATE_SEND_BUFFER);
	return err;
}

/* The window stays as large as it is, so that ours and TCP's are the same; it
 * would grow with its buffer, which grows unless somebody has set it.
 */
static int window_hold(const struct delegate *d, uint32_t window)
{
	socklen_t len = sizeof(int);
	int room, err;

	if (getsockopt(d->fd, SOL_SOCKET, SO_RCVBUF, &room, &len))
		return -errno;
	err = set(d->fd, SOL_SOCKET, SO_RCVBUFFORCE, room / 2);
	return err ? err : set(d->fd, IPPROTO_TCP, TCP_WINDOW_CLAMP,
			       (int)window);
}

static void session_begin(struct delegate *d, const struct repair_facts *f,
			  uint32_t urn)
{
	struct ht_session *s = d->session;

	/* of a process that was killed: not while the rest is written */
	HT_WRITE_ONCE(s->active, 0);
	__sync_synchronize();
	*s = (struct ht_session){
		.local_ip = d->local.sin_addr.s_addr,
		.remote_ip = d->peer.sin_addr.s_addr,
		.local_port = d->local.sin_port,
		.remote_port = d->peer.sin_port,
		.peer_scale = f->peer_scale,
		.next = (uint64_t)urn << 32 | f->written,
		.adopted = f->written,
		.una = f->una,
		.edge = f->una + f->peer_window,
		.end = f->read,
		.early_ack = f->una,
	};
	__sync_synchronize();
	HT_WRITE_ONCE(s->active, d->able);
}

static void frames_build(struct delegate *d, const struct delegate_options *o,
			 bool timestamps)
{
	uint32_t i;

	d->path = (struct ht_tcp_path){
		.src_ip = d->local.sin_addr.s_addr,
		.dst_ip = d->peer.sin_addr.s_addr,
		.src_port = d->local.sin_port,
		.dst_port = d->peer.sin_port,
		.ttl = TTL,
		.timestamps = timestamps,
	};
	memcpy(d->path.src_mac, o->src_mac, sizeof(d->path.src_mac));
	memcpy(d->path.dst_mac, o->dst_mac, sizeof(d->path.dst_mac));
	segment_build(&d->form, d->spare, &d->path, &o->terms);
	for (i = 0; i < XSK_FRAMES; i++)
		segment_build(&d->form, xsk_frame(d->xsk, i), &d->path,
			      &o->terms);
}

static void facts_take(struct delegate *d, const struct repair_facts *f)
{
	d->written = f->written;
	d->ack = f->read;
	d->window = f->own_window;
	d->scale = f->own_scale;
	d->ts_offset = f->ts_offset;
	d->handed = f->una;
}

int delegate_open(struct delegate *d, const struct delegate_options *o)
{
	struct repair_facts f = {0};
	int err;

	memset(d, 0, sizeof(*d));
	d->fd = o->fd;
	d->xsk = o->xsk;
	d->session = o->session;
	d->hand = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	err = addresses_learn(d);
	if (!err)
		err = socket_prepare(d);
	if (!err)
		err = repair_learn(d->fd, &f);
	if (!err)
		err = window_hold(d, f.own_window);
	if (!err)
		err = repair_look(d->fd, &d->tcp);
	if (err)
		return err;
	facts_take(d, &f);
	judge(d, &f);
	frames_build(d, o, f.timestamps);
	session_begin(d, &f, o->urn);
	return 0;
}

/* Whatever the TX ring still has is no order any more, and for nobody: TCP, as
 * which it would be a duplicate, may forget it with the connection.
 */
static void frames_void(const struct delegate *d)
{
	uint32_t i;

	for (i = 0; i < XSK_FRAMES; i++)
		memset(xsk_frame(d->xsk, i), 0, SEGMENT_MAX);
}

void delegate_close(struct delegate *d)
{
	if (d->session) {
		frames_void(d);
		HT_WRITE_ONCE(d->session->active, 0);
		/* TCP_REPAIR took it away; the next session may want the port */
		set(d->fd, SOL_SOCKET, SO_REUSEADDR, 1);
	}
	if (d->hand >= 0)
		close(d->hand);
	d->session = NULL;
	d->hand = -1;
}

void delegate_redirect(struct delegate *d, const uint8_t mac[6])
{
	uint32_t i;

	memcpy(d->path.dst_mac, mac, sizeof(d->path.dst_mac));
	for (i = 0; i < XSK_FRAMES; i++)
		segment_redirect(xsk_frame(d->xsk, i), mac);
}
