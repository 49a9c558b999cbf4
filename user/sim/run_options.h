/* SPDX-License-Identifier: GPL-2.0 */
/*
 * run_options - the command line of `hairtrigger-sim run`
 */
#ifndef HT_SIM_RUN_OPTIONS_H
#define HT_SIM_RUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "exchange_options.h"
#include "feed.h"
#include "pacing.h"
#include "server_options.h"
#include "session.h"
#include "sim.h"

struct run_options {
	const char *file;		/* NULL: generate */
	struct generate_options generate;
	struct feed_options feed;
	struct server_options servers;
	struct exchange_options exchange;
	struct pacing pacing;
	struct session_options sessions;
	uint64_t linger_ns;
	uint64_t restart_after;		/* messages; 0: never */
	bool wait_for_start;
	bool market_open;
	bool verbose;
	bool help;
	const char *book;		/* files to write, or NULL */
	const char *report;
};

/*
 * Reads the command line; argv[0] is the verb.
 * Return: 0, or -EINVAL with the reason on stderr.
 */
int run_options_parse(struct run_options *o, int argc, char **argv);

void run_options_help(void);

#endif
