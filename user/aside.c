// SPDX-License-Identifier: GPL-2.0
#include "aside.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "datagram.h"
#include "netif.h"
#include "out.h"

/* The kernel's stages have looked at the frame; we look again. */
static int frame_take(void *context, const uint8_t *frame, uint32_t len)
{
	struct aside *a = context;
	struct datagram d;

	if (!datagram_find(&d, frame, len)) {
		a->strange++;
		return 0;
	}
	if (a->verify && !datagram_is_intact(&d)) {
		a->broken++;
		return 0;
	}
	a->packets++;
	return a->sink.packet(a->sink.context, d.payload, d.len);
}

static int queue_take(struct aside_queue *q)
{
	const struct xsk_sink sink = {
		.frame = frame_take,
		.context = q->aside,
	};

	return xsk_receive(q->xsk, &sink);
}

static int queue_event(struct source *s)
{
	return queue_take(source_owner(s, struct aside_queue, source));
}

static int own_open(struct aside *a, const char *ifname, uint32_t number)
{
	struct xsk *own = calloc(1, sizeof(*own));
	int err;

	if (!own)
		return -ENOMEM;
	err = xsk_open(own, ifname, number);
	if (err) {
		free(own);
		return err;
	}
	a->own[number] = own;
	a->queue[number].xsk = own;
	return 0;
}

static int queue_open(struct aside *a, const char *ifname, uint32_t number,
		      struct xsk *orders, int asides_fd)
{
	struct aside_queue *q = &a->queue[number];
	int err = 0, fd;

	q->aside = a;
	q->source.fd = -1;
	if (!number && orders)
		q->xsk = orders;
	else
		err = own_open(a, ifname, number);
	if (err)
		return out_error(err, "%s: cannot open an AF_XDP socket on queue %u",
				 ifname, number);
	fd = xsk_fd(q->xsk);
	if (bpf_map_update_elem(asides_fd, &number, &fd, BPF_ANY))
		return out_error(-errno, "%s: queue %u cannot be put into `asides`",
				 ifname, number);
	a->queues++;
	return 0;
}

int aside_open(struct aside *a, const char *ifname, struct xsk *orders,
	       int asides_fd)
{
	uint32_t count = netif_queues(ifname), i;
	int err = 0;

	if (count > ASIDE_QUEUES) {
		a->queues_unserved = count - ASIDE_QUEUES;
		count = ASIDE_QUEUES;
		out_error(0, "%s has %u receive queues; packets set aside on those after the first %u are lost: steer the feed to one of these",
			  ifname, count + a->queues_unserved, count);
	}
	for (i = 0; i < count && !err; i++)
		err = queue_open(a, ifname, i, orders, asides_fd);
	return err;
}

void aside_close(struct aside *a)
{
	uint32_t i;

	for (i = 0; i < ASIDE_QUEUES; i++) {
		if (!a->own[i])
			continue;
		xsk_close(a->own[i]);
		free(a->own[i]);
		a->own[i] = NULL;
	}
	a->queues = 0;
}

int aside_listen(struct aside *a, struct loop *l)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < a->queues && !err; i++) {
		struct source *s = &a->queue[i].source;

		s->fd = xsk_fd(a->queue[i].xsk);
		s->events = POLLIN;
		s->on_event = queue_event;
		err = loop_add(l, s);
	}
	return err;
}

int aside_drain(struct aside *a)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < a->queues && !err; i++)
		err = queue_take(&a->queue[i]);
	return err;
}

uint64_t aside_lost(const struct aside *a)
{
	uint64_t lost = 0;
	uint32_t i;

	for (i = 0; i < a->queues; i++) {
		int64_t here = xsk_lost(a->queue[i].xsk);

		lost += here > 0 ? (uint64_t)here : 0;
	}
	return lost;
}
