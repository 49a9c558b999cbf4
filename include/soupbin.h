/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * soupbin - SoupBinTCP 3.00 logical packets
 *
 * Every packet is a big-endian u16 length (of what follows it), one type
 * character and a payload.  On TCP a segment may hold many packets, or a part
 * of one.  Each side sends something every second, a heartbeat when idle.
 *
 * Sequenced packets carry no number: both ends count them, the first one of a
 * session is 1.  Numbers in a login are ASCII digits, padded with spaces on
 * the left; a session name is padded there too.  User name and password are
 * padded on the right, and their case does not matter.
 */
#ifndef HT_SOUPBIN_H
#define HT_SOUPBIN_H

#include "abi.h"

struct soup_header {
	__be16 length;		/* 1 + payload */
	char type;
} HT_PACKED;
HT_ABI_SIZE(struct soup_header, 3);

enum soup_type {
	SOUP_DEBUG = '+',		/* both ways: text, to be ignored */
	SOUP_LOGIN_REQUEST = 'L',	/* client to server, its first packet */
	SOUP_LOGIN_ACCEPTED = 'A',
	SOUP_LOGIN_REJECTED = 'J',	/* the server closes after it */
	SOUP_SEQUENCED = 'S',		/* server to client: one message */
	SOUP_UNSEQUENCED = 'U',		/* client to server: one message */
	SOUP_SERVER_HEARTBEAT = 'H',
	SOUP_CLIENT_HEARTBEAT = 'R',
	SOUP_END_OF_SESSION = 'Z',	/* the server closes after it */
	SOUP_LOGOUT_REQUEST = 'O',	/* the server drops the connection */
};

/* SoupBinTCP 4.1: behind the login of 3.00, how long the server is to wait for
 * a heartbeat of ours, in ms, ASCII digits.
 */
enum { SOUP_TIMEOUT_LEN = 5 };

enum soup_reject {
	SOUP_REJECT_NOT_AUTHORIZED = 'A',
	SOUP_REJECT_SESSION = 'S',	/* the session asked for is not there */
};

enum {
	SOUP_LENGTH_LEN = 2,		/* what length does not count */
	SOUP_SESSION_LEN = 10,
	SOUP_SEQUENCE_LEN = 20,
	SOUP_HEARTBEAT_S = 1,
	SOUP_SILENCE_S = 15,		/* a silent peer is dropped after it */
};

struct soup_login_request {
	struct soup_header head;
	char user[6];
	char password[10];
	char session[SOUP_SESSION_LEN];	/* spaces: the one of now */
	char seq[SOUP_SEQUENCE_LEN];	/* wanted next; 0: from now on */
} HT_PACKED;
HT_ABI_SIZE(struct soup_login_request, 49);

struct soup_login_request_41 {
	struct soup_login_request login;
	char timeout[SOUP_TIMEOUT_LEN];
} HT_PACKED;
HT_ABI_SIZE(struct soup_login_request_41, 54);

struct soup_login_accepted {
	struct soup_header head;
	char session[SOUP_SESSION_LEN];
	char seq[SOUP_SEQUENCE_LEN];	/* of the next sequenced packet */
} HT_PACKED;
HT_ABI_SIZE(struct soup_login_accepted, 33);

struct soup_login_rejected {
	struct soup_header head;
	char reason;			/* enum soup_reject */
} HT_PACKED;
HT_ABI_SIZE(struct soup_login_rejected, 4);

#endif
