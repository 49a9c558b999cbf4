// SPDX-License-Identifier: GPL-2.0
/*
 * risk_state - may anything be sent in this symbol now?  G1 to G7, P1
 */
#include <string.h>

#include "clock.h"
#include "risk_rules.h"

enum {
	LIMIT_TRIES = 3,	/* copies of limits that keep moving */
	TOP_TRIES = 1000,	/* while a message is being applied to it */
};

#define CLOCK_TOLD_NS	(5 * SECOND_NS)	/* then nobody knows any more */

static const struct ht_symbol *symbol_of(const struct risk_case *c)
{
	return &c->in->symbols[c->o->locate];
}

/* Is `then` at most `most` ago?  What is to come is not known. */
static bool is_recent(uint64_t now_ns, uint64_t then, uint64_t most)
{
	return then && then <= now_ns && now_ns - then <= most;
}

bool symbol_is_killed(const struct ht_kill *kill, const char *symbol)
{
	uint32_t count = __atomic_load_n(&kill->count, __ATOMIC_ACQUIRE);
	uint32_t i;

	if (count > HT_KILL_SYMBOLS)
		return true;
	for (i = 0; i < count; i++)
		if (!strncmp(kill->symbol[i], symbol, HT_TICKER))
			return true;
	return false;
}

enum ht_refusal state_killed(struct risk_case *c)
{
	const struct ht_kill *kill = c->in->kill;

	if (HT_READ_ONCE(kill->global))
		return HT_REFUSED_KILLED;
	if (HT_READ_ONCE(kill->session))
		return HT_REFUSED_KILLED_SESSION;
	if (symbol_is_killed(kill, c->o->symbol))
		return HT_REFUSED_KILLED_SYMBOL;
	return c->r->stopped ? HT_REFUSED_CONTROLLER : HT_ALLOWED;
}

uint32_t limits_copy(struct risk_case *c)
{
	const struct ht_rules *rules = c->in->rules;
	const struct ht_limit *set;
	uint32_t version, after;
	int tries = LIMIT_TRIES;

	do {
		version = __atomic_load_n(&rules->version, __ATOMIC_ACQUIRE);
		set = c->in->limits + (version % 2 ? HT_LOCATES : 0);
		c->limit = set[c->o->locate];
		if (c->limit.own == HT_NO)
			c->limit = set[0];
		c->rules = rules->set[version % 2];
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		after = __atomic_load_n(&rules->version, __ATOMIC_RELAXED);
	} while (after != version && --tries);
	if (after != version ||
	    (c->limit.own != HT_NO && strncmp(c->limit.symbol,
					      symbol_of(c)->ticker,
					      HT_TICKER)))
		return 0;
	return version;
}

enum ht_refusal state_limits(struct risk_case *c)
{
	c->r->version = limits_copy(c);
	return c->r->version ? HT_ALLOWED : HT_REFUSED_LIMITS;
}

enum ht_refusal state_session(struct risk_case *c)
{
	const struct ht_account *a = c->in->account;

	if (HT_READ_ONCE(a->session) != HT_SESSION_OPEN)
		return HT_REFUSED_SESSION;
	if (!is_recent(c->now_ns, HT_READ_ONCE(a->heard_ns),
		       c->rules.session_silence_ns))
		return HT_REFUSED_SILENT;
	if (a->backlog > c->rules.max_backlog)
		return HT_REFUSED_BACKLOG;
	if (a->rejects > c->rules.max_rejects)
		return HT_REFUSED_REJECTS;
	return a->unanswered ? HT_REFUSED_UNANSWERED : HT_ALLOWED;
}

enum ht_refusal state_symbol(struct risk_case *c)
{
	const struct ht_symbol *s = symbol_of(c);

	if (c->limit.enabled != HT_YES)
		return HT_REFUSED_NOT_ENABLED;
	if (c->limit.restricted != HT_NO)
		return HT_REFUSED_RESTRICTED;
	if (HT_READ_ONCE(s->test) != HT_NO || !s->ticker[0])
		return HT_REFUSED_TEST;
	return HT_ALLOWED;
}

/* The best prices as they are, never torn.  Return: false: no such moment. */
static bool top_copy(struct risk_case *c)
{
	const struct ht_top *top = &c->in->tops[c->o->locate];
	uint32_t before, after;
	int tries = TOP_TRIES;

	do {
		before = __atomic_load_n(&top->lock, __ATOMIC_ACQUIRE);
		c->bid = top->bid;
		c->ask = top->ask;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		after = __atomic_load_n(&top->lock, __ATOMIC_RELAXED);
	} while ((before & 1 || before != after) && --tries);
	return tries;
}

/* As the event saw it, and now. */
enum ht_refusal state_feed(struct risk_case *c)
{
	if ((!c->o->by_hand && c->o->feed != HT_FEED_LIVE) ||
	    HT_READ_ONCE(c->in->feed->state) != HT_FEED_LIVE)
		return HT_REFUSED_FEED;
	if (HT_READ_ONCE(c->in->tops[c->o->locate].book) != HT_BOOK_OK ||
	    !top_copy(c))
		return HT_REFUSED_BOOK;
	return HT_ALLOWED;
}

static bool clock_agrees(const struct risk_case *c)
{
	int64_t ours = (int64_t)HT_READ_ONCE(c->in->feed->last_ns) -
		       c->r->midnight_ns;
	uint64_t itch = HT_READ_ONCE(c->in->feed->itch_ns);

	if (!c->rules.max_skew_ns)
		return true;
	if (!c->r->clock_synced || ours < 0 ||
	    !is_recent(c->now_ns, c->r->clock_ns, CLOCK_TOLD_NS))
		return false;
	return ((uint64_t)ours > itch ? (uint64_t)ours - itch :
		itch - (uint64_t)ours) <= c->rules.max_skew_ns;
}

enum ht_refusal state_fresh(struct risk_case *c)
{
	const struct risk_order *o = c->o;
	uint64_t last = HT_READ_ONCE(c->in->feed->last_ns);

	/* a packet may have come since now_ns was read */
	if (!last || (last < c->now_ns &&
		      c->now_ns - last > c->rules.max_silence_ns))
		return HT_REFUSED_FEED_SILENT;
	if (!o->by_hand && (o->entry_ns < c->r->since_ns ||
			    !is_recent(c->now_ns, o->entry_ns,
				       c->rules.max_age_ns)))
		return HT_REFUSED_STALE;
	return clock_agrees(c) ? HT_ALLOWED : HT_REFUSED_CLOCK;
}

enum ht_refusal state_market(struct risk_case *c)
{
	const struct ht_symbol *s = symbol_of(c);

	if (HT_READ_ONCE(c->in->feed->phase) != HT_PHASE_MARKET)
		return HT_REFUSED_PHASE;
	if (HT_READ_ONCE(c->in->feed->mwcb_level))
		return HT_REFUSED_MWCB;
	if ((!c->o->by_hand && c->o->state != HT_SYMBOL_TRADING) ||
	    HT_READ_ONCE(s->state) != HT_SYMBOL_TRADING ||
	    HT_READ_ONCE(s->nasdaq_halt) != HT_NO)
		return HT_REFUSED_HALTED;
	return HT_ALLOWED;
}
