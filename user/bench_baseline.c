// SPDX-License-Identifier: GPL-2.0
/*
 * bench_baseline - a book as user space programs usually keep it
 *
 * The price levels of a side stand in a sorted array, the best at its end, and
 * are searched from there.  Orders stand in an open-addressed table by
 * reference, 16 bytes each.  Both lie in huge pages.  It trusts its input, has
 * no triggers and no reader beside it: what it takes is the bar.  Each choice
 * here was the faster one when measured.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench_contender.h"
#include "bench_memory.h"
#include "itch50.h"
#include "out.h"

enum {
	SLOT_BITS = 22,			/* a third of it a market's orders */
	SLOTS = 1 << SLOT_BITS,
	LINE_BITS = 2,			/* orders of a cache line */
	LEVELS_FIRST = 8,		/* of a side that gets its first one */
	LEVELS_NEAR = 16,		/* of the best, looked at one by one */
};

#define ARENA_BYTES	(256ull << 20)

struct order {
	uint64_t ref;		/* 0: the slot is free */
	uint32_t shares;
	uint32_t px_side;	/* price << 1 | side */
};

struct level {
	uint32_t px;		/* 1e-4 dollars */
	uint32_t orders;
	uint64_t qty;		/* shares */
};

struct side {
	struct level *levels;	/* worst first */
	uint32_t count;
	uint32_t room;
};

static struct order *slots;
static uint8_t *arena;		/* of level arrays */
static size_t arena_used;
static struct side (*sides)[2];	/* [locate][enum ht_side] */
static uint64_t live;
static uint64_t expected;
static int failed;		/* -ENOSPC when the arena was full */

/* References that follow each other share a cache line. */
static uint32_t ref_home(uint64_t ref)
{
	uint64_t line = (ref >> LINE_BITS) * 0x9e3779b97f4a7c15ull;

	return (uint32_t)(line >> (64 - SLOT_BITS + LINE_BITS) << LINE_BITS |
			  (ref & ((1 << LINE_BITS) - 1)));
}

/* The order's slot, or the free one where it would stand. */
static struct order *ref_slot(uint64_t ref)
{
	uint32_t i = ref_home(ref);

	while (slots[i].ref && slots[i].ref != ref)
		i = (i + 1) % SLOTS;
	return &slots[i];
}

/* Later orders of the run move up where they may. */
static void ref_remove(struct order *order)
{
	uint32_t hole = (uint32_t)(order - slots);
	uint32_t i = hole;

	live--;
	for (;;) {
		i = (i + 1) % SLOTS;
		if (!slots[i].ref)
			break;
		if ((i - ref_home(slots[i].ref)) % SLOTS <
		    (i - hole) % SLOTS)
			continue;
		slots[hole] = slots[i];
		hole = i;
	}
	slots[hole].ref = 0;
}

static bool is_better(enum ht_side side, uint32_t px, uint32_t than)
{
	return side == HT_BID ? px > than : px < than;
}

/* How many levels are not better than px: the last of them has that price, or
 * a new level of that price follows it.
 */
static uint32_t side_search(const struct side *s, enum ht_side side,
			     uint32_t px)
{
	uint32_t high = s->count, low = 0;
	uint32_t near = high > LEVELS_NEAR ? high - LEVELS_NEAR : 0;

	while (high > near && is_better(side, s->levels[high - 1].px, px))
		high--;
	if (high > near)
		return high;
	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (is_better(side, s->levels[middle].px, px))
			high = middle;
		else
			low = middle + 1;
	}
	return high;
}

/* Arrays that have grown leave their old place unused.  False: no place. */
static bool side_grow(struct side *s)
{
	uint32_t room = s->room ? 2 * s->room : LEVELS_FIRST;
	struct level *levels = (struct level *)(arena + arena_used);
	size_t bytes = room * sizeof(*levels);

	if (bytes > ARENA_BYTES - arena_used) {
		failed = -ENOSPC;
		fprintf(stderr, "hairtrigger: the conventional book's arena of %llu MiB is full\n",
			ARENA_BYTES >> 20);
		return false;
	}
	arena_used += bytes;
	if (s->count)
		memcpy(levels, s->levels, s->count * sizeof(*levels));
	s->levels = levels;
	s->room = room;
	return true;
}

static void side_add(uint32_t locate, enum ht_side side, uint32_t px,
		      uint32_t shares)
{
	struct side *s = &sides[locate][side];
	uint32_t i = side_search(s, side, px);

	if (!i || s->levels[i - 1].px != px) {
		if (s->count == s->room && !side_grow(s))
			return;
		memmove(&s->levels[i + 1], &s->levels[i],
			(s->count - i) * sizeof(*s->levels));
		s->levels[i++] = (struct level){ .px = px };
		s->count++;
	}
	s->levels[i - 1].orders++;
	s->levels[i - 1].qty += shares;
}

static void side_take(uint32_t locate, const struct order *order,
		       uint32_t shares)
{
	struct side *s = &sides[locate][order->px_side & 1];
	uint32_t i = side_search(s, order->px_side & 1, order->px_side >> 1);
	struct level *level = &s->levels[i - 1];

	level->qty -= shares;
	if (shares < order->shares || --level->orders)
		return;
	memmove(level, level + 1, (s->count - i) * sizeof(*level));
	s->count--;
}

static void book_add(uint32_t locate, uint64_t ref, enum ht_side side,
		     uint32_t shares, uint32_t px)
{
	*ref_slot(ref) = (struct order){
		.ref = ref, .shares = shares, .px_side = px << 1 | side,
	};
	live++;
	side_add(locate, side, px, shares);
}

static void book_take(uint32_t locate, struct order *order, uint32_t shares)
{
	side_take(locate, order, shares);
	order->shares -= shares;
	if (!order->shares)
		ref_remove(order);
}

static void baseline_replace(uint32_t locate, const struct itch_replace *u)
{
	struct order *order = ref_slot(get_be64(&u->ref));
	enum ht_side side = order->px_side & 1;

	book_take(locate, order, order->shares);
	book_add(locate, get_be64(&u->new_ref), side, get_be32(&u->shares),
		 get_be32(&u->price));
}

static void baseline_message(const uint8_t *message)
{
	const struct itch_add *a = (const void *)message;
	const struct itch_cancel *x = (const void *)message;
	uint32_t locate = get_be16(&a->head.locate);
	struct order *order;

	switch (a->head.type) {
	case 'A':
	case 'F':
		book_add(locate, get_be64(&a->ref),
			 a->side == 'B' ? HT_BID : HT_ASK,
			 get_be32(&a->shares), get_be32(&a->price));
		break;
	case 'D':
		order = ref_slot(get_be64(&x->ref));
		book_take(locate, order, order->shares);
		break;
	case 'E':
	case 'C':
	case 'X':
		order = ref_slot(get_be64(&x->ref));
		book_take(locate, order, get_be32(&x->shares));
		break;
	case 'U':
		baseline_replace(locate, (const void *)message);
		break;
	}
}

static void baseline_apply(const uint8_t *payload, uint32_t len)
{
	const struct mold_header *m = (const void *)payload;
	uint32_t i, count = get_be16(&m->count);

	if (get_be64(&m->seq) != expected)
		return;
	payload += sizeof(*m);
	for (i = 0; i < count && !failed; i++) {
		baseline_message(payload + MOLD_BLOCK_HEAD);
		payload += MOLD_BLOCK_HEAD + get_be16(payload);
	}
	expected += count;
}

int64_t baseline_packet(const uint8_t *frame, uint32_t len)
{
	int64_t took = bench_timed(baseline_apply, frame, len);

	return failed ? failed : took;
}

int baseline_open(void)
{
	slots = memory_huge(SLOTS * sizeof(*slots));
	arena = memory_huge(ARENA_BYTES);
	sides = memory_huge(HT_LOCATES * sizeof(*sides));
	arena_used = 0;
	live = 0;
	expected = 1;
	failed = 0;
	if (slots && arena && sides)
		return 0;
	baseline_close();
	return out_error(-ENOMEM, "the conventional book");
}

void baseline_close(void)
{
	memory_free(slots, SLOTS * sizeof(*slots));
	memory_free(arena, ARENA_BYTES);
	memory_free(sides, HT_LOCATES * sizeof(*sides));
	slots = NULL;
	arena = NULL;
	sides = NULL;
}

uint64_t baseline_expected(void)
{
	return expected;
}

uint64_t baseline_orders(void)
{
	return live;
}

uint64_t baseline_memory(void)
{
	return SLOTS * sizeof(*slots) + HT_LOCATES * sizeof(*sides) +
	       arena_used;
}

uint32_t baseline_levels(uint32_t locate, enum ht_side side)
{
	return sides[locate][side].count;
}

struct book_level baseline_level(uint32_t locate, enum ht_side side,
				 uint32_t level)
{
	const struct side *s = &sides[locate][side];
	const struct level *l = &s->levels[s->count - 1 - level];

	return (struct book_level){
		.px = l->px, .orders = l->orders, .qty = l->qty,
	};
}
