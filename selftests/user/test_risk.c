// SPDX-License-Identifier: GPL-2.0
/*
 * user/risk.c: the state of everything, and what was before, each reason to refuse and its neighbour that passes
 *
 * Each test takes the good event in the good market, and moves one thing.
 */
#include <string.h>

#include "../../user/clock.h"
#include "../../user/ouch.h"
#include "risk_world.h"

static void the_good_event_passes(void **state)
{
	struct world *w = *state;

	expect(w, HT_ALLOWED);
	assert_int_equal(w->risk.allowed, 1);
}

static void a_stopped_controller_refuses(void **state)
{
	struct world *w = *state;

	w->risk.stopped = true;
	expect(w, HT_REFUSED_CONTROLLER);
}

static void feed_must_be_live_then_and_now(void **state)
{
	struct world *w = *state;

	w->e.feed = HT_FEED_GAP;
	expect(w, HT_REFUSED_FEED);
	w->e.feed = HT_FEED_LIVE;
	w->feed.state = HT_FEED_GAP;
	expect(w, HT_REFUSED_FEED);
	w->feed.state = HT_FEED_ENDED;
	expect(w, HT_REFUSED_FEED);
	w->feed.state = HT_FEED_LIVE;
	expect(w, HT_ALLOWED);
}

static void market_must_be_open(void **state)
{
	struct world *w = *state;

	w->feed.phase = HT_PHASE_SYSTEM;
	expect(w, HT_REFUSED_PHASE);
	w->feed.phase = HT_PHASE_AFTER;
	expect(w, HT_REFUSED_PHASE);
	w->feed.phase = HT_PHASE_MARKET;
	expect(w, HT_ALLOWED);
}

static void circuit_breaker_refuses(void **state)
{
	struct world *w = *state;

	w->feed.mwcb_level = 1;
	expect(w, HT_REFUSED_MWCB);
	w->feed.mwcb_level = 0;
	expect(w, HT_ALLOWED);
}

static void symbol_must_trade_then_and_now(void **state)
{
	struct world *w = *state;

	w->e.state = HT_SYMBOL_QUOTATION;
	expect(w, HT_REFUSED_HALTED);
	w->e.state = HT_SYMBOL_TRADING;
	w->symbol->state = HT_SYMBOL_PAUSED;
	expect(w, HT_REFUSED_HALTED);
	w->symbol->state = HT_SYMBOL_TRADING;
	w->symbol->nasdaq_halt = HT_YES;
	expect(w, HT_REFUSED_HALTED);
	w->symbol->nasdaq_halt = HT_NO;
	expect(w, HT_ALLOWED);
}

static void test_symbol_refuses(void **state)
{
	struct world *w = *state;

	w->symbol->test = HT_YES;
	expect(w, HT_REFUSED_TEST);
	w->symbol->test = HT_NO;
	expect(w, HT_ALLOWED);
}

static void bad_book_refuses(void **state)
{
	struct world *w = *state;

	w->top->book = HT_BOOK_BAD;
	expect(w, HT_REFUSED_BOOK);
	w->top->book = HT_BOOK_OK;
	expect(w, HT_ALLOWED);
}

static void price_zero_is_no_price(void **state)
{
	struct world *w = *state;

	w->e.px = 0;
	expect(w, HT_REFUSED_NO_PRICE);
}

static void trigger_must_be_armed(void **state)
{
	struct world *w = *state;

	w->trigger->state = HT_TRIGGER_FREE;
	expect(w, HT_REFUSED_DISARMED);
	w->trigger->state = HT_TRIGGER_DISARMED;
	expect(w, HT_REFUSED_DISARMED);
	w->trigger->state = HT_TRIGGER_FAULT;
	expect(w, HT_REFUSED_DISARMED);
	w->trigger->state = HT_TRIGGER_SPENT;
	expect(w, HT_ALLOWED);
	w->trigger->state = HT_TRIGGER_ARMED;
	expect(w, HT_ALLOWED);
}

static void fire_of_an_earlier_arming_refuses(void **state)
{
	struct world *w = *state;

	w->trigger->base = 1;
	expect(w, HT_REFUSED_DISARMED);
	w->e.fires = 2;
	expect(w, HT_ALLOWED);
}

static void row_used_for_another_symbol_refuses(void **state)
{
	struct world *w = *state;

	w->trigger->rule[1].locate = LOCATE + 1;
	expect(w, HT_REFUSED_DISARMED);
}

/* A locate that means another ticker now, or meant none when it was watched. */
static void another_ticker_refuses(void **state)
{
	struct world *w = *state;

	w->e.symbol[4] = 'X';
	expect(w, HT_REFUSED_VALUES);
	w->e.symbol[3] = w->e.symbol[4] = 0;
	expect(w, HT_REFUSED_VALUES);
	good_event(&w->e);
	memcpy(w->trigger->symbol, "#13\0", 5);
	expect(w, HT_REFUSED_VALUES);
	memcpy(w->e.symbol, "#13\0", 5);
	expect(w, HT_REFUSED_VALUES);
}

static void edit_after_the_fire_passes(void **state)
{
	struct world *w = *state;

	w->trigger->version = 2;
	w->trigger->rule[0].locate = LOCATE;
	expect(w, HT_ALLOWED);
}

static void age_has_a_limit(void **state)
{
	struct world *w = *state;

	w->e.entry_ns = NOW_NS - w->rules->max_age_ns;
	expect(w, HT_ALLOWED);
	w->e.entry_ns--;
	expect(w, HT_REFUSED_STALE);
	w->e.entry_ns = NOW_NS;
	expect(w, HT_ALLOWED);
	w->e.entry_ns++;
	expect(w, HT_REFUSED_STALE);
}

/* A ring outlives its controller: what one killed had taken comes again. */
static void events_of_an_earlier_controller_refuse(void **state)
{
	struct world *w = *state;

	w->risk.since_ns = w->e.entry_ns;
	assert_int_equal(check(w, &w->e, NOW_NS),
			 HT_ALLOWED);
	w->e.seq++;
	w->e.entry_ns--;
	assert_int_equal(check(w, &w->e, NOW_NS),
			 HT_REFUSED_STALE);
}

static void same_sequence_is_a_duplicate(void **state)
{
	struct world *w = *state;
	struct ht_event other = w->e;

	expect(w, HT_ALLOWED);
	assert_int_equal(check(w, &w->e, NOW_NS),
			 HT_REFUSED_DUPLICATE);
	w->e.seq--;
	assert_int_equal(check(w, &w->e, NOW_NS),
			 HT_REFUSED_DUPLICATE);
	w->e.seq += 2;
	assert_int_equal(check(w, &w->e, NOW_NS),
			 HT_ALLOWED);
	/* another trigger may act on the same message */
	other.trigger = ROW + 1;
	w->in.triggers[ROW + 1] = *w->trigger;
	assert_int_equal(check(w, &other, NOW_NS),
			 HT_ALLOWED);
}

/* Another session counts from 1 again. */
static void a_book_begun_anew_has_no_duplicates(void **state)
{
	struct world *w = *state;

	expect(w, HT_ALLOWED);
	w->e.seq = 1;
	assert_int_equal(check(w, &w->e, NOW_NS),
			 HT_REFUSED_DUPLICATE);
	w->in.feed->joins++;
	assert_int_equal(check(w, &w->e, NOW_NS),
			 HT_ALLOWED);
	assert_int_equal(check(w, &w->e, NOW_NS),
			 HT_REFUSED_DUPLICATE);
}

static void a_refused_event_is_no_duplicate(void **state)
{
	struct world *w = *state;

	w->e.qty = w->limit->max_qty + 1;
	expect(w, HT_REFUSED_MAX_QTY);
	w->e.qty = 1;
	assert_int_equal(check(w, &w->e, NOW_NS),
			 HT_ALLOWED);
}

static enum ht_refusal next_at(struct world *w, uint64_t now_ns)
{
	w->e.seq++;
	w->e.entry_ns = now_ns;
	return check(w, &w->e, now_ns);
}

static void rate_has_a_limit(void **state)
{
	struct world *w = *state;
	uint32_t i;

	w->limit->rate = w->rules->session_rate = UINT32_MAX;
	for (i = 0; i < w->rules->rate; i++)
		assert_int_equal(next_at(w, NOW_NS), HT_ALLOWED);
	assert_int_equal(next_at(w, NOW_NS), HT_REFUSED_RATE);
	assert_int_equal(next_at(w, NOW_NS + SECOND_NS - 1), HT_REFUSED_RATE);
	assert_int_equal(next_at(w, NOW_NS + SECOND_NS), HT_ALLOWED);
	for (i = 1; i < w->rules->rate; i++)
		assert_int_equal(next_at(w, NOW_NS + SECOND_NS + i),
				 HT_ALLOWED);
	/* half a second's worth later is not a burst on top */
	assert_int_equal(next_at(w, NOW_NS + 2 * SECOND_NS - 1),
			 HT_REFUSED_RATE);
	/* ten idle seconds do not save up */
	for (i = 0; i < w->rules->rate; i++)
		assert_int_equal(next_at(w, NOW_NS + 10 * SECOND_NS),
				 HT_ALLOWED);
	assert_int_equal(next_at(w, NOW_NS + 10 * SECOND_NS), HT_REFUSED_RATE);
}

static void an_event_that_names_nothing_refuses(void **state)
{
	struct world *w = *state;

	w->e.trigger = 0;
	expect(w, HT_REFUSED_VALUES);
	w->e.seq = 0;
	expect(w, HT_REFUSED_VALUES);
	good_event(&w->e);
	w->e.trigger = HT_TRIGGERS;
	expect(w, HT_REFUSED_VALUES);
	good_event(&w->e);
	w->e.locate = 0;
	expect(w, HT_REFUSED_VALUES);
	w->e.locate = HT_LOCATES;
	expect(w, HT_REFUSED_VALUES);
	good_event(&w->e);
	w->e.side = (enum ht_side)2;
	expect(w, HT_REFUSED_VALUES);
	good_event(&w->e);
	w->e.seq = 0;
	expect(w, HT_REFUSED_VALUES);
	w->e.seq = OUCH_SEQ_MAX;
	expect(w, HT_ALLOWED);
	w->e.seq++;
	expect(w, HT_REFUSED_VALUES);
	good_event(&w->e);
	memset(w->e.symbol, 0, sizeof(w->e.symbol));
	expect(w, HT_REFUSED_VALUES);
	memcpy(w->trigger->symbol, "EIGHTLET", 8);
	memcpy(w->e.symbol, "EIGHTLET", 8);
	memcpy(w->symbol->ticker, "EIGHTLET", 8);
	expect(w, HT_ALLOWED);
	w->e.symbol[8] = 'X';
	expect(w, HT_REFUSED_VALUES);
	memset(w->e.symbol, 'X', sizeof(w->e.symbol));
	expect(w, HT_REFUSED_VALUES);
	good_event(&w->e);
	w->e.symbol[1] = '\033';
	expect(w, HT_REFUSED_VALUES);
}

/* Everything is wrong at once: the reasons come in the contract's order. */
static void first_failure_wins(void **state)
{
	struct world *w = *state;

	w->feed.state = HT_FEED_BAD;
	w->feed.phase = HT_PHASE_CLOSED;
	w->trigger->state = HT_TRIGGER_DISARMED;
	w->e.entry_ns = 0;
	w->e.qty = w->limit->max_qty + 1;
	expect(w, HT_REFUSED_FEED);
	w->feed.state = HT_FEED_LIVE;
	expect(w, HT_REFUSED_STALE);
	w->e.entry_ns = NOW_NS;
	expect(w, HT_REFUSED_PHASE);
	w->feed.phase = HT_PHASE_MARKET;
	expect(w, HT_REFUSED_MAX_QTY);
	w->e.qty--;
	expect(w, HT_REFUSED_DISARMED);
	w->trigger->state = HT_TRIGGER_ARMED;
	expect(w, HT_ALLOWED);
}

static void refusals_are_counted_by_reason(void **state)
{
	struct world *w = *state;

	w->e.px = 0;
	expect(w, HT_REFUSED_NO_PRICE);
	assert_int_equal(w->risk.refused[HT_REFUSED_NO_PRICE], 1);
	assert_int_equal(w->risk.allowed, 0);
	good_event(&w->e);
	expect(w, HT_ALLOWED);
	risk_withdraw(&w->risk, HT_REFUSED_TRANSPORT);
	assert_int_equal(w->risk.refused[HT_REFUSED_TRANSPORT], 1);
	assert_int_equal(w->risk.allowed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_good_event_passes),
		T(a_stopped_controller_refuses),
		T(feed_must_be_live_then_and_now),
		T(market_must_be_open),
		T(circuit_breaker_refuses),
		T(symbol_must_trade_then_and_now),
		T(test_symbol_refuses),
		T(bad_book_refuses),
		T(price_zero_is_no_price),
		T(trigger_must_be_armed),
		T(fire_of_an_earlier_arming_refuses),
		T(row_used_for_another_symbol_refuses),
		T(another_ticker_refuses),
		T(edit_after_the_fire_passes),
		T(age_has_a_limit),
		T(events_of_an_earlier_controller_refuse),
		T(same_sequence_is_a_duplicate),
		T(a_book_begun_anew_has_no_duplicates),
		T(a_refused_event_is_no_duplicate),
		T(rate_has_a_limit),
		T(an_event_that_names_nothing_refuses),
		T(first_failure_wins),
		T(refusals_are_counted_by_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
