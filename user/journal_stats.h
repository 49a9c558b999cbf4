/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal_stats - what a whole journal adds up to
 */
#ifndef HT_JOURNAL_STATS_H
#define HT_JOURNAL_STATS_H

#include "histogram.h"
#include "journal_read.h"

struct json_object;

enum { JOURNAL_AWAITED = 1 << 16 };	/* orders that may wait for an answer */

/* X(field, words) */
#define JOURNAL_LATENCIES(X)						\
	X(entry_to_seen, "XDP entry to controller")			\
	X(seen_to_decided, "controller to decision")			\
	X(decided_to_submitted, "decision to kernel")			\
	X(entry_to_submitted, "XDP entry to kernel")			\
	X(submitted_to_reply, "kernel to first answer")

struct journal_awaited {
	uint32_t urn;
	uint64_t sent_ns;
};

struct journal_stats {
	uint64_t records;
	uint64_t first_ns;		/* CLOCK_REALTIME */
	uint64_t last_ns;
	uint64_t lost;			/* records that are not there */
	uint64_t faults;		/* answers without effect */
	uint32_t limits;		/* version of the last record */
	uint64_t types[JOURNAL_TYPES_END];	/* [0]: not known */
	uint64_t ways[JOURNAL_WAYS_END + 1];	/* the last: not known */
	uint64_t refusals[HT_REFUSALS];
#define X(field, words) struct ht_histogram field;
	JOURNAL_LATENCIES(X)
#undef X
	struct journal_awaited awaited[JOURNAL_AWAITED];
};

/* All zero; to be freed.  Return: NULL without memory. */
struct journal_stats *journal_stats_new(void);

void journal_stats_add(struct journal_stats *s, const struct journal_record *r);

/* Adds figures and tables to an answer, and prints it for people. */
void journal_stats_describe(struct json_object *o,
			    const struct journal_stats *s);
void journal_stats_print(struct json_object *o);

#endif
