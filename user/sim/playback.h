/* SPDX-License-Identifier: GPL-2.0 */
/*
 * playback - the simulator's loop: the session goes out when it is due, orders
 * and the servers' clients are served all the while
 */
#ifndef HT_SIM_PLAYBACK_H
#define HT_SIM_PLAYBACK_H

#include <stdbool.h>
#include <stdint.h>

#include "entry.h"
#include "feed.h"
#include "glimpse.h"
#include "pacing.h"
#include "rerequest.h"
#include "sim.h"

enum playback_phase {
	PLAYBACK_WAITING,		/* heartbeats until told to start */
	PLAYBACK_SENDING,
	PLAYBACK_LINGERING,		/* after the end; orders still served */
	PLAYBACK_ENDING,		/* order sessions, too */
	PLAYBACK_DONE,
};

struct playback {
	/* set before playback_run() */
	const char *name;		/* of the source, for messages */
	struct source *source;
	/* opens the source again, at its first message */
	int (*rewind)(void *context);
	void *context;
	struct feed *feed;
	struct pacing *pacing;
	struct order_entry *entry;
	struct rerequest *rerequest;	/* as many as there are */
	uint32_t rerequests;
	struct glimpse *glimpse;	/* NULL: there is none */
	uint64_t linger_ns;
	uint64_t restart_after;		/* messages; 0: one session only */
	bool wait_for_start;		/* for stdin's line or end, SIGUSR1 */

	/* to be read after it */
	bool interrupted;
	uint64_t first_ns;		/* CLOCK_MONOTONIC of the first and */
	uint64_t last_ns;		/* of the last packet with messages */

	/* its own */
	enum playback_phase phase;
	uint64_t beat_ns;		/* when the next empty packet is due */
	uint64_t linger_end_ns;
	uint64_t ending_end_ns;
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
int playback_run(struct playback *pb);

#endif
