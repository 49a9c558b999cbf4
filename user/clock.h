/* SPDX-License-Identifier: GPL-2.0 */
/*
 * clock - the clock of every time stamp in the maps
 */
#ifndef HT_CLOCK_H
#define HT_CLOCK_H

#include <stdint.h>
#include <time.h>

#define MS_NS		1000000ull
#define SECOND_NS	1000000000ull

/* CLOCK_MONOTONIC now, in nanoseconds. */
static inline uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

/* From then to now; what happened after now was read is not in the past. */
static inline uint64_t clock_elapsed(uint64_t then_ns, uint64_t now_ns)
{
	return now_ns > then_ns ? now_ns - then_ns : 0;
}

#endif
