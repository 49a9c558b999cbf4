/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange - an order session on real TCP and io_uring, and the exchange that
 * a test plays at its other end
 *
 * The clock (CLOCK_MONOTONIC in our process, -Wl,--wrap=clock_gettime) stands
 * still until the test moves it.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../user/clock.h"
#include "../../user/session.h"

enum {
	MESSAGES_MAX = 4096,
	REAL_PATIENCE_S = 60,	/* an emulated CPU is slow */
};

struct world {
	struct loop loop;
	struct source timer;
	struct session_options options;
	struct session s;
	int listener;
	int peer;			/* the exchange's end */
	bool stuck;			/* nobody beats */

	uint64_t seq[MESSAGES_MAX];	/* of the messages taken */
	uint8_t first[MESSAGES_MAX];	/* byte of each */
	size_t len[MESSAGES_MAX];
	int messages;
	int sink_err;			/* what the sink answers */
	int news;			/* session_new() */
	int changes;			/* of the state */
	int told;			/* of them, with words */
	char words[SESSION_WORDS];	/* the last ones */
	int opened, closed;		/* the way */
	size_t received;
	int receive_err;		/* what it answers */
	int send_buffer;		/* of our socket; 0: as it is */
};

extern struct world w;

int exchange_setup(void **state);
int exchange_teardown(void **state);

/* In a network namespace of its own. */
int exchange_group(void **state);

/* w.options, as a process begins. */
void session_start(void);

/* -- time ------------------------------------------------------------------ */

void turn(void);
void turns(int count);

/* Time goes on in steps that are no standstill. */
void pass(uint64_t ms);

/* In one step. */
void leap(uint64_t ms);

uint64_t real_ns(void);

#define UNTIL(condition)						\
	do {								\
		uint64_t end_ns = real_ns() +				\
				  REAL_PATIENCE_S * SECOND_NS;		\
									\
		while (!(condition)) {					\
			turn();						\
			assert_true(real_ns() < end_ns);		\
		}							\
	} while (0)

/* -- the exchange ---------------------------------------------------------- */

/* There, at any port; where the session is to connect to. */
void listen_at(const char *address);

/* Takes the connection. */
void accept_one(void);

/* Does nobody connect, however often the loop goes round? */
void nobody_connects(void);

void say(const void *bytes, size_t len);
void say_packet(char type, const void *payload, size_t len);

/* One sequenced message: its text, and a zero timestamp where it is 'Q'. */
void say_message(const char *text);
void say_answer(void);
void say_accepted(const char *session, uint64_t seq);

/* The next bytes of the client are these. */
void hears(const void *bytes, size_t len);
void hears_nothing(void);
void hears_end(void);
void hears_reset(void);
void hears_login(const char *session, uint64_t seq);
void hears_query(void);

void hang_up(void);
void reset(void);

/* From the connection to OPEN, of session S1 and `seq`: in a fresh process. */
void logged_in(uint64_t seq);
void open_fresh(void);

/* The same once more; what was asked before was answered. */
void open_again(uint64_t seq);

void state_is(enum ht_session_state state);
void words_are(const char *words);

#endif
