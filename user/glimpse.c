// SPDX-License-Identifier: GPL-2.0
/*
 * glimpse - one snapshot from a GLIMPSE 5.0 server
 */
#include "glimpse.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "glimpse50.h"
#include "itch50.h"

__attribute__((format(printf, 3, 4)))
static int failed(struct glimpse *g, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(g->words, sizeof(g->words), format, args);
	va_end(args);
	return err;
}

/* -- opening and closing ------------------------------------------------ */

static int connection_start(struct glimpse *g, const struct sockaddr_in *server)
{
	int on = 1;

	g->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (g->fd < 0)
		return failed(g, -errno, "no socket: %s", strerror(errno));
	/* a login or a heartbeat is all there is to send, so send it */
	setsockopt(g->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (!connect(g->fd, (const struct sockaddr *)server, sizeof(*server)) ||
	    errno == EINPROGRESS)
		return 0;
	return failed(g, -errno, "cannot connect: %s", strerror(errno));
}

int glimpse_open(struct glimpse *g, const struct sockaddr_in *server,
		 const struct soup_credentials *credentials,
		 const struct soup_limits *limits)
{
	struct soup_credentials whole = *credentials;
	struct soup_login_request login;
	int err;

	memset(g, 0, offsetof(struct glimpse, soup));
	soup_init(&g->soup);
	g->fd = -1;
	g->limits = limits ? *limits : soup_limits_default();
	whole.seq = 1;
	err = soup_login(&login, &whole);
	if (err)
		return failed(g, err, "user name, password or session is too long, or not of printable characters");
	memcpy(g->out, &login, sizeof(login));
	g->out_len = sizeof(login);
	g->beat_ns = g->heard_ns = g->sent_ns = clock_ns();
	err = connection_start(g, server);
	if (err && g->fd >= 0) {
		close(g->fd);
		g->fd = -1;
	}
	return err;
}

void glimpse_close(struct glimpse *g)
{
	struct soup_header logout;
	size_t len = soup_head(&logout, SOUP_LOGOUT_REQUEST, 0);

	if (g->fd < 0)
		return;
	/* the server may be gone already, which is as good */
	if (g->soup.state == SOUP_OPEN && g->out_at == g->out_len)
		send(g->fd, &logout, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(g->fd);
	g->fd = -1;
}

/* -- what is sent ------------------------------------------------------- */

short glimpse_wants(const struct glimpse *g)
{
	if (!g->connected)
		return POLLOUT;
	return g->out_at < g->out_len ? POLLIN | POLLOUT : POLLIN;
}

/*
 * An error here is not the end: what the server said before it went may still
 * wait to be read, and reading finds the end, too.
 */
static void output_send(struct glimpse *g, uint64_t now)
{
	ssize_t sent = send(g->fd, g->out + g->out_at, g->out_len - g->out_at,
			    MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent >= 0)
		g->out_at += (size_t)sent;
	else if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
		g->out_at = g->out_len;
	g->sent_ns = now;
}

/* Return: 1 connected, 0 not yet, or negative errno. */
static int connection_finish(struct glimpse *g)
{
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	int error = 0;

	/* without an error it may also still be under way */
	if (!getpeername(g->fd, (struct sockaddr *)&peer, &len)) {
		g->connected = true;
		return 1;
	}
	len = sizeof(error);
	if (getsockopt(g->fd, SOL_SOCKET, SO_ERROR, &error, &len))
		error = errno;
	if (!error)
		return 0;
	return failed(g, -error, "cannot connect: %s", strerror(error));
}

/* -- what comes --------------------------------------------------------- */

/* Return: 1 or -EBADMSG. */
static int end_take(struct glimpse *g, const uint8_t *message, size_t len)
{
	const struct glimpse_end *end = (const void *)message;

	if (len != sizeof(*end))
		return failed(g, -EBADMSG, "End of Snapshot after %" PRIu64 " messages has %zu bytes, not %zu",
			      g->messages, len, sizeof(*end));
	if (soup_number(end->seq, sizeof(end->seq), &g->seq) || !g->seq) {
		g->seq = 0;
		return failed(g, -EBADMSG, "End of Snapshot after %" PRIu64 " messages has no sequence number",
			      g->messages);
	}
	g->done = true;
	return 1;
}

/* Return: 0, 1 when this was the end, or negative errno. */
static int message_take(struct glimpse *g, const struct glimpse_sink *sink,
			const uint8_t *message, size_t len)
{
	size_t legal;

	if (!len)
		return failed(g, -EBADMSG, "message %" PRIu64 " of the snapshot is empty",
			      g->messages + 1);
	if (message[0] == GLIMPSE_END_OF_SNAPSHOT)
		return end_take(g, message, len);
	legal = itch_length((char)message[0]);
	if (legal && len != legal)
		return failed(g, -EBADMSG, "message %" PRIu64 " of the snapshot, `%c`, has %zu bytes, not %zu",
			      g->messages + 1, message[0], len, legal);
	g->messages++;
	g->of_type[message[0]]++;
	if (!legal)
		g->unknown++;
	return sink->message(sink->context, message, len);
}

/* Return: as message_take(). */
static int packet_take(struct glimpse *g, const struct glimpse_sink *sink,
		       const struct soup_packet *p)
{
	switch (p->type) {
	case SOUP_LOGIN_ACCEPTED:
		if (g->soup.next_seq == 1)
			return 0;
		return failed(g, -EBADMSG, "the server would send its messages from %" PRIu64 " on, not from 1",
			      g->soup.next_seq);
	case SOUP_LOGIN_REJECTED:
		return failed(g, -EACCES, "%s", g->soup.words);
	case SOUP_SEQUENCED:
		return message_take(g, sink, p->payload, p->len);
	case SOUP_UNSEQUENCED:
		g->unsequenced++;
		return 0;
	case SOUP_END_OF_SESSION:
		return failed(g, -EPIPE, "the server ended the session after %" PRIu64 " messages, before End of Snapshot",
			      g->messages);
	default:
		return 0;
	}
}

/* Return: as message_take(). */
static int packets_take(struct glimpse *g, const struct glimpse_sink *sink)
{
	enum soup_state state = g->soup.state;
	uint64_t messages = g->messages;
	struct soup_packet p;
	int err = 0, got = 1;

	while (!err) {
		got = soup_next(&g->soup, &p);
		if (got <= 0)
			break;
		err = packet_take(g, sink, &p);
	}
	if (got < 0)
		return failed(g, got, "%s", g->soup.words);
	if (g->messages != messages || g->soup.state != state)
		g->heard_ns = clock_ns();
	return err;
}

static int closed(struct glimpse *g)
{
	if (g->soup.state == SOUP_LOGGING_IN)
		return failed(g, -EPIPE, "the server closed the connection without an answer to the login");
	return failed(g, -EPIPE, "the server closed the connection after %" PRIu64 " messages, before End of Snapshot",
		      g->messages);
}

/* Return: bytes, 0 nothing is there, or negative errno. */
static ssize_t stream_read(struct glimpse *g, size_t most)
{
	size_t room;
	uint8_t *to = soup_room(&g->soup, &room);
	ssize_t got = recv(g->fd, to, room < most ? room : most, MSG_DONTWAIT);

	if (!got)
		return closed(g);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 :
		       failed(g, -errno, "after %" PRIu64 " messages: %s",
			      g->messages, strerror(errno));
	soup_filled(&g->soup, (size_t)got);
	g->bytes += (uint64_t)got;
	return got;
}

int glimpse_event(struct glimpse *g, const struct glimpse_sink *sink)
{
	ssize_t got = 1;
	size_t taken;
	int err = g->connected ? 1 : connection_finish(g);

	if (err <= 0)
		return err;
	if (g->out_at < g->out_len)
		output_send(g, clock_ns());
	err = 0;
	for (taken = 0; taken < GLIMPSE_TURN; taken += (size_t)got) {
		got = stream_read(g, GLIMPSE_TURN - taken);
		if (got <= 0)
			return (int)got;
		err = packets_take(g, sink);
		if (err)
			return err;
	}
	return 0;
}

/* -- time --------------------------------------------------------------- */

static void heartbeat_send(struct glimpse *g, uint64_t now)
{
	struct soup_header beat;

	g->out_at = 0;
	g->out_len = soup_head(&beat, SOUP_CLIENT_HEARTBEAT, 0);
	memcpy(g->out, &beat, sizeof(beat));
	g->beats++;
	output_send(g, now);
}

static int given_up(struct glimpse *g)
{
	const char *what = "sent no message";

	if (!g->connected)
		what = "did not take the connection";
	else if (g->soup.state == SOUP_LOGGING_IN)
		what = "did not answer the login";
	return failed(g, -ETIMEDOUT, "the server %s for %" PRIu64 " ms", what,
		      g->limits.silence_ns / 1000000);
}

int glimpse_beat(struct glimpse *g, uint64_t now_ns)
{
	uint64_t asleep = clock_elapsed(g->beat_ns, now_ns);

	g->beat_ns = now_ns;
	if (asleep > g->limits.heartbeat_ns)
		g->heard_ns = now_ns;
	else if (clock_elapsed(g->heard_ns, now_ns) > g->limits.silence_ns)
		return given_up(g);
	if (g->soup.state == SOUP_OPEN && g->out_at == g->out_len &&
	    clock_elapsed(g->sent_ns, now_ns) >= g->limits.heartbeat_ns)
		heartbeat_send(g, now_ns);
	return 0;
}
