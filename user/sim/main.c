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

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]), NAME_MAX_LEN = 32 };

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

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Single letters to insert, drop or change between two words. */
static uint32_t distance(const char *a, const char *b)
{
	uint32_t row[NAME_MAX_LEN + 1], above, corner, i, j;
	size_t len_a = strlen(a), len_b = strlen(b);

	if (len_a > NAME_MAX_LEN || len_b > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (j = 0; j <= len_b; j++)
		row[j] = j;
	for (i = 1; i <= len_a; i++) {
		corner = row[0];
		row[0] = i;
		for (j = 1; j <= len_b; j++) {
			above = row[j];
			row[j] = least(least(above, row[j - 1]) + 1,
				       corner + (a[i - 1] != b[j - 1]));
			corner = above;
		}
	}
	return row[len_b];
}

static int unknown_verb(const char *name)
{
	const struct verb *near = NULL;
	uint32_t best = (uint32_t)strlen(name) / 2 + 1;
	int i;

	for (i = 0; i < VERBS; i++) {
		uint32_t d = distance(name, verbs[i].name);

		if (d < best) {
			best = d;
			near = &verbs[i];
		}
	}
	fprintf(stderr, "hairtrigger-sim: unknown verb %s; ", name);
	if (near)
		fprintf(stderr, "did you mean %s?\n", near->name);
	else
		fprintf(stderr, "see hairtrigger-sim --help\n");
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
