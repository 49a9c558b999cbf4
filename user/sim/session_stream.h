/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session_stream - a client's bytes on TCP, cut into SoupBinTCP packets
 *
 * No socket in here.  What is read at once is chosen so that a stamp of the
 * kernel's belongs to one order: from the beginning of a packet on not more
 * than the shortest Enter Order takes, and then to the packet's end.  So an
 * Enter Order ends where the read ends, and the stamp of the read, which is
 * that of its newest bytes, is not that of a later order.
 */
#ifndef HT_SIM_SESSION_STREAM_H
#define HT_SIM_SESSION_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "ouch50.h"
#include "soupbin.h"

enum {
	SESSION_MESSAGE_MAX = 2048,	/* bytes, a long appendage included */
	SESSION_PACKET_MAX = sizeof(struct soup_header) + SESSION_MESSAGE_MAX,
	SESSION_READ = sizeof(struct soup_header) + sizeof(struct ouch_enter),
};

/* Valid until bytes go in again. */
struct session_packet {
	char type;			/* enum soup_type */
	const uint8_t *payload;		/* NULL: too long, it is skipped */
	uint32_t len;			/* bytes of payload */
};

struct session_stream {
	uint32_t begin;			/* what came and was not taken is */
	uint32_t end;			/* [begin, end) */
	uint32_t skip;			/* bytes to come that nobody wants */
	uint8_t bytes[SESSION_PACKET_MAX];
};

/*
 * Where the next bytes go, and how many may be read at most; never none, when
 * all packets were taken.  Then session_stream_filled() says how many came.
 */
uint8_t *session_stream_room(struct session_stream *s, size_t *len);
void session_stream_filled(struct session_stream *s, size_t len);

/*
 * Takes the next packet that is whole, or too long.
 * Return: 1, 0 when more bytes are needed, or -EBADMSG: a length of 0, after
 * which nobody knows where a packet begins.
 */
int session_stream_next(struct session_stream *s, struct session_packet *p);

#endif
