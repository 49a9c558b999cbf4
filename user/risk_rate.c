// SPDX-License-Identifier: GPL-2.0
/*
 * risk_rate - what has been sent before: O6 and the rates of O7
 *
 * The orders of the last second are in a ring, and each symbol knows how many
 * of them are its own.  What is older is taken out at the next order.
 */
#include <string.h>

#include "clock.h"
#include "risk_rules.h"

static bool is_old(uint64_t then, uint64_t now_ns, uint64_t age)
{
	return then <= now_ns && now_ns - then >= age;
}

static uint64_t log_count(const struct risk_log *log)
{
	return log->head - log->tail;
}

/* A ring has room for every rate. */
static void log_add(struct risk_log *log, uint64_t now_ns)
{
	log->ns[log->head++ % RISK_RATE_MAX] = now_ns;
	if (log_count(log) > RISK_RATE_MAX)
		log->tail++;
}

static bool log_tail_is_old(const struct risk_log *log, uint64_t now_ns)
{
	return log_count(log) &&
	       is_old(log->ns[log->tail % RISK_RATE_MAX], now_ns, SECOND_NS);
}

static void logs_expire(struct risk *r, uint64_t now_ns)
{
	for (; log_tail_is_old(&r->orders, now_ns); r->orders.tail++)
		r->recent[r->same[r->orders.tail % RISK_RATE_MAX].locate]--;
	while (log_tail_is_old(&r->messages, now_ns))
		r->messages.tail++;
}

static struct risk_same same_of(const struct risk_order *o)
{
	return (struct risk_same){
		.locate = o->locate, .qty = o->qty, .px = o->px,
		.side = (uint8_t)o->side,
	};
}

/* From the last one back: all that are young enough, or the ring's end. */
static bool was_sent(const struct risk_case *c)
{
	const struct risk_log *log = &c->r->orders;
	struct risk_same same = same_of(c->o);
	uint64_t i, back;

	for (back = 1; back <= log->head && back <= RISK_RATE_MAX; back++) {
		i = (log->head - back) % RISK_RATE_MAX;
		if (is_old(log->ns[i], c->now_ns, c->rules.duplicate_ns))
			return false;
		if (!memcmp(&c->r->same[i], &same, sizeof(same)))
			return true;
	}
	return back > RISK_RATE_MAX;	/* it cannot be told */
}

static bool seq_was_used(const struct risk_case *c)
{
	uint64_t joins = HT_READ_ONCE(c->in->feed->joins);
	struct risk *r = c->r;

	if (joins != r->joins)
		memset(r->last_seq, 0, sizeof(r->last_seq));
	r->joins = joins;
	return !c->o->by_hand && c->o->seq <= r->last_seq[c->o->trigger];
}

enum ht_refusal rate_duplicate(struct risk_case *c)
{
	return seq_was_used(c) || was_sent(c) ? HT_REFUSED_DUPLICATE :
						HT_ALLOWED;
}

enum ht_refusal rate_room(struct risk_case *c)
{
	struct risk *r = c->r;

	logs_expire(r, c->now_ns);
	if (r->recent[c->o->locate] >= c->limit.rate)
		return HT_REFUSED_RATE_SYMBOL;
	if (log_count(&r->messages) >= c->rules.session_rate)
		return HT_REFUSED_RATE_SESSION;
	/* with a ring that is full nobody could count */
	if (log_count(&r->orders) >= c->rules.rate ||
	    log_count(&r->orders) >= RISK_RATE_MAX)
		return HT_REFUSED_RATE;
	return HT_ALLOWED;
}

void rate_take(struct risk_case *c)
{
	struct risk *r = c->r;

	r->same[r->orders.head % RISK_RATE_MAX] = same_of(c->o);
	r->recent[c->o->locate]++;
	log_add(&r->orders, c->now_ns);
	log_add(&r->messages, c->now_ns);
}

void risk_cancel(struct risk *r, uint64_t now_ns)
{
	r->cancels++;
	logs_expire(r, now_ns);
	log_add(&r->messages, now_ns);
}
