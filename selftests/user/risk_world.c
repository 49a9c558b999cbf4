// SPDX-License-Identifier: GPL-2.0
#include "risk_world.h"

#include <stdlib.h>
#include <string.h>

#include "../../user/limits.h"

void good_event(struct ht_event *e)
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

int world_setup(void **state)
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

int world_teardown(void **state)
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

enum ht_refusal check(struct world *w, const struct ht_event *e,
		      uint64_t now_ns)
{
	struct risk_order o = risk_order_of(e);

	if (e->locate < HT_LOCATES) {
		w->in.tops[e->locate].bid = e->bid;
		w->in.tops[e->locate].ask = e->ask;
	}
	return risk_check(&w->risk, &w->in, &o, now_ns);
}

enum ht_refusal judge(struct world *w)
{
	bool stopped = w->risk.stopped;

	risk_init(&w->risk);
	w->risk.stopped = stopped;
	return check(w, &w->e, NOW_NS);
}
