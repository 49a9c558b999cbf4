/* SPDX-License-Identifier: GPL-2.0 */
/*
 * risk_rules - the parts of the second gate, for user/risk.c alone
 */
#ifndef HT_RISK_RULES_H
#define HT_RISK_RULES_H

#include "instance.h"
#include "risk.h"

/* One order before the gate, and what its judges have looked up. */
struct risk_case {
	struct risk *r;
	const struct instance *in;
	const struct risk_order *o;
	uint64_t now_ns;
	struct ht_limit limit;		/* the symbol's, in force */
	struct ht_rule_set rules;
	struct ht_quote bid;		/* of the book as it is now */
	struct ht_quote ask;
};

/* A judge of some rules, in their order.  Return: HT_ALLOWED, or the reason. */
typedef enum ht_refusal risk_judge(struct risk_case *c);

/* -- risk_state.c: in this order, one after the other --------------------- */

risk_judge state_killed;
bool symbol_is_killed(const struct ht_kill *kill, const char *symbol);
risk_judge state_limits;	/* by limits_copy() */
risk_judge state_session;
risk_judge state_symbol;
risk_judge state_feed;		/* fills bid and ask */
risk_judge state_fresh;
risk_judge state_market;

/* Copies what is in force for the order's symbol into limit and rules.
 * Return: their version; 0: there are none, or another symbol's.
 */
uint32_t limits_copy(struct risk_case *c);

/* -- risk_order.c --------------------------------------------------------- */

/* Does the order name a trigger, a symbol and a side at all? */
bool order_is_sane(const struct risk_order *o);

risk_judge order_values;
risk_judge order_size;
risk_judge order_collar;
risk_judge order_through;
risk_judge order_day;
risk_judge order_open;
risk_judge order_position;
risk_judge order_totals;
risk_judge order_short;
risk_judge order_self;
risk_judge order_iso;
risk_judge order_repeated;
risk_judge order_trigger;

/* -- risk_rate.c ---------------------------------------------------------- */

risk_judge rate_duplicate;
risk_judge rate_room;

/* The order was allowed: it counts. */
void rate_take(struct risk_case *c);

static inline bool order_sells(const struct risk_order *o)
{
	return o->side != 'B';
}

static inline uint64_t order_notional(const struct risk_order *o)
{
	return (uint64_t)o->qty * o->px;
}

/* What the order takes the place of, 1e-4 dollars. */
static inline uint64_t replaced_notional(const struct risk_order *o)
{
	return (uint64_t)o->replaces_qty * o->replaces_px;
}

#endif
