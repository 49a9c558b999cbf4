/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shared - a TCP connection that user/delegate.c shares with the kernel, and
 * the exchange's end of it, over a veth between two namespaces of the test's
 * own.  Needs root; skipped without.
 */
#ifndef SHARED_H
#define SHARED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../user/bench_orders.h"

enum {
	SOON_MS = 100,		/* no peer sends anything again before */
	PAUSE_MS = 300,		/* longer than TCP's shortest timeout */
	PATIENCE_MS = 20000,
	SHARED_STREAM = 1 << 20,
};

extern struct orders_wire wire;
extern struct delegate d;
extern int fd, peer;		/* our socket, and the exchange's */
/* Bytes of the session, as they were sent and as the exchange read them. */
extern uint8_t sent[SHARED_STREAM], got[SHARED_STREAM];
extern uint32_t sent_len, got_len;

#define NEEDS_ROOT()							\
	do {								\
		if (!wire.near)						\
			skip();						\
	} while (0)

/* A wire for all tests of a program, a connection for each. */
int shared_group_setup(void **state);
int shared_group_teardown(void **state);
int shared_setup(void **state);
int shared_teardown(void **state);

#define T(test)								\
	cmocka_unit_test_setup_teardown(test, shared_setup, shared_teardown)

/* A net.ipv4 sysctl of our end's namespace. */
void sysctl_set(const char *name, const char *value);
/* Our interface, up or down at once: TCP waits longer the longer it is down. */
void link_set(bool up);
/* Another connection; receive_buffer: of the exchange, 0: the default. */
void reconnect(int receive_buffer);
void readable(int socket);
/* Loses all that the socket receives, or nothing. */
void filter_set(int socket, bool drop_all);

/* The exchange says something; we read it. */
void peer_says(uint32_t len);
/* The exchange reads all that was sent, and it is what was sent. */
void peer_reads(void);

/* Sends the next order and notes its bytes.  Return: as delegate_send(). */
int order(enum delegate_reason *reason);
/* It leaves as a frame; too late when others have the machine. */
void hot(void);
void heartbeat(void);

int unacknowledged(void);	/* bytes */
int64_t timeouts(void);		/* retransmission timeouts so far */

#endif
