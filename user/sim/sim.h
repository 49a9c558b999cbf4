/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sim - the verbs of hairtrigger-sim and where their messages come from
 *
 * The simulator shares nothing with the engine but include/.
 */
#ifndef HT_SIM_H
#define HT_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "binaryfile.h"

/* Each verb gets its own name as argv[0].  Return: the exit code. */
int cmd_run(int argc, char **argv);
int cmd_generate(int argc, char **argv);
int cmd_info(int argc, char **argv);

enum { SIM_OK = 0, SIM_USAGE = 1, SIM_SYSTEM = 2 };

/* -j was given before or after the verb: print JSON on stdout. */
extern bool sim_json;

/*
 * One session's ITCH messages in order, from a file or made on the way.
 *
 * next	writes the next message.  Return: its length in bytes, 0 at the end, or
 *	negative errno: -EPROTO when a file stops inside a message, -EIO when it
 *	cannot be read or decompressed.
 * close frees what state holds; called once.
 */
struct source {
	int (*next)(struct source *s, uint8_t message[BINARYFILE_MAX]);
	void (*close)(struct source *s);
	void *state;
	uint64_t messages;	/* handed out so far */
	uint64_t offset;	/* of the next message's length, in bytes */
};

/* Return: 0 or negative errno, with nothing to close. */
int file_source_open(struct source *s, const char *path);

enum {
	GENERATE_SYMBOLS_MAX = 50000,	/* with holes, below 65,536 */
	GENERATE_LIVE_MAX = 100000000,
};

struct generate_options {
	uint32_t symbols;
	uint64_t messages;	/* about so many; the session is always whole */
	uint64_t seed;		/* same options, same session, on any machine */
	uint64_t live;		/* orders at the plateau; 0: by messages */
	bool deep;		/* adds spread over hundreds of levels */
	bool mwcb;		/* one market-wide circuit breaker, level 1 */
};

#define GENERATE_DEFAULTS \
	((struct generate_options){ .symbols = 100, .messages = 1000000, \
				    .seed = 1 })

/* Return: 0 or negative errno, with nothing to close. */
int generate_source_open(struct source *s, const struct generate_options *o);

#endif
