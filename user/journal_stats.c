// SPDX-License-Identifier: GPL-2.0
/*
 * journal_stats - what a whole journal adds up to
 */
#include "journal_stats.h"

#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "journal_describe.h"
#include "out.h"

struct journal_stats *journal_stats_new(void)
{
	return calloc(1, sizeof(struct journal_stats));
}

static void time_add(struct ht_histogram *h, uint64_t from, uint64_t to)
{
	if (from && to >= from)
		hist_add(h, to - from);
}

/* The answer is looked for by number: among the last JOURNAL_AWAITED sent. */
static void sent_add(struct journal_stats *s, const struct journal_sent *p)
{
	struct journal_awaited *a = &s->awaited[p->urn % JOURNAL_AWAITED];

	s->ways[p->way < JOURNAL_WAYS_END ? p->way : JOURNAL_WAYS_END]++;
	time_add(&s->entry_to_seen, p->entry_ns, p->seen_ns);
	time_add(&s->seen_to_decided, p->seen_ns, p->decided_ns);
	time_add(&s->decided_to_submitted, p->decided_ns, p->submitted_ns);
	time_add(&s->entry_to_submitted, p->entry_ns, p->submitted_ns);
	a->urn = p->urn;
	a->sent_ns = p->submitted_ns;
}

static void reply_add(struct journal_stats *s, const struct journal_reply *p)
{
	struct journal_awaited *a = &s->awaited[p->urn % JOURNAL_AWAITED];

	s->faults += p->err != 0;
	if (!p->urn || a->urn != p->urn)
		return;
	time_add(&s->submitted_to_reply, a->sent_ns, p->received_ns);
	a->urn = 0;
}

void journal_stats_add(struct journal_stats *s, const struct journal_record *r)
{
	const struct journal_head *head = r->head;
	const struct journal_refusal *refusal = r->payload;
	const struct journal_lost *lost = r->payload;

	s->records++;
	if (!s->first_ns)
		s->first_ns = head->real_ns;
	s->last_ns = head->real_ns;
	s->limits = head->limits;
	s->types[head->type < JOURNAL_TYPES_END ? head->type : JOURNAL_NONE]++;
	switch (head->type) {
	case JOURNAL_START:	/* CLOCK_MONOTONIC may be another boot's */
		memset(s->awaited, 0, sizeof(s->awaited));
		break;
	case JOURNAL_REFUSAL:
		s->refusals[refusal->reason < HT_REFUSALS ? refusal->reason :
							    0]++;
		break;
	case JOURNAL_SENT:
		sent_add(s, r->payload);
		break;
	case JOURNAL_REPLY:
		reply_add(s, r->payload);
		break;
	case JOURNAL_LOST:
		s->lost += lost->records;
		break;
	}
}

static void add_count(struct json_object *rows, const char *member,
		      const char *name, uint64_t count)
{
	struct json_object *row;

	if (!count)
		return;
	row = json_object_new_object();
	out_text(row, member, name);
	out_uint(row, "count", count);
	json_object_array_add(rows, row);
}

static struct json_object *types_object(const struct journal_stats *s)
{
	struct json_object *rows = json_object_new_array();
	uint8_t type;

	for (type = 1; type < JOURNAL_TYPES_END; type++)
		add_count(rows, "type", journal_type_name(type),
			  s->types[type]);
	add_count(rows, "type", "not known", s->types[JOURNAL_NONE]);
	return rows;
}

static struct json_object *ways_object(const struct journal_stats *s)
{
	struct json_object *rows = json_object_new_array();
	uint8_t way;

	for (way = 0; way <= JOURNAL_WAYS_END; way++)
		add_count(rows, "way", journal_way_name(way), s->ways[way]);
	return rows;
}

static struct json_object *refusals_object(const struct journal_stats *s)
{
	struct json_object *rows = json_object_new_array();
	uint32_t why;

	for (why = 0; why < HT_REFUSALS; why++)
		add_count(rows, "reason", refusal_words(why),
			  s->refusals[why]);
	return rows;
}

static struct json_object *times_object(const struct journal_stats *s)
{
	struct json_object *rows = json_object_new_array(), *row;

#define X(field, words)							\
	if (s->field.count) {						\
		row = json_object_new_object();				\
		out_text(row, "time", words);				\
		out_uint(row, "count", s->field.count);			\
		out_uint(row, "p50_ns", hist_quantile(&s->field, 500));	\
		out_uint(row, "p99_ns", hist_quantile(&s->field, 990));	\
		out_uint(row, "max_ns", s->field.max);			\
		json_object_array_add(rows, row);			\
	}
	JOURNAL_LATENCIES(X)
#undef X
	return rows;
}

void journal_stats_describe(struct json_object *o,
			    const struct journal_stats *s)
{
	char time[JOURNAL_TIME];

	out_uint(o, "records", s->records);
	if (s->records) {
		out_text(o, "first", journal_time(time, s->first_ns));
		out_text(o, "last", journal_time(time, s->last_ns));
	}
	out_uint(o, "limits", s->limits);
	out_uint(o, "lost", s->lost);
	out_uint(o, "answers_without_effect", s->faults);
	json_object_object_add(o, "types", types_object(s));
	json_object_object_add(o, "sent", ways_object(s));
	json_object_object_add(o, "refusals", refusals_object(s));
	json_object_object_add(o, "times", times_object(s));
}

static void print_rows(struct json_object *o, const char *member,
		       const struct out_column *columns)
{
	struct json_object *rows = json_object_object_get(o, member);

	if (!rows || !json_object_array_length(rows))
		return;
	putchar('\n');
	out_table(rows, columns);
}

void journal_stats_print(struct json_object *o)
{
	static const struct out_column types[] = {
		{ "type", "TYPE", 0 },
		{ "count", "RECORDS", 1 },
		{ NULL, NULL, 0 }
	};
	static const struct out_column ways[] = {
		{ "way", "SENT", 0 },
		{ "count", "ORDERS", 1 },
		{ NULL, NULL, 0 }
	};
	static const struct out_column refusals[] = {
		{ "reason", "REFUSED", 0 },
		{ "count", "TIMES", 1 },
		{ NULL, NULL, 0 }
	};
	static const struct out_column times[] = {
		{ "time", "FROM WHERE TO WHERE", 0 },
		{ "count", "COUNT", 1 },
		{ "p50_ns", "p50", 1 },
		{ "p99_ns", "p99", 1 },
		{ "max_ns", "max", 1 },
		{ NULL, NULL, 0 }
	};

	out_fields(o);
	print_rows(o, "types", types);
	print_rows(o, "sent", ways);
	print_rows(o, "refusals", refusals);
	print_rows(o, "times", times);
}
