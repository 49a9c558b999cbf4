// SPDX-License-Identifier: GPL-2.0
/*
 * doubt - why a replayed book may not be the exchange's
 */
#include "doubt.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "daytime.h"

enum {
	NUMBER_TEXT = 32,	/* 2^64 has 26 characters with its commas */
	GROUPS_TEXT = LINES_MOST * 24,
};

/* 15172 as 15,172.  Return: text. */
static const char *number_text(char text[NUMBER_TEXT], uint64_t number)
{
	char digits[NUMBER_TEXT];
	int count = snprintf(digits, sizeof(digits), "%" PRIu64, number);
	int i, at = 0;

	for (i = 0; i < count; i++) {
		if (i && (count - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = 0;
	return text;
}

static void say(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fputs("hairtrigger: ", stderr);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	va_end(ap);
}

/* -- the tables ----------------------------------------------------------- */

static bool full_say(const struct play *p, const char *option,
		     const char *what, uint64_t lost)
{
	char count[NUMBER_TEXT];

	if (!lost)
		return false;
	say("%s is too small: %s found no room: %s, symbols with a BAD book: %u; give a larger %s",
	    option, what, number_text(count, lost),
	    p->replay->in->book->bad_symbols, option);
	return true;
}

/* -- what the file does not hold ------------------------------------------ */

static void late_say(const struct play *p)
{
	char count[NUMBER_TEXT];

	if (p->begins_at > 1)
		say("%s begins at message %s: the book is of what follows",
		    p->options->file, number_text(count, p->begins_at));
}

static void missing_say(const struct play *p)
{
	char count[NUMBER_TEXT], holes[NUMBER_TEXT];

	if (p->replay->missing)
		say("messages missing from %s: %s, in holes: %s; the book behind them is not the exchange's; add the other line's capture",
		    p->options->file, number_text(count, p->replay->missing),
		    number_text(holes, p->replay->holes));
}

static void unknown_say(const struct play *p, const struct ht_counters *n)
{
	uint32_t bad = p->replay->in->book->bad_symbols;
	char count[NUMBER_TEXT];

	if (n->unknown_ref || bad)
		say("%s does not hold the whole session: references to orders never added: %s, symbols with a BAD book: %u",
		    p->options->file, number_text(count, n->unknown_ref), bad);
}

const char *doubt_unnamed(const struct play *p)
{
	return p->begins_at > 1 ?
	       " (the capture begins behind the directory; no book is kept of them)" :
	       "";
}

/* -- nothing to see ------------------------------------------------------- */

static void empty_say(const struct play *p, const struct ht_counters *n)
{
	const struct replay_options *o = p->options;
	char text[DAYTIME_TEXT];

	if (n->messages > p->before.messages)
		return;
	if (p->stopped && !n->messages)
		say("%s begins after %s: nothing to show", o->file,
		    daytime_text(text, o->end_ns - 1));
	else if (o->from_ns && p->stopped)
		say("%s has no message from --from to the end asked for",
		    o->file);
	else if (o->from_ns)
		say("%s ends at %s, before --from: nothing to show", o->file,
		    daytime_text(text, p->replay->in->feed->itch_ns));
}

static int group_text(char *text, size_t size, const uint8_t group[4],
		      uint16_t port)
{
	return snprintf(text, size, "%u.%u.%u.%u:%u", group[0], group[1],
			group[2], group[3], port);
}

/* Return: whether a named group had no packet at all. */
static bool groups_say(const struct lines *l, const char *file)
{
	char groups[GROUPS_TEXT] = "", one[32];
	bool none = false;
	int i, at = 0;

	for (i = 0; i < l->aside_count; i++) {
		at += snprintf(groups + at, sizeof(groups) - (size_t)at, "%s",
			       i ? ", " : "");
		at += group_text(groups + at, sizeof(groups) - (size_t)at,
				 l->aside[i].group, l->aside[i].port);
	}
	for (i = 0; l->named && i < l->count; i++) {
		if (l->line[i].packets)
			continue;
		group_text(one, sizeof(one), l->line[i].group,
			   l->line[i].port);
		say("--group %s: no packet of %s goes there; its MoldUDP64 goes to %s",
		    one, file, at ? groups : "no group at all");
		none = true;
	}
	return none;
}

bool doubt_say(const struct play *p, const struct ht_counters *n)
{
	bool failed = false, full;

	if (p->captured)
		failed = groups_say(&p->lines, p->options->file);
	if (!failed)
		empty_say(p, n);
	late_say(p);
	missing_say(p);
	full = full_say(p, "--orders", "orders", n->orders_full);
	full |= full_say(p, "--levels", "price levels", n->levels_full);
	if (!full)
		unknown_say(p, n);
	return failed || full;
}
