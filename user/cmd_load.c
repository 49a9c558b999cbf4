// SPDX-License-Identifier: GPL-2.0
/*
 * load, unload - the program onto an interface, and off it
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "clock.h"
#include "command.h"
#include "control.h"
#include "describe.h"
#include "group.h"
#include "hairtrigger.skel.h"
#include "kill.h"
#include "loader.h"
#include "lock.h"
#include "symbols.h"

#define DEFAULT_GROUP	"233.54.12.111:26477"

struct load {
	const char *ifname;
	struct loader_options options;
	struct symbols symbols;
	int lines;
	uint8_t source[4];	/* named before any group */
	int code;		/* exit code when an option is refused */
};

static bool parse_group(struct load *l, const char *text)
{
	struct ht_line *line = &l->options.lines[l->lines];

	if (!group_add(l->options.lines, &l->lines, text))
		return false;
	memcpy(line->source, l->source, sizeof(line->source));
	return true;
}

static bool parse_source(struct load *l, const char *text)
{
	uint8_t *source = l->lines ? l->options.lines[l->lines - 1].source :
				     l->source;

	/* who sends to a group is no group */
	if (inet_pton(AF_INET, text, source) == 1 && *source < 224)
		return true;
	usage_error("--source must be the IPv4 address of a sender, not `%s`",
		    text);
	return false;
}

static bool parse_name(struct load *l, const char *text)
{
	size_t length = strlen(text);

	if (length && length < sizeof(((struct ht_feed *)0)->name)) {
		l->options.feed_name = text;
		return true;
	}
	usage_error("--name must have 1 to 15 characters, not `%s`", text);
	return false;
}

static bool parse_symbols(struct load *l, const char *text)
{
	int err;

	if (l->options.symbols) {
		usage_error("one --symbols, please");
		return false;
	}
	l->options.symbols = &l->symbols;
	err = symbols_read(&l->symbols, text);
	if (err && err != -EINVAL)
		l->code = EXIT_SYSTEM;
	return !err;
}

static bool parse_option(struct load *l, int option)
{
	unsigned long long number;

	switch (option) {
	case 'g':
		return parse_group(l, optarg);
	case 's':
		return parse_source(l, optarg);
	case 'o':
		if (!number_parse("--orders", optarg, 1, ORDERS_MOST, &number))
			return false;
		l->options.orders = number;
		return true;
	case 'l':
		if (!number_parse("--levels", optarg, 1, LEVELS_MOST, &number))
			return false;
		l->options.rows = loader_rows(number);
		return true;
	case 'm':
		l->options.market_open = true;
		return true;
	case 'c':
		l->options.verify_checksum = true;
		return true;
	case 'd':
		l->options.none_enabled = true;
		return true;
	case 'n':
		return parse_name(l, optarg);
	case 'y':
		return parse_symbols(l, optarg);
	}
	return false;
}

static bool parse(struct load *l, int argc, char **argv)
{
	static const struct option options[] = {
		{ "group", required_argument, NULL, 'g' },
		{ "source", required_argument, NULL, 's' },
		{ "orders", required_argument, NULL, 'o' },
		{ "levels", required_argument, NULL, 'l' },
		{ "market-open", no_argument, NULL, 'm' },
		{ "verify-checksum", no_argument, NULL, 'c' },
		{ "name", required_argument, NULL, 'n' },
		{ "symbols", required_argument, NULL, 'y' },
		{ "no-symbols-enabled", no_argument, NULL, 'd' },
		{ NULL, 0, NULL, 0 }
	};
	int option;

	optind = 0;
	while ((option = option_next(argc, argv, options)) != -1)
		if (option == '?' || !parse_option(l, option))
			return false;
	if (argc - optind != 1) {
		usage_error(argc == optind ? "which interface?" :
			    "one interface, please");
		return false;
	}
	l->ifname = argv[optind];
	return l->lines || parse_group(l, DEFAULT_GROUP);
}

static void report(const struct load *l, const struct hairtrigger_bpf *skel,
		   uint64_t took_ns)
{
	struct json_object *answer = json_object_new_object();
	struct json_object *lines = describe_lines(l->options.lines);

	out_text(answer, "instance", globals.instance);
	out_text(answer, "interface", l->ifname);
	out_text(answer, "xdp_mode", "native");
	if (l->symbols.count)
		out_uint(answer, "watched_symbols", l->symbols.count);
	out_uint(answer, "orders_at_most", l->options.orders);
	out_uint(answer, "level_rows_at_most", l->options.rows);
	out_uint(answer, "maps_bytes", loader_memory(skel));
	out_uint(answer, "loaded_in_ns", took_ns);
	json_object_object_add(answer, "lines", lines);
	if (globals.json) {
		out_json(answer);
	} else {
		out_fields(answer);
		putchar('\n');
		out_table(lines, line_columns);
	}
	json_object_put(answer);
}

/* What was killed before stays so. */
static int kill_load(const struct hairtrigger_bpf *skel)
{
	struct ht_kill kill;
	uint32_t zero = 0;

	kill_restore(&kill, globals.instance);
	if (bpf_map_update_elem(bpf_map__fd(skel->maps.kills), &zero, &kill,
				BPF_ANY))
		return out_error(-errno, "the kill switch cannot be set");
	return 0;
}

int cmd_load(int argc, char **argv)
{
	struct load l = { .code = EXIT_USAGE };
	struct hairtrigger_bpf *skel;
	uint64_t start = clock_ns();
	int err;

	if (!parse(&l, argc, argv)) {
		symbols_free(&l.symbols);
		return l.code;
	}
	err = attach_check(globals.instance, l.ifname);
	if (!err)
		err = loader_load(&skel, &l.options);
	if (!err) {
		err = kill_load(skel);
		if (!err)
			err = attach_instance(skel, globals.instance, l.ifname);
		if (!err)
			report(&l, skel, clock_ns() - start);
		hairtrigger_bpf__destroy(skel);
	}
	symbols_free(&l.symbols);
	return err ? EXIT_SYSTEM : EXIT_OK;
}

/* A controller holds its lock for as long as it lives (control_server.h); one
 * that cannot be tried counts as held.
 */
static bool controller_runs(void)
{
	char path[128];
	int lock;

	snprintf(path, sizeof(path), CONTROL_DIR "/%s.run", globals.instance);
	if (access(path, F_OK))
		return false;
	lock = lock_take(path, false);
	if (lock >= 0)
		close(lock);
	return lock < 0;
}

int cmd_unload(int argc, char **argv)
{
	static const struct option options[] = {
		{ "force", no_argument, NULL, 'f' },
		{ NULL, 0, NULL, 0 }
	};
	struct json_object *answer;
	bool force = false;
	int option, err;

	optind = 0;
	while ((option = option_next(argc, argv, options)) != -1) {
		if (option == '?')
			return EXIT_USAGE;
		force = true;
	}
	if (optind < argc)
		return argument_error(argv[optind]);
	if (!force && controller_runs()) {
		out_error(0, "a controller runs on instance `%s`; stop it first, or unload with --force",
			  globals.instance);
		return EXIT_REFUSED;
	}
	err = attach_undo(globals.instance);
	if (err)
		return exit_code(err);
	answer = json_object_new_object();
	out_text(answer, "unloaded", globals.instance);
	if (globals.json)
		out_json(answer);
	else
		out_fields(answer);
	json_object_put(answer);
	return EXIT_OK;
}
