/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session - orders and their answers: OUCH 5.0 over SoupBinTCP over kernel TCP
 *
 *   DOWN -> CONNECTING -> LOGIN -> RECONCILING -> OPEN -> CLOSING -> DOWN
 *
 * io_uring connects and receives; the caller's tick, session_beat(), sends the
 * heartbeats, judges the exchange's silence and connects again.  The sequence
 * number lives as long as the struct: after a reconnect everything that was
 * missed is replayed, and a fresh process asks for the whole day from 1.
 *
 * A login alone does not say how much is replayed.  So a session is OPEN only
 * when an OUCH Account Query was answered that was asked in this connection:
 * all before its answer was replayed.  Answers to earlier queries are replayed,
 * too; where there may be one of them that we do not know of (a fresh process,
 * or a query that got no answer), we ask when the replay has ended, which the
 * first heartbeat of the exchange tells: it beats when it has nothing to send.
 *
 * What TCP has not sent when a connection is given up never leaves: an order
 * that arrives late is worse than one that does not.
 */
#ifndef HT_SESSION_H
#define HT_SESSION_H

#include <netinet/in.h>

#include "exposure.map.h"
#include "loop.h"
#include "soup.h"

enum {
	SESSION_WORDS = 192,
	SESSION_MESSAGE_MAX = 512,	/* bytes; OUCH needs less */
	SESSION_PACKET_MAX = sizeof(struct soup_header) + SESSION_MESSAGE_MAX,
};

/* Times in nanoseconds, with which a test may be impatient. */
struct session_times {
	uint64_t heartbeat_ns;		/* of our silence, until we beat */
	uint64_t silence_ns;		/* of the exchange's, until we give up */
	uint64_t connect_ns;		/* for TCP's handshake */
	uint64_t retry_ns;		/* until the next try, doubled ... */
	uint64_t retry_most_ns;		/* ... up to this */
	uint64_t rejected_ns;		/* until the next try, after a reject */
	uint64_t close_ns;		/* for the exchange's part of a close */
};

#define SESSION_TIMES (struct session_times){	\
	.heartbeat_ns = 1000000000,		\
	.silence_ns = 4000000000,		\
	.connect_ns = 3000000000,		\
	.retry_ns = 250000000,			\
	.retry_most_ns = 5000000000,		\
	.rejected_ns = 5000000000,		\
	.close_ns = 2000000000,			\
}

struct session_options {
	struct sockaddr_in exchange;
	struct sockaddr_in local;	/* 0.0.0.0: what the route says;
					 * port 0: any
					 */
	const char *user;
	const char *password;
	const char *session;		/* NULL, "": the current one */
	uint32_t timeout_ms;		/* SoupBinTCP 4.1: how long it waits for
					 * our heartbeats; 0: 3.00's login
					 */
	struct session_times times;
};

/* Callbacks.  All of them may call any function below but session_beat(). */
struct session_sink {
	/* One sequenced message.  Return: 0, or an error that ends the loop. */
	int (*message)(void *context, uint64_t seq, const uint8_t *payload,
		       size_t len);
	/* words: why; NULL when nothing is new about it, as in the second try
	 * in vain for the same reason
	 */
	void (*state)(void *context, enum ht_session_state old,
		      enum ht_session_state now, const char *words);
	/* Messages begin at 1 again, of another session: forget all orders. */
	void (*session_new)(void *context);
	void *context;
};

/*
 * How bytes get into the connection, in the order of the calls.  NULL for any:
 * plain send(), or nothing.
 */
struct session_way {
	/* Connected.  Return: 0, or negative errno, which is no connection. */
	int (*opened)(void *context, int fd);
	/* Return: bytes taken; the rest of a packet is given when the socket
	 * has room, and nothing else before.  -EAGAIN while it has none, or
	 * another negative errno, which ends the connection.
	 */
	ssize_t (*send)(void *context, const void *bytes, size_t len);
	/* So many bytes were received.  Return: 0, or negative errno, which
	 * ends the connection.
	 */
	int (*received)(void *context, size_t len);
	/* The connection is about to be closed, with FIN or RST: send nothing
	 * more.
	 */
	void (*closed)(void *context);
	void *context;
};

struct session {
	enum ht_session_state state;
	struct session_options options;
	struct session_sink sink;
	struct session_way way;
	struct loop *loop;

	int fd;
	bool wanted;			/* connect again when it is lost */
	bool replaced;			/* the name asked for was not there */
	bool started;			/* this process was logged in before */
	uint64_t seq;			/* of the next sequenced message */
	char name[SOUP_SESSION_LEN + 1]; /* of the session, "": not known */

	enum session_query {
		SESSION_QUERY_LATER,	/* when the replay has ended */
		SESSION_QUERY_NOW,
		SESSION_QUERY_ASKED,
		SESSION_QUERY_ANSWERED,
	} query;
	bool query_unanswered;		/* an earlier connection's */
	bool answers_query;		/* the message that the sink is handed
					 * is the answer to the query that was
					 * asked last
					 */

	uint64_t since_ns;		/* CLOCK_MONOTONIC, all: of the state */
	uint64_t beat_ns;		/* session_beat() came last */
	uint64_t heard_ns;		/* from the exchange */
	uint64_t went_on_ns;		/* a login, a message or a query */
	uint64_t sent_ns;		/* to it */
	uint64_t retry_at_ns;		/* when DOWN and wanted */
	uint64_t retry_ns;		/* the next wait */

	uint64_t connects;		/* tried */
	uint64_t logins;		/* accepted */
	uint64_t losses;		/* connections lost after that */
	uint64_t rejects;		/* logins rejected */
	uint64_t messages;		/* sequenced */
	uint64_t unsequenced;		/* packets of 4.0, dropped */
	uint64_t heartbeats;		/* of the exchange */
	uint64_t beats;			/* ours */
	uint64_t sent;			/* messages of ours */
	uint64_t full;			/* not sent: the socket was full */
	uint64_t bytes_in;
	uint64_t bytes_out;
	char reason[SESSION_WORDS];	/* why it was not OPEN last */
	bool reason_told;

	struct op connect;
	struct op receive;
	struct op room;			/* for the rest */
	bool way_open;			/* opened() and not closed() */
	bool logged_out;
	int send_error;			/* no byte leaves any more */
	size_t rest_at;			/* what send() has not taken is */
	size_t rest_len;		/* [rest_at, rest_len) */
	uint8_t rest[SESSION_PACKET_MAX];
	struct soup soup;
};

/*
 * Nothing is connected yet.  way NULL: plain send().  The options' strings, the
 * loop and the contexts stay the caller's and as they are.
 * Return: 0, or -EINVAL for a login that does not fit, or a timeout_ms that our
 * heartbeats would not keep.
 */
int session_init(struct session *s, struct loop *loop,
		 const struct session_options *options,
		 const struct session_sink *sink,
		 const struct session_way *way);

/* Connect at the next beat, and whenever it is lost; also after ENDED. */
void session_open(struct session *s);

/*
 * Heartbeats, silence, time limits and the next try: call it often, some
 * hundred times a second.  After a longer time, in which nobody read what the
 * exchange said, its silence counts anew.
 */
void session_beat(struct session *s, uint64_t now_ns);

/*
 * Sends one OUCH message, whole or not at all.
 * Return: 0; -EAGAIN when the socket is full, -ENOTCONN when the session is not
 * OPEN, -EMSGSIZE; another negative errno when the connection is lost, and it
 * is not known what became of the message.
 */
int session_send(struct session *s, const void *message, size_t len);

/* May bytes leave at once, also by another way than session_send()? */
static inline bool session_clear(const struct session *s)
{
	return s->state == HT_SESSION_OPEN && !s->send_error &&
	       s->rest_at == s->rest_len;
}

/* They did: whole packets of that many bytes. */
void session_sent(struct session *s, size_t bytes, uint64_t now_ns);

/*
 * Asks an Account Query while OPEN, for the caller's own reasons; not again
 * before it is answered.  Return: 0, or as session_send().
 */
int session_query(struct session *s);

/* Logs out, sends FIN and waits for the exchange's: DOWN, and not again. */
void session_close(struct session *s);

/* Gives the connection up at once, and connects again when it is wanted. */
void session_drop(struct session *s, const char *why);

/* Is it down, and has the kernel given all requests back? */
static inline bool session_is_idle(const struct session *s)
{
	return s->fd < 0 && !s->connect.busy && !s->receive.busy &&
	       !s->room.busy;
}

/* Bytes that TCP has not sent, or not yet taken. */
uint32_t session_backlog(const struct session *s);

/* "DOWN", "OPEN" and so on. */
const char *session_state_name(enum ht_session_state state);

/* The answer to "session" of control.h.  Return: a new object. */
struct json_object;
struct json_object *report_session(const struct session *s);

#endif
