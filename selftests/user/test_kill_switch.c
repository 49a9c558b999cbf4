// SPDX-License-Identifier: GPL-2.0
/* user/kill.c: the order of the stores, and resets that race kills. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kill_rig.h"
#include "../../user/lock.h"

enum { RACES = 20000 };

/* -- the words ---------------------------------------------------------- */

static void each_level_kills_what_it_says(void **state)
{
	NEEDS_ROOT();
	assert_false(is_killed("AAPL"));
	assert_int_equal(kill_at(HT_KILL_SYMBOL, "AAPL"), 0);
	assert_true(is_killed("AAPL"));
	assert_false(is_killed("AAP"));
	assert_false(is_killed("MSFT"));
	assert_false(kill_is_whole(in.kill));
	assert_int_equal(in.kill->generation, 1);
	assert_string_equal(in.kill->reason, "a test");
	assert_true(strstr(in.kill->who, ", pid "));
	assert_true(in.kill->at_ns && in.kill->mono_ns);
	assert_int_equal(kill_at(HT_KILL_SESSION, NULL), 0);
	assert_true(is_killed("MSFT"));
	assert_false(in.kill->global);
	assert_int_equal(kill_at(HT_KILL_GLOBAL, NULL), 0);
	assert_true(in.kill->global);
	assert_int_equal(in.kill->generation, 3);
}

static void it_disarms_what_it_is_about(void **state)
{
	NEEDS_ROOT();
	in.triggers[3].state = HT_TRIGGER_SPENT;
	assert_int_equal(kill_at(HT_KILL_SYMBOL, "AAPL"), 0);
	assert_int_equal(in.triggers[AAPL].state, HT_TRIGGER_DISARMED);
	assert_int_equal(in.triggers[MSFT].state, HT_TRIGGER_ARMED);
	assert_int_equal(kill_at(HT_KILL_GLOBAL, NULL), 0);
	assert_int_equal(in.triggers[MSFT].state, HT_TRIGGER_DISARMED);
	assert_int_equal(in.triggers[3].state, HT_TRIGGER_DISARMED);
	assert_int_equal(in.triggers[4].state, HT_TRIGGER_FREE);
}

static void a_symbol_too_many_kills_everything(void **state)
{
	char symbol[HT_TICKER];
	int i;

	NEEDS_ROOT();
	for (i = 0; i < HT_KILL_SYMBOLS; i++) {
		snprintf(symbol, sizeof(symbol), "S%d", i);
		assert_int_equal(kill_at(HT_KILL_SYMBOL, symbol), 0);
		assert_int_equal(kill_at(HT_KILL_SYMBOL, symbol), 0);
		assert_int_equal(in.kill->count, i + 1);
	}
	assert_false(kill_is_whole(in.kill));
	assert_int_equal(kill_at(HT_KILL_SYMBOL, "S7"), 0);
	assert_false(kill_is_whole(in.kill));
	assert_int_equal(kill_at(HT_KILL_SYMBOL, "MORE"), 0);
	assert_true(in.kill->global);
	assert_true(restored().global);
	assert_int_equal(restored().count, HT_KILL_SYMBOLS);
	assert_int_equal(kill_reset(&in, in.kill->generation), 0);
	assert_false(is_killed("S0"));
}

static void a_count_out_of_range_kills_everything(void **state)
{
	NEEDS_ROOT();
	in.kill->count = HT_KILL_SYMBOLS + 1;
	assert_true(is_killed("AAPL"));
	assert_int_equal(kill_file_write(in.kill, "test"), 0);
	assert_true(restored().global);
}

/* Somebody edits triggers, and was stopped while at it. */
static void a_held_lock_holds_up_no_kill(void **state)
{
	int lock;

	NEEDS_ROOT();
	lock = lock_instance("test");
	assert_true(lock >= 0);
	assert_int_equal(kill_at(HT_KILL_SYMBOL, "AAPL"), -EBUSY);
	assert_false(is_killed("AAPL"));
	assert_int_equal(kill_at(HT_KILL_GLOBAL, NULL), 0);
	assert_true(in.kill->global);
	assert_true(restored().global);
	assert_int_equal(in.triggers[AAPL].state, HT_TRIGGER_DISARMED);
	close(lock);
}

/* -- reset -------------------------------------------------------------- */

static void a_reset_names_what_it_resets(void **state)
{
	NEEDS_ROOT();
	assert_int_equal(kill_reset(&in, 0), -EALREADY);
	assert_int_equal(kill_at(HT_KILL_SYMBOL, "AAPL"), 0);
	assert_int_equal(kill_at(HT_KILL_GLOBAL, NULL), 0);
	assert_int_equal(kill_reset(&in, 1), -ESTALE);
	assert_int_equal(kill_reset(&in, 3), -ESTALE);
	assert_true(in.kill->global);
	in.triggers[AAPL].state = HT_TRIGGER_ARMED;
	assert_int_equal(kill_reset(&in, 2), 0);
	assert_false(is_killed("AAPL"));
	assert_int_equal(in.kill->generation, 3);
	assert_true(in.kill->was_reset);
	assert_int_equal(in.triggers[AAPL].state, HT_TRIGGER_DISARMED);
	assert_int_equal(kill_reset(&in, 3), -EALREADY);
	assert_false(kill_is_whole(&(struct ht_kill){0}) ||
		     restored().global || restored().count);
}

/* Whoever stored the word was killed before it said why. */
static void a_kill_without_a_word_is_reset_only_when_seen(void **state)
{
	NEEDS_ROOT();
	assert_int_equal(kill_at(HT_KILL_GLOBAL, NULL), 0);
	kill_word(in.kill, HT_KILL_SESSION);
	assert_int_equal(kill_reset(&in, 1), -ESTALE);
	assert_true(in.kill->global && in.kill->session);
	assert_int_equal(in.kill->generation, 2);
	assert_int_equal(kill_reset(&in, 2), 0);
	assert_false(kill_is_whole(in.kill));
}

static void the_map_written_to_is_reset_all_the_same(void **state)
{
	NEEDS_ROOT();
	in.kill->global = 77;
	assert_int_equal(kill_reset(&in, 0), -ESTALE);
	assert_int_equal(kill_reset(&in, 1), 0);
	assert_int_equal(in.kill->global, 0);
}

static void a_reset_that_is_not_on_disk_is_none(void **state)
{
	NEEDS_ROOT();
	assert_int_equal(kill_at(HT_KILL_GLOBAL, NULL), 0);
	assert_int_equal(unlink(FILE_PATH), 0);
	assert_int_equal(rmdir(STATE_DIR), 0);
	assert_int_equal(close(open(STATE_DIR, O_CREAT | O_WRONLY, 0600)), 0);
	assert_int_equal(kill_reset(&in, 1), -EIO);
	assert_true(in.kill->global);
	assert_int_equal(in.kill->generation, 1);
}

/* Resets whatever it sees, as often as it can. */
static pid_t resetter_start(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	while (!pid)
		kill_reset(&in, HT_READ_ONCE(in.kill->generation));
	return pid;
}

/* So that a reset gets somewhere.  Return: has it? */
static uint32_t pause_sometimes(int i)
{
	if (i % 64)
		return 0;
	usleep((useconds_t)(rand() % 20000));
	return !kill_is_whole(in.kill);
}

/* From the store on, until it has said why, nobody can have seen it. */
static void no_reset_takes_a_kill_that_it_has_not_seen(void **state)
{
	struct kill_order k = { .level = HT_KILL_GLOBAL, .stored = true };
	uint32_t lost = 0, resets = 0, generation;
	pid_t pid;
	int i, j;

	NEEDS_ROOT();
	pid = resetter_start();
	for (i = 0; i < RACES; i++) {
		k.level = i & 1 ? HT_KILL_GLOBAL : HT_KILL_SESSION;
		generation = in.kill->generation;
		kill_word(in.kill, k.level);
		for (j = 0; j < 100; j++)
			lost += !kill_is_whole(in.kill) &&
				HT_READ_ONCE(in.kill->generation) ==
				generation;
		assert_int_equal(kill_apply(&in, &k), 0);
		resets += pause_sometimes(i);
	}
	child_end(pid);
	assert_int_equal(lost, 0);
	assert_true(resets > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_level_kills_what_it_says),
		T(it_disarms_what_it_is_about),
		T(a_symbol_too_many_kills_everything),
		T(a_count_out_of_range_kills_everything),
		T(a_held_lock_holds_up_no_kill),
		T(a_reset_names_what_it_resets),
		T(a_kill_without_a_word_is_reset_only_when_seen),
		T(the_map_written_to_is_reset_all_the_same),
		T(a_reset_that_is_not_on_disk_is_none),
		T(no_reset_takes_a_kill_that_it_has_not_seen),
	};

	return cmocka_run_group_tests(tests, kill_group_setup, NULL);
}
