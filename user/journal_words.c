// SPDX-License-Identifier: GPL-2.0
/*
 * journal_words - a record as a line that a person reads
 */
#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "instance.h"
#include "journal_describe.h"
#include "price.h"

#define NAME_OF(names, i) \
	((size_t)(i) < sizeof(names) / sizeof(*(names)) ? (names)[i] : "?")

static const char *const gates[] = {
#define X(id, words) [JOURNAL_GATE_##id] = words,
	JOURNAL_GATES(X)
#undef X
};

static const char *const ways[] = {
#define X(id, words) [JOURNAL_WAY_##id] = words,
	JOURNAL_WAYS(X)
#undef X
};

static const char *const levels[] = {
	[HT_KILL_NONE] = "nothing",
	[HT_KILL_SYMBOL] = "symbol",
	[HT_KILL_SESSION] = "session",
	[HT_KILL_GLOBAL] = "everything",
};

const char *journal_gate_name(uint8_t gate)
{
	return NAME_OF(gates, gate);
}

const char *journal_way_name(uint8_t way)
{
	return NAME_OF(ways, way);
}

const char *journal_level_name(uint32_t level)
{
	return NAME_OF(levels, level);
}

const char *journal_time(char text[JOURNAL_TIME], uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / SECOND_NS);
	struct tm day;
	char zone[8], clock[24];

	if (!localtime_r(&seconds, &day))
		memset(&day, 0, sizeof(day));
	strftime(clock, sizeof(clock), "%Y-%m-%dT%H:%M:%S", &day);
	strftime(zone, sizeof(zone), "%z", &day);
	snprintf(text, JOURNAL_TIME, "%s.%09u%.3s:%.2s", clock,
		 (unsigned int)(real_ns % SECOND_NS), zone, zone + 3);
	return text;
}

const uint8_t *journal_message(const struct journal_record *r, size_t *len)
{
	*len = 0;
	if (r->head->type == JOURNAL_SENT)
		*len = journal_payload(r, struct journal_sent)->len;
	else if (r->head->type == JOURNAL_REPLY)
		*len = journal_payload(r, struct journal_reply)->len;
	if (*len > r->more_len)
		*len = r->more_len;
	return r->more;
}

static void symbol_copy(char *symbol, const char *from)
{
	memcpy(symbol, from, HT_TICKER - 1);
	symbol[HT_TICKER - 1] = '\0';
}

void journal_about(const struct journal_record *r, char *symbol, uint32_t *urn)
{
	const struct journal_refusal *refusal = r->payload;
	const struct journal_sent *sent = r->payload;
	const struct journal_reply *reply = r->payload;
	const struct journal_kill *kill = r->payload;
	const struct ht_event *event = r->payload;

	*symbol = '\0';
	*urn = 0;
	switch (r->head->type) {
	case JOURNAL_EVENT:
		symbol_copy(symbol, event->symbol);
		break;
	case JOURNAL_REFUSAL:
		symbol_copy(symbol, refusal->symbol);
		*urn = refusal->urn;
		break;
	case JOURNAL_SENT:
		symbol_copy(symbol, sent->symbol);
		*urn = sent->urn;
		break;
	case JOURNAL_REPLY:
		symbol_copy(symbol, reply->symbol);
		*urn = reply->urn;
		break;
	case JOURNAL_KILL:
		symbol_copy(symbol, kill->symbol);
		break;
	}
}

/* A file may say anything. */
const char *journal_error_words(int32_t err)
{
	enum { ERRORS = 4096 };

	return err < 0 && err > -ERRORS ? strerror(-err) : "?";
}

/* At most size letters, up to a NUL. */
static void print_text(FILE *out, const char *text, size_t size)
{
	for (; size && *text; size--, text++)
		fputc(*text >= ' ' && *text <= '~' ? *text : '?', out);
}

#define PRINT_ARRAY(out, array)	print_text(out, array, sizeof(array))

/* The text behind a payload, of which there may be less than it says. */
static void print_more(FILE *out, const struct journal_record *r, uint32_t len)
{
	if (r->more)
		print_text(out, r->more, len < r->more_len ? len : r->more_len);
}

static void print_order(FILE *out, const char *side, uint32_t qty, uint64_t px)
{
	char price[PRICE_TEXT];

	fprintf(out, " %s %u @ %s", side, qty, price_text(price, px));
}

static void words_start(FILE *out, const struct journal_record *r)
{
	const struct journal_start *p =
		journal_payload(r, struct journal_start);

	fprintf(out, "controller %u of version ", p->pid);
	PRINT_ARRAY(out, p->release);
	if (p->session[0]) {
		fputs(", session ", out);
		PRINT_ARRAY(out, p->session);
	}
	fprintf(out, ", first urn %u: ", p->first_urn);
	print_more(out, r, p->len);
}

static void words_event(FILE *out, const struct journal_record *r)
{
	const struct ht_event *e = journal_payload(r, struct ht_event);
	char bid[PRICE_TEXT], ask[PRICE_TEXT];

	PRINT_ARRAY(out, e->symbol);
	print_order(out, e->side == HT_BID ? "buy" : "sell", e->qty, e->px);
	fprintf(out, ", bid %s x %" PRIu64 ", ask %s x %" PRIu64 ", fire %" PRIu64 " of trigger %u, rule %u",
		price_text(bid, e->bid.px_e4), (uint64_t)e->bid.qty,
		price_text(ask, e->ask.px_e4), (uint64_t)e->ask.qty,
		(uint64_t)e->fires, e->trigger, e->version);
}

static void words_refusal(FILE *out, const struct journal_record *r)
{
	const struct journal_refusal *p =
		journal_payload(r, struct journal_refusal);

	PRINT_ARRAY(out, p->trigger);
	fputc(' ', out);
	PRINT_ARRAY(out, p->symbol);
	print_order(out, ouch_side_words(p->side), p->qty, p->px);
	fprintf(out, ": %s (%s)%s", refusal_words(p->reason),
		journal_gate_name(p->gate),
		p->spent ? ", the trigger is spent" : "");
}

/* -- what goes over the wire -------------------------------------------- */

static void words_request(FILE *out, const struct journal_record *r)
{
	struct ouch_request request;
	char text[OUCH_WORDS];
	size_t len;
	const uint8_t *message = journal_message(r, &len);

	if (!message || ouch_request_decode(message, len, &request))
		fputs("no OUCH 5.0", out);
	else
		fputs(ouch_request_words(text, &request), out);
}

static void words_sent(FILE *out, const struct journal_record *r)
{
	const struct journal_sent *p = journal_payload(r, struct journal_sent);

	words_request(out, r);
	fputs("; ", out);
	if (p->trigger[0]) {
		PRINT_ARRAY(out, p->trigger);
		fputs(", ", out);
	}
	fprintf(out, "%s%s", journal_way_name(p->way),
		p->soup ? ", SoupBinTCP" : "");
	if (p->entry_ns && p->submitted_ns >= p->entry_ns)
		fprintf(out, ", %" PRIu64 " ns after XDP entry",
			p->submitted_ns - p->entry_ns);
}

static void words_reply(FILE *out, const struct journal_record *r)
{
	const struct journal_reply *p =
		journal_payload(r, struct journal_reply);
	struct ouch_reply reply;
	char text[OUCH_WORDS];
	size_t len;
	const uint8_t *message = journal_message(r, &len);

	if (p->number)
		fprintf(out, "%" PRIu64 ": ", p->number);
	if (!message || ouch_decode(message, len, &reply))
		fputs("no OUCH 5.0", out);
	else
		fputs(ouch_reply_words(text, &reply), out);
	if (p->err)
		fprintf(out, "; left without effect: %s", journal_error_words(p->err));
}

/* -- everything else ---------------------------------------------------- */

static void words_session(FILE *out, const struct journal_record *r)
{
	const struct journal_session *p =
		journal_payload(r, struct journal_session);

	PRINT_ARRAY(out, p->name);
	fputs(p->name[0] ? " " : "", out);
	PRINT_ARRAY(out, p->state_words);
	fprintf(out, ", next %" PRIu64, p->next);
	fputs(p->words[0] ? ": " : "", out);
	PRINT_ARRAY(out, p->words);
}

static void words_kill(FILE *out, const struct journal_record *r)
{
	const struct journal_kill *p = journal_payload(r, struct journal_kill);

	fprintf(out, "%s %s ", p->was_reset ? "reset of" : "kill of",
		journal_level_name(p->level));
	PRINT_ARRAY(out, p->symbol);
	fputs(p->symbol[0] ? " by " : "by ", out);
	PRINT_ARRAY(out, p->who);
	fprintf(out, ", generation %u: ", p->generation);
	PRINT_ARRAY(out, p->reason);
}

static void words_limits(FILE *out, const struct journal_record *r)
{
	const struct journal_limits *p =
		journal_payload(r, struct journal_limits);

	fprintf(out, "version %u after %u", p->version, p->was);
	if (p->who[0]) {
		fputs(" by ", out);
		PRINT_ARRAY(out, p->who);
	}
	fputs(": ", out);
	print_more(out, r, p->len);
}

static void words_reconciled(FILE *out, const struct journal_record *r)
{
	const struct journal_reconciled *p =
		journal_payload(r, struct journal_reconciled);

	PRINT_ARRAY(out, p->session);
	fprintf(out, " up to %" PRIu64 ": %" PRIu64 " answers read, %u orders, %u open, %u not ours, %u without an answer for good",
		p->next, p->replies, p->orders, p->open, p->foreign, p->dead);
	if (p->next_urn)
		fprintf(out, ", next urn %u", p->next_urn);
}

static void words_lost(FILE *out, const struct journal_record *r)
{
	const struct journal_lost *p = journal_payload(r, struct journal_lost);

	fprintf(out, "%" PRIu64 " records of %" PRIu64 " bytes found no room and are not here",
		p->records, p->bytes);
}

static void words_stop(FILE *out, const struct journal_record *r)
{
	const struct journal_stop *p = journal_payload(r, struct journal_stop);

	PRINT_ARRAY(out, p->words);
	if (p->err)
		fprintf(out, ": %s", journal_error_words(p->err));
}

void journal_words(FILE *out, const struct journal_record *r)
{
	static void (*const words[])(FILE *, const struct journal_record *) = {
		[JOURNAL_START] = words_start,
		[JOURNAL_EVENT] = words_event,
		[JOURNAL_REFUSAL] = words_refusal,
		[JOURNAL_SENT] = words_sent,
		[JOURNAL_REPLY] = words_reply,
		[JOURNAL_SESSION] = words_session,
		[JOURNAL_KILL] = words_kill,
		[JOURNAL_LIMITS] = words_limits,
		[JOURNAL_RECONCILED] = words_reconciled,
		[JOURNAL_LOST] = words_lost,
		[JOURNAL_STOP] = words_stop,
	};

	if (journal_is_known(r->head))
		words[r->head->type](out, r);
	else
		fprintf(out, "a record of type %u, format %u, which this version does not know",
			r->head->type, r->head->format);
}

void journal_line(FILE *out, const struct journal_record *r, bool bytes)
{
	char time[JOURNAL_TIME];
	size_t len, i;
	const uint8_t *message = journal_message(r, &len);

	fprintf(out, "%s %" PRIu64 " %s ", journal_time(time, r->head->real_ns),
		r->head->index, journal_type_name(r->head->type));
	if (r->head->seq)
		fprintf(out, "seq %" PRIu64 " ", r->head->seq);
	journal_words(out, r);
	fputs(bytes && len ? " [" : "", out);
	for (i = 0; bytes && i < len; i++)
		fprintf(out, "%02x", message[i]);
	fputs(bytes && len ? "]\n" : "\n", out);
}
