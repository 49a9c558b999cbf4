// SPDX-License-Identifier: GPL-2.0
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For what is told: the verb whose command line is read. */
static const char *verb = "";

int option_refuse(const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "hairtrigger-sim %s: ", verb);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fprintf(stderr, "; see hairtrigger-sim %s --help\n", verb);
	return -EINVAL;
}

int option_bad(const char *option, const char *text, const char *want)
{
	fprintf(stderr, "hairtrigger-sim %s: %s %s: want %s\n", verb, option,
		text, want);
	return -EINVAL;
}

static int unknown(const char *word)
{
	option_refuse("%.*s: unknown option", (int)strcspn(word, "="), word);
	return '?';
}

/* getopt leaves the letter, or the val of a long option, in optopt. */
static int wrong(const char *word, const struct option *options)
{
	const char letter[] = { '-', (char)optopt, '\0' };
	const struct option *o = options;

	if (!optopt)
		return unknown(word);
	while (o->name && o->val != optopt)
		o++;
	if (!o->name)
		return unknown(letter);
	option_refuse("--%s takes no value", o->name);
	return '?';
}

int option_next(int argc, char **argv, const char *letters,
		const struct option *options)
{
	const char *word;
	int index = -1, got;

	verb = argv[0];
	opterr = 0;
	got = getopt_long(argc, argv, letters, options, &index);
	if (got == -1)
		return -1;
	word = argv[optind - 1];
	if (got == ':') {
		option_refuse("%s: an argument is missing", word);
		return '?';
	}
	if (got == '?')
		return wrong(word, options);
	if (index < 0)
		return got;
	if (optarg == word)
		word = argv[optind - 2];
	if (strlen(options[index].name) + 2 != strcspn(word, "="))
		return unknown(word);
	return got;
}

int option_number(const char *option, const char *text, uint64_t min,
		  uint64_t max, uint64_t *value)
{
	char want[64], *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	if (isdigit((unsigned char)*text) && !*end && !errno &&
	    *value >= min && *value <= max)
		return 0;
	snprintf(want, sizeof(want), "a whole number from %" PRIu64
		 " to %" PRIu64, min, max);
	return option_bad(option, text, want);
}

int option_number32(const char *option, const char *text, uint32_t min,
		    uint32_t max, uint32_t *value)
{
	uint64_t wide = 0;
	int err = option_number(option, text, min, max, &wide);

	*value = (uint32_t)wide;
	return err;
}
