/* SPDX-License-Identifier: GPL-2.0 */
/*
 * summary - what happened, at the end, for a person and for a program
 */
#ifndef HT_SIM_SUMMARY_H
#define HT_SIM_SUMMARY_H

#include <stdio.h>

#include "playback.h"

/* Every figure of a run; all are owned by others. */
struct summary {
	const struct playback *playback;
	const struct feed *feed;
	const struct order_entry *entry;
	const struct rerequest *rerequest;	/* as many as there are */
	uint32_t rerequests;
	const struct glimpse *glimpse;		/* NULL: there is none */
};

void summary_text(const struct summary *s, FILE *out);

/* Return: 0 or negative errno. */
int summary_json(const struct summary *s, FILE *out);

#endif
