/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gate_cases - everything that a gate refuses, and its neighbour that passes
 */
#ifndef GATE_CASES_H
#define GATE_CASES_H

#include "gate_world.h"

enum { CASE_TIMED = 1 };	/* to the nanosecond: not for a real clock */

struct gate_case {
	const char *name;
	enum ht_refusal reason;	/* HT_ALLOWED: at the edge */
	/* Does one thing to a world that is good. */
	void (*spoil)(struct gate_world *w);
	uint32_t timed;		/* 0 or CASE_TIMED */
};

/* Each ended by a NULL name. */
extern const struct gate_case gate_cases_state[];
extern const struct gate_case gate_cases_order[];
extern const struct gate_case gate_cases_exposure[];

/* Fails the test when a reason of both gates has no case. */
void cases_are_complete(void **state);

/* Calls run with every case, and says which one it failed in. */
void cases_each(void (*run)(const struct gate_case *c));

#endif
