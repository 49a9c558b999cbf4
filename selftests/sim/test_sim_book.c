// SPDX-License-Identifier: GPL-2.0
/*
 * test_sim_book - the simulator's book follows what is published
 */
#include "market.h"

/* -- the book ----------------------------------------------------------- */

static void expect_book(const struct market *m, const char *want)
{
	char text[1024] = "";
	FILE *f = fmemopen(text, sizeof(text), "w");

	assert_non_null(f);
	assert_int_equal(book_write_csv(&m->book, f), 0);
	fclose(f);
	assert_string_equal(text, want);
}

#define CSV_HEAD "symbol,side,price,qty,orders\n"

static void book_is_written_as_the_contract_says(void **state)
{
	struct market *m = *state;

	expect_book(m, CSV_HEAD
		    "AAAA,B,10.0000,300,2\n"
		    "AAAA,B,9.9900,500,1\n"
		    "AAAA,S,10.0500,200,1\n"
		    "AAAA,S,10.0600,400,2\n");
	assert_int_equal(m->book.levels, 4);
}

static void book_follows_every_kind_of_change(void **state)
{
	struct market *m = *state;

	reduce(m, 'E', 1, 40);
	reduce(m, 'C', 2, 200);
	reduce(m, 'X', 3, 1);
	delete(m, 4);
	replace(m, 5, 50, 10, 100700);
	add(m, 60, 'S', 7, 100700);
	expect_book(m, CSV_HEAD
		    "AAAA,B,10.0000,60,1\n"
		    "AAAA,B,9.9900,499,1\n"
		    "AAAA,S,10.0600,100,1\n"
		    "AAAA,S,10.0700,17,2\n");
	reduce(m, 'E', 1, 60);
	reduce(m, 'X', 3, 499);
	delete(m, 50);
	delete(m, 60);
	delete(m, 6);
	expect_book(m, CSV_HEAD);
	assert_int_equal(book_live_orders(&m->book), 0);
	assert_int_equal(m->book.levels, 0);
	assert_int_equal(m->book.unknown_refs, 0);
}

static void symbols_come_in_order_and_unknown_ones_by_locate(void **state)
{
	struct market *m = *state;
	struct itch_add a = { .side = 'S' };

	head(m, &a, 'A', 3);
	put_be64(&a.ref, 100);
	put_be32(&a.shares, 5);
	put_be32(&a.price, 12345);
	publish(m, &a, sizeof(a));
	list(m, 11, "AAA     ", 'P');
	head(m, &a, 'A', 11);
	put_be64(&a.ref, 101);
	publish(m, &a, sizeof(a));
	delete(m, 3);
	delete(m, 4);
	expect_book(m, CSV_HEAD
		    "#3,S,1.2345,5,1\n"
		    "AAA,S,1.2345,5,1\n"
		    "AAAA,B,10.0000,300,2\n"
		    "AAAA,S,10.0600,400,2\n");
}

static void book_survives_what_a_clean_feed_never_has(void **state)
{
	struct market *m = *state;
	uint32_t len;

	delete(m, 999);
	reduce(m, 'E', 999, 1);
	replace(m, 999, 1000, 1, 100000);
	assert_int_equal(m->book.unknown_refs, 3);
	reduce(m, 'X', 1, 101);
	assert_int_equal(m->book.oversized, 1);
	add(m, 2, 'S', 9, 100500);
	assert_int_equal(m->book.duplicate_refs, 1);
	add(m, 77, 'x', 9, 100500);
	for (len = 1; len < sizeof(struct itch_add); len++)
		publish(m, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", len);
	assert_int_equal(m->book.bad_messages, sizeof(struct itch_add));
	publish(m, "z", 1);
	assert_int_equal(m->book.unknown_types, 1);
	expect_book(m, CSV_HEAD
		    "AAAA,B,9.9900,500,1\n"
		    "AAAA,S,10.0500,209,2\n"
		    "AAAA,S,10.0600,400,2\n");
}

static void depth_has_no_bound(void **state)
{
	struct market *m = *state;
	const struct book_side *bids = &m->book.symbols[LOCATE].side[BOOK_BID];
	uint32_t i;

	for (i = 0; i < 5000; i++)
		add(m, 1000 + i, 'B', 1, 1 + i * 7919 % 5000);
	assert_int_equal(bids->count, 5002);
	for (i = 1; i < bids->count; i++)
		assert_true(bids->level[i - 1].price < bids->level[i].price);
	for (i = 0; i < 5000; i++)
		delete(m, 1000 + i);
	assert_int_equal(bids->count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MARKET_TEST(book_is_written_as_the_contract_says),
		MARKET_TEST(book_follows_every_kind_of_change),
		MARKET_TEST(symbols_come_in_order_and_unknown_ones_by_locate),
		MARKET_TEST(book_survives_what_a_clean_feed_never_has),
		MARKET_TEST(depth_has_no_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
