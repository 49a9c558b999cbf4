// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "gate_world.h"

#define SECOND	1000000000ull
#define DOLLAR	10000ull

static const struct ht_limit good_limit = {
	.enabled = HT_YES,
	.tick_e4 = 100,
	.max_qty = 1000,
	.collar_bps = 500,
	.max_through = 100,
	.rate = 50,
	.max_open = 10,
	.max_fills = WORLD_FILLS,
	.fills_ns = SECOND,
	.max_notional = 100000 * DOLLAR,
	.max_open_notional = 500000 * DOLLAR,
	.max_position = 5000,
};

static const struct ht_rule_set good_set = {
	.max_silence_ns = 100 * SECOND,
	.max_age_ns = 100 * SECOND,
	.session_silence_ns = 100 * SECOND,
	.max_rejects = 3,
	.max_backlog = 1000,
	.rate = 60,
	.session_rate = 70,
	.max_orders = 1000,
	.max_ratio = 200,
	.max_open = 20,
	.max_open_notional = 1000000 * DOLLAR,
	.max_gross = 2000000 * DOLLAR,
	.max_net = 1500000 * DOLLAR,
	.max_loss = 10000 * DOLLAR,
	.max_mark_ns = 100 * SECOND,
};

void world_make(struct gate_world *w, uint64_t now_ns)
{
	w->limit = &w->limits[HT_LOCATES];
	w->set = &w->rules->set[1];
	w->e = &w->exposures[WORLD_LOCATE];
	w->s = &w->symbols[WORLD_LOCATE];
	w->top = &w->tops[WORLD_LOCATE];
	*w->limit = good_limit;
	*w->rules = (struct ht_rules){ .version = 1, .set[1] = good_set };
	*w->gate = (struct ht_gate){
		.heartbeat_ns = now_ns,
		.heartbeat_max_ns = 100 * SECOND,
	};
	*w->account = (struct ht_account){
		.session = HT_SESSION_OPEN,
		.heard_ns = now_ns,
		.marked_ns = now_ns,
	};
	memcpy(w->e->symbol, "TEST", sizeof("TEST"));
	w->now_ns = now_ns;
	w->late_ns = 0;
	w->stopped = false;
	w->before = 0;
	w->side = HT_BID;
	w->px = 1001000;
	w->qty = 100;
	w->marks = 0;
}

void world_arm(struct gate_world *w)
{
	w->triggers[WORLD_ROW] = (struct ht_trigger){
		.name = "test",
		.symbol = "TEST",
		.state = HT_TRIGGER_ARMED,
		.rule[0] = {
			.locate = WORLD_LOCATE,
			.clauses = 1,
			.clause[0] = { HT_F_BID, HT_GE, 1 },
			.side = w->side,
			.price_from = HT_AT_LIMIT,
			.limit_px_e4 = w->px,
			.qty = w->qty,
			.marks = w->marks,
			.max_fires = UINT64_MAX,
		},
	};
	w->watches[WORLD_LOCATE].first = WORLD_ROW;
	if (w->stopped)
		w->gate->heartbeat_ns = 0;
}

uint64_t world_notional(const struct gate_world *w)
{
	return (uint64_t)w->px * w->qty;
}

void world_sells(struct gate_world *w, uint32_t px)
{
	w->side = HT_ASK;
	w->px = px;
	w->e->position = 1000;
}

void world_shorts(struct gate_world *w, uint32_t px)
{
	w->side = HT_ASK;
	w->px = px;
	w->marks = HT_ORDER_SHORT;
	w->limit->shorts = HT_SHORT_LOCATED;
}
