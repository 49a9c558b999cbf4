/* SPDX-License-Identifier: GPL-2.0 */
/*
 * race - one session on two lines, sent by two CPUs at the same time
 *
 * Each line packs the messages its own way and loses packets of its own.  A
 * sender looks at how far the program is, as a recovery would, and goes back to
 * the message that is missing: so gaps open all the time, and what fills them
 * is the other line or the same packet again.
 */
#ifndef RACE_H
#define RACE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference/book.h"
#include "../../user/instance.h"

enum { RACE_LINES = HT_LINES };

struct race_frame {
	size_t at;		/* in bytes */
	uint32_t len;
};

struct race_line {
	uint8_t *bytes;
	struct race_frame *frame;
	uint32_t count;
	uint32_t *frame_of;	/* by sequence, from 1 */
};

/* A session of `messages`, as a reference book and as the lines' frames. */
struct race {
	uint32_t messages;
	struct ref_book book;
	struct race_line line[RACE_LINES];
};

struct race_sender {
	const struct race_line *line;
	const struct ht_feed *feed;	/* of the program, mapped */
	uint32_t messages;
	int cpu;
	uint64_t random;
	pthread_barrier_t *start;

	/* Takes a frame off; false when it was refused. */
	bool (*send)(const struct race_sender *s, const uint8_t *frame,
		     uint32_t len);
	int fd;

	uint64_t sent;
	uint64_t refused;
	uint64_t lost;		/* on purpose */
	uint64_t returns;	/* to the message that was missing */
};

/* The addresses that the frames carry. */
extern const struct ht_line race_lines[RACE_LINES];

/* Packets hold 1 to most[i] messages on line i.  Return: 0 or -ENOMEM. */
int race_make(struct race *r, uint32_t messages,
	      const uint32_t most[RACE_LINES], uint64_t seed);
void race_free(struct race *r);

/* The first two CPUs that this process may use.  Return: false: one only. */
bool race_cpus(int cpu[RACE_LINES]);

/* Sends on both lines until the program has all messages, gave the feed up, or
 * has not come any further for RACE_PATIENCE_NS.  Return: 0 or -errno.
 */
int race_run(struct race_sender sender[RACE_LINES]);

#endif
