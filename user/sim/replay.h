/* SPDX-License-Identifier: GPL-2.0 */
/*
 * replay - the simulator's loop: the session goes out when it is due, orders
 * are served all the while
 */
#ifndef HT_SIM_REPLAY_H
#define HT_SIM_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "book.h"
#include "orders.h"
#include "pacing.h"
#include "publisher.h"
#include "sim.h"

enum replay_phase {
	REPLAY_WAITING,			/* heartbeats until told to start */
	REPLAY_SENDING,
	REPLAY_LINGERING,		/* after the end; orders still served */
	REPLAY_DONE,
};

struct replay {
	/* set before replay_run() */
	const char *name;		/* of the source, for messages */
	struct source *source;
	struct publisher *publisher;
	struct pacing *pacing;
	struct orders *orders;
	struct book *book;		/* of what has been sent */
	uint64_t linger_ns;
	bool wait_for_start;		/* for stdin's line or end, SIGUSR1 */

	/* to be read after it */
	bool interrupted;
	uint64_t first_ns;		/* CLOCK_MONOTONIC of the first and */
	uint64_t last_ns;		/* of the last packet with messages */

	/* its own */
	enum replay_phase phase;
	int busy;			/* waits for room: -EAGAIN, -ENOBUFS */
	uint64_t beat_ns;		/* when the next empty packet is due */
	uint64_t linger_end_ns;
	uint64_t due_ns;		/* of the message at hand */
	uint32_t message_len;		/* 0: none at hand */
	bool source_ended;
	int source_error;		/* why it ended early, or 0 */
	uint8_t message[BINARYFILE_MAX];
};

/*
 * Runs the session to its end, or until SIGINT or SIGTERM.
 * Return: 0 or negative errno; the reason is on stderr then.
 */
int replay_run(struct replay *r);

#endif
