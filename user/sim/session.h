/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session - order entry: SoupBinTCP 3.00 and 4.1 over the kernel's TCP
 *
 * An account is a user's: its orders in the exchange and every message the
 * exchange ever sent it, numbered.  Both live as long as the simulator, so who
 * comes again gets what it has missed.  A connection is a place in that row of
 * messages: a slow reader is further behind, and nobody waits for it.
 *
 * Memory: a connection costs what struct session_connection has and the
 * kernel's TCP_SEND_BUFFER; a message that was sent costs its length and twelve
 * bytes to the end of the day, since it can be asked for as long.  Without
 * memory for one the run ends: a row with a hole cannot be repaired.
 *
 * Orders are handed to the exchange as they came on each connection.  Among
 * connections, a read from each in turn, in the order they became readable.
 *
 * The stamp of an order is the kernel's, on the segment with its last byte
 * (session_stream.h), except where the kernel has merged segments that waited
 * to be read: those have the stamp of the newest.  It lies between the order's
 * arrival and when it was read, never before.
 */
#ifndef HT_SIM_SESSION_H
#define HT_SIM_SESSION_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "arrival.h"
#include "clock.h"
#include "exchange.h"
#include "session_stream.h"
#include "store.h"

#define SESSION_TRANSPORT "OUCH 5.0 over SoupBinTCP"

enum {
	SESSION_ACCOUNTS = 64,
	SESSION_CONNECTIONS = 64,
	SESSION_OUT = 1 << 14,		/* bytes that wait for the kernel */
	SESSION_USER_LEN = sizeof(((struct soup_login_request *)0)->user),
	SESSION_PASSWORD_LEN =
		sizeof(((struct soup_login_request *)0)->password),
};

#define SESSION_BEAT_NS		(SOUP_HEARTBEAT_S * NS_PER_SECOND)
#define SESSION_SILENCE_NS	(SOUP_SILENCE_S * NS_PER_SECOND)
#define SESSION_LOGIN_NS	(30 * NS_PER_SECOND)	/* to log in */
#define SESSION_CLOSING_NS	(5 * NS_PER_SECOND)	/* for the client's */

struct session_user {
	char name[SESSION_USER_LEN + 1];
	char password[SESSION_PASSWORD_LEN + 1];
};

struct session_faults {
	uint64_t delay_ns;		/* of each sequenced message */
	uint32_t loss;			/* of clients' segments; FAULT_SURE */
	uint64_t drop_after;		/* messages from clients; 0: never */
	bool drop_reset;		/* by RST, not FIN */
	bool silent;			/* nothing after the login's answer */
	bool reject_login;
};

struct session_options {
	struct sockaddr_in address;	/* port may be 0 */
	struct session_user user[SESSION_ACCOUNTS];
	uint32_t users;			/* 0: any, each its own account */
	struct session_faults faults;
	bool verbose;
};

struct session_counts {
	uint64_t connections;
	uint64_t logins;		/* accepted */
	uint64_t rejected;		/* user or password */
	uint64_t rejected_session;	/* session, or a sequence to come */
	uint64_t malformed;		/* something else than a login */
	uint64_t late;			/* no login in time, or left before */
	uint64_t refused;		/* too many at once, no memory */
	uint64_t taken_over;		/* closed for a new login */
	uint64_t replays;		/* logins that had missed messages */
	uint64_t replayed;		/* messages sent for these */
	uint64_t sequenced;		/* messages sent, replayed ones too */
	uint64_t messages;		/* from clients */
	uint64_t messages_after;	/* when the day was over: not taken */
	uint64_t heartbeats;
	uint64_t debugs;
	uint64_t unknown;		/* packets of other types */
	uint64_t oversized;		/* messages longer than any order */
	uint64_t logouts;
	uint64_t left;			/* closed by the client, or reset */
	uint64_t silent;		/* dropped: nothing heard */
	uint64_t garbage;		/* dropped: no SoupBinTCP */
	uint64_t dropped;		/* by a fault */
	uint64_t ended;			/* got the end of the session */
	uint64_t discarded;		/* bytes after our end of a connection */
};

enum session_phase {
	SESSION_FREE,
	SESSION_LOGIN,			/* reads the login request */
	SESSION_OPEN,
	SESSION_CLOSING,		/* reads until the client closes */
};

struct session_account {
	struct session_user user;
	struct exchange_client *client;
	struct session_connection *connection;	/* NULL: not there */
	struct store store;		/* each behind when it may leave */
};

struct session_connection {
	enum session_phase phase;
	int fd;
	struct sockaddr_in from;
	struct session_account *account;	/* NULL: not logged in */
	uint64_t deadline_ns;		/* of a login or a close; all times */
	uint64_t heard_ns;		/* are CLOCK_MONOTONIC */
	uint64_t sent_ns;
	uint64_t silence_ns;		/* of the client's, until it is dropped */
	uint64_t next;			/* sequence number to be put out */
	uint64_t live;			/* what is before it is replayed */
	bool readable;			/* so far as is known */
	bool writable;			/* so was said just now */
	bool blocked;			/* waits for room in the socket */
	bool broken;			/* writing is; what came is still read */
	bool ended;			/* the end of session is put out */
	struct session_stream in;
	uint32_t head, tail;		/* of what waits in out[] */
	uint8_t out[SESSION_OUT];
};

struct session_server {
	struct session_options options;
	int fd;				/* to be polled: readable when needed */
	int listen_fd;
	struct sockaddr_in address;	/* with the port the kernel chose */
	char name[SOUP_SESSION_LEN];
	struct exchange *exchange;
	struct arrival *arrival;	/* told before an order is handed on */
	uint64_t now;			/* of the call at hand */
	uint64_t due_ns;
	bool over;			/* the day */
	int err;			/* what ends the run, or 0 */
	struct session_counts counts;
	struct session_account account[SESSION_ACCOUNTS];
	uint32_t accounts;
	struct session_connection connection[SESSION_CONNECTIONS];
};

/*
 * Listens, with an account for each user of the options; name is the session
 * that logins may ask for.  Return: 0, or negative errno with nothing to close.
 */
int session_open(struct session_server *s, const struct session_options *o,
		 const char name[SOUP_SESSION_LEN], struct exchange *x,
		 struct arrival *arrival);

/* Ends every connection as it is, and all else. */
void session_close(struct session_server *s);

/* What the time is, for session_reply() outside of session_serve(). */
void session_time(struct session_server *s, uint64_t now);

/* Keeps and numbers the exchange's message to a client, to be sent by
 * session_serve().
 */
void session_reply(struct session_server *s,
		   const struct exchange_client *client, const void *message,
		   size_t len);

/* The day is over: who is connected gets what there is, then End of Session. */
void session_end(struct session_server *s);

/* Whether nobody is connected any more. */
bool session_is_idle(const struct session_server *s);

/*
 * Does what there is to do at now, CLOCK_MONOTONIC, without waiting.
 * Return: 0 or negative errno.
 */
int session_serve(struct session_server *s, uint64_t now);

/* When session_serve() is to be called although fd is not readable;
 * UINT64_MAX: never.
 */
uint64_t session_due(const struct session_server *s);

#endif
