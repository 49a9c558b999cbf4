/* SPDX-License-Identifier: GPL-2.0 */
/*
 * book_file - where `replay --book` writes to: opened before the run, so that
 * a bad path fails at once, and written after it
 */
#ifndef HT_BOOK_FILE_H
#define HT_BOOK_FILE_H

#include <stdbool.h>

#include "instance.h"

struct book_file {
	const char *path;	/* NULL: nothing was asked for */
	int fd;			/* -1 once closed */
	bool made;		/* by us: it goes when nothing is written */
};

/* Opens it, contents untouched; a NULL path does nothing.  Prints one line on
 * failure.  Return: 0 or negative errno.
 */
int book_file_open(struct book_file *f, const char *path);

/* Replaces its contents by the book, and closes it.  Prints one line on
 * failure.  Return: 0 or negative errno.
 */
int book_file_write(struct book_file *f, const struct instance *in);

/* Closes it unwritten; nothing to do after book_file_write(). */
void book_file_drop(struct book_file *f);

/* Whether both paths lead to one regular file; false when one is NULL. */
bool book_file_same(const char *path, const char *other);

#endif
