/* SPDX-License-Identifier: GPL-2.0 */
/*
 * timing - wire to wire, by the trigger's sequence number in the ClOrdID
 *
 * An order that market data triggered carries 'T' and 13 decimal digits: the
 * MoldUDP64 sequence number of the message that triggered it.  The clock runs
 * from right before the system call that sent that message's datagram until
 * the order's datagram reaches this host.  Both ends are CLOCK_REALTIME,
 * because that is the clock the kernel stamps arriving datagrams with; so the
 * simulator's own loop does not count.
 */
#ifndef HT_SIM_TIMING_H
#define HT_SIM_TIMING_H

#include <stdint.h>

#include "histogram.h"
#include "ouch50.h"

/* Datagrams remembered: a second at over 100,000 of them. */
enum { TIMING_RING = 1 << 17 };

struct timing_sent {
	uint64_t seq;			/* of its first message */
	uint64_t ns;			/* CLOCK_REALTIME */
	uint32_t count;
};

struct timing {
	struct timing_sent *ring;
	uint64_t sent;			/* datagrams noted, ever */
	struct ht_histogram latency;
	uint64_t unmarked;		/* orders that name no message */
	uint64_t unknown;		/* of a message not sent, or long ago */
	uint64_t early;			/* came before the message they name */
};

/* Return: 0 or -ENOMEM. */
int timing_init(struct timing *t);
void timing_free(struct timing *t);

/* Notes a datagram; to be called in the order of sequence numbers. */
void timing_sent(struct timing *t, uint64_t seq, uint32_t count, uint64_t ns);

/* Notes an order's arrival at ns (CLOCK_REALTIME). */
void timing_order(struct timing *t, const char clordid[OUCH_CLORDID_LEN],
		  uint64_t ns);

#endif
