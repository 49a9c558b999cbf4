/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pacing - when each message is due
 *
 * Every due time is an absolute CLOCK_MONOTONIC deadline counted from the
 * start, so a late packet does not delay those after it.
 */
#ifndef HT_SIM_PACING_H
#define HT_SIM_PACING_H

#include <stdint.h>

enum { PACING_SPEED_ONE = 10000 };	/* as fast as it was */

enum pacing_mode {
	PACE_SPEED,			/* the session's timestamps, scaled */
	PACE_RATE,			/* messages a second */
	PACE_FLAT_OUT,
};

struct pacing {
	enum pacing_mode mode;
	uint64_t speed;			/* of PACING_SPEED_ONE */
	uint64_t rate;
	uint64_t max_gap_ns;		/* longest idle time kept, real time */
	uint64_t start_ns;
	uint64_t due_ns;		/* of the last message, after start */
	uint64_t timestamp;		/* of the last message */
	uint64_t messages;
};

void pacing_start(struct pacing *p, uint64_t now_ns);

/*
 * Takes the session's next message of len bytes.
 * Return: its deadline, ns on CLOCK_MONOTONIC.
 */
uint64_t pacing_due(struct pacing *p, const uint8_t *message, uint32_t len);

#endif
