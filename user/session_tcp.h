/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session_tcp - a session's connection: its socket, and the bytes to it
 */
#ifndef HT_SESSION_TCP_H
#define HT_SESSION_TCP_H

#include "session.h"

/*
 * Starts to connect; s->connect tells the end.
 * Return: 0, or negative errno and nothing to close.
 */
int session_tcp_open(struct session *s);

/* Connected: the way is told.  Return: 0 or negative errno. */
int session_tcp_opened(struct session *s);

/* Closes at once: what TCP has not sent never leaves. */
void session_tcp_close(struct session *s);

/* Logs out when logged in, and sends FIN, both behind what waits. */
void session_tcp_finish(struct session *s);

/* The next bytes, into s->receive.  Return: 0 or negative errno. */
int session_tcp_receive(struct session *s);

/* s->room is done: there is room for the rest, or nothing goes on. */
int session_tcp_room(struct op *op, int res);

/*
 * Sends whole packets, or keeps what send() has not taken for later.
 * Return: 0, -EAGAIN when none of it was taken, or another negative errno.
 */
int session_tcp_send(struct session *s, const void *packets, size_t len);

/* The same for one packet with `len` bytes of payload, at most
 * SESSION_MESSAGE_MAX.
 */
int session_tcp_packet(struct session *s, enum soup_type type,
		       const void *payload, size_t len);

#endif
