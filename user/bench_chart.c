// SPDX-License-Identifier: GPL-2.0
/*
 * bench_chart - the results as one picture: bars for each stream, and beside
 * them the curve
 *
 * Written by hand: a dozen shapes are less than a plotting program to install,
 * and only so can the picture follow the reader's light or dark ground.  Boxes
 * are in units of the SVG's viewBox; figures come in tenths of ns.
 */
#include <inttypes.h>

#include "bench.h"
#include "out.h"

enum {
	WIDTH = 960,
	HEIGHT = 384,
	TOP = 64,		/* of both plots */
	BOTTOM = 300,
	LINE = 18,		/* of text */
	LEGEND = BOTTOM + 3 * LINE,
	LEGEND_COLUMNS = 3,
	LEGEND_WIDTH = 180,
	BARS_LEFT = 48,
	BARS_RIGHT = 600,
	CURVE_LEFT = 680,
	CURVE_RIGHT = 930,
	BAR_GAP = 3,
	TICKS = 4,
	POINT_INSET = 20,
};

/* A plot: a frame and the scale of its y axis. */
struct plot {
	FILE *out;
	int left;
	int right;
	uint64_t top_tenths;	/* at TOP; BOTTOM is 0 */
};

static const char head[] =
	"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"img\">\n"
	"<title>hairtrigger bench book: ns a message</title>\n"
	"<style>\n"
	"  .ground { fill: #ffffff } .ink { fill: #1f2328 } .faint { fill: #59636e }\n"
	"  .rule { stroke: #d1d9e0 } .decode { fill: #c8d1da }\n"
	"  .orders { fill: #9aa7b4 } .program { fill: #0969da }\n"
	"  .native { fill: #80b3ff } .baseline { fill: #d4843e }\n"
	"  .symbols { stroke: #0969da; fill: #0969da }\n"
	"  .live { stroke: #8250df; fill: #8250df }\n"
	"  @media (prefers-color-scheme: dark) {\n"
	"    .ground { fill: #0d1117 } .ink { fill: #f0f6fc } .faint { fill: #9198a1 }\n"
	"    .rule { stroke: #3d444d } .decode { fill: #4a535d }\n"
	"    .orders { fill: #6e7a86 } .program { fill: #4493f8 }\n"
	"    .native { fill: #2a5a9c } .baseline { fill: #e09b5b }\n"
	"    .symbols { stroke: #4493f8; fill: #4493f8 }\n"
	"    .live { stroke: #ab7df8; fill: #ab7df8 }\n"
	"  }\n"
	"</style>\n"
	"<rect class=\"ground\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n";

static const struct {
	const char *class;
	const char *words;
} bars[BENCH_CONTENDERS] = {
	[BENCH_DECODE] = { "decode", "decoding only" },
	[BENCH_ORDERS] = { "orders", "and the order table" },
	[BENCH_PROGRAM] = { "program", "hairtrigger, in XDP" },
	[BENCH_NATIVE] = { "native", "its code, user space" },
	[BENCH_BASELINE] = { "baseline", "conventional book" },
};

static int plot_y(const struct plot *p, uint64_t tenths)
{
	return BOTTOM - (int)((uint64_t)(BOTTOM - TOP) * tenths /
			      p->top_tenths);
}

static void text(const struct plot *p, int x, int y, const char *anchor,
		 const char *class, const char *words)
{
	fprintf(p->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" class=\"%s\" style=\"stroke:none\">%s</text>\n",
		x, y, anchor, class, words);
}

/* The least round scale that holds this value, in tenths. */
static uint64_t scale_top(uint64_t tenths)
{
	static const uint32_t ticks_ns[] = {
		1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250,
		500, 1000, 2500, 5000, 10000, 100000
	};
	enum { LAST = sizeof(ticks_ns) / sizeof(*ticks_ns) - 1 };
	uint32_t i = 0;

	while (i < LAST && ticks_ns[i] * 10ull * TICKS < tenths)
		i++;
	return ticks_ns[i] * 10ull * TICKS;
}

static void plot_frame(const struct plot *p, const char *title)
{
	char label[24];
	int i, y;

	fprintf(p->out, "<text x=\"%d\" y=\"24\" font-size=\"14\" font-weight=\"600\" class=\"ink\">%s</text>\n",
		p->left, title);
	for (i = 0; i <= TICKS; i++) {
		uint64_t tenths = p->top_tenths * (uint64_t)i / TICKS;

		y = plot_y(p, tenths);
		fprintf(p->out, "<path d=\"M%d %dH%d\" class=\"rule\"/>\n",
			p->left, y, p->right);
		snprintf(label, sizeof(label), "%" PRIu64, tenths / 10);
		text(p, p->left - 6, y + 4, "end", "faint", label);
	}
}

/* -- the bars -------------------------------------------------------------- */

static void stream_bars(const struct plot *p, const struct bench_result *s,
			int left, int width)
{
	int each = width / (BENCH_CONTENDERS + 1);
	char label[24];
	int i;

	for (i = 0; i < BENCH_CONTENDERS && !s->skipped; i++) {
		uint64_t tenths = out_quotient(s->ns[i], s->messages);
		int x = left + each / 2 + i * each, y = plot_y(p, tenths);

		fprintf(p->out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" class=\"%s\"/>\n",
			x, y, each - BAR_GAP, BOTTOM - y, bars[i].class);
		snprintf(label, sizeof(label), "%" PRIu64, (tenths + 5) / 10);
		text(p, x + (each - BAR_GAP) / 2, y - 4, "middle",
		     i == BENCH_PROGRAM ? "ink" : "faint", label);
	}
	text(p, left + width / 2, BOTTOM + LINE, "middle", "ink", s->words);
	if (s->skipped)
		text(p, left + width / 2, BOTTOM - 8, "middle", "faint",
		     "not measured");
}

/* The floors and the program in one row, its rivals below. */
static void bars_legend(const struct plot *p)
{
	int i;

	for (i = 0; i < BENCH_CONTENDERS; i++) {
		int x = p->left + i % LEGEND_COLUMNS * LEGEND_WIDTH;
		int y = LEGEND + i / LEGEND_COLUMNS * LINE;

		fprintf(p->out, "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" class=\"%s\"/>\n",
			x, y - 9, bars[i].class);
		text(p, x + 16, y, "start", "ink", bars[i].words);
	}
}

static void chart_bars(const struct bench_results *r, FILE *out)
{
	struct plot p = { .out = out, .left = BARS_LEFT, .right = BARS_RIGHT };
	int width = (BARS_RIGHT - BARS_LEFT) / BENCH_STREAMS;
	uint64_t most = 0;
	int s, i;

	for (s = 0; s < BENCH_STREAMS; s++)
		for (i = 0; i < BENCH_CONTENDERS; i++) {
			uint64_t tenths = out_quotient(r->stream[s].ns[i],
						       r->stream[s].messages);

			most = tenths > most ? tenths : most;
		}
	p.top_tenths = scale_top(most);
	plot_frame(&p, "ns a message, less is better");
	for (s = 0; s < BENCH_STREAMS; s++)
		stream_bars(&p, &r->stream[s], BARS_LEFT + s * width, width);
	bars_legend(&p);
}

/* -- the curve ------------------------------------------------------------- */

static uint64_t curve_tenths(const struct bench_curve *c, int i)
{
	return out_quotient(c->point[i].ns, c->point[i].messages);
}

static uint64_t curve_most(const struct bench_curve *c, uint64_t most)
{
	int i;

	for (i = 0; i < c->count; i++)
		if (curve_tenths(c, i) > most)
			most = curve_tenths(c, i);
	return most;
}

/* 8000 as "8,000", 1400000 as "1.4M". */
static void count_text(char label[24], uint64_t count)
{
	if (count >= 1000000)
		snprintf(label, 24, "%" PRIu64 ".%" PRIu64 "M",
			 count / 1000000, count / 100000 % 10);
	else if (count >= 1000)
		snprintf(label, 24, "%" PRIu64 ",%03" PRIu64, count / 1000,
			 count % 1000);
	else
		snprintf(label, 24, "%" PRIu64, count);
}

/* The points stand at equal distances: each is about ten times the last one. */
static int point_x(const struct plot *p, const struct bench_curve *c, int i)
{
	return p->left + POINT_INSET +
	       (p->right - p->left - 2 * POINT_INSET) * i / (c->count - 1);
}

static void curve_line(const struct plot *p, const struct bench_curve *c,
		       const char *class)
{
	int i;

	fprintf(p->out, "<polyline style=\"fill: none\" stroke-width=\"2\" class=\"%s\" points=\"",
		class);
	for (i = 0; i < c->count; i++)
		fprintf(p->out, "%d,%d ", point_x(p, c, i),
			plot_y(p, curve_tenths(c, i)));
	fputs("\"/>\n", p->out);
	for (i = 0; i < c->count; i++)
		fprintf(p->out, "<circle cx=\"%d\" cy=\"%d\" r=\"4\" class=\"%s\"/>\n",
			point_x(p, c, i), plot_y(p, curve_tenths(c, i)), class);
}

static void chart_curve(const struct bench_results *r, FILE *out)
{
	struct plot p = {
		.out = out, .left = CURVE_LEFT, .right = CURVE_RIGHT,
	};
	const struct bench_curve *symbols = &r->by_symbols;
	const struct bench_curve *live = &r->by_live;
	char label[24], words[64];
	int i;

	p.top_tenths = scale_top(curve_most(live, curve_most(symbols, 0)));
	plot_frame(&p, "as the market grows");
	curve_line(&p, symbols, "symbols");
	curve_line(&p, live, "live");
	for (i = 0; i < symbols->count; i++) {
		count_text(label, symbols->point[i].symbols);
		text(&p, point_x(&p, symbols, i), BOTTOM + LINE, "middle",
		     "symbols", label);
	}
	for (i = 0; i < live->count; i++) {
		count_text(label, live->point[i].live);
		text(&p, point_x(&p, live, i), BOTTOM + 2 * LINE, "middle",
		     "live", label);
	}
	count_text(label, symbols->point[0].live);
	snprintf(words, sizeof(words), "symbols, with %s live orders", label);
	text(&p, p.left, LEGEND, "start", "symbols", words);
	count_text(label, live->point[0].symbols);
	snprintf(words, sizeof(words), "live orders, of %s symbols", label);
	text(&p, p.left, LEGEND + LINE, "start", "live", words);
}

void bench_chart(const struct bench_results *r, FILE *out)
{
	fprintf(out, head, WIDTH, HEIGHT, WIDTH, HEIGHT);
	chart_bars(r, out);
	chart_curve(r, out);
	fputs("</svg>\n", out);
}
