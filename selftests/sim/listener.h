/* SPDX-License-Identifier: GPL-2.0 */
/*
 * listener - a feed of the simulator into sockets of the test, and a reading of
 * MoldUDP64 that is not the simulator's
 *
 * Message n is a question mark, which is no type of ITCH, n in eight bytes and
 * 0 to 30 bytes behind, all of them n * 7: it tells which one it should be.
 */
#ifndef HT_SELFTESTS_SIM_LISTENER_H
#define HT_SELFTESTS_SIM_LISTENER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/sim/feed.h"

enum { NOW = 1000000 };		/* the time that tests begin at, ns */

/* A UDP socket on 127.0.0.1 of the test's own. */
struct listener {
	int fd;
	struct sockaddr_in address;
};

/* What a datagram says; it must be a MoldUDP64 packet without a fault. */
struct heard {
	char session[11];
	uint64_t seq;
	uint32_t count;		/* 0xffff: end of session */
	uint32_t len;		/* bytes of the datagram */
	uint8_t bytes[65536];
};

void listener_open(struct listener *l);
void listener_close(struct listener *l);

/* The next datagram as it is.  Return: its length, -1 when there is none. */
long listener_raw(struct listener *l, uint8_t bytes[65536]);

/* The next datagram.  Return: false when there is none. */
bool listener_next(struct listener *l, struct heard *h);

/* Return: the length of message n. */
uint32_t message_make(uint64_t n, uint8_t message[64]);
/* Each message must be the one of its sequence number. */
void expect_messages(const struct heard *h);

/* A feed of one line or two into listeners, of the options given. */
struct studio {
	struct listener a, b;
	struct feed feed;
	struct book book;
	struct timing timing;
	uint64_t now;
};

/* Groups in the options are replaced; line B is there if its payload is. */
void studio_open(struct studio *s, struct feed_options *o);
void studio_close(struct studio *s);

/* Publishes messages up to last, each with what is due by now. */
void studio_publish(struct studio *s, uint64_t last);
/* ... and ends what is being framed or held back. */
void studio_flush(struct studio *s);

#endif
