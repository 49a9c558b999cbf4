// SPDX-License-Identifier: GPL-2.0
/*
 * rerequest - asks MoldUDP64 re-request servers for messages that were missed
 *
 * One socket for all servers is not connected to any, so the kernel tells of
 * ICMP errors only in its error queue, which names whom we had sent to.
 */
#include "rerequest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/errqueue.h>

#include "mold.h"
#include "path.h"
#include "wire.h"

enum {
	RECEIVE_BUFFER = 4 << 20,	/* bytes: a few jumbo replies */
};

static int socket_prepare(int fd, __be32 source)
{
	struct sockaddr_in local = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = source,
	};
	int buffer = RECEIVE_BUFFER, on = 1;

	/* a smaller buffer than asked for still works */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer,
		       sizeof(buffer)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	if (setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&local, sizeof(local)))
		return -errno;
	return 0;
}

int rerequest_open(struct rerequest *r, const struct sockaddr_in *servers,
		   int count, __be32 source)
{
	int i, err;

	memset(r, 0, sizeof(*r));
	r->fd = -1;
	if (count < 1 || count > REREQUEST_SERVERS)
		return -EINVAL;
	for (i = 0; i < count; i++)
		r->server[i].address = servers[i];
	r->servers = count;
	r->data = malloc((size_t)REREQUEST_BATCH * REREQUEST_DATAGRAM);
	if (!r->data)
		return -ENOMEM;
	r->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	err = r->fd < 0 ? -errno : socket_prepare(r->fd, source);
	if (err)
		rerequest_close(r);
	return err;
}

void rerequest_close(struct rerequest *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	free(r->data);
	r->data = NULL;
}

bool rerequest_next_server(struct rerequest *r)
{
	r->current = (r->current + 1) % r->servers;
	return !r->current;
}

static struct rerequest_server *server_find(struct rerequest *r,
					    const struct sockaddr_in *a)
{
	int i;

	for (i = 0; i < r->servers; i++)
		if (r->server[i].address.sin_addr.s_addr ==
			    a->sin_addr.s_addr &&
		    r->server[i].address.sin_port == a->sin_port)
			return &r->server[i];
	return NULL;
}

/* -- what the path says ------------------------------------------------- */

static void server_note(struct rerequest_server *s, int error)
{
	s->error = error;
	s->errors++;
}

/* The error that came with a message of the error queue; 0: none. */
static int error_of(struct msghdr *m)
{
	struct sock_extended_err e;
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_RECVERR ||
		    c->cmsg_len < CMSG_LEN(sizeof(e)))
			continue;
		memcpy(&e, CMSG_DATA(c), sizeof(e));
		return (int)e.ee_errno;
	}
	return 0;
}

/* Takes one of the error queue.  Return: was there one? */
static bool error_take(struct rerequest *r)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(struct sock_extended_err) +
				     sizeof(struct sockaddr_in))];
	} control;
	struct sockaddr_in to = {0};
	struct msghdr m = {
		.msg_name = &to,	/* whom we had sent to */
		.msg_namelen = sizeof(to),
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct rerequest_server *s;
	int error;

	if (recvmsg(r->fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return false;
	s = server_find(r, &to);
	error = error_of(&m);
	if (s && error)
		server_note(s, error);
	return true;
}

/* While one is there poll wakes us for it, and the next call says it. */
static void errors_take(struct rerequest *r)
{
	int i;

	for (i = 0; i < REREQUEST_BATCH && error_take(r); i++)
		;
}

/* -- requests ----------------------------------------------------------- */

static void outstanding_add(struct rerequest *r,
			    const char session[MOLD_SESSION_LEN],
			    uint64_t seq, uint64_t after)
{
	bool same = !memcmp(r->session, session, MOLD_SESSION_LEN);

	if (!same || r->from == r->to) {
		memcpy(r->session, session, MOLD_SESSION_LEN);
		r->from = seq;
		r->to = after;
		return;
	}
	if (seq < r->from)
		r->from = seq;
	if (after > r->to)
		r->to = after;
}

/* An error in the way may be an earlier one, reported here: hence twice. */
static int request_send(struct rerequest *r, struct rerequest_server *s,
			const struct mold_header *m)
{
	int i;

	for (i = 0; i < 2; i++) {
		errors_take(r);
		if (sendto(r->fd, m, sizeof(*m), MSG_DONTWAIT,
			   (struct sockaddr *)&s->address,
			   sizeof(s->address)) >= 0) {
			s->asked++;
			return 0;
		}
		if (!error_is_of_path(errno))
			break;
	}
	r->unsent++;
	if (error_is_of_path(errno)) {
		server_note(s, errno);
		return 0;
	}
	return errno == EAGAIN || errno == ENOBUFS ? 0 : -errno;
}

int rerequest_ask(struct rerequest *r, const char session[MOLD_SESSION_LEN],
		  uint64_t seq, uint64_t count)
{
	struct mold_header m;

	if (count > REREQUEST_MOST)
		count = REREQUEST_MOST;
	if (!seq || !count || seq + count < seq)
		return -EINVAL;
	memcpy(m.session, session, sizeof(m.session));
	put_be64(&m.seq, seq);
	put_be16(&m.count, (uint16_t)count);
	outstanding_add(r, session, seq, seq + count);
	return request_send(r, &r->server[r->current], &m);
}

void rerequest_settle(struct rerequest *r, uint64_t next)
{
	if (next > r->from)
		r->from = next < r->to ? next : r->to;
}

/* -- replies ------------------------------------------------------------ */

static void not_asked(struct rerequest *r, uint64_t after)
{
	r->not_asked++;
	if (after <= r->from)
		r->late++;
}

/* Counts why a reply is none.  Return: is it one? */
static bool reply_check(struct rerequest *r, const uint8_t *payload, size_t len)
{
	const struct mold_header *m = (const void *)payload;
	uint64_t seq, after;

	if (!mold_is_whole(payload, len)) {
		r->malformed++;
		return false;
	}
	seq = get_be64(&m->seq);
	after = seq + mold_messages(m);
	if (!seq || after < seq)
		r->malformed++;
	else if (memcmp(m->session, r->session, sizeof(r->session)))
		r->other_session++;
	else if (after == seq)
		r->empty++;
	else if (seq < r->to && after > r->from && r->from < r->to)
		return true;
	else
		not_asked(r, after);
	return false;
}

static int reply_take(struct rerequest *r, const struct rerequest_sink *sink,
		      const struct sockaddr_in *from, const uint8_t *payload,
		      size_t len)
{
	struct rerequest_server *s = server_find(r, from);

	if (!s) {
		r->foreign_sender++;
		return 0;
	}
	s->error = 0;
	if (!reply_check(r, payload, len))
		return 0;
	s->answered++;
	return sink->packet(sink->context, payload, len);
}

int rerequest_receive(struct rerequest *r, const struct rerequest_sink *sink)
{
	struct sockaddr_in from[REREQUEST_BATCH];
	struct iovec iov[REREQUEST_BATCH];
	struct mmsghdr batch[REREQUEST_BATCH] = {0};
	int i, got, err;

	for (i = 0; i < REREQUEST_BATCH; i++) {
		iov[i].iov_base = r->data + (size_t)i * REREQUEST_DATAGRAM;
		iov[i].iov_len = REREQUEST_DATAGRAM;
		batch[i].msg_hdr.msg_name = &from[i];
		batch[i].msg_hdr.msg_namelen = sizeof(from[i]);
		batch[i].msg_hdr.msg_iov = &iov[i];
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	errors_take(r);
	got = recvmmsg(r->fd, batch, REREQUEST_BATCH, MSG_DONTWAIT, NULL);
	/* what the error queue has more of comes here, too */
	if (got < 0)
		return error_is_of_path(errno) || errno == EAGAIN ||
		       errno == EINTR ? 0 : -errno;
	for (i = 0; i < got; i++) {
		err = reply_take(r, sink, &from[i],
				 r->data + (size_t)i * REREQUEST_DATAGRAM,
				 batch[i].msg_len);
		if (err)
			return err;
	}
	return got;
}
