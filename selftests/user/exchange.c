// SPDX-License-Identifier: GPL-2.0
#include "exchange.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "ouch50.h"
#include "wire.h"

enum { BEAT_NS = 1000000, STEP_MS = 100, QUIET_TURNS = 5 };

struct world w;

static uint64_t standing_ns;

/* -- time ------------------------------------------------------------------ */

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (clock != CLOCK_MONOTONIC || !standing_ns)
		return __real_clock_gettime(clock, now);
	now->tv_sec = (time_t)(standing_ns / SECOND_NS);
	now->tv_nsec = (long)(standing_ns % SECOND_NS);
	return 0;
}

uint64_t real_ns(void)
{
	struct timespec now;

	__real_clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

static int timer_event(struct source *source)
{
	uint64_t beats;

	if (read(source->fd, &beats, sizeof(beats)) < 0)
		return errno == EAGAIN ? 0 : -errno;
	if (!w.stuck)
		session_beat(&w.s, clock_ns());
	return 0;
}

static int after_turn(struct loop *l)
{
	l->stop = true;
	return 0;
}

void turn(void)
{
	w.loop.stop = false;
	assert_int_equal(loop_run(&w.loop), w.sink_err);
}

void turns(int count)
{
	while (count--)
		turn();
}

/* The beat is called here, too, so that no step goes without one. */
void pass(uint64_t ms)
{
	for (; ms >= STEP_MS; ms -= STEP_MS) {
		leap(STEP_MS);
		session_beat(&w.s, clock_ns());
		turn();
	}
	leap(ms);
	session_beat(&w.s, clock_ns());
	turn();
}

void leap(uint64_t ms)
{
	standing_ns += ms * MS_NS;
}

/* -- the session's owner --------------------------------------------------- */

static int message_take(void *context, uint64_t seq, const uint8_t *payload,
			size_t len)
{
	assert_ptr_equal(context, &w);
	assert_true(w.messages < MESSAGES_MAX);
	w.seq[w.messages] = seq;
	w.len[w.messages] = len;
	w.first[w.messages++] = len ? payload[0] : 0;
	return w.sink_err;
}

static void state_take(void *context, enum ht_session_state old,
		       enum ht_session_state now, const char *words)
{
	assert_int_equal(w.s.state, now);
	assert_true(old != now || now == HT_SESSION_DOWN);
	w.changes++;
	if (!words)
		return;
	w.told++;
	snprintf(w.words, sizeof(w.words), "%s", words);
}

static void new_take(void *context)
{
	w.news++;
}

static int way_opened(void *context, int fd)
{
	w.opened++;
	assert_int_equal(w.s.fd, fd);
	if (w.send_buffer)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &w.send_buffer,
			   sizeof(w.send_buffer));
	return 0;
}

static int way_received(void *context, size_t len)
{
	w.received += len;
	return w.receive_err;
}

static void way_closed(void *context)
{
	w.closed++;
	assert_true(w.s.fd >= 0);
}

void session_start(void)
{
	static const struct session_sink sink = {
		message_take, state_take, new_take, &w,
	};
	static const struct session_way way = {
		.opened = way_opened,
		.received = way_received,
		.closed = way_closed,
	};

	assert_int_equal(session_init(&w.s, &w.loop, &w.options, &sink, &way),
			 0);
	session_open(&w.s);
}

/* -- of a test ------------------------------------------------------------- */

/* Nobody is at 192.0.2.2, but our kernel believes that it knows him. */
int exchange_group(void **state)
{
	return unshare(CLONE_NEWNET) ||
	       system("ip link set lo up && "
		      "ip link add near type veth peer name far && "
		      "ip addr add 192.0.2.1/24 dev near && "
		      "ip link set near up && ip link set far up && "
		      "ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev near");
}

void listen_at(const char *address)
{
	struct sockaddr_in *at = &w.options.exchange;
	socklen_t len = sizeof(*at);

	*at = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = inet_addr(address),
	};
	w.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(w.listener, (struct sockaddr *)at, len), 0);
	assert_int_equal(listen(w.listener, 8), 0);
	getsockname(w.listener, (struct sockaddr *)at, &len);
}

int exchange_setup(void **state)
{
	const struct itimerspec every = {
		.it_interval.tv_nsec = BEAT_NS,
		.it_value.tv_nsec = BEAT_NS,
	};

	memset(&w, 0, sizeof(w));
	w.peer = w.s.fd = -1;
	standing_ns = real_ns();
	w.options.user = "me";
	w.options.password = "secret";
	w.options.times = SESSION_TIMES;
	listen_at("127.0.0.1");
	assert_int_equal(loop_open(&w.loop), 0);
	w.loop.after_turn = after_turn;
	w.timer = (struct source){
		.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK),
		.events = POLLIN,
		.on_event = timer_event,
	};
	timerfd_settime(w.timer.fd, 0, &every, NULL);
	return loop_add(&w.loop, &w.timer);
}

int exchange_teardown(void **state)
{
	w.sink_err = 0;
	w.s.wanted = false;
	session_drop(&w.s, "the test is over");
	UNTIL(session_is_idle(&w.s));
	assert_true(w.opened == w.closed);
	loop_close(&w.loop);
	close(w.timer.fd);
	close(w.listener);
	if (w.peer >= 0)
		close(w.peer);
	return 0;
}

/* -- the exchange ---------------------------------------------------------- */

void accept_one(void)
{
	assert_int_equal(w.peer, -1);
	UNTIL((w.peer = accept4(w.listener, NULL, NULL, SOCK_NONBLOCK)) >= 0);
}

void nobody_connects(void)
{
	turns(QUIET_TURNS);
	assert_int_equal(accept(w.listener, NULL, NULL), -1);
	assert_int_equal(errno, EAGAIN);
}

void say(const void *bytes, size_t len)
{
	assert_int_equal(send(w.peer, bytes, len, MSG_NOSIGNAL), len);
}

void say_packet(char type, const void *payload, size_t len)
{
	uint8_t packet[SOUP_PACKET_MAX];
	struct soup_header *head = (void *)packet;

	assert_int_equal(soup_head(head, (enum soup_type)type, len),
			 sizeof(*head) + len);
	if (len)
		memcpy(packet + sizeof(*head), payload, len);
	say(packet, sizeof(*head) + len);
}

void say_message(const char *text)
{
	say_packet(SOUP_SEQUENCED, text, strlen(text));
}

void say_answer(void)
{
	const struct ouch_query_response m = { .type = 'Q' };

	say_packet(SOUP_SEQUENCED, &m, sizeof(m));
}

void say_accepted(const char *session, uint64_t seq)
{
	char payload[SOUP_SESSION_LEN + SOUP_SEQUENCE_LEN + 1];

	snprintf(payload, sizeof(payload), "%10s%20llu", session,
		 (unsigned long long)seq);
	say_packet(SOUP_LOGIN_ACCEPTED, payload, sizeof(payload) - 1);
}

void hears(const void *bytes, size_t len)
{
	uint8_t got[256];
	size_t at = 0;
	ssize_t more;

	assert_true(len <= sizeof(got));
	while (at < len) {
		UNTIL((more = recv(w.peer, got + at, len - at, 0)) >= 0);
		assert_true(more > 0);
		at += (size_t)more;
	}
	assert_memory_equal(got, bytes, len);
}

void hears_nothing(void)
{
	char byte;

	turns(QUIET_TURNS);
	assert_int_equal(recv(w.peer, &byte, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
}

void hears_end(void)
{
	ssize_t got;
	char byte;

	UNTIL((got = recv(w.peer, &byte, 1, 0)) >= 0);
	assert_int_equal(got, 0);
}

void hears_reset(void)
{
	char byte;

	UNTIL(recv(w.peer, &byte, 1, 0) == -1 && errno != EAGAIN);
	assert_int_equal(errno, ECONNRESET);
	close(w.peer);
	w.peer = -1;
}

void hears_login(const char *session, uint64_t seq)
{
	char login[sizeof(struct soup_login_request) + 1];

	snprintf(login + 2, sizeof(login) - 2, "L%-6s%-10s%10s%20llu", "me",
		 "secret", session, (unsigned long long)seq);
	put_be16(login, sizeof(login) - 3);
	hears(login, sizeof(login) - 1);
}

void hears_query(void)
{
	hears("\0\2UQ", 4);
}

void hang_up(void)
{
	close(w.peer);
	w.peer = -1;
}

void reset(void)
{
	const struct linger now = { .l_onoff = 1 };

	setsockopt(w.peer, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	hang_up();
}

void logged_in(uint64_t seq)
{
	accept_one();
	hears_login(seq > 1 ? "S1" : "", seq);
	say_accepted("S1", seq);
	UNTIL(w.s.state == HT_SESSION_RECONCILING);
}

void open_fresh(void)
{
	session_start();
	logged_in(1);
	say_packet(SOUP_SERVER_HEARTBEAT, NULL, 0);
	hears_query();
	say_answer();
	UNTIL(w.s.state == HT_SESSION_OPEN);
}

void open_again(uint64_t seq)
{
	logged_in(seq);
	hears_query();
	say_answer();
	UNTIL(w.s.state == HT_SESSION_OPEN);
}

void state_is(enum ht_session_state state)
{
	assert_int_equal(w.s.state, state);
}

void words_are(const char *words)
{
	assert_string_equal(w.words, words);
}
