// SPDX-License-Identifier: GPL-2.0
#include "journal_show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "book_file.h"
#include "command.h"
#include "journal_describe.h"
#include "out.h"

/* Where a record begins, and what it follows on. */
struct place {
	uint64_t at;
	uint64_t index;
	uint32_t before;
};

int journal_end(const struct journal_wanted *w, const struct journal_reader *r,
		int err)
{
	switch (err) {
	case 0:
		return EXIT_OK;
	case -ENODATA:
		fflush(stdout);
		fprintf(stderr, "hairtrigger: note: %s %s\n", w->path,
			r->words);
		return EXIT_OK;
	case -EBADMSG:
		out_error(0, "%s %s", w->path, r->words);
		return EXIT_CHECK;
	default:
		out_error(err, "%s %s", w->path, r->words);
		return EXIT_SYSTEM;
	}
}

static void show(const struct journal_wanted *w, const struct journal_record *r)
{
	struct json_object *o;

	if (!globals.json) {
		journal_line(stdout, r, w->bytes);
		return;
	}
	o = journal_object(r);
	out_json(o);
	json_object_put(o);
}

static struct place place_of(const struct journal_reader *r)
{
	return (struct place){ r->at, r->index, r->before };
}

static void place_set(struct journal_reader *r, struct place place)
{
	r->at = place.at;
	r->index = place.index;
	r->before = place.before;
}

/* Reads to the end, and goes back to the first of the last that are wanted.
 * Return: as journal_next(), 0 also before a tail that is not whole.
 */
static int last_find(struct journal_reader *r, const struct journal_wanted *w)
{
	struct place *places = calloc(w->last, sizeof(*places)), here;
	struct journal_record record;
	uint64_t found = 0;
	int got;

	if (!places)
		return -ENOMEM;
	for (;;) {
		here = place_of(r);
		got = journal_next(r, &record);
		if (got <= 0)
			break;
		if (journal_is_wanted(w, &record))
			places[found++ % w->last] = here;
	}
	if (found)
		place_set(r, places[found > w->last ? found % w->last : 0]);
	free(places);
	return got == -ENODATA || got == -EBADMSG ? 0 : got;
}

static int records_show(struct journal_reader *r,
			const struct journal_wanted *w)
{
	struct journal_record record;
	int got;

	while ((got = journal_next(r, &record)) > 0)
		if (journal_is_wanted(w, &record))
			show(w, &record);
	return got;
}

/* Waits for each change of the file, until a signal ends us. */
static int follow(struct journal_reader *r, const struct journal_wanted *w)
{
	char events[4096];
	int fd = inotify_init1(IN_CLOEXEC), got;

	if (fd < 0 || inotify_add_watch(fd, w->path, IN_MODIFY) < 0) {
		got = -errno;
		snprintf(r->words, sizeof(r->words), "cannot be followed");
	} else {
		do
			got = records_show(r, w);
		while ((!got || got == -ENODATA) && !fflush(stdout) &&
		       read(fd, events, sizeof(events)) > 0);
	}
	if (fd >= 0)
		close(fd);
	return got;
}

int journal_show(const struct journal_wanted *w)
{
	struct journal_reader r;
	int got = journal_reader_open(&r, w->path), code;

	if (!got && w->last)
		got = last_find(&r, w);
	if (!got)
		got = w->follow ? follow(&r, w) : records_show(&r, w);
	code = journal_end(w, &r, got);
	journal_reader_close(&r);
	return code;
}

/* -- export ------------------------------------------------------------- */

static void export_json(FILE *out, const struct journal_record *record)
{
	struct json_object *o = json_object_new_object(), *all;

	out_uint(o, "schema", OUT_SCHEMA);
	all = journal_object(record);
	json_object_object_foreach(all, member, value)
		json_object_object_add(o, member, json_object_get(value));
	fprintf(out, "%s\n",
		json_object_to_json_string_ext(o,
					       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(all);
	json_object_put(o);
}

static int records_export(struct journal_reader *r,
			  const struct journal_wanted *w, FILE *out)
{
	struct journal_record record;
	int got;

	if (w->csv)
		journal_csv_header(out);
	while ((got = journal_next(r, &record)) > 0) {
		if (!journal_is_wanted(w, &record))
			continue;
		if (w->csv)
			journal_csv_row(out, &record);
		else
			export_json(out, &record);
	}
	return got;
}

/* What did not get into the file is no export. */
static int output_close(const struct journal_wanted *w, FILE *out, int code)
{
	bool failed = fflush(out) || ferror(out);

	if (out != stdout && fclose(out))
		failed = true;
	if (!failed)
		return code;
	out_error(-errno, "%s: cannot write", w->output ? w->output : "stdout");
	return code ? code : EXIT_SYSTEM;
}

int journal_export(const struct journal_wanted *w)
{
	struct journal_reader r;
	FILE *out = stdout;
	int got, code;

	if (w->output && book_file_same(w->output, w->path))
		return usage_error("%s is the journal itself; write to another",
				   w->output);
	got = journal_reader_open(&r, w->path);
	if (!got && w->output)
		out = fopen(w->output, "we");
	if (!out) {
		out_error(-errno, "%s: cannot write", w->output);
		code = EXIT_SYSTEM;
	} else {
		if (!got)
			got = records_export(&r, w, out);
		code = output_close(w, out, journal_end(w, &r, got));
	}
	journal_reader_close(&r);
	return code;
}
