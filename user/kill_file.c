// SPDX-License-Identifier: GPL-2.0
/*
 * kill_file - STATE_DIR/INSTANCE.kill: what stays killed over unload and reboot
 *
 * One JSON object.  Whatever it says that we would not write is not ours, and
 * kills everything: half of a kill switch is none.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <json-c/json.h>

#include "kill.h"
#include "out.h"

enum {
	PATH_LEN = 128,
	FILE_MAX = 16384,
	FILE_VERSION = 1,
	FILE_DEPTH = 3,		/* of nested JSON */
};

static void path_make(char path[PATH_LEN], const char *instance,
		      const char *ending)
{
	snprintf(path, PATH_LEN, STATE_DIR "/%s.kill%s", instance, ending);
}

/* -- writing ------------------------------------------------------------ */

struct json_object *kill_object(const struct ht_kill *kill)
{
	struct json_object *o = json_object_new_object();
	struct json_object *symbols = json_object_new_array();
	uint32_t count = kill->count, i;
	bool full = count > HT_KILL_SYMBOLS;

	out_uint(o, "version", FILE_VERSION);
	out_uint(o, "generation", kill->generation);
	out_uint(o, "global", kill->global || full);
	out_uint(o, "session", kill->session != 0);
	for (i = 0; i < count && !full; i++)
		json_object_array_add(symbols, json_object_new_string_len(
			kill->symbol[i],
			(int)strnlen(kill->symbol[i], HT_TICKER)));
	json_object_object_add(o, "symbols", symbols);
	out_text(o, "level", kill_level_name(kill->level));
	out_uint(o, "reset", kill->was_reset != 0);
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

static int folder_sync(void)
{
	int folder = open(STATE_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = 0;

	if (folder < 0)
		return -errno;
	if (fsync(folder))
		err = -errno;
	close(folder);
	return err;
}

/* Whole or not at all: written beside it, then renamed.  What is left of one
 * that did not get so far must not be written through.
 */
int kill_file_write(const struct ht_kill *kill, const char *instance)
{
	char path[PATH_LEN], next[PATH_LEN];
	struct json_object *o;
	int err = state_dir_make();

	if (err)
		return err;
	path_make(path, instance, "");
	path_make(next, instance, ".next");
	if (unlink(next) && errno != ENOENT)
		return -errno;
	o = kill_object(kill);
	err = text_write(next, json_object_to_json_string_ext(
			 o, JSON_C_TO_STRING_PRETTY));
	json_object_put(o);
	if (!err && rename(next, path))
		err = -errno;
	if (err)
		unlink(next);
	return err ? err : folder_sync();
}

/* -- reading ------------------------------------------------------------ */

static bool number_get(struct json_object *o, const char *key, uint64_t most,
		       uint64_t *value)
{
	struct json_object *member;

	if (!json_object_object_get_ex(o, key, &member) ||
	    !json_object_is_type(member, json_type_int) ||
	    json_object_get_int64(member) < 0)
		return false;
	*value = json_object_get_uint64(member);
	return *value <= most;
}

/* Of what there is no end in, as a NUL would be. */
static bool text_take(struct json_object *member, char *text, size_t size)
{
	size_t len;

	if (!json_object_is_type(member, json_type_string))
		return false;
	len = (size_t)json_object_get_string_len(member);
	if (len >= size || strlen(json_object_get_string(member)) != len)
		return false;
	snprintf(text, size, "%s", json_object_get_string(member));
	return true;
}

static bool text_get(struct json_object *o, const char *key, char *text,
		     size_t size)
{
	struct json_object *member;

	return json_object_object_get_ex(o, key, &member) &&
	       text_take(member, text, size);
}

static bool symbols_get(struct json_object *o, struct ht_kill *kill)
{
	struct json_object *list;
	size_t i, count;

	if (!json_object_object_get_ex(o, "symbols", &list) ||
	    !json_object_is_type(list, json_type_array))
		return false;
	count = json_object_array_length(list);
	if (count > HT_KILL_SYMBOLS)
		return false;
	for (i = 0; i < count; i++)
		if (!text_take(json_object_array_get_idx(list, i),
			       kill->symbol[i], HT_TICKER) ||
		    !kill->symbol[i][0])
			return false;
	kill->count = (uint32_t)count;
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

static bool members_get(struct json_object *o, struct ht_kill *kill)
{
	uint64_t version, generation, global, session, reset, at;

	if (!json_object_is_type(o, json_type_object) ||
	    !number_get(o, "version", UINT32_MAX, &version) ||
	    version != FILE_VERSION ||
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
	kill->global = kill->said_global = (uint32_t)global;
	kill->session = kill->said_session = (uint32_t)session;
	kill->was_reset = (uint32_t)reset;
	kill->at_ns = at;
	return true;
}

int kill_parse(const char *text, size_t len, struct ht_kill *kill)
{
	struct json_tokener *tokener = json_tokener_new_ex(FILE_DEPTH);
	struct json_object *o;
	bool good;

	*kill = (struct ht_kill){0};
	if (!tokener)
		return -ENOMEM;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(tokener, text, (int)len);
	good = json_tokener_get_error(tokener) == json_tokener_success &&
	       json_tokener_get_parse_end(tokener) == len &&
	       members_get(o, kill);
	json_object_put(o);
	json_tokener_free(tokener);
	return good ? 0 : -EBADMSG;
}

/* Return: 0, -ENOENT, -EBADMSG for what is not ours, or negative errno. */
static int file_read(struct ht_kill *kill, const char *instance)
{
	char path[PATH_LEN], text[FILE_MAX];
	ssize_t got;
	int fd;

	path_make(path, instance, "");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	got = read(fd, text, sizeof(text));
	close(fd);
	if (got < 0)
		return -errno;
	return got == sizeof(text) ? -EBADMSG :
	       kill_parse(text, (size_t)got, kill);
}

void kill_restore(struct ht_kill *kill, const char *instance)
{
	struct ht_kill kept = {0};
	int err = file_read(&kept, instance);

	if (err && err != -ENOENT) {
		kept = (struct ht_kill){
			.global = 1,
			.said_global = 1,
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
	*kill = err == -ENOENT ? (struct ht_kill){0} : kept;
}
