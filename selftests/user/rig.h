/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rig - the loaded program under an instance name of the test's own, and a
 * controller's recovery beside it, with servers that the test plays itself
 *
 * The clock (CLOCK_MONOTONIC in our process, -Wl,--wrap=clock_gettime) stands
 * still until later() moves it, so that patience ends when the test says so.
 * The kernel's own stamps go on meanwhile.
 *
 * Message s of the day is always the same: 1 names the symbol, each one after
 * it adds an order at a price of its own, so that a book shows which messages
 * are in it, each how often.
 */
#ifndef RIG_H
#define RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../user/recovery.h"
#include "compose.h"
#include "snapshot.h"

enum {
	RIG_SERVERS = 2,
	RIG_LOCATE = 1,
	RIG_QUIET_TURNS = 5,
	RIG_PATIENCE_S = 60,	/* real ones: an emulated CPU is slow */
};

struct rig {
	struct instance in;
	struct recovery r;
	struct recovery_options options;
	struct loop loop;
	struct source beat;
	struct log log;
	struct inject wire;
	int server[RIG_SERVERS];	/* re-request servers: our sockets */
	struct sockaddr_in asker;	/* who asked last */
	struct world *glimpse[RIG_SERVERS];
	bool looping;
};

extern struct rig rig;
extern struct packet packet;		/* to compose in */

/* Runs tests() in a process of its own, in a network namespace of its own, and
 * takes away what it leaves, however it ends.  Return: the exit code.
 */
int rig_run(int (*tests)(void));

/* Of a group: loads, attaches and pins; and takes it away. */
int rig_load(void **state);
int rig_unload(void **state);

/* Of a test: an empty book; and whatever rig_open() opened is closed. */
int rig_setup(void **state);
int rig_teardown(void **state);

/* A controller's recovery starts, with so many servers.  The wait for the other
 * line is 0.
 */
void rig_open(int rerequests, int glimpses);
void rig_close(void);

/* -- time ------------------------------------------------------------------ */

void later(uint64_t ms);

/* Not behind what the kernel has stamped, however long that took. */
void clock_catch_up(void);

/* The loop goes round, with a controller's beat. */
void turn(void);
void turns(int count);

/* Until it is so. */
#define UNTIL(condition)						\
	do {								\
		uint64_t end_ns = real_ns() +				\
				  RIG_PATIENCE_S * SECOND_NS;		\
									\
		while (!(condition)) {					\
			turn();						\
			assert_true(real_ns() < end_ns);		\
		}							\
	} while (0)

uint64_t real_ns(void);

/* The clock goes on by itself, until the next rig_setup(). */
void clock_run(void);

/* -- packets --------------------------------------------------------------- */

struct msg day_message(uint64_t s);

/* Messages [from, to) into `packet`; none: a heartbeat. */
void compose(uint64_t from, uint64_t to);

/* What is composed comes in; the program sees it, and where it would set it
 * aside, so do we.
 */
void wire_packet(void);
void wire_in(uint64_t from, uint64_t to);

/* Is set aside, and the program never saw it: it was busy. */
void aside_packet(void);
void aside(uint64_t from, uint64_t to);

/* The book is that of messages [1, next), each once, and the feed is in that
 * state.
 */
void book_is(uint64_t next, enum ht_feed_state state);
struct ht_counters counters(void);

/* -- re-request servers ---------------------------------------------------- */

/* The next question that this server gets is for [from, to). */
void asked(int server, uint64_t from, uint64_t to);

/* Nobody asks, however often the loop goes round. */
void nobody_asks(void);

/* Answers whoever asked last, with what is composed. */
void answer_packet(int server);
void answer(int server, uint64_t from, uint64_t to);

/* -- GLIMPSE servers ------------------------------------------------------- */

/* The recovery connects and logs in; the script is empty. */
void glimpse_login(int server);
void glimpse_message(int server, struct msg m);

/* Login Accepted, messages [1, next), and End of Snapshot. */
void glimpse_script(int server, uint64_t next);
void glimpse_end(int server, uint64_t next);

/* All of the script. */
void glimpse_say(int server);
void glimpse_hang_up(int server);

/* Nobody, however often the loop goes round. */
void nobody_connects(void);

/* A book of [1, 3), and more missing than is asked for. */
void much_is_missing(int rerequests, int glimpses);

/* A whole snapshot, of [1, 20), while the lines come as far as 23; and then
 * nothing more happens.
 */
void snapshot_heals(int server);

#endif
