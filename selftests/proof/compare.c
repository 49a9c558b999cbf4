// SPDX-License-Identifier: GPL-2.0
#include "compare.h"

#include <inttypes.h>
#include <stdarg.h>
#include <unistd.h>

#include "price.h"

void line_clear(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

int differs(const struct session *s, const char *format, ...)
{
	uint64_t last = s->first + s->messages - 1;
	va_list ap;

	line_clear();
	fprintf(stderr, "proof: %s: message %" PRIu64, s->name, s->first);
	if (s->messages == 1)
		fprintf(stderr, " (%c)", s->types[0]);
	else if (s->messages)
		fprintf(stderr, " to %" PRIu64, last);
	fputs(": ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	return 1;
}

/* A side's best price in words. */
static const char *quote_text(char text[64], uint32_t px, uint64_t qty,
			      uint32_t orders)
{
	char price[PRICE_TEXT];

	if (orders)
		snprintf(text, 64, "%s x %" PRIu64 " in %" PRIu32 " orders",
			 price_text(price, px), qty, orders);
	else
		snprintf(text, 64, px || qty ? "empty, but not 0" : "empty");
	return text;
}

static int compare_quote(const struct session *s, uint16_t locate,
			 const char *side, const struct ht_quote *engine,
			 struct ref_quote want)
{
	char name[12], one[64], other[64];

	if (engine->px_e4 == want.px && engine->orders == want.orders &&
	    engine->qty == want.qty)
		return 0;
	return differs(s, "%s (locate %u): best %s: engine %s, reference %s",
		       ref_name(&s->reference, locate, name), locate, side,
		       quote_text(one, engine->px_e4, engine->qty,
				  engine->orders),
		       quote_text(other, want.px, want.qty, want.orders));
}

static int compare_top(const struct session *s, uint16_t locate)
{
	const struct ref_symbol *want = &s->reference.symbols[locate];
	const struct ht_top *top = &s->engine.in.tops[locate];
	bool bad = top->book == HT_BOOK_BAD;
	char name[12];
	int err;

	if (top->lock & 1)
		return differs(s, "locate %u: its lock word is odd", locate);
	if (bad != (want->bad || s->lost[locate]))
		return differs(s, "%s (locate %u): engine %s, reference %s",
			       ref_name(&s->reference, locate, name), locate,
			       bad ? "BAD" : "OK", bad ? "OK" : "BAD");
	if (s->lost[locate])
		return 0;
	err = compare_quote(s, locate, "bid", &top->bid, ref_best(want, 'B'));
	if (err)
		return err;
	return compare_quote(s, locate, "ask", &top->ask, ref_best(want, 'S'));
}

/* Symbols BAD for want of room alone. */
static uint64_t lost_alone(const struct session *s)
{
	uint64_t count = 0;
	uint32_t locate;

	for (locate = 0; s->lost_symbols && locate < REF_LOCATES; locate++)
		count += s->lost[locate] &&
			 !s->reference.symbols[locate].bad;
	return count;
}

static int compare_number(const struct session *s, const char *what,
			  uint64_t engine, uint64_t reference)
{
	if (engine == reference)
		return 0;
	return differs(s, "%s: engine %" PRIu64 ", reference %" PRIu64, what,
		       engine, reference);
}

static int compare_totals(const struct session *s)
{
	const struct ht_book *book = s->engine.in.book;
	int err = compare_number(s, "BAD symbols", book->bad_symbols,
				 s->reference.bad_symbols + lost_alone(s));

	if (err || s->lost_symbols)
		return err;
	err = compare_number(s, "live orders", book->orders,
			     HASH_COUNT(s->reference.by_ref));
	return err ? err : compare_number(s, "levels", book->levels,
					  s->reference.levels);
}

/* What was counted since the last reading.  About a lost symbol the two know
 * different orders, so they count different things.
 */
static int compare_counters(const struct session *s)
{
	static const struct {
		const char *what;
		size_t engine, reference;
	} counters[] = {
#define PAIR(engine, reference)						\
	{ #engine, offsetof(struct ht_counters, engine),		\
	  offsetof(struct ref_book, reference) }
		PAIR(unknown_ref, unknown_refs),
		PAIR(duplicate_ref, duplicate_refs),
		PAIR(over_executed, over_executed),
		PAIR(bad_value, bad_values),
		PAIR(renamed, renamed),
#undef PAIR
	};
#define AT(of, offset)	(*(const uint64_t *)((const char *)&(of) + (offset)))
	size_t i;
	int err = 0;

	for (i = 0; !err && i < sizeof(counters) / sizeof(*counters); i++)
		err = compare_number(s, counters[i].what,
			AT(s->engine.now, counters[i].engine) -
			AT(s->engine.before, counters[i].engine),
			AT(s->reference, counters[i].reference) -
			AT(s->counted, counters[i].reference));
#undef AT
	return err;
}

/* Symbols of this packet that are BAD although nothing was wrong with their
 * messages.  Return: 0, 1 for a difference.
 */
static int find_lost(struct session *s, uint64_t refused)
{
	uint64_t found = 0;
	uint32_t i;

	for (i = 0; i < s->messages; i++) {
		uint16_t locate = s->touched[i];

		if (s->engine.in.tops[locate].book != HT_BOOK_BAD ||
		    s->reference.symbols[locate].bad || s->lost[locate])
			continue;
		if (!s->expect || s->expect[locate] == EXPECT_EQUAL)
			return differs(s, "locate %u: refused for want of room",
				       locate);
		s->lost[locate] = true;
		s->lost_symbols++;
		found++;
	}
	if (found > refused)
		return differs(s, "%" PRIu64 " symbols BAD for %" PRIu64
			       " refusals", found, refused);
	return found ? compare_tops(s) : 0;
}

/* A refusal must show: one of the packet's symbols is BAD. */
static int refusal_shows(const struct session *s)
{
	uint32_t i;

	for (i = 0; i < s->messages; i++)
		if (s->engine.in.tops[s->touched[i]].book == HT_BOOK_BAD)
			return 0;
	return differs(s, "an order was refused, but no symbol is BAD");
}

/* Whether it is time to read the engine's counters. */
static bool count_due(const struct session *s)
{
	uint32_t i;

	if (s->expect || s->engine.replay.inject.packets % COUNT_EVERY == 0)
		return true;
	for (i = 0; i < s->messages; i++)
		if (s->engine.in.tops[s->touched[i]].book == HT_BOOK_BAD ||
		    s->reference.symbols[s->touched[i]].bad)
			return true;
	return false;
}

static bool touched_lost(const struct session *s)
{
	uint32_t i;

	for (i = 0; i < s->messages; i++)
		if (s->lost[s->touched[i]])
			return true;
	return false;
}

int compare_counted(struct session *s)
{
	int err = engine_count(&s->engine);
	uint64_t refused = engine_refused(&s->engine);

	if (!err && refused)
		err = find_lost(s, refused);
	if (!err && refused)
		err = refusal_shows(s);
	if (!err && !touched_lost(s))
		err = compare_counters(s);
	s->counted = s->reference;
	return err;
}

int compare_packet(struct session *s)
{
	int err = count_due(s) ? compare_counted(s) : 0;
	uint32_t i;

	for (i = 0; !err && i < s->messages; i++)
		err = compare_top(s, s->touched[i]);
	return err || s->lost_symbols ? err : compare_totals(s);
}

int compare_tops(const struct session *s)
{
	uint32_t locate;
	int err = 0;

	for (locate = 0; !err && locate < REF_LOCATES; locate++)
		err = compare_top(s, (uint16_t)locate);
	return err ? err : compare_totals(s);
}
