// SPDX-License-Identifier: GPL-2.0
/* user/session.c when the network, or the exchange, is not as it should be. */
#include "exchange.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

/* -- no connection --------------------------------------------------------- */

static void exchange_at(const char *address)
{
	w.options.exchange.sin_addr.s_addr = inet_addr(address);
}

static void a_closed_port_refuses(void **state)
{
	close(w.listener);
	session_start();
	UNTIL(w.told == 1);
	state_is(HT_SESSION_DOWN);
	words_are("cannot connect: Connection refused");
	/* told once, tried again and again */
	while (w.s.connects < 10) {
		pass(250);
		UNTIL(w.s.state == HT_SESSION_DOWN);
	}
	assert_int_equal(w.told, 1);
}

static void no_route_is_unreachable(void **state)
{
	exchange_at("198.51.100.1");
	session_start();
	UNTIL(w.told == 1);
	state_is(HT_SESSION_DOWN);
	words_are("cannot connect: Network is unreachable");
}

static void no_answer_is_given_up(void **state)
{
	exchange_at("192.0.2.2");
	session_start();
	UNTIL(w.s.state == HT_SESSION_CONNECTING);
	pass(3000);
	state_is(HT_SESSION_CONNECTING);
	pass(100);
	state_is(HT_SESSION_DOWN);
	words_are("cannot connect: no answer for 3000 ms");
	UNTIL(session_is_idle(&w.s));
	pass(250);
	UNTIL(w.s.state == HT_SESSION_CONNECTING);
	assert_int_equal(w.told, 1);
	session_close(&w.s);
	state_is(HT_SESSION_DOWN);
	words_are("closed before it was connected");
}

static void a_source_that_is_not_ours(void **state)
{
	w.options.local.sin_family = AF_INET;
	w.options.local.sin_addr.s_addr = inet_addr("203.0.113.1");
	session_start();
	UNTIL(w.told == 1);
	words_are("cannot connect: Cannot assign requested address");
}

/* -- patience -------------------------------------------------------------- */

static void tries_are_doubled_up_to_five_seconds(void **state)
{
	static const uint64_t wait_ms[] = {
		250, 500, 1000, 2000, 4000, 5000, 5000,
	};
	size_t i;

	session_start();
	for (i = 0; i < sizeof(wait_ms) / sizeof(*wait_ms); i++) {
		accept_one();
		hears_login("", 1);
		hang_up();
		UNTIL(w.s.state == HT_SESSION_DOWN);
		leap(wait_ms[i] - 1);
		nobody_connects();
		leap(1);
	}
	accept_one();
	assert_int_equal(w.told, 1);
	words_are("the exchange closed the connection without an answer to the login");
}

static void a_login_alone_does_not_bring_patience_back(void **state)
{
	uint64_t i;

	open_fresh();
	for (i = 0; i < 6; i++) {
		hang_up();
		UNTIL(w.s.state == HT_SESSION_DOWN);
		leap(i < 5 ? 250 << i : 5000);
		open_again(2 + i);
	}
	assert_int_equal(w.s.retry_ns, 5 * SECOND_NS);
	for (i = 0; i < 5; i++) {
		say_packet(SOUP_SERVER_HEARTBEAT, NULL, 0);
		UNTIL(w.s.heartbeats == i + 2);
		pass(1000);
	}
	hang_up();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	pass(250);
	open_again(8);
}

/* -- a full socket --------------------------------------------------------- */

/* Return: its length, so odd that the kernel must cut some of them. */
static size_t message_fill(uint8_t message[SESSION_MESSAGE_MAX], uint32_t n)
{
	memset(message, (int)n, SESSION_MESSAGE_MAX);
	put_be32(message, n);
	return SESSION_MESSAGE_MAX - n * 37 % 500;
}

/* Return: messages that were taken until the exchange took no more. */
static uint32_t fill(uint32_t from)
{
	uint8_t message[SESSION_MESSAGE_MAX];
	int err = 0;

	while (err != -EAGAIN || !session_backlog(&w.s)) {
		err = session_send(&w.s, message,
				   message_fill(message, from));
		if (!err)
			from++;
		else
			turn();
	}
	return from;
}

/* Messages [from, to) are the next that the exchange hears, each whole. */
static void hears_messages(uint32_t from, uint32_t to)
{
	uint8_t packet[SESSION_PACKET_MAX];
	uint8_t got[SESSION_PACKET_MAX];
	size_t at = 0, len;
	ssize_t more;

	for (; from < to; from++, at = 0) {
		len = message_fill(packet + sizeof(struct soup_header), from);
		len = soup_head((void *)packet, SOUP_UNSEQUENCED, len);
		while (at < len) {
			UNTIL((more = recv(w.peer, got + at, len - at,
					   0)) >= 0);
			assert_true(more > 0);
			at += (size_t)more;
		}
		assert_memory_equal(got, packet, len);
	}
}

static void full_setup(void)
{
	int small = 4096;

	setsockopt(w.listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	w.send_buffer = small;
	open_fresh();
}

static void a_message_leaves_whole_or_not_at_all(void **state)
{
	uint32_t sent = 0, full;
	bool rest = false;
	int round;

	full_setup();
	for (round = 0; round < 8; round++) {
		full = fill(sent);
		rest |= w.s.rest_at < w.s.rest_len;
		assert_int_equal(session_clear(&w.s),
				 w.s.rest_at == w.s.rest_len);
		state_is(HT_SESSION_OPEN);
		hears_messages(sent, full - 3);
		sent = full - 3;
		UNTIL(w.s.rest_at == w.s.rest_len);
		/* no heartbeat between */
		hears_messages(sent, full);
		sent = full;
		hears_nothing();
	}
	assert_true(rest);
	assert_int_equal(w.s.sent, sent);
	assert_true(w.s.full >= 8);
}

static void a_logout_waits_for_the_rest(void **state)
{
	uint32_t full;

	full_setup();
	full = fill(0);
	session_close(&w.s);
	state_is(HT_SESSION_CLOSING);
	hears_messages(0, full);
	hears("\0\1O", 3);
	hears_end();
	hang_up();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	words_are("logged out");
}

/* An order that arrives after we gave up is worse than none. */
static void what_was_not_sent_never_leaves(void **state)
{
	uint8_t byte[4096];
	uint64_t bytes = 0;
	ssize_t got;

	full_setup();
	fill(0);
	session_drop(&w.s, "the route has changed");
	state_is(HT_SESSION_DOWN);
	words_are("the route has changed");
	do {
		UNTIL((got = recv(w.peer, byte, sizeof(byte), 0)) >= 0 ||
		      errno != EAGAIN);
		bytes += got > 0 ? (uint64_t)got : 0;
	} while (got > 0);
	assert_int_equal(got, -1);
	assert_int_equal(errno, ECONNRESET);
	assert_true(bytes < w.s.bytes_out);
	hang_up();
	pass(250);
	open_again(2);
	hears_nothing();
	assert_int_equal(session_backlog(&w.s), 0);
}

static void messages_that_are_too_long(void **state)
{
	static uint8_t message[SESSION_MESSAGE_MAX + 1];

	open_fresh();
	assert_int_equal(session_send(&w.s, message, sizeof(message)),
			 -EMSGSIZE);
	assert_int_equal(session_send(&w.s, message, 0), -EMSGSIZE);
	hears_nothing();
}

/* -- lies ------------------------------------------------------------------ */

/* It ends the connection, with these words, and another one follows. */
static void breaks(const void *bytes, size_t len, const char *words)
{
	int messages = w.messages;

	say(bytes, len);
	UNTIL(w.s.state == HT_SESSION_DOWN);
	words_are(words);
	assert_int_equal(w.messages, messages);
	hears_reset();
	leap(5000);
	open_again(w.s.seq);
}

static void what_is_no_soupbintcp_ends_the_connection(void **state)
{
	open_fresh();
	breaks("\0\0", 2, "not SoupBinTCP: packet 4, at byte 52 of the stream: length 0, without even a type");
	breaks("\0\1A", 3, "not SoupBinTCP: packet 3, at byte 49 of the stream: a second answer to the login");
	breaks("\0\2JA", 4, "not SoupBinTCP: packet 3, at byte 49 of the stream: a second answer to the login");
	breaks("\0\2Hx", 4, "not SoupBinTCP: packet 3, at byte 49 of the stream: Server Heartbeat of a wrong length");
	breaks("\0\2Zx", 4, "not SoupBinTCP: packet 3, at byte 49 of the stream: End of Session of a wrong length");
}

static void a_message_before_the_login_is_none(void **state)
{
	session_start();
	accept_one();
	say_message("A");
	UNTIL(w.s.state == HT_SESSION_DOWN);
	words_are("not SoupBinTCP: packet 1, at byte 0 of the stream: a message without a login");
	assert_int_equal(w.messages, 0);
}

static void a_session_without_a_name_is_none(void **state)
{
	static const char *const names[] = { "", "S\t1", "\303\251" };
	size_t i;

	session_start();
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		accept_one();
		hears_login("", 1);
		say_accepted(names[i], 1);
		UNTIL(w.s.state == HT_SESSION_DOWN);
		words_are("the exchange answered with a session without a name");
		hang_up();
		leap(5000);
	}
}

static void unknown_types_and_long_packets_are_skipped(void **state)
{
	static uint8_t huge[65534];

	open_fresh();
	say_packet('?', "abc", 3);
	say_packet(SOUP_DEBUG, huge, sizeof(huge));
	say_packet(SOUP_UNSEQUENCED, "Q0123456789abc", 14);
	say_packet(SOUP_SEQUENCED, huge, sizeof(huge));
	say_message("A");
	UNTIL(w.messages == 3);
	assert_int_equal(w.len[1], sizeof(huge));
	assert_int_equal(w.seq[2], 3);
	assert_int_equal(w.s.unsequenced, 1);
	state_is(HT_SESSION_OPEN);
}

/* Only a whole answer opens the session. */
static void a_short_answer_is_none(void **state)
{
	session_start();
	logged_in(1);
	say_packet(SOUP_SERVER_HEARTBEAT, NULL, 0);
	hears_query();
	say_message("Q");
	say_message("q0123456789abc");
	UNTIL(w.messages == 2);
	state_is(HT_SESSION_RECONCILING);
}

/* -- another way out ------------------------------------------------------- */

struct way {
	int open_err;
	ssize_t limit;			/* bytes it takes at once, or an error */
};

static int narrow_opened(void *context, int fd)
{
	struct way *way = context;

	return way->open_err;
}

static ssize_t narrow_send(void *context, const void *bytes, size_t len)
{
	struct way *way = context;

	if (way->limit <= 0)
		return way->limit;
	return send(w.s.fd, bytes, len < (size_t)way->limit ? len :
		    (size_t)way->limit, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void a_way_that_takes_a_byte_at_a_time(void **state)
{
	static struct way way = { .limit = 1 };

	session_start();
	w.s.way = (struct session_way){
		.opened = narrow_opened, .send = narrow_send, .context = &way,
	};
	logged_in(1);
	say_packet(SOUP_SERVER_HEARTBEAT, NULL, 0);
	hears_query();
	say_answer();
	UNTIL(w.s.state == HT_SESSION_OPEN);
	assert_int_equal(session_send(&w.s, "ABC", 3), 0);
	assert_int_equal(session_send(&w.s, "DEF", 3), -EAGAIN);
	hears("\0\4UABC", 6);
	UNTIL(session_clear(&w.s));
	way.limit = -EIO;
	assert_int_equal(session_send(&w.s, "DEF", 3), -EIO);
	assert_false(session_clear(&w.s));
	assert_int_equal(session_send(&w.s, "DEF", 3), -EIO);
	UNTIL(w.s.state == HT_SESSION_DOWN);
	words_are("the connection is lost: Input/output error");
}

static void a_way_that_does_not_open(void **state)
{
	static struct way way = { .open_err = -EPERM, .limit = 99 };

	session_start();
	w.s.way = (struct session_way){
		.opened = narrow_opened, .send = narrow_send, .context = &way,
	};
	UNTIL(w.told == 1);
	state_is(HT_SESSION_DOWN);
	words_are("cannot log in: Operation not permitted");
	UNTIL(session_is_idle(&w.s));
}

static void a_way_that_breaks(void **state)
{
	open_fresh();
	w.receive_err = -ESTALE;
	say_message("A");
	UNTIL(w.s.state == HT_SESSION_DOWN);
	words_are("the way out is lost: Stale file handle");
	/* it is replayed */
	assert_int_equal(w.messages, 1);
	w.receive_err = 0;
	hears_reset();
	pass(250);
	open_again(2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, exchange_setup, \
						exchange_teardown)
		T(a_closed_port_refuses),
		T(no_route_is_unreachable),
		T(no_answer_is_given_up),
		T(a_source_that_is_not_ours),
		T(tries_are_doubled_up_to_five_seconds),
		T(a_login_alone_does_not_bring_patience_back),
		T(a_message_leaves_whole_or_not_at_all),
		T(a_logout_waits_for_the_rest),
		T(what_was_not_sent_never_leaves),
		T(messages_that_are_too_long),
		T(what_is_no_soupbintcp_ends_the_connection),
		T(a_message_before_the_login_is_none),
		T(a_session_without_a_name_is_none),
		T(unknown_types_and_long_packets_are_skipped),
		T(a_short_answer_is_none),
		T(a_way_that_takes_a_byte_at_a_time),
		T(a_way_that_does_not_open),
		T(a_way_that_breaks),
#undef T
	};

	return cmocka_run_group_tests(tests, exchange_group, NULL);
}
