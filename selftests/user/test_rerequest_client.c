// SPDX-License-Identifier: GPL-2.0
/* user/rerequest.c on the loopback: what is a reply, and what is none. */
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

#include "../../user/rerequest.h"
#include "wire.h"

enum { PATIENCE_MS = 5000, SERVERS = 2, PACKET_MAX = 65507 };

static const char ours[MOLD_SESSION_LEN] = "000010059B";
static const char others[MOLD_SESSION_LEN] = "000010059D";

struct world {
	int server[SERVERS];		/* their sockets */
	struct sockaddr_in address[SERVERS];
	struct sockaddr_in client;
	struct rerequest r;
	int packets;			/* that were taken */
	size_t len;			/* of the last one */
	uint64_t seq;
	int err;			/* what the sink answers */
	uint64_t settle;		/* the sink settles this; 0: nothing */
	uint8_t packet[PACKET_MAX];
	size_t used;			/* bytes of it */
};

static int socket_at(const char *address, struct sockaddr_in *a)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };
	socklen_t len = sizeof(*a);

	a->sin_family = AF_INET;
	a->sin_addr.s_addr = inet_addr(address);
	assert_int_equal(bind(fd, (struct sockaddr *)a, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)a, &len), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	socklen_t len = sizeof(w->client);
	int i;

	assert_non_null(w);
	for (i = 0; i < SERVERS; i++)
		w->server[i] = socket_at("127.0.0.1", &w->address[i]);
	assert_int_equal(rerequest_open(&w->r, w->address, SERVERS,
					htonl(INADDR_LOOPBACK)), 0);
	getsockname(w->r.fd, (struct sockaddr *)&w->client, &len);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	int i;

	rerequest_close(&w->r);
	for (i = 0; i < SERVERS; i++)
		close(w->server[i]);
	free(w);
	return 0;
}

/* -- a packet, made by hand --------------------------------------------- */

static void packet_begin(struct world *w, const char *session, uint64_t seq,
			 uint16_t count)
{
	struct mold_header m;

	memcpy(m.session, session, sizeof(m.session));
	put_be64(&m.seq, seq);
	put_be16(&m.count, count);
	memcpy(w->packet, &m, sizeof(m));
	w->used = sizeof(m);
}

static void packet_add(struct world *w, uint16_t len)
{
	put_be16(w->packet + w->used, len);
	memset(w->packet + w->used + MOLD_BLOCK_HEAD, 'x', len);
	w->used += MOLD_BLOCK_HEAD + len;
}

/* One of count messages of ten bytes. */
static void packet_of(struct world *w, uint64_t seq, uint16_t count)
{
	packet_begin(w, ours, seq, count);
	while (count--)
		packet_add(w, 10);
}

static int packet_take(void *context, const uint8_t *payload, size_t len)
{
	const struct mold_header *m = (const void *)payload;
	struct world *w = context;

	w->packets++;
	w->len = len;
	w->seq = get_be64(&m->seq);
	if (w->settle)
		rerequest_settle(&w->r, w->settle);
	return w->err;
}

static int receive(struct world *w)
{
	const struct rerequest_sink sink = { packet_take, w };
	struct pollfd p = { .fd = w->r.fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	return rerequest_receive(&w->r, &sink);
}

static void send_from(struct world *w, int fd, const void *bytes, size_t len)
{
	assert_int_equal(sendto(fd, bytes, len, 0,
				(struct sockaddr *)&w->client,
				sizeof(w->client)), len);
}

/* Sends the packet as the first server and takes it. */
static void reply(struct world *w)
{
	send_from(w, w->server[0], w->packet, w->used);
	assert_int_equal(receive(w), 1);
}

static void ask(struct world *w, uint64_t seq, uint64_t count)
{
	assert_int_equal(rerequest_ask(&w->r, ours, seq, count), 0);
}

static uint64_t dropped(const struct world *w)
{
	return w->r.foreign_sender + w->r.malformed + w->r.other_session +
	       w->r.empty + w->r.not_asked;
}

/* -- requests ----------------------------------------------------------- */

static void assert_asked(struct world *w, int server, uint64_t seq,
			 uint16_t count)
{
	struct mold_header m;
	uint8_t got[64];

	assert_int_equal(recv(w->server[server], got, sizeof(got), 0),
			 sizeof(m));
	memcpy(&m, got, sizeof(m));
	assert_memory_equal(m.session, ours, sizeof(m.session));
	assert_int_equal(get_be64(&m.seq), seq);
	assert_int_equal(get_be16(&m.count), count);
}

static void a_request_is_a_header_to_the_current_server(void **state)
{
	struct world *w = *state;

	ask(w, 14757721, 39);
	assert_asked(w, 0, 14757721, 39);
	assert_false(rerequest_next_server(&w->r));
	ask(w, 14757721, 39);
	assert_asked(w, 1, 14757721, 39);
	assert_true(rerequest_next_server(&w->r));
	ask(w, 14757760, 1);
	assert_asked(w, 0, 14757760, 1);
	assert_int_equal(w->r.server[0].asked, 2);
	assert_int_equal(w->r.server[1].asked, 1);
}

static void a_request_has_at_most_what_a_count_can_say(void **state)
{
	struct world *w = *state;

	ask(w, 7, 1000000);
	assert_asked(w, 0, 7, 65534);
	assert_int_equal(w->r.to, 7 + 65534);
}

static void impossible_requests_are_refused(void **state)
{
	struct world *w = *state;

	assert_int_equal(rerequest_ask(&w->r, ours, 0, 1), -EINVAL);
	assert_int_equal(rerequest_ask(&w->r, ours, 1, 0), -EINVAL);
	assert_int_equal(rerequest_ask(&w->r, ours, UINT64_MAX, 1), -EINVAL);
	assert_int_equal(w->r.from, w->r.to);
}

static void impossible_servers_are_refused(void **state)
{
	struct sockaddr_in five[REREQUEST_SERVERS + 1] = {0};
	struct rerequest r;

	assert_int_equal(rerequest_open(&r, five, 0, 0), -EINVAL);
	assert_int_equal(rerequest_open(&r, five, REREQUEST_SERVERS + 1, 0),
			 -EINVAL);
	assert_int_equal(rerequest_open(&r, five, 1, htonl(0xc0000201)),
			 -EADDRNOTAVAIL);
	assert_int_equal(r.fd, -1);
	assert_null(r.data);
}

/* -- replies ------------------------------------------------------------ */

static void a_whole_reply_is_taken(void **state)
{
	struct world *w = *state;

	ask(w, 100, 3);
	packet_begin(w, ours, 100, 3);
	packet_add(w, 36);
	packet_add(w, 0);
	packet_add(w, 19);
	reply(w);
	assert_int_equal(w->packets, 1);
	assert_int_equal(w->len, w->used);
	assert_int_equal(w->seq, 100);
	assert_int_equal(w->r.server[0].answered, 1);
	assert_int_equal(dropped(w), 0);
}

static void the_longest_reply_is_taken(void **state)
{
	struct world *w = *state;

	ask(w, 1, 2);
	packet_begin(w, ours, 1, 2);
	packet_add(w, 40000);
	packet_add(w, (uint16_t)(PACKET_MAX - w->used - MOLD_BLOCK_HEAD));
	assert_int_equal(w->used, PACKET_MAX);
	reply(w);
	assert_int_equal(w->packets, 1);
	assert_int_equal(w->len, PACKET_MAX);
}

static void every_truncation_is_malformed(void **state)
{
	struct world *w = *state;
	size_t len;

	ask(w, 100, 3);
	packet_of(w, 100, 3);
	for (len = 0; len < w->used; len++) {
		send_from(w, w->server[0], w->packet, len);
		assert_int_equal(receive(w), 1);
		assert_int_equal(w->r.malformed, len + 1);
	}
	assert_int_equal(w->packets, 0);
	reply(w);
	assert_int_equal(w->packets, 1);
}

static void lengths_that_lie_are_malformed(void **state)
{
	struct world *w = *state;

	ask(w, 100, 3);
	packet_of(w, 100, 3);
	w->packet[w->used++] = 0;	/* one byte behind the last block */
	reply(w);
	packet_of(w, 100, 3);
	put_be16(w->packet + sizeof(struct mold_header), 0xffff);
	reply(w);
	packet_of(w, 100, 3);
	put_be16(w->packet + sizeof(struct mold_header), 9);
	reply(w);
	packet_of(w, 100, 3);
	put_be16(w->packet + 18, 2);	/* fewer than there are */
	reply(w);
	packet_of(w, 100, 3);
	put_be16(w->packet + 18, 0);	/* a heartbeat with blocks */
	reply(w);
	assert_int_equal(w->r.malformed, 5);
	assert_int_equal(w->packets, 0);
}

static void impossible_numbers_are_malformed(void **state)
{
	struct world *w = *state;

	ask(w, 1, 3);
	packet_of(w, 0, 3);
	reply(w);
	packet_of(w, UINT64_MAX - 1, 3);
	reply(w);
	assert_int_equal(w->r.malformed, 2);
	assert_int_equal(w->packets, 0);
}

static void heartbeats_and_ends_are_empty(void **state)
{
	struct world *w = *state;

	ask(w, 100, 3);
	packet_begin(w, ours, 100, MOLD_HEARTBEAT);
	reply(w);
	packet_begin(w, ours, 100, MOLD_END_OF_SESSION);
	reply(w);
	assert_int_equal(w->r.empty, 2);
	assert_int_equal(w->packets, 0);
}

static void another_session_is_dropped(void **state)
{
	struct world *w = *state;

	packet_of(w, 100, 3);
	reply(w);	/* before anything was asked, none is ours */
	ask(w, 100, 3);
	packet_begin(w, others, 100, 1);
	packet_add(w, 10);
	reply(w);
	assert_int_equal(w->r.other_session, 2);
	assert_int_equal(w->packets, 0);
}

/* The same port at another address, and another port at the same one. */
static void strangers_are_not_heard(void **state)
{
	struct world *w = *state;
	struct sockaddr_in a = { .sin_port = w->address[0].sin_port }, b = {0};
	int twin = socket_at("127.0.0.2", &a);
	int stranger = socket_at("127.0.0.1", &b);

	ask(w, 100, 3);
	packet_of(w, 100, 3);
	send_from(w, twin, w->packet, w->used);
	assert_int_equal(receive(w), 1);
	send_from(w, stranger, w->packet, w->used);
	assert_int_equal(receive(w), 1);
	assert_int_equal(w->r.foreign_sender, 2);
	assert_int_equal(w->packets, 0);
	/* any server may answer, also the one that is not current */
	send_from(w, w->server[1], w->packet, w->used);
	assert_int_equal(receive(w), 1);
	assert_int_equal(w->packets, 1);
	assert_int_equal(w->r.server[1].answered, 1);
	close(twin);
	close(stranger);
}

static void only_what_was_asked_for_is_taken(void **state)
{
	struct world *w = *state;

	ask(w, 100, 10);
	packet_of(w, 98, 2);		/* ends before it */
	reply(w);
	packet_of(w, 110, 2);		/* begins behind it */
	reply(w);
	assert_int_equal(w->r.not_asked, 2);
	assert_int_equal(w->packets, 0);
	packet_of(w, 98, 3);		/* its last is our first */
	reply(w);
	packet_of(w, 109, 3);		/* its first is our last */
	reply(w);
	packet_of(w, 90, 40);		/* holds all of it */
	reply(w);
	assert_int_equal(w->packets, 3);
	assert_int_equal(w->r.not_asked, 2);
}

static void what_is_settled_is_not_asked_for(void **state)
{
	struct world *w = *state;

	ask(w, 100, 10);
	rerequest_settle(&w->r, 105);
	packet_of(w, 100, 5);
	reply(w);
	assert_int_equal(w->r.not_asked, 1);
	packet_of(w, 104, 2);
	w->settle = 200;		/* the sink has got all it wants */
	reply(w);
	assert_int_equal(w->packets, 1);
	packet_of(w, 90, 40);		/* holds what there was, too late */
	reply(w);
	assert_int_equal(w->r.not_asked, 2);
	ask(w, 300, 1);			/* and what is between is not wanted */
	packet_of(w, 200, 50);
	reply(w);
	assert_int_equal(w->r.not_asked, 3);
}

static void questions_add_up(void **state)
{
	struct world *w = *state;

	ask(w, 100, 5);
	ask(w, 200, 5);
	packet_of(w, 100, 5);
	reply(w);
	packet_of(w, 200, 5);
	reply(w);
	assert_int_equal(w->packets, 2);
	ask(w, 50, 5);
	packet_of(w, 50, 5);
	reply(w);
	assert_int_equal(w->packets, 3);
}

static void another_session_begins_anew(void **state)
{
	struct world *w = *state;

	ask(w, 100, 5);
	assert_int_equal(rerequest_ask(&w->r, others, 7, 1), 0);
	packet_of(w, 100, 5);
	reply(w);
	assert_int_equal(w->r.other_session, 1);
	packet_begin(w, others, 100, 1);
	packet_add(w, 10);
	reply(w);
	assert_int_equal(w->r.not_asked, 1);
	packet_begin(w, others, 7, 1);
	packet_add(w, 10);
	reply(w);
	assert_int_equal(w->packets, 1);
}

static void a_call_takes_one_batch(void **state)
{
	struct world *w = *state;
	int i;

	ask(w, 100, 5);
	packet_of(w, 100, 5);
	for (i = 0; i < REREQUEST_BATCH + 1; i++)
		send_from(w, w->server[0], w->packet, w->used);
	assert_int_equal(receive(w), REREQUEST_BATCH);
	assert_int_equal(receive(w), 1);
	assert_int_equal(w->packets, REREQUEST_BATCH + 1);
}

static void the_sinks_error_comes_through(void **state)
{
	struct world *w = *state;

	ask(w, 100, 5);
	w->err = -EPROTO;
	packet_of(w, 100, 5);
	send_from(w, w->server[0], w->packet, w->used);
	send_from(w, w->server[0], w->packet, w->used);
	assert_int_equal(receive(w), -EPROTO);
	assert_int_equal(w->packets, 1);
}

/* -- the path ----------------------------------------------------------- */

static void a_refusal_is_remembered_of_its_server(void **state)
{
	struct sockaddr_in again;
	struct world *w = *state;

	again = w->address[0];
	close(w->server[0]);
	ask(w, 100, 5);
	assert_int_equal(receive(w), 0);
	assert_int_equal(w->r.server[0].error, ECONNREFUSED);
	assert_int_equal(w->r.server[0].errors, 1);
	assert_int_equal(w->r.server[1].error, 0);
	/* nothing waits any more, so poll does not turn in circles */
	assert_int_equal(poll(&(struct pollfd){ w->r.fd, POLLIN, 0 }, 1, 0), 0);
	w->server[0] = socket_at("127.0.0.1", &again);
	ask(w, 100, 5);
	assert_asked(w, 0, 100, 5);
	packet_of(w, 100, 5);
	reply(w);
	assert_int_equal(w->r.server[0].error, 0);
}

static void a_refusal_stops_no_other_server(void **state)
{
	struct world *w = *state;

	close(w->server[0]);
	ask(w, 100, 5);
	assert_int_equal(poll(&(struct pollfd){ w->r.fd, POLLIN, 0 }, 1,
			      PATIENCE_MS), 1);
	/* its refusal waits in the socket when the other one is asked */
	rerequest_next_server(&w->r);
	ask(w, 100, 5);
	assert_asked(w, 1, 100, 5);
	assert_int_equal(w->r.server[0].error, ECONNREFUSED);
	assert_int_equal(w->r.server[1].error, 0);
	assert_int_equal(w->r.unsent, 0);
	packet_of(w, 100, 5);
	send_from(w, w->server[1], w->packet, w->used);
	assert_int_equal(receive(w), 1);
	assert_int_equal(w->packets, 1);
	w->server[0] = socket_at("127.0.0.1", &w->address[0]);
}

/* In a network namespace of its own, in which nothing can be reached. */
static void a_request_that_does_not_leave_is_counted(void **state)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct world *w = *state;
	struct rerequest r;

	if (geteuid() || unshare(CLONE_NEWNET)) {
		close(home);
		skip();
	}
	assert_int_equal(rerequest_open(&r, w->address, 1, 0), 0);
	assert_int_equal(rerequest_ask(&r, ours, 100, 5), 0);
	assert_int_equal(r.server[0].error, ENETUNREACH);
	assert_int_equal(r.server[0].asked, 0);
	assert_int_equal(r.unsent, 1);
	rerequest_close(&r);
	assert_int_equal(setns(home, CLONE_NEWNET), 0);
	close(home);
}

static void errors_of_the_socket_are_fatal(void **state)
{
	const struct rerequest_sink sink = { packet_take, *state };
	struct world *w = *state;

	close(w->r.fd);
	w->r.fd = -1;
	assert_int_equal(rerequest_ask(&w->r, ours, 1, 1), -EBADF);
	assert_int_equal(rerequest_receive(&w->r, &sink), -EBADF);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_request_is_a_header_to_the_current_server),
		IN_WORLD(a_request_has_at_most_what_a_count_can_say),
		IN_WORLD(impossible_requests_are_refused),
		cmocka_unit_test(impossible_servers_are_refused),
		IN_WORLD(a_whole_reply_is_taken),
		IN_WORLD(the_longest_reply_is_taken),
		IN_WORLD(every_truncation_is_malformed),
		IN_WORLD(lengths_that_lie_are_malformed),
		IN_WORLD(impossible_numbers_are_malformed),
		IN_WORLD(heartbeats_and_ends_are_empty),
		IN_WORLD(another_session_is_dropped),
		IN_WORLD(strangers_are_not_heard),
		IN_WORLD(only_what_was_asked_for_is_taken),
		IN_WORLD(what_is_settled_is_not_asked_for),
		IN_WORLD(questions_add_up),
		IN_WORLD(another_session_begins_anew),
		IN_WORLD(a_call_takes_one_batch),
		IN_WORLD(the_sinks_error_comes_through),
		IN_WORLD(a_refusal_is_remembered_of_its_server),
		IN_WORLD(a_refusal_stops_no_other_server),
		IN_WORLD(a_request_that_does_not_leave_is_counted),
		IN_WORLD(errors_of_the_socket_are_fatal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
