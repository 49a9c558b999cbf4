// SPDX-License-Identifier: GPL-2.0
/*
 * user/lock.c: one holder, also when the file is removed or is a link
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <pthread.h>

#include "../../user/lock.h"

static char path[64];

static int setup(void **state)
{
	snprintf(path, sizeof(path), "/tmp/ht-lock-%d", (int)getpid());
	unlink(path);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	return 0;
}

static void one_holds_it(void **state)
{
	struct stat st;
	int lock = lock_take(path, false);

	assert_true(lock >= 0);
	assert_int_equal(fstat(lock, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(lock_take(path, false), -EBUSY);
	close(lock);
	lock = lock_take(path, true);
	assert_true(lock >= 0);
	close(lock);
}

static void *take(void *lock)
{
	*(int *)lock = lock_take(path, true);
	return NULL;
}

/* Who waits on a file that is removed must lock the one that is there. */
static void a_removed_file_locks_nothing(void **state)
{
	int first = lock_take(path, false), second = -1;
	pthread_t waiter;

	assert_true(first >= 0);
	assert_int_equal(pthread_create(&waiter, NULL, take, &second), 0);
	unlink(path);
	close(first);
	pthread_join(waiter, NULL);
	assert_true(second >= 0);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(lock_take(path, false), -EBUSY);
	close(second);
}

static void a_link_is_not_followed(void **state)
{
	assert_int_equal(symlink("/tmp", path), 0);
	assert_int_equal(lock_take(path, false), -ELOOP);
	assert_int_equal(lock_take("/nosuch/lock", false), -ENOENT);
}

static void one_holds_a_folder(void **state)
{
	int lock, other;

	assert_int_equal(lock_folder(path), -ENOENT);
	assert_int_equal(mkdir(path, 0700), 0);
	lock = lock_folder(path);
	assert_true(lock >= 0);
	other = open(path, O_RDONLY);
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), -1);
	close(other);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(lock_folder(path), -ENOENT);
	close(lock);
	close(lock_take(path, false));
	assert_int_equal(lock_folder(path), -ENOTDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_holds_it, setup, teardown),
		cmocka_unit_test_setup_teardown(a_removed_file_locks_nothing,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_link_is_not_followed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(one_holds_a_folder, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
