/* SPDX-License-Identifier: GPL-2.0 */
/*
 * log - one line for each thing that happens, as it happens
 *
 * The lines go to stdout unless quiet, and to the orders' log where there is
 * one.  They are held back until log_flush(), which the loop calls once a turn:
 * nothing is written to a terminal between an event and its order.
 */
#ifndef HT_LOG_H
#define HT_LOG_H

#include <stdbool.h>
#include <stdio.h>

#include "maps.h"
#include "orders.h"

struct log {
	FILE *file;		/* NULL: none */
	bool quiet;
};

/* Return: 0 or negative errno; path may be NULL. */
int log_open(struct log *log, const char *path, bool quiet);
void log_close(struct log *log);

/* Return: 0, or -EIO when what was said cannot be written. */
int log_flush(struct log *log);

/* A line with the time of day before it. */
void log_line(struct log *log, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void log_fire(struct log *log, const struct ht_event *e,
	      const struct order *order, bool edited);
void log_refusal(struct log *log, const struct ht_event *e,
		 const char *trigger, enum ht_refusal why);

/* What the exchange said about an order; or that it cannot be true. */
void log_reply(struct log *log, const struct ouch_reply *reply,
	       const struct order *order);
void log_fault(struct log *log, const struct ouch_reply *reply, int err);

#endif
