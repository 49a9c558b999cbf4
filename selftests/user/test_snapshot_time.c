// SPDX-License-Identifier: GPL-2.0
/* user/glimpse.c: the way to the server, heartbeats and silence. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "snapshot.h"

/* -- the way there ------------------------------------------------------ */

static void a_closed_port_refuses(void **state)
{
	struct world *w = *state;
	int err;

	close(w->listener);
	err = glimpse_open(&w->g, &w->address, &me, NULL);
	if (!err)
		err = event(w);
	assert_int_equal(err, -ECONNREFUSED);
	assert_string_equal(w->g.words, "cannot connect: Connection refused");
	w->listener = -1;
}

static void credentials_that_do_not_fit_are_refused(void **state)
{
	static const struct soup_credentials bad = { .user = "far too long" };
	struct world *w = *state;

	assert_int_equal(glimpse_open(&w->g, &w->address, &bad, NULL), -EINVAL);
	assert_int_equal(w->g.fd, -1);
	assert_non_null(strstr(w->g.words, "too long"));
}

/* Its queue is full, so the kernel lets the next ones wait. */
static void a_server_that_takes_no_connection(void **state)
{
	const struct soup_limits limits = { 1000 * MS_NS, 3000 * MS_NS };
	int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct glimpse_sink sink = { message_take, *state };
	struct world *w = *state;
	uint64_t now;

	assert_int_equal(connect(other, (struct sockaddr *)&w->address,
				 sizeof(w->address)), 0);
	assert_int_equal(glimpse_open(&w->g, &w->address, &me, &limits), 0);
	now = w->g.heard_ns;
	assert_int_equal(glimpse_wants(&w->g), POLLOUT);
	assert_int_equal(glimpse_event(&w->g, &sink), 0);
	assert_int_equal(glimpse_beat(&w->g, now + 1000 * MS_NS), 0);
	assert_int_equal(glimpse_beat(&w->g, now + 2000 * MS_NS), 0);
	assert_int_equal(glimpse_beat(&w->g, now + 2999 * MS_NS), 0);
	assert_int_equal(glimpse_beat(&w->g, now + 3999 * MS_NS), -ETIMEDOUT);
	assert_string_equal(w->g.words, "the server did not take the connection for 3000 ms");
	assert_int_equal(w->g.beats, 0);
	close(other);
}

/* -- silence ------------------------------------------------------------ */

/* Beats from `from` to `to` seconds after begin, ten a second.  Return: of the
 * last one; those before are 0.
 */
static int beats(struct world *w, uint64_t begin, int from, int to)
{
	int err = 0, i;

	for (i = from * 10 + 1; i <= to * 10; i++) {
		assert_int_equal(err, 0);
		err = glimpse_beat(&w->g, begin + (uint64_t)i * 100 * MS_NS);
	}
	return err;
}

static void a_login_without_an_answer_is_given_up(void **state)
{
	struct world *w = *state;
	uint64_t begin;

	log_in(w, NULL);
	begin = w->g.heard_ns;
	assert_int_equal(beats(w, begin, 0, 15), 0);
	assert_int_equal(glimpse_beat(&w->g, begin + 15000 * MS_NS + 1),
			 -ETIMEDOUT);
	assert_string_equal(w->g.words, "the server did not answer the login for 15000 ms");
	assert_int_equal(w->g.beats, 0);
}

/* Heartbeats of its own are no progress; ours go out once a second. */
static void a_snapshot_that_does_not_go_on_is_given_up(void **state)
{
	struct world *w = *state;
	char heard[3 * 14];
	uint64_t begin;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	script_message(w, 'A', 36);
	assert_int_equal(play(w), 0);
	begin = w->g.heard_ns;
	w->g.sent_ns = begin;
	assert_int_equal(beats(w, begin, 0, 14), 0);
	assert_int_equal(w->g.beats, 14);
	assert_int_equal(recv(w->server, heard, sizeof(heard), MSG_WAITALL),
			 sizeof(heard));
	assert_memory_equal(heard, "\0\1R\0\1R", 6);
	script_add(w, LITERAL("\0\1H\0\1+"));
	assert_int_equal(play(w), 0);
	assert_int_equal(w->g.soup.heartbeats, 1);
	assert_int_equal(beats(w, begin, 14, 15), 0);
	assert_int_equal(glimpse_beat(&w->g, begin + 15000 * MS_NS + 1),
			 -ETIMEDOUT);
	assert_string_equal(w->g.words, "the server sent no message for 15000 ms");
}

static void a_message_is_progress(void **state)
{
	struct world *w = *state;
	uint64_t before;

	log_in(w, NULL);
	before = w->g.heard_ns;
	script_add(w, LITERAL(ACCEPTED));
	assert_int_equal(play(w), 0);
	assert_true(w->g.heard_ns > before);
	before = w->g.heard_ns;
	script_message(w, 'A', 36);
	assert_int_equal(play(w), 0);
	assert_true(w->g.heard_ns > before);
}

/* Who stood still has not listened. */
static void our_own_sleep_is_not_the_servers_silence(void **state)
{
	struct world *w = *state;
	uint64_t begin;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	assert_int_equal(play(w), 0);
	begin = w->g.heard_ns;
	assert_int_equal(beats(w, begin, 0, 10), 0);
	assert_int_equal(glimpse_beat(&w->g, begin + 60000 * MS_NS), 0);
	assert_int_equal(beats(w, begin, 60, 75), 0);
	assert_int_equal(glimpse_beat(&w->g, begin + 75000 * MS_NS + 1),
			 -ETIMEDOUT);
}

/* A server that reads nothing: heartbeats wait, only one at a time. */
static void what_is_not_read_does_not_pile_up(void **state)
{
	int least = 1;
	struct world *w = *state;
	uint64_t begin, sent;
	int i;

	log_in(w, NULL);
	setsockopt(w->g.fd, SOL_SOCKET, SO_SNDBUF, &least, sizeof(least));
	script_add(w, LITERAL(ACCEPTED));
	assert_int_equal(play(w), 0);
	begin = w->g.heard_ns;
	for (i = 1; w->g.out_at == w->g.out_len; i++) {
		assert_true(i < 10000000);
		w->g.heard_ns = begin + (uint64_t)i * 1000 * MS_NS;
		assert_int_equal(glimpse_beat(&w->g, w->g.heard_ns), 0);
	}
	assert_int_equal(glimpse_wants(&w->g), POLLIN | POLLOUT);
	sent = w->g.beats;
	assert_int_equal(glimpse_beat(&w->g, w->g.beat_ns + 1000 * MS_NS), 0);
	assert_int_equal(w->g.beats, sent);
}

#define IN_WORLD(test) \
	cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_closed_port_refuses),
		IN_WORLD(credentials_that_do_not_fit_are_refused),
		IN_WORLD(a_server_that_takes_no_connection),
		IN_WORLD(a_login_without_an_answer_is_given_up),
		IN_WORLD(a_snapshot_that_does_not_go_on_is_given_up),
		IN_WORLD(a_message_is_progress),
		IN_WORLD(our_own_sleep_is_not_the_servers_silence),
		IN_WORLD(what_is_not_read_does_not_pile_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
