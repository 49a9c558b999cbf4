/* SPDX-License-Identifier: GPL-2.0 */
/*
 * delegate - the order session's bytes: hot orders beside the kernel's TCP
 *
 * The kernel's TCP owns the connection.  A hot order leaves as a segment built
 * beforehand, through AF_XDP, where TCP would have put it; then TCP adopts the
 * bytes (TCP_REPAIR) as if it had sent them: it waits for their ACK and sends
 * them again if they are lost.
 *
 *	decision    patch, TX ring, kick                        -> wire
 *	then        adopt, look at TCP's windows, hand in the ACK that came
 *		    before TCP knew the bytes (kern/session)
 *
 * That way is open only while TCP itself would send at once: all it has was
 * sent, the peer's window and the congestion window have room, nothing is lost.
 * Else the order leaves by send(), and is counted by the reason.
 *
 * An order that was adopted is TCP's: frames that a link which is down leaves
 * in the TX ring are duplicates of it, harmless while the connection is there.
 *
 * Nobody else may write to the socket.  Needs CAP_NET_ADMIN (TCP_REPAIR) all
 * the time, and CAP_NET_RAW to open.
 *
 *	delegate_open.c	what must be known of a connection before
 *	delegate.c	the rest
 */
#ifndef HT_DELEGATE_H
#define HT_DELEGATE_H

#include <netinet/in.h>
#include <stdbool.h>

#include "repair.h"
#include "segment.h"
#include "session.map.h"
#include "xsk.h"

/* Why an order left by send().  X(id, member, words) */
#define DELEGATE_REASONS(X)						\
	X(UNABLE,	unable,		"this connection cannot be shared") \
	X(ASKED,	asked,		"the caller asked for it")	\
	X(PATH,		path,		"link, route or neighbour changed") \
	X(UNSEEN,	unseen,		"XDP has not seen the peer yet") \
	X(HELD,		held,		"the socket has not taken all before") \
	X(UNSENT,	unsent,		"TCP has not sent all before")	\
	X(RECOVERY,	recovery,	"TCP recovers from a loss")	\
	X(WINDOW,	window,		"the peer's window is full")	\
	X(CONGESTION,	congestion,	"the congestion window is full") \
	X(BUFFER,	buffer,		"too much to adopt is on its way") \
	X(RING,		ring,		"the TX ring waits for the kernel") \
	X(FRAMES,	frames,		"no frame is idle")		\
	X(KICK,		kick,		"the kernel did not take the frame") \
	X(LATE,		late,		"the frame may have left too late")

enum delegate_reason {
	DELEGATE_NONE,		/* none: it leaves as a frame */
#define X(id, member, words) DELEGATE_##id,
	DELEGATE_REASONS(X)
#undef X
	DELEGATE_REASON_COUNT
};

struct delegate_counters {
	uint64_t delegated;	/* orders that left as frames */
	uint64_t plain[DELEGATE_REASON_COUNT];	/* orders by send() */
	uint64_t refused;	/* orders that a full socket did not take, or
				 * a way that is cut
				 */
	uint64_t handed_in;	/* early ACKs given back to TCP */
	uint64_t acks;		/* sent by us, see delegate_received() */
};

enum {
	DELEGATE_WORDS = 128,
	DELEGATE_HELD_MAX = 1024,
	DELEGATE_SEND_BUFFER = 2 << 20,	/* bytes; the kernel doubles them */
};

struct delegate {
	int fd;			/* the caller's */
	int hand;		/* raw socket by which ACKs are handed in */
	struct xsk *xsk;	/* the caller's */
	struct ht_session *session;
	struct sockaddr_in local;
	struct sockaddr_in peer;
	struct ht_tcp_path path;
	struct segment_form form;
	bool able;
	char why[DELEGATE_WORDS];	/* not able */
	bool asked;		/* the caller: all by send() */
	bool blocked;		/* the caller: no frame reaches the peer */
	bool cut;		/* ... nor does TCP: an order would wait, and
				 * leave too late; none is sent
				 */
	uint32_t written;	/* sequence behind what the socket took */
	uint32_t ack;		/* ... behind what was read */
	uint32_t ack_due;	/* ... that TCP's own ACK may not have said */
	bool ack_is_due;
	uint32_t window;	/* that TCP told the peer of last, bytes */
	uint32_t scale;
	uint32_t ts_offset;	/* of our timestamps to CLOCK_MONOTONIC's ms */
	uint32_t handed;	/* the early ACK that was given back last */
	uint64_t last_ns;	/* of the last order or plain bytes */
	uint64_t left_ns;	/* of the last order: when the system call that
				 * put it on the wire was over
				 */
	struct repair_state tcp;	/* at the last look */
	uint8_t spare[SEGMENT_MAX];	/* an order that leaves by send() */
	uint32_t held_len;	/* not taken by the socket yet */
	uint8_t held[DELEGATE_HELD_MAX];
	struct delegate_counters n;
};

struct delegate_options {
	int fd;			/* connected */
	struct xsk *xsk;	/* all its frames become this session's */
	struct ht_session *session;	/* mapped, writable */
	uint8_t src_mac[6];
	uint8_t dst_mac[6];
	struct ouch_terms terms;
	uint32_t urn;		/* of the first order */
};

/*
 * Learns a connection and begins to share it.  One that cannot be shared
 * (d->able, d->why) is served by send().
 * Return: 0 or negative errno; then close it.
 */
int delegate_open(struct delegate *d, const struct delegate_options *options);

/* Lets go of it; the socket, and what it has to send, is still the caller's.
 * Frames that have not left by now never do.
 */
void delegate_close(struct delegate *d);

/*
 * Sends one order, whose UserRefNum is set here.  *reason: DELEGATE_NONE when
 * it left as a frame, else why not.
 * Return: 0; -EAGAIN when it was not sent, because the socket is full or the way
 * is cut; another negative errno when the connection is not to be trusted any
 * more.
 */
int delegate_send(struct delegate *d, struct ouch_order *order,
		  enum delegate_reason *reason);

/*
 * A number of the same row for an order that does not leave by
 * delegate_send(); and numbers from `floor` on, where they are below it.
 */
uint32_t delegate_number(struct delegate *d);
void delegate_number_floor(struct delegate *d, uint32_t floor);

/*
 * Other bytes of the session, a whole packet of at most DELEGATE_HELD_MAX:
 * login, heartbeat.  Return: as delegate_send().
 */
int delegate_plain(struct delegate *d, const void *bytes, uint32_t len);

/*
 * So many bytes were read from the socket.  Those that came between an order's
 * leaving and its adoption are acknowledged here: TCP's own ACK has a sequence
 * before the order, and a peer that has read the order drops it.
 */
void delegate_received(struct delegate *d, size_t len);

/*
 * To be called when the socket is readable or writable, and now and then: puts
 * into the socket what it did not take, looks at TCP, and hands in an ACK.
 * Return: 0 or negative errno: as delegate_send().
 */
int delegate_tend(struct delegate *d);

/* Why the next order would leave by send(); DELEGATE_NONE: it would not. */
enum delegate_reason delegate_obstacle(struct delegate *d);

/* The peer's neighbour has another MAC. */
void delegate_redirect(struct delegate *d, const uint8_t mac[6]);

const char *delegate_words(enum delegate_reason reason);

#endif
