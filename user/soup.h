/* SPDX-License-Identifier: GPL-2.0 */
/*
 * soup - the client's side of a SoupBinTCP 3.00 session: bytes and packets
 *
 * No socket and no clock in here.  Bytes go in as they come off the stream, in
 * whatever pieces, and packets come out one by one; the caller sends what is
 * built and says what the time is.
 *
 * What breaks the protocol ends the session with words for it: after a length
 * that is wrong nobody knows where the next packet begins.  Packet types that
 * are not known, or not a server's, are counted and skipped.
 */
#ifndef HT_SOUP_H
#define HT_SOUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "soupbin.h"

enum {
	SOUP_PACKET_MAX = SOUP_LENGTH_LEN + 65535,
	SOUP_WORDS = 128,
	SOUP_TIMEOUT_MAX = 99999,	/* ms */
};

/* NULL is the same as "".  At most as many characters as the login has. */
struct soup_credentials {
	const char *user;
	const char *password;
	const char *session;		/* "": the current one */
	uint64_t seq;			/* wanted next; 1: from the start */
};

enum soup_state {
	SOUP_LOGGING_IN,
	SOUP_OPEN,			/* logged in */
	SOUP_REJECTED,
	SOUP_ENDED,			/* the server said End of Session */
};

/* Nanoseconds, with which a test may be impatient. */
struct soup_limits {
	uint64_t heartbeat_ns;		/* of our silence, until we beat */
	uint64_t silence_ns;		/* of the server's, until we give up */
};

/* Valid until bytes go in again. */
struct soup_packet {
	char type;			/* enum soup_type */
	const uint8_t *payload;
	size_t len;			/* bytes of payload */
};

struct soup {
	enum soup_state state;
	uint64_t next_seq;		/* of the next sequenced packet */
	char session[SOUP_SESSION_LEN + 1]; /* logged in to, not padded */
	char words[SOUP_WORDS];		/* why it was rejected or broke */
	uint64_t packets;		/* all that came, whatever they were */
	uint64_t heartbeats;
	uint64_t debugs;
	uint64_t unknown;		/* packets of other types, skipped */
	uint64_t bytes;			/* of all whole packets */
	size_t begin;			/* what is in the buffer and not */
	size_t end;			/* taken is [begin, end) */
	uint8_t buffer[SOUP_PACKET_MAX];
};

void soup_init(struct soup *s);

/*
 * Where the next bytes of the stream go, and for how many there is room; never
 * none, when all packets were taken.  Then soup_filled() says how many came.
 */
uint8_t *soup_room(struct soup *s, size_t *len);
void soup_filled(struct soup *s, size_t len);

/*
 * Takes the next packet that is whole: an answer to the login, a message, a
 * heartbeat, a debug text or the end of the session.  `state` follows them.
 * Return: 1, 0 when more bytes are needed, or -EBADMSG (words).
 */
int soup_next(struct soup *s, struct soup_packet *p);

/* Return: 0, or -EINVAL for text that is too long or not printable. */
int soup_login(struct soup_login_request *out,
	       const struct soup_credentials *credentials);

/* The same of SoupBinTCP 4.1: the server is to wait so long for a heartbeat of
 * ours, at most SOUP_TIMEOUT_MAX.
 */
int soup_login_41(struct soup_login_request_41 *out,
		  const struct soup_credentials *credentials,
		  uint32_t timeout_ms);

/* The head of a packet with `len` bytes of payload behind it; 0 for Logout and
 * Client Heartbeat.  Return: bytes of the whole packet, 0: it is too long.
 */
size_t soup_head(struct soup_header *out, enum soup_type type, size_t len);

/*
 * Reads ASCII digits, padded with spaces on either side.
 * Return: 0, or -EBADMSG for anything else and for what 64 bits do not hold.
 */
int soup_number(const char *text, size_t len, uint64_t *number);

/* The protocol's own limits: SOUP_HEARTBEAT_S, SOUP_SILENCE_S. */
struct soup_limits soup_limits_default(void);

#endif
