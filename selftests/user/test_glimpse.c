// SPDX-License-Identifier: GPL-2.0
/*
 * user/glimpse.c against a TCP server on the loopback, which says what the test
 * has it say, and when.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/glimpse.h"
#include "itch50.h"

#define MS_NS		UINT64_C(1000000)
#define LITERAL(text)	(text), sizeof(text) - 1
#define ACCEPTED	"\0\37A" "000010059B" "                   1"
#define END		"\0\26SG" "            14757721"

enum { PATIENCE_MS = 5000, SCRIPT_MAX = 4 << 20, LOGIN_LEN = 49 };

static const struct soup_credentials me = { "me", "secret", NULL, 0 };

struct world {
	int listener;
	int server;			/* the connection, as it sees it */
	struct sockaddr_in address;
	struct glimpse g;
	char *script;			/* what the server is to say */
	size_t len;
	size_t said;
	uint64_t taken;			/* messages that the sink got */
	uint64_t order;			/* and in which order: a hash */
	uint64_t expected;		/* the same of the script */
	int err;			/* what the sink answers */
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	socklen_t len = sizeof(w->address);

	assert_non_null(w);
	w->script = malloc(SCRIPT_MAX);
	assert_non_null(w->script);
	w->address.sin_family = AF_INET;
	w->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(w->listener, (struct sockaddr *)&w->address,
			      len), 0);
	assert_int_equal(listen(w->listener, 0), 0);
	getsockname(w->listener, (struct sockaddr *)&w->address, &len);
	w->server = w->g.fd = -1;
	*state = w;
	return 0;
}

static void hang_up(struct world *w)
{
	glimpse_close(&w->g);
	if (w->server >= 0)
		close(w->server);
	w->server = -1;
	w->len = w->said = 0;
	w->taken = w->order = w->expected = 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	hang_up(w);
	close(w->listener);
	free(w->script);
	free(w);
	return 0;
}

/* -- what the server says ----------------------------------------------- */

static uint64_t hash(uint64_t order, const void *message, size_t len)
{
	const uint8_t *p = message;
	size_t i;

	for (i = 0; i < len; i++)
		order = (order ^ p[i]) * UINT64_C(0x100000001b3);
	return order;
}

static void script_add(struct world *w, const void *bytes, size_t len)
{
	assert_true(w->len + len <= SCRIPT_MAX);
	memcpy(w->script + w->len, bytes, len);
	w->len += len;
}

/* A message of this type and length, each with another body. */
static void script_message(struct world *w, char type, size_t len)
{
	char *packet = w->script + w->len;
	char *message = packet + sizeof(struct soup_header);

	assert_true(w->len + sizeof(struct soup_header) + len <= SCRIPT_MAX);
	w->len += soup_head((struct soup_header *)packet, SOUP_SEQUENCED, len);
	memset(message, (int)(w->len & 0xff), len);
	if (len)
		message[0] = type;
	w->expected = hash(w->expected, message, len);
}

/* One message of each type that ITCH has.  Return: how many. */
static uint64_t script_messages(struct world *w)
{
	uint64_t count = 0;

#define X(type, name, length, what) script_message(w, type, length); count++;
	ITCH_MESSAGES(X)
#undef X
	return count;
}

static void say(struct world *w, size_t most)
{
	size_t left = w->len - w->said;
	ssize_t sent = send(w->server, w->script + w->said,
			    left < most ? left : most,
			    MSG_DONTWAIT | MSG_NOSIGNAL);

	assert_true(sent >= 0 || errno == EAGAIN);
	if (sent > 0)
		w->said += (size_t)sent;
}

/* -- what the client does ----------------------------------------------- */

static int message_take(void *context, const uint8_t *itch, size_t len)
{
	struct world *w = context;

	w->taken++;
	w->order = hash(w->order, itch, len);
	return w->err;
}

static int event(struct world *w)
{
	const struct glimpse_sink sink = { message_take, w };
	struct pollfd p = { .fd = w->g.fd, .events = glimpse_wants(&w->g) };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	return glimpse_event(&w->g, &sink);
}

/* Whatever has arrived, until nothing more has or it is over. */
static int events(struct world *w)
{
	struct pollfd p = { .fd = w->g.fd, .events = POLLIN };
	int err = 0;

	while (!err && poll(&p, 1, 0) == 1)
		err = event(w);
	return err;
}

/* Connects, logs in, and has the server read that. */
static void log_in(struct world *w, const struct soup_limits *limits)
{
	char login[LOGIN_LEN];

	assert_int_equal(glimpse_open(&w->g, &w->address, &me, limits), 0);
	w->server = accept(w->listener, NULL, NULL);
	assert_true(w->server >= 0);
	assert_int_equal(event(w), 0);
	assert_int_equal(recv(w->server, login, sizeof(login), MSG_WAITALL),
			 sizeof(login));
	assert_memory_equal(login, "\0\57Lme    secret              "
			    "                   1", sizeof(login));
}

/* The server says all it has to say.  Return: how it ended, 0: not yet. */
static int play(struct world *w)
{
	int err = 0;

	while (!err && w->said < w->len) {
		say(w, SIZE_MAX);
		err = event(w);
	}
	return err ? err : events(w);
}

/* The server says its script in a new connection and closes.  Return: as
 * play(), but there is an end.
 */
static int play_and_close(struct world *w)
{
	int err = play(w);

	shutdown(w->server, SHUT_WR);
	while (!err)
		err = event(w);
	return err;
}

/* A stream that is broken, and how. */
static void assert_broken(struct world *w, const void *bytes, size_t len,
			  const char *words)
{
	hang_up(w);
	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	script_add(w, bytes, len);
	assert_int_equal(play(w), -EBADMSG);
	assert_non_null(strstr(w->g.words, words));
	assert_false(w->g.done);
	assert_int_equal(w->g.seq, 0);
}

/* -- whole snapshots ---------------------------------------------------- */

static void a_snapshot_is_taken_in_order(void **state)
{
	struct world *w = *state;
	uint64_t count = 0;
	char logout[8];
	int i;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	for (i = 0; i < 1000; i++)
		count += script_messages(w);
	script_add(w, LITERAL(END));
	assert_int_equal(play(w), 1);
	assert_true(w->g.done);
	assert_int_equal(w->g.seq, 14757721);
	assert_int_equal(w->g.messages, count);
	assert_int_equal(w->taken, count);
	assert_true(w->order == w->expected);
	assert_int_equal(w->g.of_type['A'], 1000);
	assert_int_equal(w->g.unknown, 0);
	assert_int_equal(w->g.bytes, w->len);
	glimpse_close(&w->g);
	assert_int_equal(recv(w->server, logout, sizeof(logout), 0), 3);
	assert_memory_equal(logout, "\0\1O", 3);
}

static void a_snapshot_may_come_in_dribs_and_drabs(void **state)
{
	struct world *w = *state;
	uint64_t count;
	int err = 0;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	count = script_messages(w);
	script_add(w, LITERAL(END));
	while (w->said < w->len) {
		assert_int_equal(err, 0);
		say(w, 1);
		err = event(w);
	}
	assert_int_equal(err, 1);
	assert_int_equal(w->taken, count);
	assert_true(w->order == w->expected);
}

static void an_empty_snapshot_is_one(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED END));
	assert_int_equal(play(w), 1);
	assert_int_equal(w->g.messages, 0);
	assert_int_equal(w->g.seq, 14757721);
}

static void what_is_not_itch_is_left_out(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL("\0\6+hello" ACCEPTED "\0\1H" "\0\3Uxy" "\0\2?x"));
	script_message(w, 'D', 19);
	script_add(w, LITERAL(END "\0\0what comes after it is not read"));
	assert_int_equal(play(w), 1);
	assert_int_equal(w->taken, 1);
	assert_true(w->order == w->expected);
	assert_int_equal(w->g.unsequenced, 1);
	assert_int_equal(w->g.soup.heartbeats, 1);
	assert_int_equal(w->g.soup.debugs, 1);
	assert_int_equal(w->g.soup.unknown, 1);
}

static void unknown_types_are_counted_and_passed_on(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	script_message(w, 'z', 1);
	script_message(w, 'A', 36);
	script_message(w, '\377', 65534);
	script_add(w, LITERAL(END));
	assert_int_equal(play(w), 1);
	assert_int_equal(w->taken, 3);
	assert_true(w->order == w->expected);
	assert_int_equal(w->g.unknown, 2);
	assert_int_equal(w->g.of_type['z'], 1);
	assert_int_equal(w->g.of_type[255], 1);
}

/* A server may close after the last message, while a heartbeat is on its way
 * to it: what it had said counts.
 */
static void a_server_that_is_gone_was_heard(void **state)
{
	struct world *w = *state;
	uint64_t now;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	assert_int_equal(play(w), 0);
	now = w->g.beat_ns = w->g.sent_ns;
	script_messages(w);
	script_add(w, LITERAL(END));
	say(w, SIZE_MAX);
	assert_int_equal(w->said, w->len);
	close(w->server);
	w->server = -1;
	assert_int_equal(glimpse_beat(&w->g, now + 1000 * MS_NS), 0);
	assert_int_equal(glimpse_beat(&w->g, now + 2000 * MS_NS), 0);
	assert_int_equal(w->g.beats, 2);
	while (!events(w))
		;
	assert_true(w->g.done);
	assert_true(w->order == w->expected);
}

static void the_number_may_be_padded_on_either_side(void **state)
{
	static const struct {
		const char *text;
		uint64_t seq;
	} numbers[] = {
		{ "                   1", 1 },
		{ "1                   ", 1 },
		{ "         42         ", 42 },
		{ "00000000000000000007", 7 },
		{ "18446744073709551615", UINT64_MAX },
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		hang_up(w);
		log_in(w, NULL);
		script_add(w, LITERAL(ACCEPTED "\0\26SG"));
		script_add(w, numbers[i].text, 20);
		assert_int_equal(play(w), 1);
		assert_true(w->g.seq == numbers[i].seq);
	}
}

/* -- a call is short ---------------------------------------------------- */

static void a_flood_is_taken_in_turns(void **state)
{
	struct world *w = *state;
	uint64_t before;
	int err = 0;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	while (w->len < SCRIPT_MAX - 100)
		script_message(w, 'A', 36);
	script_add(w, LITERAL(END));
	while (!err) {
		say(w, SIZE_MAX);
		before = w->g.bytes;
		err = event(w);
		assert_true(w->g.bytes - before <= GLIMPSE_TURN);
	}
	assert_int_equal(err, 1);
	assert_true(w->order == w->expected);
}

static void the_sinks_error_comes_through(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	w->err = -ENOSPC;
	script_add(w, LITERAL(ACCEPTED));
	script_messages(w);
	assert_int_equal(play(w), -ENOSPC);
	assert_int_equal(w->taken, 1);
}

/* -- snapshots that are none -------------------------------------------- */

static void cut_anywhere_it_is_none(void **state)
{
	struct world *w = *state;
	size_t cut, len = SIZE_MAX;

	for (cut = 0; cut < len; cut++) {
		hang_up(w);
		log_in(w, NULL);
		script_add(w, LITERAL(ACCEPTED "\0\1H"));
		script_message(w, 'R', 39);
		script_message(w, 'A', 36);
		script_add(w, LITERAL(END));
		len = w->len;
		w->len = cut;
		assert_int_equal(play_and_close(w), -EPIPE);
		assert_false(w->g.done);
		assert_non_null(strstr(w->g.words, cut < sizeof(ACCEPTED) - 1 ?
				       "without an answer to the login" :
				       "before End of Snapshot"));
	}
}

static void a_reset_is_told_from_an_end(void **state)
{
	const struct linger now = { .l_onoff = 1 };
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	script_message(w, 'A', 36);
	assert_int_equal(play(w), 0);
	setsockopt(w->server, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(w->server);
	w->server = -1;
	assert_int_equal(event(w), -ECONNRESET);
	assert_non_null(strstr(w->g.words, "after 1 messages"));
}

static void a_session_that_ends_is_none(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	script_message(w, 'A', 36);
	script_add(w, LITERAL("\0\1Z"));
	assert_int_equal(play(w), -EPIPE);
	assert_non_null(strstr(w->g.words, "ended the session after 1 "));
}

static void a_rejected_login_says_why(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL("\0\2JA"));
	say(w, SIZE_MAX);
	shutdown(w->server, SHUT_WR);
	assert_int_equal(event(w), -EACCES);
	assert_string_equal(w->g.words, "login rejected: user name or password is not authorized (`A`)");
}

static void it_must_begin_at_its_beginning(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL("\0\37A" "000010059B" "                   2" END));
	assert_int_equal(play(w), -EBADMSG);
	assert_non_null(strstr(w->g.words, "from 2 on, not from 1"));
}

static void an_end_without_a_number_is_broken(void **state)
{
	static const char *const texts[] = {
		"                    ", "           14757 721",
		"          0x14757721", "           -14757721",
		"           14757721\n", "99999999999999999999",
		"                   0",
	};
	char end[24] = "\0\26SG";
	struct world *w = *state;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		memcpy(end + 4, texts[i], 20);
		assert_broken(w, end, sizeof(end), "no sequence number");
	}
	assert_broken(w, LITERAL("\0\2SG"), "1 bytes, not 21");
	assert_broken(w, LITERAL("\0\25SG           14757721"),
		      "20 bytes, not 21");
	assert_broken(w, LITERAL("\0\27SG            14757721 "),
		      "22 bytes, not 21");
	/* a binary number, as another market's */
	assert_broken(w, LITERAL("\0\12SG\0\0\0\0\0\0\0\7"), "9 bytes, not 21");
}

static void assert_length_broken(struct world *w, char type, size_t len)
{
	hang_up(w);
	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	script_message(w, 'S', 12);
	script_message(w, type, len);
	assert_int_equal(play(w), -EBADMSG);
	assert_int_equal(w->taken, 1);
	assert_non_null(strstr(w->g.words, len ? " bytes, not " : "is empty"));
	assert_non_null(strstr(w->g.words, "message 2 "));
}

static void messages_are_as_long_as_their_type(void **state)
{
	struct world *w = *state;

#define X(type, name, length, what)					\
	assert_length_broken(w, type, (length) - 1);			\
	assert_length_broken(w, type, (length) + 1);
	ITCH_MESSAGES(X)
#undef X
	assert_length_broken(w, 'A', 1);
	assert_length_broken(w, 'A', 0);
	assert_length_broken(w, 'A', 65534);
}

static void broken_framing_says_where(void **state)
{
	struct world *w = *state;

	assert_broken(w, LITERAL("\0\1H\0\0"),
		      "packet 3, at byte 36 of the stream: length 0");
	assert_broken(w, LITERAL("\0\2H "), "of a wrong length");
	assert_broken(w, LITERAL(ACCEPTED), "a second answer");
}

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
	uint64_t begin;
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
	assert_int_equal(glimpse_beat(&w->g, w->g.beat_ns + 1000 * MS_NS), 0);
	assert_int_equal(w->g.out_len, 3);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_snapshot_is_taken_in_order),
		IN_WORLD(a_snapshot_may_come_in_dribs_and_drabs),
		IN_WORLD(an_empty_snapshot_is_one),
		IN_WORLD(what_is_not_itch_is_left_out),
		IN_WORLD(unknown_types_are_counted_and_passed_on),
		IN_WORLD(a_server_that_is_gone_was_heard),
		IN_WORLD(the_number_may_be_padded_on_either_side),
		IN_WORLD(a_flood_is_taken_in_turns),
		IN_WORLD(the_sinks_error_comes_through),
		IN_WORLD(cut_anywhere_it_is_none),
		IN_WORLD(a_reset_is_told_from_an_end),
		IN_WORLD(a_session_that_ends_is_none),
		IN_WORLD(a_rejected_login_says_why),
		IN_WORLD(it_must_begin_at_its_beginning),
		IN_WORLD(an_end_without_a_number_is_broken),
		IN_WORLD(messages_are_as_long_as_their_type),
		IN_WORLD(broken_framing_says_where),
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
