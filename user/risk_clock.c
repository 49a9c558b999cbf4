// SPDX-License-Identifier: GPL-2.0
/*
 * risk_clock - is our clock the exchange's?  G4
 *
 * ITCH counts nanoseconds from midnight in New York.
 */
#include <sys/timex.h>
#include <time.h>

#include "clock.h"
#include "instance.h"
#include "risk.h"

enum {
	DAY_S = 86400,
	HOUR_S = 3600,
	EST_H = 5,			/* behind UTC */
	SUMMER_BEGINS_UTC_H = 7,	/* 2:00 EST */
	SUMMER_ENDS_UTC_H = 6,		/* 2:00 EDT */
	MARCH = 2,			/* as struct tm counts */
	NOVEMBER = 10,
};

/* The n-th Sunday of a month at this hour, UTC. */
static time_t sunday(int year, int month, int n, int hour)
{
	struct tm first = { .tm_year = year, .tm_mon = month, .tm_mday = 1,
			    .tm_hour = hour };
	time_t t = timegm(&first);

	return t + ((7 - first.tm_wday) % 7 + 7 * (n - 1)) * DAY_S;
}

/* Energy Policy Act of 2005: second Sunday in March to first in November. */
static int behind_utc_s(time_t t)
{
	struct tm utc;
	bool summer;

	gmtime_r(&t, &utc);
	summer = t >= sunday(utc.tm_year, MARCH, 2, SUMMER_BEGINS_UTC_H) &&
		 t < sunday(utc.tm_year, NOVEMBER, 1, SUMMER_ENDS_UTC_H);
	return (EST_H - summer) * HOUR_S;
}

time_t risk_since_midnight(time_t t)
{
	return (t - behind_utc_s(t)) % DAY_S;
}

void risk_clock(struct risk *r, struct instance *in, uint64_t now_ns)
{
	struct timex state = {0};
	struct timespec real;
	uint64_t since;

	clock_gettime(CLOCK_REALTIME, &real);
	since = (uint64_t)risk_since_midnight(real.tv_sec) * SECOND_NS +
		(uint64_t)real.tv_nsec;
	r->midnight_ns = (int64_t)(now_ns - since);
	r->clock_ns = now_ns;
	r->clock_synced = adjtimex(&state) != TIME_ERROR &&
			  !(state.status & STA_UNSYNC);
	HT_WRITE_ONCE(in->gate->midnight_ns, r->midnight_ns);
	HT_WRITE_ONCE(in->gate->clock_synced, r->clock_synced);
}
