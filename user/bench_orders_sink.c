// SPDX-License-Identifier: GPL-2.0
/*
 * bench_orders_sink - the exchange's end: every order once, whole, in order
 *
 * A plain socket of the kernel's TCP.  It answers what it reads with a
 * SoupBinTCP heartbeat, so that the sender's early ACKs carry data.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench_orders.h"
#include "clock.h"
#include "out.h"

const struct ouch_terms orders_terms = {
	.tif = OUCH_TIF_IOC, .display = 'Y', .capacity = 'P', .iso = 'N',
	.cross_type = 'N',
};

void orders_make(uint64_t i, struct ouch_order *order)
{
	*order = (struct ouch_order){
		.qty = (uint32_t)(i % OUCH_QTY_MAX) + 1,
		.px = 1000000 + i * 7 % 900000,
		.side = i & 2 ? 'B' : 'S',
		.symbol = i & 4 ? "AAPL" : "MSFT",
	};
	ouch_clordid(order->clordid, i);
}

/* The bytes of order i, with this UserRefNum. */
static void order_expect(uint8_t bytes[ORDERS_LEN], uint64_t i, uint32_t urn)
{
	struct soup_header *soup = (struct soup_header *)bytes;
	struct ouch_order order;

	orders_make(i, &order);
	order.urn = urn;
	put_be16(&soup->length, ORDERS_LEN - SOUP_LENGTH_LEN);
	soup->type = SOUP_UNSEQUENCED;
	ouch_enter_init(soup + 1, &orders_terms);
	ouch_enter_set((struct ouch_enter *)(soup + 1), &order);
}

/* A number may be skipped where the TCP sequence wraps, session_reserve(). */
static void order_check(struct sink *s, const uint8_t *bytes)
{
	uint8_t wanted[ORDERS_LEN];
	uint32_t urn = get_be32(bytes + sizeof(struct soup_header) + 1);

	order_expect(wanted, s->got + s->wrong, urn);
	if (s->got + s->wrong < s->orders && urn - s->urn - 1 < 2 &&
	    !memcmp(wanted, bytes, ORDERS_LEN))
		HT_WRITE_ONCE(s->got, s->got + 1);
	else
		HT_WRITE_ONCE(s->wrong, s->wrong + 1);
	s->urn = urn;
}

/* How long ago could the next order have come? */
static void stall_note(struct sink *s, uint64_t last_ns)
{
	uint64_t next = s->got + s->wrong, since;

	if (next >= s->orders)
		return;
	since = HT_READ_ONCE(s->decided[next]);
	if (since < last_ns)
		since = last_ns;
	if (clock_ns() - since > s->stall_ns)
		s->stall_ns = clock_ns() - since;
}

static void bytes_take(struct sink *s, uint32_t len)
{
	uint32_t at = 0;

	s->held_len += len;
	for (; s->held_len - at >= ORDERS_LEN; at += ORDERS_LEN)
		order_check(s, s->held + at);
	memmove(s->held, s->held + at, s->held_len - at);
	s->held_len -= at;
}

static int answer(struct sink *s)
{
	struct soup_header head = { .type = SOUP_SERVER_HEARTBEAT };
	ssize_t sent;

	put_be16(&head.length, 1);
	sent = send(s->fd, &head, sizeof(head), MSG_NOSIGNAL);
	if (sent < 0)
		return -errno;
	HT_WRITE_ONCE(s->answers, s->answers + (uint64_t)sent);
	return 0;
}

static int serve(struct sink *s)
{
	uint64_t last_ns = clock_ns();
	ssize_t len;
	int err = 0;

	while (!err) {
		len = recv(s->fd, s->held + s->held_len,
			   sizeof(s->held) - s->held_len, 0);
		if (len < 0)
			return -errno;
		if (!len)
			break;
		stall_note(s, last_ns);
		bytes_take(s, (uint32_t)len);
		err = answer(s);
		last_ns = clock_ns();
	}
	s->finished = !err && !s->held_len && s->got == s->orders;
	return err;
}

static void *sink_run(void *argument)
{
	struct sink *s = argument;
	struct sockaddr a;
	socklen_t len = sizeof(a);
	int one = 1;

	if (setns(s->wire->far_netns, CLONE_NEWNET)) {
		s->err = -errno;
		return NULL;
	}
	s->fd = accept(s->listener, &a, &len);
	if (s->fd < 0) {
		s->err = -errno;
		return NULL;
	}
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	/* XDP is to see the peer before the first order */
	s->err = answer(s);
	if (!s->err)
		s->err = orders_wire_lose(s->fd, s->loss);
	if (!s->err)
		s->err = serve(s);
	close(s->fd);
	s->resets = (uint64_t)orders_wire_count("snmp", "Tcp", "OutRsts");
	s->stale = (uint64_t)orders_wire_count("netstat", "TcpExt",
					       "PAWSEstab");
	s->dropped = orders_wire_dropped();
	return NULL;
}

int sink_start(struct sink *s)
{
	int err;

	s->fd = -1;
	s->listener = orders_wire_listen(s->wire);
	if (s->listener < 0)
		return out_error(s->listener, "cannot listen");
	err = pthread_create(&s->thread, NULL, sink_run, s);
	if (!err)
		return 0;
	close(s->listener);
	return out_error(-err, "cannot start the exchange's end");
}

void sink_stop(struct sink *s, bool now)
{
	if (now) {
		shutdown(s->listener, SHUT_RDWR);
		if (s->fd >= 0)
			shutdown(s->fd, SHUT_RDWR);
	}
	pthread_join(s->thread, NULL);
	close(s->listener);
}
