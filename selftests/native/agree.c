// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "agree.h"

void agree_quote(const struct ht_quote *got, struct ref_quote want)
{
	assert_int_equal(got->px_e4, want.px);
	assert_int_equal(got->orders, want.orders);
	assert_int_equal(got->qty, want.qty);
}

/* A place is taken, has a price and a level, or nothing of it; prices are near,
 * and no two the same.
 */
static void agree_near(const struct ht_near *near, enum ht_side side)
{
	uint32_t edge = near->px_e4[0], i, j;

	assert_in_range(edge, 0, HT_PRICE_LIMIT);
	for (i = 1; i < HT_NEAR; i++) {
		uint32_t px = near->px_e4[i];

		assert_int_equal(!!px, !!(near->level[0] & near_bit(i)));
		assert_int_equal(!!px, !!near->level[i]);
		if (px && edge)
			assert_true(side == HT_BID ? px > edge : px < edge);
		for (j = 1; px && j < i; j++)
			assert_int_not_equal(px, near->px_e4[j]);
	}
	assert_int_equal(near->level[0] & ~HT_NEAR_PLACES, 0);
}

void agree_top(const struct ref_book *reference, uint32_t locate)
{
	const struct ref_symbol *s = &reference->symbols[locate];
	const struct ht_top *top = &native_tops[locate];

	agree_quote(&top->bid, ref_best(s, 'B'));
	agree_quote(&top->ask, ref_best(s, 'S'));
	assert_int_equal(top->book == HT_BOOK_BAD, s->bad);
	assert_int_equal(top->lock & 1, 0);
	agree_near(&top->near[HT_BID], HT_BID);
	agree_near(&top->near[HT_ASK], HT_ASK);
}

void agree_tops(const struct ref_book *reference, uint32_t locates)
{
	uint32_t locate;

	for (locate = 1; locate <= locates; locate++)
		agree_top(reference, locate);
}

void agree_book(const struct ref_book *reference)
{
	struct ref_level *levels;
	int count = ref_levels(reference, &levels);
	struct ht_quote quote;
	int i;

	assert_true(count >= 0);
	assert_int_equal(native_book.levels, count);
	assert_int_equal(native_book.orders, HASH_COUNT(reference->by_ref));
	assert_int_equal(native_orders_used(), native_book.orders);
	for (i = 0; i < count; i++) {
		enum ht_side side = levels[i].side == 'B' ? HT_BID : HT_ASK;

		assert_true(native_level(levels[i].locate, side,
					 levels[i].quote.px, &quote));
		agree_quote(&quote, levels[i].quote);
	}
	free(levels);
}

void agree_counts(const struct ref_book *reference)
{
	const struct ht_counters *n = &native_counters;

	assert_int_equal(n->unknown_ref, reference->unknown_refs);
	assert_int_equal(n->duplicate_ref, reference->duplicate_refs);
	assert_int_equal(n->over_executed, reference->over_executed);
	assert_int_equal(n->bad_value, reference->bad_values);
	assert_int_equal(n->orders_full + n->levels_full, 0);
}

static void agree_no_levels(const struct ht_top *top)
{
	int side, i;

	assert_int_equal(top->fine_levels, 0);
	for (side = HT_BID; side <= HT_ASK; side++) {
		for (i = 0; i < HT_NEAR; i++) {
			assert_int_equal(top->near[side].px_e4[i], 0);
			assert_int_equal(top->near[side].level[i], 0);
		}
	}
}

void agree_empty(void)
{
	uint32_t locate;

	assert_int_equal(native_book.orders, 0);
	assert_int_equal(native_book.levels, 0);
	assert_int_equal(native_book.rows, 0);
	assert_int_equal(native_orders_used(), 0);
	assert_int_equal(native_rows_used(), 0);
	for (locate = 0; locate < HT_LOCATES; locate++)
		agree_no_levels(&native_tops[locate]);
}
