/* SPDX-License-Identifier: GPL-2.0 */
/*
 * generate_options - the options of a generated session, in `run` and in
 * `generate`
 */
#ifndef HT_SIM_GENERATE_OPTIONS_H
#define HT_SIM_GENERATE_OPTIONS_H

#include <getopt.h>

#include "sim.h"

/* The vals of the rows; those of a verb's own start behind. */
enum {
	GENERATE_OPT_SYMBOLS = 256, GENERATE_OPT_MESSAGES, GENERATE_OPT_SEED,
	GENERATE_OPT_LIVE, GENERATE_OPT_PROFILE, GENERATE_OPT_MWCB,
	GENERATE_OPT_END,
};

#define GENERATE_OPTION_ROWS \
	{ "symbols",  required_argument, NULL, GENERATE_OPT_SYMBOLS }, \
	{ "messages", required_argument, NULL, GENERATE_OPT_MESSAGES }, \
	{ "seed",     required_argument, NULL, GENERATE_OPT_SEED }, \
	{ "live",     required_argument, NULL, GENERATE_OPT_LIVE }, \
	{ "profile",  required_argument, NULL, GENERATE_OPT_PROFILE }, \
	{ "mwcb",     no_argument,       NULL, GENERATE_OPT_MWCB }

#define GENERATE_OPTION_HELP \
"  --symbols N            how many symbols, 1 to 50000 (100)\n" \
"  --messages N           about so many (1000000); all types but W occur from\n" \
"                         200 + 6 * symbols, W too with --mwcb from\n" \
"                         200 + 13 * symbols\n" \
"  --seed N               same options and seed, same session (1)\n" \
"  --live N               live orders at the plateau (messages / 32, up to\n" \
"                         1900000)\n" \
"  --profile NAME         touch: most orders within five ticks of the best\n" \
"                         (default); deep: spread over hundreds of levels\n" \
"  --mwcb                 one market-wide circuit breaker halts and resumes\n" \
"                         all\n"

/*
 * Takes the option with this val and its value, if it is one of the rows.
 * Return: 0, -EINVAL with the reason on stderr, or -ENOENT.
 */
int generate_option(struct generate_options *g, int val, const char *text);

#endif
