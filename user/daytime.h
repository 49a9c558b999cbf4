/* SPDX-License-Identifier: GPL-2.0 */
/*
 * daytime - ITCH time as people write it: 09:30, 09:30:00.000000001
 */
#ifndef HT_DAYTIME_H
#define HT_DAYTIME_H

#include <stdint.h>

enum { DAYTIME_TEXT = 32 };

/*
 * Reads HH:MM[:SS[.fraction]], up to nine decimals, into nanoseconds since
 * midnight.  Return: 0, or -EINVAL.
 */
int daytime_parse(const char *text, uint64_t *ns);

/* Writes ns as 09:30:00.000000000.  Return: text. */
char *daytime_text(char text[DAYTIME_TEXT], uint64_t ns);

#endif
