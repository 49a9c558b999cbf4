/* SPDX-License-Identifier: GPL-2.0 */
/*
 * risk - the second gate: the last word in user space before an order
 *
 * It trusts neither the kernel's gate nor the event: what the event says and
 * what the maps say now must both allow the order.  First failure wins, in
 * the order of the numbers in maps/gate.map.h; what is missing refuses.
 *
 * The event's ticker must be the one that the trigger was added for: a locate
 * can be given another one.  A trigger added by locate before its ticker was
 * known (its row says `#5`) fires, but no order follows; add it anew.
 *
 * A disarm takes effect on the kernel at once, and here from the next event
 * on: the order of an event that was already judged still leaves.
 */
#ifndef HT_RISK_H
#define HT_RISK_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"

struct instance;

struct risk_limits {
	uint32_t max_qty;	/* shares of one order */
	uint64_t max_notional;	/* 1e-4 dollars, of one order */
	uint32_t collar_bps;	/* from the mid of the event's own book */
	uint32_t rate;		/* orders in any second */
	uint64_t max_age_ns;	/* from XDP entry to the decision */
};

#define RISK_DEFAULTS							\
	((struct risk_limits){ .max_qty = 1000,				\
			       .max_notional = 2500000000ull,		\
			       .collar_bps = 500, .rate = 100,		\
			       .max_age_ns = 1000000000ull })

enum {
	RISK_RATE_MAX = 65536,
	RISK_COLLAR_MAX = 10000,	/* bps */
};

struct risk {
	struct risk_limits limits;
	bool stopped;			/* refuse everything from now on */
	uint64_t since_ns;		/* older events were another
					 * controller's, which may have sent
					 * them
					 */
	uint64_t allowed;
	uint64_t refused[HT_REFUSALS];
	uint64_t last_seq[HT_TRIGGERS];	/* last one allowed, by row, */
	uint64_t joins;			/* of this book: another session's may
					 * count from 1 again
					 */
	uint64_t taken;			/* of the rate, since the start */
	uint64_t taken_ns[RISK_RATE_MAX]; /* the last `rate` of those, when */
};

void risk_init(struct risk *r, const struct risk_limits *limits);

/*
 * Judges one event at now_ns (CLOCK_MONOTONIC) and counts the answer.  The
 * event may be anything: its row and locate are checked before they are used.
 * Return: HT_ALLOWED, or the first reason to refuse.
 */
enum ht_refusal risk_check(struct risk *r, const struct instance *in,
			   const struct ht_event *e, uint64_t now_ns);

/*
 * Takes back an order that was allowed and could not be sent: it counts as
 * refused.  Its sequence and its part of the rate stay used up, so the same
 * event is not allowed a second time.
 */
void risk_withdraw(struct risk *r, enum ht_refusal why);

#endif
