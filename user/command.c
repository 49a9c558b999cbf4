// SPDX-License-Identifier: GPL-2.0
/*
 * command - how a command line finds its function
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "out.h"

struct globals globals = { .instance = "default" };

enum { NAME_MAX_LEN = 32, NAMES_MAX = 64, NEAR = 2 };

/* The command that runs, for usage errors. */
static const char *running_object = "";
static const char *running_verb = "";

static int min3(int a, int b, int c)
{
	int m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein distance; names longer than NAME_MAX_LEN are near nothing. */
static int edits(const char *a, const char *b)
{
	int n = (int)strlen(a), m = (int)strlen(b);
	int row[NAME_MAX_LEN + 1];
	int i, j;

	if (n > NAME_MAX_LEN || m > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (j = 0; j <= m; j++)
		row[j] = j;
	for (i = 1; i <= n; i++) {
		int diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= m; j++) {
			int above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1,
				      diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[m];
}

const char *name_nearest(const char *word, const char *const *names)
{
	const char *best = NULL;
	int least = NEAR + 1;

	for (; *names; names++) {
		int distance = edits(word, *names);

		/* a word of two letters is two edits from any other */
		if (distance < least && distance < (int)strlen(word)) {
			least = distance;
			best = *names;
		}
	}
	return best;
}

static void print_list(const char *object, const struct command *table)
{
	const struct command *c;

	printf("usage: hairtrigger [-j|-p] [-I INSTANCE] %s%sCOMMAND [ARGS]\n\n",
	       object, *object ? " " : "");
	for (c = table; c->name; c++)
		printf("  %-9s %s\n", c->name, c->help);
	printf("\n`hairtrigger %s%sCOMMAND --help` explains one.  -j prints JSON, -p indents it.\n",
	       object, *object ? " " : "");
	if (!*object)
		puts("INSTANCE is \"default\" unless it is named.  Exit: 0 ok, 1 usage, 2 it could not\n"
		     "be done, 3 a check failed or a reject, 4 not running, 5 refused by a gate.");
}

void command_help(const char *object, const struct command *command)
{
	if (!object)
		object = "";
	printf("usage: hairtrigger %s%s%s%s%s\n\n%s.\n", object,
	       *object ? " " : "", command->name, *command->args ? " " : "",
	       command->args, command->help);
	if (command->details)
		printf("\n%s", command->details);
}

int usage_error(const char *format, ...)
{
	char why[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, sizeof(why), format, ap);
	va_end(ap);
	out_error(0, "%s (see `hairtrigger%s%s%s%s --help`)", why,
		  *running_object ? " " : "", running_object,
		  *running_verb ? " " : "", running_verb);
	return EXIT_USAGE;
}

int argument_error(const char *word)
{
	return usage_error("`%s%s%s` takes no argument, such as `%s`",
			   running_object, *running_object ? " " : "",
			   running_verb, word);
}

int globals_take(int argc, char **argv)
{
	int left = 0, i;

	for (i = 0; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "-j") || !strcmp(argv[i], "--json"))
			globals.json = true;
		else if (!strcmp(argv[i], "-p") || !strcmp(argv[i], "--pretty"))
			globals.json = globals.pretty = true;
		else
			argv[left++] = argv[i];
	}
	while (i < argc)
		argv[left++] = argv[i++];
	argv[left] = NULL;
	return left;
}

/* What other programs call a verb of the table, or the nearest to the word. */
static const char *verb_meant(const char *word, const char *const *names)
{
	static const struct {
		const char *word;
		const char *verb;
	} others[] = {
		{ "list", "show" }, { "ls", "show" }, { "remove", "del" },
		{ "rm", "del" }, { "delete", "del" },
	};
	const char *const *name;
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(*others); i++)
		for (name = names; *name; name++)
			if (!strcmp(word, others[i].word) &&
			    !strcmp(*name, others[i].verb))
				return *name;
	return name_nearest(word, names);
}

static int unknown_command(const char *object, const struct command *table,
			   const char *word)
{
	const char *names[NAMES_MAX + 1] = { NULL };
	const char *near;
	int i;

	for (i = 0; table[i].name && i < NAMES_MAX; i++)
		names[i] = table[i].name;
	near = verb_meant(word, names);
	running_object = object;
	running_verb = "";
	if (near)
		return usage_error("`%s` is no command; did you mean `%s`?",
				   word, near);
	return usage_error("`%s` is no command", word);
}

static const struct command *find(const struct command *table,
				  const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

static bool is_help(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-h");
}

/* --help among the arguments of a verb that explains itself here. */
static bool wants_help(const struct command *command, int argc, char **argv)
{
	int i;

	for (i = 1; command->details && i < argc; i++) {
		if (!strcmp(argv[i], "--"))
			return false;
		if (is_help(argv[i]))
			return true;
	}
	return false;
}

int command_select(const char *object, const struct command *table,
		   int argc, char **argv)
{
	const struct command *command;
	char *ask[] = { NULL, (char *)"--help", NULL };

	if (argc < 1) {
		print_list(object, table);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[0], "help") || is_help(argv[0])) {
		if (argc > 1) {
			ask[0] = argv[1];
			return command_select(object, table, 2, ask);
		}
		print_list(object, table);
		return EXIT_OK;
	}
	command = find(table, argv[0]);
	if (!command)
		return unknown_command(object, table, argv[0]);
	running_object = object;
	running_verb = command->name;
	if (wants_help(command, argc, argv)) {
		command_help(object, command);
		return EXIT_OK;
	}
	return command->run(argc, argv);
}

static int unknown_option(const char *word, const struct option *options)
{
	const char *names[NAMES_MAX + 1] = { NULL };
	const char *near;
	char name[NAME_MAX_LEN + 1];
	int i;

	for (i = 0; options[i].name && i < NAMES_MAX; i++)
		names[i] = options[i].name;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	near = strncmp(name, "--", 2) ? NULL : name_nearest(name + 2, names);
	if (near)
		usage_error("unknown option `%s`; did you mean `--%s`?", name,
			    near);
	else
		usage_error("unknown option `%s`", name);
	return '?';
}

int option_next(int argc, char **argv, const struct option *options)
{
	int index = -1;
	const char *word;
	int got;

	opterr = 0;
	got = getopt_long(argc, argv, ":", options, &index);
	if (got == -1)
		return -1;
	word = argv[optind - 1];
	if (got == ':') {
		usage_error("option `%s` needs a value", word);
		return '?';
	}
	if (got == '?' || index < 0)
		return unknown_option(word, options);
	if (optarg == word)
		word = argv[optind - 2];
	if (strlen(options[index].name) + 2 != strcspn(word, "="))
		return unknown_option(word, options);
	return got;
}

bool number_parse(const char *what, const char *text, unsigned long long min,
		  unsigned long long max, unsigned long long *value)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || number < min ||
	    number > max) {
		usage_error("%s must be a number from %llu to %llu, not `%s`",
			    what, min, max, text);
		return false;
	}
	*value = number;
	return true;
}

int exit_code(int err)
{
	if (!err)
		return EXIT_OK;
	return err == -ENOENT ? EXIT_NOT_RUNNING : EXIT_SYSTEM;
}
