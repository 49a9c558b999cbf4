/* SPDX-License-Identifier: GPL-2.0 */
/*
 * report - what happened, at the end, for a person and for a program
 */
#ifndef HT_SIM_REPORT_H
#define HT_SIM_REPORT_H

#include <stdio.h>

#include "replay.h"

/* Every figure of a run; all are owned by others. */
struct report {
	const struct replay *replay;
	const struct publisher *publisher;
	const struct orders *orders;
	const struct book *book;
};

void report_text(const struct report *r, FILE *out);

/* Return: 0 or negative errno. */
int report_json(const struct report *r, FILE *out);

#endif
