// SPDX-License-Identifier: GPL-2.0
/*
 * What clients say to the simulator's servers: re-requests and logins.
 *
 * Input: a byte, odd for re-requests to a server that lies, 2 for a login, else
 * to one that does not.  Re-requests are headers behind a byte: whether session
 * (1) and sequence (2) are near what there is; a login is its 49 bytes.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "compose.h"
#include "fuzz.h"
#include "../../user/sim/login.h"
#include "../../user/sim/rerequest.h"

enum { MESSAGES = 300, SAYS_SESSION = 1, SAYS_SEQUENCE = 2, IS_LOGIN = 2 };

static struct feed feed;
static struct rerequest server;
static struct bytes *input;

/* In the kernel's place: the input, a request a call. */
ssize_t recvfrom(int fd, void *to, size_t room, int flags,
		 struct sockaddr *from, socklen_t *from_len)
{
	struct mold_header head = {0};
	uint8_t says;

	if (!input->left) {
		errno = EAGAIN;
		return -1;
	}
	says = fuzz_u8(input);
	if (says & SAYS_SESSION)
		memcpy(head.session, COMPOSE_SESSION, sizeof(head.session));
	put_be64(&head.seq, says & SAYS_SEQUENCE ? fuzz_u16(input)
						  : fuzz_u64(input));
	put_be16(&head.count, fuzz_u16(input));
	memcpy(to, &head, sizeof(head) < room ? sizeof(head) : room);
	return says & 0x80 ? says : (ssize_t)sizeof(head);
}

/* And the reply: whole, of what was published, unless it is a lie. */
ssize_t sendto(int fd, const void *reply, size_t len, int flags,
	       const struct sockaddr *to, socklen_t to_len)
{
	const struct mold_header *head = reply;
	const uint8_t *at = (const uint8_t *)(head + 1);
	uint32_t count = get_be16(&head->count);
	uint64_t seq = get_be64(&head->seq);

	fuzz_check(len <= sizeof(server.reply));
	if (server.faults.lies)
		return (ssize_t)len;
	fuzz_check(count && seq >= 1 && seq + count <= feed.published);
	for (; count; count--)
		at += MOLD_BLOCK_HEAD + get_be16(at);
	fuzz_check(at == (const uint8_t *)reply + len);
	fuzz_check(!memcmp(head->session, feed.session, MOLD_SESSION_LEN));
	return (ssize_t)len;
}

static void feed_make(void)
{
	uint64_t seq;
	struct msg m;

	store_init(&feed.store);
	memcpy(feed.session, COMPOSE_SESSION, sizeof(feed.session));
	feed.lines = 1;
	feed.options.line[0].payload = 1472;
	for (seq = 1; seq <= MESSAGES; seq++) {
		m = msg_add(1, seq, 'B', 100, 10000);
		fuzz_check(!store_add(&feed.store, m.byte, m.len));
	}
	/* the last of them are not sent yet */
	feed.published = MESSAGES - 10;
	server.waiting = malloc(REREQUEST_WAITING * sizeof(*server.waiting));
	fuzz_check(server.waiting);
}

static void login(struct bytes *in)
{
	struct soup_login_request m = {0};
	int reason;

	memcpy(&m, in->at, in->left < sizeof(m) ? in->left : sizeof(m));
	reason = login_judge(&m, "user", "secret", COMPOSE_SESSION);
	fuzz_check(!reason || reason == SOUP_REJECT_NOT_AUTHORIZED ||
		   reason == SOUP_REJECT_SESSION);
	login_judge(&m, NULL, NULL, COMPOSE_SESSION);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	uint8_t what = fuzz_u8(&in);
	struct request *waiting;

	if (what == IS_LOGIN) {
		login(&in);
		return 0;
	}
	if (!server.waiting)
		feed_make();
	waiting = server.waiting;
	server = (struct rerequest){
		.waiting = waiting, .feed = &feed, .faults.lies = what & 1,
	};
	input = &in;
	while (in.left)
		fuzz_check(!rerequest_serve(&server, 1));
	fuzz_check(server.head == server.tail && !server.counts.replies_lost);
	return 0;
}
