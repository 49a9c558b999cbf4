/* SPDX-License-Identifier: GPL-2.0 */
/*
 * symbols - a watch list as a person writes it
 *
 * `AAPL,MSFT,BRK.A`, or a file with one ticker a line, where # begins a
 * comment at the start of a line or after a blank (tickers may contain #).
 */
#ifndef HT_SYMBOLS_H
#define HT_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

#include "itch50.h"
#include "maps.h"

struct symbol_name {
	char stock[ITCH_STOCK_LEN];	/* padded with spaces, as on the wire */
	uint32_t line;			/* of the file; in a list its place */
};

struct symbols {
	struct symbol_name *names;	/* sorted by stock */
	uint32_t count;			/* 0: no list; HT_WANTED at most */
};

/*
 * Reads text as the name of a file when it has a slash in it, else as a list;
 * what reads like a file's name, and is one, is refused.  A ticker twice, and what cannot be one, is refused.
 * Prints one line on failure.
 * Return: 0, -EINVAL for what is written there, or another negative errno.
 */
int symbols_read(struct symbols *s, const char *text);
void symbols_free(struct symbols *s);

/* Whether the list names it. */
bool symbols_has(const struct symbols *s, const char stock[ITCH_STOCK_LEN]);

/* Characters of a ticker, without the spaces that pad it. */
int symbols_length(const char stock[ITCH_STOCK_LEN]);

#endif
