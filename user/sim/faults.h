/* SPDX-License-Identifier: GPL-2.0 */
/*
 * faults - what becomes of a line's packets
 *
 * Decided packet by packet, when it is framed, by dice of their own for each
 * line: the same seed and the same framing, the same packets.  Packets without
 * messages, whose number depends on the clock, have dice of their own too.
 */
#ifndef HT_SIM_FAULTS_H
#define HT_SIM_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "generate_random.h"
#include "moldudp64.h"

enum {
	FAULT_LINES = 2,
	FAULT_SURE = 1000000,		/* chances are parts of this */
	FAULT_HOLD_MAX = 8,		/* packets that pass one held back */
};

/* A stretch of time, ns after the session's first message; length 0: none. */
struct fault_window {
	uint64_t from_ns;
	uint64_t for_ns;
};

struct fault_options {
	uint64_t seed;
	uint32_t loss[FAULT_LINES];	/* chances */
	uint32_t duplicate;
	uint32_t reorder;
	uint32_t burst;			/* packets lost in a row */
	uint32_t burst_every;		/* packets from one to the next */
	struct fault_window dead_both;
	struct fault_window dead[FAULT_LINES];
};

/* Where the first line stands in its bursts; the other one follows it. */
struct fault_burst {
	uint64_t packets;
	bool on;
};

struct faults {
	const struct fault_options *options;
	struct fault_burst *burst;
	int line;
	struct dice messages;
	struct dice empties;
};

/* Why a packet does not leave. */
enum fate { FATE_SENT, FATE_LOST, FATE_BURST, FATE_DEAD };

struct verdict {
	enum fate fate;			/* FATE_DEAD is the clock's */
	bool again;			/* sent twice */
	uint32_t hold;			/* goes out behind so many later ones */
};

void faults_init(struct faults *f, const struct fault_options *o,
		 struct fault_burst *burst, int line);

/*
 * The verdict on the line's next packet, with count as on the wire.  A burst is
 * over when the session is: its end is lost by chance only.
 */
struct verdict faults_judge(struct faults *f, uint16_t count);

/* Whether the line is dead, ns after the session's first message. */
bool faults_dead(const struct faults *f, uint64_t ns);

#endif
