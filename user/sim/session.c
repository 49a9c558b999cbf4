// SPDX-License-Identifier: GPL-2.0
#include "session.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "session_account.h"
#include "session_connection.h"
#include "session_loss.h"
#include "tcp.h"

enum {
	EVENTS_MAX = SESSION_CONNECTIONS + 1,
	READS_MAX = 256,		/* and a round, before the feed's turn */
};

#define EACH_CONNECTION(s, c) \
	for (c = (s)->connection; \
	     c < (s)->connection + SESSION_CONNECTIONS; c++)

/* Watches fd; c is NULL for the listening socket. */
static int watch(struct session_server *s, int fd,
		 struct session_connection *c)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };

	return epoll_ctl(s->fd, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

/* Connections inherit it, so that also what comes before they are accepted has
 * a stamp.
 */
static int stamp(int listen_fd)
{
	int on = 1;

	return setsockopt(listen_fd, SOL_SOCKET, SO_TIMESTAMPNS, &on,
			  sizeof(on)) ? -errno : 0;
}

int session_open(struct session_server *s, const struct session_options *o,
		 const char name[SOUP_SESSION_LEN], struct exchange *x,
		 struct arrival *arrival)
{
	int err;

	memset(s, 0, sizeof(*s));
	s->options = *o;
	s->address = o->address;
	memcpy(s->name, name, sizeof(s->name));
	s->exchange = x;
	s->arrival = arrival;
	s->fd = epoll_create1(EPOLL_CLOEXEC);
	if (s->fd < 0)
		return -errno;
	s->listen_fd = tcp_listen(&s->address);
	err = s->listen_fd;
	if (err < 0)
		goto close_epoll;
	err = stamp(s->listen_fd);
	if (!err)
		err = watch(s, s->listen_fd, NULL);
	if (!err)
		err = session_accounts_make(s);
	if (!err)
		return 0;
	session_accounts_free(s);
	close(s->listen_fd);
close_epoll:
	close(s->fd);
	return err;
}

void session_close(struct session_server *s)
{
	struct session_connection *c;

	EACH_CONNECTION(s, c)
		if (c->phase != SESSION_FREE)
			session_connection_free(s, c);
	session_accounts_free(s);
	close(s->listen_fd);
	close(s->fd);
}

void session_time(struct session_server *s, uint64_t now)
{
	s->now = now;
}

void session_end(struct session_server *s)
{
	exchange_day(s->exchange, 'E');
	s->over = true;
	s->due_ns = 0;
}

bool session_is_idle(const struct session_server *s)
{
	const struct session_connection *c;

	EACH_CONNECTION(s, c)
		if (c->phase != SESSION_FREE)
			return false;
	return true;
}

/* -- connections -------------------------------------------------------- */

static struct session_connection *place_find(struct session_server *s)
{
	struct session_connection *c;

	EACH_CONNECTION(s, c)
		if (c->phase == SESSION_FREE)
			return c;
	return NULL;
}

static void connection_take(struct session_server *s, int fd,
			    const struct sockaddr_in *from)
{
	const struct session_faults *f = &s->options.faults;
	struct session_connection *c = place_find(s);
	int buffer = TCP_SEND_BUFFER, on = 1;

	s->counts.connections++;
	if (!c ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) ||
	    (f->loss && session_lose(fd, f->loss)) || watch(s, fd, c)) {
		s->counts.refused++;
		close(fd);
		return;
	}
	session_connection_begin(c, fd, from, s->now);
}

static void accept_all(struct session_server *s)
{
	struct sockaddr_in from;
	int i, fd;

	for (i = 0; i < TCP_BACKLOG; i++) {
		fd = tcp_accept(s->listen_fd, &from);
		if (fd < 0)
			break;
		connection_take(s, fd, &from);
	}
}

/* Whether there is room is asked only where there was none. */
static void watch_room(struct session_server *s, struct session_connection *c,
		       bool before)
{
	struct epoll_event e = { .data.ptr = c };

	if (c->phase != SESSION_OPEN || c->blocked == before)
		return;
	e.events = EPOLLIN | (c->blocked ? EPOLLOUT : 0);
	epoll_ctl(s->fd, EPOLL_CTL_MOD, c->fd, &e);
}

/* One read from each in turn. */
static void read_all(struct session_server *s,
		     const struct epoll_event *event, int count)
{
	struct session_connection *c;
	bool more = true;
	int reads = 0, i;

	while (more && reads < READS_MAX) {
		more = false;
		for (i = 0; i < count; i++) {
			c = event[i].data.ptr;
			if (!c || !c->readable)
				continue;
			c->readable = c->phase != SESSION_FREE &&
				      session_connection_read(s, c);
			more |= c->readable;
			reads++;
		}
	}
}

static void write_all(struct session_server *s)
{
	struct session_connection *c;
	bool before;

	EACH_CONNECTION(s, c) {
		before = c->blocked;
		if (c->phase == SESSION_OPEN && (!before || c->writable))
			session_connection_write(s, c);
		c->writable = false;
		watch_room(s, c, before);
	}
}

/* -- time --------------------------------------------------------------- */

static void deadlines_keep(struct session_server *s)
{
	struct session_connection *c;
	uint64_t due;

	s->due_ns = UINT64_MAX;
	EACH_CONNECTION(s, c) {
		if (c->phase != SESSION_FREE)
			session_connection_deadlines(s, c);
		if (c->phase == SESSION_FREE)
			continue;
		due = session_connection_due(s, c);
		if (due < s->due_ns)
			s->due_ns = due;
	}
}

uint64_t session_due(const struct session_server *s)
{
	return s->due_ns;
}

int session_serve(struct session_server *s, uint64_t now)
{
	struct epoll_event event[EVENTS_MAX];
	struct session_connection *c;
	int i, count = epoll_wait(s->fd, event, EVENTS_MAX, 0);
	bool new = false;

	if (count < 0)
		return errno == EINTR ? 0 : -errno;
	s->now = now;
	for (i = 0; i < count; i++) {
		c = event[i].data.ptr;
		if (!c) {
			new = true;
			continue;
		}
		c->readable = event[i].events & ~(uint32_t)EPOLLOUT;
		c->writable = event[i].events & EPOLLOUT;
	}
	read_all(s, event, count);
	/* a place that was freed above is not taken by its old event */
	if (new)
		accept_all(s);
	write_all(s);
	deadlines_keep(s);
	return s->err;
}
