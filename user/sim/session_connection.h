/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session_connection - one client's connection, from its login to its end
 */
#ifndef HT_SIM_SESSION_CONNECTION_H
#define HT_SIM_SESSION_CONNECTION_H

#include "session.h"

/* Takes the socket of a client that has to log in. */
void session_connection_begin(struct session_connection *c, int fd,
			      const struct sockaddr_in *from, uint64_t now);

/*
 * Reads once, and does what the packets ask for.
 * Return: bytes that were read; 0: there is nothing more now.
 */
size_t session_connection_read(struct session_server *s,
			       struct session_connection *c);

/* Sends what is due and has room, of messages and of heartbeats. */
void session_connection_write(struct session_server *s,
			      struct session_connection *c);

/* What its deadlines ask for at s->now. */
void session_connection_deadlines(struct session_server *s,
				  struct session_connection *c);

/* When it is to be served although nothing can be read or written. */
uint64_t session_connection_due(const struct session_server *s,
				const struct session_connection *c);

/* Ends it as it is. */
void session_connection_free(struct session_server *s,
			     struct session_connection *c);

#endif
