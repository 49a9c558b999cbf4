/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kill - the kill switch: the words in the map, and the file that keeps them
 *
 * A kill is one store that both gates read last; all else (who and why, the
 * file, the exchange) comes after it.  It outlives the controller in the map,
 * and unloading and a reboot in STATE_DIR/INSTANCE.kill: loading puts it back.
 * A file that cannot be read kills everything.
 */
#ifndef HT_KILL_H
#define HT_KILL_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"
#include "state_dir.h"

struct instance;

struct kill_order {
	enum ht_kill_level level;
	const char *symbol;		/* for HT_KILL_SYMBOL: a ticker */
	const char *reason;		/* NULL: none was given */
};

/*
 * Kills at once, then writes down who and why and disarms the triggers it is
 * about.  A symbol that there is no more room for kills everything.
 * Return: 0; -EIO: killed, but what is on disk does not say so; or another
 * negative errno when it was not done (only a symbol's can be not done).
 */
int kill_apply(struct instance *in, const struct kill_order *k);

/*
 * Takes everything back, if `generation` is the one in force; triggers stay
 * disarmed.  Return: 0, -ESTALE for another generation, -EALREADY when nothing
 * is killed, -EIO as above (then it is still killed), or negative errno.
 */
int kill_reset(struct instance *in, uint32_t generation);

/* Puts what the instance's file says into a map that nobody reads yet, and
 * makes the file where there is none.  Prints one line when it kills.
 */
void kill_restore(struct ht_kill *kill, const char *instance);

/* Is this ticker killed, or everything?  The controller's way to ask. */
bool kill_is(const struct ht_kill *kill, const char symbol[HT_TICKER]);

const char *kill_level_name(enum ht_kill_level level);

#endif
