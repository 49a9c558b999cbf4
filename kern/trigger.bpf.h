/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trigger - conditions on the symbols that this packet changed
 *
 * path: wire > feed > mold > itch > book > [trigger] > gate > act
 *
 * A packet is the unit: triggers are looked at once, after its last message.
 * A rule that is true fires when its cooldown has passed and the gate lets it;
 * a refusal leaves it armed.  How a rule is edited meanwhile is explained in
 * maps/trigger.map.h.
 */
#ifndef HT_TRIGGER_BPF_H
#define HT_TRIGGER_BPF_H

#include "act.bpf.h"
#include "gate.bpf.h"
#include "loop.bpf.h"
#include "trigger.map.h"

enum { TRIGGER_TRIES = 3 };	/* evaluations of a rule that keeps moving */

/* One symbol's triggers, as they are walked. */
struct chain {
	struct walk *w;
	struct ht_top *top;
	struct ht_symbol *s;
	__u64 seq;		/* of the last message that changed it */
	__u32 locate;
	__u32 row;
};

/* Value of a feature.  Return: 0, or -1 when the book has none: a condition
 * on a side that is empty does not hold.
 */
static __always_inline int trigger_feature(const struct ht_top *top,
					   enum ht_feature feature,
					   __s64 *value)
{
	if (feature != HT_F_ASK && feature != HT_F_ASK_QTY && !top->bid.orders)
		return -1;
	if (feature != HT_F_BID && feature != HT_F_BID_QTY && !top->ask.orders)
		return -1;
	switch (feature) {
	case HT_F_BID:
		*value = top->bid.px_e4;
		return 0;
	case HT_F_ASK:
		*value = top->ask.px_e4;
		return 0;
	case HT_F_SPREAD:
		*value = (__s64)top->ask.px_e4 - (__s64)top->bid.px_e4;
		return 0;
	case HT_F_BID_QTY:
		*value = top->bid.qty;
		return 0;
	case HT_F_ASK_QTY:
		*value = top->ask.qty;
		return 0;
	default:
		return -1;
	}
}

static __always_inline int clause_holds(const struct ht_clause *c,
					const struct ht_top *top)
{
	__s64 value;

	if (trigger_feature(top, c->feature, &value))
		return 0;
	switch (c->op) {
	case HT_LE:
		return value <= c->value;
	case HT_GE:
		return value >= c->value;
	case HT_EQ:
		return value == c->value;
	}
	return 0;
}

static __always_inline int rule_holds(const struct ht_rule *rule,
				      const struct ht_top *top, __u32 locate)
{
	__u32 clauses = rule->clauses;
	__u32 i;

	if (rule->locate != locate || !clauses || clauses > HT_CLAUSES)
		return 0;
	for (i = 0; i < HT_CLAUSES; i++)
		if (i < clauses && !clause_holds(&rule->clause[i], top))
			return 0;
	return 1;
}

static __always_inline __u32 wish_price(const struct ht_rule *rule,
					const struct ht_top *top)
{
	switch (rule->price_from) {
	case HT_AT_BID:
		return top->bid.px_e4;
	case HT_AT_ASK:
		return top->ask.px_e4;
	default:
		return rule->limit_px_e4;
	}
}

/* Evaluates the rule in force, whole.  Return: 1 true, 0 false, -1 when it
 * was edited on each try.
 */
static __always_inline int trigger_holds(struct chain *ch,
					 struct ht_trigger *t,
					 struct wish *wish)
{
	int try;

	for (try = 0; try < TRIGGER_TRIES; try++) {
		__u32 version = HT_READ_ONCE(t->version);
		const struct ht_rule *rule = &t->rule[version & 1];
		int holds;

		HT_BARRIER();
		holds = rule_holds(rule, ch->top, ch->locate);
		wish->version = version;
		wish->side = rule->side;
		wish->px = wish_price(rule, ch->top);
		wish->qty = rule->qty;
		wish->marks = rule->marks;
		wish->cooldown_ns = rule->cooldown_ns;
		wish->max_fires = rule->max_fires;
		HT_BARRIER();
		if (HT_READ_ONCE(t->version) == version)
			return holds;
		ch->w->n->re_evaluated++;
	}
	ch->w->n->edit_storm++;
	return -1;
}

static __always_inline void trigger_refuse(struct walk *w,
					   struct ht_trigger *t, __u32 refusal)
{
	t->refused++;
	t->last_refusal = refusal;
	gate_count(w->n, refusal);
}

static __always_inline void trigger_spend(struct ht_trigger *t)
{
	__sync_val_compare_and_swap(&t->state, HT_TRIGGER_ARMED,
				    HT_TRIGGER_SPENT);
}

static __always_inline void trigger_fire(struct chain *ch,
					 struct ht_trigger *t,
					 struct wish *wish)
{
	__u64 now = ch->w->entry_ns;
	__u32 refusal;

	if (t->fires - t->base >= wish->max_fires) {
		trigger_spend(t);	/* an edit lowered the maximum */
		return;
	}
	/* at most one order per trigger and sequence */
	if (t->fires && (t->last_seq == wish->seq ||
			 now - t->last_ns < wish->cooldown_ns)) {
		ch->w->n->held++;
		return;
	}
	refusal = gate_refusal(ch->w, wish, ch->locate);
	if (refusal) {
		trigger_refuse(ch->w, t, refusal);
		return;
	}
	wish->fires = t->fires + 1;
	if (act_notify(ch->w, wish, ch->locate, ch->top, ch->s)) {
		trigger_refuse(ch->w, t, HT_REFUSED_RING);
		__sync_val_compare_and_swap(&t->state, HT_TRIGGER_ARMED,
					    HT_TRIGGER_FAULT);
		return;
	}
	gate_took(ch->w, wish, ch->locate);
	t->fires = wish->fires;
	t->last_ns = now;
	t->last_seq = wish->seq;
	ch->w->n->fired++;
	if (wish->fires - t->base >= wish->max_fires)
		trigger_spend(t);
}

/* The next trigger of the symbol.  Return: 1 at the end of the list. */
static long trigger_step(__u32 i, void *context)
{
	struct chain *ch = context;
	struct ht_trigger *t;
	struct wish wish = { .row = ch->row, .seq = ch->seq };

	if (!ch->row)
		return 1;
	t = trigger_at(ch->row);
	if (!t)
		return 1;
	ch->row = HT_READ_ONCE(t->next);
	if (HT_READ_ONCE(t->state) != HT_TRIGGER_ARMED)
		return 0;
	ch->w->n->evaluated++;
	if (trigger_holds(ch, t, &wish) == 1)
		trigger_fire(ch, t, &wish);
	return 0;
}

static long trigger_symbol(__u32 i, void *context)
{
	struct walk *w = context;
	struct chain ch = { .w = w };
	struct ht_changed *changed;
	struct ht_watch *watch;
	struct ht_queued *q;

	if (i >= HT_TRIGGERS)
		return 1;
	changed = changed_get();
	if (!changed)
		return 1;
	ch.locate = changed->locate[i];
	ch.top = top_at(ch.locate);
	ch.s = symbol_at(ch.locate);
	watch = watch_at(ch.locate);
	q = queued_at(ch.locate);
	if (!ch.top || !ch.s || !watch || !q)
		return 0;
	ch.seq = q->seq;
	ch.row = HT_READ_ONCE(watch->first);
	ht_loop(HT_SYMBOL_TRIGGERS, trigger_step, &ch);
	return 0;
}

/* All symbols with triggers whose top or state this packet changed. */
static __always_inline void trigger_run(struct walk *w)
{
	struct ht_changed *changed = changed_get();

	if (changed)
		ht_loop(changed->count, trigger_symbol, w);
}

#endif
