// SPDX-License-Identifier: GPL-2.0
/*
 * killed - what a running controller does about the kill switch
 *
 * Nothing leaves by itself: both gates read the word.  Here the exchange is
 * asked to cancel what rests there, and to take nothing more; whoever asked,
 * and also when the session comes back, as the word is still there.  After a
 * reset the exchange is asked to take orders again.  What the session does not
 * take now is asked at the next beat.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "controller.h"
#include "kill.h"
#include "out.h"

enum { SILENT_BEATS = 200 };	/* then nobody says any more who and why */

/* What was killed: a whole level, or so many symbols. */
static uint32_t words_of(const struct ht_kill *kill)
{
	return kill_is_whole(kill) ? UINT32_MAX : HT_READ_ONCE(kill->count);
}

/* The symbol that was killed last, if it was one. */
static const char *symbol_last(const struct controller *c)
{
	const struct ht_kill *kill = c->in.kill;
	uint32_t count = HT_READ_ONCE(kill->count);

	if (kill->was_reset || kill->level != HT_KILL_SYMBOL || !count ||
	    count > HT_KILL_SYMBOLS)
		return "";
	return kill->symbol[count - 1];
}

static void kill_journal(struct controller *c)
{
	const struct ht_kill *kill = c->in.kill;
	struct journal_kill record = {
		.level = kill->level,
		.generation = kill->generation,
		.was_reset = kill->was_reset,
	};

	snprintf(record.symbol, sizeof(record.symbol), "%.*s", HT_TICKER - 1,
		 symbol_last(c));
	memcpy(record.who, kill->who, sizeof(record.who));
	memcpy(record.reason, kill->reason, sizeof(record.reason));
	journal_put_kill(&c->journal, &record);
}

/* -- the exchange ------------------------------------------------------- */

/* Everything that rests, and no more orders. */
static int all_stop(struct controller *c)
{
	int err = desk_mass(c, 'C', "");

	if (!err)
		err = desk_mass(c, 'D', "");
	if (!err)
		c->entry_disabled = true;
	return err;
}

static int entry_enable(struct controller *c)
{
	int err = c->entry_disabled ? desk_mass(c, 'E', "") : 0;

	if (!err)
		c->entry_disabled = false;
	return err;
}

static int symbols_stop(struct controller *c)
{
	const struct ht_kill *kill = c->in.kill;
	uint32_t count = __atomic_load_n(&kill->count, __ATOMIC_ACQUIRE);
	char symbol[HT_TICKER + 1];
	int err = 0;
	uint32_t i;

	for (i = 0; i < count && i < HT_KILL_SYMBOLS && !err; i++) {
		snprintf(symbol, sizeof(symbol), "%.*s", HT_TICKER,
			 kill->symbol[i]);
		err = desk_mass(c, 'C', symbol);
	}
	return err ? err : entry_enable(c);
}

/* What the exchange was asked, in words.  *err: it was not. */
static const char *exchange_ask(struct controller *c, uint32_t words, int *err)
{
	if (words == UINT32_MAX) {
		*err = all_stop(c);
		return "asked to cancel all orders and to take no other";
	}
	if (words) {
		*err = symbols_stop(c);
		return "asked to cancel the symbol's orders";
	}
	if (!c->entry_disabled) {
		*err = 0;
		return "not asked for anything";
	}
	*err = entry_enable(c);
	return "asked to take orders again";
}

/* It logs out behind what was asked, and in again after a reset. */
static void session_follow(struct controller *c)
{
	if (!c->kill_close)
		return;
	if (c->kill_words) {
		session_close(&c->session);
	} else {
		c->kill_close = false;
		session_open(&c->session);
	}
}

void killed_follow(struct controller *c)
{
	int err;

	c->kill_words = words_of(c->in.kill);
	c->kill_told = exchange_ask(c, c->kill_words, &err);
	c->kill_due = err != 0;
	if (err)
		c->kill_told = c->session.state == HT_SESSION_OPEN ?
			"not asked yet: its socket is full" :
			"not asked yet: the session is not open";
	else if (c->options->dry_run)
		c->kill_told = "not asked: a dry run";
	if (!err || !c->kill_words)
		session_follow(c);
}

/* -- what was touched --------------------------------------------------- */

static void generation_tell(struct controller *c)
{
	const struct ht_kill *kill = c->in.kill;

	kill_journal(c);
	log_line(&c->log, "%s by %s%s%s; the exchange was %s",
		 kill->was_reset ? "kill reset" : "KILLED", kill->who,
		 *kill->reason ? ": " : "", kill->reason, c->kill_told);
	c->changes++;
}

/* Who and why follow the word, unless somebody stored it who does not say. */
static void words_tell(struct controller *c)
{
	struct journal_kill record = {
		.level = c->in.kill->global ? HT_KILL_GLOBAL :
			 c->kill_words == UINT32_MAX ? HT_KILL_SESSION :
			 c->kill_words ? HT_KILL_SYMBOL : HT_KILL_NONE,
		.generation = c->kill_generation,
		.was_reset = !c->kill_words,
		.who = "?",
		.reason = "the map was written to",
	};

	journal_put_kill(&c->journal, &record);
	log_line(&c->log, "%s: the map was written to; the exchange was %s",
		 c->kill_words ? "KILLED" : "kill reset", c->kill_told);
	c->changes++;
}

void killed_beat(struct controller *c)
{
	uint32_t generation = __atomic_load_n(&c->in.kill->generation,
					      __ATOMIC_ACQUIRE);
	bool moved = words_of(c->in.kill) != c->kill_words;

	if (generation != c->kill_generation) {
		c->kill_generation = generation;
		c->kill_silent = 0;
		killed_follow(c);
		generation_tell(c);
	} else if (moved) {
		c->kill_silent = SILENT_BEATS;
		killed_follow(c);
	} else if (c->kill_due && c->session.state == HT_SESSION_OPEN) {
		killed_follow(c);
	} else if (c->kill_silent && !--c->kill_silent) {
		words_tell(c);
	}
}

void killed_begin(struct controller *c)
{
	const struct ht_kill *kill = c->in.kill;

	c->kill_generation = HT_READ_ONCE(kill->generation);
	c->kill_words = words_of(kill);
	/* one before us may have asked for that */
	c->entry_disabled = c->kill_generation || c->kill_words;
}

/* -- the question ------------------------------------------------------- */

static const char *text_get(struct json_object *args, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(args, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

static enum ht_kill_level level_get(struct json_object *args)
{
	const char *name = text_get(args, "level");
	enum ht_kill_level level;

	for (level = HT_KILL_GLOBAL; name && level > HT_KILL_SYMBOL; level--)
		if (!strcmp(name, kill_level_name(level)))
			return level;
	return HT_KILL_NONE;
}

/*
 * A command has stored the word, and names the generation of it.  Without one
 * it is us who kill: before anything else.
 */
static bool word_take(struct controller *c, struct json_object *args,
		      struct kill_order *k)
{
	struct json_object *generation;

	if (json_object_object_get_ex(args, "generation", &generation))
		return false;
	k->level = level_get(args);
	k->reason = text_get(args, "reason");
	k->who = "the control socket";
	if (k->level == HT_KILL_NONE)
		return false;
	kill_word(c->in.kill, k->level);
	k->stored = true;
	return true;
}

/* The exchange before who and why, and those before the file. */
static void kill_take(struct controller *c, const struct kill_order *k,
		      struct json_object *o)
{
	killed_follow(c);
	kill_apply(&c->in, k);
	c->kill_generation = HT_READ_ONCE(c->in.kill->generation);
	generation_tell(c);
	if (kill_keep(&c->in, k))
		out_text(o, "file", "cannot be written");
}

struct json_object *killed_answer(struct controller *c,
				  struct json_object *args)
{
	struct kill_order k = {0};
	bool ours = word_take(c, args, &k);
	struct json_object *o = json_object_new_object(), *close;

	if (ours)
		kill_take(c, &k, o);
	else
		killed_beat(c);
	if (json_object_object_get_ex(args, "close", &close) &&
	    json_object_get_boolean(close)) {
		c->kill_close = true;
		if (!c->kill_due)
			session_follow(c);
		out_text(o, "session", c->kill_due ?
			 "logs out when the exchange was asked" : "logs out");
	}
	out_text(o, "exchange", c->kill_told);
	return o;
}
