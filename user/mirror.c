// SPDX-License-Identifier: GPL-2.0
/*
 * mirror - our books as the gates see them: exposures by locate, the account
 *
 * The books know symbols by ticker, the maps by locate, and a locate is a
 * day's: each one that is remembered is looked at again before it is used.
 */
#include <string.h>

#include "clock.h"
#include "controller.h"

static bool is_at(const struct controller *c, uint32_t locate,
		  const char symbol[HT_TICKER])
{
	return locate && !strncmp(c->in.symbols[locate].ticker, symbol,
				  HT_TICKER);
}

uint32_t mirror_locate(const struct controller *c, const char *symbol)
{
	const struct position *p = positions_find(&c->orders.positions, symbol);
	uint32_t locate = 0;

	if (p)
		locate = c->locates[p - c->orders.positions.table];
	if (is_at(c, locate, symbol))
		return locate;
	for (locate = 1; locate < HT_LOCATES; locate++)
		if (is_at(c, locate, symbol))
			return locate;
	return 0;
}

/* Return: the locate, also remembered; 0: the directory does not have it. */
static uint32_t position_locate(struct controller *c, const struct position *p)
{
	size_t index = (size_t)(p - c->orders.positions.table);

	c->locates[index] = mirror_locate(c, p->symbol);
	return c->locates[index];
}

/* O14: orders of this process that traded; a replay's have no time.  A pause
 * is told once.
 */
static void fills_tell(struct controller *c, uint32_t locate,
		       const struct position *p)
{
	uint64_t *known = &c->fills_known[p - c->orders.positions.table];
	struct ht_exposure *e = &c->in.exposures[locate];
	bool was_paused = e->paused != HT_NO;
	uint64_t when;

	if (p->fills - *known > POSITION_FILLS)
		*known = p->fills - POSITION_FILLS;
	for (; *known < p->fills; (*known)++) {
		when = p->filled_ns[*known % POSITION_FILLS];
		if (when)
			risk_filled(&c->in, locate, when);
	}
	if (!was_paused && e->paused != HT_NO)
		log_line(&c->log, "%s: more fills than `risk show` allows; paused until `risk clear %s`",
			 p->symbol, p->symbol);
}

/* Both at once, or the most that a limit can be held against. */
static uint64_t sum_of(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

static void position_mirror(struct controller *c, const struct position *p)
{
	uint32_t locate = position_locate(c, p);
	struct ht_exposure *e = &c->in.exposures[locate];

	if (!locate)
		return;
	if (strncmp(e->symbol, p->symbol, sizeof(e->symbol))) {
		*e = (struct ht_exposure){0};
		memcpy(e->symbol, p->symbol, sizeof(e->symbol));
	}
	HT_WRITE_ONCE(e->position, p->shares);
	HT_WRITE_ONCE(e->open_buy, p->open_buy);
	HT_WRITE_ONCE(e->open_sell, p->open_sell);
	HT_WRITE_ONCE(e->open_notional,
		      sum_of(p->open_buy_notional,
			     p->open_sell_notional));
	HT_WRITE_ONCE(e->open_orders, p->open_orders);
	HT_WRITE_ONCE(e->own_bid_e4, (uint32_t)p->top_buy);
	HT_WRITE_ONCE(e->own_ask_e4, (uint32_t)p->low_sell);
	fills_tell(c, locate, p);
}

uint64_t mirror_mark(const struct controller *c, uint32_t locate)
{
	const struct ht_top *top = &c->in.tops[locate];
	uint64_t bid = HT_READ_ONCE(top->bid.px_e4);
	uint64_t ask = HT_READ_ONCE(top->ask.px_e4);

	if (HT_READ_ONCE(top->book) == HT_BOOK_OK && bid && ask)
		return (bid + ask) / 2;
	return HT_READ_ONCE(c->in.symbols[locate].last_px_e4);
}

static bool is_located(const struct controller *c, const struct position *p)
{
	return is_at(c, c->locates[p - c->orders.positions.table], p->symbol);
}

static bool all_located(const struct controller *c)
{
	const struct positions *p = &c->orders.positions;
	uint32_t i;

	for (i = 0; i < p->count; i++)
		if (!is_located(c, &p->table[i]))
			return false;
	return true;
}

/*
 * A position can be known before its symbol is: the exchange replays our day
 * at once, the feed tells its directory later.  Until then no order of the
 * symbol leaves, as the gates know no such symbol either; and when it comes the
 * gates must see what is held and open.
 */
static void located_mirror(struct controller *c)
{
	uint64_t told = HT_READ_ONCE(c->in.feed->expected);
	const struct position *p;
	uint32_t locate;

	if (told == c->mirrored_expected || all_located(c))
		return;
	for (locate = 1; locate < HT_LOCATES; locate++) {
		if (!c->in.symbols[locate].ticker[0])
			continue;
		p = positions_find(&c->orders.positions,
				   c->in.symbols[locate].ticker);
		if (!p || is_located(c, p))
			continue;
		c->locates[p - c->orders.positions.table] = locate;
		position_mirror(c, p);
	}
	c->mirrored_expected = told;
}

/* A position that cannot be marked makes all of it not known. */
static void account_mark(struct controller *c, uint64_t now_ns)
{
	const struct positions *p = &c->orders.positions;
	int64_t sum = 0, part;
	uint64_t mark;
	uint32_t i;

	for (i = 0; i < p->count; i++) {
		if (!p->table[i].shares)
			continue;
		mark = is_located(c, &p->table[i]) ?
		       mirror_mark(c, c->locates[i]) : 0;
		part = position_unrealised(&p->table[i], mark);
		if (!mark || __builtin_add_overflow(sum, part, &sum))
			return;
	}
	HT_WRITE_ONCE(c->in.account->unrealised, sum);
	HT_WRITE_ONCE(c->in.account->marked_ns, now_ns);
}

static uint32_t clamp32(uint64_t n)
{
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

uint32_t mirror_rejects(const struct controller *c)
{
	return (uint32_t)(c->orders.rejected + orders_faults(&c->orders) +
			  c->bad_answers);
}

static void account_mirror(struct controller *c)
{
	const struct orders *o = &c->orders;
	const struct positions *p = &o->positions;
	struct ht_account *a = c->in.account;
	uint32_t rejects = mirror_rejects(c);

	HT_WRITE_ONCE(a->open_orders, clamp32(p->open_orders));
	HT_WRITE_ONCE(a->orders, o->count - o->chained);
	HT_WRITE_ONCE(a->changes, o->chained + o->cancels);
	if (c->session.state == HT_SESSION_OPEN) {
		__atomic_fetch_add(&a->rejects, rejects - c->rejects_counted,
				   __ATOMIC_RELAXED);
		c->rejects_counted = rejects;
	}
	HT_WRITE_ONCE(a->unanswered, c->unanswered);
	HT_WRITE_ONCE(a->open_notional,
		      sum_of(p->open_buy_notional,
			     p->open_sell_notional));
	HT_WRITE_ONCE(a->gross, p->worst_gross);
	HT_WRITE_ONCE(a->net_high, positions_net_high(p));
	HT_WRITE_ONCE(a->net_low, positions_net_low(p));
	HT_WRITE_ONCE(a->realised, p->realised);
}

void desk_mirror(struct controller *c)
{
	const struct position *p;

	while ((p = positions_changed(&c->orders.positions)))
		position_mirror(c, p);
	account_mirror(c);
}

/* Nothing is left but a pause, which is a person's to end. */
static void exposure_clear(struct controller *c, uint32_t locate)
{
	struct ht_exposure *e = &c->in.exposures[locate];
	bool paused = e->paused == HT_YES && is_at(c, locate, e->symbol);

	*e = (struct ht_exposure){0};
	if (!paused)
		return;
	memcpy(e->symbol, c->in.symbols[locate].ticker, sizeof(e->symbol));
	e->paused = HT_YES;
}

/* Is it what position_mirror() writes there? */
static bool is_mirrored(const struct controller *c, uint32_t locate)
{
	const char *symbol = c->in.exposures[locate].symbol;
	const struct position *p = *symbol ?
		positions_find(&c->orders.positions, symbol) : NULL;

	return p && c->locates[p - c->orders.positions.table] == locate;
}

/* Everything anew: another book, or another controller's leftovers.  What is
 * right is not cleared first: the kernel's gate would see nothing held.
 */
void mirror_begin(struct controller *c)
{
	struct positions *p = &c->orders.positions;
	uint32_t i;

	for (i = 0; i < p->count; i++)
		position_mirror(c, &p->table[i]);
	for (i = 1; i < HT_LOCATES; i++)
		if (!is_mirrored(c, i))
			exposure_clear(c, i);
	desk_mirror(c);
}

/* Bytes that have not left, wherever they wait. */
static uint32_t backlog(const struct controller *c)
{
	uint32_t held = c->session.way_open ? c->delegate.held_len : 0;

	return session_backlog(&c->session) + held;
}

void mirror_beat(struct controller *c, uint64_t now_ns)
{
	struct ht_account *a = c->in.account;
	uint64_t joins = HT_READ_ONCE(c->in.feed->joins);

	if (joins != c->mirrored_joins)
		mirror_begin(c);
	c->mirrored_joins = joins;
	located_mirror(c);
	HT_WRITE_ONCE(a->session, c->session.state);
	HT_WRITE_ONCE(a->heard_ns, c->session.heard_ns);
	HT_WRITE_ONCE(a->backlog, backlog(c));
	account_mark(c, now_ns);
}
