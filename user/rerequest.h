/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rerequest - asks MoldUDP64 re-request servers for messages that were missed
 *
 * A request is a Mold header; the reply is one packet or several of the feed's
 * own form, sent to the address that asked.  It may hold fewer messages than
 * were asked for, and there is no refusal: who gets nothing asks again.  When
 * and whom, and what was received, is the caller's business; here are the
 * socket and the question whether a reply is one.
 *
 * Whoever knows our port can send to it.  So a datagram is taken only from a
 * server's address and port, whole, of the session asked for, and when it
 * brings something that was asked for.  All others are counted by reason.
 */
#ifndef HT_REREQUEST_H
#define HT_REREQUEST_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "moldudp64.h"

enum {
	REREQUEST_SERVERS = 4,
	REREQUEST_BATCH = 8,		/* datagrams taken in one call */
	REREQUEST_DATAGRAM = 65536,	/* bytes; no IPv4 datagram is longer */
	REREQUEST_MOST = MOLD_END_OF_SESSION - 1, /* messages a request */
};

struct rerequest_server {
	struct sockaddr_in address;
	int error;		/* what the path said of it, as errno(3) has it
				 * (ECONNREFUSED: nobody listens there), since
				 * it was last heard; 0: nothing
				 */
	uint64_t asked;		/* requests sent */
	uint64_t answered;	/* packets from it that were taken */
	uint64_t errors;	/* times that the path said so */
};

struct rerequest {
	int fd;				/* poll it for POLLIN */
	struct rerequest_server server[REREQUEST_SERVERS];
	int servers;
	int current;			/* the one to be asked */
	char session[MOLD_SESSION_LEN];
	uint64_t from;			/* outstanding: asked for, and not */
	uint64_t to;			/* settled, is [from, to) */
	uint8_t *data;			/* a batch of datagrams */
	uint64_t unsent;		/* requests that did not leave */
	/* datagrams dropped */
	uint64_t foreign_sender;
	uint64_t malformed;		/* not whole, or numbers impossible */
	uint64_t other_session;
	uint64_t empty;			/* heartbeat or end of session */
	uint64_t not_asked;		/* nothing outstanding in it; */
	uint64_t late;			/* of those: settled by now, as what a
					 * second copy or a slow server brings
					 */
};

/*
 * Takes a packet of len bytes that is whole and brings what was asked for, and
 * maybe more.  It may ask for more, and settle.
 * Return: 0 or an error that ends all.
 */
struct rerequest_sink {
	int (*packet)(void *context, const uint8_t *payload, size_t len);
	void *context;
};

/*
 * Opens one socket at source (0: any) for `count` servers, the first being the
 * one to be asked first.  Return: 0, -EINVAL for none or more than
 * REREQUEST_SERVERS, or another negative errno.
 */
int rerequest_open(struct rerequest *r, const struct sockaddr_in *servers,
		   int count, __be32 source);
void rerequest_close(struct rerequest *r);

/*
 * Asks the current server for the messages [seq, seq + count), at most
 * REREQUEST_MOST of them, which are outstanding from now on, beside those that
 * were (and all between).  Another session than before: they alone are.
 * Return: 0, also when the network would not have it (unsent, error), -EINVAL
 * for seq 0 or count 0, or negative errno.
 */
int rerequest_ask(struct rerequest *r, const char session[MOLD_SESSION_LEN],
		  uint64_t seq, uint64_t count);

/* Nothing below `next` is outstanding any more. */
void rerequest_settle(struct rerequest *r, uint64_t next);

/* Asks the next one from now on.  Return: is it the first one again? */
bool rerequest_next_server(struct rerequest *r);

/*
 * Takes what has arrived, at most REREQUEST_BATCH datagrams; poll tells of the
 * rest.  Return: how many, or the sink's error, or negative errno.
 */
int rerequest_receive(struct rerequest *r, const struct rerequest_sink *sink);

#endif
