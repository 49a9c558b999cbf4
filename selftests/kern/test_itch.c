// SPDX-License-Identifier: GPL-2.0
/* Every type at every length, and what each message says about its symbol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "native.h"

static struct packet packet;

static const struct ht_counters *const n = &native_counters;
static const struct ht_feed *const feed = &native_feed;

static const char types[] = {
#define X(type, name, len, what) type,
	ITCH_MESSAGES(X)
#undef X
};

static uint64_t counted(char type)
{
	switch (type) {
#define X(letter, name, len, what) case letter: return n->itch_##name;
	ITCH_MESSAGES(X)
#undef X
	}
	return 0;
}

/* A message that makes sense, whatever its type: its order is number 1. */
static struct msg sample(char type)
{
	struct msg m = msg_of(type, 1);

	if (type == 'A' || type == 'F')
		m = msg_add(1, 1, 'B', 100, 1000000);
	if (type == 'F') {
		m.byte[0] = 'F';
		m.len = sizeof(struct itch_add_mpid);
	}
	if (type == 'U')
		m = msg_replace(1, 1, 2, 100, 990000);
	if (strchr("EXCD", type))
		put_be64(&((struct itch_delete *)m.byte)->ref, 1);
	return m;
}

static void block(const void *data, uint16_t len)
{
	packet_begin(&packet, feed->expected);
	packet_block(&packet, data, len);
	native_packet(packet.data, packet.len);
}

static void an_order_is_there(void)
{
	native_reset(NATIVE_ROOMY);
	native_message(msg_add(1, 1, 'S', 100, 1010000));
}

static void every_type_is_counted(void **state)
{
	uint32_t i;

	assert_int_equal(sizeof(types), 23);
	for (i = 0; i < sizeof(types); i++)
		native_message(sample(types[i]));
	for (i = 0; i < sizeof(types); i++)
		assert_int_equal(counted(types[i]), 1);
	assert_int_equal(n->messages, 23);
	assert_int_equal(n->unknown_type, 0);
	assert_int_equal(feed->state, HT_FEED_LIVE);
}

static void every_truncation_is_refused(void **state)
{
	struct msg m;
	uint32_t i;

	for (i = 0; i < sizeof(types); i++) {
		for (m = sample(types[i]); m.len > 1; m.len--) {
			an_order_is_there();
			if (m.len == itch_length(types[i]))
				continue;
			block(m.byte, m.len);
			assert_int_equal(n->short_message, 1);
			assert_int_equal(counted(types[i]), types[i] == 'A');
			assert_int_equal(n->corrupt, 1);
			assert_int_equal(feed->state, HT_FEED_BAD);
			assert_int_equal(native_book.orders, 1);
			assert_int_equal(native_tops[1].ask.qty, 100);
		}
	}
}

/* A later revision may append fields: the block's length rules. */
static void every_type_may_be_longer(void **state)
{
	uint8_t longer[200] = {0};
	uint32_t i;

	for (i = 0; i < sizeof(types); i++) {
		struct msg m = sample(types[i]);

		an_order_is_there();
		memcpy(longer, m.byte, m.len);
		if (strchr("AF", types[i]))
			put_be64(longer + 11, 2);
		packet_begin(&packet, 2);
		packet_block(&packet, longer, m.len + 1);
		packet_block(&packet, longer, sizeof(longer));
		packet_add(&packet, msg_event('Q'));
		native_packet(packet.data, packet.len);
		assert_int_equal(feed->state, HT_FEED_LIVE);
		assert_int_equal(feed->expected, 5);
		assert_int_equal(feed->phase, HT_PHASE_MARKET);
	}
}

static void unknown_types_are_skipped(void **state)
{
	uint8_t data[60] = {0};
	uint32_t type, unknown = 0;

	for (type = 0; type < 256; type++) {
		if (itch_length((char)type))
			continue;
		data[0] = (uint8_t)type;
		block(data, 1 + type % sizeof(data));
		unknown++;
		assert_int_equal(n->unknown_type, unknown);
		assert_int_equal(feed->state, HT_FEED_LIVE);
	}
	assert_int_equal(unknown, 256 - 23);
	assert_int_equal(n->messages, unknown);
	assert_int_equal(feed->itch_ns, 0);
}

static void empty_message_between_others(void **state)
{
	packet_begin(&packet, 1);
	packet_add(&packet, msg_add(1, 1, 'B', 100, 1000000));
	packet_block(&packet, "", 0);
	packet_add(&packet, msg_add(1, 2, 'B', 100, 1000000));
	native_packet(packet.data, packet.len);
	assert_int_equal(native_book.orders, 2);
	assert_int_equal(n->empty, 1);
	assert_int_equal(n->messages, 3);
	assert_int_equal(feed->expected, 4);
}

/* The sequence in a top is that of the message that moved it. */
static void sequence_of_the_change(void **state)
{
	packet_begin(&packet, 1);
	packet_add(&packet, msg_event('O'));
	packet_add(&packet, msg_add(1, 1, 'B', 100, 1000000));
	packet_add(&packet, msg_add(1, 2, 'B', 100, 990000));
	packet_add(&packet, msg_add(2, 3, 'S', 100, 990000));
	native_packet(packet.data, packet.len);
	assert_int_equal(native_tops[1].seq, 2);
	assert_int_equal(native_tops[2].seq, 4);
	assert_int_equal(n->top_changes, 2);
}

static void highest_locate(void **state)
{
	native_message(msg_add(65535, 1, 'B', 100, 1000000));
	native_message(msg_directory(65535, "ZZZZZZZZ", 'P'));
	assert_int_equal(native_tops[65535].bid.px_e4, 1000000);
	assert_string_equal(native_tops[65535].symbol, "ZZZZZZZZ");
	assert_int_equal(native_tops[65534].bid.px_e4, 0);
}

/* -- state of market and symbols ------------------------------------------ */

static void system_events(void **state)
{
	static const struct { char event; enum ht_market_phase phase; } cases[] = {
		{ 'O', HT_PHASE_MESSAGES }, { 'S', HT_PHASE_SYSTEM },
		{ 'Q', HT_PHASE_MARKET }, { 'M', HT_PHASE_AFTER },
		{ 'E', HT_PHASE_SYSTEM_END }, { 'C', HT_PHASE_CLOSED },
		{ 'Q', HT_PHASE_MARKET }, { '?', HT_PHASE_CLOSED },
	};
	uint32_t i;

	assert_int_equal(feed->phase, HT_PHASE_CLOSED);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		native_message(msg_event(cases[i].event));
		assert_int_equal(feed->phase, cases[i].phase);
	}
}

static void directory(void **state)
{
	struct msg m = msg_directory(7, "AAPL", 'P');

	put_be32(&((struct itch_directory *)m.byte)->round_lot, 40);
	native_message(m);
	assert_string_equal(native_symbols[7].ticker, "AAPL");
	assert_string_equal(native_tops[7].symbol, "AAPL");
	assert_int_equal(native_symbols[7].round_lot, 40);
	assert_int_equal(native_symbols[7].test, HT_NO);
	native_message(msg_directory(8, "ZVZZT", 'T'));
	assert_int_equal(native_symbols[8].test, HT_YES);
	native_message(msg_directory(9, "WHAT", ' '));
	assert_int_equal(native_symbols[9].test, HT_YES);
	/* the directory does not open a symbol for trading */
	assert_int_equal(native_symbols[7].state, HT_SYMBOL_HALTED);
}

/* The day's number of a symbol may not become another's. */
static void directory_renames(void **state)
{
	native_message(msg_directory(7, "AAPL", 'P'));
	native_message(msg_directory(7, "AAPL", 'P'));
	assert_int_equal(native_tops[7].book, HT_BOOK_OK);
	native_message(msg_directory(7, "EVIL", 'P'));
	assert_int_equal(native_tops[7].book, HT_BOOK_BAD);
	assert_int_equal(native_book.bad_symbols, 1);
	assert_int_equal(n->renamed, 1);
	assert_int_equal(native_tops[8].book, HT_BOOK_OK);
}

/* Locate 0 is nobody's: whose order is gone when one of it is deleted? */
static void locate_zero(void **state)
{
	native_message(msg_directory(0, "NONE", 'P'));
	native_message(msg_trading(0, 'T'));
	assert_int_equal(native_symbols[0].state, HT_SYMBOL_HALTED);
	assert_string_equal(native_symbols[0].ticker, "");
	native_message(msg_add(1, 1, 'B', 100, 1000000));
	assert_int_equal(feed->state, HT_FEED_LIVE);
	native_message(msg_delete(0, 1));
	assert_int_equal(n->bad_value, 1);
	assert_int_equal(n->corrupt, 1);
	assert_int_equal(feed->state, HT_FEED_BAD);
}

static void trading_action(void **state)
{
	const struct ht_symbol *s = &native_symbols[3];

	assert_int_equal(s->state, HT_SYMBOL_HALTED);
	native_message(msg_trading(3, 'T'));
	assert_int_equal(s->state, HT_SYMBOL_TRADING);
	assert_int_equal(s->state_ns, 34200000000000ull);
	native_message(msg_trading(3, 'P'));
	assert_int_equal(s->state, HT_SYMBOL_PAUSED);
	native_message(msg_trading(3, 'Q'));
	assert_int_equal(s->state, HT_SYMBOL_QUOTATION);
	native_message(msg_trading(3, 'T'));
	native_message(msg_trading(3, 'H'));
	assert_int_equal(s->state, HT_SYMBOL_HALTED);
	native_message(msg_trading(3, 'T'));
	native_message(msg_trading(3, 'x'));
	assert_int_equal(s->state, HT_SYMBOL_HALTED);
}

static void operational_halt(void **state)
{
	struct msg m = msg_of('h', 3);
	struct itch_operational_halt *h = (void *)m.byte;
	const struct ht_symbol *s = &native_symbols[3];

	h->market = 'B';
	h->action = 'H';
	native_message(m);
	assert_int_equal(s->nasdaq_halt, HT_NO);
	h->market = 'Q';
	native_message(m);
	assert_int_equal(s->nasdaq_halt, HT_YES);
	h->market = 'X';
	h->action = 'T';
	native_message(m);
	assert_int_equal(s->nasdaq_halt, HT_YES);
	h->market = 'Q';
	native_message(m);
	assert_int_equal(s->nasdaq_halt, HT_NO);
	h->action = '?';
	native_message(m);
	assert_int_equal(s->nasdaq_halt, HT_YES);
}

static void mwcb_levels(void **state)
{
	struct msg m = msg_of('V', 0);
	struct itch_mwcb_levels *v = (void *)m.byte;

	put_be64(&v->level1, 550312000000ull);
	put_be64(&v->level2, 514807000000ull);
	put_be64(&v->level3, 473386000000ull);
	native_message(m);
	assert_int_equal(feed->mwcb_points[0], 550312000000ull);
	assert_int_equal(feed->mwcb_points[1], 514807000000ull);
	assert_int_equal(feed->mwcb_points[2], 473386000000ull);
	assert_int_equal(feed->mwcb_level, 0);
}

static void mwcb_breach(void **state)
{
	struct msg m = msg_of('W', 0);
	struct itch_mwcb_breach *w = (void *)m.byte;

	assert_int_equal(feed->mwcb_level, 0);
	w->level = '1';
	native_message(m);
	assert_int_equal(feed->mwcb_level, 1);
	w->level = '3';
	native_message(m);
	assert_int_equal(feed->mwcb_level, 3);
	w->level = '/';
	native_message(m);
	assert_int_equal(feed->mwcb_level, 3);
}

static void reg_sho(void **state)
{
	struct msg m = msg_of('Y', 3);
	struct itch_reg_sho *y = (void *)m.byte;

	y->action = '1';
	native_message(m);
	assert_int_equal(native_symbols[3].reg_sho, HT_SHO_TRIGGERED);
	y->action = '2';
	native_message(m);
	assert_int_equal(native_symbols[3].reg_sho, HT_SHO_CARRIED);
	y->action = '0';
	native_message(m);
	assert_int_equal(native_symbols[3].reg_sho, HT_SHO_NONE);
}

static void luld_collar(void **state)
{
	struct msg m = msg_of('J', 3);
	struct itch_luld_collar *j = (void *)m.byte;

	put_be32(&j->reference, 100000);
	put_be32(&j->upper, 105000);
	put_be32(&j->lower, 95000);
	native_message(m);
	assert_int_equal(native_symbols[3].collar_upper_e4, 105000);
	assert_int_equal(native_symbols[3].collar_lower_e4, 95000);
}

/* -- trades ---------------------------------------------------------------- */

static void executions_print(void **state)
{
	const struct ht_symbol *s = &native_symbols[3];

	native_message(msg_add(3, 1, 'S', 500, 1010000));
	native_message(msg_executed(3, 1, 100));
	assert_int_equal(s->trades, 1);
	assert_int_equal(s->volume, 100);
	assert_int_equal(s->last_px_e4, 1010000);
	assert_int_equal(s->last_qty, 100);
	assert_int_equal(s->last_ns, 34200000000000ull);
	/* at another price, printed: the level is the order's own */
	native_message(msg_executed_price(3, 1, 50, 'Y', 1005000));
	assert_int_equal(s->trades, 2);
	assert_int_equal(s->volume, 150);
	assert_int_equal(s->last_px_e4, 1005000);
	assert_int_equal(native_tops[3].ask.px_e4, 1010000);
	assert_int_equal(native_tops[3].ask.qty, 350);
	/* not printed: the cross will */
	native_message(msg_executed_price(3, 1, 50, 'N', 1007000));
	assert_int_equal(s->volume, 150);
	assert_int_equal(s->last_px_e4, 1005000);
	assert_int_equal(native_tops[3].ask.qty, 300);
}

static void unknown_execution_prints_nothing(void **state)
{
	native_message(msg_executed(3, 99, 100));
	assert_int_equal(native_symbols[3].trades, 0);
	assert_int_equal(native_symbols[3].unknown_refs, 1);
	assert_int_equal(native_tops[3].book, HT_BOOK_BAD);
}

static void hidden_trade(void **state)
{
	struct msg m = msg_of('P', 3);
	struct itch_trade *p = (void *)m.byte;
	const struct ht_symbol *s = &native_symbols[3];

	p->side = 'B';
	put_be32(&p->shares, 70);
	put_be32(&p->price, 1002500);
	native_message(m);
	assert_int_equal(s->trades, 1);
	assert_int_equal(s->volume, 70);
	assert_int_equal(s->hidden_volume, 70);
	assert_int_equal(s->last_px_e4, 1002500);
	assert_int_equal(n->top_changes, 0);
	assert_int_equal(native_tops[3].book, HT_BOOK_OK);
}

static void cross_trade(void **state)
{
	struct msg m = msg_of('Q', 3);
	struct itch_cross_trade *q = (void *)m.byte;

	put_be64(&q->shares, 5000000000ull);
	put_be32(&q->price, 1002500);
	q->cross_type = 'O';
	native_message(m);
	assert_int_equal(native_symbols[3].crosses, 1);
	assert_int_equal(native_symbols[3].cross_volume, 5000000000ull);
	assert_int_equal(native_symbols[3].volume, 0);
}

/* A broken trade does not put shares back on the book. */
static void broken_trade(void **state)
{
	native_message(msg_add(3, 1, 'S', 500, 1010000));
	native_message(msg_executed(3, 1, 100));
	native_message(msg_of('B', 3));
	assert_int_equal(native_tops[3].ask.qty, 400);
	assert_int_equal(n->itch_broken_trade, 1);
	assert_int_equal(native_symbols[3].broken, 1);
}

static void types_that_leave_the_book_alone(void **state)
{
	struct ht_top top;
	uint32_t i;

	native_message(msg_add(1, 1, 'B', 100, 1000000));
	top = native_tops[1];
	for (i = 0; i < sizeof(types); i++)
		if (!strchr("AFECXDUR", types[i]))
			native_message(sample(types[i]));
	assert_memory_equal(&native_tops[1], &top, sizeof(top));
}

static int fresh(void **state)
{
	native_reset(NATIVE_ROOMY);
	return 0;
}

static int exits_add_up(void **state)
{
	assert_int_equal(exits_of(n), n->frames);
	native_free();
	return 0;
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, fresh, exits_add_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_type_is_counted),
		CASE(every_truncation_is_refused),
		CASE(every_type_may_be_longer),
		CASE(unknown_types_are_skipped),
		CASE(empty_message_between_others),
		CASE(sequence_of_the_change),
		CASE(highest_locate),
		CASE(system_events),
		CASE(directory),
		CASE(directory_renames),
		CASE(locate_zero),
		CASE(trading_action),
		CASE(operational_halt),
		CASE(mwcb_levels),
		CASE(mwcb_breach),
		CASE(reg_sho),
		CASE(luld_collar),
		CASE(executions_print),
		CASE(unknown_execution_prints_nothing),
		CASE(hidden_trade),
		CASE(cross_trade),
		CASE(broken_trade),
		CASE(types_that_leave_the_book_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
