// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "gate_native.h"
#include "native.h"
#include "../../user/risk.h"

#define WORLD_BEGAN_NS	1000000000000ull	/* ages have room below it */

static uint64_t refused_by(enum ht_refusal reason)
{
	switch (reason) {
#define X(id, field, rule, words)					\
	case HT_REFUSED_##id:						\
		return native_counters.refused_##field;
	HT_KERNEL_REFUSALS(X)
#undef X
	default:
		return 0;
	}
}

static uint64_t refused_at_all(void)
{
	uint64_t sum = 0;

#define X(id, field, rule, words) sum += native_counters.refused_##field;
	HT_KERNEL_REFUSALS(X)
#undef X
	return sum;
}

void world_native(struct gate_world *w)
{
	*w = (struct gate_world){
		.feed = &native_feed,
		.gate = &native_gate,
		.kill = &native_kill,
		.limits = native_limits,
		.rules = &native_rules,
		.account = &native_account,
		.exposures = native_exposures,
		.symbols = native_symbols,
		.tops = native_tops,
		.triggers = native_triggers,
		.watches = native_watches,
	};
	native_reset(NATIVE_ROOMY);
	native_now_ns = WORLD_BEGAN_NS;
	native_message(msg_event('Q'));
	native_message(msg_directory(WORLD_LOCATE, "TEST", 'P'));
	native_message(msg_trading(WORLD_LOCATE, 'T'));
	native_message(msg_add(WORLD_LOCATE, 1, 'B', 300, 999000));
	native_message(msg_add(WORLD_LOCATE, 2, 'S', 500, 1001000));
	world_make(w, native_now_ns);
}

/* One more share at the bid makes the trigger look. */
static void bid_again(struct gate_world *w)
{
	static uint64_t ref = 100;

	native_message(msg_add(WORLD_LOCATE, ref++, 'B', 1, 999000));
}

enum ht_refusal world_fire(struct gate_world *w)
{
	struct ht_trigger *t = &w->triggers[WORLD_ROW];
	uint32_t i;

	world_arm(w);
	native_late_ns = w->late_ns;
	for (i = 0; i < w->before; i++)
		bid_again(w);
	assert_int_equal(native_events, w->before);
	bid_again(w);
	assert_int_equal(native_events + refused_at_all(), w->before + 1);
	assert_int_equal(t->fires, native_events);
	assert_int_equal(t->refused, refused_at_all());
	if (!t->refused)
		return HT_ALLOWED;
	assert_int_equal(refused_by(t->last_refusal), 1);
	return t->last_refusal;
}

struct instance world_instance(const struct gate_world *w)
{
	return (struct instance){
		.feed = w->feed,
		.gate = w->gate,
		.kill = w->kill,
		.limits = w->limits,
		.rules = w->rules,
		.account = w->account,
		.exposures = w->exposures,
		.symbols = w->symbols,
		.tops = w->tops,
		.triggers = w->triggers,
		.watches = w->watches,
	};
}

struct ht_event world_event(const struct gate_world *w, uint64_t seq)
{
	struct ht_event e = {
		.seq = seq,
		.entry_ns = w->now_ns,
		.fires = seq,
		.trigger = WORLD_ROW,
		.locate = WORLD_LOCATE,
		.qty = w->qty,
		.px = w->px,
		.side = w->side,
		.feed = w->feed->state,
		.state = w->s->state,
		.symbol = "TEST",
		.marks = w->marks,
	};

	return e;
}

enum ht_refusal world_judge(struct gate_world *w)
{
	static struct risk risk;
	struct instance in = world_instance(w);
	struct ht_event e;
	struct risk_order o;
	uint32_t i;

	world_arm(w);
	risk_init(&risk);
	risk.stopped = w->stopped;
	risk.midnight_ns = w->gate->midnight_ns;
	risk.clock_synced = w->gate->clock_synced;
	risk.clock_ns = w->now_ns;
	for (i = 1; i <= w->before; i++) {
		e = world_event(w, i);
		o = risk_order_of(&e);
		assert_int_equal(risk_check(&risk, &in, &o,
					    w->now_ns + w->late_ns),
				 HT_ALLOWED);
	}
	e = world_event(w, i);
	o = risk_order_of(&e);
	return risk_check(&risk, &in, &o, w->now_ns + w->late_ns);
}
