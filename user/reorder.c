// SPDX-License-Identifier: GPL-2.0
/*
 * reorder - packets of several lines in the order of their sequence
 */
#include "reorder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mold.h"

enum { HOLES_FIRST = 16 };

void reorder_init(struct reorder *r)
{
	*r = (struct reorder){ 0 };
	TAILQ_INIT(&r->held);
}

void reorder_empty(struct reorder *r)
{
	struct held *held;

	while ((held = TAILQ_FIRST(&r->held))) {
		TAILQ_REMOVE(&r->held, held, link);
		free(held);
	}
	r->waiting = 0;
}

void reorder_free(struct reorder *r)
{
	reorder_empty(r);
	free(r->holes);
	r->holes = NULL;
	r->hole_count = r->hole_room = 0;
}

int reorder_hold(struct reorder *r, uint64_t now_ns, const uint8_t *payload,
		 uint32_t len)
{
	const struct mold_header *m = (const void *)payload;
	struct held *held = malloc(sizeof(*held) + len);
	struct held *before;

	if (!held)
		return -ENOMEM;
	held->seq = get_be64(&m->seq);
	held->after = held->seq + mold_messages(m);
	held->at_ns = now_ns;
	held->len = len;
	memcpy(held->payload, payload, len);
	TAILQ_FOREACH_REVERSE(before, &r->held, held_list, link)
		if (before->seq <= held->seq)
			break;
	if (before)
		TAILQ_INSERT_AFTER(&r->held, before, held, link);
	else
		TAILQ_INSERT_HEAD(&r->held, held, link);
	r->waiting++;
	r->waited++;
	return 0;
}

bool reorder_covers(const struct reorder *r, uint64_t seq, uint64_t after)
{
	const struct held *held;

	TAILQ_FOREACH_REVERSE(held, &r->held, held_list, link)
		if (held->seq <= seq)
			return held->after >= after;
	return false;
}

bool reorder_hole(const struct reorder *r, uint64_t from, uint64_t tail,
		  struct hole *hole)
{
	const struct held *held;

	TAILQ_FOREACH(held, &r->held, link) {
		if (held->seq > from)
			break;
		if (held->after > from)
			from = held->after;
	}
	*hole = (struct hole){ .from = from, .to = tail };
	if (held && held->seq <= tail) {
		hole->to = held->seq;
		hole->seen_ns = held->at_ns;
	}
	return hole->from < hole->to;
}

bool reorder_full(const struct reorder *r)
{
	return r->waiting > REORDER_PACKETS;
}

struct held *reorder_next(struct reorder *r, uint64_t expected, bool forced)
{
	struct held *held = TAILQ_FIRST(&r->held);

	if (!held || (held->seq > expected && !forced))
		return NULL;
	TAILQ_REMOVE(&r->held, held, link);
	r->waiting--;
	return held;
}

uint64_t reorder_fills(const struct reorder *r, uint64_t expected,
		       uint64_t seq, uint64_t after)
{
	const struct held *first = TAILQ_FIRST(&r->held);

	if (!first || first->seq <= expected)
		return 0;
	if (seq < expected)
		seq = expected;
	if (after > first->seq)
		after = first->seq;
	return after > seq ? after - seq : 0;
}

int reorder_give_up(struct reorder *r, uint64_t from, uint64_t to)
{
	uint32_t room = r->hole_room ? 2 * r->hole_room : HOLES_FIRST;
	struct hole *grown;

	if (r->hole_count == r->hole_room) {
		grown = realloc(r->holes, room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		r->holes = grown;
		r->hole_room = room;
	}
	r->holes[r->hole_count++] = (struct hole){ .from = from, .to = to };
	return 0;
}

void reorder_count_late(struct reorder *r, uint64_t seq, uint64_t after)
{
	uint32_t i = r->hole_count;

	/* holes are in order, and a late packet is most likely for the last */
	while (i-- && r->holes[i].to > seq)
		if (r->holes[i].from < after) {
			r->late++;
			return;
		}
}
