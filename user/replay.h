/* SPDX-License-Identifier: GPL-2.0 */
/*
 * replay - history through the very program that trades
 *
 * Messages are framed as the exchange would send them and driven through the
 * loaded program by BPF_PROG_TEST_RUN.
 */
#ifndef HT_REPLAY_H
#define HT_REPLAY_H

#include <stdint.h>
#include <stdio.h>

#include "inject.h"
#include "instance.h"
#include "moldudp64.h"

enum { REPLAY_MTU = 1500 };	/* filled as the exchange does */

struct replay {
	struct instance *in;
	struct inject inject;
	char session[MOLD_SESSION_LEN];
	uint32_t len;		/* bytes of MoldUDP64 payload in the frame */
	uint32_t count;		/* messages in it */
	uint64_t seq;		/* of the first of them */
	uint64_t messages;
	uint64_t holes;		/* in a capture, stepped over */
	uint64_t missing;	/* messages in them */
	uint64_t renumbered;	/* packets of a capture without a sequence */
};

/* Starts a session, at sequence 1, for the loaded program. */
void replay_init(struct replay *r, struct instance *in, int prog_fd,
		 const char *session);

/*
 * Adds a message; sends the packet before it when it would not fit.
 * Return: 0 or negative errno; -EMSGSIZE when it fits no datagram, -EBADMSG
 * when the program called the feed BAD.
 */
int replay_message(struct replay *r, const uint8_t *message, uint32_t length);

/* Sends what is waiting.  Return: as above. */
int replay_flush(struct replay *r);

/*
 * Sends a captured MoldUDP64 payload.  A hole before it is stepped over and
 * counted: a capture has no re-request server.  Sequence 0, which no exchange
 * sends, is a published capture made anonymous: it gets the next number.
 * Another session than before is -EBADMSG.  Return: as above.
 */
int replay_packet(struct replay *r, const uint8_t *payload, uint32_t len);

/* What history is called, and the line that it comes on. */
extern const char replay_session[MOLD_SESSION_LEN + 1];
extern const struct ht_line replay_line;

#endif
