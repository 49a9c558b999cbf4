// SPDX-License-Identifier: GPL-2.0
#include "risk.h"

#include <string.h>

#include "ouch.h"
#include "risk_rules.h"

/* In the order of maps/gate.map.h. */
static risk_judge *const judges[] = {
	state_killed,
	state_limits,
	state_session,
	state_symbol,
	state_feed,
	state_fresh,
	state_market,
	order_values,
	order_size,
	order_collar,
	order_through,
	rate_duplicate,
	rate_room,
	order_day,
	order_open,
	order_position,
	order_totals,
	order_short,
	order_self,
	order_iso,
	order_repeated,
	order_trigger,
};

void risk_init(struct risk *r)
{
	memset(r, 0, sizeof(*r));
}

/* Return: as OUCH 5.0 has it, or 0 for what cannot be. */
static char side_of(const struct ht_event *e)
{
	const uint32_t shorts = HT_ORDER_SHORT | HT_ORDER_EXEMPT;

	if (e->marks & ~(shorts | HT_ORDER_ISO))
		return 0;
	if (e->side == HT_BID)
		return e->marks & shorts ? 0 : 'B';
	if (e->side != HT_ASK)
		return 0;
	return e->marks & HT_ORDER_EXEMPT ? 'E' :
	       e->marks & HT_ORDER_SHORT ? 'T' : 'S';
}

struct risk_order risk_order_of(const struct ht_event *e)
{
	struct risk_order o = {
		.trigger = e->trigger,
		.locate = e->locate,
		.fires = e->fires,
		.seq = e->seq,
		.entry_ns = e->entry_ns,
		.feed = e->feed,
		.state = e->state,
		.side = side_of(e),
		.tif = OUCH_TIF_IOC,
		.iso = e->marks & HT_ORDER_ISO,
		.qty = e->qty,
		.px = e->px,
	};

	memcpy(o.symbol, e->symbol, sizeof(o.symbol));
	return o;
}

static enum ht_refusal refusal_find(struct risk_case *c)
{
	enum ht_refusal why = HT_ALLOWED;
	size_t i;

	if (!order_is_sane(c->o))
		return HT_REFUSED_VALUES;
	for (i = 0; i < sizeof(judges) / sizeof(judges[0]) && !why; i++)
		why = judges[i](c);
	return why;
}

enum ht_refusal risk_check(struct risk *r, const struct instance *in,
			   const struct risk_order *o, uint64_t now_ns)
{
	struct risk_case c = { .r = r, .in = in, .o = o, .now_ns = now_ns };
	enum ht_refusal why = refusal_find(&c);

	if (why) {
		r->refused[why]++;
		return why;
	}
	rate_take(&c);
	if (!o->by_hand)
		r->last_seq[o->trigger] = o->seq;
	r->allowed++;
	return HT_ALLOWED;
}

enum ht_refusal risk_last(const struct risk *r, const struct instance *in,
			  const struct risk_order *o)
{
	if (HT_READ_ONCE(in->kill->global))
		return HT_REFUSED_KILLED;
	if (HT_READ_ONCE(in->kill->session))
		return HT_REFUSED_KILLED_SESSION;
	if (symbol_is_killed(in->kill, o->symbol))
		return HT_REFUSED_KILLED_SYMBOL;
	if (r->stopped)
		return HT_REFUSED_CONTROLLER;
	if (HT_READ_ONCE(in->account->session) != HT_SESSION_OPEN)
		return HT_REFUSED_SESSION;
	return HT_ALLOWED;
}

void risk_withdraw(struct risk *r, enum ht_refusal why)
{
	r->allowed--;
	r->refused[why]++;
}
