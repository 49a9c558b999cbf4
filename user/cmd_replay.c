// SPDX-License-Identifier: GPL-2.0
/*
 * replay - `hairtrigger replay FILE`: a session from a file through the loaded
 * program, offline; its book, its best bids and offers, its cost
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "book_file.h"
#include "capture.h"
#include "command.h"
#include "crc.h"
#include "daytime.h"
#include "describe.h"
#include "doubt.h"
#include "dump.h"
#include "hairtrigger.skel.h"
#include "ladder.h"
#include "play.h"
#include "wanted.h"

enum { LADDERS_MOST = 10 };	/* of --at without --symbols */

struct job {
	struct replay_options options;
	struct instance in;
	struct play play;
	struct json_object *answer;
	struct book_file book;
	bool failed;			/* the check: exit code 3 */
	struct json_object *at;		/* books of --at, or NULL */
	bool at_tops;			/* they are only the best prices */
};

static const char *packets_hold(const struct job *job)
{
	if (job->play.captured)
		return "what was captured";
	if (!job->options.bbo)
		return "as many messages as fit";
	return job->options.symbols.count ?
	       "one watched message a packet, for --bbo" :
	       "one message a packet, for --bbo";
}

/* A packet costs something, too: so the time of a message depends on how many
 * share one.
 */
static void add_cost(const struct job *job, uint64_t messages)
{
	const struct play *p = &job->play;

	out_tenths(job->answer, "ns_per_message",
		   out_quotient(p->replay->inject.ns - p->ns_before, messages));
	out_tenths(job->answer, "messages_per_packet",
		   out_quotient(messages,
				p->replay->inject.packets - p->packets_before));
	out_text(job->answer, "packets_hold", packets_hold(job));
}

/* All of it, reading and messages before the window included. */
static void add_rate(const struct job *job, uint64_t messages)
{
	uint64_t us = job->play.took_ns / 1000;

	out_uint(job->answer, "took_ns", job->play.took_ns);
	if (us && messages)
		out_uint(job->answer, "messages_per_second",
			 messages * 1000000 / us);
}

static struct json_object *seen_lines(const struct lines *lines)
{
	struct json_object *rows = json_object_new_array();
	char group[16];
	int i;

	for (i = 0; i < lines->count; i++) {
		const struct seen_line *line = &lines->line[i];
		struct json_object *row = json_object_new_object();

		snprintf(group, sizeof(group), "%u.%u.%u.%u", line->group[0],
			 line->group[1], line->group[2], line->group[3]);
		out_text(row, "group", group);
		out_uint(row, "port", line->port);
		out_uint(row, "packets", line->packets);
		out_uint(row, "filled", line->filled);
		json_object_array_add(rows, row);
	}
	return rows;
}

static void add_capture(const struct job *job, const struct ht_counters *n)
{
	const struct play *p = &job->play;
	struct json_object *o = job->answer;

	if (p->begins_at)
		out_uint(o, "begins_at", p->begins_at);
	out_uint(o, "frames", p->frames);
	out_uint(o, "frames_not_moldudp64", p->others + p->lines.others);
	if (p->lines.other_sessions)
		out_uint(o, "frames_of_other_sessions",
			 p->lines.other_sessions);
	if (p->lines.left_out)
		out_uint(o, "frames_of_lines_left_out", p->lines.left_out);
	out_uint(o, "duplicate_packets", n->drop_duplicate);
	out_uint(o, "packets_before_their_turn", p->reorder.waited);
	out_uint(o, "messages_filled", p->filled);
	out_uint(o, "late_packets", p->reorder.late);
	out_uint(o, "holes", p->replay->holes);
	out_uint(o, "messages_missing", p->replay->missing);
	if (p->replay->renumbered)
		out_uint(o, "renumbered_packets", p->replay->renumbered);
	json_object_object_add(o, "lines", seen_lines(&p->lines));
}

static void add_summary(const struct job *job, const struct ht_counters *n)
{
	const struct play *p = &job->play;
	const struct ht_book *book = job->in.book;
	uint64_t messages = n->messages - p->before.messages;
	struct json_object *o = job->answer;

	out_uint(o, "messages", messages);
	if (job->options.from_ns)
		out_uint(o, "messages_before", p->before.messages);
	out_uint(o, "packets", p->replay->inject.packets - p->packets_before);
	out_uint(o, "orders_live", book->orders);
	out_uint(o, "levels", book->levels);
	out_uint(o, "unknown_references", n->unknown_ref);
	out_uint(o, "bad_symbols", book->bad_symbols);
	out_uint(o, "unknown_types", n->unknown_type);
	out_uint(o, "short_messages", n->short_message);
	out_uint(o, "corrupt_packets", n->corrupt);
	wanted_add(o, &job->in);
	if (p->captured)
		add_capture(job, n);
	if (messages)
		add_cost(job, messages);
	add_rate(job, n->messages);
}

static int add_crc(const struct job *job)
{
	struct crc crc;
	int err = crc_book(&crc, &job->in, 0);

	if (err)
		return out_error(err, "cannot read the book");
	crc_add(job->answer, &crc);
	return 0;
}

/* -- the book of --at ----------------------------------------------------- */

static int add_ladder(const struct job *job, const struct dump_name *name)
{
	struct json_object *book = json_object_new_object();
	struct ht_top top;
	int err;

	instance_top(&job->in, name->locate, &top);
	out_text(book, "symbol", name->ticker);
	out_text(book, "book", describe_book_state(&job->in, &top));
	err = ladder_add(book, &job->in, name->locate, job->options.levels);
	json_object_array_add(job->at, book);
	return err;
}

/* The symbols whose books are printed: watched ones also without orders. */
static int at_names(const struct job *job, struct dump_name **names)
{
	uint32_t locate;
	int n = 0;

	if (!job->options.symbols.count)
		return dump_names(&job->in, names);
	*names = calloc(HT_LOCATES, sizeof(**names));
	if (!*names)
		return -ENOMEM;
	for (locate = 1; locate < HT_LOCATES; locate++) {
		if (!*job->in.symbols[locate].ticker ||
		    !wanted_keeps(&job->in, locate))
			continue;
		instance_ticker(&job->in, locate, (*names)[n].ticker);
		(*names)[n++].locate = locate;
	}
	qsort(*names, (size_t)n, sizeof(**names), dump_order);
	return n;
}

static int add_at(struct job *job)
{
	char text[DAYTIME_TEXT];
	struct dump_name *names = NULL;
	int count = at_names(job, &names), i, err = 0;

	out_text(job->answer, "at", daytime_text(text,
						 job->options.end_ns - 1));
	job->at_tops = !job->options.symbols.count && count > LADDERS_MOST;
	if (job->at_tops) {
		job->at = ladder_tops(&job->in, false);
	} else {
		job->at = json_object_new_array();
		for (i = 0; i < count && !err; i++)
			err = add_ladder(job, &names[i]);
	}
	json_object_object_add(job->answer, "symbols", job->at);
	free(names);
	if (count < 0)
		err = count;
	return err ? out_error(err, "cannot read the book") : 0;
}

static void print_at(const struct job *job)
{
	size_t i;

	if (job->at_tops) {
		putchar('\n');
		out_table(job->at, ladder_tops_columns);
		return;
	}
	if (!json_object_array_length(job->at))
		puts("\nno symbol to show at that time");
	for (i = 0; i < json_object_array_length(job->at); i++) {
		struct json_object *book = json_object_array_get_idx(job->at,
								     i);

		putchar('\n');
		out_fields(book);
		ladder_print(book);
	}
}

/* -- the whole ------------------------------------------------------------ */

static void print(const struct job *job)
{
	static const struct out_column columns[] = {
		{ "group", "GROUP", 0 },
		{ "port", "PORT", 1 },
		{ "packets", "PACKETS", 1 },
		{ "filled", "MESSAGES FILLED", 1 },
		{ NULL, NULL, 0 }
	};
	struct json_object *lines;

	if (globals.json) {
		out_json(job->answer);
		return;
	}
	out_fields(job->answer);
	lines = json_object_object_get(job->answer, "lines");
	if (lines && json_object_array_length(lines)) {
		putchar('\n');
		out_table(lines, columns);
	}
	if (job->at)
		print_at(job);
}

/* The line about what ended the replay, and what is not there for it. */
static void job_complain(const struct job *job)
{
	const struct replay_options *o = &job->options;

	fflush(stdout);
	out_error(job->play.why_err, "%s%s%s%s%s", job->play.why,
		  o->book || o->crc || o->at ? "; left out:" : "",
		  o->book ? " --book" : "", o->crc ? " --crc" : "",
		  o->at ? " --at" : "");
}

/* What was asked for of the book as it stands now. */
static int job_results(struct job *job, int err)
{
	struct ht_counters n;
	int failed;

	if (!err && job->options.book)
		err = book_file_write(&job->book, &job->in);
	failed = instance_counters(&job->in, &n);
	if (failed)
		return out_error(failed, "cannot read the counters");
	job->answer = json_object_new_object();
	add_summary(job, &n);
	if (!err && job->options.crc)
		err = add_crc(job);
	if (!err && job->options.at)
		err = add_at(job);
	print(job);
	json_object_put(job->answer);
	if (*job->play.why)
		job_complain(job);
	else if (!err)
		job->failed = doubt_say(&job->play, &n);
	if (!err && job->options.symbols.count)
		wanted_warn(&job->in, doubt_unnamed(&job->play));
	return err;
}

static int job_play(struct job *job)
{
	struct play *p = &job->play;
	int err = 0, closed = 0;

	p->options = &job->options;
	p->captured = capture_is(job->options.file);
	if (job->options.bbo)
		err = bbo_open(&p->bbo, job->options.bbo, &job->in,
			       &job->options.symbols);
	if (err)
		return err;
	err = play_file(p);
	if (p->bbo)
		closed = bbo_close(p->bbo);
	err = job_results(job, err ? err : closed);
	if (p->captured)
		reorder_free(&p->reorder);
	return err;
}

static int job_run(struct job *job)
{
	struct loader_options *loader = &job->options.loader;
	struct hairtrigger_bpf *skel;
	int err;

	loader->lines[0] = replay_line;
	loader->feed_name = "replay";
	err = loader_load(&skel, loader);
	if (err)
		return err;
	err = instance_adopt(&job->in, skel);
	if (err)
		goto err_skel;
	job->play.replay = calloc(1, sizeof(*job->play.replay));
	if (!job->play.replay) {
		err = out_error(-ENOMEM, "replay: frame");
		goto err_instance;
	}
	replay_init(job->play.replay, &job->in,
		    bpf_program__fd(skel->progs.ht_feed), replay_session);
	err = job_play(job);
	free(job->play.replay);
err_instance:
	instance_close(&job->in);
err_skel:
	hairtrigger_bpf__destroy(skel);
	return err;
}

/* What the file is has to be looked at before it is read, so a pipe would lose
 * its beginning; and zlib reads a directory as an error at byte 0.
 */
static int file_check(const char *path)
{
	struct stat about;

	if (stat(path, &about) || access(path, R_OK))
		return out_error(-errno, "%s: cannot read", path);
	if (S_ISREG(about.st_mode))
		return 0;
	if (S_ISDIR(about.st_mode))
		return out_error(-EISDIR, "%s: cannot read", path);
	out_error(0, "%s: not a file on a disk, which replay needs; save it to one first",
		  path);
	return -EINVAL;
}

/* Nothing is written over that is read, or written as well. */
static int outputs_check(struct job *job)
{
	const struct replay_options *o = &job->options;

	if (book_file_same(o->bbo, o->file) ||
	    book_file_same(o->book, o->file))
		return usage_error("%s is the file that is replayed; write to another",
				   o->file);
	if (book_file_open(&job->book, o->book))
		return EXIT_SYSTEM;
	if (book_file_same(o->bbo, o->book))
		return usage_error("--bbo and --book are one file, %s", o->bbo);
	return EXIT_OK;
}

static int job_code(struct job *job)
{
	int code = outputs_check(job);

	if (code)
		return code;
	switch (job_run(job)) {
	case 0:
		return job->failed ? EXIT_CHECK : EXIT_OK;
	case -EBADMSG:
		return EXIT_CHECK;
	default:
		return EXIT_SYSTEM;
	}
}

static int job_check(struct job *job)
{
	const struct replay_options *o = &job->options;

	if (file_check(o->file))
		return EXIT_SYSTEM;
	if (o->bbo && capture_is(o->file))
		return usage_error("--bbo needs a BinaryFILE; %s is a capture",
				   o->file);
	if (o->group_count && !capture_is(o->file))
		return usage_error("--group is for captures; %s is none",
				   o->file);
	return job_code(job);
}

int cmd_replay(int argc, char **argv)
{
	struct job job = { .book.fd = -1 };
	int code = replay_options_read(&job.options, argc, argv);

	if (code < 0)
		code = job_check(&job);
	book_file_drop(&job.book);
	replay_options_free(&job.options);
	return code;
}
