/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kill_rig - an instance that can be killed, and a disk for its file
 *
 * /var/lib and /run are this process's own for the time.  Needs root for that;
 * skipped without.
 */
#ifndef HT_KILL_RIG_H
#define HT_KILL_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/instance.h"
#include "../../user/kill.h"

#define FILE_PATH	STATE_DIR "/test.kill"

enum { AAPL = 1, MSFT = 2 };	/* rows of armed triggers */

extern struct instance in;	/* its maps are shared with children */

#define NEEDS_ROOT()							\
	do {								\
		if (geteuid())						\
			skip();						\
	} while (0)

/* The instance for all tests of a program, an empty disk for each. */
int kill_group_setup(void **state);
int kill_setup(void **state);
int kill_teardown(void **state);

#define T(test)								\
	cmocka_unit_test_setup_teardown(test, kill_setup, kill_teardown)

/* Return: what kill_apply() does, or kill_keep() after it. */
int kill_at(enum ht_kill_level level, const char *symbol);

bool is_killed(const char *symbol);

/* What a load would find. */
struct ht_kill restored(void);

/* Kills a child that never ends by itself. */
void child_end(pid_t pid);

#endif
