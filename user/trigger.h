/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trigger - the language of conditions, and edits to the map's rows
 *
 *   when "ask <= 182.35 and bid_size >= 100" then buy 100 @ ask
 *        [cooldown 50ms] [max 10]
 */
#ifndef HT_TRIGGER_H
#define HT_TRIGGER_H

#include "instance.h"

/* Where and why an expression is wrong. */
struct trigger_error {
	int column;		/* 1-based, into the text */
	char expected[96];
};

/*
 * Compiles `when CONDITION then ACTION` into rule (text, clauses, side, price,
 * qty, cooldown, max; not the locate).  Defaults: cooldown 1s, max 1.  The
 * text is kept with its white space made single spaces, also on failure;
 * error->column counts in it.
 * Return: 0, or -EINVAL and *error.
 */
int trigger_compile(const char *text, struct ht_rule *rule,
		    struct trigger_error *error);

/* Row of the trigger with this name.  Return: it, or -ENOENT. */
int trigger_find(const struct instance *in, const char *name);

/*
 * All of these hold the instance's edit lock.  trigger_add puts a disarmed
 * row on its symbol's list; once trigger_disarm or trigger_del returns, no
 * packet fires the trigger any more.  trigger_arm follows the symbol to its
 * locate of today.  Return: row or 0; -EEXIST, -ENOENT, -ENOSPC (all rows used,
 * or HT_SYMBOL_TRIGGERS on one symbol), -ESRCH (the directory does not have its
 * symbol; it is disarmed).
 */
int trigger_add(struct instance *in, const char *name, uint32_t locate,
		const struct ht_rule *rule);
int trigger_set(struct instance *in, const char *name,
		const struct ht_rule *rule);
int trigger_arm(struct instance *in, const char *name);
int trigger_disarm(struct instance *in, const char *name);
int trigger_del(struct instance *in, const char *name);

/* All of them, or those of one symbol; the caller holds the lock, if that can
 * be had.
 */
void trigger_disarm_all(struct instance *in, const char *symbol);

#endif
