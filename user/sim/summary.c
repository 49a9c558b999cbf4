// SPDX-License-Identifier: GPL-2.0
#include "summary.h"

#include <errno.h>
#include <inttypes.h>

#include <json-c/json.h>

#include "clock.h"
#include "order_print.h"
#include "price.h"

enum { SUMMARY_SCHEMA = 1 };

static const char clock_words[] =
	"from before the send call to the kernel's receive timestamp, "
	"CLOCK_REALTIME";

/* A figure of the report: its key in JSON, its words for a person. */
struct figure {
	const char *key;
	const char *words;
	uint64_t value;
};

static const struct {
	const char *key;
	const char *words;
	uint32_t per_mille;
} quantiles[] = {
	{ "p50_ns", "p50", 500 },
	{ "p90_ns", "p90", 900 },
	{ "p99_ns", "p99", 990 },
	{ "p999_ns", "p99.9", 999 },
};

enum {
	FEED_FIGURES = 10, LINE_FIGURES = 11, BOOK_FIGURES = 6,
	ORDER_FIGURES = 16, REREQUEST_FIGURES = 10,
};

static uint64_t elapsed_ns(const struct summary *s)
{
	return s->playback->last_ns - s->playback->first_ns;
}

/* x * one second / ns, in steps that cannot overflow for a day's messages. */
static uint64_t per_second(uint64_t x, uint64_t ns)
{
	return ns ? (uint64_t)((unsigned __int128)x * NS_PER_SECOND / ns) : 0;
}

/* What all lines of the feed together did. */
static struct line_counts lines_sum(const struct feed *f)
{
	struct line_counts sum = {0};
	uint32_t i;

	for (i = 0; i < f->lines; i++) {
		const struct line_counts *c = &f->line[i].counts;

		sum.packets += c->packets;
		sum.bytes += c->bytes;
		sum.heartbeats += c->heartbeats;
		sum.ends += c->ends;
		sum.busy += c->busy;
	}
	return sum;
}

static void feed_figures(const struct summary *s, struct figure f[FEED_FIGURES])
{
	const struct line_counts sum = lines_sum(s->feed);
	uint64_t messages = s->feed->published - 1;
	uint64_t ns = elapsed_ns(s);
	const struct figure all[FEED_FIGURES] = {
		{ "messages", "messages", messages },
		{ "packets", "packets", sum.packets },
		{ "bytes", "bytes of UDP payload", sum.bytes },
		{ "elapsed_ns", NULL, ns },
		{ "messages_per_second", "messages a second",
		  per_second(messages, ns) },
		{ "next_sequence", "next sequence", s->feed->published },
		{ "heartbeats", "heartbeats", sum.heartbeats },
		{ "ends_of_session", "ends of session", sum.ends },
		{ "sent_again", "sent again, no room before", sum.busy },
		{ "sessions", "sessions", s->feed->sessions },
	};

	memcpy(f, all, sizeof(all));
}

static void line_figures(const struct line *l, struct figure f[LINE_FIGURES])
{
	const struct line_counts *c = &l->counts;
	const struct figure all[LINE_FIGURES] = {
		{ "packets", "packets", c->packets },
		{ "bytes", NULL, c->bytes },
		{ "heartbeats", NULL, c->heartbeats },
		{ "ends_of_session", NULL, c->ends },
		{ "lost", "packets lost", c->lost + c->lost_burst +
		  c->lost_dead },
		{ "lost_chance", "  by chance", c->lost },
		{ "lost_burst", "  in bursts", c->lost_burst },
		{ "lost_dead", "  while dead", c->lost_dead },
		{ "empties_lost", "heartbeats and ends lost",
		  c->empties_lost },
		{ "duplicated", "packets duplicated", c->duplicated },
		{ "reordered", "packets held back", c->reordered },
	};

	memcpy(f, all, sizeof(all));
}

static void rerequest_figures(const struct rerequest *r,
			      struct figure f[REREQUEST_FIGURES])
{
	const struct rerequest_counts *c = &r->counts;
	const struct figure all[REREQUEST_FIGURES] = {
		{ "requests", "requests", c->requests },
		{ "answered", "answered", c->answered },
		{ "messages", "messages in the answers", c->messages },
		{ "lied", "answered with a lie", c->lied },
		{ "lost", "lost by a fault", c->lost },
		{ "not_there", "refused: no message of that number",
		  c->not_there },
		{ "other_session", "refused: another session",
		  c->other_session },
		{ "malformed", "refused: malformed", c->malformed },
		{ "overrun", "refused: too many at once", c->overrun },
		{ "replies_lost", "answers that could not be sent",
		  c->replies_lost },
	};

	memcpy(f, all, sizeof(all));
}

static void book_figures(const struct summary *s, struct figure f[BOOK_FIGURES])
{
	const struct book *b = s->feed->book;
	const struct figure all[BOOK_FIGURES] = {
		{ "live_orders", "live orders", book_live_orders(b) },
		{ "levels", "levels", b->levels },
		{ "unknown_references", "unknown references", b->unknown_refs },
		{ "duplicate_references", "duplicate references",
		  b->duplicate_refs },
		{ "oversized_reductions", "reductions over an order's size",
		  b->oversized },
		{ "not_itch", "messages that are not ITCH 5.0",
		  b->unknown_types + b->bad_messages },
	};

	memcpy(f, all, sizeof(all));
}

static void order_figures(const struct summary *s,
			  struct figure f[ORDER_FIGURES])
{
	const struct exchange_counts *c = &s->entry->exchange.counts;
	const struct figure all[ORDER_FIGURES] = {
		{ "received", "received", c->received },
		{ "accepted", "accepted", c->accepted },
		{ "filled", "filled, at least in part", c->filled },
		{ "executions", "executions", c->executions },
		{ "shares", "shares", c->shares },
		{ "canceled", "canceled, at least in part", c->canceled },
		{ "rejected", "rejected", c->rejected },
		{ "ignored", "ignored: UserRefNum not above the last",
		  c->ignored },
		{ "cancels", "cancel requests", c->cancels },
		{ "cancels_unknown", "cancel requests of no open order",
		  c->cancels_unknown },
		{ "client_heartbeats", "client heartbeats", c->heartbeats },
		{ "truncated", "malformed: too short", c->truncated },
		{ "bad_length", "malformed: lying or excessive length",
		  c->bad_length + s->entry->oversized },
		{ "unknown_type", "malformed: unknown type", c->unknown_type },
		{ "senders_refused", "refused: too many senders",
		  c->senders_refused },
		{ "replies_lost", "answers that could not be sent",
		  s->entry->replies_lost },
	};

	memcpy(f, all, sizeof(all));
}

/* -- text --------------------------------------------------------------- */

/* The first `always` figures are printed even when nothing is to tell. */
static void figures_text(FILE *out, const struct figure *f, uint32_t count,
			 uint32_t always)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (f[i].words && (i < always || f[i].value))
			fprintf(out, "  %-38s %15" PRIu64 "\n", f[i].words,
				f[i].value);
}

static void rejects_text(FILE *out, const struct exchange_counts *c)
{
	uint16_t i;

	for (i = 0; i < EXCHANGE_REASONS; i++)
		if (c->reason[i])
			fprintf(out, "    %-36s %15" PRIu64 "\n",
				ouch_reject_words(i), c->reason[i]);
}

static void micros_text(FILE *out, const char *words, uint64_t ns)
{
	fprintf(out, "  %-38s %11" PRIu64 ".%03u us\n", words,
		ns / NS_PER_US, (unsigned int)(ns % NS_PER_US));
}

static void timing_text(FILE *out, const struct timing *t)
{
	const struct figure skipped[] = {
		{ NULL, "orders timed", t->latency.count },
		{ NULL, "orders that name no message", t->unmarked },
		{ NULL, "orders of a message unknown or too old", t->unknown },
		{ NULL, "orders that came before their message",
		  t->early },
	};
	uint32_t i;

	fprintf(out, "wire to wire (%s)\n", clock_words);
	figures_text(out, skipped, 4, 1);
	for (i = 0; t->latency.count && i < 4; i++)
		micros_text(out, quantiles[i].words,
			    hist_quantile(&t->latency,
					  quantiles[i].per_mille));
	if (t->latency.count)
		micros_text(out, "max", t->latency.max);
}

static void lines_text(const struct summary *s, FILE *out)
{
	struct figure figures[LINE_FIGURES];
	uint32_t i;

	for (i = 0; i < s->feed->lines; i++) {
		line_figures(&s->feed->line[i], figures);
		fprintf(out, "line %c\n", 'A' + (int)i);
		figures_text(out, figures, LINE_FIGURES, 1);
	}
}

static void rerequests_text(const struct summary *s, FILE *out)
{
	struct figure figures[REREQUEST_FIGURES];
	char peer[PEER_TEXT];
	uint32_t i;

	for (i = 0; i < s->rerequests; i++) {
		rerequest_figures(&s->rerequest[i], figures);
		fprintf(out, "re-request server %s\n",
			peer_text(peer, &s->rerequest[i].address));
		figures_text(out, figures, REREQUEST_FIGURES, 2);
	}
}

void summary_text(const struct summary *s, FILE *out)
{
	struct figure feed[FEED_FIGURES], book[BOOK_FIGURES];
	struct figure orders[ORDER_FIGURES];
	const struct exchange_counts *c = &s->entry->exchange.counts;
	char notional[PRICE_TEXT];

	feed_figures(s, feed);
	book_figures(s, book);
	order_figures(s, orders);
	fprintf(out, "feed, session %.10s%s\n",
		s->feed->session,
		s->playback->interrupted ? ", interrupted" : "");
	fprintf(out, "  %-38s %11" PRIu64 ".%03u s\n", "time",
		elapsed_ns(s) / NS_PER_SECOND,
		(unsigned int)(elapsed_ns(s) % NS_PER_SECOND / NS_PER_MS));
	figures_text(out, feed, FEED_FIGURES, 6);
	lines_text(s, out);
	rerequests_text(s, out);
	fprintf(out, "book of what was sent\n");
	figures_text(out, book, BOOK_FIGURES, 2);
	fprintf(out, "orders, %s\n", ENTRY_TRANSPORT);
	figures_text(out, orders, ORDER_FIGURES, 7);
	rejects_text(out, c);
	fprintf(out, "  %-38s %15s\n", "notional, dollars",
		price_text(notional, c->notional));
	timing_text(out, &s->entry->timing);
}

/* -- JSON --------------------------------------------------------------- */

/* Without memory json-c's calls fail; *ok remembers it. */
static void put(struct json_object *in, const char *key,
		struct json_object *value, bool *ok)
{
	if (!in || !value || json_object_object_add(in, key, value)) {
		json_object_put(value);
		*ok = false;
	}
}

static struct json_object *figures_json(const struct figure *f, uint32_t count,
					bool *ok)
{
	struct json_object *object = json_object_new_object();
	uint32_t i;

	for (i = 0; i < count; i++)
		put(object, f[i].key, json_object_new_uint64(f[i].value), ok);
	return object;
}

static struct json_object *rejects_json(const struct exchange_counts *c,
					bool *ok)
{
	struct json_object *object = json_object_new_object();
	uint16_t i;

	for (i = 0; i < EXCHANGE_REASONS; i++)
		if (c->reason[i])
			put(object, ouch_reject_words(i),
			    json_object_new_uint64(c->reason[i]), ok);
	return object;
}

static struct json_object *timing_json(const struct timing *t, bool *ok)
{
	const struct figure counts[] = {
		{ "count", NULL, t->latency.count },
		{ "max_ns", NULL, t->latency.max },
		{ "unmarked", NULL, t->unmarked },
		{ "unknown_sequence", NULL, t->unknown },
		{ "before_message", NULL, t->early },
	};
	struct json_object *object = figures_json(counts, 5, ok);
	uint32_t i;

	for (i = 0; i < 4; i++)
		put(object, quantiles[i].key,
		    json_object_new_uint64(hist_quantile(
			    &t->latency, quantiles[i].per_mille)), ok);
	put(object, "clock", json_object_new_string(clock_words), ok);
	return object;
}

static struct json_object *orders_json(const struct summary *s, bool *ok)
{
	const struct exchange_counts *c = &s->entry->exchange.counts;
	struct figure figures[ORDER_FIGURES];
	struct json_object *object;
	char notional[PRICE_TEXT];

	order_figures(s, figures);
	object = figures_json(figures, ORDER_FIGURES, ok);
	put(object, "transport", json_object_new_string(ENTRY_TRANSPORT), ok);
	put(object, "notional",
	    json_object_new_string(price_text(notional, c->notional)), ok);
	put(object, "rejects", rejects_json(c, ok), ok);
	return object;
}

static void append(struct json_object *in, struct json_object *value, bool *ok)
{
	if (!in || !value || json_object_array_add(in, value)) {
		json_object_put(value);
		*ok = false;
	}
}

static struct json_object *lines_json(const struct summary *s, bool *ok)
{
	struct json_object *lines = json_object_new_array(), *object;
	struct figure figures[LINE_FIGURES];
	char name[] = "A", peer[PEER_TEXT];
	uint32_t i;

	for (i = 0; i < s->feed->lines; i++, name[0]++) {
		line_figures(&s->feed->line[i], figures);
		object = figures_json(figures, LINE_FIGURES, ok);
		put(object, "line", json_object_new_string(name), ok);
		peer_text(peer, &s->feed->line[i].options.group);
		put(object, "group", json_object_new_string(peer), ok);
		append(lines, object, ok);
	}
	return lines;
}

static struct json_object *rerequests_json(const struct summary *s, bool *ok)
{
	struct json_object *servers = json_object_new_array(), *object;
	struct figure figures[REREQUEST_FIGURES];
	char peer[PEER_TEXT];
	uint32_t i;

	for (i = 0; i < s->rerequests; i++) {
		rerequest_figures(&s->rerequest[i], figures);
		object = figures_json(figures, REREQUEST_FIGURES, ok);
		peer_text(peer, &s->rerequest[i].address);
		put(object, "address", json_object_new_string(peer), ok);
		append(servers, object, ok);
	}
	return servers;
}

int summary_json(const struct summary *s, FILE *out)
{
	struct json_object *root = json_object_new_object();
	struct figure feed[FEED_FIGURES], book[BOOK_FIGURES];
	const char *text;
	bool ok = true;

	feed_figures(s, feed);
	book_figures(s, book);
	put(root, "schema", json_object_new_int(SUMMARY_SCHEMA), &ok);
	put(root, "session",
	    json_object_new_string_len(s->feed->session,
				       MOLD_SESSION_LEN), &ok);
	put(root, "interrupted",
	    json_object_new_boolean(s->playback->interrupted), &ok);
	put(root, "feed", figures_json(feed, FEED_FIGURES, &ok), &ok);
	put(root, "lines", lines_json(s, &ok), &ok);
	put(root, "rerequest", rerequests_json(s, &ok), &ok);
	put(root, "book", figures_json(book, BOOK_FIGURES, &ok), &ok);
	put(root, "orders", orders_json(s, &ok), &ok);
	put(root, "wire_to_wire", timing_json(&s->entry->timing, &ok), &ok);
	text = json_object_to_json_string_ext(root, JSON_C_TO_STRING_PRETTY);
	if (text)
		fprintf(out, "%s\n", text);
	json_object_put(root);
	if (!ok || !text)
		return -ENOMEM;
	return ferror(out) ? -EIO : 0;
}
