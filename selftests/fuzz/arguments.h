/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arguments - the input as a command line: words ended by NUL
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <string.h>

#include "fuzz.h"

enum { ARGUMENTS_MOST = 32 };

struct arguments {
	int count;
	char *word[ARGUMENTS_MOST + 1];		/* NULL after the last */
	char *text;
};

static inline void arguments_make(struct arguments *a, const char *verb,
				  const uint8_t *data, size_t size)
{
	char *at, *end;

	*a = (struct arguments){ .text = malloc(size + 1) };
	fuzz_check(a->text);
	if (size)
		memcpy(a->text, data, size);
	a->text[size] = 0;
	end = a->text + size;
	a->word[a->count++] = (char *)verb;
	for (at = a->text; at < end && a->count < ARGUMENTS_MOST;
	     at += strlen(at) + 1)
		a->word[a->count++] = at;
}

static inline void arguments_free(struct arguments *a)
{
	free(a->text);
}

#endif
