/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal_show - records of a journal, one after another, to stdout or a file
 */
#ifndef HT_JOURNAL_SHOW_H
#define HT_JOURNAL_SHOW_H

#include "journal_options.h"

/* Says on stderr how reading ended: a negative errno of journal_next(), or 0.
 * Return: an exit code; EXIT_OK when there was no more, or not all of it yet.
 */
int journal_end(const struct journal_wanted *w, const struct journal_reader *r,
		int err);

/* Lines, or with -j objects; waits for further ones when they are followed.
 * Return: an exit code, as the other.
 */
int journal_show(const struct journal_wanted *w);
int journal_export(const struct journal_wanted *w);

#endif
