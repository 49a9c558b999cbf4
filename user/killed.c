// SPDX-License-Identifier: GPL-2.0
/*
 * killed - what a running controller does about the kill switch
 *
 * Nothing leaves by itself: both gates read the word.  Here the exchange is
 * asked to cancel what rests there, and to take nothing more; whoever asked,
 * and also when the session comes back, as the word is still there.  After a
 * reset the exchange is asked to take orders again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "controller.h"
#include "kill.h"
#include "out.h"

static void kill_journal(struct controller *c, const char *symbol)
{
	const struct ht_kill *kill = c->in.kill;
	struct journal_kill record = {
		.level = kill->level,
		.generation = kill->generation,
		.was_reset = kill->was_reset,
	};

	strncpy(record.symbol, symbol, sizeof(record.symbol) - 1);
	memcpy(record.who, kill->who, sizeof(record.who));
	memcpy(record.reason, kill->reason, sizeof(record.reason));
	journal_put_kill(&c->journal, &record);
}

/* Everything that rests, and no more orders. */
static int all_stop(struct controller *c)
{
	int err = desk_mass(c, 'C', "");

	if (!err && !c->entry_disabled)
		err = desk_mass(c, 'D', "");
	if (!err)
		c->entry_disabled = true;
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
	return err;
}

static bool is_whole(const struct ht_kill *kill)
{
	return HT_READ_ONCE(kill->global) || HT_READ_ONCE(kill->session);
}

/* What the exchange was asked, in words. */
static const char *exchange_ask(struct controller *c)
{
	const struct ht_kill *kill = c->in.kill;
	bool whole = is_whole(kill);

	if (!whole && !HT_READ_ONCE(kill->count)) {
		if (!c->entry_disabled)
			return "not asked for anything";
		if (desk_mass(c, 'E', ""))
			return "not asked yet: the session is not open";
		c->entry_disabled = false;
		return "asked to take orders again";
	}
	if (whole ? all_stop(c) : symbols_stop(c))
		return "not asked yet: the session is not open";
	return whole ? "asked to cancel all orders and to take no other" :
		       "asked to cancel the symbol's orders";
}

void killed_follow(struct controller *c)
{
	c->kill_generation = HT_READ_ONCE(c->in.kill->generation);
	c->kill_told = exchange_ask(c);
}

void killed_beat(struct controller *c)
{
	const struct ht_kill *kill = c->in.kill;

	if (HT_READ_ONCE(kill->generation) == c->kill_generation)
		return;
	kill_journal(c, "");
	killed_follow(c);
	log_line(&c->log, "%s by %s%s%s; the exchange was %s",
		 kill->was_reset ? "kill reset" : "KILLED", kill->who,
		 *kill->reason ? ": " : "", kill->reason, c->kill_told);
	c->changes++;
}

struct json_object *killed_answer(struct controller *c,
				  struct json_object *args)
{
	struct json_object *o = json_object_new_object(), *close;

	killed_beat(c);
	out_text(o, "exchange", c->kill_told);
	if (json_object_object_get_ex(args, "close", &close) &&
	    json_object_get_boolean(close)) {
		session_close(&c->session);
		out_text(o, "session", "logs out");
	}
	return o;
}
