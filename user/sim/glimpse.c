// SPDX-License-Identifier: GPL-2.0
#include "glimpse.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "login.h"
#include "tcp.h"
#include "wire.h"

enum { EVENTS_MAX = GLIMPSE_CLIENTS + 1 };

#define LOGIN_NS	(30 * NS_PER_SECOND)	/* for the login to come */
#define CLOSING_NS	(5 * NS_PER_SECOND)	/* for the client to close */

/* Watches fd; client is NULL for the listening socket. */
static int watch(struct glimpse *g, int fd, struct glimpse_client *client)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = client };

	return epoll_ctl(g->fd, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

int glimpse_open(struct glimpse *g, const struct glimpse_options *o,
		 const struct feed *feed)
{
	int err;

	*g = (struct glimpse){
		.options = *o,
		.address = o->address,
		.feed = feed,
	};
	g->fd = epoll_create1(EPOLL_CLOEXEC);
	if (g->fd < 0)
		return -errno;
	g->listen_fd = tcp_listen(&g->address);
	err = g->listen_fd;
	if (err < 0)
		goto close_epoll;
	err = watch(g, g->listen_fd, NULL);
	if (!err)
		return 0;
	close(g->listen_fd);
close_epoll:
	close(g->fd);
	return err;
}

/* -- clients ------------------------------------------------------------ */

/*
 * A process that was begun meanwhile may hold the file open for a moment, and
 * its events would go on: hence not close() alone.
 */
static void unwatch(struct glimpse *g, int fd)
{
	epoll_ctl(g->fd, EPOLL_CTL_DEL, fd, NULL);
	close(fd);
}

static void client_free(struct glimpse *g, struct glimpse_client *c)
{
	unwatch(g, c->fd);
	c->phase = GLIMPSE_FREE;
}

static void spinner_end(struct glimpse *g, struct glimpse_client *c)
{
	int status = 0;

	waitpid(c->pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SPIN_SERVED)
		g->counts.served++;
	else if (WIFEXITED(status) && WEXITSTATUS(status) == SPIN_CUT)
		g->counts.cut++;
	else
		g->counts.dropped++;
	client_free(g, c);
}

void glimpse_drop_all(struct glimpse *g)
{
	struct glimpse_client *c;

	for (c = g->client; c < g->client + GLIMPSE_CLIENTS; c++) {
		if (c->phase == GLIMPSE_SPINNING) {
			kill(c->pid, SIGKILL);
			spinner_end(g, c);
		} else if (c->phase != GLIMPSE_FREE) {
			client_free(g, c);
		}
	}
}

void glimpse_close(struct glimpse *g)
{
	glimpse_drop_all(g);
	close(g->listen_fd);
	close(g->fd);
}

static void client_closing(struct glimpse_client *c, uint64_t now)
{
	shutdown(c->fd, SHUT_WR);
	c->phase = GLIMPSE_CLOSING;
	c->deadline_ns = now + CLOSING_NS;
}

/* In the new process: nothing of the exchange but this socket is kept open. */
static void spinner_run(const struct glimpse *g, int fd, pid_t exchange,
			struct disclosed_snapshot *told)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != exchange)
		_exit(SPIN_DROPPED);
	close_range(STDERR_FILENO + 1, (unsigned int)fd - 1, 0);
	close_range((unsigned int)fd + 1, ~0u, 0);
	_exit(spin(fd, g->feed, g->snapshots, &g->options.faults, told));
}

static void spinner_start(struct glimpse *g, struct glimpse_client *c)
{
	struct disclosed *d = g->feed->disclosed;
	struct disclosed_snapshot *told = NULL;
	pid_t exchange = getpid(), pid;
	int socket_fd = c->fd;

	if (d)
		told = disclosed_snapshot_begin(d, (uint32_t)(c - g->client));
	pid = fork();
	if (!pid)
		spinner_run(g, socket_fd, exchange, told);
	if (pid < 0) {
		g->counts.refused++;
		client_free(g, c);
		return;
	}
	g->snapshots++;
	g->counts.logins++;
	c->pid = pid;
	c->phase = GLIMPSE_SPINNING;
	c->deadline_ns = UINT64_MAX;
	c->fd = pidfd_open(pid, 0);
	unwatch(g, socket_fd);
	if (c->fd >= 0 && !watch(g, c->fd, c))
		return;
	/* its end could not be seen */
	kill(pid, SIGKILL);
	spinner_end(g, c);
}

static void client_reject(struct glimpse *g, struct glimpse_client *c,
			  int reason, uint64_t now)
{
	struct soup_login_rejected m;

	login_rejected(&m, reason);
	if (reason == SOUP_REJECT_NOT_AUTHORIZED)
		g->counts.rejected++;
	else
		g->counts.rejected_session++;
	if (send(c->fd, &m, sizeof(m), MSG_NOSIGNAL) == sizeof(m))
		client_closing(c, now);
	else
		client_free(g, c);
}

/* A login's first bytes tell whether it can become one. */
static bool login_is_malformed(const struct glimpse_client *c)
{
	const struct soup_login_request *m = &c->login;

	return c->have >= sizeof(m->head) &&
	       (m->head.type != SOUP_LOGIN_REQUEST ||
		get_be16(&m->head.length) != sizeof(*m) - SOUP_LENGTH_LEN);
}

static void client_login(struct glimpse *g, struct glimpse_client *c,
			 uint64_t now)
{
	const struct glimpse_options *o = &g->options;
	ssize_t got = recv(c->fd, c->bytes + c->have,
			   sizeof(c->bytes) - c->have, 0);
	int reason;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		g->counts.silent++;
		client_free(g, c);
		return;
	}
	c->have += (uint32_t)got;
	if (login_is_malformed(c)) {
		g->counts.malformed++;
		client_closing(c, now);
	} else if (c->have == sizeof(c->bytes)) {
		reason = login_judge(&c->login, o->user, o->password,
				     g->feed->session);
		if (reason)
			client_reject(g, c, reason, now);
		else
			spinner_start(g, c);
	}
}

static void client_drain(struct glimpse *g, struct glimpse_client *c)
{
	uint8_t bytes[512];
	ssize_t got = recv(c->fd, bytes, sizeof(bytes), 0);

	if (!got || (got < 0 && errno != EAGAIN && errno != EINTR))
		client_free(g, c);
}

static void client_event(struct glimpse *g, struct glimpse_client *c,
			 uint64_t now)
{
	switch (c->phase) {
	case GLIMPSE_LOGIN:
		client_login(g, c, now);
		break;
	case GLIMPSE_CLOSING:
		client_drain(g, c);
		break;
	case GLIMPSE_SPINNING:
		spinner_end(g, c);
		break;
	case GLIMPSE_FREE:
		break;
	}
}

/* A dead server takes the connection and only ever reads. */
static void client_take(struct glimpse *g, int fd, uint64_t now)
{
	struct glimpse_client *c = g->client;
	int buffer = TCP_SEND_BUFFER;

	g->counts.connections++;
	while (c < g->client + GLIMPSE_CLIENTS && c->phase != GLIMPSE_FREE)
		c++;
	if (c == g->client + GLIMPSE_CLIENTS ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer)) ||
	    watch(g, fd, c)) {
		g->counts.refused++;
		close(fd);
		return;
	}
	*c = (struct glimpse_client){
		.phase = GLIMPSE_LOGIN,
		.fd = fd,
		.deadline_ns = now + LOGIN_NS,
	};
	if (g->options.faults.dead) {
		c->phase = GLIMPSE_CLOSING;
		c->deadline_ns = UINT64_MAX;
	}
}

static void accept_all(struct glimpse *g, uint64_t now)
{
	int i, fd;

	for (i = 0; i < TCP_BACKLOG; i++) {
		fd = tcp_accept(g->listen_fd, NULL);
		if (fd < 0)
			break;
		client_take(g, fd, now);
	}
}

uint64_t glimpse_due(const struct glimpse *g)
{
	const struct glimpse_client *c;
	uint64_t due = UINT64_MAX;

	for (c = g->client; c < g->client + GLIMPSE_CLIENTS; c++)
		if (c->phase != GLIMPSE_FREE && c->deadline_ns < due)
			due = c->deadline_ns;
	return due;
}

static void deadlines_keep(struct glimpse *g, uint64_t now)
{
	struct glimpse_client *c;

	for (c = g->client; c < g->client + GLIMPSE_CLIENTS; c++) {
		if (c->phase == GLIMPSE_FREE || c->deadline_ns > now)
			continue;
		g->counts.silent += c->phase == GLIMPSE_LOGIN;
		client_free(g, c);
	}
}

int glimpse_serve(struct glimpse *g, uint64_t now)
{
	struct epoll_event event[EVENTS_MAX];
	int i, count = epoll_wait(g->fd, event, EVENTS_MAX, 0);

	if (count < 0)
		return errno == EINTR ? 0 : -errno;
	for (i = 0; i < count; i++)
		if (event[i].data.ptr)
			client_event(g, event[i].data.ptr, now);
	/* last: a place that was freed above is not taken by its old event */
	for (i = 0; i < count; i++)
		if (!event[i].data.ptr)
			accept_all(g, now);
	deadlines_keep(g, now);
	return 0;
}
