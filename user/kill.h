/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kill - the kill switch: the words in the map, and the file that keeps them
 *
 *	kill.c		the words
 *	kill_file.c	the file
 *	killed.c	what a running controller does about them
 *
 * A kill is one store that both gates read last; all else (who and why, the
 * exchange, the file) comes after it.  It outlives the controller in the map,
 * and unloading and a reboot in STATE_DIR/INSTANCE.kill: loading puts it back.
 * A file that cannot be read kills everything.
 */
#ifndef HT_KILL_H
#define HT_KILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maps.h"
#include "state_dir.h"

struct instance;
struct json_object;

struct kill_order {
	enum ht_kill_level level;
	const char *symbol;		/* for HT_KILL_SYMBOL: a ticker */
	const char *reason;		/* NULL: none was given */
	const char *who;		/* NULL: this process's user */
	bool stored;			/* the word is, by one of the next two */
};

/* The one store; nothing for a symbol, which takes a lock.  No reset takes it
 * back until kill_apply() has said why.
 */
void kill_word(struct ht_kill *kill, enum ht_kill_level level);

/* The same before anything else of the instance is looked at, where that can
 * be: what comes then says why when it cannot.  Return: was it?
 */
bool kill_early(const char *instance, enum ht_kill_level level);

/*
 * Kills at once, then says in the map who and why.  A symbol that there is no
 * more room for kills everything.
 * Return: 0, or negative errno when it was not done: only a symbol's can be
 * not done, -EBUSY when somebody holds the instance's lock all the time.
 */
int kill_apply(struct instance *in, const struct kill_order *k);

/*
 * What comes when the exchange was told: the file, and the triggers that it is
 * about are disarmed.
 * Return: 0, or -EIO: killed, but what is on disk does not say so.
 */
int kill_keep(struct instance *in, const struct kill_order *k);

/*
 * Takes everything back, if `generation` is the one in force; triggers are
 * disarmed.  A kill that comes at the same time stays.
 * Return: 0, -ESTALE for another generation, -EALREADY when nothing is killed,
 * -EIO as above (then it is still killed), or negative errno.
 */
int kill_reset(struct instance *in, uint32_t generation);

/* Puts what the instance's file says into a map that nobody reads yet; without
 * a file nothing is killed.  Prints one line when it kills.
 */
void kill_restore(struct ht_kill *kill, const char *instance);

/* Is this ticker killed, or everything?  The controller's way to ask. */
bool kill_is(const struct ht_kill *kill, const char symbol[HT_TICKER]);

/* Is everything, all symbols or all that is sent? */
bool kill_is_whole(const struct ht_kill *kill);

const char *kill_level_name(enum ht_kill_level level);

/* -- kill_file.c -------------------------------------------------------- */

/* Whole, with mode 0600, or as it was.  Return: 0 or negative errno. */
int kill_file_write(const struct ht_kill *kill, const char *instance);

/* What the file has to say.  Return: a new object. */
struct json_object *kill_object(const struct ht_kill *kill);

/* Reads it.  Return: 0, or -EBADMSG for what kill_object() does not say. */
int kill_parse(const char *text, size_t len, struct ht_kill *kill);

#endif
