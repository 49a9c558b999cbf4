// SPDX-License-Identifier: GPL-2.0
/* user/journal.c on real files and io_uring: buffers that fill and empty, and
 * what is said of it.
 */
#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../user/clock.h"
#include "journal_rig.h"

static void what_finds_no_room_is_told(void **state)
{
	struct journal_rig *rig = *state;
	struct journal *j = &rig->journal;
	uint64_t records, lost, put = 0;

	assert_int_equal(journal_rig_open(rig), 0);
	while (!j->lost) {
		assert_true(journal_full(j) || !journal_trouble(j));
		journal_rig_put(j, 1);
		put += JOURNAL_SAMPLE;
	}
	assert_true(journal_full(j));
	assert_non_null(journal_trouble(j));
	journal_rig_put(j, 3);
	put += 3 * JOURNAL_SAMPLE;
	journal_rig_run(rig);
	assert_false(journal_full(j));
	assert_null(journal_trouble(j));
	journal_rig_put(j, 1);
	put += JOURNAL_SAMPLE;
	assert_int_equal(journal_rig_close(rig), 0);
	assert_int_equal(journal_rig_read(rig->path, &records, &lost), 0);
	assert_int_equal(lost, j->lost);
	assert_int_equal(records - j->count[JOURNAL_LOST] + lost, put);
}

/* Before the last order that has room, not after it. */
static void full_is_said_in_time(void **state)
{
	struct journal_rig *rig = *state;
	struct journal *j = &rig->journal;

	assert_int_equal(journal_rig_open(rig), 0);
	while (!journal_full(j))
		journal_rig_put(j, 1);
	assert_int_equal(j->lost, 0);
	assert_int_equal(journal_rig_close(rig), 0);
}

/* The kernel would go on writing what nobody can find. */
static void a_file_that_was_removed_is_told(void **state)
{
	struct journal_rig *rig = *state;
	struct journal *j = &rig->journal;
	char away[sizeof(rig->path) + 8];

	assert_int_equal(journal_rig_open(rig), 0);
	j->sync_ms = 1;
	snprintf(away, sizeof(away), "%s.old", rig->path);
	assert_int_equal(rename(rig->path, away), 0);
	j->sync_ns = 0;
	journal_rig_put(j, 1);
	journal_rig_run(rig);
	assert_null(journal_trouble(j));
	assert_int_equal(unlink(away), 0);
	j->sync_ns = 0;
	journal_rig_put(j, 1);
	journal_rig_run(rig);
	assert_non_null(journal_trouble(j));
}

static uint64_t reported(const struct journal *j, const char *member)
{
	struct json_object *o = journal_report(j), *value;
	uint64_t number;

	assert_true(json_object_object_get_ex(o, member, &value));
	number = json_object_get_uint64(value);
	json_object_put(o);
	return number;
}

static void it_says_how_it_does(void **state)
{
	struct journal_rig *rig = *state;
	struct journal *j = &rig->journal;

	assert_int_equal(journal_rig_open(rig), 0);
	journal_rig_put(j, 2);
	assert_int_equal(reported(j, "records"), 2 * JOURNAL_SAMPLE);
	assert_int_equal(reported(j, "written"), 0);
	journal_rig_run(rig);
	assert_int_equal(reported(j, "written"), 2 * JOURNAL_SAMPLE);
	assert_int_equal(reported(j, "synced"), 0);
	assert_true(reported(j, "max_ns") > 0);
	journal_sync(j);
	journal_rig_run(rig);
	assert_int_equal(reported(j, "synced"), 2 * JOURNAL_SAMPLE);
	assert_int_equal(journal_rig_close(rig), 0);
}

/* Printed, not judged: it depends on the machine, and on the sanitizers. */
static void what_a_put_costs(void **state)
{
	enum { ROUNDS = 200, EACH = 100 };
	struct journal_rig *rig = *state;
	struct journal *j = &rig->journal;
	uint64_t took = 0, start;
	int i;

	assert_int_equal(journal_rig_open(rig), 0);
	for (i = 0; i < ROUNDS; i++) {
		start = clock_ns();
		journal_rig_put(j, EACH);
		took += clock_ns() - start;
		journal_rig_run(rig);
	}
	print_message("# a put: %llu ns; put to written: half in %llu us, at most %llu us\n",
		      (unsigned long long)took / (ROUNDS * EACH * JOURNAL_SAMPLE),
		      (unsigned long long)hist_quantile(&j->put_to_written,
							500) / 1000,
		      (unsigned long long)j->put_to_written.max / 1000);
	assert_int_equal(j->lost, 0);
	assert_int_equal(journal_rig_close(rig), 0);
}

#define IN_A_FOLDER(f) \
	cmocka_unit_test_setup_teardown(f, journal_rig_setup, \
					journal_rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(what_finds_no_room_is_told),
		IN_A_FOLDER(full_is_said_in_time),
		IN_A_FOLDER(a_file_that_was_removed_is_told),
		IN_A_FOLDER(it_says_how_it_does),
		IN_A_FOLDER(what_a_put_costs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
