// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>

#include "clock.h"
#include "figures.h"
#include "order_print.h"
#include "price.h"

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

	fprintf(out, "wire to wire (%s)\n", FIGURE_CLOCK);
	figures_text(out, skipped, 4, 1);
	for (i = 0; t->latency.count && i < QUANTILE_FIGURES; i++)
		micros_text(out, figure_quantiles[i].words,
			    hist_quantile(&t->latency,
					  figure_quantiles[i].per_mille));
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

static void glimpse_text(const struct glimpse *g, FILE *out)
{
	struct figure figures[GLIMPSE_FIGURES];
	char peer[PEER_TEXT];

	glimpse_figures(g, figures);
	fprintf(out, "snapshot server %s\n", peer_text(peer, &g->address));
	figures_text(out, figures, GLIMPSE_FIGURES, 2);
}

static void sessions_text(const struct session_server *s, FILE *out)
{
	struct figure figures[SESSION_FIGURES];
	char peer[PEER_TEXT];

	session_figures(s, figures);
	fprintf(out, "order sessions at %s, %s\n",
		peer_text(peer, &s->address), SESSION_TRANSPORT);
	figures_text(out, figures, SESSION_FIGURES, 4);
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
	if (s->glimpse)
		glimpse_text(s->glimpse, out);
	fprintf(out, "book of what was sent\n");
	figures_text(out, book, BOOK_FIGURES, 2);
	fprintf(out, "orders\n");
	figures_text(out, orders, ORDER_FIGURES, 8);
	rejects_text(out, c);
	fprintf(out, "  %-38s %15s\n", "notional, dollars",
		price_text(notional, c->notional));
	sessions_text(s->entry->session, out);
	timing_text(out, &s->entry->timing);
}
