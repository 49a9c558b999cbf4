/* SPDX-License-Identifier: GPL-2.0 */
/*
 * replay_options - what `hairtrigger replay` is asked to do
 */
#ifndef HT_REPLAY_OPTIONS_H
#define HT_REPLAY_OPTIONS_H

#include "loader.h"
#include "symbols.h"

struct replay_options {
	const char *file;
	const char *bbo;		/* output paths, or NULL */
	const char *book;
	bool crc;
	bool at;			/* print the book where it ends */
	int levels;			/* of it, each side */
	uint64_t from_ns;		/* ITCH time: the window begins, */
	uint64_t end_ns;		/* and is over */
	struct symbols symbols;		/* watch list; count 0: all */
	struct ht_line groups[HT_LINES]; /* of a capture; 0: found */
	int group_count;
	struct loader_options loader;
};

/*
 * Reads the command line.  Return: -1 to go on, or the exit code of an error
 * or of --help; replay_options_free() in any case.
 */
int replay_options_read(struct replay_options *o, int argc, char **argv);
void replay_options_free(struct replay_options *o);

#endif
