// SPDX-License-Identifier: GPL-2.0
/* Conditions, fires and how often, and the event that comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "rule.h"

static struct packet packet;

static const struct ht_counters *const n = &native_counters;

/* bid 99.90 x 300, ask 100.10 x 500 on symbol 1 */
static void quote(void)
{
	packet_begin(&packet, native_feed.expected);
	packet_add(&packet, msg_add(1, 1, 'B', 300, 999000));
	packet_add(&packet, msg_add(1, 2, 'S', 500, 1001000));
	native_packet(packet.data, packet.len);
}

static bool fires(struct ht_trigger t)
{
	native_reset(NATIVE_ROOMY);
	rule_open_market(1);
	rule_install(1, t);
	quote();
	assert_int_equal(n->evaluated, 1);
	return native_events == 1;
}

/* The value the feature has, one less and one more, by each operator. */
static void feature_is(enum ht_feature feature, int64_t value)
{
	assert_true(fires(rule_one(1, feature, HT_EQ, value)));
	assert_false(fires(rule_one(1, feature, HT_EQ, value - 1)));
	assert_false(fires(rule_one(1, feature, HT_EQ, value + 1)));
	assert_true(fires(rule_one(1, feature, HT_LE, value)));
	assert_false(fires(rule_one(1, feature, HT_LE, value - 1)));
	assert_true(fires(rule_one(1, feature, HT_LE, value + 1)));
	assert_true(fires(rule_one(1, feature, HT_GE, value)));
	assert_true(fires(rule_one(1, feature, HT_GE, value - 1)));
	assert_false(fires(rule_one(1, feature, HT_GE, value + 1)));
}

static void every_feature_and_operator(void **state)
{
	feature_is(HT_F_BID, 999000);
	feature_is(HT_F_ASK, 1001000);
	feature_is(HT_F_SPREAD, 2000);
	feature_is(HT_F_BID_QTY, 300);
	feature_is(HT_F_ASK_QTY, 500);
}

static void unknown_feature_or_operator(void **state)
{
	assert_false(fires(rule_one(1, HT_F_NONE, HT_GE, 0)));
	assert_false(fires(rule_one(1, HT_F_MAX, HT_GE, 0)));
	assert_false(fires(rule_one(1, HT_F_BID, HT_EQ + 1, 999000)));
}

/* Locked and crossed books have spreads of 0 and below. */
static void negative_spread(void **state)
{
	rule_open_market(1);
	rule_install(1, rule_one(1, HT_F_SPREAD, HT_LE, -1000));
	native_message(msg_add(1, 1, 'B', 100, 1001000));
	native_message(msg_add(1, 2, 'S', 100, 1001000));
	assert_int_equal(native_events, 0);
	native_message(msg_add(1, 3, 'S', 100, 1000000));
	assert_int_equal(native_events, 1);
}

static void every_clause_must_hold(void **state)
{
	struct ht_clause clause[HT_CLAUSES] = {
		{ HT_F_BID, HT_GE, 999000 },
		{ HT_F_ASK, HT_LE, 1001000 },
		{ HT_F_SPREAD, HT_EQ, 2000 },
		{ HT_F_ASK_QTY, HT_GE, 500 },
	};
	struct ht_trigger t = rule_row(1, HT_CLAUSES, clause);
	int i;

	assert_true(fires(t));
	for (i = 0; i < HT_CLAUSES; i++) {
		t = rule_row(1, HT_CLAUSES, clause);
		t.rule[0].clause[i].value += t.rule[0].clause[i].op == HT_LE ?
					     -1 : 1;
		assert_false(fires(t));
		/* beyond the count, a clause does not matter */
		t.rule[0].clauses = (uint32_t)i;
		assert_int_equal(fires(t), i > 0);
	}
}

static void clause_count_out_of_range(void **state)
{
	struct ht_trigger t = rule_one(1, HT_F_BID, HT_GE, 0);

	t.rule[0].clauses = 0;
	assert_false(fires(t));
	t.rule[0].clauses = HT_CLAUSES + 1;
	assert_false(fires(t));
}

/* A condition on a side without orders does not hold, whatever it says. */
static void empty_side(void **state)
{
	static const enum ht_feature features[] = {
		HT_F_ASK, HT_F_SPREAD, HT_F_ASK_QTY,
	};
	uint32_t i;

	for (i = 0; i < 3; i++) {
		native_reset(NATIVE_ROOMY);
		rule_open_market(1);
		rule_install(1, rule_one(1, features[i], HT_GE, INT64_MIN));
		rule_install(2, rule_one(1, features[i], HT_LE, INT64_MAX));
		native_message(msg_add(1, 1, 'B', 100, 1000000));
		assert_int_equal(n->evaluated, 2);
		assert_int_equal(native_events, 0);
		native_message(msg_add(1, 2, 'S', 100, 1010000));
		assert_int_equal(native_events, 2);
	}
}

static void only_its_own_symbol(void **state)
{
	rule_open_market(1);
	rule_open_market(2);
	rule_install(1, rule_one(1, HT_F_BID, HT_GE, 1));
	native_message(msg_add(2, 1, 'B', 100, 1000000));
	assert_int_equal(n->evaluated, 0);
	/* a row that hangs on another symbol's list by mistake */
	native_watches[2].first = 1;
	native_message(msg_add(2, 2, 'B', 100, 1010000));
	assert_int_equal(n->evaluated, 1);
	assert_int_equal(native_events, 0);
}

/* An edit may lower the maximum below what has been fired. */
static void maximum_lowered(void **state)
{
	struct ht_trigger *t;

	rule_open_market(1);
	t = rule_install(1, rule_one(1, HT_F_BID, HT_GE, 1));
	t->rule[0].max_fires = 5;
	native_message(msg_add(1, 1, 'B', 100, 1000000));
	native_message(msg_add(1, 2, 'B', 100, 1000000));
	assert_int_equal(native_events, 2);
	t->rule[0].max_fires = 2;
	native_message(msg_add(1, 3, 'B', 100, 1000000));
	assert_int_equal(native_events, 2);
	assert_int_equal(t->state, HT_TRIGGER_SPENT);
}

static void states_that_do_not_fire(void **state)
{
	static const enum ht_trigger_state states[] = {
		HT_TRIGGER_FREE, HT_TRIGGER_DISARMED, HT_TRIGGER_SPENT,
		HT_TRIGGER_FAULT,
	};
	struct ht_trigger *t;
	uint32_t i;

	rule_open_market(1);
	t = rule_install(1, rule_one(1, HT_F_BID, HT_GE, 1));
	for (i = 0; i < 4; i++) {
		t->state = states[i];
		native_message(msg_add(1, 1 + i, 'B', 100, 1000000 + i * 100));
		assert_int_equal(t->state, states[i]);
	}
	assert_int_equal(n->evaluated, 0);
	assert_int_equal(native_events, 0);
	/* armed while it runs: in force with the next packet */
	t->state = HT_TRIGGER_ARMED;
	native_message(msg_add(1, 9, 'B', 100, 1001000));
	assert_int_equal(native_events, 1);
}

/* -- what comes out -------------------------------------------------------- */

static void event_carries_everything(void **state)
{
	struct ht_trigger t = rule_one(1, HT_F_ASK, HT_LE, 1001000);
	const struct ht_event *e = &native_event[0];

	rule_open_market(1);
	t.version = 6;
	t.fires = 11;
	t.rule[0].qty = 250;
	t.rule[0].price_from = HT_AT_ASK;
	rule_install(7, t);
	native_now_ns += 77;
	quote();
	assert_int_equal(native_events, 1);
	assert_int_equal(e->seq, native_feed.expected - 1);
	assert_int_equal(e->entry_ns, native_now_ns);
	assert_int_equal(e->itch_ns, 34200000000000ull);
	assert_int_equal(e->fires, 12);
	assert_int_equal(e->trigger, 7);
	assert_int_equal(e->version, 6);
	assert_int_equal(e->locate, 1);
	assert_int_equal(e->qty, 250);
	assert_int_equal(e->px, 1001000);
	assert_int_equal(e->side, HT_BID);
	assert_int_equal(e->feed, HT_FEED_LIVE);
	assert_int_equal(e->state, HT_SYMBOL_TRADING);
	assert_memory_equal(&e->bid, &native_tops[1].bid, sizeof(e->bid));
	assert_memory_equal(&e->ask, &native_tops[1].ask, sizeof(e->ask));
	assert_int_equal(e->bid.px_e4, 999000);
	assert_int_equal(e->ask.qty, 500);
	assert_string_equal(e->symbol, "TEST");
}

static void price_from_the_rule(void **state)
{
	struct ht_trigger t = rule_one(1, HT_F_BID, HT_GE, 1);

	t.rule[0].price_from = HT_AT_LIMIT;
	t.rule[0].limit_px_e4 = 123456;
	t.rule[0].side = HT_ASK;
	assert_true(fires(t));
	assert_int_equal(native_event[0].px, 123456);
	assert_int_equal(native_event[0].side, HT_ASK);
	t.rule[0].price_from = HT_AT_BID;
	assert_true(fires(t));
	assert_int_equal(native_event[0].px, 999000);
	t.rule[0].price_from = HT_AT_ASK;
	assert_true(fires(t));
	assert_int_equal(native_event[0].px, 1001000);
}

/* -- how often --------------------------------------------------------------- */

/* A packet is the unit: what was true only inside of it is not seen. */
static void once_a_packet_after_its_end(void **state)
{
	rule_open_market(1);
	rule_install(1, rule_one(1, HT_F_BID, HT_GE, 1000000));
	packet_begin(&packet, native_feed.expected);
	packet_add(&packet, msg_add(1, 1, 'B', 100, 1000000));
	packet_add(&packet, msg_delete(1, 1));
	native_packet(packet.data, packet.len);
	assert_int_equal(n->evaluated, 1);
	assert_int_equal(native_events, 0);
	packet_begin(&packet, native_feed.expected);
	packet_add(&packet, msg_add(1, 2, 'B', 100, 1000000));
	packet_add(&packet, msg_add(1, 3, 'B', 100, 1000100));
	packet_add(&packet, msg_add(1, 4, 'B', 100, 1000200));
	native_packet(packet.data, packet.len);
	assert_int_equal(n->evaluated, 2);
	assert_int_equal(native_events, 1);
	assert_int_equal(native_event[0].bid.px_e4, 1000200);
}

static void nothing_changed_nothing_looked_at(void **state)
{
	rule_open_market(1);
	rule_install(1, rule_one(1, HT_F_BID, HT_GE, 1));
	quote();
	assert_int_equal(n->evaluated, 1);
	/* behind the best: the top stays as it is */
	native_message(msg_add(1, 10, 'B', 100, 900000));
	native_message(msg_of('L', 1));
	assert_int_equal(n->evaluated, 1);
}

/* The book stands still while the symbol is halted and trades again: that is
 * news, and the order names the message that brought it.  T said twice is not.
 */
static void once_a_sequence(void **state)
{
	rule_open_market(1);
	rule_install(1, rule_one(1, HT_F_BID, HT_GE, 1));
	quote();
	assert_int_equal(native_events, 1);
	native_message(msg_trading(1, 'H'));
	assert_int_equal(native_events, 1);
	assert_int_equal(n->refused_halted, 1);
	native_message(msg_trading(1, 'T'));
	assert_int_equal(native_events, 2);
	assert_int_equal(native_event[1].seq, native_feed.expected - 1);
	native_message(msg_trading(1, 'T'));
	assert_int_equal(native_events, 2);
	assert_int_equal(n->evaluated, 3);
	native_message(msg_add(1, 10, 'B', 100, 999000));
	assert_int_equal(native_events, 3);
}

static void cooldown(void **state)
{
	struct ht_trigger t = rule_one(1, HT_F_BID, HT_GE, 1);

	rule_open_market(1);
	native_gate.heartbeat_max_ns = UINT64_MAX;
	t.rule[0].cooldown_ns = 5000;
	rule_install(1, t);
	quote();
	assert_int_equal(native_events, 1);
	native_now_ns += 4999;
	native_message(msg_add(1, 10, 'B', 100, 999100));
	assert_int_equal(native_events, 1);
	assert_int_equal(n->held, 1);
	native_now_ns += 1;
	native_message(msg_add(1, 11, 'B', 100, 999200));
	assert_int_equal(native_events, 2);
	assert_int_equal(native_triggers[1].last_ns, native_now_ns);
	native_message(msg_add(1, 12, 'B', 100, 999300));
	assert_int_equal(native_events, 2);
}

static void spent_after_its_fires(void **state)
{
	struct ht_trigger *t;
	uint64_t i;

	rule_open_market(1);
	t = rule_install(1, rule_one(1, HT_F_BID, HT_GE, 1));
	t->rule[0].max_fires = 3;
	for (i = 1; i <= 5; i++)
		native_message(msg_add(1, i, 'B', 100,
				       1000000 + (uint32_t)i * 100));
	assert_int_equal(native_events, 3);
	assert_int_equal(t->state, HT_TRIGGER_SPENT);
	assert_int_equal(t->fires, 3);
	/* armed again: as many once more */
	t->base = t->fires;
	t->state = HT_TRIGGER_ARMED;
	for (; i <= 10; i++)
		native_message(msg_add(1, i, 'B', 100,
				       1000000 + (uint32_t)i * 100));
	assert_int_equal(native_events, 6);
	assert_int_equal(native_event[5].fires, 6);
	assert_int_equal(t->state, HT_TRIGGER_SPENT);
}

static void several_on_one_symbol(void **state)
{
	uint32_t row;

	rule_open_market(1);
	for (row = 1; row <= HT_SYMBOL_TRIGGERS; row++)
		rule_install(row, rule_one(1, HT_F_BID, HT_GE,
					   row % 2 ? 1 : 2000000));
	quote();
	assert_int_equal(n->evaluated, HT_SYMBOL_TRIGGERS);
	assert_int_equal(native_events, HT_SYMBOL_TRIGGERS / 2);
}

/* A list that bites its own tail, or leaves the table, comes to an end. */
static void broken_lists(void **state)
{
	struct ht_trigger *t;

	rule_open_market(1);
	t = rule_install(1, rule_one(1, HT_F_BID, HT_GE, 2000000));
	t->next = 1;
	quote();
	assert_int_equal(n->evaluated, HT_SYMBOL_TRIGGERS);
	t->next = HT_TRIGGERS;
	native_message(msg_add(1, 10, 'B', 100, 999100));
	assert_int_equal(n->evaluated, HT_SYMBOL_TRIGGERS + 1);
}

static void many_symbols_in_one_packet(void **state)
{
	const struct allow_maps maps = native_allow();
	uint16_t i;

	rule_open_market(1);
	for (i = 1; i <= 1000; i++) {
		native_symbols[i].state = HT_SYMBOL_TRADING;
		allow_symbol(&maps, native_symbols, i, 1000000);
		rule_install(i, rule_one(i, HT_F_BID, HT_GE, 1));
	}
	packet_begin(&packet, native_feed.expected);
	for (i = 1; i <= 1000; i++)
		packet_add(&packet, msg_add(i, i, 'B', 100, 1000000));
	native_packet(packet.data, packet.len);
	assert_int_equal(native_events, 1000);
	for (i = 0; i < 1000; i++)
		assert_int_equal(native_event[i].locate, i + 1);
}

static int fresh(void **state)
{
	native_reset(NATIVE_ROOMY);
	return 0;
}

static int fired_is_events(void **state)
{
	assert_int_equal(n->fired, native_events);
	native_free();
	return 0;
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, fresh, fired_is_events)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_feature_and_operator),
		CASE(unknown_feature_or_operator),
		CASE(negative_spread),
		CASE(every_clause_must_hold),
		CASE(clause_count_out_of_range),
		CASE(empty_side),
		CASE(only_its_own_symbol),
		CASE(maximum_lowered),
		CASE(states_that_do_not_fire),
		CASE(event_carries_everything),
		CASE(price_from_the_rule),
		CASE(once_a_packet_after_its_end),
		CASE(nothing_changed_nothing_looked_at),
		CASE(once_a_sequence),
		CASE(cooldown),
		CASE(spent_after_its_fires),
		CASE(several_on_one_symbol),
		CASE(broken_lists),
		CASE(many_symbols_in_one_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
