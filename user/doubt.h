/* SPDX-License-Identifier: GPL-2.0 */
/*
 * doubt - why a replayed book may not be the exchange's, in one line each
 */
#ifndef HT_DOUBT_H
#define HT_DOUBT_H

#include "play.h"

/*
 * After a replay that went well; n: all of it, the window is n - p->before.
 * Prints what there is on stderr.  Return: whether the check failed, because
 * a table was full or --group found nothing.
 */
bool doubt_say(const struct play *p, const struct ht_counters *n);

/* Why the directory has not named a watched symbol, or "". */
const char *doubt_unnamed(const struct play *p);

#endif
