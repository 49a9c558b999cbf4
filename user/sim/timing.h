/* SPDX-License-Identifier: GPL-2.0 */
/*
 * timing - wire to wire, by the trigger's sequence number in the ClOrdID
 *
 * An order that market data triggered carries 'T' and 13 decimal digits: the
 * MoldUDP64 sequence number of the message that triggered it.  The clock runs
 * from right before the system call that sent the first datagram with that
 * message, on whichever line, until the order's segment reaches this host.
 * Both ends are CLOCK_REALTIME, because that is the clock the kernel stamps
 * what arrives with; so the simulator's own loop does not count.
 */
#ifndef HT_SIM_TIMING_H
#define HT_SIM_TIMING_H

#include <stdbool.h>
#include <stdint.h>

#include "histogram.h"
#include "ouch50.h"

/* Messages remembered: a second at a million of them. */
enum { TIMING_RING = 1 << 20 };

struct timing {
	uint64_t *ring;			/* when sent, CLOCK_REALTIME; 0: not */
	uint64_t next;			/* above every message noted */
	struct ht_histogram latency;
	uint64_t unmarked;		/* orders that name no message */
	uint64_t unknown;		/* of a message not sent, or long ago */
	uint64_t early;			/* came before the message they name */
};

/* Return: 0 or -ENOMEM. */
int timing_init(struct timing *t);
void timing_free(struct timing *t);

/* Sequence numbers begin again. */
void timing_restart(struct timing *t);

/* Notes a datagram that was sent; the first one with a message counts. */
void timing_sent(struct timing *t, uint64_t seq, uint32_t count, uint64_t ns);

/* The message that an order names.  Return: false when it names none. */
bool timing_sequence(const char clordid[OUCH_CLORDID_LEN], uint64_t *seq);

/* Notes an order's arrival at ns (CLOCK_REALTIME). */
void timing_order(struct timing *t, const char clordid[OUCH_CLORDID_LEN],
		  uint64_t ns);

#endif
