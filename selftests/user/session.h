/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session - a day in memory, and files of it: BinaryFILE, and captures whose
 * lines lose, split and delay as the test says
 */
#ifndef SESSION_H
#define SESSION_H

#include <zlib.h>

#include "compose.h"

enum {
	SESSION_MESSAGES = 9000,
	SESSION_SYMBOLS = 5,	/* AAA to EEE, locates 1 to 5 */
};

/* ITCH time of message i (from 1): one a millisecond, from 09:30 on. */
#define SESSION_START	34200000000000ull
#define SESSION_STEP	1000000ull

struct session {
	struct msg message[SESSION_MESSAGES];
};

/* Message `quiet` and the nine behind it change nothing that is kept. */
void session_make(struct session *s, uint32_t quiet);

/* Writes the first `count` messages.  Compressed when path ends in .gz. */
void session_write(const struct session *s, const char *path, uint32_t count);

/* A capture being written; line 0 is group 233.54.12.111, line 1 is
 * 233.49.196.111, both on port 26477.
 */
gzFile capture_create(const char *path);
void capture_frame(gzFile out, int line, const struct packet *p);

/* Messages [seq, seq + count) as one packet; count may be 0: a heartbeat. */
void session_packet(const struct session *s, struct packet *p, uint32_t seq,
		    uint32_t count);

#endif
