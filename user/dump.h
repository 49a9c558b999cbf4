/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dump - the book as rows of CSV, as `book dump` and `replay --book` write it
 *
 * Header symbol,side,price,qty,orders; by symbol, then B from high to low,
 * then S from low to high.  Both sides of a symbol are of one moment.
 */
#ifndef HT_DUMP_H
#define HT_DUMP_H

#include <stdio.h>

#include "depth.h"

#define DUMP_HEADER	"symbol,side,price,qty,orders\n"

/* A symbol's place in the order of the rows. */
struct dump_name {
	char ticker[HT_TICKER];
	uint32_t locate;
};

/* By ticker, then by locate: for qsort(). */
int dump_order(const void *a, const void *b);

/*
 * The symbols that have orders, in order; the caller frees *names.
 * Return: how many, or -ENOMEM.
 */
int dump_names(const struct instance *in, struct dump_name **names);

/* Writes the rows of one symbol, without the header. */
void dump_rows(FILE *out, const char *ticker, const struct depth *d);

/* Writes the whole book.  Return: rows, or negative errno (depth_read). */
int64_t dump_write(const struct instance *in, FILE *out);

/*
 * The same into a file, or to stdout when path is NULL.  Prints one line on
 * failure.  Return: as above.
 */
int64_t dump_file(const struct instance *in, const char *path);

#endif
