/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lines - which packets of a capture are the feed's, and by which line
 *
 * A line is a destination, group and port.  Either they are named (--group),
 * or they are found: the first whole MoldUDP64 packet names the session, and
 * every destination to which a whole packet of that session goes is a line.
 */
#ifndef HT_LINES_H
#define HT_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"

enum { LINES_MOST = 8 };	/* A, B, and re-requests to a few addresses */

/* A datagram, and where it went to. */
struct line_packet {
	const uint8_t *payload;
	uint32_t len;		/* bytes; at least a MoldUDP64 header */
	const uint8_t *group;	/* four bytes */
	uint16_t port;
};

struct seen_line {
	uint8_t group[4];
	uint16_t port;
	uint64_t packets;
	uint64_t filled;	/* messages that it brought into a hole */
};

struct lines {
	struct seen_line line[LINES_MOST];
	int count;
	bool named;			/* no others than these */
	struct ht_line aside[LINES_MOST]; /* then: those there were, too */
	int aside_count;
	bool adopted;
	uint8_t session[10];
	uint64_t other_sessions;	/* packets of them */
	uint64_t left_out;		/* of ours, to a ninth destination */
	uint64_t others;		/* packets that are no MoldUDP64 */
};

/* Names the lines beforehand; count 0: they are found. */
void lines_init(struct lines *l, const struct ht_line *named, int count);

/* The packet's line, which counts it, or NULL when it is not the feed's. */
struct seen_line *lines_take(struct lines *l, const struct line_packet *p);

#endif
