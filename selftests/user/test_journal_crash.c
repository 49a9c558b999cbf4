// SPDX-License-Identifier: GPL-2.0
/* user/journal*.c when things go wrong: the writer dies, the disk is full, and
 * somebody reads meanwhile.
 */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "journal_rig.h"

enum {
	KILLS = 50,
	BATCH = 20,			/* samples each turn */
	READ_MEANWHILE = 200000,	/* records */
	CLOSES = 20,
};

/* What the writer knows of, seen from outside. */
struct flood {
	struct journal_rig *rig;
	volatile uint64_t *confirmed;	/* shared with the parent */
	uint64_t until;			/* records, 0: for ever */
	int news;			/* a byte for each write, -1: none */
};

static struct flood flood;

static int flood_turn(struct loop *l)
{
	struct journal *j = &flood.rig->journal;
	const char byte = 0;

	if (*flood.confirmed != j->written && flood.news >= 0 &&
	    write(flood.news, &byte, 1) != 1)
		return -EIO;
	*flood.confirmed = j->written;
	if (!flood.until || j->index < flood.until)
		journal_rig_put(j, BATCH);
	journal_turn(j);
	l->stop = flood.until && j->written == j->index &&
		  j->index >= flood.until;
	return 0;
}

/* In a process of its own.  Return: its exit code. */
static int flood_run(struct journal_rig *rig)
{
	flood.rig = rig;
	if (journal_rig_open(rig))
		return 2;
	*flood.confirmed = rig->journal.written;
	rig->loop.after_turn = flood_turn;
	if (flood_turn(&rig->loop) || loop_run(&rig->loop))
		return 3;
	return journal_rig_close(rig) ? 4 : 0;
}

static void flood_setup(uint64_t until, int news)
{
	flood.confirmed = mmap(NULL, sizeof(*flood.confirmed),
			       PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(flood.confirmed != MAP_FAILED);
	flood.until = until;
	flood.news = news;
}

static pid_t flood_start(struct journal_rig *rig)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid)
		_exit(flood_run(rig));
	return pid;
}

/* -- the writer dies ---------------------------------------------------- */

/* Waits for some writes, another number each time, and kills it in the next. */
static void kill_after(pid_t pid, int news, int writes)
{
	int status;
	char byte;

	while (writes--)
		assert_int_equal(read(news, &byte, 1), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void what_was_written_outlives_the_writer(void **state)
{
	struct journal_rig *rig = *state;
	uint64_t records, lost, last = 0;
	int pipes[2], i, got, torn = 0;

	for (i = 0; i < KILLS; i++) {
		assert_int_equal(pipe(pipes), 0);
		flood_setup(0, pipes[1]);
		kill_after(flood_start(rig), pipes[0], 1 + i % 7);
		got = journal_rig_read(rig->path, &records, &lost);
		assert_true(!got || got == -ENODATA);
		torn += got == -ENODATA;
		assert_true(records >= *flood.confirmed);
		assert_true(records > last);
		last = records;
		munmap((void *)flood.confirmed, sizeof(*flood.confirmed));
		close(pipes[0]);
		close(pipes[1]);
	}
	assert_int_equal(journal_rig_open(rig), 0);
	assert_int_equal(rig->journal.index, last);
	assert_int_equal(journal_rig_close(rig), 0);
	assert_int_equal(journal_rig_read(rig->path, &records, &lost), 0);
	print_message("# %d kills, %d torn tails, %llu records\n", KILLS, torn,
		      (unsigned long long)records);
}

/* -- the disk is full --------------------------------------------------- */

/* Fills what there is, has room again, and goes on: nothing is missing. */
static void fill(struct journal_rig *rig, int err, void (*relieve)(void *),
		 void *context)
{
	struct journal *j = &rig->journal;
	uint64_t records, lost;

	assert_int_equal(journal_rig_open(rig), 0);
	journal_rig_put(j, 300);
	journal_rig_run(rig);
	assert_int_equal(rig->failed, err);
	assert_int_equal(j->errors, 1);
	assert_non_null(journal_trouble(j));
	assert_int_equal(j->lost, 0);
	relieve(context);
	j->retry_ns = 0;
	j->failed = 0;
	journal_rig_run(rig);
	assert_int_equal(j->failed, 0);
	assert_null(journal_trouble(j));
	assert_int_equal(journal_rig_close(rig), 0);
	assert_int_equal(journal_rig_read(rig->path, &records, &lost), 0);
	assert_int_equal(records, 300 * JOURNAL_SAMPLE);
}

static void limit_raise(void *context)
{
	assert_int_equal(setrlimit(RLIMIT_FSIZE, context), 0);
}

static void a_limited_file_is_told(void **state)
{
	struct rlimit before, limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 100001;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	fill(*state, -EFBIG, limit_raise, &before);
}

static void disk_grow(void *context)
{
	assert_int_equal(mount(NULL, context, NULL, MS_REMOUNT, "size=4m"),
			 0);
}

static void full_disk(struct journal_rig *rig)
{
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("ht-journal", rig->folder, "tmpfs", 0,
			       "size=128k"), 0);
	fill(rig, -ENOSPC, disk_grow, rig->folder);
}

/* In a process of its own: a mount namespace is not left again. */
static void a_full_disk_is_told(void **state)
{
	pid_t pid;
	int status;

	if (geteuid())
		skip();
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		full_disk(*state);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* At the end there is nobody to try again for. */
static void a_close_that_loses_says_so(void **state)
{
	struct journal_rig *rig = *state;
	struct rlimit before, limit;
	uint64_t records, lost;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 10000;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(journal_rig_open(rig), 0);
	journal_rig_put(&rig->journal, 30);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(journal_rig_close(rig), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(journal_rig_read(rig->path, &records, &lost),
			 -ENODATA);
	assert_true(records && records < 300);
	assert_int_equal(journal_rig_open(rig), 0);
}

/* -- the end ------------------------------------------------------------ */

/* The journal has asked for both a write and an fdatasync, and more to write
 * has come since.
 */
static void a_close_waits_for_all_that_is_under_way(void **state)
{
	struct journal_rig *rig = *state;
	struct journal *j = &rig->journal;
	uint64_t records, lost;
	int i;

	for (i = 1; i <= CLOSES; i++) {
		assert_int_equal(journal_rig_open(rig), 0);
		journal_rig_put(j, 1);
		journal_rig_run(rig);
		journal_sync(j);
		journal_rig_put(j, 20);
		journal_turn(j);
		assert_true(j->sync.busy && j->write.busy);
		journal_rig_put(j, 1);
		assert_int_equal(journal_rig_close(rig), 0);
		assert_int_equal(j->synced, j->index);
		assert_int_equal(journal_rig_read(rig->path, &records, &lost),
				 0);
		assert_int_equal(records, i * 22 * JOURNAL_SAMPLE);
	}
}

/* -- somebody reads meanwhile ------------------------------------------- */

static uint64_t read_all(struct journal_reader *r, pid_t writer)
{
	struct journal_record record;
	int got, ended = 0, status = -1;

	for (;;) {
		got = journal_next(r, &record);
		if (got > 0)
			continue;
		assert_true(!got || got == -ENODATA);
		if (ended)
			break;
		ended = waitpid(writer, &status, WNOHANG) == writer;
		sched_yield();
	}
	assert_int_equal(got, 0);
	assert_int_equal(status, 0);
	return r->index;
}

static void a_reader_sees_it_grow(void **state)
{
	struct journal_rig *rig = *state;
	struct journal_reader r;
	uint64_t records;
	int pipes[2];
	pid_t writer;
	char byte;

	assert_int_equal(pipe(pipes), 0);
	flood_setup(READ_MEANWHILE, pipes[1]);
	writer = flood_start(rig);
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	assert_int_equal(journal_reader_open(&r, rig->path), 0);
	records = read_all(&r, writer);
	assert_true(records >= READ_MEANWHILE);
	journal_reader_close(&r);
	close(pipes[0]);
	close(pipes[1]);
	munmap((void *)flood.confirmed, sizeof(*flood.confirmed));
}

#define IN_A_FOLDER(f) \
	cmocka_unit_test_setup_teardown(f, journal_rig_setup, \
					journal_rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(what_was_written_outlives_the_writer),
		IN_A_FOLDER(a_limited_file_is_told),
		IN_A_FOLDER(a_full_disk_is_told),
		IN_A_FOLDER(a_close_that_loses_says_so),
		IN_A_FOLDER(a_close_waits_for_all_that_is_under_way),
		IN_A_FOLDER(a_reader_sees_it_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
