/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench - the benchmark of the book, and its results
 *
 *	cmd_bench.c	the command line
 *	bench_book.c	the plan: which streams, which points of the curve
 *	bench_measure.c	rounds, the check of the books, times by type
 *	bench_report.c	the results as JSON and as tables
 *	bench_chart.c	... and as a picture
 *	bench_machine.c	what they were measured on
 *	bench_gate.c	`bench gate`, which is about no book
 */
#ifndef HT_BENCH_H
#define HT_BENCH_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench_contender.h"
#include "bench_stream.h"
#include "histogram.h"

enum {
	BENCH_ROUNDS_MAX = 99,
	BENCH_STREAMS = 3,
	BENCH_POINTS = 5,		/* of a curve, at most */
	BENCH_TYPES = 128,		/* ITCH types are ASCII letters */
	BENCH_EMPTY = 0,		/* among them: the empty packet */
};

struct bench_options {
	const char *data;	/* the slice, its directory; NULL: see --help */
	const char *out;	/* directory of JSON and chart; NULL: neither */
	uint64_t messages;	/* of each stream */
	uint32_t rounds;
};

/* Everything about one stream. */
struct bench_result {
	const char *member;	/* in JSON */
	char words[64];
	bool skipped;
	uint64_t messages;
	uint64_t packets;
	uint32_t symbols;
	uint64_t orders;	/* live at the end */
	uint64_t levels;
	uint64_t ns[BENCH_CONTENDERS];	/* of the whole stream, median */
	uint64_t least_ns[BENCH_CONTENDERS];
	uint64_t most_ns[BENCH_CONTENDERS];
	uint64_t baseline_bytes;
	bool same;		/* all three books are the same at the end */
	struct ht_histogram *type;	/* [BENCH_TYPES] one message a packet */
};

/* A point of the curve. */
struct bench_point {
	uint32_t symbols;
	uint64_t live;
	uint64_t messages;	/* that were measured */
	uint64_t ns;		/* of all of them, median */
};

/* From the smallest on, no two the same; two at least. */
struct bench_curve {
	struct bench_point point[BENCH_POINTS];
	int count;
};

struct bench_results {
	struct bench_options options;
	struct bench_result stream[BENCH_STREAMS];
	struct bench_curve by_symbols;
	struct bench_curve by_live;
	uint64_t load_ns;
	uint64_t map_bytes;
	char bpf_compiler[64];
};

/* -- bench_book.c: return 0, or negative errno, said on stderr ------------ */

int bench_run(struct bench_results *r);

/* False when a book of a stream that was measured is not the program's. */
bool bench_same(const struct bench_results *r);

/* Shows on a terminal what is being done. */
void bench_progress(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* -- bench_measure.c: return 0, or negative errno, said on stderr --------- */

/* All contenders in turn, for so many rounds; result: the three ns. */
int measure_rounds(const struct stream *s, uint32_t rounds,
		   struct bench_result *result);

/* The program alone, of it the second half of the stream; result: ns and
 * messages.
 */
int measure_half(const struct stream *s, uint32_t rounds,
		 struct bench_point *result);

/* The books compared and the times by type; result: all the rest. */
int measure_books(const struct stream *s, struct bench_result *result);

/* -- bench_report.c, bench_chart.c, bench_machine.c ----------------------- */

/* The whole answer; the caller puts it. */
struct json_object *bench_report(const struct bench_results *r);
/* As tables on stdout. */
void bench_print(const struct bench_results *r, struct json_object *answer);
/* An SVG, on light and dark ground alike. */
void bench_chart(const struct bench_results *r, FILE *out);
struct json_object *bench_machine(const char *bpf_compiler);

int cmd_bench_gate(int argc, char **argv);

#endif
