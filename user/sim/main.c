// SPDX-License-Identifier: GPL-2.0
/*
 * hairtrigger-sim - an exchange in one program, for tests and demonstrations
 */
#include <stdio.h>
#include <string.h>

#include "sim.h"

static const struct verb {
	const char *name;
	int (*function)(int argc, char **argv);
	const char *help;
} verbs[] = {
	{ "run", cmd_run, "publish a session and answer orders" },
	{ "generate", cmd_generate, "write a synthetic session to a file" },
	{ "info", cmd_info, "tell what a session's file holds" },
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

bool sim_json;

static void usage(FILE *out)
{
	int i;

	fputs("hairtrigger-sim [-j] VERB [OPTIONS]\n\n", out);
	for (i = 0; i < VERBS; i++)
		fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].help);
	fputs("\n  -j, --json  print results as JSON\n"
	      "  -h, --help  this text; VERB --help tells about a verb\n"
	      "\nExample\n"
	      "  hairtrigger-sim run --generate --symbols 50 --speed 100\n",
	      out);
}

static int unknown_verb(const char *name)
{
	int i;

	fprintf(stderr, "hairtrigger-sim: unknown verb %s; verbs are", name);
	for (i = 0; i < VERBS; i++)
		fprintf(stderr, "%s %s", i ? "," : "", verbs[i].name);
	fputc('\n', stderr);
	return SIM_USAGE;
}

static int dispatch(int argc, char **argv)
{
	int i;

	for (i = 0; i < VERBS; i++)
		if (!strcmp(argv[0], verbs[i].name))
			return verbs[i].function(argc, argv);
	return unknown_verb(argv[0]);
}

static bool is_either(const char *text, const char *one, const char *other)
{
	return !strcmp(text, one) || !strcmp(text, other);
}

/* Options before the verb are read by hand: getopt's state is the verb's. */
int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (is_either(argv[i], "-j", "--json")) {
			sim_json = true;
		} else if (is_either(argv[i], "-h", "--help")) {
			usage(stdout);
			return SIM_OK;
		} else {
			fprintf(stderr, "hairtrigger-sim: unknown option %s; "
				"see hairtrigger-sim --help\n",
				argv[i]);
			return SIM_USAGE;
		}
	}
	if (i == argc) {
		usage(stderr);
		return SIM_USAGE;
	}
	return dispatch(argc - i, argv + i);
}
