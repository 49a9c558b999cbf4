/* SPDX-License-Identifier: GPL-2.0 */
/*
 * clock - nanoseconds of a clock in one word
 */
#ifndef HT_SIM_CLOCK_H
#define HT_SIM_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_SECOND	UINT64_C(1000000000)
#define NS_PER_MS	UINT64_C(1000000)
#define NS_PER_US	UINT64_C(1000)

static inline uint64_t timespec_ns(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * NS_PER_SECOND + (uint64_t)t->tv_nsec;
}

static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return timespec_ns(&now);
}

#endif
