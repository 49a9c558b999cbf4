/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal_options - which journal, and which of its records
 */
#ifndef HT_JOURNAL_OPTIONS_H
#define HT_JOURNAL_OPTIONS_H

#include <limits.h>
#include <stdbool.h>

#include "journal_read.h"

enum { JOURNAL_LAST_MOST = 1000000 };

struct journal_wanted {
	char path[PATH_MAX];
	bool by_urn;
	uint32_t urn;
	const char *symbol;		/* NULL: all, as here */
	uint8_t type;			/* 0: all */
	uint64_t from_ns;		/* CLOCK_REALTIME */
	uint64_t last;			/* of those that are wanted; 0: all */
	bool follow;
	bool bytes;
	bool csv;
	const char *output;		/* NULL: stdout */
};

/* The options of a verb, by their letters in journal_options.c. */
#define JOURNAL_SHOW_OPTIONS	"ustrlfb"
#define JOURNAL_EXPORT_OPTIONS	"ustrFo"

/* FILE, and the options that are allowed.  Return: -1 to go on, or an exit code. */
int journal_options_read(struct journal_wanted *w, const char *allowed,
			 int argc, char **argv);

bool journal_is_wanted(const struct journal_wanted *w,
		       const struct journal_record *r);

#endif
