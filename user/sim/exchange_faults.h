/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange_faults - answers that a market gives rarely, on purpose: of every N
 * that it could be, the last one is
 */
#ifndef HT_SIM_EXCHANGE_FAULTS_H
#define HT_SIM_EXCHANGE_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

struct exchange_fault {
	uint32_t every;			/* 0: never */
	uint64_t seen;
};

struct exchange_faults {
	struct exchange_fault broken;	/* executions: broken later */
	struct exchange_fault dead;	/* orders: accepted and dead */
	struct exchange_fault repriced;	/* orders: accepted a tick worse */
	struct exchange_fault restated;	/* orders that come to rest */
	struct exchange_fault priority;	/* the same: a new reference */
	struct exchange_fault supervised; /* the same: canceled by hand */
	struct exchange_fault pending;	/* cancels: pending, then rejected */
	struct exchange_fault late;	/* replaces: the order cannot go now */
};

/* One more that it could be.  Return: whether it is. */
static inline bool fault_is_due(struct exchange_fault *f)
{
	return f->every && !(++f->seen % f->every);
}

#endif
