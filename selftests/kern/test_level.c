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

/* Adds an order, to the reference only if there was room.  Return: was there? */
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

static void blocks_full(void **state)
{
	fill_and_empty((struct native_size){ 1 << 13, 1 << 14, 300, 1 << 12 },
		       10);
	assert_true(native_counters.levels_full > 0);
	assert_int_equal(native_counters.orders_full, 0);
}

/* Room for the blocks, not for the nodes above them: a half-made path to a
 * new level is taken back, and only that.
 */
static void nodes_full(void **state)
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

/* Seven neighbouring cents share a block; the eighth takes another. */
static void neighbours_share_a_block(void **state)
{
	const uint32_t px = 1400 * HT_BLOCK_LEVELS * HT_COARSE_UNIT;
	uint32_t i;

	native_reset(NATIVE_ROOMY);
	for (i = 0; i < HT_BLOCK_LEVELS; i++)
		native_message(msg_add(1, 1 + i, 'B', 100, px + 100 * i));
	assert_int_equal(native_book.blocks_used, 1);
	native_message(msg_add(1, 8, 'B', 100, px + 100 * HT_BLOCK_LEVELS));
	assert_int_equal(native_book.blocks_used, 2);
	native_message(msg_add(1, 10, 'S', 100, px));
	assert_int_equal(native_book.blocks_used, 3);
	native_message(msg_add(2, 11, 'B', 100, px));
	assert_int_equal(native_book.blocks_used, 4);
	native_message(msg_add(1, 12, 'B', 100, px + 1));
	assert_int_equal(native_book.blocks_used, 5);
	assert_int_equal(native_tops[1].fine_levels, 1);
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
	uint32_t index = px >> 1, group = index_group(index);
	uint32_t row = index_row(index, group);

	assert_int_equal(price_cents(px), px / 100);
	assert_int_equal(group, index / 98);
	assert_int_equal(row, index % 98 / 7);
	assert_int_equal(index_place(index, group, row), index % 7);
	assert_int_equal(row_group(index), index / 14);
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
		cmocka_unit_test_setup(blocks_full, fresh),
		cmocka_unit_test_setup(nodes_full, fresh),
		cmocka_unit_test_setup(orders_full, fresh),
		cmocka_unit_test_setup(limit_and_one_more, fresh),
		cmocka_unit_test_setup(neighbours_share_a_block, fresh),
		cmocka_unit_test_setup(sum_of_a_level, fresh),
		cmocka_unit_test(divisions),
	};

	return cmocka_run_group_tests(tests, seeded, done);
}
