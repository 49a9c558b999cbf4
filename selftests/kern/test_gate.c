// SPDX-License-Identifier: GPL-2.0
/*
 * A true trigger fires only while everything the gate asks for is there.  Each
 * case takes one thing away: no event, and that reason is counted, alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "rule.h"

static const struct ht_counters *const n = &native_counters;

static uint64_t refusals(void)
{
	uint64_t sum = 0;

#define X(id, field, rule, words) sum += n->refused_##field;
	HT_KERNEL_REFUSALS(X)
#undef X
	return sum;
}

/* The book moves so that the trigger of the set-up is true. */
static void make_true(void)
{
	native_message(msg_add(1, 1, 'S', 100, 1000000));
}

static void refused(uint64_t count, enum ht_refusal reason)
{
	const struct ht_trigger *t = &native_triggers[1];

	assert_int_equal(native_events, 0);
	assert_int_equal(count, 1);
	assert_int_equal(refusals(), 1);
	assert_int_equal(n->fired, 0);
	assert_int_equal(t->fires, 0);
	assert_int_equal(t->refused, 1);
	assert_int_equal(t->last_refusal, reason);
	assert_int_equal(t->state, reason == HT_REFUSED_RING ?
			 HT_TRIGGER_FAULT : HT_TRIGGER_ARMED);
}

static void everything_there(void **state)
{
	make_true();
	assert_int_equal(native_events, 1);
	assert_int_equal(n->fired, 1);
	assert_int_equal(refusals(), 0);
}

static void no_controller(void **state)
{
	native_gate.heartbeat_ns = 0;
	make_true();
	refused(n->refused_controller, HT_REFUSED_CONTROLLER);
}

static void controller_dead(void **state)
{
	native_now_ns += native_gate.heartbeat_max_ns + 1;
	make_true();
	refused(n->refused_controller, HT_REFUSED_CONTROLLER);
}

/* Its limit to the nanosecond, and a stamp made after the packet came in. */
static void controller_alive(void **state)
{
	native_now_ns += native_gate.heartbeat_max_ns;
	make_true();
	assert_int_equal(native_events, 1);
	native_gate.heartbeat_ns = native_now_ns + 5;
	native_message(msg_add(1, 2, 'S', 100, 990000));
	assert_int_equal(native_events, 2);
}

/* A stamp from the far future is no heartbeat. */
static void heartbeat_from_the_future(void **state)
{
	native_gate.heartbeat_ns = native_now_ns +
				   native_gate.heartbeat_max_ns + 1;
	make_true();
	refused(n->refused_controller, HT_REFUSED_CONTROLLER);
}

/* A gate nobody has set up: both words 0. */
static void gate_empty(void **state)
{
	native_gate = (struct ht_gate){0};
	make_true();
	refused(n->refused_controller, HT_REFUSED_CONTROLLER);
}

static void market_before_open(void **state)
{
	native_message(msg_event('S'));
	make_true();
	refused(n->refused_phase, HT_REFUSED_PHASE);
}

static void market_closed(void **state)
{
	native_message(msg_event('M'));
	make_true();
	refused(n->refused_phase, HT_REFUSED_PHASE);
}

static void circuit_breaker(void **state)
{
	struct msg m = msg_of('W', 0);

	((struct itch_mwcb_breach *)m.byte)->level = '1';
	native_message(m);
	make_true();
	refused(n->refused_mwcb, HT_REFUSED_MWCB);
}

static void symbol_not_trading(char how)
{
	native_message(msg_trading(1, how));
	/* the state itself is looked at: the book is still empty */
	assert_int_equal(refusals(), 0);
	make_true();
	refused(n->refused_halted, HT_REFUSED_HALTED);
}

static void symbol_halted(void **state)
{
	symbol_not_trading('H');
}

static void symbol_paused(void **state)
{
	symbol_not_trading('P');
}

static void symbol_quotation_only(void **state)
{
	symbol_not_trading('Q');
}

static void symbol_never_opened(void **state)
{
	native_symbols[1].state = HT_SYMBOL_HALTED;
	make_true();
	refused(n->refused_halted, HT_REFUSED_HALTED);
}

static void symbol_halted_on_nasdaq(void **state)
{
	struct msg m = msg_of('h', 1);
	struct itch_operational_halt *h = (void *)m.byte;

	h->market = 'Q';
	h->action = 'H';
	native_message(m);
	make_true();
	refused(n->refused_halted, HT_REFUSED_HALTED);
}

static void test_symbol(void **state)
{
	native_message(msg_directory(1, "ZVZZT", 'T'));
	make_true();
	refused(n->refused_test, HT_REFUSED_TEST);
}

static void book_bad(void **state)
{
	native_message(msg_delete(1, 12345));
	make_true();
	refused(n->refused_book, HT_REFUSED_BOOK);
}

/* A packet that breaks off after the message that makes the trigger true. */
static void feed_corrupt(void **state)
{
	static struct packet p;

	packet_begin(&p, native_feed.expected);
	packet_add(&p, msg_add(1, 1, 'S', 100, 1000000));
	packet_count(&p, 2);
	native_packet(p.data, p.len);
	refused(n->refused_feed, HT_REFUSED_FEED);
}

/* The hole is being filled, but is not filled yet. */
static void feed_in_a_gap(void **state)
{
	static struct packet p;

	packet_begin(&p, native_feed.expected + 10);
	packet_add(&p, msg_event('Q'));
	native_packet(p.data, p.len);
	assert_int_equal(native_feed.state, HT_FEED_GAP);
	make_true();
	refused(n->refused_feed, HT_REFUSED_FEED);
}

static void no_price_on_that_side(void **state)
{
	native_triggers[1].rule[0].price_from = HT_AT_BID;
	make_true();
	refused(n->refused_no_price, HT_REFUSED_NO_PRICE);
}

static void ring_full(void **state)
{
	native_ring_room = 0;
	make_true();
	refused(n->refused_ring, HT_REFUSED_RING);
	/* it stays out until somebody looks */
	native_ring_room = 10;
	native_message(msg_add(1, 2, 'S', 100, 990000));
	assert_int_equal(native_events, 0);
}

/* What was refused fires once the reason is gone, by the message that says
 * so, although the book has not moved.
 */
static void refused_then_resumed(void **state)
{
	native_message(msg_trading(1, 'H'));
	make_true();
	refused(n->refused_halted, HT_REFUSED_HALTED);
	native_message(msg_trading(1, 'T'));
	assert_int_equal(native_events, 1);
}

static int fresh(void **state)
{
	native_reset(NATIVE_ROOMY);
	rule_open_market(1);
	rule_install(1, rule_one(1, HT_F_ASK, HT_LE, 1000000));
	return 0;
}

static int done(void **state)
{
	native_free();
	return 0;
}

#define CASE(f)	cmocka_unit_test_setup(f, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(everything_there),
		CASE(no_controller),
		CASE(controller_dead),
		CASE(controller_alive),
		CASE(heartbeat_from_the_future),
		CASE(gate_empty),
		CASE(market_before_open),
		CASE(market_closed),
		CASE(circuit_breaker),
		CASE(symbol_halted),
		CASE(symbol_paused),
		CASE(symbol_quotation_only),
		CASE(symbol_never_opened),
		CASE(symbol_halted_on_nasdaq),
		CASE(test_symbol),
		CASE(book_bad),
		CASE(feed_corrupt),
		CASE(feed_in_a_gap),
		CASE(no_price_on_that_side),
		CASE(ring_full),
		CASE(refused_then_resumed),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
