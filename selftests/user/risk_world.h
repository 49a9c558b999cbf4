/* SPDX-License-Identifier: GPL-2.0 */
/*
 * risk_world - a good event in a good market, and user/risk.c to judge it
 */
#ifndef RISK_WORLD_H
#define RISK_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../user/instance.h"
#include "../../user/risk.h"

enum { ROW = 5, LOCATE = 13 };

#define NOW_NS		5000000000ull

struct world {
	struct instance in;
	struct risk risk;
	struct ht_event e;
	struct ht_feed feed;
	struct ht_gate gate;
	struct ht_kill kill;
	struct ht_rules all_rules;
	struct ht_account account;
	struct ht_limit *limit;		/* in force for every symbol, */
	struct ht_rule_set *rules;	/* and for all orders */
	struct ht_top *top;
	struct ht_symbol *symbol;
	struct ht_trigger *trigger;
};
int world_setup(void **state);
int world_teardown(void **state);
void good_event(struct ht_event *e);

/* The event's book is still the book. */
enum ht_refusal check(struct world *w, const struct ht_event *e,
		      uint64_t now_ns);

/* Judges the event as if it were the first one of a fresh controller. */
enum ht_refusal judge(struct world *w);

#define expect(w, refusal) assert_int_equal(judge(w), refusal)
#define T(test)								\
	cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

#endif
