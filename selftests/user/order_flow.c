// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "order_flow.h"

const char *const flow_symbols[FLOW_SYMBOLS] = { "A", "BRK.A", "AAPL",
						 "ABCDEFGH" };

uint64_t flow_below(struct flow *f, uint64_t bound)
{
	f->random ^= f->random << 13;
	f->random ^= f->random >> 7;
	f->random ^= f->random << 17;
	return (f->random >> 11) % bound;
}

void flow_start(struct flow *f, uint64_t seed, bool orderly)
{
	memset(f, 0, sizeof(*f));
	f->random = seed * 0x9e3779b97f4a7c15ull + 1;
	f->orderly = orderly;
	f->next_id = 1;
	assert_int_equal(orders_init_room(&f->orders, FLOW_FIRST_URN,
					  FLOW_ROOM), 0);
}

void flow_end(struct flow *f)
{
	orders_free(&f->orders);
}

/* -- comparing ---------------------------------------------------------- */

static void compare_order(struct flow *f, const struct ledger_order *w)
{
	const struct order *o = orders_find(&f->orders, w->urn);
	uint32_t broken = ledger_broken(&f->ledger, w);

	assert_non_null(o);
	assert_string_equal(order_state_name(o->state),
			    ledger_state(&f->ledger, w));
	assert_int_equal(o->answered, w->answered);
	assert_int_equal(o->open, ledger_open(&f->ledger, w));
	assert_int_equal(o->broken, broken);
	assert_int_equal(o->filled, ledger_traded(&f->ledger, w) - broken);
	if (w->phase == LEDGER_REFUSED)
		return;
	assert_int_equal(o->px, w->px);
	assert_int_equal(o->order_ref, w->ref);
	assert_int_equal(o->side, w->side);
	if (w->ref)
		assert_ptr_equal(orders_own(&f->orders, w->ref), o);
}

static void compare_symbol(struct flow *f, const char *symbol,
			   struct ledger_symbol *s)
{
	const struct position *p = positions_find(&f->orders.positions,
						  symbol);

	ledger_symbol(&f->ledger, symbol, s);
	if (!p) {
		assert_int_equal(s->bought + s->sold + s->open_orders, 0);
		return;
	}
	assert_int_equal(p->shares, s->shares);
	assert_int_equal(p->cost, s->cost);
	assert_int_equal(p->realised, s->realised);
	assert_int_equal(p->bought, s->bought);
	assert_int_equal(p->sold, s->sold);
	assert_int_equal(p->bought_notional, s->bought_notional);
	assert_int_equal(p->sold_notional, s->sold_notional);
	assert_int_equal(p->open_buy, s->open_buy);
	assert_int_equal(p->open_sell, s->open_sell);
	assert_int_equal(p->open_buy_notional, s->open_buy_notional);
	assert_int_equal(p->open_sell_notional, s->open_sell_notional);
	assert_int_equal(p->open_orders, s->open_orders);
	assert_int_equal(p->top_buy, s->top_buy);
	assert_int_equal(p->low_sell, s->low_sell);
}

static uint64_t away(int64_t a, uint64_t b, int64_t sign)
{
	int64_t sum = a + sign * (int64_t)b;

	return (uint64_t)(sum < 0 ? -sum : sum);
}

void flow_compare(struct flow *f)
{
	const struct positions *p = &f->orders.positions;
	uint64_t gross = 0, worst = 0, buy = 0, sell = 0, up, down, orders = 0;
	int64_t net = 0, realised = 0, cost;
	struct ledger_symbol s;
	uint32_t i;

	for (i = 0; i < f->ledger.orders; i++)
		compare_order(f, &f->ledger.order[i]);
	for (i = 0; i < p->count; i++) {
		compare_symbol(f, p->table[i].symbol, &s);
		cost = s.shares < 0 ? -(int64_t)s.cost : (int64_t)s.cost;
		up = away(cost, s.open_buy_notional, 1);
		down = away(cost, s.open_sell_notional, -1);
		worst += up > down ? up : down;
		gross += s.cost;
		net += cost;
		realised += s.realised;
		buy += s.open_buy_notional;
		sell += s.open_sell_notional;
		orders += s.open_orders;
	}
	assert_int_equal(p->gross, gross);
	assert_int_equal(p->net, net);
	assert_int_equal(p->realised, realised);
	assert_int_equal(p->open_buy_notional, buy);
	assert_int_equal(p->open_sell_notional, sell);
	assert_int_equal(p->open_orders, orders);
	assert_int_equal(f->orders.working, orders);
	assert_int_equal(p->worst_gross, worst);
	assert_int_equal(positions_net_high(p), net + (int64_t)buy);
	assert_int_equal(positions_net_low(p), net - (int64_t)sell);
	assert_int_equal(p->overflows, 0);
}

/* -- requests ----------------------------------------------------------- */

static struct ledger_order *any_order(struct flow *f)
{
	uint32_t count = f->ledger.orders;
	/* rather a late one: the others are over */
	uint64_t back = flow_below(f, 4) ? flow_below(f, 12) :
					   flow_below(f, FLOW_ROOM);

	return count ? &f->ledger.order[count - 1 - back % count] : NULL;
}

static uint64_t price_draw(struct flow *f)
{
	return 100000 + 100 * flow_below(f, 40);
}

int flow_send(struct orders *o, const struct flow_event *e)
{
	struct order *place = orders_place(o, e->sent.urn);

	*place = e->sent;
	return e->orig_urn ? orders_replace_sent(o, e->orig_urn) :
			     orders_commit(o);
}

static void send(struct flow *f, struct flow_event *e)
{
	struct ledger_order *w;

	snprintf(e->sent.clordid, sizeof(e->sent.clordid), "T%012u",
		 e->sent.urn);
	e->sent.clordid[OUCH_CLORDID_LEN - 1] = '7';
	w = ledger_sent(&f->ledger, e->sent.urn, e->orig_urn);
	memcpy(w->clordid, e->sent.clordid, sizeof(w->clordid));
	memcpy(w->symbol, e->sent.symbol, sizeof(w->symbol));
	w->side = e->sent.side;
	w->asked = e->sent.qty;
	w->px = w->limit = e->sent.px;
	assert_int_equal(flow_send(&f->orders, e), 0);
}

static void enter(struct flow *f)
{
	struct flow_event *e = &f->event[f->events++];
	const struct order *place = orders_next(&f->orders);
	const char *symbol = flow_symbols[flow_below(f, FLOW_SYMBOLS)];

	assert_non_null(place);
	memset(e, 0, sizeof(*e));
	e->sent.urn = place->urn + (uint32_t)flow_below(f, 3);
	e->sent.side = "BBBSTE"[flow_below(f, 6)];
	e->sent.qty = 1 + (uint32_t)flow_below(f, 60);
	e->sent.px = price_draw(f);
	memcpy(e->sent.symbol, symbol, strlen(symbol));
	send(f, e);
}

static int may_replace(struct flow *f, const struct ledger_order *w)
{
	if (!ledger_open(&f->ledger, w))
		return -ESHUTDOWN;
	return ledger_waits(w) || ledger_next(&f->ledger, w) ? -EBUSY : 0;
}

static void replace(struct flow *f, const struct ledger_order *w)
{
	int err = may_replace(f, w);
	struct flow_event *e;

	assert_int_equal(orders_replaceable(&f->orders, w->urn), err);
	if (err)
		return;
	e = &f->event[f->events++];
	memset(e, 0, sizeof(*e));
	e->orig_urn = w->urn;
	e->sent.urn = orders_next(&f->orders)->urn;
	e->sent.side = w->side;
	e->sent.qty = 1 + (uint32_t)flow_below(f, 100);
	e->sent.px = price_draw(f);
	memcpy(e->sent.symbol, w->symbol, sizeof(w->symbol));
	send(f, e);
}

static void request(struct flow *f)
{
	struct ledger_order *w = any_order(f);

	if (!w || flow_below(f, 3))
		enter(f);
	else if (flow_below(f, 4))
		replace(f, w);
	else
		assert_int_equal(orders_cancel_sent(&f->orders, w->urn), 0);
}

/* -- answers ------------------------------------------------------------ */

static uint64_t price_near(struct flow *f, const struct ledger_order *w)
{
	uint64_t limit = w->limit ? w->limit : w->px;
	uint64_t better = flow_below(f, 2) ? 0 : 100 * flow_below(f, 5);

	return w->side == 'B' ? limit - better : limit + better;
}

static bool may_break(struct flow *f, const struct ledger_order *w)
{
	return ledger_traded(&f->ledger, w) > ledger_broken(&f->ledger, w);
}

static char type_draw(struct flow *f, const struct ledger_order *w)
{
	bool entered = w->phase == LEDGER_IN;

	if (ledger_waits(w))
		return flow_below(f, 4) && ledger_open(&f->ledger, w) ? 'U' :
									'J';
	if (w->phase == LEDGER_ASKED)
		return flow_below(f, 8) ? 'A' : 'J';
	if (may_break(f, w) && !flow_below(f, 12))
		return 'B';
	return entered && ledger_open(&f->ledger, w) ?
	       "EEEEEECCDMTRPI"[flow_below(f, 14)] : 'I';
}

static uint64_t match_of(struct flow *f, const struct ledger_order *w)
{
	const struct ledger *l = &f->ledger;
	uint32_t i;

	for (i = 0; i < l->fills; i++)
		if (&l->order[l->fill[i].order] == w && !l->fill[i].broken)
			return l->fill[i].match;
	return 0;
}

static void answer_draw(struct flow *f, const struct ledger_order *w,
			struct ouch_reply *r)
{
	uint32_t open = ledger_open(&f->ledger, w);

	*r = (struct ouch_reply){ .urn = w->urn, .side = w->side };
	r->type = type_draw(f, w);
	r->orig_urn = r->type == 'U' ? w->orig : 0;
	r->state = flow_below(f, 12) ? 'L' : 'D';
	r->qty = r->type == 'A' ? w->asked :
		 open ? 1 + (uint32_t)flow_below(f, open) : 1;
	if (r->type == 'U' && flow_below(f, 3) && open)
		r->qty = open;
	r->px = price_near(f, w);
	r->order_ref = strchr("AUTR", r->type) ? f->next_id++ : 0;
	r->match = r->type == 'B' ? match_of(f, w) : f->next_id++;
	r->reason = "UIQ"[flow_below(f, 3)];
	memcpy(r->symbol, w->symbol, sizeof(r->symbol));
	memcpy(r->clordid, w->clordid, sizeof(r->clordid));
}

static void stranger_draw(struct flow *f, struct ouch_reply *r)
{
	const char *symbol = flow_symbols[flow_below(f, FLOW_SYMBOLS)];

	*r = (struct ouch_reply){ .type = flow_below(f, 5) ? 'A' : 'J' };
	r->urn = f->orders.next_urn + (uint32_t)flow_below(f, 5);
	r->side = "BSTE"[flow_below(f, 4)];
	r->qty = 1 + (uint32_t)flow_below(f, 60);
	r->px = price_draw(f);
	r->state = 'L';
	r->order_ref = f->next_id++;
	memcpy(r->clordid, "SOMEBODY ELSE ", sizeof(r->clordid));
	if (r->type == 'A')
		memcpy(r->symbol, symbol, strlen(symbol));
}

static void spoil(struct flow *f, struct ouch_reply *r)
{
	switch (flow_below(f, 9)) {
	case 0:
		r->type = "AUJECDBMTRPI"[flow_below(f, 12)];
		return;
	case 1:
		r->urn += (uint32_t)flow_below(f, 5) - 2;
		return;
	case 2:
		r->qty += (uint32_t)flow_below(f, 100) - 50;
		return;
	case 3:
		r->px += flow_below(f, 2000) - 1000;
		return;
	case 4:
		r->side = "BSTEX"[flow_below(f, 5)];
		return;
	case 5:
		r->clordid[3]++;
		return;
	case 6:
		r->symbol[0]++;
		return;
	case 7:
		r->match = flow_below(f, f->next_id);
		return;
	default:
		r->orig_urn += (uint32_t)flow_below(f, 5) - 2;
		return;
	}
}

int flow_answer(struct orders *o, const struct ouch_reply *r)
{
	const struct order *changed;

	return orders_apply(o, r, 0, &changed);
}

static void take(struct flow *f, const struct ouch_reply *r)
{
	int err = flow_answer(&f->orders, r);
	struct ledger_symbol s;
	const struct ledger_order *w;

	assert_int_equal(ledger_answer(&f->ledger, r), err);
	w = ledger_find(&f->ledger, r->urn);
	if (w) {
		compare_order(f, w);
		compare_symbol(f, w->symbol, &s);
	}
	if (err) {
		f->refused++;
		return;
	}
	f->sane++;
	f->event[f->events++] = (struct flow_event){
		.is_answer = true, .reply = *r,
	};
}

/* The exchange is through with an order that it never took, and takes one
 * before what replaces it.
 */
static bool says_nothing(struct flow *f, const struct ledger_order *w)
{
	const struct ledger_order *orig = ledger_find(&f->ledger, w->orig);

	return w->phase == LEDGER_SILENT || w->phase == LEDGER_REFUSED ||
	       (ledger_waits(w) && orig->phase == LEDGER_ASKED);
}

void flow_step(struct flow *f)
{
	struct ledger_order *w = any_order(f);
	struct ouch_reply r;

	if (!w || !flow_below(f, 4)) {
		request(f);
		return;
	}
	if (flow_below(f, 40))
		answer_draw(f, w, &r);
	else
		stranger_draw(f, &r);
	if (f->orderly && r.urn == w->urn && says_nothing(f, w))
		return;
	if (!f->orderly && !flow_below(f, 3))
		spoil(f, &r);
	take(f, &r);
}
