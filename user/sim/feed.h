/* SPDX-License-Identifier: GPL-2.0 */
/*
 * feed - a session as it is published: its messages, the lines that carry them
 * and the book of what has been sent
 *
 * Both lines carry the same messages under the same numbers, each in packets of
 * its own framing.  A message counts as sent when the first line has had its
 * turn with it, whether a fault took the packet or not: the exchange knows
 * nothing of the faults.
 */
#ifndef HT_SIM_FEED_H
#define HT_SIM_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "book.h"
#include "disclosed.h"
#include "line.h"
#include "state.h"
#include "store.h"
#include "timing.h"

struct feed_options {
	char session[MOLD_SESSION_LEN];
	struct line_options line[FAULT_LINES];
	struct fault_options faults;
	bool keep;			/* every message, for re-requests */
};

struct feed {
	struct feed_options options;
	char session[MOLD_SESSION_LEN];	/* the one of now */
	uint64_t sessions;
	uint32_t lines;
	struct line line[FAULT_LINES];
	struct fault_burst burst;
	struct store store;
	uint64_t published;		/* next message to be sent */
	uint64_t begun_ns;		/* first message, CLOCK_MONOTONIC */
	struct book *book;		/* all below are owned by others */
	struct timing *timing;
	struct state *state;		/* NULL: nobody asks for snapshots */
	struct disclosed *disclosed;	/* NULL: nobody sends orders */
	/* told of each message that is in the book now; NULL: nobody is */
	void (*in_book)(void *context, const uint8_t *message, uint32_t len);
	void *in_book_context;
};

/* Return: 0, or negative errno with nothing to close and *which line it was. */
int feed_open(struct feed *f, const struct feed_options *o, struct book *book,
	      struct timing *timing, uint32_t *which);
void feed_close(struct feed *f);

/*
 * Begins again with message 1, under the session's next name.
 * Return: 0 or -ENOMEM.
 */
int feed_restart(struct feed *f);

/* Whether a packet of every line can hold a message of len bytes. */
bool feed_fits(const struct feed *f, uint32_t len);

/*
 * Frames a message.  now is CLOCK_MONOTONIC, as everywhere below.
 * Return: 0 or -ENOMEM.
 */
int feed_add(struct feed *f, const void *message, uint32_t len, uint64_t now);

/* Ends the packets being framed.  Return: 0 or -ENOMEM. */
int feed_flush(struct feed *f, uint64_t now);

/* The same, with the packets that a fault holds back. */
int feed_release(struct feed *f, uint64_t now);

/* Queues MOLD_HEARTBEAT or MOLD_END_OF_SESSION on every line. */
int feed_empty(struct feed *f, uint16_t count, uint64_t now);

/*
 * Sends what is due, as far as the kernel takes it.
 * Return: 0, or negative errno other than -EAGAIN and -ENOBUFS.
 */
int feed_send(struct feed *f, uint64_t now);

/* Whether a line waits for room, and for what: -EAGAIN, -ENOBUFS or 0. */
int feed_busy(const struct feed *f);

/* When the next packet in a queue is due; UINT64_MAX: all queues are empty. */
uint64_t feed_due(const struct feed *f);

/* Says that the session ends, past all faults, at what has been sent. */
void feed_end(struct feed *f);

#endif
