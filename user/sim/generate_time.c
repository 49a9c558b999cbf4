// SPDX-License-Identifier: GPL-2.0
/*
 * generate_time - when messages are sent
 *
 * A phase's messages are spread over its hours as a Nasdaq day spreads them;
 * they come in bursts, from single ones to 2,000 in a millisecond, the first
 * of which is the open.  None takes more than a fiftieth of its phase.
 */
#include "generate.h"

struct point {
	uint32_t messages;	/* 1,000ths of the phase's */
	uint32_t second;	/* of the day */
};

enum { POINTS = 8 };

/* Ends of the tables: the next phase's time. */
static const struct point shapes[][POINTS] = {
	[SHAPE_PREOPEN] = {
		{ 0, 14400 }, { 100, 25200 }, { 300, 28800 }, { 500, 32400 },
		{ 750, 33900 }, { 900, 34140 }, { 960, 34190 }, { 1000, 34200 },
	},
	[SHAPE_MARKET] = {
		{ 0, 34202 }, { 20, 34240 }, { 120, 34800 }, { 300, 37800 },
		{ 550, 43200 }, { 800, 55800 }, { 930, 57300 }, { 1000, 57600 },
	},
	[SHAPE_POST] = {
		{ 0, 57605 }, { 300, 57700 }, { 400, 57900 }, { 500, 58500 },
		{ 700, 61200 }, { 800, 64800 }, { 900, 68400 }, { 1000, 72000 },
	},
};

struct burst {
	uint32_t chance;	/* of 1,024 */
	uint32_t least;		/* messages */
	uint32_t spread;
	uint32_t gap;		/* ns */
};

static const struct burst bursts[] = {
	{ 500, 1, 3, 20000 },
	{ 380, 4, 17, 2000 },
	{ 140, 20, 41, 360 },
	{ 4, 500, 1501, 500 },
};

static const struct burst opening = { 0, 2000, 1, 500 };

static uint64_t time_length(const struct generator *g)
{
	uint64_t length = g->phase_last - g->phase_first;

	return length ? length : 1;
}

uint32_t time_progress(const struct generator *g)
{
	uint64_t done = g->made - g->phase_first;

	if (done >= time_length(g))
		return 1024;
	return (uint32_t)(done * 1024 / time_length(g));
}

/* The time at which the shape has the phase's next message. */
static uint64_t time_at(const struct generator *g, const struct point *p)
{
	uint64_t done = g->made - g->phase_first, length = time_length(g);
	uint64_t from, to, ns;
	int i = 1;

	if (done >= length)
		return p[POINTS - 1].second * SECOND;
	while (done * 1000 >= p[i].messages * length)
		i++;
	from = p[i - 1].messages * length / 1000;
	to = p[i].messages * length / 1000;
	ns = (p[i].second - p[i - 1].second) * SECOND;
	if (to > from)
		ns = ns / (to - from) * (done > from ? done - from : 0);
	return p[i - 1].second * SECOND + ns;
}

/* Live orders wanted, in 256ths: up to the open and beyond, down at the end. */
static uint32_t time_ramp(const struct generator *g, enum shape shape)
{
	uint32_t done = time_progress(g);

	if (shape == SHAPE_PREOPEN)
		return done * 160 / 1024;
	if (shape == SHAPE_POST)
		return 220 - done * 120 / 1024;
	if (done < 256)
		return 160 + done * 96 / 256;
	return done < 920 ? 256 : 220;
}

static void time_burst(struct generator *g, const struct burst *b)
{
	uint64_t most = time_length(g) / 50;

	g->burst_left = b->least + roll(g, b->spread);
	if (g->burst_left > most)
		g->burst_left = (uint32_t)most;
	g->burst_gap = b->gap;
	g->burst_symbol = NO_ORDER;
	g->burst_drift = 0;
	/* the longest are the whole market's, most others one symbol's */
	if (b->least < 500 && roll(g, 4))
		g->burst_symbol = (uint32_t)(listing_pick(g) - g->symbols);
	if (!roll(g, 8))
		g->burst_drift = roll(g, 2) ? 1 : -1;
}

static const struct burst *time_next_burst(struct generator *g,
					   enum shape shape)
{
	const struct burst *b = bursts;
	uint32_t luck = roll(g, 1024);

	if (shape == SHAPE_MARKET && g->made <= g->phase_first + 1)
		return &opening;
	for (; luck >= b->chance; b++)
		luck -= b->chance;
	return b;
}

void time_step(struct generator *g, enum shape shape)
{
	const struct point *points = shapes[shape];
	uint64_t end = points[POINTS - 1].second * SECOND - 1;

	if (g->burst_left) {
		g->burst_left--;
		g->now += g->burst_gap / 2 + roll(g, g->burst_gap);
	} else {
		uint64_t due = time_at(g, points);

		/* a gap of none to twice the mean */
		if (due > g->now)
			g->now += ((due - g->now) >> 15) * roll(g, 1 << 16);
		g->now += roll(g, 1000);
		time_burst(g, time_next_burst(g, shape));
		g->ramp = time_ramp(g, shape);
	}
	if (g->now > end)
		g->now = end;
}
