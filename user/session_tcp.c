// SPDX-License-Identifier: GPL-2.0
#include "session_tcp.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

/* -- opening and closing ------------------------------------------------ */

static void flag_set(int fd, int level, int option)
{
	int on = 1;

	setsockopt(fd, level, option, &on, sizeof(on));
}

static int local_bind(const struct session *s)
{
	const struct sockaddr_in *local = &s->options.local;

	if (!local->sin_port && !local->sin_addr.s_addr)
		return 0;
	if (local->sin_port)	/* the last connection may be in TIME_WAIT */
		flag_set(s->fd, SOL_SOCKET, SO_REUSEADDR);
	else
		flag_set(s->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
	return bind(s->fd, (const struct sockaddr *)local, sizeof(*local)) ?
	       -errno : 0;
}

static int connect_start(struct session *s)
{
	struct io_uring_sqe *sqe = loop_sqe(s->loop);

	if (!sqe)
		return -EBUSY;
	io_uring_prep_connect(sqe, s->fd,
			      (const struct sockaddr *)&s->options.exchange,
			      sizeof(s->options.exchange));
	loop_start(sqe, &s->connect);
	return 0;
}

/* Blocking, or io_uring would not wait for it.  What is sent does not wait. */
int session_tcp_open(struct session *s)
{
	unsigned int patience = (unsigned int)(s->options.times.silence_ns /
					       MS_NS);
	const struct linger at_once = { .l_onoff = 1 };
	int err;

	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return -errno;
	flag_set(s->fd, IPPROTO_TCP, TCP_NODELAY);
	/* an exchange that acknowledges nothing is silent, too */
	setsockopt(s->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience,
		   sizeof(patience));
	/* the kernel closes for a process that was killed: as we would */
	setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	s->rest_at = s->rest_len = 0;
	s->send_error = 0;
	s->logged_out = false;
	err = local_bind(s);
	if (!err)
		err = connect_start(s);
	if (err) {
		close(s->fd);
		s->fd = -1;
	}
	return err;
}

int session_tcp_opened(struct session *s)
{
	int err = s->way.opened ? s->way.opened(s->way.context, s->fd) : 0;

	s->way_open = !err;
	return err;
}

static void way_close(struct session *s)
{
	if (s->way_open && s->way.closed)
		s->way.closed(s->way.context);
	s->way_open = false;
}

/* A disconnect sends RST and forgets what was to be sent, which close() would
 * leave to the kernel.
 */
void session_tcp_close(struct session *s)
{
	const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

	if (s->fd < 0)
		return;
	way_close(s);
	loop_cancel(s->loop, &s->connect);
	loop_cancel(s->loop, &s->receive);
	loop_cancel(s->loop, &s->room);
	connect(s->fd, &nowhere, sizeof(nowhere));
	close(s->fd);
	s->fd = -1;
	s->rest_at = s->rest_len = 0;
}

/* -- bytes -------------------------------------------------------------- */

int session_tcp_receive(struct session *s)
{
	struct io_uring_sqe *sqe = loop_sqe(s->loop);
	uint8_t *to;
	size_t room;

	if (!sqe)
		return -EBUSY;
	to = soup_room(&s->soup, &room);
	io_uring_prep_recv(sqe, s->fd, to, room, 0);
	loop_start(sqe, &s->receive);
	return 0;
}

/*
 * What the exchange said before may still wait to be read, so it is the reading
 * that finds the end; soon, because of the shutdown.
 */
static int send_fail(struct session *s, int err)
{
	s->send_error = err;
	shutdown(s->fd, SHUT_RDWR);
	return err;
}

static ssize_t plain_send(struct session *s, const void *bytes, size_t len)
{
	ssize_t taken = send(s->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);

	return taken < 0 ? -errno : taken;
}

static void room_wait(struct session *s)
{
	struct io_uring_sqe *sqe = loop_sqe(s->loop);

	if (!sqe) {
		send_fail(s, -EBUSY);
		return;
	}
	io_uring_prep_poll_add(sqe, s->fd, POLLOUT);
	loop_start(sqe, &s->room);
}

/* Return: bytes taken, -EAGAIN or another negative errno. */
static ssize_t bytes_give(struct session *s, const void *bytes, size_t len)
{
	ssize_t taken = s->way.send ?
			s->way.send(s->way.context, bytes, len) :
			plain_send(s, bytes, len);

	if (!taken || taken == -EINTR || taken == -ENOBUFS)
		return -EAGAIN;
	if (taken < 0)
		return taken == -EAGAIN ? taken : send_fail(s, (int)taken);
	s->bytes_out += (uint64_t)taken;
	s->sent_ns = clock_ns();
	return taken;
}

int session_tcp_send(struct session *s, const void *packets, size_t len)
{
	ssize_t taken;

	if (s->send_error)
		return s->send_error;
	if (s->rest_at < s->rest_len || !s->way_open)
		return -EAGAIN;
	taken = bytes_give(s, packets, len);
	if (taken < 0)
		return (int)taken;
	if ((size_t)taken == len)
		return 0;
	s->rest_at = 0;
	s->rest_len = len - (size_t)taken;
	memcpy(s->rest, (const uint8_t *)packets + taken, s->rest_len);
	room_wait(s);
	return 0;
}

int session_tcp_packet(struct session *s, enum soup_type type,
		       const void *payload, size_t len)
{
	uint8_t packet[SESSION_PACKET_MAX];
	size_t whole = soup_head((void *)packet, type, len);

	if (len)
		memcpy(packet + sizeof(struct soup_header), payload, len);
	return session_tcp_send(s, packet, whole);
}

/* Return: 0, also when some of it is left, or negative errno. */
static int rest_send(struct session *s)
{
	ssize_t taken;

	if (s->rest_at == s->rest_len)
		return 0;
	taken = bytes_give(s, s->rest + s->rest_at, s->rest_len - s->rest_at);
	if (taken > 0)
		s->rest_at += (size_t)taken;
	return taken < 0 && taken != -EAGAIN ? (int)taken : 0;
}

int session_tcp_room(struct op *op, int res)
{
	struct session *s = source_owner(op, struct session, room);

	if (s->fd < 0 || s->send_error)
		return 0;
	if (res < 0)
		send_fail(s, res);
	else if (!rest_send(s) && s->rest_at < s->rest_len)
		room_wait(s);
	else if (s->state == HT_SESSION_CLOSING)
		session_tcp_finish(s);
	return 0;
}

void session_tcp_finish(struct session *s)
{
	if (s->send_error || !s->way_open || s->room.busy)
		return;
	if (!s->logged_out && s->soup.state == SOUP_OPEN) {
		if (session_tcp_packet(s, SOUP_LOGOUT_REQUEST, NULL, 0)) {
			room_wait(s);
			return;
		}
		s->logged_out = true;
	}
	if (s->room.busy)
		return;
	way_close(s);
	shutdown(s->fd, SHUT_WR);
}

uint32_t session_backlog(const struct session *s)
{
	int unsent = 0;

	if (s->fd < 0)
		return 0;
	if (ioctl(s->fd, SIOCOUTQNSD, &unsent) || unsent < 0)
		unsent = 0;
	return (uint32_t)unsent + (uint32_t)(s->rest_len - s->rest_at);
}
