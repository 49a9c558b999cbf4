// SPDX-License-Identifier: GPL-2.0
/*
 * user/book.c on the kernel's tables: what a reader sees is the book, whole,
 * also while the stages write it
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "../../user/book.h"
#include "../../user/dump.h"
#include "flow.h"
#include "native.h"
#include "price.h"
#include "reference/book.h"

enum { SIDE_MAX = 4096 };

extern __u32 cfg_level_mask;

static struct ref_book reference;
static struct instance in;
static struct flow flow;

static void apply(struct msg m)
{
	native_message(m);
	assert_true(ref_apply(&reference, m.byte, m.len) >= 0);
}

static int setup(void **state)
{
	native_reset(NATIVE_LARGE);
	in = (struct instance){
		.feed = &native_feed,
		.book = &native_book,
		.tops = native_tops,
		.symbols = native_symbols,
		.levels = native_levels->row,
		.level_slots = cfg_level_mask + 1,
	};
	return ref_init(&reference);
}

static int teardown(void **state)
{
	ref_free(&reference);
	native_free();
	return 0;
}

static char *reference_csv(void)
{
	struct ref_level *levels;
	int count = ref_levels(&reference, &levels), i;
	char px[PRICE_TEXT], *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	fputs("symbol,side,price,qty,orders\n", out);
	for (i = 0; i < count; i++)
		fprintf(out, "%s,%c,%s,%llu,%u\n", levels[i].symbol,
			levels[i].side, price_text(px, levels[i].quote.px),
			(unsigned long long)levels[i].quote.qty,
			levels[i].quote.orders);
	fclose(out);
	free(levels);
	return text;
}

static void a_dump_is_the_reference_book(void **state)
{
	char *got, *want = NULL;
	size_t size;
	FILE *out;
	int i;

	apply(msg_directory(3, "AAPL    ", 'P'));
	apply(msg_directory(2, "BRK.A   ", 'P'));
	flow_init(&flow, 7, (struct flow_shape){ .locates = 30, .live = 9000,
						 .fine_per_mille = 200 });
	for (i = 0; i < 60000; i++)
		apply(flow_next(&flow));
	out = open_memstream(&got, &size);
	assert_non_null(out);
	assert_true(dump_write(&in, out) > 1000);
	fclose(out);
	want = reference_csv();
	assert_string_equal(got, want);
	free(got);
	free(want);
}

/* Both grids, the ends of the price range, and a depth that is a limit. */
static void levels_come_best_first(void **state)
{
	static const uint32_t px[] = { 1, 99, 100, 101, 639, 640, 1823500,
				       1823501, 1999999900, 0x7fffffff };
	enum { PRICES = sizeof(px) / sizeof(*px) };
	struct book_level levels[PRICES + 1];
	uint32_t i;

	for (i = 0; i < PRICES; i++) {
		apply(msg_add(1, 2 * i + 1, 'B', 100 + i, px[i]));
		apply(msg_add(1, 2 * i + 2, 'S', 200 + i, px[i]));
	}
	assert_int_equal(book_side(&in, 1, HT_ASK, levels, PRICES + 1), PRICES);
	for (i = 0; i < PRICES; i++) {
		assert_int_equal(levels[i].px, px[i]);
		assert_int_equal(levels[i].qty, 200 + i);
		assert_int_equal(levels[i].orders, 1);
	}
	assert_int_equal(book_side(&in, 1, HT_BID, levels, PRICES + 1), PRICES);
	for (i = 0; i < PRICES; i++)
		assert_int_equal(levels[i].px, px[PRICES - 1 - i]);
	assert_int_equal(book_side(&in, 1, HT_BID, levels, 3), 3);
	assert_int_equal(levels[2].px, px[PRICES - 3]);
	assert_int_equal(book_side(&in, 2, HT_BID, levels, 3), 0);
}

static void both_sides_in_one_read(void **state)
{
	struct book_level bids[2], asks[2];
	struct book_level *const levels[] = { bids, asks };
	uint32_t lock;
	int count[2];

	apply(msg_add(1, 1, 'B', 100, 1823500));
	apply(msg_add(1, 2, 'B', 200, 1823400));
	apply(msg_add(1, 3, 'B', 300, 1823300));
	apply(msg_add(1, 4, 'S', 400, 1823600));
	assert_int_equal(book_both(&in, 1, levels, count, 2, &lock), 0);
	assert_int_equal(lock, native_tops[1].lock);
	assert_int_equal(count[HT_BID], 2);
	assert_int_equal(bids[0].px, 1823500);
	assert_int_equal(bids[1].px, 1823400);
	assert_int_equal(count[HT_ASK], 1);
	assert_int_equal(asks[0].px, 1823600);
	native_tops[1].lock |= 1;
	assert_int_equal(book_both(&in, 1, levels, count, 2, &lock), -EAGAIN);
	native_tops[1].lock ^= 1;
}

static uint32_t slot_of(uint32_t depth, uint32_t px)
{
	uint64_t key = level_key(1, HT_BID, HT_COARSE, depth,
				 index_row(px / 100));
	uint32_t i;

	for (i = 0; i <= cfg_level_mask; i++)
		if (native_levels->row[i].key == key)
			return i;
	fail_msg("no row at depth %u", depth);
	return 0;
}

/* What a packet in the middle of its work leaves to see is not shown. */
static void a_torn_read_is_not_shown(void **state)
{
	struct book_level level[HT_NEAR + 1];
	const uint32_t px = 1823500;	/* of the only far one */
	struct ht_row saved;
	uint32_t depth, i;

	for (i = 0; i < HT_NEAR; i++)
		apply(msg_add(1, 1 + i, 'B', 100, px + 100 * i));
	assert_int_equal(native_tops[1].near[HT_BID].px_e4[0], px);
	assert_int_equal(book_side(&in, 1, HT_BID, level, HT_NEAR), HT_NEAR);
	native_tops[1].lock |= 1;
	assert_int_equal(book_side(&in, 1, HT_BID, level, HT_NEAR), -EAGAIN);
	native_tops[1].lock ^= 1;
	for (depth = 0; depth <= grid_root(HT_COARSE); depth++) {
		i = slot_of(depth, px);
		saved = native_levels->row[i];
		memset(native_levels->row[i].level, 0,
		       sizeof(native_levels->row[i].level));
		assert_int_equal(book_side(&in, 1, HT_BID, level, HT_NEAR),
				 -EAGAIN);
		native_levels->row[i] = saved;
		if (depth == grid_root(HT_COARSE))
			break;
		native_levels->row[i].key = ~0ull;
		assert_int_equal(book_side(&in, 1, HT_BID, level, HT_NEAR),
				 -EAGAIN);
		native_levels->row[i] = saved;
	}
	assert_int_equal(book_side(&in, 1, HT_BID, level, HT_NEAR + 1),
			 HT_NEAR);
	assert_int_equal(level[HT_NEAR - 1].px, px);
}

static void *write_flow(void *done)
{
	int i;

	for (i = 0; i < 300000; i++)
		native_message(flow_next(&flow));
	__atomic_store_n((int *)done, 1, __ATOMIC_RELEASE);
	return NULL;
}

/* Sorted, nothing empty, and headed by the top when that did not move. */
static void check_side(uint32_t locate, enum ht_side side,
		       struct book_level *levels)
{
	struct ht_top before, after;
	const struct ht_quote *best;
	int got, i;

	instance_top(&in, locate, &before);
	got = book_side(&in, locate, side, levels, SIDE_MAX);
	instance_top(&in, locate, &after);
	if (got == -EAGAIN)
		return;
	assert_in_range(got, 0, SIDE_MAX - 1);
	for (i = 0; i < got; i++) {
		assert_true(levels[i].orders && levels[i].qty);
		if (i)
			assert_true((levels[i].px < levels[i - 1].px) ==
				    (side == HT_BID));
	}
	if (before.lock != after.lock)
		return;
	best = side == HT_BID ? &after.bid : &after.ask;
	assert_int_equal(got ? levels[0].px : 0, best->px_e4);
	assert_int_equal(got ? levels[0].qty : 0, best->qty);
}

/* The best of both sides are those of one top. */
static void check_both(uint32_t locate, struct book_level *levels)
{
	struct book_level *const sides[] = { levels, levels + SIDE_MAX / 2 };
	struct ht_top before, after;
	uint32_t lock;
	int count[2];

	instance_top(&in, locate, &before);
	if (book_both(&in, locate, sides, count, SIDE_MAX / 2, &lock))
		return;
	instance_top(&in, locate, &after);
	if (before.lock != after.lock)
		return;
	assert_int_equal(lock, after.lock);
	assert_int_equal(count[HT_BID] ? sides[HT_BID]->px : 0,
			 after.bid.px_e4);
	assert_int_equal(count[HT_ASK] ? sides[HT_ASK]->px : 0,
			 after.ask.px_e4);
}

static void a_reader_needs_no_lock(void **state)
{
	struct book_level *levels = calloc(SIDE_MAX, sizeof(*levels));
	pthread_t writer;
	uint32_t locate;
	int done = 0;

	assert_non_null(levels);
	flow_init(&flow, 11, (struct flow_shape){ .locates = 8, .live = 1000,
						  .fine_per_mille = 100 });
	assert_int_equal(pthread_create(&writer, NULL, write_flow, &done), 0);
	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
		for (locate = 1; locate <= 8; locate++) {
			check_side(locate, HT_BID, levels);
			check_side(locate, HT_ASK, levels);
			check_both(locate, levels);
		}
	pthread_join(writer, NULL);
	for (locate = 1; locate <= 8; locate++) {
		check_side(locate, HT_BID, levels);
		check_both(locate, levels);
	}
	free(levels);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_dump_is_the_reference_book,
						setup, teardown),
		cmocka_unit_test_setup_teardown(levels_come_best_first,
						setup, teardown),
		cmocka_unit_test_setup_teardown(both_sides_in_one_read,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_torn_read_is_not_shown,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_reader_needs_no_lock,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
