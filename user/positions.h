/* SPDX-License-Identifier: GPL-2.0 */
/*
 * positions - what we hold, by symbol, and what our open orders could add
 *
 * The worst case is counted, never the likely one: an open order as if all of
 * it traded at its own price, from when it is sent until the exchange says
 * otherwise.  Profit goes by average cost: a trade that makes a position
 * smaller realises against the average price of what is held.
 *
 * Money is in 1e-4 dollars.  A sum that does not fit stays at its type's limit
 * from then on, whatever is taken off it, and is counted in `overflows`: who
 * compares it with a limit refuses.
 *
 * No I/O, no clock, and no memory taken after positions_init().
 */
#ifndef HT_POSITIONS_H
#define HT_POSITIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"

enum {
	POSITIONS_MAX = 65536,		/* as many as there are locates */
	POSITION_FILLS = 32,		/* last fills whose time is kept */
};

struct position {
	char symbol[HT_TICKER];		/* ended by NUL */
	int64_t shares;			/* held: + long, - short */
	uint64_t cost;			/* paid for them when long, got for
					 * them when short; always + or 0
					 */
	int64_t realised;		/* profit +, loss - */

	uint64_t bought;		/* shares of this day's fills, without */
	uint64_t sold;			/* broken trades; these four only grow */
	uint64_t bought_notional;	/* but for breaks */
	uint64_t sold_notional;

	uint64_t open_buy;		/* shares that may still be bought */
	uint64_t open_sell;		/* or sold (also short), both + or 0 */
	uint64_t open_buy_notional;
	uint64_t open_sell_notional;
	uint32_t open_orders;		/* an order that is being replaced is
					 * one
					 */
	uint64_t top_buy;		/* own highest open buy, 0: none */
	uint64_t low_sell;		/* own lowest open sell, 0: none */

	uint64_t executions;		/* broken ones included */
	uint64_t breaks;
	uint64_t fills;			/* orders that traded, each once */
	uint64_t filled_ns[POSITION_FILLS]; /* when, CLOCK_MONOTONIC: number
					 * n, from 0, is at n % POSITION_FILLS;
					 * 0: long ago
					 */

	uint32_t open_first;		/* order, execution: index + 1, 0: none; */
	uint32_t fill_first;		/* these three belong to orders.c */
	uint32_t fill_last;
	uint32_t next_changed;		/* index + 1, 0: none */
	bool changed;
};

struct positions {
	struct position *table;		/* [count], in order of appearance */
	uint32_t *slots;		/* by symbol: index + 1, 0: free */
	uint32_t mask;			/* of slots */
	uint32_t most;
	uint32_t count;
	uint32_t first_changed;		/* index + 1, 0: none */

	int64_t realised;		/* all symbols, as all of these */
	uint64_t gross;			/* sum of cost */
	int64_t net;			/* the same, short ones negative */
	uint64_t open_buy_notional;
	uint64_t open_sell_notional;
	uint64_t open_orders;
	uint64_t worst_gross;		/* sum of position_worst() */
	uint64_t overflows;
};

/* Room for `most` symbols (1 to POSITIONS_MAX).  Return: 0 or -ENOMEM. */
int positions_init(struct positions *p, uint32_t most);
void positions_free(struct positions *p);

/* No symbol ever had an order. */
void positions_forget(struct positions *p);

/* Symbol: ended by NUL or HT_TICKER bytes long.  Return: NULL when it never
 * had an order.
 */
struct position *positions_find(const struct positions *p, const char *symbol);

/* The same, made when it is new.  Return: NULL when there is no room. */
struct position *positions_get(struct positions *p, const char *symbol);

/* Adds an execution. */
void positions_execute(struct positions *p, struct position *pos, bool is_buy,
		       uint32_t qty, uint64_t px);

/* It was an order's first, at now_ns (0: long ago, never recent). */
void positions_filled(struct positions *p, struct position *pos,
		      uint64_t now_ns);

/*
 * Takes all fills out of shares, cost, profit, bought and sold, for those that
 * stand to be added anew by positions_refill(), oldest first; this is how a
 * broken trade leaves no trace in the average cost.
 */
void positions_unfill(struct positions *p, struct position *pos);
void positions_refill(struct positions *p, struct position *pos, bool is_buy,
		      uint32_t qty, uint64_t px);

/* Changes what is open on one side by these amounts, and the orders' count. */
struct position_open {
	uint64_t shares;
	uint64_t notional;
	uint32_t orders;
};
void positions_open(struct positions *p, struct position *pos, bool is_buy,
		    const struct position_open *before,
		    const struct position_open *now);

/* The larger of |position + all open buys| and |position - all open sells|, in
 * 1e-4 dollars, what is held at its cost.
 */
uint64_t position_worst(const struct position *pos);

/* The same in shares. */
uint64_t position_worst_shares(const struct position *pos);

/* Profit (+) or loss (-) of what is held at a price of mark, in 1e-4 dollars;
 * INT64_MAX or INT64_MIN when it does not fit.
 */
int64_t position_unrealised(const struct position *pos, uint64_t mark);

/* A position that changed since it was last taken here, each once, in no
 * order.  Return: NULL when there is none left.
 */
const struct position *positions_changed(struct positions *p);

/* Net of all symbols if every open buy trades and no sell, or the other way
 * round, in 1e-4 dollars; INT64_MAX, INT64_MIN when it does not fit.
 */
int64_t positions_net_high(const struct positions *p);
int64_t positions_net_low(const struct positions *p);

#endif
