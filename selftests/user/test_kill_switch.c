// SPDX-License-Identifier: GPL-2.0
/*
 * user/kill.c and user/kill_file.c: the order of the stores, resets that race
 * kills, and a file that is whole or kills everything
 *
 * /var/lib and /run are this process's own for the time.  Needs root for that;
 * skipped without.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "../../user/instance.h"
#include "../../user/kill.h"
#include "../../user/lock.h"

#define FILE_PATH	STATE_DIR "/test.kill"
#define NEXT_PATH	FILE_PATH ".next"

enum { RACES = 20000, DEATHS = 100, AAPL = 1, MSFT = 2 };

static struct instance in;

static void *shared(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(at != MAP_FAILED);
	return at;
}

static void trigger_make(int row, const char *symbol)
{
	struct ht_trigger *t = &in.triggers[row];

	snprintf(t->name, sizeof(t->name), "t%d", row);
	snprintf(t->symbol, sizeof(t->symbol), "%s", symbol);
	t->state = HT_TRIGGER_ARMED;
}

static int group_setup(void **state)
{
	if (geteuid())
		return 0;
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("run", "/run", "tmpfs", 0, NULL), 0);
	in = (struct instance){ .name = "test" };
	in.kill = shared(sizeof(*in.kill));
	in.triggers = shared(HT_TRIGGERS * sizeof(*in.triggers));
	return 0;
}

/* An empty disk, with room for the file and no more than a few of it. */
static int setup(void **state)
{
	if (geteuid())
		return 0;
	assert_int_equal(mount("lib", "/var/lib", "tmpfs", 0, "size=64k"), 0);
	memset(in.kill, 0, sizeof(*in.kill));
	memset(in.triggers, 0, HT_TRIGGERS * sizeof(*in.triggers));
	trigger_make(AAPL, "AAPL");
	trigger_make(MSFT, "MSFT");
	return 0;
}

static int teardown(void **state)
{
	if (!geteuid())
		assert_int_equal(umount2("/var/lib", MNT_DETACH), 0);
	return 0;
}

static void need_root(void)
{
	if (geteuid())
		skip();
}

static int kill_at(enum ht_kill_level level, const char *symbol)
{
	const struct kill_order k = {
		.level = level, .symbol = symbol, .reason = "a test",
	};
	int err = kill_apply(&in, &k);

	return err ? err : kill_keep(&in, &k);
}

static bool is_killed(const char *symbol)
{
	char ticker[HT_TICKER] = "";

	snprintf(ticker, sizeof(ticker), "%s", symbol);
	return kill_is(in.kill, ticker);
}

/* What a load would find. */
static struct ht_kill restored(void)
{
	struct ht_kill kill;

	kill_restore(&kill, "test");
	return kill;
}

static void file_put(const char *text, size_t len)
{
	int fd;

	mkdir(STATE_DIR, 0700);
	fd = open(FILE_PATH, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

static size_t file_get(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t len;

	assert_true(fd >= 0);
	len = read(fd, text, size - 1);
	assert_true(len >= 0);
	text[len] = 0;
	close(fd);
	return (size_t)len;
}

static void assert_all_killed(const struct ht_kill *kill)
{
	assert_true(kill_is_whole(kill));
	assert_int_equal(kill->level, HT_KILL_GLOBAL);
	assert_true(*kill->reason);
}

/* -- the words ---------------------------------------------------------- */

static void each_level_kills_what_it_says(void **state)
{
	need_root();
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
	need_root();
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

	need_root();
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
	need_root();
	in.kill->count = HT_KILL_SYMBOLS + 1;
	assert_true(is_killed("AAPL"));
	assert_int_equal(kill_file_write(in.kill, "test"), 0);
	assert_true(restored().global);
}

/* Somebody edits triggers, and was stopped while at it. */
static void a_held_lock_holds_up_no_kill(void **state)
{
	int lock;

	need_root();
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
	need_root();
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
	need_root();
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
	need_root();
	in.kill->global = 77;
	assert_int_equal(kill_reset(&in, 0), -ESTALE);
	assert_int_equal(kill_reset(&in, 1), 0);
	assert_int_equal(in.kill->global, 0);
}

static void a_reset_that_is_not_on_disk_is_none(void **state)
{
	need_root();
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

static void child_end(pid_t pid)
{
	int status;

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
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

	need_root();
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

/* -- the file ----------------------------------------------------------- */

static void it_is_kept_for_its_owner_alone(void **state)
{
	struct ht_kill kept;
	struct stat st;

	need_root();
	umask(0);
	assert_int_equal(kill_at(HT_KILL_SYMBOL, "BRK A"), 0);
	assert_int_equal(kill_at(HT_KILL_SESSION, NULL), 0);
	assert_int_equal(stat(STATE_DIR, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(FILE_PATH, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(access(NEXT_PATH, F_OK), -1);
	kept = restored();
	assert_int_equal(kept.session, 1);
	assert_int_equal(kept.global, 0);
	assert_int_equal(kept.count, 1);
	assert_string_equal(kept.symbol[0], "BRK A");
	assert_int_equal(kept.generation, 2);
	assert_int_equal(kept.level, HT_KILL_SESSION);
	assert_int_equal(kept.at_ns, in.kill->at_ns);
	assert_string_equal(kept.who, in.kill->who);
	assert_string_equal(kept.reason, "a test");
}

static void without_a_file_nothing_is_killed(void **state)
{
	struct ht_kill kept;

	need_root();
	kept = restored();
	assert_false(kill_is_whole(&kept) || kept.count || kept.generation);
}

/* Every length that a torn one can have. */
static void a_torn_file_kills_everything(void **state)
{
	struct ht_kill kept;
	char text[4096];
	size_t len, i;

	need_root();
	assert_int_equal(kill_at(HT_KILL_SYMBOL, "AAPL"), 0);
	len = file_get(FILE_PATH, text, sizeof(text));
	for (i = 0; i < len; i++) {
		assert_int_equal(kill_parse(text, i, &kept), -EBADMSG);
		if (i % 40)
			continue;
		file_put(text, i);
		kept = restored();
		assert_all_killed(&kept);
		assert_true(kept.generation);
	}
	file_put(text, len);
	assert_false(restored().global);
	text[len] = '}';
	file_put(text, len + 1);
	assert_true(restored().global);
	text[len] = 0;
	file_put(text, len + 1);
	assert_true(restored().global);
}

/* One member of it is another one. */
static void assert_refused(const char *member, const char *value)
{
	struct ht_kill kill = { .generation = 7 };
	struct json_object *o = kill_object(&kill);
	const char *text;

	json_object_object_del(o, member);
	if (value)
		json_object_object_add(o, member, json_tokener_parse(value));
	text = json_object_to_json_string(o);
	assert_int_equal(kill_parse(text, strlen(text), &kill), -EBADMSG);
	json_object_put(o);
}

static void what_we_would_not_write_kills_everything(void **state)
{
	static const char *const members[] = {
		"version", "generation", "global", "session", "symbols",
		"level", "reset", "at_ns", "who", "reason",
	};
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(*members); i++) {
		assert_refused(members[i], NULL);
		assert_refused(members[i], "null");
		assert_refused(members[i], "{}");
		assert_refused(members[i], "-1");
		assert_refused(members[i], "true");
	}
	assert_refused("version", "2");
	assert_refused("global", "2");
	assert_refused("generation", "4294967296");
	assert_refused("symbols", "[\"\"]");
	assert_refused("symbols", "[\"A\\u0000B\"]");
	assert_refused("symbols", "[\"TOOLONGATICKER\"]");
	assert_refused("symbols", "[7]");
	assert_refused("level", "\"all\"");
	assert_refused("who", "\"0123456789012345678901234567890123456789\"");
}

static void what_is_no_file_kills_everything(void **state)
{
	char huge[20000];

	need_root();
	assert_int_equal(mkdir(STATE_DIR, 0700), 0);
	assert_int_equal(mkdir(FILE_PATH, 0700), 0);
	assert_true(restored().global);
	assert_int_equal(rmdir(FILE_PATH), 0);
	assert_int_equal(symlink("/dev/null", FILE_PATH), 0);
	assert_true(restored().global);
	assert_int_equal(unlink(FILE_PATH), 0);
	assert_int_equal(mkfifo(FILE_PATH, 0600), 0);
	assert_true(restored().global);
	assert_int_equal(unlink(FILE_PATH), 0);
	memset(huge, ' ', sizeof(huge));
	file_put(huge, sizeof(huge));
	assert_true(restored().global);
}

static void it_says_when_it_is_not_kept(void **state)
{
	char filler[4096] = "";
	int fd;

	need_root();
	assert_int_equal(mkdir(STATE_DIR, 0700), 0);
	fd = open(STATE_DIR "/filler", O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	while (write(fd, filler, sizeof(filler)) > 0)
		;
	close(fd);
	assert_int_equal(kill_at(HT_KILL_GLOBAL, NULL), -EIO);
	assert_true(in.kill->global);
	assert_int_equal(access(NEXT_PATH, F_OK), -1);
	assert_int_equal(unlink(STATE_DIR "/filler"), 0);
	assert_int_equal(kill_at(HT_KILL_GLOBAL, NULL), 0);
	assert_true(restored().global);
}

static void no_link_is_written_through(void **state)
{
	char text[64];

	need_root();
	assert_int_equal(mkdir(STATE_DIR, 0700), 0);
	file_put("another's", 9);
	assert_int_equal(rename(FILE_PATH, "/var/lib/victim"), 0);
	assert_int_equal(symlink("/var/lib/victim", NEXT_PATH), 0);
	assert_int_equal(symlink("/var/lib/victim", FILE_PATH), 0);
	assert_int_equal(kill_at(HT_KILL_GLOBAL, NULL), 0);
	file_get("/var/lib/victim", text, sizeof(text));
	assert_string_equal(text, "another's");
	assert_true(restored().global);
	assert_string_not_equal(restored().reason, "its file cannot be read");
}

/* Writes two of them in turn until it is killed. */
static pid_t writer_start(void)
{
	struct ht_kill kill = { .global = 1, .level = HT_KILL_GLOBAL };
	pid_t pid = fork();

	assert_true(pid >= 0);
	while (!pid) {
		kill.generation = 3 - kill.generation % 2 * 2;
		snprintf(kill.reason, sizeof(kill.reason), "%u",
			 kill.generation);
		kill_file_write(&kill, "test");
	}
	return pid;
}

static void a_dead_writer_leaves_one_of_the_two(void **state)
{
	struct ht_kill kept;
	char number[16];
	int i;

	need_root();
	assert_int_equal(kill_at(HT_KILL_GLOBAL, NULL), 0);
	for (i = 0; i < DEATHS; i++) {
		pid_t pid = writer_start();

		usleep((useconds_t)(rand() % 2000));
		child_end(pid);
		kept = restored();
		snprintf(number, sizeof(number), "%u", kept.generation);
		assert_true(!strcmp(kept.reason, number) ||
			    !strcmp(kept.reason, "a test"));
	}
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
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
		T(it_is_kept_for_its_owner_alone),
		T(without_a_file_nothing_is_killed),
		T(a_torn_file_kills_everything),
		T(what_we_would_not_write_kills_everything),
		T(what_is_no_file_kills_everything),
		T(it_says_when_it_is_not_kept),
		T(no_link_is_written_through),
		T(a_dead_writer_leaves_one_of_the_two),
	};
#undef T

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
