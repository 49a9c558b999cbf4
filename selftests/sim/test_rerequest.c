// SPDX-License-Identifier: GPL-2.0
/*
 * test_rerequest - a client over UDP gets what was sent, and sees every lie
 */
#include "listener.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../user/sim/rerequest.h"

enum { SENT = 1000 };

struct desk {
	struct studio studio;
	struct rerequest server;
	struct listener client;
};

static void desk_open(struct desk *d, const struct rerequest_faults *faults)
{
	const struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct feed_options o = {
		.line = { { .payload = 300, .per_packet = 65534 } },
		.keep = true,
	};

	studio_open(&d->studio, &o);
	studio_publish(&d->studio, SENT);
	studio_flush(&d->studio);
	listener_open(&d->client);
	assert_int_equal(rerequest_open(&d->server, &any, faults,
					&d->studio.feed), 0);
}

static void desk_close(struct desk *d)
{
	rerequest_close(&d->server);
	listener_close(&d->client);
	studio_close(&d->studio);
}

static void ask_bytes(struct desk *d, const void *bytes, size_t len)
{
	struct pollfd arrived = { .fd = d->server.fd, .events = POLLIN };

	assert_int_equal(sendto(d->client.fd, bytes, len, 0,
				(struct sockaddr *)&d->server.address,
				sizeof(d->server.address)), len);
	assert_int_equal(poll(&arrived, 1, 1000), 1);
	assert_int_equal(rerequest_serve(&d->server, NOW), 0);
}

static void ask(struct desk *d, const char *session, uint64_t seq,
		uint16_t count)
{
	uint8_t request[20];
	int i;

	memcpy(request, session, 10);
	for (i = 0; i < 8; i++)
		request[10 + i] = (uint8_t)(seq >> (56 - 8 * i));
	request[18] = (uint8_t)(count >> 8);
	request[19] = (uint8_t)count;
	ask_bytes(d, request, sizeof(request));
}

static struct heard *answer(struct desk *d)
{
	static struct heard h;

	assert_true(listener_next(&d->client, &h));
	assert_string_equal(h.session, "TEST000009");
	expect_messages(&h);
	return &h;
}

static void silence(struct desk *d)
{
	static struct heard h;

	assert_false(listener_next(&d->client, &h));
}

static void what_was_sent_is_sent_again(void **state)
{
	const struct rerequest_faults none = {0};
	static struct desk d;
	struct heard *h;

	desk_open(&d, &none);
	ask(&d, "TEST000009", 1, 1);
	h = answer(&d);
	assert_int_equal(h->seq, 1);
	assert_int_equal(h->count, 1);
	ask(&d, "TEST000009", 500, 5);
	h = answer(&d);
	assert_int_equal(h->seq, 500);
	assert_int_equal(h->count, 5);
	ask(&d, "TEST000009", SENT, 1);
	assert_int_equal(answer(&d)->seq, SENT);
	assert_int_equal(d.server.counts.answered, 3);
	assert_int_equal(d.server.counts.messages, 7);
	desk_close(&d);
}

/* One reply holds whole messages only; asking on brings the rest. */
static void the_rest_is_asked_for_again(void **state)
{
	const struct rerequest_faults none = {0};
	uint64_t seq = 1;
	static struct desk d;
	uint8_t next[64];
	struct heard *h;

	desk_open(&d, &none);
	while (seq <= SENT) {
		ask(&d, "TEST000009", seq, 0xfffe);
		h = answer(&d);
		assert_int_equal(h->seq, seq);
		assert_true(h->len <= 300);
		seq += h->count;
		assert_true(seq > SENT ||
			    h->len + 2 + message_make(seq, next) > 300);
	}
	assert_int_equal(seq, SENT + 1);
	assert_int_equal(d.server.counts.messages, SENT);
	silence(&d);
	desk_close(&d);
}

static void nothing_beyond_what_was_sent(void **state)
{
	const struct rerequest_faults none = {0};
	static struct desk d;
	struct heard *h;

	desk_open(&d, &none);
	/* framed, but not sent yet */
	studio_publish(&d.studio, SENT + 1);
	ask(&d, "TEST000009", SENT - 1, 10);
	h = answer(&d);
	assert_int_equal(h->seq, SENT - 1);
	assert_int_equal(h->count, 2);
	ask(&d, "TEST000009", SENT + 1, 1);
	ask(&d, "TEST000009", 0, 10);
	ask(&d, "TEST000009", UINT64_MAX, 0xffff);
	silence(&d);
	assert_int_equal(d.server.counts.not_there, 3);
	studio_flush(&d.studio);
	ask(&d, "TEST000009", SENT + 1, 1);
	assert_int_equal(answer(&d)->seq, SENT + 1);
	desk_close(&d);
}

static void only_the_session_of_now(void **state)
{
	const struct rerequest_faults none = {0};
	static struct desk d;
	static struct heard h;

	desk_open(&d, &none);
	ask(&d, "TEST000008", 1, 1);
	ask(&d, "          ", 1, 1);
	silence(&d);
	assert_int_equal(feed_restart(&d.studio.feed), 0);
	studio_publish(&d.studio, 3);
	studio_flush(&d.studio);
	ask(&d, "TEST000009", 1, 1);
	silence(&d);
	assert_int_equal(d.server.counts.other_session, 3);
	ask(&d, "TEST000010", 1, 9);
	assert_true(listener_next(&d.client, &h));
	assert_string_equal(h.session, "TEST000010");
	assert_int_equal(h.count, 3);
	desk_close(&d);
}

static void malformed_requests_are_refused(void **state)
{
	const struct rerequest_faults none = {0};
	uint8_t bytes[64] = "TEST000009\0\0\0\0\0\0\0\1\0\1";
	static struct desk d;
	size_t len;

	desk_open(&d, &none);
	for (len = 0; len < sizeof(bytes); len++)
		if (len != 20)
			ask_bytes(&d, bytes, len);
	ask(&d, "TEST000009", 1, 0);
	silence(&d);
	assert_int_equal(d.server.counts.malformed, 64);
	ask_bytes(&d, bytes, 20);
	assert_int_equal(answer(&d)->seq, 1);
	desk_close(&d);
}

static void a_slow_server_answers_in_the_end(void **state)
{
	const struct rerequest_faults slow = { .delay_ns = 500 };
	static struct desk d;

	desk_open(&d, &slow);
	ask(&d, "TEST000009", 7, 2);
	silence(&d);
	assert_int_equal(rerequest_due(&d.server), NOW + 500);
	assert_int_equal(rerequest_serve(&d.server, NOW + 499), 0);
	silence(&d);
	assert_int_equal(rerequest_serve(&d.server, NOW + 500), 0);
	assert_int_equal(answer(&d)->seq, 7);
	assert_int_equal(rerequest_due(&d.server), UINT64_MAX);
	desk_close(&d);
}

/* More than it can hold are refused, and counted. */
static void a_slow_server_holds_so_many(void **state)
{
	const struct rerequest_faults slow = { .delay_ns = 500 };
	static uint8_t bytes[65536];
	static struct desk d;
	uint32_t i, got = 0;

	desk_open(&d, &slow);
	for (i = 0; i < REREQUEST_WAITING + 10; i++)
		ask(&d, "TEST000009", 7, 1);
	assert_int_equal(d.server.counts.overrun, 10);
	assert_int_equal(rerequest_serve(&d.server, NOW + 500), 0);
	assert_int_equal(d.server.counts.answered, REREQUEST_WAITING);
	while (listener_raw(&d.client, bytes) > 0)
		got++;
	assert_true(got > 0);
	desk_close(&d);
}

static void a_dead_server_says_nothing(void **state)
{
	const struct rerequest_faults dead = { .dead = true };
	const struct rerequest_faults half = { .loss = FAULT_SURE / 2 };
	static uint8_t bytes[65536];
	static struct desk d;
	uint32_t i, got = 0;

	desk_open(&d, &dead);
	ask(&d, "TEST000009", 1, 1);
	silence(&d);
	assert_int_equal(d.server.counts.lost, 1);
	desk_close(&d);
	desk_open(&d, &half);
	for (i = 0; i < 400; i++) {
		ask(&d, "TEST000009", 1, 1);
		got += listener_raw(&d.client, bytes) > 0;
	}
	/* five standard deviations */
	assert_in_range(got, 150, 250);
	assert_int_equal(d.server.counts.lost, 400 - got);
	desk_close(&d);
}

/* Who checks: session, sequence, count above 0, blocks that fill the packet. */
static uint32_t checked(const uint8_t *p, long len, uint64_t seq)
{
	uint32_t count, i;
	long at = 20;

	if (len < 20 || memcmp(p, "TEST000009", 10))
		return 0;
	for (i = 10; i < 18; i++)
		if (p[i] != (uint8_t)(seq >> 8 * (17 - i)))
			return 0;
	count = (uint32_t)p[18] << 8 | p[19];
	for (i = 0; i < count; i++) {
		if (at + 2 > len)
			return 0;
		at += 2 + (p[at] << 8 | p[at + 1]);
	}
	return at == len ? count : 0;
}

static void a_liar_is_seen_through(void **state)
{
	const struct rerequest_faults lies = { .lies = true };
	uint32_t asked = 0, right = 0, lied = 0, count;
	static struct heard h;
	static struct desk d;
	uint64_t seq = 1;
	long len;

	desk_open(&d, &lies);
	for (; seq <= SENT; asked++) {
		ask(&d, "TEST000009", seq, 50);
		len = listener_raw(&d.client, h.bytes);
		assert_true(len > 0);
		count = checked(h.bytes, len, seq);
		lied += !count;
		right += !!count;
		h.seq = seq;
		h.count = count;
		expect_messages(&h);
		seq += count;
	}
	assert_int_equal(seq, SENT + 1);
	assert_true(right > 27);
	assert_in_range(lied, 2 * (right - 1), 2 * right);
	assert_int_equal(d.server.counts.lied, lied);
	assert_int_equal(d.server.counts.answered, right);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sent_is_sent_again),
		cmocka_unit_test(the_rest_is_asked_for_again),
		cmocka_unit_test(nothing_beyond_what_was_sent),
		cmocka_unit_test(only_the_session_of_now),
		cmocka_unit_test(malformed_requests_are_refused),
		cmocka_unit_test(a_slow_server_answers_in_the_end),
		cmocka_unit_test(a_slow_server_holds_so_many),
		cmocka_unit_test(a_dead_server_says_nothing),
		cmocka_unit_test(a_liar_is_seen_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
