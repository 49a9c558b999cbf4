/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wanted - the watch list as the kernel keeps it (maps/wanted.map.h)
 */
#ifndef HT_WANTED_H
#define HT_WANTED_H

#include "instance.h"
#include "out.h"
#include "symbols.h"

/* Fills the map; prints one line on failure.  Return: 0 or negative errno. */
int wanted_fill(int fd, const struct symbols *s);

/* Between two sessions: which locates the wanted symbols have is not known any
 * more.  Return: 0 or negative errno.
 */
int wanted_forget(const struct instance *in);

/* Whether a book is kept of the symbol: it is on the list, or there is none. */
bool wanted_keeps(const struct instance *in, uint32_t locate);

/* Whether the list names the ticker, seen yet or not, or there is no list. */
bool wanted_lists(const struct instance *in, const char *ticker);

/*
 * Adds watched_symbols, and of them directory_named and not_named_yet (names,
 * the first few); nothing when there is no watch list.
 */
void wanted_add(struct json_object *answer, const struct instance *in);

/*
 * Says on stderr which symbols no Stock Directory message has named; `why` is
 * appended, or "".
 */
void wanted_warn(const struct instance *in, const char *why);

#endif
