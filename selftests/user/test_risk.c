// SPDX-License-Identifier: GPL-2.0
/*
 * user/risk.c: every reason to refuse, and its neighbour that passes
 *
 * Each test takes the good event in the good market, and moves one thing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/clock.h"
#include "../../user/instance.h"
#include "../../user/limits.h"
#include "../../user/ouch.h"
#include "../../user/risk.h"

enum { ROW = 5, LOCATE = 13 };

#define NOW_NS		5000000000ull

struct world {
	struct instance in;
	struct risk risk;
	struct ht_event e;
	struct ht_feed feed;
	struct ht_gate gate;
	struct ht_kill kill;
	struct ht_rules all_rules;
	struct ht_account account;
	struct ht_limit *limit;		/* in force for every symbol, */
	struct ht_rule_set *rules;	/* and for all orders */
	struct ht_top *top;
	struct ht_symbol *symbol;
	struct ht_trigger *trigger;
};

static void good_event(struct ht_event *e)
{
	*e = (struct ht_event){
		.seq = 12345, .entry_ns = NOW_NS - 1000, .fires = 1,
		.trigger = ROW, .version = 1, .locate = LOCATE,
		.qty = 100, .px = 1000000, .side = HT_BID,
		.feed = HT_FEED_LIVE, .state = HT_SYMBOL_TRADING,
		.bid = { .px_e4 = 999000, .orders = 2, .qty = 300 },
		.ask = { .px_e4 = 1001000, .orders = 1, .qty = 200 },
		.symbol = "AAPL",
	};
}

/* What `load` puts in force, as far as these tests are about it. */
static void good_limits(struct world *w)
{
	w->limit = &w->in.limits[HT_LOCATES];
	w->rules = &w->all_rules.set[1];
	limits_defaults(w->limit, w->rules, true);
	w->rules->session_silence_ns = w->rules->max_mark_ns = UINT64_MAX;
	w->rules->max_silence_ns = UINT64_MAX;
	w->rules->duplicate_ns = 0;
	w->rules->max_gross = w->rules->max_net = UINT64_MAX;
	w->rules->max_open_notional = UINT64_MAX;
	w->limit->max_open_notional = UINT64_MAX;
	w->limit->max_position = UINT64_MAX;
	w->limit->max_through = UINT32_MAX;
	w->all_rules.version = 1;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->in.feed = &w->feed;
	w->in.gate = &w->gate;
	w->in.kill = &w->kill;
	w->in.rules = &w->all_rules;
	w->in.account = &w->account;
	w->in.limits = calloc(2 * HT_LOCATES, sizeof(*w->in.limits));
	w->in.exposures = calloc(HT_LOCATES, sizeof(*w->in.exposures));
	assert_non_null(w->in.limits);
	assert_non_null(w->in.exposures);
	w->in.tops = calloc(HT_LOCATES, sizeof(*w->in.tops));
	w->in.symbols = calloc(HT_LOCATES, sizeof(*w->in.symbols));
	w->in.triggers = calloc(HT_TRIGGERS, sizeof(*w->in.triggers));
	assert_non_null(w->in.tops);
	assert_non_null(w->in.symbols);
	assert_non_null(w->in.triggers);
	w->top = &w->in.tops[LOCATE];
	w->symbol = &w->in.symbols[LOCATE];
	w->trigger = &w->in.triggers[ROW];
	w->feed.state = HT_FEED_LIVE;
	w->feed.phase = HT_PHASE_MARKET;
	w->symbol->state = HT_SYMBOL_TRADING;
	memcpy(w->symbol->ticker, "AAPL", 4);
	w->symbol->round_lot = 100;
	w->feed.last_ns = NOW_NS;
	w->trigger->state = HT_TRIGGER_ARMED;
	w->trigger->version = 1;
	w->trigger->rule[1].locate = LOCATE;
	memcpy(w->trigger->symbol, "AAPL", 4);
	good_limits(w);
	w->account.session = HT_SESSION_OPEN;
	w->account.heard_ns = w->account.marked_ns = NOW_NS;
	risk_init(&w->risk);
	good_event(&w->e);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	free(w->in.limits);
	free(w->in.exposures);
	free(w->in.tops);
	free(w->in.symbols);
	free(w->in.triggers);
	free(w);
	return 0;
}

/* The event's book is still the book. */
static enum ht_refusal check(struct world *w, const struct ht_event *e,
			     uint64_t now_ns)
{
	struct risk_order o = risk_order_of(e);

	if (e->locate < HT_LOCATES) {
		w->in.tops[e->locate].bid = e->bid;
		w->in.tops[e->locate].ask = e->ask;
	}
	return risk_check(&w->risk, &w->in, &o, now_ns);
}

/* Judges the event as if it were the first one of a fresh controller. */
static enum ht_refusal judge(struct world *w)
{
	bool stopped = w->risk.stopped;

	risk_init(&w->risk);
	w->risk.stopped = stopped;
	return check(w, &w->e, NOW_NS);
}

#define expect(w, refusal) assert_int_equal(judge(w), refusal)

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

static void quantity_is_what_ouch_allows(void **state)
{
	struct world *w = *state;

	w->limit->max_qty = UINT32_MAX;
	w->limit->max_notional = UINT64_MAX;
	w->e.qty = 0;
	expect(w, HT_REFUSED_VALUES);
	w->e.qty = 1;
	expect(w, HT_ALLOWED);
	w->e.qty = OUCH_QTY_MAX;
	expect(w, HT_ALLOWED);
	w->e.qty++;
	expect(w, HT_REFUSED_VALUES);
}

static void price_is_what_ouch_allows(void **state)
{
	struct world *w = *state;

	w->limit->max_notional = UINT64_MAX;
	w->e.bid.px_e4 = OUCH_PRICE_MAX;
	w->e.ask.px_e4 = OUCH_PRICE_MAX;
	w->e.px = OUCH_PRICE_MAX;
	expect(w, HT_ALLOWED);
	w->e.px += 100;
	expect(w, HT_REFUSED_VALUES);
	w->e.px = 0x7fffffff;
	expect(w, HT_REFUSED_VALUES);
	w->e.px = UINT32_MAX;
	expect(w, HT_REFUSED_VALUES);
}

static void tick_is_a_cent_from_one_dollar_up(void **state)
{
	struct world *w = *state;

	w->e.px = 1000001;
	expect(w, HT_REFUSED_TICK);
	w->e.px = 1000100;
	expect(w, HT_ALLOWED);
	w->e.bid.px_e4 = 9998;
	w->e.ask.px_e4 = 10000;
	w->e.px = 9999;
	expect(w, HT_ALLOWED);
	w->e.px = 10000;
	expect(w, HT_ALLOWED);
	w->e.px = 10001;
	expect(w, HT_REFUSED_TICK);
}

static void quantity_has_a_limit(void **state)
{
	struct world *w = *state;

	w->e.qty = w->limit->max_qty;
	expect(w, HT_ALLOWED);
	w->e.qty++;
	expect(w, HT_REFUSED_MAX_QTY);
}

static void notional_has_a_limit(void **state)
{
	struct world *w = *state;

	w->limit->max_notional = 100ull * 1000000;
	expect(w, HT_ALLOWED);
	w->limit->max_notional--;
	expect(w, HT_REFUSED_MAX_NOTIONAL);
}

/* 999,999 shares at the highest price need 51 bits. */
static void notional_does_not_wrap(void **state)
{
	struct world *w = *state;

	w->limit->max_qty = OUCH_QTY_MAX;
	w->e.qty = OUCH_QTY_MAX;
	w->e.px = OUCH_PRICE_MAX;
	w->e.bid.px_e4 = OUCH_PRICE_MAX;
	w->e.ask.px_e4 = OUCH_PRICE_MAX;
	w->limit->max_notional = OUCH_QTY_MAX * OUCH_PRICE_MAX;
	expect(w, HT_ALLOWED);
	w->limit->max_notional--;
	expect(w, HT_REFUSED_MAX_NOTIONAL);
}

/* The mid is $100: 500 bps are five dollars. */
static void collar_is_around_the_mid(void **state)
{
	struct world *w = *state;

	w->e.px = 1050000;
	expect(w, HT_ALLOWED);
	w->e.px = 1050100;
	expect(w, HT_REFUSED_COLLAR);
	w->e.px = 950000;
	expect(w, HT_ALLOWED);
	w->e.px = 949900;
	expect(w, HT_REFUSED_COLLAR);
	/* a mid between two ticks: 100.0050 +- 5.00025 */
	w->e.ask.px_e4 = 1001100;
	w->e.px = 1050000;
	expect(w, HT_ALLOWED);
	w->e.px = 1050100;
	expect(w, HT_REFUSED_COLLAR);
}

static void collar_allows_the_touch(void **state)
{
	struct world *w = *state;

	w->e.px = w->e.ask.px_e4;
	expect(w, HT_ALLOWED);
	w->e.side = HT_ASK;
	w->in.exposures[LOCATE].position = w->e.qty;
	w->e.px = w->e.bid.px_e4;
	expect(w, HT_ALLOWED);
}

static void collar_of_zero_is_the_mid_itself(void **state)
{
	struct world *w = *state;

	w->limit->collar_bps = 0;
	expect(w, HT_ALLOWED);
	w->e.px = 1000100;
	expect(w, HT_REFUSED_COLLAR);
}

/* Without one the last trade of today counts, and without that nothing does. */
static void collar_needs_a_two_sided_book(void **state)
{
	struct world *w = *state;

	w->e.bid = (struct ht_quote){0};
	expect(w, HT_REFUSED_NO_REFERENCE);
	good_event(&w->e);
	w->e.ask = (struct ht_quote){0};
	expect(w, HT_REFUSED_NO_REFERENCE);
	good_event(&w->e);
	w->e.bid.px_e4 = w->e.ask.px_e4;
	expect(w, HT_ALLOWED);
	w->e.bid.px_e4++;
	expect(w, HT_REFUSED_NO_REFERENCE);
	w->symbol->trades = 1;
	w->symbol->last_px_e4 = 1000000;
	expect(w, HT_ALLOWED);
	w->e.px = 1050100;
	expect(w, HT_REFUSED_COLLAR);
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

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

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
		T(quantity_is_what_ouch_allows),
		T(price_is_what_ouch_allows),
		T(tick_is_a_cent_from_one_dollar_up),
		T(quantity_has_a_limit),
		T(notional_has_a_limit),
		T(notional_does_not_wrap),
		T(collar_is_around_the_mid),
		T(collar_allows_the_touch),
		T(collar_of_zero_is_the_mid_itself),
		T(collar_needs_a_two_sided_book),
		T(rate_has_a_limit),
		T(an_event_that_names_nothing_refuses),
		T(first_failure_wins),
		T(refusals_are_counted_by_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
