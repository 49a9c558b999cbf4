// SPDX-License-Identifier: GPL-2.0
#include "kill.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <json-c/json.h>

#include "clock.h"
#include "instance.h"
#include "lock.h"
#include "out.h"
#include "trigger.h"

enum { PATH_LEN = 128, FILE_MAX = 16384 };

const char *kill_level_name(enum ht_kill_level level)
{
	switch (level) {
	case HT_KILL_NONE:
		return "none";
	case HT_KILL_SYMBOL:
		return "symbol";
	case HT_KILL_SESSION:
		return "session";
	case HT_KILL_GLOBAL:
		return "global";
	}
	return "?";
}

bool kill_is(const struct ht_kill *kill, const char symbol[HT_TICKER])
{
	uint32_t count = __atomic_load_n(&kill->count, __ATOMIC_ACQUIRE), i;

	if (HT_READ_ONCE(kill->global) || HT_READ_ONCE(kill->session) ||
	    count > HT_KILL_SYMBOLS)
		return true;
	for (i = 0; i < count; i++)
		if (!strncmp(kill->symbol[i], symbol, HT_TICKER))
			return true;
	return false;
}

/* -- the file ----------------------------------------------------------- */

static void path_make(char path[PATH_LEN], const char *instance,
		      const char *ending)
{
	snprintf(path, PATH_LEN, STATE_DIR "/%s.kill%s", instance, ending);
}

static struct json_object *kill_object(const struct ht_kill *kill)
{
	struct json_object *o = json_object_new_object();
	struct json_object *symbols = json_object_new_array();
	uint32_t i;

	out_uint(o, "generation", kill->generation);
	out_uint(o, "global", kill->global);
	out_uint(o, "session", kill->session);
	for (i = 0; i < kill->count; i++)
		json_object_array_add(symbols, json_object_new_string_len(
			kill->symbol[i],
			(int)strnlen(kill->symbol[i], HT_TICKER)));
	json_object_object_add(o, "symbols", symbols);
	out_text(o, "level", kill_level_name(kill->level));
	out_uint(o, "reset", kill->was_reset);
	out_uint(o, "at_ns", kill->at_ns);
	out_text(o, "who", kill->who);
	out_text(o, "reason", kill->reason);
	return o;
}

static int text_write(const char *path, const char *text)
{
	size_t len = strlen(text);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
		      O_NOFOLLOW, 0600);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, len) != (ssize_t)len || fsync(fd))
		err = -EIO;
	close(fd);
	return err;
}

/* Whole or not at all: written beside it, then renamed. */
static int file_write(const struct ht_kill *kill, const char *instance)
{
	char path[PATH_LEN], next[PATH_LEN];
	struct json_object *o;
	int err, folder;

	if (mkdir(STATE_DIR, 0700) && errno != EEXIST)
		return -errno;
	path_make(path, instance, "");
	path_make(next, instance, ".next");
	o = kill_object(kill);
	err = text_write(next, json_object_to_json_string_ext(
			 o, JSON_C_TO_STRING_PRETTY));
	json_object_put(o);
	if (!err && rename(next, path))
		err = -errno;
	folder = open(STATE_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return err ? err : -errno;
	if (!err && fsync(folder))
		err = -errno;
	close(folder);
	return err;
}

static bool number_get(struct json_object *o, const char *key, uint64_t most,
		       uint64_t *value)
{
	struct json_object *member;

	if (!json_object_object_get_ex(o, key, &member) ||
	    !json_object_is_type(member, json_type_int))
		return false;
	*value = json_object_get_uint64(member);
	return *value <= most;
}

static bool text_get(struct json_object *o, const char *key, char *text,
		     size_t size)
{
	struct json_object *member;

	if (!json_object_object_get_ex(o, key, &member) ||
	    !json_object_is_type(member, json_type_string) ||
	    json_object_get_string_len(member) >= (int)size)
		return false;
	snprintf(text, size, "%s", json_object_get_string(member));
	return true;
}

static bool symbols_get(struct json_object *o, struct ht_kill *kill)
{
	struct json_object *list, *symbol;
	size_t i;

	if (!json_object_object_get_ex(o, "symbols", &list) ||
	    !json_object_is_type(list, json_type_array) ||
	    json_object_array_length(list) > HT_KILL_SYMBOLS)
		return false;
	for (i = 0; i < json_object_array_length(list); i++) {
		symbol = json_object_array_get_idx(list, i);
		if (!json_object_is_type(symbol, json_type_string) ||
		    json_object_get_string_len(symbol) >= HT_TICKER)
			return false;
		snprintf(kill->symbol[i], HT_TICKER, "%s",
			 json_object_get_string(symbol));
	}
	kill->count = (uint32_t)i;
	return true;
}

static bool level_get(struct json_object *o, enum ht_kill_level *level)
{
	char name[16];

	if (!text_get(o, "level", name, sizeof(name)))
		return false;
	for (*level = HT_KILL_NONE; *level <= HT_KILL_GLOBAL; (*level)++)
		if (!strcmp(name, kill_level_name(*level)))
			return true;
	return false;
}

static bool kill_parse(struct json_object *o, struct ht_kill *kill)
{
	uint64_t generation, global, session, reset, at;

	if (!json_object_is_type(o, json_type_object) ||
	    !number_get(o, "generation", UINT32_MAX, &generation) ||
	    !number_get(o, "global", 1, &global) ||
	    !number_get(o, "session", 1, &session) ||
	    !number_get(o, "reset", 1, &reset) ||
	    !number_get(o, "at_ns", UINT64_MAX, &at) ||
	    !level_get(o, &kill->level) || !symbols_get(o, kill) ||
	    !text_get(o, "who", kill->who, sizeof(kill->who)) ||
	    !text_get(o, "reason", kill->reason, sizeof(kill->reason)))
		return false;
	kill->generation = (uint32_t)generation;
	kill->global = (uint32_t)global;
	kill->session = (uint32_t)session;
	kill->was_reset = (uint32_t)reset;
	kill->at_ns = at;
	return true;
}

/* Return: 0, -ENOENT, -EBADMSG for what is not ours, or negative errno. */
static int file_read(struct ht_kill *kill, const char *instance)
{
	char path[PATH_LEN], text[FILE_MAX];
	struct json_object *o;
	ssize_t got;
	bool good;
	int fd;

	path_make(path, instance, "");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	got = read(fd, text, sizeof(text));
	close(fd);
	if (got < 0 || got == sizeof(text))
		return got < 0 ? -errno : -EBADMSG;
	text[got] = 0;
	o = json_tokener_parse(text);
	good = kill_parse(o, kill);
	json_object_put(o);
	return good ? 0 : -EBADMSG;
}

void kill_restore(struct ht_kill *kill, const char *instance)
{
	struct ht_kill kept = {0};
	int err = file_read(&kept, instance);

	if (err && err != -ENOENT) {
		kept = (struct ht_kill){
			.global = 1,
			.level = HT_KILL_GLOBAL,
			.generation = (uint32_t)time(NULL),
			.reason = "its file cannot be read",
		};
		out_error(err, STATE_DIR "/%s.kill: cannot be read, so nothing trades; see `hairtrigger kill show`",
			  instance);
	} else if (kept.global || kept.session || kept.count) {
		out_error(0, "instance `%s`: the kill switch is still on (%s%s%s); see `hairtrigger kill show`",
			  instance, kill_level_name(kept.level),
			  *kept.reason ? ": " : "", kept.reason);
	}
	*kill = kept;
}

/* -- the words ---------------------------------------------------------- */

/* A person who became root is named by who that was before. */
static void who_make(char who[HT_KILL_WHO])
{
	const struct passwd *user = getpwuid(getuid());
	const char *person = secure_getenv("SUDO_USER");

	if (!person)
		person = user ? user->pw_name : "?";
	snprintf(who, HT_KILL_WHO, "%.16s, pid %d", person, getpid());
}

static void record(struct ht_kill *kill, enum ht_kill_level level, bool reset,
		   const char *reason)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	kill->level = level;
	kill->was_reset = reset;
	kill->at_ns = (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
	kill->mono_ns = clock_ns();
	who_make(kill->who);
	snprintf(kill->reason, sizeof(kill->reason), "%s", reason ? reason : "");
	HT_WRITE_ONCE(kill->generation, kill->generation + 1);
}

static void symbol_store(struct ht_kill *kill, const char *symbol)
{
	char ticker[HT_TICKER] = {0};
	uint32_t count = kill->count, i;

	snprintf(ticker, sizeof(ticker), "%s", symbol);
	for (i = 0; i < count && i < HT_KILL_SYMBOLS; i++)
		if (!memcmp(kill->symbol[i], ticker, sizeof(ticker)))
			return;
	if (count >= HT_KILL_SYMBOLS) {
		HT_WRITE_ONCE(kill->global, 1);
		return;
	}
	memcpy(kill->symbol[count], ticker, sizeof(ticker));
	__atomic_store_n(&kill->count, count + 1, __ATOMIC_RELEASE);
}

static void triggers_disarm(struct instance *in, const struct kill_order *k)
{
	const struct ht_trigger *t;
	char name[HT_TRIGGER_NAME + 1];
	int row;

	for (row = 1; row < HT_TRIGGERS; row++) {
		t = &in->triggers[row];
		if (HT_READ_ONCE(t->state) == HT_TRIGGER_FREE ||
		    (k->level == HT_KILL_SYMBOL &&
		     strncmp(t->symbol, k->symbol, HT_TICKER)))
			continue;
		snprintf(name, sizeof(name), "%.*s", HT_TRIGGER_NAME, t->name);
		trigger_disarm(in, name);
	}
}

/* What has to be on disk is there when this returns 0. */
static int record_keep(struct instance *in)
{
	return file_write(in->kill, in->name) ? -EIO : 0;
}

static void word_store(struct ht_kill *kill, enum ht_kill_level level)
{
	if (level == HT_KILL_GLOBAL)
		__atomic_store_n(&kill->global, 1, __ATOMIC_SEQ_CST);
	if (level == HT_KILL_SESSION)
		__atomic_store_n(&kill->session, 1, __ATOMIC_SEQ_CST);
}

int kill_apply(struct instance *in, const struct kill_order *k)
{
	struct ht_kill *kill = in->kill;
	int lock, err;

	word_store(kill, k->level);
	lock = lock_instance(in->name);
	/* a reset at the same moment may have taken it back */
	word_store(kill, k->level);
	if (lock < 0 && k->level == HT_KILL_SYMBOL)
		return lock;
	if (k->level == HT_KILL_SYMBOL)
		symbol_store(kill, k->symbol);
	record(kill, k->level, false, k->reason);
	err = record_keep(in);
	if (lock >= 0)
		close(lock);
	triggers_disarm(in, k);
	return err;
}

int kill_reset(struct instance *in, uint32_t generation)
{
	struct ht_kill *kill = in->kill, off;
	int lock = lock_instance(in->name), err;

	if (lock < 0)
		return lock;
	off = *kill;
	if (!off.global && !off.session && !off.count)
		err = -EALREADY;
	else if (off.generation != generation)
		err = -ESTALE;
	else
		err = 0;
	if (!err) {
		off.global = off.session = off.count = 0;
		record(&off, HT_KILL_NONE, true, "");
		/* a reset that is not on disk would come undone */
		err = file_write(&off, in->name) ? -EIO : 0;
	}
	if (!err) {
		*kill = off;
		HT_BARRIER();
	}
	close(lock);
	return err;
}
