// SPDX-License-Identifier: GPL-2.0
#include "transport.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "path.h"
#include "patience.h"
#include "soupbin.h"
#include "wire.h"

enum {
	RECEIVE_BUFFER = 1 << 20,	/* bytes */
	/* An empty datagram takes some 768 bytes of twice that. */
	DRAIN_BATCHES = 2 * RECEIVE_BUFFER / 512 / TRANSPORT_BATCH,
};

/* A port that was asked for may still be that of a controller that was killed
 * just now.
 */
static int local_bind(const struct transport *t)
{
	int left = PATIENCE_MS, err;

	do
		err = bind(t->fd, (const struct sockaddr *)&t->local,
			   sizeof(t->local)) ? -errno : 0;
	while (err == -EADDRINUSE && patience_wait(&left));
	return err;
}

int transport_open(struct transport *t, __be32 source, uint16_t port,
		   const struct sockaddr_in *exchange)
{
	int buffer = RECEIVE_BUFFER, err;
	socklen_t len = sizeof(t->local);

	memset(t, 0, sizeof(*t));
	t->exchange = *exchange;
	t->local.sin_family = AF_INET;
	t->local.sin_addr.s_addr = source;
	t->local.sin_port = htons(port);
	t->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (t->fd < 0)
		return -errno;
	/* a smaller buffer than asked for still works */
	if (setsockopt(t->fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer,
		       sizeof(buffer)))
		setsockopt(t->fd, SOL_SOCKET, SO_RCVBUF, &buffer,
			   sizeof(buffer));
	err = local_bind(t);
	if (!err &&
	    (connect(t->fd, (const struct sockaddr *)exchange,
		     sizeof(*exchange)) ||
	     getsockname(t->fd, (struct sockaddr *)&t->local, &len)))
		err = -errno;
	if (err)
		transport_close(t);
	return err;
}

void transport_close(struct transport *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

/* A closed port is not a silent one.  Return: is that all there is to error? */
static bool path_error(struct transport *t, int error)
{
	if (!error_is_of_path(error))
		return false;
	t->refused = error == ECONNREFUSED;
	t->unreachable = !t->refused;
	t->unheard = 0;
	t->silent = false;
	return true;
}

int transport_beat(struct transport *t)
{
	struct soup_header beat = { .type = SOUP_CLIENT_HEARTBEAT };

	if (t->unheard >= TRANSPORT_SILENT)
		t->silent = true;
	t->unheard++;
	put_be16(&beat.length, sizeof(beat.type));
	if (send(t->fd, &beat, sizeof(beat), MSG_DONTWAIT) >= 0)
		return 0;
	/* maybe the answer to an earlier datagram, reported here (RFC 1122) */
	if (path_error(t, errno))
		return 0;
	return errno == EAGAIN || errno == ENOBUFS ? 0 : -errno;
}

static int packet_take(struct transport *t, const struct transport_sink *sink,
		       char type, const uint8_t *payload, size_t len)
{
	t->unheard = 0;
	t->refused = t->unreachable = t->silent = false;
	switch (type) {
	case SOUP_SEQUENCED:
		return sink->message(sink->context, payload, len);
	case SOUP_SERVER_HEARTBEAT:
		t->heartbeats++;
		return 0;
	default:
		t->other++;
		return 0;
	}
}

static int datagram_take(struct transport *t, const struct transport_sink *sink,
			 const uint8_t *p, size_t left)
{
	const struct soup_header *head;
	size_t len;
	int err;

	t->datagrams++;
	while (left) {
		head = (const void *)p;
		/* length counts the type and what follows it */
		len = left < sizeof(*head) ? 0 : get_be16(&head->length);
		if (!len || len + sizeof(head->length) > left) {
			t->malformed++;
			return 0;
		}
		err = packet_take(t, sink, head->type, p + sizeof(*head),
				  len - sizeof(head->type));
		if (err)
			return err;
		p += len + sizeof(head->length);
		left -= len + sizeof(head->length);
	}
	return 0;
}

/* An error that the kernel has to tell comes before the data that is there. */
static int batch_receive(struct transport *t, struct mmsghdr *batch)
{
	int got = recvmmsg(t->fd, batch, TRANSPORT_BATCH, MSG_DONTWAIT, NULL);

	if (got < 0 && path_error(t, errno))
		got = recvmmsg(t->fd, batch, TRANSPORT_BATCH, MSG_DONTWAIT,
			       NULL);
	if (got >= 0 || path_error(t, errno))
		return got < 0 ? 0 : got;
	return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

int transport_receive(struct transport *t, const struct transport_sink *sink)
{
	uint8_t data[TRANSPORT_BATCH][TRANSPORT_DATAGRAM];
	struct iovec iov[TRANSPORT_BATCH];
	struct mmsghdr batch[TRANSPORT_BATCH] = {0};
	int i, got, err;

	for (i = 0; i < TRANSPORT_BATCH; i++) {
		iov[i].iov_base = data[i];
		iov[i].iov_len = TRANSPORT_DATAGRAM;
		batch[i].msg_hdr.msg_iov = &iov[i];
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	got = batch_receive(t, batch);
	for (i = 0; i < got; i++) {
		if (batch[i].msg_hdr.msg_flags & MSG_TRUNC) {
			t->datagrams++;
			t->malformed++;
			continue;
		}
		err = datagram_take(t, sink, data[i], batch[i].msg_len);
		if (err)
			return err;
	}
	return got;
}

int transport_drain(struct transport *t, const struct transport_sink *sink)
{
	int i, got = 1;

	for (i = 0; i < DRAIN_BATCHES && got > 0; i++)
		got = transport_receive(t, sink);
	return got < 0 ? got : 0;
}
