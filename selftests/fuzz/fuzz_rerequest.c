// SPDX-License-Identifier: GPL-2.0
/*
 * Replies of re-request servers.
 *
 * Input: for each datagram a byte that says who sends it, and whether its
 * header is the one asked for, then its length of two bytes, and the bytes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "compose.h"
#include "fuzz.h"
#include "../../user/rerequest.h"

enum { FROM = 1000, COUNT = 50, PORT = 18000 };
enum { SAYS_STRANGER = 1, SAYS_HEADER = 2 };

static struct bytes *input;

/* In the kernel's place: the input, a datagram a call. */
int recvmmsg(int fd, struct mmsghdr *batch, unsigned int room, int flags,
	     struct timespec *timeout)
{
	struct sockaddr_in from = { .sin_family = AF_INET };
	struct iovec *part = batch[0].msg_hdr.msg_iov;
	struct packet p;
	size_t len;
	uint8_t says;

	if (!input->left) {
		errno = EAGAIN;
		return -1;
	}
	says = fuzz_u8(input);
	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	from.sin_port = htons(PORT + (says & SAYS_STRANGER));
	memcpy(batch[0].msg_hdr.msg_name, &from, sizeof(from));
	p.len = 0;
	if (says & SAYS_HEADER) {
		packet_begin(&p, FROM + fuzz_u8(input));
		packet_count(&p, fuzz_u8(input));
	}
	len = fuzz_u16(input) % 2048;
	if (len > input->left)
		len = input->left;
	memcpy(part->iov_base, p.data, p.len);
	memcpy((uint8_t *)part->iov_base + p.len, input->at, len);
	input->at += len;
	input->left -= len;
	batch[0].msg_len = (unsigned int)(p.len + len);
	return 1;
}

/* What is taken is whole, ours, and brings something. */
static int packet_take(void *context, const uint8_t *payload, size_t len)
{
	const struct mold_header *m = (const void *)payload;
	uint64_t seq = get_be64(&m->seq), after = seq + get_be16(&m->count);
	const uint8_t *at = payload + sizeof(*m);
	struct rerequest *r = context;
	uint16_t left;

	fuzz_check(!memcmp(m->session, COMPOSE_SESSION, MOLD_SESSION_LEN));
	fuzz_check(seq < FROM + COUNT && after > r->from && after > seq);
	for (left = get_be16(&m->count); left; left--)
		at += MOLD_BLOCK_HEAD + get_be16(at);
	fuzz_check(at == payload + len);
	rerequest_settle(r, after);
	return 0;
}

static uint64_t dropped(const struct rerequest *r)
{
	return r->foreign_sender + r->malformed + r->other_session +
	       r->empty + r->not_asked;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rerequest r;
	const struct rerequest_sink sink = { packet_take, &r };
	const struct sockaddr_in server = {
		.sin_family = AF_INET, .sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct bytes in = { data, size };
	uint64_t datagrams = 0;
	int got;

	if (!r.data)
		fuzz_check(!rerequest_open(&r, &server, 1, 0));
	r.server[0].answered = 0;
	r.foreign_sender = r.malformed = r.other_session = r.empty =
		r.not_asked = 0;
	memcpy(r.session, COMPOSE_SESSION, MOLD_SESSION_LEN);
	r.from = FROM;
	r.to = FROM + COUNT;
	input = &in;
	while ((got = rerequest_receive(&r, &sink)) > 0)
		datagrams++;
	fuzz_check(!got);
	fuzz_check(datagrams == dropped(&r) + r.server[0].answered);
	return 0;
}
