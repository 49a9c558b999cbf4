// SPDX-License-Identifier: GPL-2.0
/*
 * generate - the phases of a synthetic day, and the day as a source
 */
#include <stdlib.h>

#include "generate.h"

void *generate_message(struct generator *g, const struct listed *s, char type)
{
	struct queued *q = &g->queue[g->queued++];
	struct itch_head *head = (struct itch_head *)q->bytes;

	q->len = itch_length(type);
	head->type = type;
	put_be16(&head->locate, s ? s->locate : 0);
	put_be16(&head->tracking, g->tracking);
	put_be48(head->timestamp, g->now);
	g->made++;
	if (g->open)
		g->wanted &= ~(1u << (type & 31));
	return q->bytes;
}

uint64_t generate_match(struct generator *g, const struct listed *s)
{
	uint64_t match = ++g->match;
	uint32_t slot = g->match_count;

	if (slot == GENERATE_MATCHES)
		slot = (uint32_t)(match % GENERATE_MATCHES);
	else
		g->match_count++;
	g->matches[slot] = (struct broken){
		.match = match, .symbol = (uint32_t)(s - g->symbols),
	};
	return match;
}

static void day_event(struct generator *g, char event)
{
	struct itch_system_event *m = generate_message(g, NULL, 'S');

	m->event = event;
}

/* Each step of a phase returns whether the phase is over. */

static bool day_start(struct generator *g)
{
	day_event(g, 'O');
	return true;
}

static bool day_directory(struct generator *g)
{
	if (g->cursor == g->options.symbols)
		return true;
	listing_directory(g, &g->symbols[g->cursor++]);
	return false;
}

/* The spin before the open: every symbol's state, all but the IPO's trading. */
static bool day_states(struct generator *g)
{
	struct itch_reg_sho *m;
	struct listed *s;

	if (g->cursor == g->options.symbols)
		return true;
	s = &g->symbols[g->cursor++];
	event_state(g, s, s->ipo ? 'H' : 'T', s->ipo ? "IPO1" : NULL);
	m = generate_message(g, s, 'Y');
	memcpy(m->stock, s->stock, sizeof(m->stock));
	m->action = roll(g, 64) ? '0' : '2';
	return false;
}

static bool day_positions(struct generator *g)
{
	if (g->cursor == g->options.symbols)
		return true;
	for (uint32_t i = 0; i < g->positions; i++)
		listing_position(g, &g->symbols[g->cursor]);
	g->cursor++;
	return false;
}

/* 7, 13 and 20 % below an index of 5,940.12, in 1e-8 dollars. */
static bool day_decline(struct generator *g)
{
	const uint64_t index = 594012000000;
	struct itch_mwcb_levels *m = generate_message(g, NULL, 'V');

	put_be64(&m->level1, index / 100 * 93);
	put_be64(&m->level2, index / 100 * 87);
	put_be64(&m->level3, index / 100 * 80);
	return true;
}

static bool day_system(struct generator *g)
{
	day_event(g, 'S');
	return true;
}

static bool day_preopen(struct generator *g)
{
	time_step(g, SHAPE_PREOPEN);
	if (g->made < g->phase_last) {
		flow_step(g);
		return false;
	}
	auction_noii(g, &g->symbols[g->busiest], 'O');
	return true;
}

static bool day_open(struct generator *g)
{
	day_event(g, 'Q');
	return true;
}

/* The opening or closing cross of the next symbol that has one. */
static bool day_cross(struct generator *g, char cross)
{
	for (; g->cursor < g->options.symbols; g->cursor++) {
		struct listed *s = &g->symbols[g->cursor];

		if (s->rank < g->crosses && is_trading(s)) {
			auction_cross(g, s, cross);
			g->cursor++;
			return false;
		}
	}
	return true;
}

static bool day_opening_cross(struct generator *g)
{
	return day_cross(g, 'O');
}

/* Nothing stays halted: what is planned is brought to its end. */
static bool day_market(struct generator *g)
{
	bool end = g->made >= g->phase_last;

	if (!g->open)
		event_plan(g);
	g->open = true;
	time_step(g, SHAPE_MARKET);
	if (g->sweep != SWEEP_NONE)
		event_sweep(g);
	else if (event_step(g, end))
		return false;
	else if (!end)
		flow_step(g);
	else
		auction_noii(g, &g->symbols[g->busiest], 'C');
	return end && g->sweep == SWEEP_NONE && !g->appointments;
}

static bool day_close(struct generator *g)
{
	g->open = false;
	day_event(g, 'M');
	return true;
}

static bool day_closing_cross(struct generator *g)
{
	return day_cross(g, 'C');
}

static bool day_post(struct generator *g)
{
	if (g->made >= g->phase_last)
		return true;
	time_step(g, SHAPE_POST);
	flow_step(g);
	return false;
}

static bool day_end(struct generator *g)
{
	day_event(g, 'E');
	return true;
}

static bool day_over(struct generator *g)
{
	day_event(g, 'C');
	return true;
}

struct phase {
	bool (*step)(struct generator *g);
	uint64_t start;		/* ns since midnight */
	uint32_t gap;		/* ns between steps that keep no time */
};

enum { PREOPEN = 6, MARKET = 9, POST = 12 };

static const struct phase phases[] = {
	{ day_start,		11100 * SECOND,		0 },
	{ day_directory,	11234 * SECOND,		45000 },
	{ day_states,		11235 * SECOND,		6000 },
	{ day_positions,	11245 * SECOND,		30000 },
	{ day_decline,		11400 * SECOND,		0 },
	{ day_system,		14400 * SECOND,		0 },
	[PREOPEN] =
	{ day_preopen,		14400 * SECOND,		0 },
	{ day_open,		34200 * SECOND + 85226,	0 },
	{ day_opening_cross,	34200 * SECOND + 500000, 60000 },
	[MARKET] =
	{ day_market,		34202 * SECOND,		0 },
	{ day_close,		57600 * SECOND,		0 },
	{ day_closing_cross,	57600 * SECOND + 100000, 90000 },
	[POST] =
	{ day_post,		57605 * SECOND,		0 },
	{ day_end,		72000 * SECOND,		0 },
	{ day_over,		72300 * SECOND,		0 },
};

/* Unless told otherwise: the most that a Nasdaq day has been seen to have. */
enum { LIVE_DEFAULT_MAX = 1900000 };

enum { PHASES = sizeof(phases) / sizeof(phases[0]) };

/*
 * A tenth of what the directory leaves builds the book before the open; the
 * market ends early enough for the closing cross and some orders after it.
 */
static void day_budget(struct generator *g)
{
	uint64_t all = g->options.messages;
	uint64_t crosses = g->crosses + 3ull * g->cross_fills;
	uint64_t end = 0;

	g->phase_first = g->made;
	if (g->phase == PREOPEN) {
		end = g->made + (all > g->made ? (all - g->made) / 10 : 0);
	} else if (g->phase == MARKET) {
		end = all > all / 50 + crosses + 12 ?
			all - all / 50 - crosses - 12 : 0;
	} else if (g->phase == POST) {
		end = all > 2 ? all - 2 : 0;
	}
	g->phase_last = end > g->made ? end : g->made;
}

static void day_enter(struct generator *g, uint32_t phase)
{
	g->phase = phase;
	if (phase == PHASES)
		return;
	g->cursor = 0;
	g->burst_left = 0;
	if (g->now < phases[phase].start)
		g->now = phases[phase].start;
	day_budget(g);
}

static int generate_next(struct source *src, uint8_t message[BINARYFILE_MAX])
{
	struct generator *g = src->state;
	const struct queued *q;

	while (g->sent == g->queued) {
		g->sent = 0;
		g->queued = 0;
		if (g->phase == PHASES)
			return 0;
		g->now += phases[g->phase].gap;
		if (phases[g->phase].step(g))
			day_enter(g, g->phase + 1);
		if (g->error)
			return g->error;
	}
	q = &g->queue[g->sent++];
	memcpy(message, q->bytes, q->len);
	src->messages++;
	src->offset += 2 + q->len;
	return (int)q->len;
}

static void generate_free(struct generator *g)
{
	listing_free(g);
	free(g->orders);
	free(g);
}

static void generate_close(struct source *src)
{
	generate_free(src->state);
	src->state = NULL;
}

/* How much of the messages goes to each symbol's fixed share. */
static void day_share(struct generator *g)
{
	uint64_t all = g->options.messages, symbols = g->options.symbols;
	uint64_t crosses = 1 + (all > 4 * symbols ?
				(all - 4 * symbols) / 6 : 0);

	g->positions = all >= 100 * symbols ? 4 : all >= 6 * symbols ? 1 : 0;
	g->crosses = (uint32_t)(crosses < symbols ? crosses : symbols);
	g->cross_fills = 1 + (uint32_t)(all / 512 < g->crosses ? all / 512 :
							g->crosses - 1);
	for (const char *type = "AFECXDUP"; *type; type++)
		g->wanted |= 1u << (*type & 31);
}

int generate_source_open(struct source *s, const struct generate_options *o)
{
	struct generator *g;

	if (!o->symbols || o->symbols > GENERATE_SYMBOLS_MAX ||
	    o->live > GENERATE_LIVE_MAX)
		return -EINVAL;
	g = calloc(1, sizeof(*g));
	if (!g)
		return -ENOMEM;
	g->options = *o;
	if (!o->live)
		g->options.live = o->messages / 32 < LIVE_DEFAULT_MAX ?
				  o->messages / 32 : LIVE_DEFAULT_MAX;
	dice_seed(&g->dice, o->seed);
	g->next_ref = 1 + roll(g, 1000);
	day_share(g);
	if (listing_make(g) || depth_make(g)) {
		generate_free(g);
		return -ENOMEM;
	}
	day_enter(g, 0);
	*s = (struct source){
		.next = generate_next, .close = generate_close, .state = g,
	};
	return 0;
}
