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

static int held_order(const struct held *a, const struct held *b)
{
	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

RB_PROTOTYPE(held_tree, held, tree, held_order)
RB_GENERATE(held_tree, held, tree, held_order)

/* The last one that begins at seq or before. */
static struct held *held_before(const struct reorder *r, uint64_t seq)
{
	struct held_tree *tree = (struct held_tree *)&r->held;
	struct held behind = { .seq = seq, .number = UINT64_MAX };
	struct held *next = RB_NFIND(held_tree, tree, &behind);

	return next ? RB_PREV(held_tree, tree, next) :
		      RB_MAX(held_tree, tree);
}

static struct held *held_first(const struct reorder *r)
{
	return RB_MIN(held_tree, (struct held_tree *)&r->held);
}

void reorder_init(struct reorder *r)
{
	*r = (struct reorder){ 0 };
	RB_INIT(&r->held);
}

void reorder_empty(struct reorder *r)
{
	struct held *held;

	while ((held = held_first(r))) {
		RB_REMOVE(held_tree, &r->held, held);
		free(held);
	}
	r->waiting = 0;
	r->bytes = 0;
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

	if (!held)
		return -ENOMEM;
	held->seq = get_be64(&m->seq);
	held->after = held->seq + mold_messages(m);
	held->number = r->waited;
	held->at_ns = now_ns;
	held->len = len;
	memcpy(held->payload, payload, len);
	RB_INSERT(held_tree, &r->held, held);
	r->waiting++;
	r->bytes += len;
	r->waited++;
	return 0;
}

bool reorder_covers(const struct reorder *r, uint64_t seq, uint64_t after)
{
	const struct held *held = held_before(r, seq);

	return held && held->after >= after;
}

bool reorder_hole(const struct reorder *r, uint64_t from, uint64_t tail,
		  struct hole *hole)
{
	struct held *held = held_before(r, from);

	if (!held)
		held = held_first(r);
	for (; held && held->seq <= from && from < tail;
	     held = RB_NEXT(held_tree, , held))
		if (held->after > from)
			from = held->after;
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
	struct held *held = held_first(r);

	if (!held || (held->seq > expected && !forced))
		return NULL;
	RB_REMOVE(held_tree, &r->held, held);
	r->waiting--;
	r->bytes -= held->len;
	return held;
}

bool reorder_due(const struct reorder *r, uint64_t expected)
{
	const struct held *first = held_first(r);

	return first && first->seq <= expected;
}

uint64_t reorder_fills(const struct reorder *r, uint64_t expected,
		       uint64_t seq, uint64_t after)
{
	const struct held *first = held_first(r);

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
