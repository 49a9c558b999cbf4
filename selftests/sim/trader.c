// SPDX-License-Identifier: GPL-2.0
#include "trader.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 };		/* for what must come */

static uint64_t number(const uint8_t *p, int bytes)
{
	uint64_t n = 0;

	while (bytes--)
		n = n << 8 | *p++;
	return n;
}

/* -- the exchange ------------------------------------------------------- */

static void on_reply(void *context, struct exchange_client *client,
		     const void *message, size_t len)
{
	struct floor *f = context;

	session_reply(&f->server, client, message, len);
}

static void on_entered(void *context, const struct ouch_enter *e)
{
	struct floor *f = context;

	assert_true(f->entered < ENTERED_MAX);
	f->urn[f->entered++] = (uint32_t)number((const uint8_t *)&e->urn, 4);
}

void floor_open(struct floor *f, const struct session_options *options)
{
	const struct exchange_sink sink = { on_reply, on_entered, f };
	struct session_options here = *options;

	here.address = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	memset(f, 0, sizeof(*f));
	f->now = 1000 * NS_PER_SECOND;
	assert_int_equal(book_init(&f->book), 0);
	exchange_init(&f->exchange, &f->book, &sink);
	assert_int_equal(session_open(&f->server, &here, FLOOR_SESSION,
				      &f->exchange, &f->arrival), 0);
	serve(f);
}

void floor_close(struct floor *f)
{
	session_close(&f->server);
	exchange_free(&f->exchange);
	book_free(&f->book);
}

void serve(struct floor *f)
{
	assert_int_equal(session_serve(&f->server, f->now), 0);
}

void serve_until(struct floor *f, const uint64_t *figure, uint64_t value)
{
	struct pollfd p = { .fd = f->server.fd, .events = POLLIN };

	for (serve(f); *figure < value; serve(f))
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	assert_int_equal(*figure, value);
}

/* -- the client --------------------------------------------------------- */

void trader_connect(struct trader *t, struct floor *f)
{
	memset(t, 0, sizeof(*t));
	t->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(t->fd >= 0);
	assert_int_equal(connect(t->fd, (struct sockaddr *)&f->server.address,
				 sizeof(f->server.address)), 0);
	serve_until(f, &f->server.counts.connections,
		    f->server.counts.connections + 1);
}

void trader_close(struct trader *t)
{
	close(t->fd);
}

void trader_send(struct trader *t, const void *bytes, size_t len)
{
	assert_int_equal(send(t->fd, bytes, len, MSG_NOSIGNAL), len);
}

void trader_login(struct trader *t, const char *user, const char *password,
		  const char *session, const char *seq, const char *timeout)
{
	uint8_t len = timeout ? 52 : 47;
	char text[64];

	snprintf(text, sizeof(text), "..L%-6s%-10s%10s%20s%5s", user, password,
		 session, seq, timeout ? timeout : "");
	text[0] = 0;
	text[1] = (char)len;
	trader_send(t, text, 2u + len);
}

void trader_enter(struct trader *t, struct floor *f, const char *user,
		  const char *seq, uint64_t next)
{
	char text[31];

	trader_connect(t, f);
	trader_login(t, user, "", "", seq, NULL);
	assert_int_equal(trader_next(t, f), 'A');
	snprintf(text, sizeof(text), FLOOR_SESSION "%20llu",
		 (unsigned long long)next);
	assert_int_equal(t->len, 30);
	assert_memory_equal(t->payload, text, 30);
	t->next = next;
}

void enter_make(uint8_t order[ORDER_LEN], uint32_t urn)
{
	const uint8_t head[] = { 0, 48, 'U', 'O', (uint8_t)(urn >> 24),
				 (uint8_t)(urn >> 16), (uint8_t)(urn >> 8),
				 (uint8_t)urn, 'B', 0, 0, 0, 100 };

	memset(order, ' ', ORDER_LEN);
	memcpy(order, head, sizeof(head));
	memset(order + ORDER_LEN - 2, 0, 2);
}

void trader_orders(struct trader *t, struct floor *f, uint32_t first,
		   uint32_t count)
{
	size_t len = (size_t)count * ORDER_LEN, at = 0;
	uint8_t *orders = malloc(len);
	struct pollfd p[] = { { .fd = t->fd, .events = POLLOUT },
			      { .fd = f->server.fd, .events = POLLIN } };
	ssize_t sent;
	uint32_t i;

	assert_non_null(orders);
	for (i = 0; i < count; i++)
		enter_make(orders + i * ORDER_LEN, first + i);
	while (at < len) {
		sent = send(t->fd, orders + at, len - at,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0) {
			assert_int_equal(errno, EAGAIN);
			assert_true(poll(p, 2, PATIENCE_MS) > 0);
			serve(f);
		}
		at += sent > 0 ? (size_t)sent : 0;
	}
	free(orders);
}

/* -- what it reads ------------------------------------------------------ */

static char packet_take(struct trader *t)
{
	uint32_t total = 2 + (uint32_t)number(t->in, 2);
	char type = (char)t->in[2];

	t->len = total - 3;
	assert_true(t->len < sizeof(t->payload));
	memcpy(t->payload, t->in + 3, t->len);
	t->have -= total;
	memmove(t->in, t->in + total, t->have);
	t->next += type == 'S';
	return type;
}

static bool packet_is_whole(const struct trader *t)
{
	if (t->have < 3)
		return false;
	assert_true(number(t->in, 2) > 0);
	return t->have >= 2 + number(t->in, 2);
}

char trader_next(struct trader *t, struct floor *f)
{
	struct pollfd p[] = { { .fd = t->fd, .events = POLLIN },
			      { .fd = f->server.fd, .events = POLLIN } };
	ssize_t got;

	/* enough at a time that what is there need not be moved so often */
	while (!packet_is_whole(t)) {
		serve(f);
		assert_true(poll(p, 2, PATIENCE_MS) > 0);
		if (!p[0].revents)
			continue;
		got = recv(t->fd, t->in + t->have, 4096 - t->have, 0);
		if (got < 0) {
			assert_int_equal(errno, ECONNRESET);
			return CAME_RESET;
		}
		if (!got) {
			assert_int_equal(t->have, 0);
			return CAME_END;
		}
		t->have += (uint32_t)got;
	}
	return packet_take(t);
}

static char next_but_heartbeats(struct trader *t, struct floor *f)
{
	char type;

	do
		type = trader_next(t, f);
	while (type == 'H');
	return type;
}

void expect_event(struct trader *t, struct floor *f, char event)
{
	assert_int_equal(next_but_heartbeats(t, f), 'S');
	assert_int_equal(t->len, 10);
	assert_int_equal(t->payload[0], 'S');
	assert_int_equal(t->payload[9], event);
}

void expect_rejects(struct trader *t, struct floor *f, uint32_t first,
		    uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		assert_int_equal(next_but_heartbeats(t, f), 'S');
		assert_int_equal(t->payload[0], 'J');
		assert_int_equal(number(t->payload + 9, 4), first + i);
	}
}

void expect_nothing(struct trader *t, struct floor *f)
{
	uint8_t byte;

	serve(f);
	assert_int_equal(t->have, 0);
	assert_int_equal(recv(t->fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK), -1);
	assert_int_equal(errno, EAGAIN);
}

void expect_closed(struct trader *t, struct floor *f)
{
	assert_int_equal(next_but_heartbeats(t, f), CAME_END);
}
