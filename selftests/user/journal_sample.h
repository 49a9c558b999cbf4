/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal_sample - records of every type, as a controller would put them
 */
#ifndef HT_JOURNAL_SAMPLE_H
#define HT_JOURNAL_SAMPLE_H

#include "../../user/journal.h"

enum { JOURNAL_SAMPLE = 11 };	/* records */

/*
 * Order number n (from 0, UserRefNum n + 1) of a day: bought 100 AAPL, accepted
 * and executed, with all else that a journal can hold around it.
 */
void journal_sample_put(struct journal *j, uint32_t n);

#endif
