// SPDX-License-Identifier: GPL-2.0
/*
 * generate_event - what happens to a symbol besides orders
 *
 * The agenda is made before the market opens, in messages and not in time, so
 * that even the shortest session has every kind of event.  A halt is a chain:
 * each link puts the next on the agenda.
 */
#include "generate.h"

/* Links of a chain stand a fortieth of the market phase apart: ten minutes. */
enum { CHAIN = 40, BREACH_CHAIN = 100, EVENTS_MAX = 64 };

static uint64_t event_wait(const struct generator *g, uint32_t part)
{
	return g->made + (g->phase_last - g->phase_first) / part + 1;
}

static void event_at(struct generator *g, uint64_t due, enum event what,
		     uint32_t symbol)
{
	uint32_t at = g->appointments;

	if (at == GENERATE_AGENDA)
		return;
	for (; at && g->agenda[at - 1].due <= due; at--)
		g->agenda[at] = g->agenda[at - 1];
	g->agenda[at] = (struct appointment){
		.due = due, .symbol = symbol, .what = what
	};
	g->appointments++;
}

static void event_next(struct generator *g, enum event what,
		       const struct listed *s)
{
	event_at(g, event_wait(g, CHAIN), what, (uint32_t)(s - g->symbols));
}

/* After everything planned: the market is halted, or the symbol is. */
static void event_postpone(struct generator *g, const struct appointment *a)
{
	uint64_t due = event_wait(g, CHAIN);

	if (g->appointments && g->agenda[0].due >= due)
		due = g->agenda[0].due + 1;
	event_at(g, due, a->what, a->symbol);
}

void event_state(struct generator *g, struct listed *s, char state,
		 const char *reason)
{
	struct itch_trading_action *m;

	if (reason)
		memcpy(s->reason, reason, sizeof(s->reason));
	s->state = state;
	m = generate_message(g, s, 'H');
	memcpy(m->stock, s->stock, sizeof(m->stock));
	m->state = state;
	m->reserved = ' ';
	memcpy(m->reason, s->reason, sizeof(m->reason));
}

static void event_pause(struct generator *g, struct listed *s)
{
	struct itch_luld_collar *m;

	event_state(g, s, 'P', "LUDP");
	m = generate_message(g, s, 'J');
	memcpy(m->stock, s->stock, sizeof(m->stock));
	put_be32(&m->reference, s->fair);
	put_be32(&m->upper, s->fair + s->fair / 20);
	put_be32(&m->lower, s->fair - s->fair / 20);
	put_be32(&m->extension, 0);
}

/* An operational halt of one market: ours, and sometimes another's. */
static void event_off(struct generator *g, struct listed *s, bool off)
{
	struct itch_operational_halt *m = generate_message(g, s, 'h');

	memcpy(m->stock, s->stock, sizeof(m->stock));
	m->market = s->rank & 1 ? 'B' : 'Q';
	m->action = off ? 'H' : 'T';
	s->off = off && m->market == 'Q';
}

static void event_ipo(struct generator *g, const struct listed *s)
{
	struct itch_ipo_quoting *m = generate_message(g, NULL, 'K');

	memcpy(m->stock, s->stock, sizeof(m->stock));
	put_be32(&m->release_time, (uint32_t)(g->now / SECOND) + 600);
	m->qualifier = 'A';
	put_be32(&m->price, s->fair);
}

static void event_dlcr(struct generator *g, const struct listed *s)
{
	struct itch_dlcr *m = generate_message(g, s, 'O');

	memcpy(m->stock, s->stock, sizeof(m->stock));
	m->eligible = 'Y';
	put_be32(&m->min_price, s->fair - s->fair / 5);
	put_be32(&m->max_price, s->fair + s->fair / 5);
	put_be32(&m->near_price, s->fair);
	put_be64(&m->near_time, g->now);
	put_be32(&m->lower_collar, s->fair - s->fair / 10);
	put_be32(&m->upper_collar, s->fair + s->fair / 10);
}

static void event_rpii(struct generator *g, const struct listed *s)
{
	struct itch_rpii *m = generate_message(g, s, 'N');

	memcpy(m->stock, s->stock, sizeof(m->stock));
	m->interest = "BSAN"[roll(g, 4)];
}

static void event_reg_sho(struct generator *g, const struct listed *s)
{
	struct itch_reg_sho *m = generate_message(g, s, 'Y');

	memcpy(m->stock, s->stock, sizeof(m->stock));
	m->action = '1';
}

/* Return: false when no trade is left to break. */
static bool event_broken(struct generator *g)
{
	struct itch_broken_trade *m;
	struct broken b;

	if (!g->match_count)
		return false;
	b = g->matches[--g->match_count];
	m = generate_message(g, &g->symbols[b.symbol], 'B');
	put_be64(&m->match, b.match);
	return true;
}

static void event_breach(struct generator *g)
{
	struct itch_mwcb_breach *m = generate_message(g, NULL, 'W');

	m->level = '1';
	g->breached = true;
	event_at(g, event_wait(g, BREACH_CHAIN) + g->options.symbols,
		 EVENT_BREACH_QUOTE, 0);
}

/* The market-wide circuit breaker's events sweep over all symbols. */
static void event_breaker(struct generator *g, enum event what)
{
	g->cursor = 0;
	if (what == EVENT_BREACH) {
		g->sweep = SWEEP_HALT;
		event_breach(g);
	} else if (what == EVENT_BREACH_QUOTE) {
		g->sweep = SWEEP_QUOTE;
		event_at(g, event_wait(g, BREACH_CHAIN) + g->options.symbols,
			 EVENT_BREACH_END, 0);
	} else {
		g->sweep = SWEEP_RESUME;
	}
}

static void event_resume(struct generator *g, const struct appointment *a,
			 struct listed *s)
{
	if (!auction_uncross(g, s))
		event_at(g, g->made, a->what, a->symbol);
	else
		event_state(g, s, 'T', NULL);
}

/* Halts begin only in a symbol that trades, and end when the market does. */
static bool event_possible(const struct generator *g, const struct listed *s,
			   enum event what)
{
	switch (what) {
	case EVENT_HALT:
	case EVENT_PAUSE:
	case EVENT_OFF:
		return is_trading(s);
	case EVENT_QUOTE:
	case EVENT_AUCTION:
		return !g->breached;
	default:
		return true;
	}
}

static void event_happen(struct generator *g, const struct appointment *a)
{
	struct listed *s = &g->symbols[a->symbol];

	switch ((enum event)a->what) {
	case EVENT_HALT:
		event_state(g, s, 'H', "T1  ");
		event_next(g, EVENT_QUOTE, s);
		break;
	case EVENT_PAUSE:
		event_pause(g, s);
		event_next(g, EVENT_QUOTE, s);
		break;
	case EVENT_IPO:
		event_ipo(g, s);
		if (s->ipo)
			event_next(g, EVENT_QUOTE, s);
		break;
	case EVENT_QUOTE:
		event_state(g, s, 'Q', s->ipo ? "IPOQ" :
			    s->state == 'H' ? "T3  " : NULL);
		auction_noii(g, s, 'H');
		event_next(g, EVENT_AUCTION, s);
		break;
	case EVENT_AUCTION:
		event_resume(g, a, s);
		break;
	case EVENT_OFF:
		event_off(g, s, true);
		event_next(g, EVENT_ON, s);
		break;
	case EVENT_ON:
		event_off(g, s, false);
		break;
	case EVENT_RPII:
		event_rpii(g, s);
		break;
	case EVENT_DLCR:
		event_dlcr(g, s);
		break;
	case EVENT_BROKEN:
		if (!event_broken(g) && g->made < g->phase_last)
			event_postpone(g, a);
		break;
	case EVENT_REG_SHO:
		event_reg_sho(g, s);
		break;
	case EVENT_POSITION:
		listing_position(g, s);
		break;
	case EVENT_BREACH:
	case EVENT_BREACH_QUOTE:
	case EVENT_BREACH_END:
		event_breaker(g, a->what);
		break;
	}
}

bool event_step(struct generator *g, bool must)
{
	struct appointment a;

	if (!g->appointments)
		return false;
	a = g->agenda[g->appointments - 1];
	if (a.due > g->made && !must)
		return false;
	g->appointments--;
	if (event_possible(g, &g->symbols[a.symbol], a.what))
		event_happen(g, &a);
	else
		event_postpone(g, &a);
	return true;
}

/* One symbol of those that the breaker halts, or lets go again. */
void event_sweep(struct generator *g)
{
	struct listed *s;

	while (g->cursor < g->options.symbols) {
		s = &g->symbols[g->cursor];
		if (g->sweep == SWEEP_HALT && s->state == 'T') {
			s->breached = true;
			event_state(g, s, 'H', "MWC1");
			return;
		}
		if (g->sweep == SWEEP_QUOTE && s->breached) {
			event_state(g, s, 'Q', "MWCQ");
			g->cursor++;
			return;
		}
		if (g->sweep == SWEEP_RESUME && s->breached) {
			if (!auction_uncross(g, s))
				return;
			event_state(g, s, 'T', "MWCQ");
			s->breached = false;
			g->cursor++;
			return;
		}
		g->cursor++;
	}
	if (g->sweep == SWEEP_RESUME)
		g->breached = false;
	g->sweep = SWEEP_NONE;
}

struct plan {
	enum event what;
	uint32_t when;		/* 1,000ths of the market phase */
	uint32_t symbol;	/* modulo how many there are */
};

/* One of each in every session, in chains that do not overlap. */
static const struct plan plans[] = {
	{ EVENT_HALT, 80, 0 },
	{ EVENT_IPO, 120, 1 },
	{ EVENT_BREACH, 150, 0 },
	{ EVENT_RPII, 170, 2 },
	{ EVENT_PAUSE, 250, 3 },
	{ EVENT_DLCR, 300, 1 },
	{ EVENT_OFF, 400, 2 },
	{ EVENT_REG_SHO, 450, 1 },
	{ EVENT_POSITION, 460, 1 },
	{ EVENT_OFF, 500, 1 },
	{ EVENT_PAUSE, 750, 5 },
	{ EVENT_BROKEN, 850, 0 },
};

void event_plan(struct generator *g)
{
	uint64_t first = g->phase_first;
	uint64_t length = g->phase_last - first;
	uint32_t symbols = g->options.symbols;
	uint32_t more = symbols / 400;

	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		const struct plan *p = &plans[i];
		uint32_t symbol = p->symbol % symbols;

		if (p->what == EVENT_BREACH && !g->options.mwcb)
			continue;
		if (p->what == EVENT_IPO)
			symbol = g->ipo;
		event_at(g, first + length * p->when / 1000, p->what, symbol);
	}
	for (uint32_t i = 0; i < more && i < EVENTS_MAX; i++) {
		static const enum event kinds[] = {
			EVENT_PAUSE, EVENT_HALT, EVENT_PAUSE, EVENT_OFF,
			EVENT_BROKEN, EVENT_RPII, EVENT_REG_SHO, EVENT_POSITION,
		};

		for (uint32_t kind = 0; kind < 8; kind++) {
			uint64_t due = first + length * roll(g, 900) / 1000;

			event_at(g, due, kinds[kind], roll(g, symbols));
		}
	}
}
