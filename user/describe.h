/* SPDX-License-Identifier: GPL-2.0 */
/*
 * describe - what the maps hold, as answers (see out.h)
 *
 * The caller owns each object.  Ages are nanoseconds before now.
 */
#ifndef HT_DESCRIBE_H
#define HT_DESCRIBE_H

#include "instance.h"
#include "out.h"

/* Adds now - then as `member`, and nothing when `then` is 0 (never). */
void describe_age(struct json_object *o, const char *member, uint64_t then);

/* Adds a moment of CLOCK_REALTIME in local time, with its zone. */
void describe_time(struct json_object *o, const char *member, uint64_t ns);

/* State, session, sequence, gap, market phase. */
struct json_object *describe_feed(const struct instance *in);

/* The used ones of HT_LINES, and how out_table() shows them. */
struct json_object *describe_lines(const struct ht_line *lines);
extern const struct out_column line_columns[];

/* What is killed, since when, by whom, why. */
struct json_object *describe_kill(const struct ht_kill *kill);

/* Prints it, and names the symbols that are killed. */
void describe_kill_print(struct json_object *killed);

/* Is the symbol's book to be trusted: LIVE, BAD, or what the feed is. */
const char *describe_book_state(const struct instance *in,
				const struct ht_top *top);

/* Whether the controller's heartbeat is young enough for the kernel. */
bool controller_alive(const struct instance *in);

/*
 * Locate of a symbol as a person writes it; prints one line when there is
 * none, with the nearest thing to it.  Return: locate, or 0.
 */
uint32_t symbol_resolve(const struct instance *in, const char *symbol);

#endif
