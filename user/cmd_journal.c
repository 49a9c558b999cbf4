// SPDX-License-Identifier: GPL-2.0
/*
 * journal - what a controller wrote down: to read, to count, to take elsewhere
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "command.h"
#include "journal_describe.h"
#include "journal_orders.h"
#include "journal_show.h"
#include "journal_stats.h"
#include "out.h"

static void answer_print(struct json_object *answer)
{
	if (globals.json)
		out_json(answer);
	else
		out_fields(answer);
}

static int journal_show_command(int argc, char **argv)
{
	struct journal_wanted w = { .path = "" };
	int code = journal_options_read(&w, JOURNAL_SHOW_OPTIONS, argc, argv);

	return code < 0 ? journal_show(&w) : code;
}

static int journal_export_command(int argc, char **argv)
{
	struct journal_wanted w = { .path = "" };
	int code = journal_options_read(&w, JOURNAL_EXPORT_OPTIONS, argc, argv);

	return code < 0 ? journal_export(&w) : code;
}

/* What its header says. */
static struct json_object *header_object(const struct journal_wanted *w,
					 const struct journal_reader *r)
{
	struct json_object *o = json_object_new_object();
	char time[JOURNAL_TIME], name[JOURNAL_INSTANCE_NAME + 1];

	out_text(o, "file", w->path);
	if (!r->at)
		return o;
	snprintf(name, sizeof(name), "%.*s", JOURNAL_INSTANCE_NAME,
		 r->header.instance);
	out_text(o, "instance", name);
	out_text(o, "begun", journal_time(time, r->header.created_ns));
	return o;
}

static int journal_stats_command(int argc, char **argv)
{
	struct journal_wanted w = { .path = "" };
	int code = journal_options_read(&w, "", argc, argv), got;
	struct journal_stats *s;
	struct journal_record record;
	struct json_object *answer;
	struct journal_reader r;

	if (code >= 0)
		return code;
	s = journal_stats_new();
	if (!s)
		return exit_code(out_error(-ENOMEM, "no memory"));
	got = journal_reader_open(&r, w.path);
	if (!got) {
		while ((got = journal_next(&r, &record)) > 0)
			journal_stats_add(s, &record);
		answer = header_object(&w, &r);
		journal_stats_describe(answer, s);
		if (globals.json)
			out_json(answer);
		else
			journal_stats_print(answer);
		json_object_put(answer);
	}
	code = journal_end(&w, &r, got);
	journal_reader_close(&r);
	free(s);
	return code;
}

static const char *verdict(int err)
{
	switch (err) {
	case 0:
		return "whole";
	case -ENODATA:
		return "whole but for its tail";
	default:
		return "damaged";
	}
}

static int journal_check(int argc, char **argv)
{
	struct journal_wanted w = { .path = "" };
	int code = journal_options_read(&w, "", argc, argv), got;
	struct journal_record record;
	struct json_object *answer;
	struct journal_reader r;

	if (code >= 0)
		return code;
	got = journal_reader_open(&r, w.path);
	if (!got) {
		do
			got = journal_next(&r, &record);
		while (got > 0);
	}
	if (!got || got == -ENODATA || got == -EBADMSG) {
		answer = header_object(&w, &r);
		out_text(answer, "journal", verdict(got));
		out_uint(answer, "records", r.index);
		out_uint(answer, "size", r.at);
		answer_print(answer);
		json_object_put(answer);
	}
	code = journal_end(&w, &r, got);
	journal_reader_close(&r);
	return code;
}

static struct json_object *orders_object(const struct journal_wanted *w,
					 const struct journal_orders *b)
{
	struct json_object *o = json_object_new_object();
	char digest_text[20];
	uint64_t digest;

	out_text(o, "file", w->path);
	if (b->session[0])
		out_text(o, "session", b->session);
	out_uint(o, "sessions", b->sessions);
	out_uint(o, "orders", b->orders.count);
	out_uint(o, "unanswered", b->orders.count -
				b->orders.answered - b->orders.ignored);
	out_uint(o, "working", b->orders.working);
#define X(field, words) out_uint(o, #field, b->field);
	JOURNAL_REBUILDS(X)
#undef X
	if (!orders_digest(&b->orders, &digest)) {
		snprintf(digest_text, sizeof(digest_text), "%016" PRIx64,
			 digest);
		out_text(o, "digest", digest_text);
	}
	return o;
}

static int orders_print(const struct journal_wanted *w,
			const struct journal_orders *b)
{
	struct json_object *answer = orders_object(w, b);
	int err = 0;

	answer_print(answer);
	json_object_put(answer);
	if (globals.json)
		return 0;
	putchar('\n');
	err = orders_dump(&b->orders, stdout);
	return err ? out_error(err, "cannot print the orders") : 0;
}

static int journal_orders_command(int argc, char **argv)
{
	struct journal_wanted w = { .path = "" };
	int code = journal_options_read(&w, "", argc, argv), got;
	struct journal_orders b;
	struct journal_reader r;

	if (code >= 0)
		return code;
	if (journal_orders_open(&b, ORDERS_MAX))
		return exit_code(out_error(-ENOMEM, "no memory"));
	got = journal_replay(w.path, journal_orders_take, &b, r.words);
	if (!got || got == -ENODATA || got == -EBADMSG)
		code = orders_print(&w, &b) ? EXIT_SYSTEM : EXIT_OK;
	journal_orders_close(&b);
	if (code <= EXIT_OK)
		code = journal_end(&w, &r, got);
	return code;
}

#define FILE_WORDS							\
	"FILE is /var/lib/hairtrigger/INSTANCE.journal unless it is named; it may be\n" \
	"of another day or host, and may be written meanwhile.  A tail that is not\n" \
	"whole is said on stderr.  Exit 3: it is damaged.\n\n"

static const struct command journal_commands[] = {
	{ "show", journal_show_command, "[FILE] [OPTIONS]",
	  "Show what happened, a line each",
	  "  --urn N        only of this UserRefNum\n"
	  "  --symbol S     only of this symbol\n"
	  "  --type T       only start, event, refusal, sent, reply, session, kill,\n"
	  "                 limits, reconciled, lost or stop\n"
	  "  --from TIME    only from then on, in the time of day here:\n"
	  "                 [2026-01-30T]09:30[:00[.5]]; without a day today's\n"
	  "  --last N       only the last N of those\n"
	  "  --follow       and wait for what comes\n"
	  "  --bytes        the messages in hex behind their lines, too\n\n"
	  FILE_WORDS
	  "  hairtrigger journal show --last 20 --follow\n"
	  "  hairtrigger journal show --urn 113 --bytes\n" },
	{ "stats", journal_stats_command, "[FILE]",
	  "Count what happened, and how long it took",
	  FILE_WORDS
	  "  hairtrigger -j journal stats | jq .lost\n" },
	{ "export", journal_export_command, "[FILE] [OPTIONS]",
	  "Write every record as JSON or CSV",
	  "  --format F     json: an object a line (the default), or csv\n"
	  "  --output OUT   there, not to stdout\n"
	  "  --urn N, --symbol S, --type T, --from TIME\n"
	  "                 as for `journal show`\n\n"
	  "CSV has one header and these columns, empty where a record has nothing:\n"
	  "index,time,type,mono_ns,sequence,limits,symbol,urn,trigger,side,qty,price,\n"
	  "message,way,gate,reason,number,tcp_sequence,entry_ns,seen_ns,decided_ns,\n"
	  "submitted_ns,received_ns,words,bytes.  JSON has all of them as members\n"
	  "(qty and the like as numbers, prices as text) and what else there is.\n\n"
	  FILE_WORDS
	  "  hairtrigger journal export --format csv --output day.csv\n"
	  "  hairtrigger journal export | jq -r 'select(.type == \"sent\").bytes'\n" },
	{ "check", journal_check, "[FILE]",
	  "Read it through and say whether it is whole",
	  FILE_WORDS
	  "  hairtrigger journal check\n" },
	{ "orders", journal_orders_command, "[FILE]",
	  "Make the orders of its last session anew, and print them",
	  "Figures of the way there, then a line for each order, position and total,\n"
	  "as they are after the last record; `digest` is one number over those\n"
	  "lines.  -j prints the figures alone.\n\n"
	  FILE_WORDS
	  "  hairtrigger journal orders | grep state=partial\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_journal(int argc, char **argv)
{
	return command_select("journal", journal_commands, argc - 1, argv + 1);
}
