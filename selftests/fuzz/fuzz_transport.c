// SPDX-License-Identifier: GPL-2.0
/*
 * Datagrams of SoupBinTCP packets, through a socket, as answers arrive.
 *
 * Input: datagrams, each behind its length of two bytes.
 */
#include <sys/socket.h>

#include "fuzz.h"
#include "../../user/ouch.h"
#include "../../user/transport.h"

static int message_take(void *context, const uint8_t *message, size_t len)
{
	struct ouch_reply reply;

	ouch_decode(message, len, &reply);
	*(uint64_t *)context += 1;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int ends[2] = { -1, -1 };
	struct bytes in = { data, size };
	struct transport t = {0};
	uint64_t messages = 0, sent = 0;
	struct transport_sink sink = { message_take, &messages };
	size_t len;

	if (ends[0] < 0)
		fuzz_check(!socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0,
				       ends));
	t.fd = ends[0];
	while (in.left && sent < TRANSPORT_BATCH) {
		len = fuzz_u16(&in) % (TRANSPORT_DATAGRAM + 16);
		if (len > in.left)
			len = in.left;
		/* a UNIX socket's queue is short: ten, if nobody raised it */
		if (send(ends[1], in.at, len, 0) < 0)
			break;
		in.at += len;
		in.left -= len;
		sent++;
	}
	fuzz_check(!transport_drain(&t, &sink));
	fuzz_check(t.datagrams == sent && t.malformed <= sent);
	return 0;
}
