/* SPDX-License-Identifier: GPL-2.0 */
/*
 * desk_rig - a whole controller on the loaded program, in a process of its own,
 * and the exchange that a test plays at the other end of real TCP
 *
 * Two network namespaces and a veth between them.  The market is open and AAA
 * is 10.00 x 1000 to 10.05 x 1000.  A person's questions go over the control
 * socket.
 */
#ifndef DESK_RIG_H
#define DESK_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "../../user/instance.h"

enum {
	DESK_MESSAGE = 512,
	DESK_PATIENCE_S = 60,	/* an emulated CPU is slow */
};

/* Runs tests() in a process and namespaces of its own.  Return: exit code. */
int desk_run(int (*tests)(void));

/* Of a group. */
int desk_load(void **state);
int desk_unload(void **state);

/* Of a test: a controller that is logged in, and its end. */
int desk_setup(void **state);
int desk_setup_dry(void **state);
int desk_teardown(void **state);

/* The maps, as both gates read them. */
const struct instance *desk_instance(void);

/* The feed names another symbol. */
void market_lists(uint16_t locate, const char *symbol);

/* -- the exchange ---------------------------------------------------------- */

/* It takes the connection and the login, replays nothing, and says which number
 * it takes next.
 */
void exchange_take(uint32_t next_urn);

/* The same, but for the answer to the Account Query. */
void exchange_login(void);
void exchange_hangs_up(void);

/* The next message of the client is this one, in hex; heartbeats do not count.
 * "??" is any byte.
 */
void exchange_hears(const char *hex);

/* It says nothing but heartbeats, for that long. */
void exchange_hears_nothing(int ms);

/* One sequenced message, in hex. */
void exchange_says(const char *hex);

/* -- a person -------------------------------------------------------------- */

/* Asks, with arguments as JSON.  Return: the answer, the caller's. */
struct json_object *person_asks(const char *question, const char *args);

/* The same, and the answer's member is this, as text. */
void person_hears(const char *question, const char *args, const char *member,
		  const char *value);

/* Until it is so. */
void person_waits(const char *question, const char *args, const char *member,
		  const char *value);

/* Records of the journal so far: of a type, in the order in which they are. */
int journal_count(int type);

#endif
