// SPDX-License-Identifier: GPL-2.0
/* user/transport.c on the loopback: what comes in, whole or not. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/transport.h"

enum { PATIENCE_MS = 5000, MESSAGES_MAX = 64 };

struct world {
	int exchange;			/* its socket */
	struct transport t;
	size_t len[MESSAGES_MAX];	/* of the messages taken */
	uint8_t first[MESSAGES_MAX];	/* byte of each */
	int messages;
	int err;			/* what the sink answers */
};

static int setup_at(void **state, const char *exchange)
{
	struct world *w = calloc(1, sizeof(*w));
	struct sockaddr_in a = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = inet_addr(exchange),
	};
	socklen_t len = sizeof(a);

	assert_non_null(w);
	w->exchange = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(w->exchange, (struct sockaddr *)&a, len), 0);
	getsockname(w->exchange, (struct sockaddr *)&a, &len);
	assert_int_equal(transport_open(&w->t, htonl(INADDR_LOOPBACK), 0, &a),
			 0);
	*state = w;
	return 0;
}

static int setup(void **state)
{
	return setup_at(state, "127.0.0.1");
}

static int teardown(void **state)
{
	struct world *w = *state;

	transport_close(&w->t);
	if (w->exchange >= 0)
		close(w->exchange);
	free(w);
	return 0;
}

static int take(void *context, const uint8_t *message, size_t len)
{
	struct world *w = context;

	assert_true(w->messages < MESSAGES_MAX);
	w->len[w->messages] = len;
	w->first[w->messages++] = len ? message[0] : 0;
	return w->err;
}

static int receive(struct world *w)
{
	const struct transport_sink sink = { .message = take, .context = w };
	struct pollfd p = { .fd = w->t.fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	return transport_receive(&w->t, &sink);
}

static void answer(struct world *w, const void *datagram, size_t len)
{
	assert_int_equal(sendto(w->exchange, datagram, len, 0,
				(struct sockaddr *)&w->t.local,
				sizeof(w->t.local)), len);
}

static void beat_is_a_soupbin_heartbeat(void **state)
{
	struct world *w = *state;
	uint8_t got[16];

	assert_int_equal(transport_beat(&w->t), 0);
	assert_int_equal(recv(w->exchange, got, sizeof(got), 0), 3);
	assert_memory_equal(got, "\0\1R", 3);
}

static void packets_of_a_datagram_are_taken_apart(void **state)
{
	static const char two[] = "\0\3SAB\0\1H\0\2SC";
	struct world *w = *state;

	answer(w, two, sizeof(two) - 1);
	assert_int_equal(receive(w), 1);
	assert_int_equal(w->messages, 2);
	assert_int_equal(w->len[0], 2);
	assert_int_equal(w->first[0], 'A');
	assert_int_equal(w->len[1], 1);
	assert_int_equal(w->first[1], 'C');
	assert_int_equal(w->t.heartbeats, 1);
	assert_int_equal(w->t.malformed, 0);
}

static void every_truncation_is_malformed(void **state)
{
	static const char packet[] = "\0\5SABCD";
	struct world *w = *state;
	size_t len;

	for (len = 1; len < sizeof(packet) - 1; len++) {
		answer(w, packet, len);
		assert_int_equal(receive(w), 1);
		assert_int_equal(w->t.malformed, len);
	}
	assert_int_equal(w->messages, 0);
	answer(w, packet, len);
	assert_int_equal(receive(w), 1);
	assert_int_equal(w->messages, 1);
}

static void lengths_that_lie_are_malformed(void **state)
{
	struct world *w = *state;

	answer(w, "\0\0S", 3);
	assert_int_equal(receive(w), 1);
	answer(w, "\377\377SAB", 5);
	assert_int_equal(receive(w), 1);
	assert_int_equal(w->t.malformed, 2);
	assert_int_equal(w->messages, 0);
}

static void overlong_datagrams_are_malformed(void **state)
{
	static uint8_t datagram[TRANSPORT_DATAGRAM + 1] = { 0, 1, 'H' };
	struct world *w = *state;

	answer(w, datagram, sizeof(datagram));
	assert_int_equal(receive(w), 1);
	assert_int_equal(w->t.malformed, 1);
	assert_int_equal(w->t.heartbeats, 0);
}

static void a_turn_takes_one_batch(void **state)
{
	struct world *w = *state;
	int i;

	for (i = 0; i < TRANSPORT_BATCH + 1; i++)
		answer(w, "\0\2SA", 4);
	assert_int_equal(receive(w), TRANSPORT_BATCH);
	assert_int_equal(receive(w), 1);
	assert_int_equal(w->messages, TRANSPORT_BATCH + 1);
}

static void the_sinks_error_comes_through(void **state)
{
	struct world *w = *state;

	w->err = -EPROTO;
	answer(w, "\0\2SA\0\2SB", 8);
	assert_int_equal(receive(w), -EPROTO);
	assert_int_equal(w->messages, 1);
}

static void strangers_are_not_heard(void **state)
{
	int stranger = socket(AF_INET, SOCK_DGRAM, 0);
	struct world *w = *state;

	assert_int_equal(sendto(stranger, "\0\2SX", 4, 0,
				(struct sockaddr *)&w->t.local,
				sizeof(w->t.local)), 4);
	answer(w, "\0\2SA", 4);
	assert_int_equal(receive(w), 1);
	assert_int_equal(w->messages, 1);
	assert_int_equal(w->first[0], 'A');
	close(stranger);
}

static void closed_port_is_noticed(void **state)
{
	struct world *w = *state;
	struct sockaddr_in a = w->t.exchange;

	close(w->exchange);
	assert_int_equal(transport_beat(&w->t), 0);
	assert_int_equal(receive(w), 0);
	assert_true(w->t.refused);
	w->exchange = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(w->exchange, (struct sockaddr *)&a, sizeof(a)),
			 0);
	answer(w, "\0\1H", 3);
	assert_int_equal(receive(w), 1);
	assert_false(w->t.refused);
}

/* In a network namespace of its own, whose addresses may go. */
static void a_path_that_goes_may_come_back(void **state)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct world *w;
	void *inner;

	if (geteuid() || unshare(CLONE_NEWNET)) {
		close(home);
		skip();
	}
	assert_int_equal(system("ip link set lo up"), 0);
	assert_int_equal(system("ip address add 10.9.9.9/32 dev lo"), 0);
	setup_at(&inner, "10.9.9.9");
	w = inner;
	assert_int_equal(system("ip address del 10.9.9.9/32 dev lo"), 0);
	assert_int_equal(transport_beat(&w->t), 0);
	assert_true(w->t.unreachable);
	assert_int_equal(system("ip address add 10.9.9.9/32 dev lo"), 0);
	assert_int_equal(transport_beat(&w->t), 0);
	assert_true(w->t.unreachable);
	answer(w, "\0\1H", 3);
	assert_int_equal(receive(w), 1);
	assert_false(w->t.unreachable);
	teardown(&inner);
	assert_int_equal(setns(home, CLONE_NEWNET), 0);
	close(home);
}

static void errors_of_the_socket_are_fatal(void **state)
{
	struct world *w = *state;

	transport_close(&w->t);
	assert_int_equal(transport_beat(&w->t), -EBADF);
}

static void silence_is_noticed_and_ends(void **state)
{
	const struct transport_sink sink = { .message = take,
					     .context = *state };
	struct world *w = *state;
	int i;

	for (i = 0; i < TRANSPORT_SILENT; i++) {
		assert_int_equal(transport_beat(&w->t), 0);
		assert_false(w->t.silent);
	}
	/* what waits in the socket has been said */
	answer(w, "\0\1H", 3);
	assert_int_equal(transport_drain(&w->t, &sink), 0);
	for (i = 0; i < TRANSPORT_SILENT; i++)
		assert_int_equal(transport_beat(&w->t), 0);
	assert_false(w->t.silent);
	/* rubbish is not being heard */
	answer(w, "\0\5S", 3);
	assert_int_equal(transport_drain(&w->t, &sink), 0);
	assert_int_equal(transport_beat(&w->t), 0);
	assert_true(w->t.silent);
	answer(w, "\0\1H", 3);
	assert_int_equal(transport_drain(&w->t, &sink), 0);
	assert_false(w->t.silent);
}

static void all_that_has_arrived_is_drained(void **state)
{
	const struct transport_sink sink = { .message = take,
					     .context = *state };
	struct world *w = *state;
	int i;

	for (i = 0; i < TRANSPORT_BATCH + 1; i++)
		answer(w, "\0\2SA", 4);
	assert_int_equal(transport_drain(&w->t, &sink), 0);
	assert_int_equal(w->messages, TRANSPORT_BATCH + 1);
}

static void port_in_use_is_an_error(void **state)
{
	struct world *w = *state;
	struct transport other;

	assert_int_equal(transport_open(&other, htonl(INADDR_LOOPBACK),
					ntohs(w->t.local.sin_port),
					&w->t.exchange), -EADDRINUSE);
	assert_int_equal(transport_open(&other, htonl(0xc0000201), 0,
					&w->t.exchange), -EADDRNOTAVAIL);
	assert_int_equal(other.fd, -1);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(beat_is_a_soupbin_heartbeat),
		T(packets_of_a_datagram_are_taken_apart),
		T(every_truncation_is_malformed),
		T(lengths_that_lie_are_malformed),
		T(overlong_datagrams_are_malformed),
		T(a_turn_takes_one_batch),
		T(the_sinks_error_comes_through),
		T(strangers_are_not_heard),
		T(closed_port_is_noticed),
		T(a_path_that_goes_may_come_back),
		T(errors_of_the_socket_are_fatal),
		T(silence_is_noticed_and_ends),
		T(all_that_has_arrived_is_drained),
		T(port_in_use_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
