// SPDX-License-Identifier: GPL-2.0
#include "journal_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "command.h"
#include "daytime.h"
#include "journal.h"
#include "journal_describe.h"

static const struct option long_options[] = {
	{ "urn", required_argument, NULL, 'u' },
	{ "symbol", required_argument, NULL, 's' },
	{ "type", required_argument, NULL, 't' },
	{ "from", required_argument, NULL, 'r' },
	{ "last", required_argument, NULL, 'l' },
	{ "follow", no_argument, NULL, 'f' },
	{ "bytes", no_argument, NULL, 'b' },
	{ "format", required_argument, NULL, 'F' },
	{ "output", required_argument, NULL, 'o' },
};

enum { OPTIONS = sizeof(long_options) / sizeof(*long_options) };

/* Return: what follows a day as 2026-01-30T, text itself without one, or NULL.
 */
static const char *day_read(const char *text, struct tm *day)
{
	const char *end;

	if (!strchr(text, 'T'))
		return text;
	end = strptime(text, "%Y-%m-%dT", day);
	return end;
}

/* In the time of day here, as it is shown. */
static int from_read(struct journal_wanted *w)
{
	time_t now = time(NULL), midnight;
	const char *rest;
	struct tm day;
	uint64_t ns;

	localtime_r(&now, &day);
	rest = day_read(optarg, &day);
	if (!rest || daytime_parse(rest, &ns))
		return usage_error("--from must be a time such as 09:30:00.5 or 2026-01-30T09:30, not `%s`",
				   optarg);
	/* by hours and minutes, as a day may have 23 hours */
	day.tm_hour = (int)(ns / SECOND_NS / 3600);
	day.tm_min = (int)(ns / SECOND_NS / 60 % 60);
	day.tm_sec = (int)(ns / SECOND_NS % 60);
	day.tm_isdst = -1;
	midnight = mktime(&day);
	if (midnight < 0)
		return usage_error("--from: `%s` is no time that a journal can have",
				   optarg);
	w->from_ns = (uint64_t)midnight * SECOND_NS + ns % SECOND_NS;
	return -1;
}

static int type_read(struct journal_wanted *w)
{
	static const char *const names[] = {
#define X(id, name, payload) name,
		JOURNAL_TYPES(X)
#undef X
		NULL
	};
	const char *near;
	uint8_t type;

	for (type = 1; type < JOURNAL_TYPES_END; type++)
		if (!strcmp(optarg, journal_type_name(type)))
			w->type = type;
	if (w->type)
		return -1;
	near = name_nearest(optarg, names);
	if (near)
		return usage_error("--type: there is no `%s`; did you mean `%s`?",
				   optarg, near);
	return usage_error("--type must be one of start, event, refusal, sent, reply, session, kill, limits, reconciled, lost and stop, not `%s`",
			   optarg);
}

static int format_read(struct journal_wanted *w)
{
	w->csv = !strcmp(optarg, "csv");
	if (w->csv || !strcmp(optarg, "json"))
		return -1;
	return usage_error("--format must be json or csv, not `%s`", optarg);
}

/* Return: -1 to go on, or an exit code. */
static int number_read(const char *what, unsigned long long most,
		       unsigned long long *number)
{
	return number_parse(what, optarg, 1, most, number) ? -1 : EXIT_USAGE;
}

static int option_read(struct journal_wanted *w, int option)
{
	unsigned long long number = 0;
	int code = -1;

	switch (option) {
	case 'u':
		code = number_read("--urn", UINT32_MAX, &number);
		w->by_urn = true;
		w->urn = (uint32_t)number;
		return code;
	case 's':
		w->symbol = optarg;
		return -1;
	case 't':
		return type_read(w);
	case 'r':
		return from_read(w);
	case 'l':
		code = number_read("--last", JOURNAL_LAST_MOST, &number);
		w->last = number;
		return code;
	case 'f':
		w->follow = true;
		return -1;
	case 'b':
		w->bytes = true;
		return -1;
	case 'F':
		return format_read(w);
	case 'o':
		w->output = optarg;
		return -1;
	default:
		return EXIT_USAGE;
	}
}

static int path_read(struct journal_wanted *w, const char *path)
{
	int len = path ? snprintf(w->path, sizeof(w->path), "%s", path) :
			 snprintf(w->path, sizeof(w->path), "%s/%s.journal",
				  STATE_DIR, globals.instance);

	if (len < (int)sizeof(w->path))
		return -1;
	return usage_error("the name of FILE is too long");
}

int journal_options_read(struct journal_wanted *w, const char *allowed,
			 int argc, char **argv)
{
	struct option options[OPTIONS + 1] = { { 0 } };
	int i, n = 0, code, option;

	for (i = 0; i < OPTIONS; i++)
		if (strchr(allowed, long_options[i].val))
			options[n++] = long_options[i];
	optind = 0;
	while ((option = option_next(argc, argv, options)) != -1) {
		code = option_read(w, option);
		if (code >= 0)
			return code;
	}
	if (argc - optind > 1)
		return usage_error("one FILE, please");
	return path_read(w, argv[optind]);
}

bool journal_is_wanted(const struct journal_wanted *w,
		       const struct journal_record *r)
{
	char symbol[HT_TICKER];
	uint32_t urn;

	if ((w->type && r->head->type != w->type) ||
	    r->head->real_ns < w->from_ns)
		return false;
	if (!w->by_urn && !w->symbol)
		return true;
	journal_about(r, symbol, &urn);
	return (!w->by_urn || urn == w->urn) &&
	       (!w->symbol || !strcmp(symbol, w->symbol));
}
