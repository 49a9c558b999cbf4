/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rerequest - a MoldUDP64 re-request server
 *
 * A request is a MoldUDP64 header: session, first sequence number, count.  The
 * reply goes to whoever asked: an ordinary packet with as many whole messages
 * as fit, from the one asked for on; for the rest the client asks again.  What
 * cannot be answered is not.
 */
#ifndef HT_SIM_REREQUEST_H
#define HT_SIM_REREQUEST_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "feed.h"
#include "generate_random.h"

enum {
	REREQUEST_SERVERS = 2,
	REREQUEST_WAITING = 4096,	/* requests that a delay holds */
};

struct rerequest_faults {
	uint64_t seed;
	uint32_t loss;			/* chance, of FAULT_SURE */
	uint64_t delay_ns;
	bool dead;
	bool lies;
};

struct rerequest_counts {
	uint64_t requests;
	uint64_t answered;		/* rightly */
	uint64_t messages;		/* in those answers */
	uint64_t lied;			/* requests that lies answered */
	uint64_t lost;			/* by chance, or because it is dead */
	uint64_t not_there;		/* refused: nothing with that number */
	uint64_t other_session;		/* refused */
	uint64_t malformed;		/* refused: no header, or count 0 */
	uint64_t overrun;		/* over REREQUEST_WAITING */
	uint64_t replies_lost;		/* the kernel did not take them */
};

struct request {
	struct sockaddr_in from;
	struct mold_header head;	/* as it came */
	uint64_t due_ns;		/* of the reply, CLOCK_MONOTONIC */
};

struct rerequest {
	int fd;
	struct sockaddr_in address;	/* with the port the kernel chose */
	const struct feed *feed;
	struct rerequest_faults faults;
	struct rerequest_counts counts;
	struct dice dice;
	struct request *waiting;	/* a ring of REREQUEST_WAITING */
	uint64_t head, tail;
	uint64_t turn;			/* of a reply, when there are lies */
	uint8_t reply[LINE_PACKET_MAX];
};

/* Return: 0, or negative errno with nothing to close. */
int rerequest_open(struct rerequest *r, const struct sockaddr_in *address,
		   const struct rerequest_faults *faults,
		   const struct feed *feed);
void rerequest_close(struct rerequest *r);

/*
 * Takes the requests that have arrived, up to a bound, and sends the replies
 * that are due at now, CLOCK_MONOTONIC; never waits.
 * Return: 0 or negative errno.
 */
int rerequest_serve(struct rerequest *r, uint64_t now);

/* When the next reply is due; UINT64_MAX: none waits. */
uint64_t rerequest_due(const struct rerequest *r);

/*
 * Writes the right reply to a request of count messages from seq on.
 * Return: its length in bytes; 0 when there is nothing to send.
 */
uint32_t rerequest_reply(const struct feed *feed, uint64_t seq, uint32_t count,
			 uint8_t reply[LINE_PACKET_MAX]);

#endif
