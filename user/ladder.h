/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ladder - books as answers: bids on the left, offers on the right
 */
#ifndef HT_LADDER_H
#define HT_LADDER_H

#include "depth.h"
#include "out.h"

enum { LADDER_LEVELS = 10, LADDER_LEVELS_MOST = 1000000 };

/*
 * Adds a symbol's best `levels` levels as arrays "bids" and "asks", and the
 * "totals" of all of its levels; all of one moment.
 * Return: 0 or depth_read()'s error.
 */
int ladder_add(struct json_object *answer, const struct instance *in,
	       uint32_t locate, int levels);

/* The same of every level, without totals, from a read that was made. */
void ladder_add_all(struct json_object *answer, const struct depth *d);

/* Prints what ladder_add() added as a table. */
void ladder_print(struct json_object *answer);

/* One row a symbol with its best bid and offer, by name; `all`: those without
 * orders, too.
 */
struct json_object *ladder_tops(const struct instance *in, bool all);
extern const struct out_column ladder_tops_columns[];

#endif
