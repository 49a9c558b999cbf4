// SPDX-License-Identifier: GPL-2.0
/*
 * describe - what the maps hold, as answers
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "describe.h"
#include "wanted.h"

void describe_time(struct json_object *o, const char *member, uint64_t ns)
{
	time_t second = (time_t)(ns / SECOND_NS);
	char day[24], text[40], zone[8];
	struct tm local;

	localtime_r(&second, &local);
	strftime(day, sizeof(day), "%Y-%m-%d %H:%M:%S", &local);
	strftime(zone, sizeof(zone), "%z", &local);
	snprintf(text, sizeof(text), "%s.%06u%s", day,
		 (unsigned int)(ns % SECOND_NS / 1000), zone);
	out_text(o, member, text);
}

void describe_age(struct json_object *o, const char *member, uint64_t then)
{
	uint64_t now = clock_ns();

	/* a packet may have come in since the clock was read */
	if (then)
		out_uint(o, member, now > then ? now - then : 0);
}

/* The index levels at which the market would halt, once V has named them. */
static void describe_decline(struct json_object *o, const __u64 points[3])
{
	char text[96];
	int i, at = 0;

	if (!points[0])
		return;
	for (i = 0; i < 3; i++)
		at += snprintf(text + at, sizeof(text) - (size_t)at,
			       "%s%llu.%02llu", i ? " " : "",
			       points[i] / 100000000,
			       points[i] / 1000000 % 100);
	out_text(o, "circuit_breakers_at", text);
}

struct json_object *describe_feed(const struct instance *in)
{
	struct json_object *o = json_object_new_object();
	struct ht_feed feed = *in->feed;

	out_text(o, "name", feed.name);
	out_text(o, "state", feed_state_name(feed.state));
	out_text(o, "market_phase", phase_name(feed.phase));
	if (feed.mwcb_level)
		out_uint(o, "circuit_breaker_level", feed.mwcb_level);
	describe_decline(o, feed.mwcb_points);
	if (feed.adopted) {
		out_text(o, "session", feed.session);
		out_uint(o, "expected", feed.expected);
		out_uint(o, "tail", feed.tail);
	}
	out_uint(o, "gaps", feed.gaps);
	/* the feed may move while it is copied */
	if (feed.state == HT_FEED_GAP && feed.tail > feed.expected) {
		out_uint(o, "missing", feed.tail - feed.expected);
		out_uint(o, "missing_from", feed.expected);
		out_uint(o, "missing_to", feed.tail - 1);
	}
	if (feed.state == HT_FEED_GAP || feed.state == HT_FEED_BAD ||
	    feed.state == HT_FEED_JOINING)
		describe_age(o, "gap_age_ns", feed.gap_ns);
	out_uint(o, "times_begun_anew", feed.joins);
	out_uint(o, "times_healed", feed.healed);
	if (feed.healed) {
		out_uint(o, "last_heal_ns", feed.heal_ns);
		out_uint(o, "worst_heal_ns", feed.heal_worst_ns);
	}
	describe_age(o, "last_packet_age_ns", feed.last_ns);
	return o;
}

struct json_object *describe_lines(const struct ht_line *lines)
{
	struct json_object *rows = json_object_new_array();
	char text[INET_ADDRSTRLEN];
	int i;

	for (i = 0; i < HT_LINES; i++) {
		const struct ht_line line = lines[i];
		struct json_object *row;

		if (!line.port)
			continue;
		row = json_object_new_object();
		out_text(row, "line", i ? "B" : "A");
		out_text(row, "group", inet_ntop(AF_INET, line.group, text,
						 sizeof(text)));
		out_uint(row, "port", line.port);
		out_text(row, "source", memcmp(line.source, "\0\0\0", 4) ?
			 inet_ntop(AF_INET, line.source, text, sizeof(text)) :
			 "any");
		out_uint(row, "packets", line.packets);
		json_object_array_add(rows, row);
	}
	return rows;
}

const struct out_column line_columns[] = {
	{ "line", "LINE", 0 },
	{ "group", "GROUP", 0 },
	{ "port", "PORT", 1 },
	{ "source", "SOURCE", 0 },
	{ "packets", "PACKETS", 1 },
	{ NULL, NULL, 0 }
};

const char *describe_book_state(const struct instance *in,
				const struct ht_top *top)
{
	if (top->book != HT_BOOK_OK)
		return "BAD";
	return feed_state_name(HT_READ_ONCE(in->feed->state));
}

bool controller_alive(const struct instance *in)
{
	return gate_alive(in->gate, clock_ns());
}

static uint32_t unwatched_refuse(const char *symbol)
{
	out_error(0, "%s is not on the watch list, so no book is kept of it; `hairtrigger load --symbols` names those that are",
		  symbol);
	return 0;
}

uint32_t symbol_resolve(const struct instance *in, const char *symbol)
{
	uint32_t locate = instance_locate(in, symbol);
	char upper[HT_TICKER];
	size_t i;

	if (locate && wanted_keeps(in, locate))
		return locate;
	if (locate)
		return unwatched_refuse(symbol);
	for (i = 0; symbol[i] && i + 1 < sizeof(upper); i++)
		upper[i] = (char)toupper((unsigned char)symbol[i]);
	upper[i] = 0;
	if (instance_locate(in, upper))
		out_error(0, "no symbol `%s`; did you mean `%s`?", symbol,
			  upper);
	else if (symbol[0] != '#' && !wanted_lists(in, symbol))
		return unwatched_refuse(symbol);
	else
		out_error(0, "no symbol `%s` in the feed's directory so far, and the feed is %s; `hairtrigger book show --all` lists them",
			  symbol,
			  feed_state_name(HT_READ_ONCE(in->feed->state)));
	return 0;
}
