/* SPDX-License-Identifier: GPL-2.0 */
/*
 * line - one line of the feed: its framing, its faults, its socket
 *
 * A line counts the messages of a packet as they come.  A packet that ends
 * waits in a queue until it is due and until the kernel took it; its bytes are
 * built from the store only then.  So nothing is lost here but by a fault.
 */
#ifndef HT_SIM_LINE_H
#define HT_SIM_LINE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "faults.h"
#include "moldudp64.h"
#include "store.h"

enum {
	LINE_PACKET_MAX = 65507,		/* a UDP datagram's payload */
	LINE_COUNT_MAX = MOLD_END_OF_SESSION - 1,
};

struct line_options {
	struct sockaddr_in group;	/* port 0: there is no such line */
	struct in_addr interface;	/* source address */
	uint32_t payload;		/* bytes of a datagram, at most */
	uint32_t per_packet;		/* messages, at most */
	uint64_t skew_ns;		/* leaves so much later */
};

/* Packets with messages, unless said otherwise. */
struct line_counts {
	uint64_t packets;		/* sent, duplicates included */
	uint64_t bytes;			/* of their payload */
	uint64_t heartbeats;		/* sent */
	uint64_t ends;			/* end of session, sent */
	uint64_t lost;			/* by chance */
	uint64_t lost_burst;
	uint64_t lost_dead;
	uint64_t empties_lost;		/* heartbeats, ends: by any fault */
	uint64_t duplicated;
	uint64_t reordered;
	uint64_t busy;			/* the kernel had no room: sent again */
};

/* A packet that was framed; the messages are in the store. */
struct line_packet {
	uint64_t seq;
	uint64_t due_ns;		/* CLOCK_MONOTONIC */
	uint16_t count;			/* as on the wire */
	uint16_t fate;			/* enum fate */
};

struct line_held {
	struct line_packet packet;
	uint32_t behind;		/* packets still to pass it; 0: free */
};

struct line {
	struct line_options options;
	struct faults faults;
	struct line_counts counts;
	int fd;
	int busy;			/* waits for room: -EAGAIN, -ENOBUFS */
	uint64_t seq;			/* of the first message being framed */
	uint32_t count;			/* messages being framed */
	uint32_t len;			/* bytes so far, header included */
	struct line_packet *queue;	/* a ring; room is a power of two */
	uint64_t room, head, tail;
	struct line_held held[FAULT_HOLD_MAX];
	uint64_t sent_ns;		/* before the last send, real time */
	uint8_t bytes[LINE_PACKET_MAX];	/* of the last packet built */
};

/*
 * Opens the socket: TTL 1, not looped back, never fragmented.
 * Return: 0, or negative errno with nothing to close.
 */
int line_open(struct line *l, const struct line_options *o,
	      const struct faults *faults);
void line_close(struct line *l);

/* Begins a session anew: nothing framed, nothing queued, nothing counted. */
void line_restart(struct line *l);

/* Whether a packet of the line can hold a message of len bytes. */
bool line_fits(const struct line *l, uint32_t len);

/*
 * Frames the session's next message, of len bytes.  now is CLOCK_MONOTONIC.
 * Return: 0 or -ENOMEM.
 */
int line_add(struct line *l, uint32_t len, uint64_t now);

/* Ends the packet that is being framed, if any.  Return: 0 or -ENOMEM. */
int line_flush(struct line *l, uint64_t now);

/* Nothing follows soon: what a fault holds back goes out.  Return: as above. */
int line_release(struct line *l, uint64_t now);

/* Queues MOLD_HEARTBEAT or MOLD_END_OF_SESSION.  Return: 0 or -ENOMEM. */
int line_empty(struct line *l, uint16_t count, uint64_t now);

/* When the first packet in the queue is due; UINT64_MAX: there is none. */
uint64_t line_due(const struct line *l);

/*
 * Sends the first packet of the queue, unless its fate is another, and takes
 * it off; session_ns is the time since the session's first message.
 * Return: 0 with *sent and its fate, -EAGAIN or -ENOBUFS when the kernel has no
 * room now, or another negative errno.
 */
int line_send(struct line *l, const char session[MOLD_SESSION_LEN],
	      const struct store *store, uint64_t session_ns,
	      struct line_packet *sent);

/* Sends an end of session behind seq - 1, past the queue and all faults. */
void line_send_end(struct line *l, const char session[MOLD_SESSION_LEN],
		   uint64_t seq);

/* The lowest sequence number that the line may still need. */
uint64_t line_floor(const struct line *l);

#endif
