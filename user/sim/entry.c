// SPDX-License-Identifier: GPL-2.0
#include "entry.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "itch50.h"
#include "order_print.h"
#include "wire.h"

enum {
	ORDER_MAX = 2048,		/* bytes, a long appendage included */
	SERVE_MAX = 64,			/* datagrams before the feed's turn */
	RECEIVE_BUFFER = 1 << 20,
	REPLY_WAIT_MS = 10,
};

static void on_send(void *context, const struct sockaddr_in *to,
		    const void *packet, size_t len)
{
	struct order_entry *o = context;
	struct pollfd room = { .fd = o->fd, .events = POLLOUT };
	ssize_t sent;

	sent = sendto(o->fd, packet, len, MSG_DONTWAIT, (const void *)to,
		      sizeof(*to));
	if (sent < 0 && errno == EAGAIN) {
		poll(&room, 1, REPLY_WAIT_MS);
		sent = sendto(o->fd, packet, len, MSG_DONTWAIT,
			      (const void *)to, sizeof(*to));
	}
	o->replies_lost += sent < 0;
}

static void on_reply(void *context, struct exchange_client *client,
		     const void *message, size_t len)
{
	struct order_entry *o = context;

	if (!o->session ||
	    !session_reply(o->session, client, message, len))
		exchange_udp_reply(&o->udp, client, message, len);
	if (o->verbose)
		order_print_reply(client->name, message);
}

static void on_entered(void *context, const struct ouch_enter *e)
{
	struct order_entry *o = context;
	char peer[PEER_TEXT];

	timing_order(&o->timing, e->clordid, o->arrival.ns);
	if (!disclosed_order(&o->disclosed, e->clordid, o->arrival.ns) &&
	    o->verbose)
		fprintf(stderr, "unfounded: %.14s, and message %" PRIu64
			" had not left\n", e->clordid, o->disclosed.next);
	if (o->verbose)
		order_print_entered(peer_text(peer, &o->arrival.from), e);
}

static int socket_open(struct order_entry *o)
{
	socklen_t len = sizeof(o->address);
	int buffer = RECEIVE_BUFFER, on = 1, err;

	o->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (o->fd < 0)
		return -errno;
	if (!bind(o->fd, (struct sockaddr *)&o->address, len) &&
	    !setsockopt(o->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) &&
	    !setsockopt(o->fd, SOL_SOCKET, SO_RCVBUF, &buffer,
			sizeof(buffer)) &&
	    !getsockname(o->fd, (struct sockaddr *)&o->address, &len))
		return 0;
	err = -errno;
	close(o->fd);
	return err;
}

int entry_open(struct order_entry *o, const struct sockaddr_in *address,
		const struct book *book)
{
	struct exchange_sink sink = {
		.reply = on_reply,
		.entered = on_entered,
		.context = o,
	};
	int err;

	*o = (struct order_entry){ .address = *address };
	err = timing_init(&o->timing);
	if (err)
		return err;
	err = disclosed_init(&o->disclosed);
	if (err)
		goto free_timing;
	err = socket_open(o);
	if (err)
		goto free_disclosed;
	exchange_init(&o->exchange, book, &sink);
	o->udp = (struct exchange_udp){
		.exchange = &o->exchange,
		.send = on_send,
		.context = o,
	};
	return 0;
free_disclosed:
	disclosed_free(&o->disclosed);
free_timing:
	timing_free(&o->timing);
	return err;
}

void entry_close(struct order_entry *o)
{
	exchange_udp_free(&o->udp);
	exchange_free(&o->exchange);
	disclosed_free(&o->disclosed);
	timing_free(&o->timing);
	close(o->fd);
}

void entry_in_book(void *entry, const uint8_t *message, uint32_t len)
{
	const struct itch_head *head = (const void *)message;
	struct order_entry *o = entry;

	if (len >= sizeof(*head))
		exchange_book_changed(&o->exchange, get_be16(&head->locate));
}

/* Return: 1 when there was a datagram, 0 when not, or negative errno. */
static int serve_one(struct order_entry *o)
{
	uint8_t datagram[ORDER_MAX];
	char control[ARRIVAL_CONTROL];
	struct iovec part = { .iov_base = datagram, .iov_len = ORDER_MAX };
	struct msghdr m = {
		.msg_name = &o->arrival.from,
		.msg_namelen = sizeof(o->arrival.from),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t len = recvmsg(o->fd, &m, 0);

	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	o->datagrams++;
	if (m.msg_flags & MSG_TRUNC) {
		o->oversized++;
		return 1;
	}
	o->arrival.ns = arrival_ns(&m);
	exchange_datagram(&o->udp, &o->arrival.from, datagram, (size_t)len);
	return 1;
}

int entry_serve(struct order_entry *o)
{
	int i, got = 1;

	for (i = 0; i < SERVE_MAX && got > 0; i++)
		got = serve_one(o);
	return got < 0 ? got : 0;
}
