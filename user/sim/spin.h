/* SPDX-License-Identifier: GPL-2.0 */
/*
 * spin - one snapshot to one client, after its login ("spin" is GLIMPSE's word)
 *
 * Runs in a process of its own, a copy of the exchange as it was at the login:
 * so the feed waits for no reader, however slow, and needs no copy of the book.
 * What the feed does wait for is fork(), which copies page tables: some 10 ms
 * with a million orders.
 */
#ifndef HT_SIM_SPIN_H
#define HT_SIM_SPIN_H

#include <stdbool.h>
#include <stdint.h>

#include "feed.h"

struct glimpse_faults {
	bool dead;			/* accepts, and says nothing */
	bool cut;			/* odd snapshots end in the middle */
	bool lies;			/* odd snapshots are wrong somewhere */
	uint64_t delay_ns;		/* from the login to the snapshot */
};

/* How it ended: the process's exit status. */
enum spin_end {
	SPIN_SERVED,			/* whole, also if with a lie in it */
	SPIN_CUT,			/* by a fault */
	SPIN_DROPPED,			/* the client left, or was silent */
};

/* Heartbeats come and go once a second; silence this long ends it. */
#define SPIN_BEAT_NS	(1000 * UINT64_C(1000000))
#define SPIN_SILENCE_NS	(15 * SPIN_BEAT_NS)

/*
 * Sends the snapshot with this number, from 0 on, over the non-blocking socket
 * fd: login accepted, the snapshot, end of session; then waits for the client
 * to close.  told (may be NULL) learns when all of it is about to leave.
 */
enum spin_end spin(int fd, const struct feed *feed, uint64_t number,
		   const struct glimpse_faults *faults,
		   struct disclosed_snapshot *told);

#endif
