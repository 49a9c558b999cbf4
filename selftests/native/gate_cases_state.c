// SPDX-License-Identifier: GPL-2.0
/*
 * gate_cases_state - G1 to G7 and P1, each thing that can be wrong
 */
#include <string.h>

#include "gate_cases.h"

#define SECOND	1000000000ull

static void kill_symbol(struct gate_world *w, uint32_t i, const char *ticker)
{
	strncpy(w->kill->symbol[i], ticker, HT_TICKER - 1);
}

/* A row of its own, as good as the one for all. */
static void own_limits(struct gate_world *w, const char *ticker)
{
	struct ht_limit *own = &w->limits[HT_LOCATES + WORLD_LOCATE];

	*own = *w->limit;
	own->own = HT_YES;
	strncpy(own->symbol, ticker, HT_TICKER - 1);
}

/* Clocks are compared, and ours is `ns` ahead of the exchange's, 9:30. */
static void clock_off(struct gate_world *w, int64_t ns)
{
	w->set->max_skew_ns = SECOND;
	w->gate->clock_synced = 1;
	w->gate->midnight_ns = (int64_t)w->now_ns - ns -
			       34200 * (int64_t)SECOND;
}

static void killed(struct gate_world *w)
{
	w->kill->global = 1;
}

static void killed_session(struct gate_world *w)
{
	w->kill->session = 1;
}

static void killed_symbol(struct gate_world *w)
{
	kill_symbol(w, 0, "TEST");
	w->kill->count = 1;
}

static void killed_symbol_last(struct gate_world *w)
{
	kill_symbol(w, HT_KILL_SYMBOLS - 1, "TEST");
	w->kill->count = HT_KILL_SYMBOLS;
}

static void killed_another_symbol(struct gate_world *w)
{
	kill_symbol(w, 0, "TESTX");
	kill_symbol(w, 1, "TEST");
	w->kill->count = 1;
}

static void killed_list_full(struct gate_world *w)
{
	w->kill->count = HT_KILL_SYMBOLS + 1;
}

static void controller_stopped(struct gate_world *w)
{
	w->stopped = true;
}

static void limits_none(struct gate_world *w)
{
	w->rules->version = 0;
}

static void limits_of_another(struct gate_world *w)
{
	own_limits(w, "OTHER");
}

static void limits_of_its_own(struct gate_world *w)
{
	own_limits(w, "TEST");
	w->limit->enabled = HT_NO;
}

static void limits_own_torn(struct gate_world *w)
{
	own_limits(w, "TEST");
	w->limits[HT_LOCATES + WORLD_LOCATE].own = 2;
	memset(w->limits[HT_LOCATES + WORLD_LOCATE].symbol, 0, HT_TICKER);
}

static void session_reconciling(struct gate_world *w)
{
	w->account->session = HT_SESSION_RECONCILING;
}

static void session_never(struct gate_world *w)
{
	*w->account = (struct ht_account){0};
}

static void silent(struct gate_world *w)
{
	w->account->heard_ns = w->now_ns - w->set->session_silence_ns - 1;
}

static void silent_edge(struct gate_world *w)
{
	w->account->heard_ns = w->now_ns - 100;
	w->set->session_silence_ns = 100;
}

static void silent_never_heard(struct gate_world *w)
{
	w->account->heard_ns = 0;
	w->set->session_silence_ns = UINT64_MAX;
}

static void backlog(struct gate_world *w)
{
	w->account->backlog = w->set->max_backlog + 1;
}

static void backlog_edge(struct gate_world *w)
{
	w->account->backlog = w->set->max_backlog;
}

static void rejects(struct gate_world *w)
{
	w->account->rejects = w->set->max_rejects + 1;
}

static void rejects_edge(struct gate_world *w)
{
	w->account->rejects = w->set->max_rejects;
}

static void unanswered(struct gate_world *w)
{
	w->account->unanswered = 1;
}

static void not_enabled(struct gate_world *w)
{
	w->limit->enabled = HT_NO;
}

static void enabled_torn(struct gate_world *w)
{
	w->limit->enabled = 2;
}

static void restricted(struct gate_world *w)
{
	w->limit->restricted = HT_YES;
}

static void restricted_torn(struct gate_world *w)
{
	w->limit->restricted = 2;
}

static void test_symbol(struct gate_world *w)
{
	w->s->test = HT_YES;
}

static void no_directory(struct gate_world *w)
{
	memset(w->s->ticker, 0, sizeof(w->s->ticker));
}

static void feed_gap(struct gate_world *w)
{
	w->feed->state = HT_FEED_GAP;
	w->feed->tail = w->feed->expected + 10;
}

static void book_bad(struct gate_world *w)
{
	w->top->book = HT_BOOK_BAD;
}

static void feed_silent(struct gate_world *w)
{
	w->late_ns = 1000;
	w->set->max_silence_ns = 0;
}

static void feed_silent_edge(struct gate_world *w)
{
	w->late_ns = 1000;
	w->set->max_silence_ns = 1000;
}

static void feed_silent_by_one(struct gate_world *w)
{
	w->late_ns = 1001;
	w->set->max_silence_ns = 1000;
}

static void stale(struct gate_world *w)
{
	w->late_ns = 1000;
	w->set->max_age_ns = 0;
}

static void stale_edge(struct gate_world *w)
{
	w->late_ns = 1000;
	w->set->max_age_ns = 1000;
}

static void stale_by_one(struct gate_world *w)
{
	w->late_ns = 1001;
	w->set->max_age_ns = 1000;
}

static void clock_ahead(struct gate_world *w)
{
	clock_off(w, 2 * (int64_t)SECOND);
}

static void clock_behind(struct gate_world *w)
{
	clock_off(w, -2 * (int64_t)SECOND);
}

static void clock_edge(struct gate_world *w)
{
	clock_off(w, SECOND);
}

static void clock_good(struct gate_world *w)
{
	clock_off(w, 0);
}

static void clock_not_synchronised(struct gate_world *w)
{
	clock_off(w, 0);
	w->gate->clock_synced = 0;
}

static void clock_never_told(struct gate_world *w)
{
	w->set->max_skew_ns = SECOND;
}

static void phase_before(struct gate_world *w)
{
	w->feed->phase = HT_PHASE_SYSTEM;
}

static void phase_after(struct gate_world *w)
{
	w->feed->phase = HT_PHASE_AFTER;
}

static void mwcb(struct gate_world *w)
{
	w->feed->mwcb_level = 1;
}

static void halted(struct gate_world *w)
{
	w->s->state = HT_SYMBOL_HALTED;
}

static void quotation(struct gate_world *w)
{
	w->s->state = HT_SYMBOL_QUOTATION;
}

static void nasdaq_halt(struct gate_world *w)
{
	w->s->nasdaq_halt = HT_YES;
}

const struct gate_case gate_cases_state[] = {
	{ "killed", HT_REFUSED_KILLED, killed, 0 },
	{ "killed_session", HT_REFUSED_KILLED_SESSION, killed_session, 0 },
	{ "killed_symbol", HT_REFUSED_KILLED_SYMBOL, killed_symbol, 0 },
	{ "killed_symbol_last", HT_REFUSED_KILLED_SYMBOL,
	  killed_symbol_last, 0 },
	{ "killed_another_symbol", HT_ALLOWED, killed_another_symbol, 0 },
	{ "killed_list_full", HT_REFUSED_KILLED_SYMBOL, killed_list_full, 0 },
	{ "controller_stopped", HT_REFUSED_CONTROLLER, controller_stopped, 0 },
	{ "limits_none", HT_REFUSED_LIMITS, limits_none, 0 },
	{ "limits_of_another", HT_REFUSED_LIMITS, limits_of_another, 0 },
	{ "limits_of_its_own", HT_ALLOWED, limits_of_its_own, 0 },
	{ "limits_own_torn", HT_REFUSED_LIMITS, limits_own_torn, 0 },
	{ "session_reconciling", HT_REFUSED_SESSION, session_reconciling, 0 },
	{ "session_never", HT_REFUSED_SESSION, session_never, 0 },
	{ "silent", HT_REFUSED_SILENT, silent, 0 },
	{ "silent_edge", HT_ALLOWED, silent_edge, CASE_TIMED },
	{ "silent_never_heard", HT_REFUSED_SILENT, silent_never_heard, 0 },
	{ "backlog", HT_REFUSED_BACKLOG, backlog, 0 },
	{ "backlog_edge", HT_ALLOWED, backlog_edge, 0 },
	{ "rejects", HT_REFUSED_REJECTS, rejects, 0 },
	{ "rejects_edge", HT_ALLOWED, rejects_edge, 0 },
	{ "unanswered", HT_REFUSED_UNANSWERED, unanswered, 0 },
	{ "not_enabled", HT_REFUSED_NOT_ENABLED, not_enabled, 0 },
	{ "enabled_torn", HT_REFUSED_NOT_ENABLED, enabled_torn, 0 },
	{ "restricted", HT_REFUSED_RESTRICTED, restricted, 0 },
	{ "restricted_torn", HT_REFUSED_RESTRICTED, restricted_torn, 0 },
	{ "test_symbol", HT_REFUSED_TEST, test_symbol, 0 },
	{ "no_directory", HT_REFUSED_TEST, no_directory, 0 },
	{ "feed_gap", HT_REFUSED_FEED, feed_gap, 0 },
	{ "book_bad", HT_REFUSED_BOOK, book_bad, 0 },
	{ "feed_silent", HT_REFUSED_FEED_SILENT, feed_silent, 0 },
	{ "feed_silent_edge", HT_ALLOWED, feed_silent_edge, CASE_TIMED },
	{ "feed_silent_by_one", HT_REFUSED_FEED_SILENT,
	  feed_silent_by_one, CASE_TIMED },
	{ "stale", HT_REFUSED_STALE, stale, 0 },
	{ "stale_edge", HT_ALLOWED, stale_edge, CASE_TIMED },
	{ "stale_by_one", HT_REFUSED_STALE, stale_by_one, CASE_TIMED },
	{ "clock_ahead", HT_REFUSED_CLOCK, clock_ahead, 0 },
	{ "clock_behind", HT_REFUSED_CLOCK, clock_behind, 0 },
	{ "clock_edge", HT_ALLOWED, clock_edge, CASE_TIMED },
	{ "clock_good", HT_ALLOWED, clock_good, 0 },
	{ "clock_not_synchronised", HT_REFUSED_CLOCK,
	  clock_not_synchronised, 0 },
	{ "clock_never_told", HT_REFUSED_CLOCK, clock_never_told, 0 },
	{ "phase_before", HT_REFUSED_PHASE, phase_before, 0 },
	{ "phase_after", HT_REFUSED_PHASE, phase_after, 0 },
	{ "mwcb", HT_REFUSED_MWCB, mwcb, 0 },
	{ "halted", HT_REFUSED_HALTED, halted, 0 },
	{ "quotation", HT_REFUSED_HALTED, quotation, 0 },
	{ "nasdaq_halt", HT_REFUSED_HALTED, nasdaq_halt, 0 },
	{ NULL, HT_ALLOWED, NULL, 0 }
};
