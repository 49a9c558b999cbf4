// SPDX-License-Identifier: GPL-2.0
/*
 * limits_key - the words of `risk set`, and values as people write them
 */
#include "limits.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "command.h"
#include "ouch50.h"
#include "price.h"
#include "risk.h"

enum {
	TICK_MAX = 1000000,		/* $100 */
	BACKLOG_MAX = 1 << 30,
	PERCENT_BPS = 100,
};

/* The most that both gates count with: 2^61 holds twice of it. */
#define SHARES_MAX	1000000000000ull
#define DOLLARS_MAX	100000000000000000ull	/* 1e-4 of them */
#define TIME_MAX_NS	(60 * 60 * SECOND_NS)

#define FIELD(type, member)						\
	offsetof(type, member), sizeof(((type *)0)->member)
#define OF_SYMBOL(member)	true, FIELD(struct ht_limit, member)
#define OF_ALL(member)		false, FIELD(struct ht_rule_set, member)

const struct limits_key limits_keys[] = {
	{ "enabled", "G2", "may be traded", LIMITS_FLAG,
	  OF_SYMBOL(enabled), HT_YES },
	{ "restricted", "G2", "on the restricted list", LIMITS_FLAG,
	  OF_SYMBOL(restricted), HT_YES },
	{ "feed-silence", "G4", "since the feed's last packet", LIMITS_TIME,
	  OF_ALL(max_silence_ns), TIME_MAX_NS },
	{ "max-age", "G4", "of an event", LIMITS_TIME,
	  OF_ALL(max_age_ns), TIME_MAX_NS },
	{ "max-skew", "G4", "exchange's time from ours; 0: not compared",
	  LIMITS_TIME, OF_ALL(max_skew_ns), TIME_MAX_NS },
	{ "session-silence", "G6", "since the exchange was heard", LIMITS_TIME,
	  OF_ALL(session_silence_ns), TIME_MAX_NS },
	{ "max-backlog", "G6", "that TCP has not sent", LIMITS_BYTES,
	  OF_ALL(max_backlog), BACKLOG_MAX },
	{ "max-rejects", "G6", "by the exchange, and answers that cannot be true, until `risk clear`",
	  LIMITS_COUNT, OF_ALL(max_rejects), UINT32_MAX },
	{ "tick", "O1", "from one dollar up", LIMITS_DOLLARS,
	  OF_SYMBOL(tick_e4), TICK_MAX },
	{ "max-qty", "O2", "an order", LIMITS_SHARES,
	  OF_SYMBOL(max_qty), OUCH_QTY_MAX },
	{ "max-notional", "O3", "an order", LIMITS_DOLLARS,
	  OF_SYMBOL(max_notional), DOLLARS_MAX },
	{ "collar", "O4", "off the reference price", LIMITS_BPS,
	  OF_SYMBOL(collar_bps), RISK_COLLAR_MAX },
	{ "collar-usd", "O4", "off the reference price; 0: only `collar`",
	  LIMITS_DOLLARS, OF_SYMBOL(collar_e4), OUCH_PRICE_MAX },
	{ "max-through", "O5", "past the opposite best", LIMITS_TICKS,
	  OF_SYMBOL(max_through), OUCH_PRICE_MAX },
	{ "duplicate", "O6", "between two orders that are the same",
	  LIMITS_TIME, OF_ALL(duplicate_ns), TIME_MAX_NS },
	{ "symbol-rate", "O7", "orders of one symbol", LIMITS_RATE,
	  OF_SYMBOL(rate), RISK_RATE_MAX },
	{ "session-rate", "O7", "orders and cancels", LIMITS_RATE,
	  OF_ALL(session_rate), RISK_RATE_MAX },
	{ "rate", "O7", "orders", LIMITS_RATE, OF_ALL(rate), RISK_RATE_MAX },
	{ "max-orders", "O7", "of the day", LIMITS_COUNT,
	  OF_ALL(max_orders), UINT32_MAX },
	{ "max-ratio", "O7", "cancels and replaces to orders, from 100 orders on",
	  LIMITS_PERCENT, OF_ALL(max_ratio), UINT32_MAX },
	{ "max-open", "O8", "open orders of one symbol", LIMITS_COUNT,
	  OF_SYMBOL(max_open), UINT32_MAX },
	{ "max-open-notional", "O8", "open in one symbol", LIMITS_DOLLARS,
	  OF_SYMBOL(max_open_notional), DOLLARS_MAX },
	{ "all-open", "O8", "open orders", LIMITS_COUNT,
	  OF_ALL(max_open), UINT32_MAX },
	{ "all-open-notional", "O8", "open", LIMITS_DOLLARS,
	  OF_ALL(max_open_notional), DOLLARS_MAX },
	{ "position", "O9", "either way, with all that is open on that side",
	  LIMITS_SHARES, OF_SYMBOL(max_position), SHARES_MAX },
	{ "max-gross", "O10", "positions and open orders", LIMITS_DOLLARS,
	  OF_ALL(max_gross), DOLLARS_MAX },
	{ "max-net", "O10", "the same, either way", LIMITS_DOLLARS,
	  OF_ALL(max_net), DOLLARS_MAX },
	{ "max-loss", "O10", "of the day, realised and marked", LIMITS_DOLLARS,
	  OF_ALL(max_loss), DOLLARS_MAX },
	{ "max-mark", "O10", "since positions were marked", LIMITS_TIME,
	  OF_ALL(max_mark_ns), TIME_MAX_NS },
	{ "shorts", "O11", "may be sold short", LIMITS_SHORTS,
	  OF_SYMBOL(shorts), HT_SHORT_LOCATED },
	{ "iso", "O13", "intermarket sweep orders", LIMITS_FLAG,
	  OF_ALL(iso), HT_YES },
	{ "max-fills", "O14", "in `fills-time` pause the symbol", LIMITS_COUNT,
	  OF_SYMBOL(max_fills), HT_FILLS },
	{ "fills-time", "O14", "of `max-fills`", LIMITS_TIME,
	  OF_SYMBOL(fills_ns), TIME_MAX_NS },
	{ NULL, NULL, NULL, 0, false, 0, 0, 0 }
};

const struct limits_key *limits_find(const char *name,
				     char words[LIMITS_WORDS])
{
	enum { KEYS = sizeof(limits_keys) / sizeof(*limits_keys) };
	const char *names[KEYS], *nearest;
	int i;

	for (i = 0; limits_keys[i].name; i++) {
		if (!strcmp(limits_keys[i].name, name))
			return &limits_keys[i];
		names[i] = limits_keys[i].name;
	}
	names[i] = NULL;
	nearest = name_nearest(name, names);
	snprintf(words, LIMITS_WORDS, nearest ?
		 "no limit `%.40s`; did you mean `%s`?" :
		 "no limit `%.40s`; `hairtrigger risk show` lists them",
		 name, nearest);
	return NULL;
}

/* -- units ---------------------------------------------------------------- */

static int word_parse(const char *text, const char *zero, const char *one,
		      uint64_t *value)
{
	*value = !strcmp(text, one);
	return *value || !strcmp(text, zero) ? 0 : -EINVAL;
}

static int count_parse(const char *text, const char *unit, uint64_t *value)
{
	const char *p = text;

	*value = 0;
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, *p - '0', value))
			return -EINVAL;
	return p == text || (*p && strcmp(p, unit)) ? -EINVAL : 0;
}

static int dollars_parse(const char *text, uint64_t *value)
{
	const char *end;

	return price_parse(text, UINT64_MAX, value, &end) || *end ? -EINVAL : 0;
}

/* A number of up to four decimals and its unit, in whole basis points. */
static int bps_parse(const char *text, uint64_t *value)
{
	uint64_t number, unit = 0;	/* of number, in one bps */
	const char *end;

	if (price_parse(text, UINT32_MAX, &number, &end))
		return -EINVAL;
	if (!strcmp(end, "%"))
		unit = PRICE_UNIT / PERCENT_BPS;
	else if (!strcmp(end, "bps"))
		unit = PRICE_UNIT;
	if (!unit || number % unit)
		return -EINVAL;
	*value = number / unit;
	return 0;
}

static const struct {
	const char *word;
	uint64_t ns;
} time_units[] = {
	{ "s", SECOND_NS }, { "ms", MS_NS }, { "us", 1000 }, { "ns", 1 },
};

enum { TIME_UNITS = sizeof(time_units) / sizeof(*time_units) };

/* Nothing is 0, in whatever unit. */
static int time_parse(const char *text, uint64_t *value)
{
	uint64_t number;
	int i;

	if (!strcmp(text, "0")) {
		*value = 0;
		return 0;
	}
	for (i = 0; i < TIME_UNITS; i++)
		if (strspn(text, "0123456789") != strlen(text) &&
		    !count_parse(text, time_units[i].word, &number) &&
		    !__builtin_mul_overflow(number, time_units[i].ns, value))
			return 0;
	return -EINVAL;
}

static int value_parse(enum limits_unit unit, const char *text, uint64_t *value)
{
	switch (unit) {
	case LIMITS_FLAG:
		return word_parse(text, "no", "yes", value);
	case LIMITS_SHORTS:
		return word_parse(text, "never", "located", value);
	case LIMITS_PERCENT:
		return count_parse(text, "%", value);
	case LIMITS_BPS:
		return bps_parse(text, value);
	case LIMITS_DOLLARS:
		return dollars_parse(text, value);
	case LIMITS_TIME:
		return time_parse(text, value);
	default:
		return count_parse(text, "", value);
	}
}

static const char *unit_words(enum limits_unit unit)
{
	static const char *const words[] = {
		[LIMITS_FLAG] = "yes or no",
		[LIMITS_SHORTS] = "never or located",
		[LIMITS_COUNT] = "a number",
		[LIMITS_SHARES] = "a number of shares",
		[LIMITS_TICKS] = "a number of ticks",
		[LIMITS_BYTES] = "a number of bytes",
		[LIMITS_PERCENT] = "whole percent, like 200%",
		[LIMITS_RATE] = "a number in any second",
		[LIMITS_BPS] = "like 2% or 200bps",
		[LIMITS_DOLLARS] = "dollars, with up to four decimals",
		[LIMITS_TIME] = "a time like 50ms, 2s, 10us or 5ns, or 0",
	};

	return words[unit];
}

const char *limits_unit_name(enum limits_unit unit)
{
	switch (unit) {
	case LIMITS_SHARES:
		return "shares";
	case LIMITS_TICKS:
		return "ticks";
	case LIMITS_BYTES:
		return "bytes";
	case LIMITS_RATE:
		return "a second";
	case LIMITS_DOLLARS:
		return "dollars";
	default:
		return "";
	}
}

int limits_parse(const struct limits_key *key, const char *text,
		 struct limits_edit *edit, char words[LIMITS_WORDS])
{
	char most[LIMITS_TEXT];

	*edit = (struct limits_edit){ .key = key };
	if (value_parse(key->unit, text, &edit->value)) {
		snprintf(words, LIMITS_WORDS, "%s must be %s, not `%.32s`",
			 key->name, unit_words(key->unit), text);
		return -EINVAL;
	}
	if (edit->value > key->max) {
		snprintf(words, LIMITS_WORDS, "%s must be at most %s, not `%.32s`",
			 key->name, limits_text(most, key, key->max), text);
		return -EINVAL;
	}
	return 0;
}

/* -- as text -------------------------------------------------------------- */

static void time_text(char text[LIMITS_TEXT], uint64_t ns)
{
	int i = 0;

	while (ns % time_units[i].ns)
		i++;
	snprintf(text, LIMITS_TEXT, "%" PRIu64 "%s", ns / time_units[i].ns,
		 ns ? time_units[i].word : "");
}

const char *limits_text(char text[LIMITS_TEXT], const struct limits_key *key,
			uint64_t value)
{
	char price[PRICE_TEXT];

	switch (key->unit) {
	case LIMITS_FLAG:
		return value ? "yes" : "no";
	case LIMITS_SHORTS:
		return value ? "located" : "never";
	case LIMITS_PERCENT:
		snprintf(text, LIMITS_TEXT, "%" PRIu64 "%%", value);
		return text;
	case LIMITS_BPS:
		snprintf(text, LIMITS_TEXT, "%" PRIu64 "bps", value);
		return text;
	case LIMITS_DOLLARS:
		snprintf(text, LIMITS_TEXT, "%s", price_text(price, value));
		return text;
	case LIMITS_TIME:
		time_text(text, value);
		return text;
	default:
		snprintf(text, LIMITS_TEXT, "%" PRIu64, value);
		return text;
	}
}
