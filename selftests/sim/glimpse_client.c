// SPDX-License-Identifier: GPL-2.0
#include "glimpse_client.h"

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../user/sim/clock.h"

/* -- ITCH, by its offsets ----------------------------------------------- */

static uint64_t number(const uint8_t *p, int bytes)
{
	uint64_t n = 0;

	while (bytes--)
		n = n << 8 | *p++;
	return n;
}

static uint32_t length_of(uint8_t type)
{
	static const char types[] = "SRHYLVWKJhAFECXDUPQBINO";
	static const uint8_t len[] = { 12, 39, 25, 20, 26, 35, 12, 28, 35, 21,
				       36, 40, 31, 36, 23, 19, 35, 44, 40, 19,
				       50, 20, 48 };
	const char *at = type ? strchr(types, type) : NULL;

	return at ? len[at - types] : 0;
}

static struct alive *find(struct tally *t, uint64_t ref)
{
	struct alive *o;

	HASH_FIND(hh, t->orders, &ref, sizeof(ref), o);
	return o;
}

static void take(struct tally *t, uint64_t ref, uint32_t shares)
{
	struct alive *o = find(t, ref);

	assert_non_null(o);
	assert_true(shares <= o->shares);
	o->shares -= shares;
	if (o->shares)
		return;
	HASH_DEL(t->orders, o);
	free(o);
}

static void add(struct tally *t, const struct alive *model)
{
	struct alive *o = malloc(sizeof(*o));

	assert_non_null(o);
	assert_null(find(t, model->ref));
	*o = *model;
	HASH_ADD(hh, t->orders, ref, sizeof(o->ref), o);
}

static void add_message(struct tally *t, const uint8_t *m)
{
	struct alive o = {
		.ref = number(m + 11, 8),
		.shares = (uint32_t)number(m + 20, 4),
		.price = (uint32_t)number(m + 32, 4),
		.locate = (uint16_t)number(m + 1, 2),
		.side = (char)m[19],
	};

	memcpy(o.stock, m + 24, 8);
	if (*m == 'F')
		memcpy(o.mpid, m + 36, 4);
	add(t, &o);
}

static void replace(struct tally *t, const uint8_t *m)
{
	struct alive o = *find(t, number(m + 11, 8));

	take(t, o.ref, o.shares);
	o.ref = number(m + 19, 8);
	o.shares = (uint32_t)number(m + 27, 4);
	o.price = (uint32_t)number(m + 31, 4);
	add(t, &o);
}

/* Two messages of which only the later one counts. */
static bool supersedes(const struct said *a, const uint8_t *m)
{
	if (*a->bytes != *m || *m == 'S' || number(m + 1, 2) !=
	    number(a->bytes + 1, 2))
		return false;
	if (*m == 'h')
		return m[19] == a->bytes[19];
	return *m != 'W' || m[11] == a->bytes[11];
}

static void say(struct tally *t, const uint8_t *m, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < t->states && !supersedes(&t->said[i], m); i++)
		;
	assert_true(i < STATES_MAX);
	t->states += i == t->states;
	t->said[i].len = len;
	memcpy(t->said[i].bytes, m, len);
}

void tally_message(struct tally *t, const uint8_t *m, uint32_t len)
{
	if (strchr("SRHYVWKJh", *m))
		say(t, m, len);
	else if (*m == 'A' || *m == 'F')
		add_message(t, m);
	else if (*m == 'E' || *m == 'C' || *m == 'X')
		take(t, number(m + 11, 8), (uint32_t)number(m + 19, 4));
	else if (*m == 'D')
		take(t, number(m + 11, 8), find(t, number(m + 11, 8))->shares);
	else if (*m == 'U')
		replace(t, m);
}

void tally_free(struct tally *t)
{
	struct alive *o, *next;

	HASH_ITER(hh, t->orders, o, next) {
		HASH_DEL(t->orders, o);
		free(o);
	}
}

void expect_same(const struct tally *a, const struct tally *b)
{
	struct alive *o, *other;
	uint32_t i, j;

	assert_int_equal(HASH_COUNT(a->orders), HASH_COUNT(b->orders));
	for (o = a->orders; o; o = o->hh.next) {
		HASH_FIND(hh, b->orders, &o->ref, sizeof(o->ref), other);
		assert_non_null(other);
		assert_memory_equal(o, other, offsetof(struct alive, hh));
	}
	assert_int_equal(a->states, b->states);
	for (i = 0; i < a->states; i++) {
		for (j = 0; j < b->states; j++)
			if (a->said[i].len == b->said[j].len &&
			    !memcmp(a->said[i].bytes, b->said[j].bytes,
				    a->said[i].len))
				break;
		assert_true(j < b->states);
	}
}

/* -- the server --------------------------------------------------------- */

void office_open(struct office *o, const struct glimpse_options *options)
{
	struct feed_options feed = {
		.line = { { .payload = 1472, .per_packet = 65534 } },
	};
	struct glimpse_options here = *options;

	here.address = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	studio_open(&o->studio, &feed);
	assert_int_equal(state_init(&o->state), 0);
	o->studio.feed.state = &o->state;
	assert_int_equal(glimpse_open(&o->glimpse, &here, &o->studio.feed), 0);
}

void office_close(struct office *o)
{
	glimpse_close(&o->glimpse);
	state_free(&o->state);
	studio_close(&o->studio);
}

/* -- the connection ----------------------------------------------------- */

void client_connect(struct client *c, struct office *o)
{
	*c = (struct client){ .outcome = CLOSED };
	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(c->fd >= 0);
	assert_int_equal(connect(c->fd, (struct sockaddr *)&o->glimpse.address,
				 sizeof(o->glimpse.address)), 0);
}

void client_close(struct client *c)
{
	tally_free(&c->tally);
	close(c->fd);
}

void client_send(struct client *c, const void *bytes, size_t len)
{
	assert_int_equal(send(c->fd, bytes, len, MSG_NOSIGNAL), len);
}

void client_login(struct client *c, const char *user, const char *password,
		  const char *session, const char *seq)
{
	char text[64];

	snprintf(text, sizeof(text), "%c%cL%-6s%-10s%10s%20s", 0, 47, user,
		 password, session, seq);
	/* the two bytes of the length end a string */
	text[0] = 0;
	text[1] = 47;
	client_send(c, text, 49);
}

/* 1 to 20 digits with spaces around.  Return: 0 when it is none. */
static uint64_t digits(const uint8_t *p, uint32_t len)
{
	uint64_t n = 0;

	while (len && p[len - 1] == ' ')
		len--;
	for (; len && *p == ' '; len--)
		p++;
	for (; len; len--, p++) {
		if (*p < '0' || *p > '9')
			return 0;
		n = n * 10 + (uint64_t)(*p - '0');
	}
	return n;
}

static bool message(struct client *c, const uint8_t *m, uint32_t len)
{
	if (!len || c->ended)
		return false;
	if (*m == 'G') {
		c->ended = true;
		c->seq = len == 21 ? digits(m + 1, 20) : 0;
		return c->seq;
	}
	if (!length_of(*m) || length_of(*m) != len || !strchr("SRHYVWKJhAF",
							      *m))
		return false;
	tally_message(&c->tally, m, len);
	return true;
}

/* One packet.  Return: false when it may not be there. */
static bool packet(struct client *c, char type, const uint8_t *p, uint32_t len)
{
	if (!c->packets++) {
		if (type == 'J' && len == 1) {
			c->outcome = REJECTED;
			c->reason = (char)*p;
			return true;
		}
		memcpy(c->session, p, 10);
		return type == 'A' && len == 30 && digits(p + 10, 20) == 1;
	}
	if (c->outcome != CLOSED)
		return false;
	if (type == 'H') {
		c->heartbeats++;
		return !len;
	}
	if (type == 'Z') {
		c->outcome = WHOLE;
		return !len && c->ended;
	}
	return type == 'S' && message(c, p, len);
}

/* Return: false when something is wrong. */
static bool packets(struct client *c)
{
	uint32_t at = 0, len;
	bool good = true;

	while (good && c->have - at >= 2) {
		len = (uint32_t)number(c->in + at, 2);
		if (!len)
			return false;
		if (c->have - at < 2 + len)
			break;
		good = packet(c, (char)c->in[at + 2], c->in + at + 3, len - 1);
		at += 2 + len;
	}
	c->have -= at;
	memmove(c->in, c->in + at, c->have);
	return good;
}

enum outcome client_finish(struct client *c, struct office *o)
{
	struct pollfd p[] = { { .fd = c->fd, .events = POLLIN },
			      { .fd = o->glimpse.fd, .events = POLLIN } };
	ssize_t got = 1;

	while (got > 0) {
		assert_true(poll(p, 2, 10000) > 0);
		if (p[1].revents)
			assert_int_equal(glimpse_serve(&o->glimpse,
					 clock_ns(CLOCK_MONOTONIC)), 0);
		if (!p[0].revents)
			continue;
		got = recv(c->fd, c->in + c->have, sizeof(c->in) - c->have, 0);
		if (got > 0) {
			c->have += (uint32_t)got;
			if (!packets(c)) {
				c->outcome = WRONG;
				break;
			}
		}
	}
	if (c->have && c->outcome != WRONG)
		c->outcome = CLOSED;
	return c->outcome;
}
