// SPDX-License-Identifier: GPL-2.0
/*
 * journal - a journal with N sample orders in it, behind what is there
 *
 *   selftests/lab/journal FILE N
 *
 * Says on stdout what a put cost, in ns.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../user/journal_sample.h"
#include "../../user/clock.h"

enum { CLOSE_MS = 10000 };

struct writer {
	struct loop loop;
	struct journal journal;
	uint32_t left;
	uint32_t next;
	uint64_t took_ns;
};

/* As many as have room, then what the kernel wrote is waited for. */
static int turn(struct loop *l)
{
	struct writer *w = source_owner(l, struct writer, loop);
	uint64_t start = clock_ns();

	for (; w->left && !journal_full(&w->journal); w->left--)
		journal_sample_put(&w->journal, w->next++);
	w->took_ns += clock_ns() - start;
	journal_turn(&w->journal);
	l->stop = !w->left || w->journal.failed;
	return 0;
}

int main(int argc, char **argv)
{
	struct journal_options options = { .instance = "lab", .sync_ms = 10 };
	struct writer *w = calloc(1, sizeof(*w));
	uint64_t put;

	if (argc != 3 || !w) {
		fprintf(stderr, "journal: see the top of selftests/lab/journal.c\n");
		return 1;
	}
	options.path = argv[1];
	w->left = (uint32_t)atoi(argv[2]);
	if (loop_open(&w->loop) ||
	    journal_open(&w->journal, &w->loop, &options))
		return 2;
	w->next = (uint32_t)(w->journal.index / JOURNAL_SAMPLE);
	put = w->left * (uint64_t)JOURNAL_SAMPLE;
	w->loop.after_turn = turn;
	turn(&w->loop);
	if (loop_run(&w->loop) || journal_close(&w->journal, CLOSE_MS))
		return 2;
	loop_close(&w->loop);
	if (put)
		printf("%" PRIu64 "\n", w->took_ns / put);
	free(w);
	return 0;
}
