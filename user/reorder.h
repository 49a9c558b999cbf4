/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reorder - packets of several lines in the order of their sequence
 *
 * A packet beyond a hole waits until the hole is filled, by the other line or
 * by one that comes late; at most REORDER_PACKETS wait.  Then the hole is
 * given up: it stays.
 */
#ifndef HT_REORDER_H
#define HT_REORDER_H

#include <stdbool.h>
#include <stdint.h>

#include <bsd/sys/tree.h>

enum { REORDER_PACKETS = 4096 };

struct held {
	RB_ENTRY(held) tree;
	uint64_t seq;		/* of its first message */
	uint64_t number;	/* of those that ever waited */
	uint64_t after;		/* one past its last */
	uint64_t at_ns;		/* CLOCK_MONOTONIC when it came; 0: history */
	uint32_t len;
	uint8_t payload[];
};

RB_HEAD(held_tree, held);

/* Messages [from, to) that are missing. */
struct hole {
	uint64_t from;
	uint64_t to;
	uint64_t seen_ns;	/* when the packet behind it came; 0: there is
				 * none
				 */
};

struct reorder {
	struct held_tree held;	/* by sequence; equal ones as they came */
	uint32_t waiting;	/* packets in it */
	uint64_t bytes;		/* of their payload */
	uint64_t waited;	/* packets that ever were */
	struct hole *holes;	/* that were given up */
	uint32_t hole_count;
	uint32_t hole_room;
	uint64_t late;		/* packets for a hole that was given up */
};

void reorder_init(struct reorder *r);

/* The counts stay readable. */
void reorder_free(struct reorder *r);

/* Keeps a copy of a packet with messages until its turn.
 * Return: 0 or -ENOMEM.
 */
int reorder_hold(struct reorder *r, uint64_t now_ns, const uint8_t *payload,
		 uint32_t len);

/* Whether one that waits holds all of [seq, after). */
bool reorder_covers(const struct reorder *r, uint64_t seq, uint64_t after);

/*
 * The first messages of [from, tail) that none holds.  Of two packets that
 * begin before `from` only the later one is looked at: should the other reach
 * further, which takes lines that frame differently, messages count as missing
 * that are here.  Return: are there any?
 */
bool reorder_hole(const struct reorder *r, uint64_t from, uint64_t tail,
		  struct hole *hole);

/* Forgets all that waits. */
void reorder_empty(struct reorder *r);

/* Whether more wait than may: the first one's hole must be given up. */
bool reorder_full(const struct reorder *r);

/* Takes out the first one when its turn has come, or when it is forced; the
 * caller frees it.  Return: it, or NULL.
 */
struct held *reorder_next(struct reorder *r, uint64_t expected, bool forced);

/* Whether reorder_next() has one whose turn has come. */
bool reorder_due(const struct reorder *r, uint64_t expected);

/*
 * Messages of [seq, after) that fill a hole which is open: there is one from
 * `expected` to the first packet that waits.
 */
uint64_t reorder_fills(const struct reorder *r, uint64_t expected,
		       uint64_t seq, uint64_t after);

/* Remembers what is given up.  Return: 0 or -ENOMEM. */
int reorder_give_up(struct reorder *r, uint64_t from, uint64_t to);

/* Counts a packet when it is for a hole that was given up. */
void reorder_count_late(struct reorder *r, uint64_t seq, uint64_t after);

#endif
