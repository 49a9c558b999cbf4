// SPDX-License-Identifier: GPL-2.0
/*
 * generate_listing - the symbols of the session
 *
 * A few well-known shapes first (a dear share, one below a dollar, the test
 * symbols, an IPO), then invented tickers.  The directory is alphabetical and
 * locates rise with it, with holes.  Activity falls with the rank as Zipf says.
 */
#include <stdlib.h>

#include "generate.h"

/* All but the busy are among the least active. */
enum kind { BUSY, QUIET, TEST, IPO };

struct known {
	const char *stock;
	uint32_t price;		/* 1e-4 dollars */
	enum kind kind;
};

static const struct known known[] = {
	{ "AAPL",	1823500,	BUSY },
	{ "SNDL",	8450,		BUSY },
	{ "BRK.A",	1523450000,	QUIET },
	{ "ZVZZT",	100000,		TEST },
	{ "HTIPO",	240000,		IPO },
	{ "NVDA",	1312000,	BUSY },
	{ "TSLA",	2485000,	BUSY },
	{ "SPY",	5934100,	BUSY },
	{ "MSFT",	4179900,	BUSY },
	{ "AMZN",	2003200,	BUSY },
	{ "QQQ",	5017700,	BUSY },
	{ "INTC",	241500,		BUSY },
	{ "MULN",	312,		QUIET },
	{ "NVR",	82450000,	QUIET },
	{ "ZXZZT",	250000,		TEST },
};

enum { KNOWN = sizeof(known) / sizeof(known[0]) };

static uint32_t listing_lot(uint32_t price)
{
	if (price <= 250 * 10000)
		return 100;
	if (price <= 1000 * 10000)
		return 40;
	return price <= 10000 * 10000 ? 10 : 1;
}

static void listing_set(struct generator *g, uint32_t rank, const char *stock,
			uint32_t price)
{
	struct listed *s = &g->symbols[rank];

	memset(s->stock, ' ', sizeof(s->stock));
	memcpy(s->stock, stock, strlen(stock));
	memset(s->reason, ' ', sizeof(s->reason));
	s->rank = (uint16_t)rank;
	s->fair = price;
	s->low = price / 2;
	s->high = price < ITCH_PRICE_MAX / 2 ? price * 2 :
					       ITCH_PRICE_MAX / 20 * 19;
	s->lot = listing_lot(price);
	s->state = 'H';
	s->lane = (uint8_t)roll(g, GENERATE_LANES);
}

static void listing_known(struct generator *g, uint32_t rank,
			  const struct known *k)
{
	listing_set(g, rank, k->stock, k->price);
	g->symbols[rank].test = k->kind == TEST;
	g->symbols[rank].ipo = k->kind == IPO;
}

/* Below a dollar 6 %, to 50 dollars 54 %, to 300 37 %, the rest to 20,000. */
static uint32_t listing_price(struct generator *g)
{
	uint32_t luck = roll(g, 1000);

	if (luck < 60)
		return 500 + roll(g, 9000);
	if (luck < 600)
		return 10000 + 100 * roll(g, 4900);
	if (luck < 970)
		return 500000 + 100 * roll(g, 25000);
	if (luck < 997)
		return 3000000 + 100 * roll(g, 270000);
	return 30000000 + 100 * roll(g, 1700000);
}

static bool listing_is_known(const char *stock)
{
	for (int i = 0; i < KNOWN; i++)
		if (!strcmp(known[i].stock, stock))
			return true;
	return false;
}

/*
 * Writes the n-th invented ticker: three or four letters, no two alike, because
 * the factors share no divisor with the number of tickers.
 */
static void listing_ticker(uint32_t n, char stock[ITCH_STOCK_LEN + 1])
{
	uint32_t letters = n % 4 ? 4 : 3;
	uint32_t space = letters == 4 ? 26 * 26 * 26 * 26 : 26 * 26 * 26;
	uint32_t at = letters == 4 ? n - n / 4 : n / 4;
	uint32_t code = (uint32_t)((at * 100003ull + 4711) % space);

	for (uint32_t i = letters; i--; code /= 26)
		stock[i] = (char)('A' + code % 26);
	stock[letters] = '\0';
}

static int listing_order(const void *a, const void *b)
{
	return memcmp(((const struct listed *)a)->stock,
		      ((const struct listed *)b)->stock, ITCH_STOCK_LEN);
}

static void listing_fill(struct generator *g)
{
	uint32_t symbols = g->options.symbols;
	uint32_t first = symbols < KNOWN ? symbols : KNOWN;
	uint32_t rank = 0, last = symbols, n = 0;

	for (uint32_t i = 0; i < first; i++)
		listing_known(g, known[i].kind == BUSY ? rank++ : --last,
			      &known[i]);
	for (; rank < last; n++) {
		char stock[ITCH_STOCK_LEN + 1];

		listing_ticker(n, stock);
		if (!listing_is_known(stock))
			listing_set(g, rank++, stock, listing_price(g));
	}
	qsort(g->symbols, symbols, sizeof(*g->symbols), listing_order);
}

/* One locate in eight is left out. */
static void listing_number(struct generator *g)
{
	uint32_t locate = 0;

	g->ipo = g->options.symbols - 1;
	for (uint32_t i = 0; i < g->options.symbols; i++) {
		locate += i && !roll(g, 8) ? 2 : 1;
		g->symbols[i].locate = (uint16_t)locate;
		if (g->symbols[i].ipo)
			g->ipo = i;
		if (!g->symbols[i].rank)
			g->busiest = i;
	}
}

static uint64_t listing_weight(const struct listed *s)
{
	return (1u << 28) / (s->rank + 10u);
}

/* Walker's alias table: each column holds one symbol and part of another. */
static int listing_alias(struct generator *g, uint64_t total)
{
	uint32_t n = g->options.symbols, small = 0, large = n;
	uint64_t *part = malloc(n * sizeof(*part));
	uint32_t *stack = malloc(n * sizeof(*stack));
	int err = part && stack ? 0 : -ENOMEM;

	for (uint32_t i = 0; !err && i < n; i++) {
		part[i] = listing_weight(&g->symbols[i]) * n;
		g->alias[i] = (struct alias){ UINT32_MAX, i };
		stack[part[i] < total ? small++ : --large] = i;
	}
	while (!err && small && large < n) {
		uint32_t less = stack[--small], more = stack[large];

		g->alias[less].keep = (uint32_t)((part[less] << 32) / total);
		g->alias[less].other = more;
		part[more] -= total - part[less];
		if (part[more] < total) {
			large++;
			stack[small++] = more;
		}
	}
	free(stack);
	free(part);
	return err;
}

int listing_make(struct generator *g)
{
	uint32_t symbols = g->options.symbols;
	uint64_t total = 0;

	g->symbols = calloc(symbols, sizeof(*g->symbols));
	g->alias = calloc(symbols, sizeof(*g->alias));
	if (!g->symbols || !g->alias)
		return -ENOMEM;
	listing_fill(g);
	listing_number(g);
	for (uint32_t i = 0; i < symbols; i++)
		total += listing_weight(&g->symbols[i]);
	for (uint32_t i = 0; i < symbols; i++) {
		struct listed *s = &g->symbols[i];

		s->target = (uint32_t)(g->options.live * listing_weight(s) /
				       total) + 4;
	}
	return listing_alias(g, total);
}

void listing_free(struct generator *g)
{
	for (uint32_t i = 0; g->symbols && i < g->options.symbols; i++) {
		free(g->symbols[i].side[BUY].level);
		free(g->symbols[i].side[SELL].level);
	}
	free(g->symbols);
	free(g->alias);
}

struct listed *listing_pick(struct generator *g)
{
	uint64_t luck = dice_next(&g->dice);
	uint32_t at = (uint32_t)((luck >> 32) * g->options.symbols >> 32);

	if ((uint32_t)luck > g->alias[at].keep)
		at = g->alias[at].other;
	return &g->symbols[at];
}

void listing_directory(struct generator *g, const struct listed *s)
{
	struct itch_directory *m = generate_message(g, s, 'R');

	memcpy(m->stock, s->stock, sizeof(m->stock));
	m->market_category = "QGSNAPZ"[s->rank % 7];
	m->financial_status = s->rank % 7 < 3 ? 'N' : ' ';
	put_be32(&m->round_lot, s->lot);
	m->round_lots_only = 'N';
	m->issue_class = 'C';
	memcpy(m->issue_subtype, "Z ", 2);
	m->authenticity = s->test ? 'T' : 'P';
	m->short_sale_threshold = 'N';
	m->ipo = s->ipo ? 'Y' : 'N';
	m->luld_tier = s->rank < 1000 ? '1' : '2';
	m->etp = 'N';
	put_be32(&m->etp_leverage, 0);
	m->inverse = 'N';
}

void listing_position(struct generator *g, const struct listed *s)
{
	static const char makers[][4] = {
		"GSCO", "INTL", "PUMA", "RHCO", "MZHO", "LEHM", "NATL", "KEYB",
	};
	struct itch_participant *m = generate_message(g, s, 'L');

	memcpy(m->mpid, makers[roll(g, 8)], sizeof(m->mpid));
	memcpy(m->stock, s->stock, sizeof(m->stock));
	m->primary = roll(g, 4) ? 'N' : 'Y';
	m->mode = 'N';
	m->state = 'A';
}
