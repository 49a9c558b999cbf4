// SPDX-License-Identifier: GPL-2.0
#include "spin.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "glimpse50.h"
#include "login.h"
#include "packet.h"
#include "snapshot.h"
#include "soupbin.h"
#include "wire.h"

enum {
	SPIN_BUFFER = 65536,		/* bytes that wait for the client */
	SPIN_PACKET_MAX = sizeof(struct soup_header) + ITCH_MAX_LEN,
};

#define SPIN_CLOSE_NS	(5 * SPIN_BEAT_NS)	/* for the client to close */

enum spin_lie {
	SPIN_LIE_NONE,
	SPIN_LIE_ZERO,			/* a packet of length 0 */
	SPIN_LIE_LONG,			/* a packet longer than it is */
	SPIN_LIE_TYPE,			/* a packet of no known type */
	SPIN_LIE_SHORT,			/* a message too short for its type */
	SPIN_LIE_BLANK,			/* an end without digits */
	SPIN_LIE_LETTERS,		/* an end with other than digits */
	SPIN_LIE_END,			/* an end that is too short */
	SPIN_LIE_NOUGHT,		/* an end that names message 0 */
	SPIN_LIES,
};

struct spin {
	int fd;
	struct snapshot snapshot;
	enum spin_lie lie;
	bool cut;
	uint64_t middle;		/* message that a fault hits */
	uint64_t messages;		/* put out so far */
	bool over;			/* nothing follows what is in out[] */
	struct disclosed_snapshot *told;	/* NULL: no more to tell */
	uint64_t begin_ns;		/* CLOCK_MONOTONIC, as all below */
	uint64_t sent_ns;
	uint64_t heard_ns;
	uint32_t head, tail;		/* of what waits in out[] */
	uint32_t in_len;		/* of the client's packet, so far */
	uint8_t in[sizeof(struct soup_header)];
	uint32_t in_skip;		/* payload still to come */
	uint8_t out[SPIN_BUFFER];
};

/* -- what goes out ------------------------------------------------------ */

static void put_packet(struct spin *s, char type, const void *payload,
		       uint32_t len)
{
	struct soup_header *head = (void *)(s->out + s->tail);

	packet_head(head, type, len);
	if (len)
		memcpy(head + 1, payload, len);
	s->tail += sizeof(*head) + len;
}

static void put_accepted(struct spin *s, const char *session)
{
	login_accepted((void *)(s->out + s->tail), session, 1);
	s->tail += sizeof(struct soup_login_accepted);
}

/* Half of it: the connection ends inside a packet. */
static void put_cut(struct spin *s, const uint8_t *message, uint32_t len)
{
	put_packet(s, SOUP_SEQUENCED, message, len);
	s->tail -= len / 2;
	s->over = true;
}

static void put_lie_in_the_middle(struct spin *s, const uint8_t *message,
				  uint32_t len)
{
	struct soup_header *head = (void *)(s->out + s->tail);

	switch (s->lie) {
	case SPIN_LIE_ZERO:
		put_be16(&head->length, 0);
		s->tail += SOUP_LENGTH_LEN;
		break;
	case SPIN_LIE_LONG:
		put_packet(s, SOUP_SEQUENCED, message, len);
		put_be16(&head->length, UINT16_MAX);
		break;
	case SPIN_LIE_TYPE:
		put_packet(s, 'x', message, len);
		break;
	case SPIN_LIE_SHORT:
		put_packet(s, SOUP_SEQUENCED, message, len - 1);
		break;
	default:
		put_packet(s, SOUP_SEQUENCED, message, len);
	}
}

static void put_end(struct spin *s, uint8_t *message, uint32_t len)
{
	struct glimpse_end *end = (void *)message;

	if (s->lie == SPIN_LIE_BLANK)
		memset(end->seq, ' ', sizeof(end->seq));
	else if (s->lie == SPIN_LIE_LETTERS)
		end->seq[0] = 'x';
	else if (s->lie == SPIN_LIE_NOUGHT)
		memset(end->seq, '0', sizeof(end->seq));
	else if (s->lie == SPIN_LIE_END)
		len = 5;
	put_packet(s, SOUP_SEQUENCED, message, len);
	put_packet(s, SOUP_END_OF_SESSION, NULL, 0);
	s->over = true;
}

static void put_message(struct spin *s, uint8_t *message, uint32_t len)
{
	if (s->messages++ == s->middle && s->cut)
		put_cut(s, message, len);
	else if (*message == GLIMPSE_END_OF_SNAPSHOT)
		put_end(s, message, len);
	else if (s->messages - 1 == s->middle)
		put_lie_in_the_middle(s, message, len);
	else
		put_packet(s, SOUP_SEQUENCED, message, len);
}

/* As much of the snapshot as there is room for, when it is time. */
static void fill(struct spin *s, uint64_t now)
{
	uint8_t message[ITCH_MAX_LEN];
	uint32_t len;

	if (s->head == s->tail)
		s->head = s->tail = 0;
	while (!s->over && now >= s->begin_ns &&
	       s->tail + 2 * SPIN_PACKET_MAX <= SPIN_BUFFER) {
		len = snapshot_next(&s->snapshot, message);
		put_message(s, message, len);
	}
	if (!s->over && s->head == s->tail && now - s->sent_ns >= SPIN_BEAT_NS)
		put_packet(s, SOUP_SERVER_HEARTBEAT, NULL, 0);
}

/* -- the connection ----------------------------------------------------- */

/* Return: false when the client is gone. */
static bool write_out(struct spin *s, uint64_t now)
{
	ssize_t sent;

	if (s->over && s->told && !s->cut && s->lie == SPIN_LIE_NONE) {
		disclosed_snapshot_end(s->told, s->snapshot.seq,
				       clock_ns(CLOCK_REALTIME));
		s->told = NULL;
	}
	sent = send(s->fd, s->out + s->head, s->tail - s->head, MSG_NOSIGNAL);
	if (sent < 0)
		return errno == EAGAIN || errno == EINTR;
	s->head += (uint32_t)sent;
	s->sent_ns = now;
	return true;
}

/* Return: false when the client logs out, or sends no SoupBinTCP. */
static bool client_bytes(struct spin *s, const uint8_t *p, uint32_t len)
{
	const struct soup_header *head = (void *)s->in;
	uint32_t part;

	while (len) {
		if (s->in_skip) {
			part = s->in_skip < len ? s->in_skip : len;
			s->in_skip -= part;
			p += part;
			len -= part;
			continue;
		}
		s->in[s->in_len++] = *p++;
		len--;
		if (s->in_len < sizeof(s->in))
			continue;
		if (!get_be16(&head->length) ||
		    head->type == SOUP_LOGOUT_REQUEST)
			return false;
		s->in_skip = get_be16(&head->length) - 1;
		s->in_len = 0;
	}
	return true;
}

/* Return: false when the client is gone, or wants to be. */
static bool read_in(struct spin *s, uint64_t now)
{
	uint8_t bytes[512];
	ssize_t got = recv(s->fd, bytes, sizeof(bytes), 0);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	s->heard_ns = now;
	return got && client_bytes(s, bytes, (uint32_t)got);
}

static bool is_writing(const struct spin *s, uint64_t now)
{
	return s->head < s->tail || (!s->over && now >= s->begin_ns);
}

/* Milliseconds until there is something to do besides what poll() tells. */
static int idle_ms(const struct spin *s, uint64_t now)
{
	uint64_t look = s->heard_ns + SPIN_SILENCE_NS;

	/* what waits for room needs no heartbeat */
	if (!is_writing(s, now) && s->sent_ns + SPIN_BEAT_NS < look)
		look = s->sent_ns + SPIN_BEAT_NS;
	if (s->begin_ns > now && s->begin_ns < look)
		look = s->begin_ns;
	return look > now ? (int)((look - now) / NS_PER_MS) + 1 : 0;
}

/* Until all is written.  Return: false when the client left before. */
static bool serve(struct spin *s)
{
	struct pollfd p = { .fd = s->fd };
	uint64_t now;

	for (;;) {
		now = clock_ns(CLOCK_MONOTONIC);
		fill(s, now);
		if (s->head < s->tail && !write_out(s, now))
			return false;
		if (s->over && s->head == s->tail)
			return true;
		if (now - s->heard_ns >= SPIN_SILENCE_NS)
			return false;
		p.events = POLLIN | (is_writing(s, now) ? POLLOUT : 0);
		poll(&p, 1, idle_ms(s, now));
		if (p.revents & (POLLIN | POLLHUP | POLLERR) &&
		    !read_in(s, clock_ns(CLOCK_MONOTONIC)))
			return false;
	}
}

/* What closes with bytes unread resets, and the client may lose the end. */
static void wait_for_close(struct spin *s)
{
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + SPIN_CLOSE_NS, now;
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	shutdown(s->fd, SHUT_WR);
	do {
		poll(&p, 1, 100);
		now = clock_ns(CLOCK_MONOTONIC);
	} while (now < end && read_in(s, now));
}

/* Odd snapshots (the first, the third) get their fault in the middle. */
static void faults_prepare(struct spin *s, uint64_t number,
			   const struct glimpse_faults *faults)
{
	struct snapshot count = s->snapshot;
	uint8_t message[ITCH_MAX_LEN];
	uint64_t messages = 0;

	s->middle = UINT64_MAX;
	if (number % 2 || !(faults->cut || faults->lies))
		return;
	while (snapshot_next(&count, message))
		messages++;
	s->middle = messages / 2;
	s->cut = faults->cut;
	if (faults->lies)
		s->lie = 1 + number / 2 % (SPIN_LIES - 1);
}

enum spin_end spin(int fd, const struct feed *feed, uint64_t number,
		   const struct glimpse_faults *faults,
		   struct disclosed_snapshot *told)
{
	static struct spin s;
	uint64_t now = clock_ns(CLOCK_MONOTONIC);

	s = (struct spin){
		.fd = fd,
		.told = told,
		.begin_ns = now + faults->delay_ns,
		.sent_ns = now,
		.heard_ns = now,
	};
	snapshot_begin(&s.snapshot, feed->book, feed->state, feed->published);
	faults_prepare(&s, number, faults);
	put_accepted(&s, feed->session);
	if (!serve(&s))
		return SPIN_DROPPED;
	if (s.cut)
		return SPIN_CUT;
	wait_for_close(&s);
	return SPIN_SERVED;
}
