/* SPDX-License-Identifier: GPL-2.0 */
/*
 * silence - a line that brings nothing while the other one goes on
 *
 * An exchange says something every second on each line (MoldUDP64 heartbeats).
 * The feed is whole as long as one line is; nobody would notice the other one.
 */
#ifndef HT_SILENCE_H
#define HT_SILENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "maps.h"

enum { SILENCE_S = HT_SESSION_SILENT_NS / SECOND_NS };

struct silence {
	uint64_t packets[HT_LINES];	/* of the line when last looked at */
	uint32_t seconds[HT_LINES];	/* without another one */
};

/* Looks at the lines, once a second.  Return: the lines that have just fallen
 * silent, or been heard again, as bits.
 */
uint32_t silence_beat(struct silence *s, const struct ht_feed *feed);

static inline bool silence_is(const struct silence *s, int line)
{
	return s->seconds[line] >= SILENCE_S;
}

#endif
