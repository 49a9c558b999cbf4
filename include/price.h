/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * price - 1e-4 dollars as people write them: "182.3500"
 *
 * Integers only: a price never passes through floating point.
 */
#ifndef HT_PRICE_H
#define HT_PRICE_H

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

enum {
	PRICE_UNIT = 10000,	/* units in a dollar */
	PRICE_TEXT = 24,	/* bytes that hold any price as text */
};

/* Writes px (1e-4 dollars) as "123.4500" into text.  Return: text. */
static inline char *price_text(char text[PRICE_TEXT], uint64_t px)
{
	snprintf(text, PRICE_TEXT, "%" PRIu64 ".%04u", px / PRICE_UNIT,
		 (unsigned int)(px % PRICE_UNIT));
	return text;
}

/*
 * Reads digits with at most four decimals from text; *end is where it
 * stopped.  Return: 0, -EINVAL when there is no number or a fifth decimal,
 * -ERANGE when the price is above max (1e-4 dollars).
 */
static inline int price_parse(const char *text, uint64_t max, uint64_t *px,
			      const char **end)
{
	const char *p = text;
	uint64_t value = 0;
	int decimals = -1;

	for (; (*p >= '0' && *p <= '9') || (*p == '.' && decimals < 0); p++) {
		if (*p == '.') {
			decimals = 0;
			continue;
		}
		if (decimals >= 0 && ++decimals > 4)
			return -EINVAL;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *p - '0', &value))
			return -ERANGE;
	}
	if (p == text || p[-1] == '.')
		return -EINVAL;
	for (decimals = decimals < 0 ? 0 : decimals; decimals < 4; decimals++)
		if (__builtin_mul_overflow(value, 10, &value))
			return -ERANGE;
	*end = p;
	if (value > max)
		return -ERANGE;
	*px = value;
	return 0;
}

#endif
