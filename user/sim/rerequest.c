// SPDX-License-Identifier: GPL-2.0
#include "rerequest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "lies.h"
#include "wire.h"

enum {
	SERVE_MAX = 64,			/* datagrams before the feed's turn */
	SEND_BUFFER = 1 << 20,
};

static int socket_open(struct rerequest *r)
{
	socklen_t len = sizeof(r->address);
	int buffer = SEND_BUFFER, err;

	r->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (r->fd < 0)
		return -errno;
	if (!bind(r->fd, (struct sockaddr *)&r->address, len) &&
	    !setsockopt(r->fd, SOL_SOCKET, SO_SNDBUF, &buffer,
			sizeof(buffer)) &&
	    !setsockopt(r->fd, SOL_SOCKET, SO_RCVBUF, &buffer,
			sizeof(buffer)) &&
	    !getsockname(r->fd, (struct sockaddr *)&r->address, &len))
		return 0;
	err = -errno;
	close(r->fd);
	return err;
}

int rerequest_open(struct rerequest *r, const struct sockaddr_in *address,
		   const struct rerequest_faults *faults,
		   const struct feed *feed)
{
	int err;

	*r = (struct rerequest){
		.address = *address,
		.feed = feed,
		.faults = *faults,
	};
	dice_seed(&r->dice, ~faults->seed);
	r->waiting = malloc(REREQUEST_WAITING * sizeof(*r->waiting));
	if (!r->waiting)
		return -ENOMEM;
	err = socket_open(r);
	if (err)
		free(r->waiting);
	return err;
}

void rerequest_close(struct rerequest *r)
{
	free(r->waiting);
	close(r->fd);
}

/* -- replies ------------------------------------------------------------ */

uint32_t rerequest_reply(const struct feed *feed, uint64_t seq, uint32_t count,
			 uint8_t reply[LINE_PACKET_MAX])
{
	struct mold_header *head = (void *)reply;
	uint32_t room = feed->options.line[0].payload;
	uint32_t used = sizeof(*head), len = 0, n;
	const uint8_t *message;

	for (n = 0; n < count && seq + n < feed->published; n++) {
		message = store_get(&feed->store, seq + n, &len);
		if (!message || MOLD_BLOCK_HEAD + len > room - used)
			break;
		put_be16(reply + used, (uint16_t)len);
		memcpy(reply + used + MOLD_BLOCK_HEAD, message, len);
		used += MOLD_BLOCK_HEAD + len;
	}
	memcpy(head->session, feed->session, sizeof(head->session));
	put_be64(&head->seq, seq);
	put_be16(&head->count, (uint16_t)n);
	return n ? used : 0;
}

/* Whether it is what this exchange would say, lies and all. */
static bool reply_is_true(const struct rerequest *r, uint32_t len)
{
	static uint8_t truth[LINE_PACKET_MAX];
	const struct mold_header *head = (void *)r->reply;

	return len >= sizeof(*head) &&
	       rerequest_reply(r->feed, get_be64(&head->seq),
			       get_be16(&head->count), truth) == len &&
	       !memcmp(truth, r->reply, len);
}

static void reply_send(struct rerequest *r, const struct sockaddr_in *to,
		       uint32_t len)
{
	const struct mold_header *head = (void *)r->reply;
	uint64_t ns = clock_ns(CLOCK_REALTIME);

	if (sendto(r->fd, r->reply, len, 0, (const void *)to, sizeof(*to)) < 0)
		r->counts.replies_lost++;
	else if (r->feed->disclosed && reply_is_true(r, len))
		disclosed_sent(r->feed->disclosed, get_be64(&head->seq),
			       get_be16(&head->count), ns);
}

static void answer(struct rerequest *r, const struct request *q)
{
	const struct mold_header *head = (void *)r->reply;
	uint16_t count = get_be16(&q->head.count);
	uint32_t len;

	if (memcmp(q->head.session, r->feed->session, MOLD_SESSION_LEN)) {
		r->counts.other_session++;
		return;
	}
	/* the reply's count may say no more than a packet holds */
	if (count > LINE_COUNT_MAX)
		count = LINE_COUNT_MAX;
	len = rerequest_reply(r->feed, get_be64(&q->head.seq), count, r->reply);
	if (!len) {
		r->counts.not_there++;
		return;
	}
	if (r->faults.lies && !lie_spares(r->turn++)) {
		len = lie_tell(r->feed, r->turn - 1, r->reply, len);
		r->counts.lied++;
	} else {
		r->counts.answered++;
		r->counts.messages += get_be16(&head->count);
	}
	reply_send(r, &q->from, len);
}

static void answer_due(struct rerequest *r, uint64_t now)
{
	while (rerequest_due(r) <= now)
		answer(r, &r->waiting[r->head++ % REREQUEST_WAITING]);
}

uint64_t rerequest_due(const struct rerequest *r)
{
	if (r->head == r->tail)
		return UINT64_MAX;
	return r->waiting[r->head % REREQUEST_WAITING].due_ns;
}

/* -- requests ----------------------------------------------------------- */

/* Takes a request of len bytes in, or drops it and counts why. */
static void request_take(struct rerequest *r, struct request *q, size_t len)
{
	struct rerequest_counts *c = &r->counts;

	c->requests++;
	if (len != sizeof(q->head) || !get_be16(&q->head.count))
		c->malformed++;
	else if (r->faults.dead ||
		 dice_roll(&r->dice, FAULT_SURE) < r->faults.loss)
		c->lost++;
	else if (r->tail - r->head == REREQUEST_WAITING)
		c->overrun++;
	else
		r->waiting[r->tail++ % REREQUEST_WAITING] = *q;
}

/* Return: 1 when there was a request, 0 when not, or negative errno. */
static int serve_one(struct rerequest *r, uint64_t now)
{
	struct request q = { .due_ns = now + r->faults.delay_ns };
	socklen_t from_len = sizeof(q.from);
	ssize_t len;

	/* with MSG_TRUNC the length is the datagram's own */
	len = recvfrom(r->fd, &q.head, sizeof(q.head), MSG_TRUNC,
		       (struct sockaddr *)&q.from, &from_len);
	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	request_take(r, &q, (size_t)len);
	return 1;
}

int rerequest_serve(struct rerequest *r, uint64_t now)
{
	int i, got = 1;

	for (i = 0; i < SERVE_MAX && got > 0; i++)
		got = serve_one(r, now);
	answer_due(r, now);
	return got < 0 ? got : 0;
}
