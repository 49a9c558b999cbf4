// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "gate_cases.h"

static uint32_t count_of(const struct gate_case *c, enum ht_refusal reason)
{
	uint32_t count = 0;

	for (; c->name; c++)
		count += c->reason == reason;
	return count;
}

void cases_are_complete(void **state)
{
#define X(id, field, rule, words)					\
	if (!count_of(gate_cases_state, HT_REFUSED_##id) &&		\
	    !count_of(gate_cases_order, HT_REFUSED_##id) &&		\
	    !count_of(gate_cases_exposure, HT_REFUSED_##id))		\
		fail_msg("no case is refused by %s: %s", rule, words);
	HT_GATE_REFUSALS(X)
#undef X
}

static void each(const struct gate_case *c,
		 void (*run)(const struct gate_case *c))
{
	for (; c->name; c++) {
		print_message("%s\n", c->name);
		run(c);
	}
}

void cases_each(void (*run)(const struct gate_case *c))
{
	each(gate_cases_state, run);
	each(gate_cases_order, run);
	each(gate_cases_exposure, run);
}
