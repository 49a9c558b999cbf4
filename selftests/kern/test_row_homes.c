// SPDX-License-Identifier: GPL-2.0
/*
 * Where the rows of a market's far levels, and the nodes above them, live: near
 * enough to their homes that nearly every question is answered by one cache
 * line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "compose.h"
#include "table.bpf.h"

enum { SLOTS = 1 << 16, SYMBOLS = 4000 };

struct ht_counters native_counters;	/* where the table counts */
static struct ht_levels *table;
static uint64_t random_state;
static uint32_t rows, at_home, furthest;

/* Claims a row and, as long as they are new, the nodes above it. */
static void claim_path(uint32_t locate, uint32_t side, uint32_t grid,
		       uint32_t row)
{
	uint32_t depth;

	for (depth = 0; depth <= grid_root(grid); depth++) {
		uint64_t key = level_key(locate, side, grid, depth, row);
		uint32_t i = table_claim(table, SLOTS - 1, key);
		uint32_t distance;

		assert_int_not_equal(i, TABLE_NONE);
		if (i & TABLE_WAS_THERE)
			break;
		distance = (i - slot_home(key, SLOTS - 1)) & (SLOTS - 1);
		rows++;
		at_home += !distance;
		if (distance > furthest)
			furthest = distance;
	}
}

static void report(const char *what)
{
	print_message("%s: %u rows and nodes in %u slots, %u at home, furthest %u\n",
		      what, rows, (unsigned int)SLOTS, at_home, furthest);
}

/* Bids and asks of every symbol near one price, until a quarter is full. */
static void prices_around_one(void **state)
{
	uint32_t locate, side, middle;

	for (locate = 1; locate <= SYMBOLS && rows < SLOTS / 4; locate++) {
		middle = 1 + random_below(&random_state, 5000);
		for (side = HT_BID; side <= HT_ASK; side++)
			claim_path(locate, side, HT_COARSE,
				   middle - 1 + side);
	}
	report("around one price");
	assert_true(at_home >= rows / 10 * 7);
	assert_in_range(furthest, 0, HT_PROBES / 4);
}

/* One symbol with every price there is room for. */
static void prices_of_one_symbol(void **state)
{
	uint32_t row;

	for (row = 1; rows < SLOTS / 4; row++)
		claim_path(17, HT_BID, HT_FINE, row);
	report("one symbol");
	assert_true(at_home >= rows / 10 * 7);
	assert_in_range(furthest, 0, HT_PROBES / 4);
}

/* Prices anywhere on either grid. */
static void prices_far_apart(void **state)
{
	uint32_t row, grid;

	while (rows < SLOTS / 4) {
		grid = random_below(&random_state, 2);
		row = random_below(&random_state,
				      1u << (grid == HT_FINE ? 28 : 21));
		claim_path(1 + random_below(&random_state, SYMBOLS),
			   random_below(&random_state, 2), grid, row);
	}
	report("far apart");
	assert_true(at_home >= rows / 10 * 7);
	assert_in_range(furthest, 0, HT_PROBES / 4);
}

static int fresh(void **state)
{
	free(table);
	table = calloc(SLOTS, sizeof(struct ht_row));
	rows = at_home = furthest = 0;
	return table ? 0 : -1;
}

static int seeded(void **state)
{
	const char *given = getenv("SEED");

	random_state = given ? strtoull(given, NULL, 10)
			     : (uint64_t)time(NULL);
	print_message("SEED=%llu\n", (unsigned long long)random_state);
	return 0;
}

static int done(void **state)
{
	free(table);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(prices_around_one, fresh),
		cmocka_unit_test_setup(prices_of_one_symbol, fresh),
		cmocka_unit_test_setup(prices_far_apart, fresh),
	};

	return cmocka_run_group_tests(tests, seeded, done);
}
