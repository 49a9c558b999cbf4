// SPDX-License-Identifier: GPL-2.0
/*
 * trigger_parse - the language of triggers into rows of the map
 *
 *   RULE   := when CLAUSE { and CLAUSE } then ACTION
 *   CLAUSE := FEATURE ( <= | >= | == ) VALUE
 *   ACTION := ( buy | sell ) QTY @ ( bid | ask | PRICE ) { OPTION }
 *   OPTION := IOC | cooldown N(ns|us|ms|s) | max N
 *
 * One pass from left to right; the first thing that is wrong is the error.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "itch50.h"
#include "ouch50.h"
#include "price.h"
#include "trigger.h"

enum { FIRES_MAX = 1000000 };

#define SHARES_MAX	999999999999ull
#define COOLDOWN_MAX_NS	(86400 * SECOND_NS)

struct parser {
	const char *text;
	const char *at;		/* of the token that is next */
	struct trigger_error *error;
};

__attribute__((format(printf, 2, 3)))
static int expected(struct parser *p, const char *format, ...)
{
	va_list ap;

	p->error->column = (int)(p->at - p->text) + 1;
	va_start(ap, format);
	vsnprintf(p->error->expected, sizeof(p->error->expected), format, ap);
	va_end(ap);
	return -EINVAL;
}

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (c >= '0' && c <= '9') || c == '.';
}

static void skip_space(struct parser *p)
{
	while (*p->at == ' ')
		p->at++;
}

static size_t word_length(const struct parser *p)
{
	size_t n = 0;

	while (is_word_char(p->at[n]))
		n++;
	return n;
}

/* Steps over `word` when it is next. */
static bool accept_word(struct parser *p, const char *word)
{
	size_t n = word_length(p);

	if (n != strlen(word) || strncmp(p->at, word, n))
		return false;
	p->at += n;
	skip_space(p);
	return true;
}

static bool accept_sign(struct parser *p, const char *sign)
{
	size_t n = strlen(sign);

	if (strncmp(p->at, sign, n))
		return false;
	p->at += n;
	skip_space(p);
	return true;
}

static int parse_price(struct parser *p, uint64_t min, uint64_t max,
		       uint64_t *px)
{
	char most[PRICE_TEXT], least[PRICE_TEXT];
	const char *end;
	int err = price_parse(p->at, max, px, &end);

	if (!err && is_word_char(*end))
		err = -EINVAL;
	if (!err && *px < min)
		err = -ERANGE;
	if (err == -ERANGE)
		return expected(p, "a price from %s to %s",
				price_text(least, min), price_text(most, max));
	if (err)
		return expected(p, "a price with at most four decimals");
	p->at = end;
	skip_space(p);
	return 0;
}

static int parse_number(struct parser *p, const char *what, uint64_t min,
			uint64_t max, __u64 *value)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(p->at, &end, 10);
	if (*p->at < '0' || *p->at > '9' || errno || is_word_char(*end) ||
	    number < min || number > max)
		return expected(p, "%s, a whole number from %" PRIu64 " to %"
				PRIu64, what, min, max);
	*value = number;
	p->at = end;
	skip_space(p);
	return 0;
}

static int parse_cooldown(struct parser *p, __u64 *ns)
{
	static const struct {
		const char *unit;
		uint64_t ns;
	} units[] = {
		{ "ns", 1 }, { "us", 1000 }, { "ms", 1000000 },
		{ "s", SECOND_NS },
	};
	size_t length = word_length(p), i;
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(p->at, &end, 10);
	if (*p->at < '0' || *p->at > '9' || errno)
		number = ~0ull;
	for (i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if ((size_t)(p->at + length - end) != strlen(units[i].unit) ||
		    strncmp(end, units[i].unit, strlen(units[i].unit)) ||
		    number > COOLDOWN_MAX_NS / units[i].ns)
			continue;
		*ns = number * units[i].ns;
		p->at += length;
		skip_space(p);
		return 0;
	}
	return expected(p, "a time up to 86400s, such as 50ms (units ns us ms s)");
}

static const struct {
	const char *word;
	enum ht_unit unit;
} features[HT_F_MAX] = {
#define X(id, name, measure) [HT_F_##id] = { name, HT_UNIT_##measure },
	HT_FEATURES(X)
#undef X
};

static const char *feature_separator(int i)
{
	if (i == HT_F_NONE + 1)
		return "";
	return i == HT_F_MAX - 1 ? " or " : ", ";
}

/* Return: enum ht_feature, or -EINVAL. */
static int parse_feature(struct parser *p)
{
	char words[sizeof(p->error->expected)] = "";
	size_t n = 0;
	int i;

	for (i = HT_F_NONE + 1; i < HT_F_MAX; i++)
		if (accept_word(p, features[i].word))
			return i;
	for (i = HT_F_NONE + 1; i < HT_F_MAX && n < sizeof(words); i++)
		n += (size_t)snprintf(words + n, sizeof(words) - n, "%s%s",
				      feature_separator(i), features[i].word);
	return expected(p, "%s", words);
}

static int parse_clause(struct parser *p, struct ht_clause *clause)
{
	int feature = parse_feature(p);
	uint64_t px = 0;
	__u64 value = 0;
	bool is_price;
	int err;

	if (feature < 0)
		return feature;
	if (accept_sign(p, "<="))
		clause->op = HT_LE;
	else if (accept_sign(p, ">="))
		clause->op = HT_GE;
	else if (accept_sign(p, "=="))
		clause->op = HT_EQ;
	else
		return expected(p, "<=, >= or ==");
	is_price = features[feature].unit == HT_UNIT_PRICE;
	if (is_price)
		err = parse_price(p, 0, ITCH_PRICE_MAX, &px);
	else
		err = parse_number(p, "shares", 0, SHARES_MAX, &value);
	clause->feature = feature;
	clause->value = (int64_t)(is_price ? px : value);
	return err;
}

static int parse_condition(struct parser *p, struct ht_rule *rule)
{
	int err;

	if (!accept_word(p, "when"))
		return expected(p, "when");
	do {
		err = parse_clause(p, &rule->clause[rule->clauses]);
		if (err)
			return err;
		rule->clauses++;
		if (accept_word(p, "then"))
			return 0;
		if (rule->clauses == HT_CLAUSES)
			return expected(p, "then (at most %d conditions)",
					HT_CLAUSES);
	} while (accept_word(p, "and"));
	return expected(p, "`and` or `then`");
}

static int parse_limit(struct parser *p, struct ht_rule *rule)
{
	uint64_t px = 0;
	int err;

	rule->price_from = HT_AT_LIMIT;
	if (accept_word(p, "bid")) {
		rule->price_from = HT_AT_BID;
		return 0;
	}
	if (accept_word(p, "ask")) {
		rule->price_from = HT_AT_ASK;
		return 0;
	}
	if (*p->at < '0' || *p->at > '9')
		return expected(p, "bid, ask or a price");
	err = parse_price(p, 1, OUCH_PRICE_MAX, &px);
	if (!err)
		rule->limit_px_e4 = (uint32_t)px;
	return err;
}

static int parse_order(struct parser *p, struct ht_rule *rule)
{
	__u64 qty = 0;
	int err;

	if (accept_word(p, "buy"))
		rule->side = HT_BID;
	else if (accept_word(p, "sell"))
		rule->side = HT_ASK;
	else
		return expected(p, "buy or sell");
	err = parse_number(p, "shares", 1, OUCH_QTY_MAX, &qty);
	if (err)
		return err;
	rule->qty = (uint32_t)qty;
	if (!accept_sign(p, "@"))
		return expected(p, "@ and a price");
	return parse_limit(p, rule);
}

/* Every order is immediate or cancel; the word may be written or left out. */
static int parse_options(struct parser *p, struct ht_rule *rule)
{
	bool ioc = false, cooldown = false, max = false;
	int err = 0;

	while (*p->at && !err) {
		if (!ioc && (accept_word(p, "IOC") || accept_word(p, "ioc"))) {
			ioc = true;
		} else if (!cooldown && accept_word(p, "cooldown")) {
			cooldown = true;
			err = parse_cooldown(p, &rule->cooldown_ns);
		} else if (!max && accept_word(p, "max")) {
			max = true;
			err = parse_number(p, "fires", 1, FIRES_MAX,
					   &rule->max_fires);
		} else {
			return expected(p, "the end%s%s%s",
					ioc ? "" : ", IOC",
					cooldown ? "" : ", cooldown",
					max ? "" : ", max");
		}
	}
	return err;
}

/* Return: whether all of it found room. */
static bool copy_text(char *to, size_t size, const char *from)
{
	bool space = false;
	size_t n = 0;

	for (; *from; from++) {
		if (strchr(" \t\r\n", *from)) {
			space = n > 0;
			continue;
		}
		if (n + space + 1 >= size)
			break;
		if (space)
			to[n++] = ' ';
		space = false;
		/* a byte that terminals and JSON cannot show is an error */
		to[n++] = *from > ' ' && *from <= '~' ? *from : '?';
	}
	to[n] = 0;
	return !*from;
}

int trigger_compile(const char *text, struct ht_rule *rule,
		    struct trigger_error *error)
{
	struct parser p = { .error = error };
	int err;

	*rule = (struct ht_rule){ .cooldown_ns = SECOND_NS, .max_fires = 1 };
	*error = (struct trigger_error){0};
	p.text = p.at = rule->text;
	if (!copy_text(rule->text, sizeof(rule->text), text)) {
		p.at += strlen(rule->text);
		return expected(&p, "a rule of at most %d characters",
				HT_TRIGGER_TEXT - 1);
	}
	err = parse_condition(&p, rule);
	if (!err)
		err = parse_order(&p, rule);
	if (!err)
		err = parse_options(&p, rule);
	return err;
}
