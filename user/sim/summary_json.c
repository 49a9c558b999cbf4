// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include <json-c/json.h>

#include "figures.h"
#include "order_print.h"
#include "price.h"

enum { SUMMARY_SCHEMA = 1 };

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

	for (i = 0; i < QUANTILE_FIGURES; i++)
		put(object, figure_quantiles[i].key,
		    json_object_new_uint64(hist_quantile(
			    &t->latency, figure_quantiles[i].per_mille)), ok);
	put(object, "clock", json_object_new_string(FIGURE_CLOCK), ok);
	return object;
}

static struct json_object *sessions_json(const struct session_server *s,
					 bool *ok)
{
	struct figure figures[SESSION_FIGURES];
	struct json_object *object;
	char peer[PEER_TEXT];

	session_figures(s, figures);
	object = figures_json(figures, SESSION_FIGURES, ok);
	put(object, "address",
	    json_object_new_string(peer_text(peer, &s->address)), ok);
	put(object, "session",
	    json_object_new_string_len(s->name, SOUP_SESSION_LEN), ok);
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
	put(object, "transport", json_object_new_string(SESSION_TRANSPORT), ok);
	put(object, "notional",
	    json_object_new_string(price_text(notional, c->notional)), ok);
	put(object, "rejects", rejects_json(c, ok), ok);
	put(object, "sessions", sessions_json(s->entry->session, ok), ok);
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

static struct json_object *glimpse_json(const struct glimpse *g, bool *ok)
{
	struct figure figures[GLIMPSE_FIGURES];
	struct json_object *object;
	char peer[PEER_TEXT];

	glimpse_figures(g, figures);
	object = figures_json(figures, GLIMPSE_FIGURES, ok);
	put(object, "address",
	    json_object_new_string(peer_text(peer, &g->address)), ok);
	return object;
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
	if (s->glimpse)
		put(root, "glimpse", glimpse_json(s->glimpse, &ok), &ok);
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
