/* SPDX-License-Identifier: GPL-2.0 */
/*
 * repair - the kernel's TCP, asked and told what only a restart of a process
 * on another machine would ask and tell (TCP_REPAIR, by CRIU)
 *
 * Sequences are in host order.  Needs CAP_NET_ADMIN.
 */
#ifndef HT_REPAIR_H
#define HT_REPAIR_H

#include <stdbool.h>
#include <stdint.h>

/* A connection as it is. */
struct repair_facts {
	uint32_t written;	/* sequence behind what the socket took */
	uint32_t una;		/* ... behind what the peer acknowledged */
	uint32_t read;		/* ... behind what was read from the socket */
	uint32_t peer_window;	/* bytes from una */
	uint32_t own_window;	/* bytes that we told the peer of last */
	uint32_t peer_scale;	/* shift of the peer's windows */
	uint32_t own_scale;
	uint32_t ts_offset;	/* of our timestamps to CLOCK_MONOTONIC's ms */
	bool timestamps;
	bool sack;
	bool ts_in_us;		/* a route with tcp_usec_ts: not known to us */
};

/* What TCP is doing. */
struct repair_state {
	uint32_t cwnd;		/* segments */
	uint32_t in_flight;	/* segments */
	uint32_t unacked;	/* segments */
	uint32_t rto_us;
	uint32_t retransmits;	/* all so far */
	uint32_t own_window;	/* that we told the peer of last; adoption */
	bool unsent;		/* it has bytes that it has not sent */
	bool recovering;
};

/* Return: 0, -EPERM without CAP_NET_ADMIN, -EBUSY when the peer never stops
 * sending, or another negative errno.
 */
int repair_learn(int fd, struct repair_facts *facts);

int repair_look(int fd, struct repair_state *state);

/*
 * Tells TCP that it has sent these bytes, which are the next ones of the
 * stream; all before them it must have sent.
 * Return: 0; after a negative errno it is not known what TCP knows.
 */
int repair_adopt(int fd, const void *bytes, uint32_t len,
		 struct repair_state *state);

#endif
