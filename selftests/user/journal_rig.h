/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal_rig - a journal in a folder of its own, on a loop of its own
 */
#ifndef HT_JOURNAL_RIG_H
#define HT_JOURNAL_RIG_H

#include "journal_sample.h"
#include "../../user/journal_read.h"

enum { RIG_CLOSE_MS = 10000 };

struct journal_rig {
	char folder[64];
	char path[96];
	struct loop loop;
	struct journal journal;
	bool open;
	uint64_t wanted;		/* run until this one is written, */
	int failed;			/* or writing fails like this */
};

/* Test fixtures: *state is the rig, its journal not yet opened. */
int journal_rig_setup(void **state);
int journal_rig_teardown(void **state);

/* Return: as journal_open(); nothing is to be closed after an error. */
int journal_rig_open(struct journal_rig *rig);
/* Return: as journal_close(). */
int journal_rig_close(struct journal_rig *rig);

/* Runs the loop until all that was put is written, or a write fails. */
void journal_rig_run(struct journal_rig *rig);

/* n times JOURNAL_SAMPLE records. */
void journal_rig_put(struct journal *j, unsigned int n);

/* Reads the file through.  Return: what journal_next() answered at last. */
int journal_rig_read(const char *path, uint64_t *records, uint64_t *lost);

/* The file's bytes; to be freed. */
uint8_t *journal_rig_bytes(const char *path, size_t *len);
void journal_rig_write(const char *path, const void *bytes, size_t len);

#endif
