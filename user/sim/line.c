// SPDX-License-Identifier: GPL-2.0
#include "line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "wire.h"

/*
 * Half of what the kernel then allows (it doubles the value).  That many bytes
 * of socket buffers are fewer datagrams than the 256 slots of a veth's receive
 * ring, so a slow receiver there makes the sender wait and loses nothing.
 */
enum { SEND_BUFFER = 65536, QUEUE_MIN = 64 };

/* -- socket ------------------------------------------------------------- */

static int set_option(int fd, int option, int value)
{
	return setsockopt(fd, IPPROTO_IP, option, &value, sizeof(value));
}

static int socket_configure(int fd, const struct line_options *o)
{
	struct sockaddr_in source = {
		.sin_family = AF_INET,
		.sin_addr = o->interface,
	};
	struct ip_mreqn interface = { .imr_address = o->interface };
	int buffer = SEND_BUFFER;

	/* IP_RECVERR: without it a full queue drops datagrams and says so to
	 * nobody (ip(7)).
	 */
	if (bind(fd, (struct sockaddr *)&source, sizeof(source)) ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &interface,
		       sizeof(interface)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer)) ||
	    set_option(fd, IP_MULTICAST_TTL, 1) ||
	    set_option(fd, IP_MULTICAST_LOOP, 0) ||
	    set_option(fd, IP_MTU_DISCOVER, IP_PMTUDISC_DO) ||
	    set_option(fd, IP_RECVERR, 1))
		return -errno;
	return 0;
}

int line_open(struct line *l, const struct line_options *o,
	      const struct faults *faults)
{
	int err = -ENOMEM;

	*l = (struct line){ .options = *o, .faults = *faults,
			    .room = QUEUE_MIN };
	line_restart(l);
	l->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0)
		return -errno;
	l->queue = malloc(l->room * sizeof(*l->queue));
	if (l->queue)
		err = socket_configure(l->fd, o);
	if (err)
		line_close(l);
	return err;
}

void line_close(struct line *l)
{
	free(l->queue);
	l->queue = NULL;
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

void line_restart(struct line *l)
{
	l->counts = (struct line_counts){0};
	l->seq = 1;
	l->count = 0;
	l->len = sizeof(struct mold_header);
	l->head = l->tail = 0;
	memset(l->held, 0, sizeof(l->held));
}

/* -- queue -------------------------------------------------------------- */

static int queue_grow(struct line *l)
{
	struct line_packet *grown = malloc(2 * l->room * sizeof(*grown));
	uint64_t i;

	if (!grown)
		return -ENOMEM;
	for (i = l->head; i != l->tail; i++)
		grown[i & (2 * l->room - 1)] = l->queue[i & (l->room - 1)];
	free(l->queue);
	l->queue = grown;
	l->room *= 2;
	return 0;
}

static int queue_put(struct line *l, const struct line_packet *p, uint64_t now)
{
	struct line_packet *place;
	int err = 0;

	if (l->tail - l->head == l->room)
		err = queue_grow(l);
	if (err)
		return err;
	place = &l->queue[l->tail++ & (l->room - 1)];
	*place = *p;
	place->due_ns = now + l->options.skew_ns;
	return 0;
}

uint64_t line_due(const struct line *l)
{
	if (l->head == l->tail)
		return UINT64_MAX;
	return l->queue[l->head & (l->room - 1)].due_ns;
}

/* -- faults ------------------------------------------------------------- */

/* One more packet has passed those held back; the last one frees each. */
static int held_pass(struct line *l, uint64_t now)
{
	struct line_held *h;
	int err = 0;

	for (h = l->held; h < l->held + FAULT_HOLD_MAX && !err; h++)
		if (h->behind && !--h->behind)
			err = queue_put(l, &h->packet, now);
	return err;
}

/* A packet is held for FAULT_HOLD_MAX others at most: a place is free. */
static void hold(struct line *l, const struct line_packet *p, uint32_t behind)
{
	struct line_held *h = l->held;

	while (h->behind)
		h++;
	*h = (struct line_held){ .packet = *p, .behind = behind };
}

/* A copy of a packet that is held back too goes out at once. */
static int packet_put(struct line *l, struct line_packet *p, uint64_t now)
{
	bool empty = p->count == MOLD_HEARTBEAT ||
		     p->count == MOLD_END_OF_SESSION;
	struct verdict v = faults_judge(&l->faults, p->count);
	int err = held_pass(l, now);

	p->fate = (uint16_t)v.fate;
	l->counts.duplicated += v.again && !empty;
	l->counts.reordered += v.hold && !empty;
	if (!err && (!v.hold || v.again))
		err = queue_put(l, p, now);
	if (!err && v.hold)
		hold(l, p, v.hold);
	else if (!err && v.again)
		err = queue_put(l, p, now);
	return err;
}

int line_release(struct line *l, uint64_t now)
{
	struct line_held *h;
	int err = 0;

	for (h = l->held; h < l->held + FAULT_HOLD_MAX && !err; h++) {
		if (h->behind)
			err = queue_put(l, &h->packet, now);
		h->behind = 0;
	}
	return err;
}

/* -- framing ------------------------------------------------------------ */

bool line_fits(const struct line *l, uint32_t len)
{
	return sizeof(struct mold_header) + MOLD_BLOCK_HEAD + len <=
	       l->options.payload;
}

int line_add(struct line *l, uint32_t len, uint64_t now)
{
	uint32_t need = MOLD_BLOCK_HEAD + len;
	int err = 0;

	if (l->count >= l->options.per_packet ||
	    need > l->options.payload - l->len)
		err = line_flush(l, now);
	l->len += need;
	l->count++;
	return err;
}

int line_flush(struct line *l, uint64_t now)
{
	struct line_packet p = { .seq = l->seq, .count = (uint16_t)l->count };

	if (!l->count)
		return 0;
	l->seq += l->count;
	l->count = 0;
	l->len = sizeof(struct mold_header);
	return packet_put(l, &p, now);
}

int line_empty(struct line *l, uint16_t count, uint64_t now)
{
	struct line_packet p = { .seq = l->seq, .count = count };

	return packet_put(l, &p, now);
}

uint64_t line_floor(const struct line *l)
{
	uint64_t floor = l->seq, i, seq;

	for (i = l->head; i != l->tail; i++) {
		seq = l->queue[i & (l->room - 1)].seq;
		floor = seq < floor ? seq : floor;
	}
	for (i = 0; i < FAULT_HOLD_MAX; i++)
		if (l->held[i].behind && l->held[i].packet.seq < floor)
			floor = l->held[i].packet.seq;
	return floor;
}

/* -- sending ------------------------------------------------------------ */

/* Return: bytes of the payload. */
static uint32_t packet_build(struct line *l, const char *session,
			     const struct line_packet *p,
			     const struct store *store)
{
	struct mold_header *head = (void *)l->bytes;
	uint8_t *block = (uint8_t *)(head + 1);
	const uint8_t *message;
	uint32_t i, len = 0;

	memcpy(head->session, session, sizeof(head->session));
	put_be64(&head->seq, p->seq);
	put_be16(&head->count, p->count);
	for (i = 0; p->count != MOLD_END_OF_SESSION && i < p->count; i++) {
		message = store_get(store, p->seq + i, &len);
		put_be16(block, (uint16_t)len);
		memcpy(block + MOLD_BLOCK_HEAD, message, len);
		block += MOLD_BLOCK_HEAD + len;
	}
	return (uint32_t)(block - l->bytes);
}

static int datagram_send(struct line *l, uint32_t len)
{
	l->sent_ns = clock_ns(CLOCK_REALTIME);
	if (sendto(l->fd, l->bytes, len, 0,
		   (struct sockaddr *)&l->options.group,
		   sizeof(l->options.group)) >= 0)
		return 0;
	l->counts.busy += errno == EAGAIN || errno == ENOBUFS;
	return -errno;
}

static void count_sent(struct line_counts *c, uint16_t count, uint32_t len)
{
	if (count == MOLD_HEARTBEAT) {
		c->heartbeats++;
	} else if (count == MOLD_END_OF_SESSION) {
		c->ends++;
	} else {
		c->packets++;
		c->bytes += len;
	}
}

static void count_lost(struct line_counts *c, const struct line_packet *p)
{
	if (p->count == MOLD_HEARTBEAT || p->count == MOLD_END_OF_SESSION)
		c->empties_lost++;
	else if (p->fate == FATE_LOST)
		c->lost++;
	else if (p->fate == FATE_BURST)
		c->lost_burst++;
	else
		c->lost_dead++;
}

int line_send(struct line *l, const char session[MOLD_SESSION_LEN],
	      const struct store *store, uint64_t session_ns,
	      struct line_packet *sent)
{
	uint32_t len;
	int err = 0;

	*sent = l->queue[l->head & (l->room - 1)];
	if (faults_dead(&l->faults, session_ns))
		sent->fate = FATE_DEAD;
	if (sent->fate == FATE_SENT) {
		len = packet_build(l, session, sent, store);
		err = datagram_send(l, len);
		if (!err)
			count_sent(&l->counts, sent->count, len);
	} else {
		count_lost(&l->counts, sent);
	}
	l->busy = err == -EAGAIN || err == -ENOBUFS ? err : 0;
	if (!err)
		l->head++;
	return err;
}

void line_send_end(struct line *l, const char session[MOLD_SESSION_LEN],
		   uint64_t seq)
{
	struct line_packet p = { .seq = seq, .count = MOLD_END_OF_SESSION };

	if (!datagram_send(l, packet_build(l, session, &p, NULL)))
		l->counts.ends++;
}
