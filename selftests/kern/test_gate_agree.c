// SPDX-License-Identifier: GPL-2.0
/*
 * Random worlds before both gates and a third one, written for clarity: all
 * must give the same reason.  SEED in the environment repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "gate_cases.h"
#include "gate_native.h"
#include "native.h"
#include "reference/gate.h"

enum { WORLDS = 20000, CHANGES = 6 };

static struct gate_world world;
static uint64_t seed, random_state;

static uint32_t below(uint32_t n)
{
	return random_below(&random_state, n);
}

/* One of a few places around `at`, or anything up to twice of it. */
static uint64_t near(uint64_t at)
{
	uint64_t around = at + below(5) - 2;

	if (below(4))
		return at >= 2 ? around : below(4);
	return at ? random_next(&random_state) % (2 * at) : 0;
}

static int64_t near_signed(uint64_t at)
{
	return below(2) ? (int64_t)near(at) : -(int64_t)near(at);
}

static void some_account(struct gate_world *w)
{
	struct ht_account *a = w->account;
	uint64_t order = world_notional(w);

	switch (below(12)) {
	case 0: a->backlog = (uint32_t)near(w->set->max_backlog); break;
	case 1: a->rejects = (uint32_t)near(w->set->max_rejects); break;
	case 2: a->unanswered = below(2); break;
	case 3: a->orders = (uint32_t)near(w->set->max_orders); break;
	case 4:
		a->orders = (uint32_t)near(100);
		a->changes = (uint32_t)near(200);
		break;
	case 5: a->open_orders = (uint32_t)near(w->set->max_open); break;
	case 6: a->gross = near(w->set->max_gross - order); break;
	case 7: a->net_high = near_signed(w->set->max_net - order); break;
	case 11: a->net_low = near_signed(w->set->max_net - order); break;
	case 8: a->realised = near_signed(w->set->max_loss); break;
	case 9: a->unrealised = near_signed(w->set->max_loss); break;
	case 10:
		a->open_notional = near(w->set->max_open_notional - order);
		break;
	}
}

static void some_exposure(struct gate_world *w)
{
	struct ht_exposure *e = w->e;
	uint64_t most = w->limit->max_position;

	switch (below(9)) {
	case 0: e->open_orders = (uint32_t)near(w->limit->max_open); break;
	case 1: e->position = near_signed(most - w->qty); break;
	case 2: e->open_buy = near(most - w->qty); break;
	case 3: e->open_sell = near(below(2) ? w->qty : most); break;
	case 4: e->position = (int64_t)near(w->qty); break;
	case 5: e->own_ask_e4 = (uint32_t)near(w->px); break;
	case 6: e->own_bid_e4 = (uint32_t)near(w->px); break;
	case 7:
		e->fills = near(w->limit->max_fills);
		e->fill_ns[below(HT_FILLS)] =
			w->now_ns - near(w->limit->fills_ns);
		break;
	case 8:
		e->open_notional = near(w->limit->max_open_notional -
					world_notional(w));
		break;
	}
}

static void some_order(struct gate_world *w)
{
	switch (below(7)) {
	case 0: w->qty = (uint32_t)near(below(2) ? w->limit->max_qty : 100);
		break;
	case 1: w->px = (uint32_t)near(1001000) / 100 * 100; break;
	case 2: w->px = 1000000 + below(200) * 100 - 10000; break;
	case 3: w->px += below(4) * 25; break;
	case 4: world_sells(w, w->px); break;
	case 5: world_shorts(w, w->px); break;
	case 6: w->marks = w->side == HT_BID ? below(2) * HT_ORDER_ISO :
					       below(8);
		break;
	}
}

static void some_limit(struct gate_world *w)
{
	struct ht_limit *l = w->limit;

	switch (below(9)) {
	case 0: l->max_qty = (uint32_t)near(w->qty); break;
	case 1: l->max_notional = near(world_notional(w)); break;
	case 2: l->collar_bps = below(600); break;
	case 3: l->collar_e4 = (uint32_t)near(1000); break;
	case 4: l->max_through = below(12); break;
	case 5: l->tick_e4 = 25u << below(4); break;
	case 6: l->max_fills = below(HT_FILLS + 2); break;
	case 7: l->shorts = below(2); break;
	case 8: w->set->iso = below(2); break;
	}
}

static void some_market(struct gate_world *w)
{
	switch (below(6)) {
	case 0: w->s->reg_sho = below(3); break;
	case 1: w->s->round_lot = below(1000); break;
	case 2: w->top->ask.px_e4 = 1001000 + below(5) * 100; break;
	case 3: w->top->ask.qty = below(200); break;
	case 4: w->top->ask = (struct ht_quote){0}; break;
	case 5:
		w->s->trades = below(3);
		w->s->last_px_e4 = 950000 + below(100000);
		break;
	}
}

/* What does not fit in 64 bits both gates refuse, the reference can count. */
static bool is_beyond_reference(const struct gate_case *c)
{
	return strstr(c->name, "wrap");
}

static void some_case(struct gate_world *w)
{
	const struct gate_case *all[] = { gate_cases_state, gate_cases_order,
					  gate_cases_exposure };
	const struct gate_case *c = all[below(3)];
	uint32_t count = 0;

	while (c[count].name)
		count++;
	c += below(count);
	/* what is late by the nanosecond for one is not for all */
	if (!is_beyond_reference(c) && !c->timed)
		c->spoil(w);
	w->before = 0;		/* the reference remembers no order */
}

/* An order that names no side is VALUES at once in user space, whatever the
 * state is.
 */
static void side_mend(struct gate_world *w)
{
	if (w->side > HT_ASK)
		w->side = HT_BID;
	if (w->side == HT_BID || w->marks > 7)
		w->marks &= HT_ORDER_ISO;
}

static void some_world(struct gate_world *w)
{
	static void (*const changes[])(struct gate_world *w) = {
		some_account, some_exposure, some_order, some_limit,
		some_market,
	};
	uint32_t i, count = below(CHANGES);

	for (i = 0; i < count; i++)
		changes[below(5)](w);
	if (!below(4))
		some_case(w);
	side_mend(w);
}

/* The reference looks at the book as the trigger's packet left it. */
static void judge_three_times(uint64_t world_seed, uint64_t *seen)
{
	enum ht_refusal kernel, user, reference;

	random_state = world_seed;
	world_native(&world);
	some_world(&world);
	kernel = world_fire(&world);
	reference = ref_gate(&world);
	user = world_judge(&world);
	if (kernel != reference || user != reference)
		fail_msg("SEED=%llu: kernel %u, user space %u, reference %u",
			 (unsigned long long)world_seed, kernel, user,
			 reference);
	seen[reference]++;
}

static void random_worlds(void **state)
{
	uint64_t seen[HT_REFUSALS] = {0};
	uint32_t i, reasons = 0;

	for (i = 0; i < WORLDS; i++)
		judge_three_times(seed + i, seen);
	for (i = 1; i < HT_REFUSALS; i++)
		reasons += seen[i] > 0;
	print_message("%u worlds, %llu allowed, %u reasons\n", WORLDS,
		      (unsigned long long)seen[HT_ALLOWED], reasons);
	assert_true(seen[HT_ALLOWED]);
}

/* The cases say what the reference must say, too. */
static void reference_of(const struct gate_case *c)
{
	world_native(&world);
	c->spoil(&world);
	if (world.before || world.side > HT_ASK || is_beyond_reference(c))
		return;
	world_fire(&world);
	assert_int_equal(ref_gate(&world), c->reason);
}

static void cases_by_the_reference(void **state)
{
	cases_each(reference_of);
}

static int done(void **state)
{
	native_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_by_the_reference),
		cmocka_unit_test(random_worlds),
	};
	const char *text = getenv("SEED");

	seed = text ? strtoull(text, NULL, 10) : (uint64_t)time(NULL) << 16;
	printf("SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, done);
}
