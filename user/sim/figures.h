/* SPDX-License-Identifier: GPL-2.0 */
/*
 * figures - every number of a run's summary, with its two names
 */
#ifndef HT_SIM_FIGURES_H
#define HT_SIM_FIGURES_H

#include "summary.h"

/* A figure: its key in JSON, its words for a person (NULL: not for one). */
struct figure {
	const char *key;
	const char *words;
	uint64_t value;
};

struct figure_quantile {
	const char *key;
	const char *words;
	uint32_t per_mille;
};

enum {
	FEED_FIGURES = 10, LINE_FIGURES = 11, REREQUEST_FIGURES = 10,
	GLIMPSE_FIGURES = 10, BOOK_FIGURES = 6, ORDER_FIGURES = 43,
	QUANTILE_FIGURES = 4, SESSION_FIGURES = 24,
};

extern const struct figure_quantile figure_quantiles[QUANTILE_FIGURES];

#define FIGURE_CLOCK \
	"from before the send call to the kernel's receive timestamp, " \
	"CLOCK_REALTIME"

/* From the first packet with messages to the last one, ns. */
uint64_t elapsed_ns(const struct summary *s);

void feed_figures(const struct summary *s, struct figure f[FEED_FIGURES]);
void line_figures(const struct line *l, struct figure f[LINE_FIGURES]);
void rerequest_figures(const struct rerequest *r,
		       struct figure f[REREQUEST_FIGURES]);
void glimpse_figures(const struct glimpse *g,
		     struct figure f[GLIMPSE_FIGURES]);
void book_figures(const struct summary *s, struct figure f[BOOK_FIGURES]);
void session_figures(const struct session_server *s,
		     struct figure f[SESSION_FIGURES]);
void order_figures(const struct summary *s, struct figure f[ORDER_FIGURES]);

#endif
