// SPDX-License-Identifier: GPL-2.0
/* kern/near.bpf.h alone, against loops that look at one place after another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "compose.h"
#include "near.bpf.h"

enum { ROUNDS = 200000 };

static struct ht_near near;
static uint64_t random_state;

static bool better(uint32_t side, uint32_t px, uint32_t than)
{
	return side == HT_BID ? px > than : px < than;
}

/* Some places taken, at prices that are all different, and an edge or none. */
static void fill(uint32_t side, uint32_t taken)
{
	uint32_t base = random_below(&random_state, 2) ? 1 :
			HT_PRICE_LIMIT - 2 * HT_NEAR;
	uint32_t i;

	near = (struct ht_near){0};
	for (i = 1; i < HT_NEAR; i++)
		if (taken >> i & 1)
			near_open(&near, i, base + (i * 7 + taken) % HT_NEAR);
	if (random_below(&random_state, 2))
		near.px_e4[0] = side == HT_BID ? base - 1 :
				base + 2 * HT_NEAR - 1;
}

static uint32_t place_of(uint32_t px)
{
	uint32_t i;

	for (i = 1; i < HT_NEAR; i++)
		if (near.px_e4[i] == px)
			return i;
	return 0;
}

/* The best place, or the worst one. */
static uint32_t most(uint32_t side, bool best)
{
	uint32_t i, found = 0;

	for (i = 1; i < HT_NEAR; i++)
		if (near.px_e4[i] &&
		    (!found || better(side, near.px_e4[i],
				      near.px_e4[found]) == best))
			found = i;
	return found;
}

static void every_place_is_found(void **state)
{
	uint32_t round, px, place;

	for (round = 0; round < ROUNDS; round++) {
		uint32_t side = random_below(&random_state, 2);

		fill(side, random_below(&random_state, 1 << HT_NEAR) & ~1u);
		place = random_below(&random_state, HT_NEAR);
		px = near.px_e4[place];
		if (place && px)
			assert_int_equal(near_find(&near, px), place);
		px = 1 + random_below(&random_state, HT_PRICE_LIMIT);
		if (px != near.px_e4[0])
			assert_int_equal(near_find(&near, px), place_of(px));
		assert_int_equal(near_best(&near, side), most(side, true));
		place = near_free(&near);
		assert_int_equal(near.px_e4[place], place ? 0 :
				 near.px_e4[0]);
		assert_int_equal(!place, near.level[0] == HT_NEAR_PLACES);
	}
}

static void the_worst_of_all(void **state)
{
	uint32_t round, side;

	for (round = 0; round < ROUNDS; round++) {
		side = random_below(&random_state, 2);
		fill(side, (1 << HT_NEAR) - 2);
		assert_int_equal(near.level[0], HT_NEAR_PLACES);
		assert_int_equal(near_free(&near), 0);
		assert_int_equal(near_worst(&near, side), most(side, false));
	}
}

/* Up to the edge, and without one up to every price there is. */
static void near_ends_at_the_edge(void **state)
{
	static const uint32_t px[] = { 1, 2, 1000000, HT_PRICE_LIMIT - 1,
				       HT_PRICE_LIMIT };
	enum { PRICES = sizeof(px) / sizeof(*px) };
	uint32_t i, j, side;

	for (side = HT_BID; side <= HT_ASK; side++) {
		near = (struct ht_near){0};
		for (i = 0; i < PRICES; i++)
			assert_true(near_holds(&near, side, px[i]));
		for (j = 0; j < PRICES; j++) {
			near.px_e4[0] = px[j];
			assert_int_equal(near_find(&near, 1234567), 0);
			for (i = 0; i < PRICES; i++)
				assert_int_equal(near_holds(&near, side, px[i]),
						 better(side, px[i], px[j]));
		}
	}
}

static void opened_and_closed(void **state)
{
	uint32_t place, taken;

	near = (struct ht_near){0};
	for (taken = 1; taken < HT_NEAR; taken++) {
		place = near_free(&near);
		assert_in_range(place, 1, HT_NEAR - 1);
		assert_int_equal(near.px_e4[place], 0);
		near_open(&near, place, place * 100);
		*near_level(&near, place) = place;
		assert_int_equal(near.level[place], place);
	}
	assert_int_equal(near_free(&near), 0);
	for (place = 1; place < HT_NEAR; place++) {
		near_close(&near, place);
		assert_int_equal(near_free(&near), place);
		assert_int_equal(near_find(&near, place * 100), 0);
		near_open(&near, place, place * 100);
	}
}

static int seeded(void **state)
{
	const char *given = getenv("SEED");

	random_state = given ? strtoull(given, NULL, 10)
			     : (uint64_t)time(NULL);
	print_message("SEED=%llu\n", (unsigned long long)random_state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place_is_found),
		cmocka_unit_test(the_worst_of_all),
		cmocka_unit_test(near_ends_at_the_edge),
		cmocka_unit_test(opened_and_closed),
	};

	return cmocka_run_group_tests(tests, seeded, NULL);
}
