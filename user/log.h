/* SPDX-License-Identifier: GPL-2.0 */
/*
 * log - one line for each thing that happens, as it happens
 *
 * The lines go to stdout unless quiet, and to the orders' log where there is
 * one.  They are held back until log_flush(), which the loop calls once a turn:
 * nothing is written to a terminal between an event and its order.
 *
 * A reader of stdout that does not read never stops us: what it does not take
 * is kept, and what there is no more room for is counted and not written.  The
 * orders' log must be taken at once; it should be a file.
 */
#ifndef HT_LOG_H
#define HT_LOG_H

#include <stdbool.h>
#include <stdio.h>

#include "maps.h"
#include "orders.h"
#include "risk.h"

enum { LOG_HELD = 1 << 16 };	/* bytes for stdout */

struct log {
	FILE *file;		/* NULL: none */
	bool quiet;
	size_t held;		/* bytes that stdout has not taken yet */
	uint64_t missing;	/* lines not written and not yet told of */
	uint64_t lost;		/* lines not written */
	char out[LOG_HELD];
};

/*
 * Where stdout or stderr is a terminal or a pipe, it is opened anew, so that
 * writing to it does not block and whoever else has it open notices nothing.
 * Return: 0 or negative errno; path may be NULL.
 */
int log_open(struct log *log, const char *path, bool quiet);
void log_close(struct log *log);

/* Return: 0, or -EIO when what was said can never be written. */
int log_flush(struct log *log);

/*
 * At the end: waits up to ms for what is held to be written, and lets what
 * follows on stdout wait for its reader.
 * Return: 0, or -EAGAIN when nobody reads.
 */
int log_drain(struct log *log, int ms);

/* A line with the time of day before it. */
void log_line(struct log *log, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A trigger's order left, a person's, or none of the two in a dry run. */
void log_fire(struct log *log, const struct ht_event *e,
	      const struct order *order, bool edited);
void log_hand(struct log *log, const struct order *order);
void log_refusal(struct log *log, const struct risk_order *o,
		 const char *trigger, enum ht_refusal why, bool spent);

/* What the exchange said about an order, or where that is NULL about a session;
 * or that it cannot be true.
 */
void log_reply(struct log *log, const struct ouch_reply *reply,
	       const struct order *order);
void log_fault(struct log *log, const struct ouch_reply *reply, int err);

#endif
