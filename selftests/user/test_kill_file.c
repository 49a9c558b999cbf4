// SPDX-License-Identifier: GPL-2.0
/* user/kill_file.c: a file that is whole, or kills everything. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <json-c/json.h>

#include "kill_rig.h"

#define NEXT_PATH	FILE_PATH ".next"

enum { DEATHS = 100 };

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

static void it_is_kept_for_its_owner_alone(void **state)
{
	struct ht_kill kept;
	struct stat st;

	NEEDS_ROOT();
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

	NEEDS_ROOT();
	kept = restored();
	assert_false(kill_is_whole(&kept) || kept.count || kept.generation);
}

/* Every length that a torn one can have. */
static void a_torn_file_kills_everything(void **state)
{
	struct ht_kill kept;
	char text[4096];
	size_t len, i;

	NEEDS_ROOT();
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

	NEEDS_ROOT();
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

	NEEDS_ROOT();
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

	NEEDS_ROOT();
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

	NEEDS_ROOT();
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
	const struct CMUnitTest tests[] = {
		T(it_is_kept_for_its_owner_alone),
		T(without_a_file_nothing_is_killed),
		T(a_torn_file_kills_everything),
		T(what_we_would_not_write_kills_everything),
		T(what_is_no_file_kills_everything),
		T(it_says_when_it_is_not_kept),
		T(no_link_is_written_through),
		T(a_dead_writer_leaves_one_of_the_two),
	};

	return cmocka_run_group_tests(tests, kill_group_setup, NULL);
}
