// SPDX-License-Identifier: GPL-2.0
/*
 * An exchange's stream, through a session, to its end.
 *
 * Input: a byte, odd to begin with a login that was accepted; then pieces, each
 * behind its length of one byte; the last has what is left.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "../../user/session.h"

static const char accepted[] = "\0\x1f" "A" "        S1                   1";

static struct loop loop;
static struct session s;
static uint64_t messages;

/* What may follow what, as bits. */
static const uint8_t follows[] = {
	[HT_SESSION_DOWN] = 1 << HT_SESSION_LOGIN,
	[HT_SESSION_LOGIN] = 1 << HT_SESSION_RECONCILING |
			     1 << HT_SESSION_DOWN | 1 << HT_SESSION_ENDED,
	[HT_SESSION_RECONCILING] = 1 << HT_SESSION_OPEN |
				   1 << HT_SESSION_DOWN | 1 << HT_SESSION_ENDED,
	[HT_SESSION_OPEN] = 1 << HT_SESSION_DOWN | 1 << HT_SESSION_ENDED,
	[HT_SESSION_ENDED] = 0,
};

static int message_take(void *context, uint64_t seq, const uint8_t *payload,
			size_t len)
{
	fuzz_check(s.state == HT_SESSION_RECONCILING ||
		   s.state == HT_SESSION_OPEN);
	fuzz_check(seq == ++messages);
	fuzz_check(payload >= s.soup.buffer && payload + len <=
		   s.soup.buffer + s.soup.end);
	return 0;
}

static void state_take(void *context, enum ht_session_state old,
		       enum ht_session_state now, const char *words)
{
	fuzz_check(follows[old] >> now & 1);
	fuzz_check(now != HT_SESSION_OPEN || (messages && s.heartbeats));
	fuzz_check(!words || strnlen(words, SESSION_WORDS) < SESSION_WORDS);
}

static void new_take(void *context)
{
	fuzz_check(false);
}

static int after_turn(struct loop *l)
{
	l->stop = true;
	return 0;
}

static void turn(void)
{
	loop.stop = false;
	fuzz_check(!loop_run(&loop));
}

static void connected(int fd)
{
	static const struct session_sink sink = {
		message_take, state_take, new_take, NULL,
	};
	const struct session_options options = { .times = SESSION_TIMES };

	if (!loop.after_turn) {
		fuzz_check(!loop_open(&loop));
		loop.after_turn = after_turn;
	}
	messages = 0;
	fuzz_check(!session_init(&s, &loop, &options, &sink, NULL));
	s.fd = fd;
	fuzz_check(!s.connect.on_done(&s.connect, 0));
	fuzz_check(s.state == HT_SESSION_LOGIN);
}

/* The session reads it before the next piece is said. */
static void say(int fd, const void *bytes, size_t len)
{
	uint64_t end = s.bytes_in + len;

	fuzz_check(send(fd, bytes, len, MSG_DONTWAIT) == (ssize_t)len);
	while (s.fd >= 0 && s.bytes_in < end)
		turn();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	bool login = fuzz_u8(&in) & 1;
	int ends[2];
	size_t len;

	fuzz_check(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	connected(ends[0]);
	if (login)
		say(ends[1], accepted, sizeof(accepted) - 1);
	while (s.fd >= 0 && in.left) {
		len = fuzz_u8(&in);
		if (!len || len > in.left)
			len = in.left;
		say(ends[1], in.at, len);
		in.at += len;
		in.left -= len;
	}
	shutdown(ends[1], SHUT_WR);
	while (!session_is_idle(&s))
		turn();
	fuzz_check(s.state == HT_SESSION_DOWN || s.state == HT_SESSION_ENDED);
	fuzz_check(s.reason[0] && s.messages == messages);
	close(ends[1]);
	return 0;
}
