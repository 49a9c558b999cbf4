// SPDX-License-Identifier: GPL-2.0
/*
 * What only the gate in user space knows: orders by hand, replaces, cancels,
 * exact rates, and the last look.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "gate_native.h"
#include "native.h"
#include "../../user/clock.h"
#include "../../user/risk.h"

static struct gate_world w;
static struct instance in;
static struct risk risk;

static struct risk_order order(uint64_t seq)
{
	struct ht_event e = world_event(&w, seq);

	return risk_order_of(&e);
}

static struct risk_order by_hand(void)
{
	struct risk_order o = order(1);

	o.by_hand = true;
	o.trigger = 0;
	o.fires = o.seq = o.entry_ns = 0;
	o.feed = 0;
	o.state = 0;
	return o;
}

static enum ht_refusal check_at(struct risk_order o, uint64_t now_ns)
{
	return risk_check(&risk, &in, &o, now_ns);
}

static enum ht_refusal check(struct risk_order o)
{
	return check_at(o, w.now_ns);
}

static int fresh(void **state)
{
	world_native(&w);
	world_arm(&w);
	in = world_instance(&w);
	risk_init(&risk);
	return 0;
}

/* -- by hand -------------------------------------------------------------- */

static void by_hand_no_trigger_counts(void **state)
{
	w.triggers[WORLD_ROW].state = HT_TRIGGER_DISARMED;
	risk.since_ns = w.now_ns + 1;
	assert_int_equal(check(by_hand()), HT_ALLOWED);
	assert_int_equal(check(by_hand()), HT_ALLOWED);
	assert_int_equal(risk.allowed, 2);
}

static void by_hand_everything_else_does(void **state)
{
	struct risk_order o = by_hand();

	w.s->state = HT_SYMBOL_HALTED;
	assert_int_equal(check(o), HT_REFUSED_HALTED);
	w.s->state = HT_SYMBOL_TRADING;
	o.qty = w.limit->max_qty + 1;
	assert_int_equal(check(o), HT_REFUSED_MAX_QTY);
	w.feed->state = HT_FEED_GAP;
	assert_int_equal(check(o), HT_REFUSED_FEED);
}

static void by_hand_names_no_trigger(void **state)
{
	struct risk_order o = by_hand();

	o.trigger = WORLD_ROW;
	assert_int_equal(check(o), HT_REFUSED_VALUES);
}

static void time_in_force_is_one_of_ouch(void **state)
{
	static const char good[] = "0356E";
	struct risk_order o = by_hand();
	size_t i;

	for (i = 0; good[i]; i++) {
		o.tif = good[i];
		assert_int_equal(check(o), HT_ALLOWED);
	}
	o.tif = '1';
	assert_int_equal(check(o), HT_REFUSED_VALUES);
	o.tif = 0;
	assert_int_equal(check(o), HT_REFUSED_VALUES);
}

static void disarmed(void **state)
{
	w.triggers[WORLD_ROW].state = HT_TRIGGER_DISARMED;
	assert_int_equal(check(order(1)), HT_REFUSED_DISARMED);
}

static void disarmed_row_of_another_symbol(void **state)
{
	w.triggers[WORLD_ROW].rule[0].locate = WORLD_LOCATE + 1;
	assert_int_equal(check(order(1)), HT_REFUSED_DISARMED);
}

/* -- the last look -------------------------------------------------------- */

static enum ht_refusal last(void)
{
	const struct risk_order o = order(1);

	return risk_last(&risk, &in, &o);
}

static void kill_wins_between_check_and_send(void **state)
{
	assert_int_equal(check(order(1)), HT_ALLOWED);
	assert_int_equal(last(), HT_ALLOWED);
	w.kill->global = 1;
	assert_int_equal(last(), HT_REFUSED_KILLED);
	risk_withdraw(&risk, HT_REFUSED_KILLED);
	assert_int_equal(risk.allowed, 0);
	assert_int_equal(risk.refused[HT_REFUSED_KILLED], 1);
}

static void last_look_at_session_and_stop(void **state)
{
	w.kill->session = 1;
	assert_int_equal(last(), HT_REFUSED_KILLED_SESSION);
	w.kill->session = 0;
	memcpy(w.kill->symbol[0], order(1).symbol, HT_TICKER);
	w.kill->count = 1;
	assert_int_equal(last(), HT_REFUSED_KILLED_SYMBOL);
	w.kill->count = 0;
	risk.stopped = true;
	assert_int_equal(last(), HT_REFUSED_CONTROLLER);
	risk.stopped = false;
	w.account->session = HT_SESSION_CLOSING;
	assert_int_equal(last(), HT_REFUSED_SESSION);
	w.account->session = HT_SESSION_OPEN;
	assert_int_equal(last(), HT_ALLOWED);
}

/* -- what is to come is not known ----------------------------------------- */

static void times_of_the_future_refuse(void **state)
{
	w.account->heard_ns = w.now_ns + 1;
	assert_int_equal(check(order(1)), HT_REFUSED_SILENT);
	w.account->heard_ns = w.now_ns;
	w.account->marked_ns = w.now_ns + 1;
	assert_int_equal(check(order(2)), HT_REFUSED_LOSS);
}

static void clock_told_too_long_ago(void **state)
{
	w.set->max_skew_ns = SECOND_NS;
	risk.clock_synced = true;
	risk.clock_ns = w.now_ns - 5 * SECOND_NS;
	risk.midnight_ns = (int64_t)(w.feed->last_ns - w.feed->itch_ns);
	assert_int_equal(check(order(1)), HT_ALLOWED);
	risk.clock_ns--;
	assert_int_equal(check(order(2)), HT_REFUSED_CLOCK);
}

/* A top whose lock stays odd is no top. */
static void book_that_stands_still_half_way(void **state)
{
	w.top->lock |= 1;
	assert_int_equal(check(order(1)), HT_REFUSED_BOOK);
}

/* -- O6 ------------------------------------------------------------------- */

static void same_order_within_its_time(void **state)
{
	struct risk_order other = by_hand();

	w.set->duplicate_ns = 1000;
	assert_int_equal(check(by_hand()), HT_ALLOWED);
	other.qty++;
	assert_int_equal(check(other), HT_ALLOWED);
	/* not the last one, but the one before */
	assert_int_equal(check_at(by_hand(), w.now_ns + 999),
			 HT_REFUSED_DUPLICATE);
	assert_int_equal(check_at(by_hand(), w.now_ns + 1000), HT_ALLOWED);
}

static void same_order_but_for_one_thing(void **state)
{
	struct risk_order o = by_hand();

	w.set->duplicate_ns = SECOND_NS;
	assert_int_equal(check(o), HT_ALLOWED);
	o.px += 100;
	assert_int_equal(check(o), HT_ALLOWED);
	w.e->position = 1000;
	o.side = 'S';
	assert_int_equal(check(o), HT_ALLOWED);
	assert_int_equal(check(o), HT_REFUSED_DUPLICATE);
}

/* -- O7 ------------------------------------------------------------------- */

static void symbols_have_rates_of_their_own(void **state)
{
	struct risk_order o = by_hand();

	w.limit->rate = 2;
	assert_int_equal(check(o), HT_ALLOWED);
	assert_int_equal(check_at(o, w.now_ns + SECOND_NS / 2), HT_ALLOWED);
	assert_int_equal(check_at(o, w.now_ns + SECOND_NS - 1),
			 HT_REFUSED_RATE_SYMBOL);
	assert_int_equal(risk.recent[WORLD_LOCATE], 2);
	assert_int_equal(check_at(o, w.now_ns + SECOND_NS), HT_ALLOWED);
	assert_int_equal(risk.recent[WORLD_LOCATE], 2);
}

static void cancels_are_messages(void **state)
{
	w.set->session_rate = 2;
	risk_cancel(&risk, w.now_ns);
	assert_int_equal(check(by_hand()), HT_ALLOWED);
	assert_int_equal(check(by_hand()), HT_REFUSED_RATE_SESSION);
	assert_int_equal(risk.cancels, 1);
	assert_int_equal(check_at(by_hand(), w.now_ns + SECOND_NS),
			 HT_ALLOWED);
}

/* More than the ring holds: nothing is forgotten that matters. */
static void more_cancels_than_the_ring_holds(void **state)
{
	uint32_t i;

	for (i = 0; i < 2 * RISK_RATE_MAX; i++)
		risk_cancel(&risk, w.now_ns);
	w.set->session_rate = RISK_RATE_MAX;
	assert_int_equal(check(by_hand()), HT_REFUSED_RATE_SESSION);
	assert_int_equal(check_at(by_hand(), w.now_ns + SECOND_NS),
			 HT_ALLOWED);
}

/* -- replaces ------------------------------------------------------------- */

static struct risk_order replace(uint32_t qty, uint32_t px)
{
	struct risk_order o = by_hand();

	o.replaces_qty = qty;
	o.replaces_px = px;
	return o;
}

static void a_replace_is_no_other_open_order(void **state)
{
	w.e->open_orders = w.limit->max_open;
	w.e->open_notional = 100 * 1001000;
	w.account->open_orders = w.set->max_open;
	w.account->open_notional = w.set->max_open_notional;
	w.account->orders = w.set->max_orders;
	w.account->gross = w.set->max_gross;
	w.account->net_high = (int64_t)w.set->max_net;
	assert_int_equal(check(by_hand()), HT_REFUSED_MAX_ORDERS);
	assert_int_equal(check(replace(100, 1001000)), HT_ALLOWED);
	assert_int_equal(check(replace(100, 1000900)),
			 HT_REFUSED_OPEN_NOTIONAL);
	w.account->open_notional = 100 * 1001000;
	assert_int_equal(check(replace(100, 1000900)), HT_REFUSED_GROSS);
	w.account->gross = 100 * 1001000;
	assert_int_equal(check(replace(100, 1000900)), HT_REFUSED_NET);
}

static void a_replace_gives_back_its_position(void **state)
{
	w.e->open_notional = w.account->open_notional = 100 * 1001000;
	w.account->gross = 100 * 1001000;
	w.e->position = 4900;
	w.e->open_buy = 100;
	assert_int_equal(check(by_hand()), HT_REFUSED_POSITION);
	assert_int_equal(check(replace(100, 1001000)), HT_ALLOWED);
	assert_int_equal(check(replace(99, 1001000)), HT_REFUSED_POSITION);
}

/* What nobody has counted cannot be taken back. */
static void a_replace_of_what_is_not_open(void **state)
{
	assert_int_equal(check(replace(100, 1001000)),
			 HT_REFUSED_OPEN_NOTIONAL);
}

static void a_replace_of_a_sell_is_covered_by_it(void **state)
{
	struct risk_order o;

	w.e->position = w.e->open_sell = 100;
	w.e->open_notional = w.account->open_notional = 100 * 1001000;
	w.account->gross = 100 * 1001000;
	o = by_hand();
	o.side = 'S';
	assert_int_equal(check(o), HT_REFUSED_SHORT);
	o = replace(100, 1001000);
	o.side = 'S';
	assert_int_equal(check(o), HT_ALLOWED);
}

/* Bought for less than it is to be sold for: the sell is worth more than all
 * that is counted.
 */
static void a_replace_of_a_sell_is_no_part_of_the_gross(void **state)
{
	struct risk_order o = replace(100, 1001000);

	o.side = 'S';
	w.e->position = w.e->open_sell = 100;
	w.e->open_notional = w.account->open_notional = 100 * 1001000;
	w.account->gross = 100 * 1000900;
	assert_int_equal(check(o), HT_ALLOWED);
	o.qty = 50;
	assert_int_equal(check(o), HT_ALLOWED);
	w.set->max_gross = w.account->gross - 1;
	assert_int_equal(check(o), HT_ALLOWED);
	o.qty = 100;
	assert_int_equal(check(o), HT_REFUSED_GROSS);
}

/* -- O14 ------------------------------------------------------------------ */

static void one_fill_too_many_pauses(void **state)
{
	uint32_t i;

	for (i = 1; i < WORLD_FILLS; i++)
		risk_filled(&in, WORLD_LOCATE, w.now_ns);
	assert_int_equal(w.e->paused, HT_NO);
	assert_int_equal(check(order(1)), HT_ALLOWED);
	risk_filled(&in, WORLD_LOCATE, w.now_ns + 1);
	assert_int_equal(w.e->paused, HT_YES);
	/* a pause does not pass by itself */
	w.late_ns = 10 * SECOND_NS;
	assert_int_equal(check_at(by_hand(), w.now_ns + 10 * SECOND_NS),
			 HT_REFUSED_REPEATED);
	w.e->paused = HT_NO;
	assert_int_equal(check_at(by_hand(), w.now_ns + 10 * SECOND_NS),
			 HT_ALLOWED);
}

static void fills_that_are_far_apart_do_not(void **state)
{
	uint64_t now = w.now_ns;
	uint32_t i;

	for (i = 0; i < 5 * HT_FILLS; i++) {
		now += w.limit->fills_ns / (WORLD_FILLS - 1);
		risk_filled(&in, WORLD_LOCATE, now);
	}
	assert_int_equal(w.e->fills, 5 * HT_FILLS);
	assert_int_equal(w.e->paused, HT_YES);
	w.e->paused = HT_NO;
	w.e->fills = 0;
	for (i = 0; i < 5 * HT_FILLS; i++) {
		now += w.limit->fills_ns / (WORLD_FILLS - 1) + 1;
		risk_filled(&in, WORLD_LOCATE, now);
	}
	assert_int_equal(w.e->paused, HT_NO);
}

static void fills_without_limits_pause(void **state)
{
	w.rules->version = 0;
	risk_filled(&in, WORLD_LOCATE, w.now_ns);
	assert_int_equal(w.e->paused, HT_YES);
}

static void the_version_that_judged_is_told(void **state)
{
	assert_int_equal(check(order(1)), HT_ALLOWED);
	assert_int_equal(risk.version, 1);
	w.rules->version = 0;
	assert_int_equal(check(order(2)), HT_REFUSED_LIMITS);
	assert_int_equal(risk.version, 0);
}

/* -- New York ------------------------------------------------------------- */

static void midnight_in_new_york(void **state)
{
	const time_t hour = 3600;

	/* 2026-01-15 14:30 UTC is 9:30 EST, 2026-07-15 13:30 is 9:30 EDT */
	assert_int_equal(risk_since_midnight(1768487400), 9 * hour + 1800);
	assert_int_equal(risk_since_midnight(1784122200), 9 * hour + 1800);
	/* 2026-03-08: 1:59:59 EST, then 3:00 EDT */
	assert_int_equal(risk_since_midnight(1772953199), 2 * hour - 1);
	assert_int_equal(risk_since_midnight(1772953200), 3 * hour);
	/* 2026-11-01: 1:59:59 EDT, then 1:00 EST */
	assert_int_equal(risk_since_midnight(1793512799), 2 * hour - 1);
	assert_int_equal(risk_since_midnight(1793512800), 1 * hour);
	/* midnight itself */
	assert_int_equal(risk_since_midnight(1768453200), 0);
	assert_int_equal(risk_since_midnight(1768453199), 24 * hour - 1);
}

static void clock_is_told_to_the_kernel(void **state)
{
	uint64_t now = clock_ns();

	risk_clock(&risk, &in, now);
	assert_int_equal(risk.clock_ns, now);
	assert_true(risk.midnight_ns == w.gate->midnight_ns);
	assert_int_equal(risk.clock_synced, w.gate->clock_synced);
	assert_true((int64_t)now - risk.midnight_ns >= 0);
	assert_true((int64_t)now - risk.midnight_ns <
		    (int64_t)(24 * 3600 * SECOND_NS));
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
		T(by_hand_no_trigger_counts),
		T(by_hand_everything_else_does),
		T(by_hand_names_no_trigger),
		T(time_in_force_is_one_of_ouch),
		T(disarmed),
		T(disarmed_row_of_another_symbol),
		T(kill_wins_between_check_and_send),
		T(last_look_at_session_and_stop),
		T(times_of_the_future_refuse),
		T(clock_told_too_long_ago),
		T(book_that_stands_still_half_way),
		T(same_order_within_its_time),
		T(same_order_but_for_one_thing),
		T(symbols_have_rates_of_their_own),
		T(cancels_are_messages),
		T(more_cancels_than_the_ring_holds),
		T(a_replace_is_no_other_open_order),
		T(a_replace_gives_back_its_position),
		T(a_replace_of_what_is_not_open),
		T(a_replace_of_a_sell_is_covered_by_it),
		T(a_replace_of_a_sell_is_no_part_of_the_gross),
		T(one_fill_too_many_pauses),
		T(fills_that_are_far_apart_do_not),
		T(fills_without_limits_pause),
		T(the_version_that_judged_is_told),
		T(midnight_in_new_york),
		T(clock_is_told_to_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
