// SPDX-License-Identifier: GPL-2.0
/*
 * What clients say to the simulator's order entry, over TCP.
 *
 * Input: steps of a byte each, whose low two bits name one of three clients,
 * which connects if it is not there.  The rest says what it does: DO_WAIT, so
 * many seconds pass; DO_LOGIN, it logs in, as the user and from the number of
 * the byte behind it; DO_READ, it reads so many bytes; otherwise it sends what
 * is behind a length of one byte.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "fuzz.h"
#include "wire.h"
#include "../../user/sim/login.h"
#include "../../user/sim/session_account.h"
#include "../../user/sim/session_connection.h"

enum {
	CLIENTS = 3, DO_WAIT = 0x80, DO_LOGIN = 0x40, DO_READ = 0x20,
	LOGIN_LEN = sizeof(struct soup_login_request),
};

/* A client, as far as it reads. */
struct reader {
	const struct session_account *account;
	uint64_t next;			/* sequence number of the next one */
	uint32_t room;			/* bytes until the kernel has none */
	uint32_t have;
	uint8_t bytes[SESSION_OUT];
};

static struct session_server server;
static struct session_connection *at;	/* whose turn it is */
static struct reader reader[CLIENTS];
static struct exchange exchange;
static struct arrival arrival;
static struct book book;
static struct bytes *input;		/* what it sends */

/* In the kernel's place: the input. */
ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
	size_t len = m->msg_iov->iov_len;
	uint8_t *piece;

	fuzz_check(len && at);
	m->msg_controllen = 0;
	if (!input->left) {
		errno = EAGAIN;
		return -1;
	}
	piece = fuzz_block(input, &len);
	memcpy(m->msg_iov->iov_base, piece, len);
	free(piece);
	return (ssize_t)len;
}

/* Messages are those of the account, one after the other. */
static void packet_check(struct reader *r, const uint8_t *packet, uint32_t len)
{
	const uint8_t *message;
	uint64_t leave_ns;
	uint32_t want;

	switch (packet[2]) {
	case SOUP_LOGIN_ACCEPTED:
		fuzz_check(len == sizeof(struct soup_login_accepted));
		r->account = at->account;
		fuzz_check(!login_number((const char *)packet + 13,
					 SOUP_SEQUENCE_LEN, &r->next));
		break;
	case SOUP_SEQUENCED:
		message = session_account_message(r->account, r->next++, &want,
						  &leave_ns);
		fuzz_check(message && len == want + 3 &&
			   !memcmp(message, packet + 3, want));
		break;
	default:
		fuzz_check(len == (packet[2] == SOUP_LOGIN_REJECTED ? 4 : 3));
	}
}

static void packets_check(struct reader *r)
{
	uint32_t done = 0, len;

	while (r->have - done >= 2) {
		len = 2 + get_be16(r->bytes + done);
		fuzz_check(len > 2 && len < SESSION_OUT);
		if (r->have - done < len)
			break;
		packet_check(r, r->bytes + done, len);
		done += len;
	}
	r->have -= done;
	memmove(r->bytes, r->bytes + done, r->have);
}

/* And what is sent, as far as there is room. */
ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
	struct reader *r = &reader[at - server.connection];

	fuzz_check(len);
	if (!r->room) {
		errno = EAGAIN;
		return -1;
	}
	if (len > r->room)
		len = r->room;
	if (len > sizeof(r->bytes) - r->have)
		len = sizeof(r->bytes) - r->have;
	memcpy(r->bytes + r->have, bytes, len);
	r->have += (uint32_t)len;
	r->room -= (uint32_t)len;
	return (ssize_t)len;
}

static void on_reply(void *context, struct exchange_client *client,
		     const void *message, size_t len)
{
	session_reply(&server, client, message, len);
}

/* An order's stamp is that of a read which ends where it does. */
static void on_entered(void *context, const struct ouch_enter *e)
{
	fuzz_check(at->in.begin == at->in.end);
}

static void server_make(void)
{
	const struct exchange_sink sink = { on_reply, on_entered, NULL };

	if (!book.symbols)
		fuzz_check(!book_init(&book));
	exchange_init(&exchange, &book, &sink);
	memset(&server, 0, sizeof(server));
	memset(reader, 0, sizeof(reader));
	memcpy(server.name, "SESSION   ", sizeof(server.name));
	server.exchange = &exchange;
	server.arrival = &arrival;
	server.fd = -1;
	server.now = 1;
}

static void server_free(void)
{
	for (at = server.connection; at < server.connection + CLIENTS; at++)
		if (at->phase != SESSION_FREE)
			session_connection_free(&server, at);
	session_accounts_free(&server);
	exchange_free(&exchange);
}

/* Of one of two users, from a number that may be too high. */
static void login_make(uint8_t login[LOGIN_LEN], uint8_t how)
{
	memset(login, ' ', LOGIN_LEN);
	memcpy(login, "\0\57L", 3);
	login[3] = (uint8_t)('A' + (how & 1));
	login[LOGIN_LEN - 2] = (uint8_t)('0' + (how >> 4));
	login[LOGIN_LEN - 1] = (uint8_t)('0' + (how >> 1 & 7));
}

static void client_send(const void *bytes, size_t len)
{
	struct bytes piece = { bytes, len };

	input = &piece;
	while (piece.left && at->phase != SESSION_FREE)
		session_connection_read(&server, at);
}

static void client_say(struct bytes *in, uint8_t what)
{
	uint8_t login[LOGIN_LEN], *piece;
	size_t len;

	if (what & DO_LOGIN) {
		login_make(login, fuzz_u8(in));
		client_send(login, sizeof(login));
		return;
	}
	len = fuzz_u8(in);
	piece = fuzz_block(in, &len);
	client_send(piece, len);
	free(piece);
}

static void step(struct bytes *in)
{
	static const struct sockaddr_in from = { .sin_family = AF_INET };
	uint8_t what = fuzz_u8(in);
	uint32_t client = what % 4 % CLIENTS;
	struct reader *r = &reader[client];

	at = &server.connection[client];
	if (at->phase == SESSION_FREE) {
		*r = (struct reader){ .room = 4096 };
		session_connection_begin(at, -1, &from, server.now);
	}
	if (what & DO_WAIT)
		server.now += (what >> 2 & 31) * NS_PER_SECOND;
	else if (what & DO_READ)
		r->room += 100u * (what >> 2 & 7);
	else
		client_say(in, what);
	if (at->phase == SESSION_OPEN)
		session_connection_write(&server, at);
	packets_check(r);
	if (at->phase != SESSION_FREE)
		session_connection_deadlines(&server, at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };

	server_make();
	while (in.left)
		step(&in);
	server_free();
	return 0;
}
