/* SPDX-License-Identifier: GPL-2.0 */
/*
 * options - how every verb reads its command line
 *
 * Options match exactly.  What is wrong gets one line on stderr, with the verb.
 */
#ifndef HT_SIM_OPTIONS_H
#define HT_SIM_OPTIONS_H

#include <getopt.h>
#include <stdint.h>

/*
 * getopt_long() without its guesses: a long option must be spelt out, and
 * letters[] are the short ones.  argv[0] is the verb.
 * Return: the option's val; -1 after the last, argv[optind] is the first
 * argument then; or '?' when one is wrong, which is told.
 */
int option_next(int argc, char **argv, const char *letters,
		const struct option *options);

/* Tells why the command line is refused.  Return: -EINVAL. */
int option_refuse(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* The same, of an option's value: what is wanted.  Return: -EINVAL. */
int option_bad(const char *option, const char *text, const char *want);

/* Reads a whole number from min to max.  Return: 0, or -EINVAL and told. */
int option_number(const char *option, const char *text, uint64_t min,
		  uint64_t max, uint64_t *value);
int option_number32(const char *option, const char *text, uint32_t min,
		    uint32_t max, uint32_t *value);

#endif
