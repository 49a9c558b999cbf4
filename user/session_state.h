/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session_state - a session's states, and how long until the next try
 */
#ifndef HT_SESSION_STATE_H
#define HT_SESSION_STATE_H

#include "session.h"

/* words: NULL when there is nothing to tell. */
void session_state_set(struct session *s, enum ht_session_state state,
		       const char *words);

/* Gives the connection up, for wait_ns.  The same reason is told once. */
void session_down(struct session *s, uint64_t wait_ns, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, for twice as long as last time. */
void session_lost(struct session *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* By the exchange. */
void session_ended(struct session *s);

/* Messages are to begin at 1 again, of whatever session there is. */
void session_forget(struct session *s);

#endif
