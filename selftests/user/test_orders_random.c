// SPDX-License-Identifier: GPL-2.0
/* user/orders.c and positions.c beside the ledger, over random days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "order_flow.h"

enum { DAYS = 2000, DAY = 500, LOOK = 50 };

static uint64_t seed;
static struct flow flow;

static void days(bool orderly, uint64_t *sane, uint64_t *refused)
{
	uint32_t day, step;

	for (day = 0; day < DAYS / 2; day++) {
		flow_start(&flow, seed + day, orderly);
		for (step = 1; step <= DAY; step++) {
			flow_step(&flow);
			if (step % LOOK == 0)
				flow_compare(&flow);
		}
		*sane += flow.sane;
		*refused += flow.refused;
		flow_end(&flow);
	}
}

static void orderly_days_agree_with_the_ledger(void **state)
{
	uint64_t sane = 0, refused = 0;

	days(true, &sane, &refused);
	print_message("%llu answers, %llu without effect\n",
		      (unsigned long long)sane, (unsigned long long)refused);
	assert_int_equal(refused, 0);
}

static void days_of_lies_agree_with_the_ledger(void **state)
{
	uint64_t sane = 0, refused = 0;

	days(false, &sane, &refused);
	print_message("%llu answers, %llu without effect\n",
		      (unsigned long long)sane, (unsigned long long)refused);
	assert_true(refused > sane / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orderly_days_agree_with_the_ledger),
		cmocka_unit_test(days_of_lies_agree_with_the_ledger),
	};
	const char *given = getenv("SEED");

	seed = given ? strtoull(given, NULL, 10) : 1;
	print_message("SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
