// SPDX-License-Identifier: GPL-2.0
/*
 * What happens when a table is full: only the symbol that found no room is
 * BAD, every other book goes on, and nothing leaks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "agree.h"

static struct ref_book reference;
static uint64_t random_state;

static void same_tops(uint32_t locates)
{
	uint32_t locate;

	for (locate = 1; locate <= locates; locate++) {
		agree_quote(&native_tops[locate].bid,
			    ref_best(&reference.symbols[locate], 'B'));
		agree_quote(&native_tops[locate].ask,
			    ref_best(&reference.symbols[locate], 'S'));
	}
}

/* Adds an order, to the reference only if there was room.  Return: was there?
 */
static bool try_add(uint16_t locate, uint64_t ref, char side, uint32_t px)
{
	uint64_t orders = native_book.orders;
	struct msg m = msg_add(locate, ref, side, 100, px);

	native_message(m);
	if (native_book.orders == orders) {
		assert_int_equal(native_tops[locate].book, HT_BOOK_BAD);
		return false;
	}
	assert_int_equal(ref_apply(&reference, m.byte, m.len), 1);
	return true;
}

static void drop(uint16_t locate, uint64_t ref)
{
	struct msg m = msg_delete(locate, ref);

	native_message(m);
	assert_int_equal(ref_apply(&reference, m.byte, m.len), 1);
}

/*
 * Random orders far apart, far more than fit, then fewer, again and again;
 * what had room is exactly what the reference holds.
 */
static void fill_and_empty(struct native_size size, uint32_t locates)
{
	struct held { uint64_t ref; uint16_t locate; } held[2048];
	uint32_t count = 0, round, i;
	uint64_t ref = 1;

	native_reset(size);
	for (round = 0; round < 12; round++) {
		for (i = 0; i < 1500; i++, ref++) {
			uint16_t locate = 1 + random_below(&random_state,
							   locates);
			uint32_t px = 1 + random_below(&random_state,
						       HT_PRICE_LIMIT);

			if (random_below(&random_state, 2))
				px -= px % 100;
			if (try_add(locate, ref, ref & 1 ? 'B' : 'S',
				    px ? px : 1)) {
				assert_true(count < 2048);
				held[count++] = (struct held){ ref, locate };
			}
		}
		same_tops(locates);
		while (count > (round & 1 ? 0 : 100)) {
			i = random_below(&random_state, count);
			drop(held[i].locate, held[i].ref);
			held[i] = held[--count];
		}
		same_tops(locates);
		if (!count)
			agree_empty();
	}
	assert_int_equal(native_counters.unknown_ref, 0);
}

static void rows_full(void **state)
{
	fill_and_empty((struct native_size){ 1 << 13, 1 << 14, 300, 1 << 12 },
		       10);
	assert_true(native_counters.levels_full > 0);
	assert_int_equal(native_counters.orders_full, 0);
}

/* As many rows as there are slots: a half-made path to a new level is taken
 * back, and only that.
 */
static void slots_full(void **state)
{
	int i;

	for (i = 0; i < 30; i++) {
		ref_free(&reference);
		assert_int_equal(ref_init(&reference), 0);
		fill_and_empty((struct native_size){ 1 << 13, 1 << 12, 4096,
						     1 << 12 }, 10);
		assert_true(native_counters.levels_full > 0);
		assert_int_equal(native_counters.orders_full, 0);
	}
}

static void orders_full(void **state)
{
	fill_and_empty((struct native_size){ 1 << 13, 1 << 15, 8192, 700 },
		       10);
	assert_true(native_counters.orders_full > 0);
	assert_int_equal(native_counters.levels_full, 0);
}

static void limit_and_one_more(void **state)
{
	uint32_t i;

	native_reset((struct native_size){ 1 << 8, 1 << 10, 1 << 8, 100 });
	for (i = 1; i <= 100; i++)
		assert_true(try_add(1, i, 'B', 100 * i));
	assert_int_equal(native_tops[1].book, HT_BOOK_OK);
	assert_false(try_add(2, 101, 'B', 100));
	assert_int_equal(native_counters.orders_full, 1);
	assert_int_equal(native_book.bad_symbols, 1);
	assert_int_equal(native_tops[1].book, HT_BOOK_OK);
	assert_int_equal(native_orders_used(), 100);
	drop(1, 100);
	assert_true(try_add(3, 102, 'B', 100));
	assert_int_equal(native_tops[3].book, HT_BOOK_OK);
}

/* Behind the near levels seven neighbouring cents share a row; the eighth takes
 * another.
 */
static void neighbours_share_a_row(void **state)
{
	const uint32_t px = 1400 * HT_ROW_LEVELS * HT_COARSE_UNIT;
	uint32_t i, rows;

	native_reset(NATIVE_ROOMY);
	for (i = 0; i < HT_NEAR - 1; i++)
		native_message(msg_add(1, 100 + i, 'B', 100, 2 * px + 100 * i));
	assert_int_equal(native_book.rows, 0);
	native_message(msg_add(1, 1, 'B', 100, px));
	rows = native_book.rows;
	for (i = 1; i < HT_ROW_LEVELS; i++)
		native_message(msg_add(1, 1 + i, 'B', 100, px + 100 * i));
	assert_int_equal(native_book.rows, rows);
	native_message(msg_add(1, 8, 'B', 100, px + 100 * HT_ROW_LEVELS));
	assert_int_equal(native_book.rows, rows + 1);
	native_message(msg_add(1, 10, 'S', 100, px));
	native_message(msg_add(2, 11, 'B', 100, px));
	assert_int_equal(native_book.rows, rows + 1);
	assert_int_equal(native_tops[1].fine_levels, 0);
	native_message(msg_add(1, 12, 'B', 100, px + 1));
	assert_int_equal(native_tops[1].fine_levels, 1);
	assert_int_equal(native_book.rows,
			 rows + 2 + grid_root(HT_FINE));
}

/* A side that comes and goes across the border of its near levels, in either
 * direction, at every size.
 */
static void near_and_far(void **state)
{
	enum { MOST = 3 * HT_NEAR };
	uint32_t count, i;

	native_reset(NATIVE_ROOMY);
	for (count = 1; count <= MOST; count++) {
		uint32_t px = 1000000 + random_below(&random_state, 100000);
		bool up = random_below(&random_state, 2);
		bool first = random_below(&random_state, 2);

		for (i = 0; i < count; i++)
			assert_true(try_add(1, 1 + i, 'B' + 17 * (count & 1),
					    up ? px + 70 * i : px - 70 * i));
		agree_tops(&reference, 1);
		agree_book(&reference);
		for (i = 0; i < count; i++) {
			drop(1, 1 + (first ? i : count - 1 - i));
			agree_tops(&reference, 1);
		}
		assert_int_equal(native_book.levels, 0);
		assert_int_equal(native_book.rows, 0);
	}
}

/* The last prices there are come from far to near: behind them is no edge. */
static void last_prices_come_near(void **state)
{
	enum { NEARER = HT_NEAR - 1, LAST = HT_NEAR / 2 };
	uint32_t side, i;

	for (side = HT_BID; side <= HT_ASK; side++) {
		char letter = side == HT_BID ? 'B' : 'S';

		native_reset(NATIVE_ROOMY);
		ref_free(&reference);
		assert_int_equal(ref_init(&reference), 0);
		for (i = 0; i < NEARER; i++)
			assert_true(try_add(1, 1 + i, letter, 1000000 + i));
		for (i = 0; i < LAST; i++)
			assert_true(try_add(1, 101 + i, letter,
					    side == HT_BID ? 1 + i :
					    HT_PRICE_LIMIT - i));
		for (i = 0; i < NEARER; i++) {
			drop(1, 1 + i);
			agree_tops(&reference, 1);
		}
		assert_int_equal(native_tops[1].near[side].px_e4[0], 0);
		for (i = 0; i < LAST; i++) {
			drop(1, 101 + i);
			agree_tops(&reference, 1);
		}
		agree_empty();
	}
}

/* What a level's word cannot hold is refused, and counted. */
static void sum_of_a_level(void **state)
{
	uint32_t i;

	native_reset(NATIVE_ROOMY);
	for (i = 0; i < 256; i++)
		native_message(msg_add(1, 1 + i, 'B', 0xffffffff, 1000000));
	assert_int_equal(native_tops[1].book, HT_BOOK_OK);
	assert_int_equal(native_tops[1].bid.qty, 256 * 0xffffffffull);
	native_message(msg_add(1, 257, 'B', 255, 1000000));
	assert_int_equal(native_tops[1].bid.qty, HT_LEVEL_QTY_MOST);
	assert_int_equal(native_tops[1].book, HT_BOOK_OK);
	native_message(msg_add(1, 258, 'B', 1, 1000000));
	assert_int_equal(native_tops[1].book, HT_BOOK_BAD);
	assert_int_equal(native_counters.levels_full, 1);
	assert_int_equal(native_tops[1].bid.orders, 257);
	assert_int_equal(native_orders_used(), 257);
	for (i = 0; i < 257; i++)
		native_message(msg_delete(1, 1 + i));
	agree_empty();
}

static void divides(uint32_t px)
{
	uint32_t index = px >> 1, row = index_row(index);

	assert_int_equal(price_cents(px), px / 100);
	assert_int_equal(row, index / 7);
	assert_int_equal(index_place(index, row), index % 7);
}

/* The divisions that are written as multiplications. */
static void divisions(void **state)
{
	uint32_t i;

	for (i = 0; i < 1 << 20; i++)
		divides((uint32_t)random_next(&random_state));
	for (i = 0; i < 1000; i++) {
		divides(UINT32_MAX - i);
		divides(i);
	}
}

static int fresh(void **state)
{
	ref_free(&reference);
	return ref_init(&reference);
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
	ref_free(&reference);
	native_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rows_full, fresh),
		cmocka_unit_test_setup(slots_full, fresh),
		cmocka_unit_test_setup(orders_full, fresh),
		cmocka_unit_test_setup(limit_and_one_more, fresh),
		cmocka_unit_test_setup(neighbours_share_a_row, fresh),
		cmocka_unit_test_setup(near_and_far, fresh),
		cmocka_unit_test_setup(last_prices_come_near, fresh),
		cmocka_unit_test_setup(sum_of_a_level, fresh),
		cmocka_unit_test(divisions),
	};

	return cmocka_run_group_tests(tests, seeded, done);
}
