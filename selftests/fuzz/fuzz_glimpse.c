// SPDX-License-Identifier: GPL-2.0
/*
 * A GLIMPSE server's stream, through a socket, to its end.
 *
 * Input: a byte, odd to begin with a login that was accepted; then the stream.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "itch50.h"
#include "../../user/glimpse.h"

static const char accepted[] = "\0\x1f" "A" "   SESSION" "                   1";

static int message_take(void *context, const uint8_t *itch, size_t len)
{
	uint32_t legal = itch_length((char)itch[0]);

	fuzz_check(len && (!legal || legal == len));
	*(uint64_t *)context += 1;
	return 0;
}

static void say(int fd, const void *data, size_t len)
{
	fuzz_check(send(fd, data, len, MSG_DONTWAIT) == (ssize_t)len);
}

/* Only what ended with End of Snapshot is one; all else has words. */
static void outcome_check(const struct glimpse *g, int err, uint64_t messages)
{
	fuzz_check(g->done == (err == 1));
	fuzz_check(g->done ? g->seq > 0 : err < 0 && g->words[0]);
	fuzz_check(g->messages == messages);
	fuzz_check(strnlen(g->words, GLIMPSE_WORDS) < GLIMPSE_WORDS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct glimpse g;
	struct bytes in = { data, size };
	uint64_t messages = 0;
	const struct glimpse_sink sink = { message_take, &messages };
	bool login = fuzz_u8(&in) & 1;
	int ends[2], err;

	memset(&g, 0, offsetof(struct glimpse, soup));
	soup_init(&g.soup);
	g.limits = soup_limits_default();
	fuzz_check(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	g.fd = ends[0];
	g.connected = true;
	if (login)
		say(ends[1], accepted, sizeof(accepted) - 1);
	say(ends[1], in.at, in.left);
	shutdown(ends[1], SHUT_WR);
	/* each turn takes bytes, or the end */
	do
		err = glimpse_event(&g, &sink);
	while (!err);
	outcome_check(&g, err, messages);
	glimpse_close(&g);
	close(ends[1]);
	return 0;
}
