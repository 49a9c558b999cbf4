// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own count of its fires: in no second more than the rate, and
 * little less; of a symbol, and of all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "gate_native.h"
#include "native.h"

#define SECOND	1000000000ull

/* How much longer than a second a fire is remembered, at most. */
#define SLOT	(1ull << HT_PACE_SHIFT)

enum { RATE = 7, TRIES = 3000, OTHER = 2 };

static struct gate_world w;
static uint64_t seed = 4711;

/* Everything else is as good at any time. */
static int fresh(void **state)
{
	world_native(&w);
	w.set->max_silence_ns = w.set->max_age_ns = UINT64_MAX;
	w.set->session_silence_ns = w.set->max_mark_ns = UINT64_MAX;
	w.gate->heartbeat_max_ns = UINT64_MAX;
	world_arm(&w);
	return 0;
}

/* Return: whether the trigger of this locate fired at now_ns. */
static bool fires(uint16_t locate, uint64_t now_ns)
{
	static uint64_t ref = 1000;
	uint32_t events = native_events;

	native_now_ns = now_ns;
	native_message(msg_add(locate, ref, 'B', 1, 999000));
	w.watches[locate].first = 0;
	native_message(msg_delete(locate, ref++));
	w.watches[locate].first = locate;
	return native_events > events;
}

/*
 * At random times, often too fast: each second behind a fire holds no more
 * than RATE of them, and no refusal comes that a slot less would not explain.
 */
static void never_more_never_much_less(uint64_t apart_ns)
{
	static uint64_t fired[TRIES];
	uint64_t now = native_now_ns + 2 * SECOND;
	uint32_t count = 0, i;

	for (i = 0; i < TRIES; i++) {
		now += random_next(&seed) % apart_ns;
		if (!fires(WORLD_LOCATE, now)) {
			assert_true(count >= RATE);
			assert_true(now - fired[count - RATE] < SECOND + 2 *
				    SLOT);
			continue;
		}
		fired[count++] = now;
		if (count > RATE)
			assert_true(now - fired[count - 1 - RATE] >= SECOND);
	}
	assert_true(count > RATE);
}

static void symbol_at_any_speed(void **state)
{
	w.limit->rate = RATE;
	never_more_never_much_less(SECOND / 100);
	never_more_never_much_less(SECOND / 4);
	never_more_never_much_less(2 * SECOND);
	assert_true(native_counters.refused_rate_symbol);
	assert_int_equal(native_counters.refused_rate, 0);
}

static void all_at_any_speed(void **state)
{
	w.set->rate = RATE;
	never_more_never_much_less(SECOND / 10);
	assert_true(native_counters.refused_rate);
	assert_int_equal(native_counters.refused_rate_symbol, 0);
}

/* A second market: its trigger is another row, its count another one. */
static void symbols_do_not_share(void **state)
{
	uint32_t i;

	native_message(msg_directory(OTHER, "OTHER", 'P'));
	native_message(msg_trading(OTHER, 'T'));
	native_message(msg_add(OTHER, 11, 'B', 300, 999000));
	native_message(msg_add(OTHER, 12, 'S', 500, 1001000));
	w.triggers[OTHER] = w.triggers[WORLD_ROW];
	w.triggers[OTHER].rule[0].locate = OTHER;
	w.watches[OTHER].first = OTHER;
	w.limit->rate = RATE;
	w.set->rate = RATE + 2;
	for (i = 0; i < RATE; i++)
		assert_true(fires(WORLD_LOCATE, w.now_ns));
	assert_false(fires(WORLD_LOCATE, w.now_ns));
	assert_int_equal(native_counters.refused_rate_symbol, 1);
	assert_true(fires(OTHER, w.now_ns));
	assert_true(fires(OTHER, w.now_ns));
	assert_false(fires(OTHER, w.now_ns));
	assert_int_equal(native_counters.refused_rate, 1);
}

/* Only what fired counts. */
static void refusals_use_nothing_up(void **state)
{
	uint32_t i;

	w.limit->rate = RATE;
	w.kill->global = 1;
	for (i = 0; i < 2 * RATE; i++)
		assert_false(fires(WORLD_LOCATE, w.now_ns));
	w.kill->global = 0;
	for (i = 0; i < RATE; i++)
		assert_true(fires(WORLD_LOCATE, w.now_ns));
	assert_false(fires(WORLD_LOCATE, w.now_ns));
}

static void duplicates_pass_after_their_time(void **state)
{
	w.set->duplicate_ns = 1000;
	assert_true(fires(WORLD_LOCATE, w.now_ns));
	assert_false(fires(WORLD_LOCATE, w.now_ns + 999));
	assert_int_equal(native_counters.refused_duplicate, 1);
	assert_true(fires(WORLD_LOCATE, w.now_ns + 1000));
	w.triggers[WORLD_ROW].rule[0].qty++;
	assert_true(fires(WORLD_LOCATE, w.now_ns + 1001));
}

static int done(void **state)
{
	native_free();
	return 0;
}

#define T(test) cmocka_unit_test_setup(test, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(symbol_at_any_speed),
		T(all_at_any_speed),
		T(symbols_do_not_share),
		T(refusals_use_nothing_up),
		T(duplicates_pass_after_their_time),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
