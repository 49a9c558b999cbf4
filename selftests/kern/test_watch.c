// SPDX-License-Identifier: GPL-2.0
/*
 * The watch list: books are kept of the symbols on it, all else is counted
 * and left alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "agree.h"
#include "flow.h"

enum { AAPL = 1, MSFT = 70, OTHER = 9, LOCATES = 40 };

static const struct ht_counters *const n = &native_counters;
static const struct ht_feed *const feed = &native_feed;

static struct packet packet;
static struct flow flow;
static struct ref_book reference;
static uint64_t random_state;

static void no_book_of(uint16_t locate)
{
	assert_int_equal(native_tops[locate].bid.orders, 0);
	assert_int_equal(native_tops[locate].ask.orders, 0);
	assert_int_equal(native_tops[locate].seq, 0);
	assert_int_equal(native_tops[locate].book, HT_BOOK_OK);
}

static void wanted_symbols_have_books(void **state)
{
	native_message(msg_directory(OTHER, "OTHER", 'P'));
	native_message(msg_directory(MSFT, "MSFT", 'P'));
	native_message(msg_directory(AAPL, "AAPL", 'P'));
	native_message(msg_add(AAPL, 1, 'B', 100, 1000000));
	native_message(msg_add(OTHER, 2, 'B', 100, 1000000));
	native_message(msg_add(MSFT, 3, 'S', 100, 2000000));
	assert_int_equal(native_tops[AAPL].bid.px_e4, 1000000);
	assert_int_equal(native_tops[MSFT].ask.px_e4, 2000000);
	no_book_of(OTHER);
	assert_int_equal(native_book.orders, 2);
	assert_int_equal(n->unwatched, 1);
	assert_int_equal(n->itch_add, 2);
	assert_int_equal(n->messages, 6);
}

/* The directory is about everybody: it says who is who. */
static void directory_of_unwatched_symbols(void **state)
{
	native_message(msg_directory(OTHER, "OTHER", 'P'));
	assert_string_equal(native_symbols[OTHER].ticker, "OTHER");
	assert_string_equal(native_tops[OTHER].symbol, "OTHER");
	assert_int_equal(n->itch_directory, 1);
	assert_int_equal(n->unwatched, 0);
}

/* A ticker is all eight bytes of it. */
static void part_of_a_ticker(void **state)
{
	native_message(msg_directory(2, "AAPLW", 'P'));
	native_message(msg_directory(3, "AAP", 'P'));
	native_message(msg_directory(4, "", 'P'));
	native_message(msg_add(2, 1, 'B', 100, 1000000));
	native_message(msg_add(3, 2, 'B', 100, 1000000));
	native_message(msg_add(4, 3, 'B', 100, 1000000));
	assert_int_equal(n->unwatched, 3);
	assert_int_equal(native_book.orders, 0);
}

static void highest_locate(void **state)
{
	native_message(msg_directory(65535, "AAPL", 'P'));
	native_message(msg_add(65535, 1, 'B', 100, 1000000));
	native_message(msg_add(65534, 2, 'B', 100, 1000000));
	assert_int_equal(native_tops[65535].bid.px_e4, 1000000);
	no_book_of(65534);
}

/* Without a list everybody is wanted, also whom the directory never named. */
static void no_list(void **state)
{
	native_reset(NATIVE_ROOMY);
	native_message(msg_add(OTHER, 1, 'B', 100, 1000000));
	assert_int_equal(native_tops[OTHER].bid.px_e4, 1000000);
	assert_int_equal(n->unwatched, 0);
}

/* What the symbol said before it was named is lost, what follows is kept. */
static void directory_later_than_messages(void **state)
{
	native_message(msg_add(AAPL, 1, 'B', 100, 1000000));
	assert_int_equal(n->unwatched, 1);
	no_book_of(AAPL);
	native_message(msg_directory(AAPL, "AAPL", 'P'));
	native_message(msg_add(AAPL, 2, 'B', 100, 990000));
	assert_int_equal(native_tops[AAPL].bid.px_e4, 990000);
	assert_int_equal(native_tops[AAPL].book, HT_BOOK_OK);
	/* the book is not the exchange's: found out as ever */
	native_message(msg_delete(AAPL, 1));
	assert_int_equal(native_tops[AAPL].book, HT_BOOK_BAD);
}

/* Named and traded in one packet: the directory comes first, so it counts. */
static void directory_and_order_together(void **state)
{
	packet_begin(&packet, 1);
	packet_add(&packet, msg_directory(AAPL, "AAPL", 'P'));
	packet_add(&packet, msg_add(AAPL, 1, 'B', 100, 1000000));
	native_packet(packet.data, packet.len);
	assert_int_equal(n->unwatched, 0);
	assert_int_equal(native_tops[AAPL].bid.px_e4, 1000000);
}

/* Locate 0 is the whole market's. */
static void messages_of_the_market(void **state)
{
	struct msg breach = msg_of('W', 0);

	((struct itch_mwcb_breach *)breach.byte)->level = '2';
	native_message(msg_event('Q'));
	native_message(breach);
	assert_int_equal(feed->phase, HT_PHASE_MARKET);
	assert_int_equal(feed->mwcb_level, 2);
	assert_int_equal(n->unwatched, 0);
	native_message(msg_delete(0, 1));
	assert_int_equal(feed->state, HT_FEED_BAD);
}

/* Every type but the directory, at its length. */
static void every_type_of_the_unwatched(void **state)
{
	static const char types[] = "SHYLVWKJhAFECXDUPQBINO";
	struct ht_symbol silent = native_symbols[OTHER];
	uint32_t i;

	for (i = 0; types[i]; i++)
		native_message(msg_of(types[i], OTHER));
	assert_int_equal(n->unwatched, sizeof(types) - 1);
	assert_int_equal(n->messages, sizeof(types) - 1);
	assert_memory_equal(&native_symbols[OTHER], &silent, sizeof(silent));
	assert_int_equal(feed->phase, HT_PHASE_CLOSED);
	assert_int_equal(feed->mwcb_level, 0);
	assert_int_equal(feed->state, HT_FEED_LIVE);
}

/* What would make a book BAD is nothing to us. */
static void values_that_cannot_be(void **state)
{
	native_message(msg_directory(OTHER, "OTHER", 'P'));
	native_message(msg_add(OTHER, 0, 'B', 100, 1000000));
	native_message(msg_add(OTHER, 1, '?', 100, 1000000));
	native_message(msg_add(OTHER, UINT64_MAX, 'B', 0, 0));
	native_message(msg_delete(OTHER, 77));
	native_message(msg_replace(OTHER, 77, 78, 0, UINT32_MAX));
	native_message(msg_executed(OTHER, 77, 100));
	assert_int_equal(n->unwatched, 6);
	assert_int_equal(n->bad_value + n->unknown_ref, 0);
	assert_int_equal(native_book.bad_symbols, 0);
	assert_int_equal(native_symbols[OTHER].unknown_refs, 0);
	no_book_of(OTHER);
	assert_int_equal(feed->state, HT_FEED_LIVE);
}

/* A reference of theirs may be one of ours: it is not our order. */
static void reference_of_the_unwatched(void **state)
{
	native_message(msg_directory(AAPL, "AAPL", 'P'));
	native_message(msg_add(AAPL, 1, 'B', 100, 1000000));
	native_message(msg_delete(OTHER, 1));
	native_message(msg_add(OTHER, 1, 'B', 100, 1000000));
	assert_int_equal(native_tops[AAPL].bid.qty, 100);
	assert_int_equal(native_tops[AAPL].book, HT_BOOK_OK);
}

static bool wanted_locate(uint32_t locate)
{
	return locate % 5 == 0;
}

/* The books of eight in forty, in packets of any size, are the reference's of
 * those eight; each message of the others is counted.
 */
static void books_are_the_reference(void **state)
{
	char name[9] = "SYMBOL_A";
	uint64_t unwatched = 0;
	uint32_t locate, i, j;

	native_reset(NATIVE_LARGE);
	for (locate = 5; locate <= LOCATES; locate += 5, name[7]++) {
		native_want(name);
		native_message(msg_directory((uint16_t)locate, name, 'P'));
	}
	flow_init(&flow, random_state, (struct flow_shape){
		.locates = LOCATES, .live = 2000, .fine_per_mille = 100,
		.bad_per_mille = 20 });
	for (i = 0; i < 200; i++) {
		packet_begin(&packet, feed->expected);
		for (j = random_below(&random_state, 300); j; j--) {
			struct msg m = flow_next(&flow);

			packet_add(&packet, m);
			locate = get_be16(m.byte + 1);
			if (wanted_locate(locate))
				ref_apply(&reference, m.byte, m.len);
			else
				unwatched++;
		}
		native_packet(packet.data, packet.len);
		agree_tops(&reference, LOCATES + 1);
		agree_book(&reference);
	}
	agree_counts(&reference);
	assert_int_equal(n->unwatched, unwatched);
}

/* AAPL and MSFT are wanted. */
static int fresh(void **state)
{
	native_reset(NATIVE_ROOMY);
	native_want("AAPL    ");
	native_want("MSFT    ");
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
		cmocka_unit_test_setup(wanted_symbols_have_books, fresh),
		cmocka_unit_test_setup(directory_of_unwatched_symbols, fresh),
		cmocka_unit_test_setup(part_of_a_ticker, fresh),
		cmocka_unit_test_setup(highest_locate, fresh),
		cmocka_unit_test_setup(no_list, fresh),
		cmocka_unit_test_setup(directory_later_than_messages, fresh),
		cmocka_unit_test_setup(directory_and_order_together, fresh),
		cmocka_unit_test_setup(messages_of_the_market, fresh),
		cmocka_unit_test_setup(every_type_of_the_unwatched, fresh),
		cmocka_unit_test_setup(values_that_cannot_be, fresh),
		cmocka_unit_test_setup(reference_of_the_unwatched, fresh),
		cmocka_unit_test_setup(books_are_the_reference, fresh),
	};

	return cmocka_run_group_tests(tests, seeded, done);
}
