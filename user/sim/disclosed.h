/* SPDX-License-Identifier: GPL-2.0 */
/*
 * disclosed - which messages anybody outside can know, and since when
 *
 * A message is disclosed when it leaves on a line, in a re-request reply, or
 * before the end of a snapshot; what a fault took was not.  An order that
 * market data triggered names its message: it is founded when all messages of
 * the session up to that one had been disclosed before it arrived.  One that is
 * not was sent by an engine with a hole in its book, whatever that says of
 * itself.
 *
 * All times are CLOCK_REALTIME, from before the system call that disclosed to
 * the kernel's stamp on the order.
 */
#ifndef HT_SIM_DISCLOSED_H
#define HT_SIM_DISCLOSED_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "ouch50.h"

enum {
	/* Messages behind the first one that is missing; what is further away
	 * counts as never disclosed.
	 */
	DISCLOSED_RING = 1 << 22,
	DISCLOSED_SNAPSHOTS = 16,	/* at a time */
};

/* Orders of the session before may be under way for so long. */
#define DISCLOSED_GRACE_NS	(100 * NS_PER_MS)

/* Written by the process that sends the snapshot. */
struct disclosed_snapshot {
	uint64_t before;		/* all messages before this one */
	uint64_t ns;			/* 0: not all of it yet */
};

struct disclosed {
	uint64_t *ring;			/* below next: when all up to it were;
					 * from there on: when it was; 0: not
					 */
	uint64_t next;			/* the first that is missing */
	uint64_t head;			/* above all that are not */
	uint64_t next_before;		/* of the session before, */
	uint64_t restart_ns;		/* and when it was over */
	uint64_t unfounded;		/* orders */
	struct disclosed_snapshot *snapshot;	/* shared with processes */
};

/* Return: 0 or -ENOMEM. */
int disclosed_init(struct disclosed *d);
void disclosed_free(struct disclosed *d);

/* Sequence numbers begin again. */
void disclosed_restart(struct disclosed *d, uint64_t ns);

/* Notes a datagram with count messages from seq on. */
void disclosed_sent(struct disclosed *d, uint64_t seq, uint32_t count,
		    uint64_t ns);

/* The place that a new snapshot is to be told in, from 0 on. */
struct disclosed_snapshot *disclosed_snapshot_begin(struct disclosed *d,
						    uint32_t place);

/* In that process: all before this message is about to be told. */
void disclosed_snapshot_end(struct disclosed_snapshot *s, uint64_t before,
			    uint64_t ns);

/*
 * Judges an order that arrived at ns, and counts it if it is unfounded.
 * Return: whether it is founded; one that names no message is.
 */
bool disclosed_order(struct disclosed *d, const char clordid[OUCH_CLORDID_LEN],
		     uint64_t ns);

#endif
