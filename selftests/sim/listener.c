// SPDX-License-Identifier: GPL-2.0
#include "listener.h"

#include <sys/socket.h>
#include <unistd.h>

void listener_open(struct listener *l)
{
	socklen_t len = sizeof(l->address);
	int buffer = 1 << 22;

	l->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	l->address = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	assert_true(l->fd >= 0);
	setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	assert_int_equal(bind(l->fd, (struct sockaddr *)&l->address, len), 0);
	assert_int_equal(getsockname(l->fd, (struct sockaddr *)&l->address,
				     &len), 0);
}

void listener_close(struct listener *l)
{
	close(l->fd);
}

long listener_raw(struct listener *l, uint8_t bytes[65536])
{
	return recv(l->fd, bytes, 65536, 0);
}

/* Bytes 0-9 session, 10-17 sequence, 18-19 count; blocks with u16 lengths. */
static void heard_parse(struct heard *h)
{
	uint32_t i, at = 20;

	assert_true(h->len >= 20);
	memcpy(h->session, h->bytes, 10);
	h->session[10] = '\0';
	for (h->seq = 0, i = 10; i < 18; i++)
		h->seq = h->seq << 8 | h->bytes[i];
	h->count = (uint32_t)h->bytes[18] << 8 | h->bytes[19];
	for (i = 0; h->count != 0xffff && i < h->count; i++) {
		assert_true(at + 2 <= h->len);
		at += 2 + ((uint32_t)h->bytes[at] << 8 | h->bytes[at + 1]);
	}
	assert_int_equal(at, h->len);
}

bool listener_next(struct listener *l, struct heard *h)
{
	long len = listener_raw(l, h->bytes);

	if (len < 0)
		return false;
	h->len = (uint32_t)len;
	heard_parse(h);
	return true;
}

uint32_t message_make(uint64_t n, uint8_t message[64])
{
	uint32_t len = 9 + n % 31;

	memset(message, (int)(n * 7 & 0xff), len);
	message[0] = '?';
	for (int i = 0; i < 8; i++)
		message[1 + i] = (uint8_t)(n >> 8 * i);
	return len;
}

void expect_messages(const struct heard *h)
{
	uint8_t want[64];
	uint32_t i, len, at = 20;

	for (i = 0; i < h->count; i++) {
		len = message_make(h->seq + i, want);
		assert_int_equal(h->bytes[at] << 8 | h->bytes[at + 1], len);
		assert_memory_equal(h->bytes + at + 2, want, len);
		at += 2 + len;
	}
}

void studio_open(struct studio *s, struct feed_options *o)
{
	uint32_t which;

	memcpy(o->session, "TEST000009", sizeof(o->session));
	listener_open(&s->a);
	listener_open(&s->b);
	o->line[0].group = s->a.address;
	if (o->line[1].payload)
		o->line[1].group = s->b.address;
	assert_int_equal(book_init(&s->book), 0);
	assert_int_equal(timing_init(&s->timing), 0);
	assert_int_equal(feed_open(&s->feed, o, &s->book, &s->timing, &which),
			 0);
	s->now = NOW;
}

void studio_close(struct studio *s)
{
	feed_close(&s->feed);
	timing_free(&s->timing);
	book_free(&s->book);
	listener_close(&s->a);
	listener_close(&s->b);
}

void studio_publish(struct studio *s, uint64_t last)
{
	uint8_t message[64];
	uint32_t len;

	while (s->feed.store.next <= last) {
		len = message_make(s->feed.store.next, message);
		assert_int_equal(feed_add(&s->feed, message, len, s->now), 0);
		assert_int_equal(feed_send(&s->feed, s->now), 0);
	}
}

void studio_flush(struct studio *s)
{
	assert_int_equal(feed_release(&s->feed, s->now), 0);
	assert_int_equal(feed_send(&s->feed, s->now), 0);
}
