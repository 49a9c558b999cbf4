/* SPDX-License-Identifier: GPL-2.0 */
/*
 * generate - a synthetic Nasdaq session, made one step at a time
 *
 *	generate.c		the day: its phases, one after the other
 *	generate_listing.c	which symbols there are, and how busy each is
 *	generate_depth.c	resting orders, so that the best is always known
 *	generate_price.c	where a new order goes without crossing the book
 *	generate_flow.c		adds, cancels, replaces, executions: the crowd
 *	generate_event.c	halts, pauses, the IPO: what is on the agenda
 *	generate_auction.c	crosses
 *	generate_time.c		the shape of the day and its bursts
 *
 * A step changes the market and queues the messages that say so.
 */
#ifndef HT_GENERATE_H
#define HT_GENERATE_H

#include "generate_random.h"
#include "itch50.h"
#include "sim.h"

#define SECOND	1000000000ull

enum {
	GENERATE_QUEUE = 64,		/* messages; no step makes more */
	GENERATE_AGENDA = 1024,
	GENERATE_MATCHES = 64,		/* trades that may still be broken */
	GENERATE_LANES = 4,		/* a symbol's references share ref % 4 */
};

#define NO_ORDER	UINT32_MAX

enum { BUY, SELL };

struct resting {
	uint64_t ref;
	uint32_t price;
	uint32_t shares;	/* 0: the slot is free */
	uint32_t next;		/* behind it at its price; or the next free */
	uint32_t prev;
	uint16_t symbol;
	uint8_t side;
};

struct depth_level {
	uint32_t key;		/* rises towards the best, on either side */
	uint32_t orders;
	uint32_t head;		/* first in time */
	uint32_t tail;
};

struct depth {
	struct depth_level *level;	/* the best is the last */
	uint32_t count;
	uint32_t room;
	uint32_t orders;
	uint32_t best;		/* price, 0: none; spares a look at level */
};

struct listed {
	char stock[ITCH_STOCK_LEN];
	uint16_t locate;
	uint16_t rank;		/* 0 is the busiest */
	uint32_t target;	/* live orders at the plateau */
	uint32_t fair;		/* 1e-4 dollars: what the crowd believes */
	uint32_t low;		/* bounds of fair */
	uint32_t high;
	uint32_t lot;
	uint32_t crossed;	/* shares of the auction under way */
	uint32_t cross_price;
	char state;		/* H P Q T, as Trading Action has them */
	char reason[4];
	uint8_t lane;
	bool off;		/* operational halt */
	bool test;
	bool ipo;
	bool breached;		/* halted by the circuit breaker */
	struct depth side[2];
};

/* Picks a symbol by its weight in one roll (Walker's alias method). */
struct alias {
	uint32_t keep;		/* of 2^32 */
	uint32_t other;
};

/* References rise, but a block that a lane set aside may be used late. */
struct lane {
	uint64_t late;
	uint32_t late_left;
};

struct appointment {
	uint64_t due;		/* in messages made */
	uint32_t symbol;
	uint32_t what;		/* enum event */
};

/* A trade that may be broken later. */
struct broken {
	uint64_t match;
	uint32_t symbol;
};

enum event {
	EVENT_HALT, EVENT_PAUSE, EVENT_QUOTE, EVENT_AUCTION, EVENT_OFF,
	EVENT_ON, EVENT_IPO, EVENT_RPII, EVENT_DLCR, EVENT_BROKEN,
	EVENT_REG_SHO, EVENT_POSITION, EVENT_BREACH, EVENT_BREACH_QUOTE,
	EVENT_BREACH_END,
};

/* What is told of every symbol, one a step, while the breaker holds. */
enum sweep { SWEEP_NONE, SWEEP_HALT, SWEEP_QUOTE, SWEEP_RESUME };

struct queued {
	uint32_t len;
	uint8_t bytes[ITCH_MAX_LEN];
};

struct generator {
	struct dice dice;
	struct generate_options options;
	int error;

	/* the day */
	uint64_t now;		/* ns since midnight */
	uint64_t made;		/* messages, the queued ones included */
	uint32_t phase;
	uint64_t phase_first;	/* messages made when it began */
	uint64_t phase_last;	/* at which it may end */
	uint32_t cursor;	/* symbol it is at */
	uint32_t crosses;	/* symbols with an opening and a closing one */
	uint32_t cross_fills;	/* of them, those in which orders trade */
	uint32_t positions;	/* of each symbol in the morning */
	uint32_t wanted;	/* types not made yet, as bits */
	bool open;		/* continuous trading */

	/* the burst under way */
	uint32_t burst_left;
	uint32_t burst_gap;	/* ns */
	uint32_t burst_symbol;
	int32_t burst_drift;	/* direction of the price: -1, 0, 1 */
	uint32_t ramp;		/* live orders wanted, 256ths of the target */

	/* the market */
	struct listed *symbols;
	struct alias *alias;
	uint32_t ipo;		/* the symbol that K is about */
	uint32_t busiest;
	struct resting *orders;
	uint32_t order_room;
	uint32_t order_high;	/* slots ever used */
	uint32_t order_free;
	uint64_t live;
	struct lane lane[GENERATE_LANES];
	uint64_t next_ref;	/* in multiples of the lanes */
	uint64_t match;
	struct broken matches[GENERATE_MATCHES];
	uint32_t match_count;

	struct appointment agenda[GENERATE_AGENDA];	/* latest first */
	uint32_t appointments;
	enum sweep sweep;
	bool breached;

	struct queued queue[GENERATE_QUEUE];
	uint32_t queued;
	uint32_t sent;
	uint16_t tracking;
};

static inline uint32_t roll(struct generator *g, uint32_t n)
{
	return dice_roll(&g->dice, n);
}

/* Orders are taken and the book may not cross. */
static inline bool is_trading(const struct listed *s)
{
	return s->state == 'T' && !s->off;
}

/*
 * Queues a message of this type about s (NULL: about none), stamped now.
 * Return: its bytes, the head filled in.
 */
void *generate_message(struct generator *g, const struct listed *s, char type);

/* A number for a trade in s.  Return: unique in the day. */
uint64_t generate_match(struct generator *g, const struct listed *s);

/* -- generate_listing.c ------------------------------------------------- */

/* Return: 0 or -ENOMEM; listing_free() in both cases. */
int listing_make(struct generator *g);
void listing_free(struct generator *g);
struct listed *listing_pick(struct generator *g);
void listing_directory(struct generator *g, const struct listed *s);
void listing_position(struct generator *g, const struct listed *s);

/* -- generate_depth.c --------------------------------------------------- */

/* Return: 0 or -ENOMEM. */
int depth_make(struct generator *g);

/* Best price of a side in 1e-4 dollars, 0 when it is empty. */
static inline uint32_t depth_best(const struct listed *s, int side)
{
	return s->side[side].best;
}

/* Return: the order's slot, NO_ORDER when there is no room. */
uint32_t depth_add(struct generator *g, struct listed *s, int side,
		   uint32_t price, uint32_t shares);
/* Takes shares off; an order without any is gone. */
void depth_reduce(struct generator *g, uint32_t order, uint32_t shares);

/* First order of the best level, or NO_ORDER. */
uint32_t depth_first(const struct listed *s, int side);
/* An order of the five best levels, most likely the best, or NO_ORDER. */
uint32_t depth_near(struct generator *g, const struct listed *s, int side);
/* Any live order of any symbol, or NO_ORDER when luck fails. */
uint32_t depth_any(struct generator *g);

/* The order behind this one, at its price or the next, or NO_ORDER. */
uint32_t depth_next(const struct generator *g, const struct listed *s,
		    uint32_t order);

/* -- generate_price.c --------------------------------------------------- */

/* The distance that one step of the market is at this price. */
uint32_t price_step(uint32_t price);
/* Return: a price that does not touch the other side; 0 when none is left. */
uint32_t price_resting(struct generator *g, const struct listed *s, int side);
/* Return: a price that meets or passes the other side; 0 when it has none. */
uint32_t price_crossing(struct generator *g, const struct listed *s, int side);
/* Moves what the crowd believes by so many steps, within its bounds. */
void price_move(struct listed *s, int32_t steps);

/* -- generate_flow.c ---------------------------------------------------- */

void flow_step(struct generator *g);

/* -- generate_event.c --------------------------------------------------- */

void event_plan(struct generator *g);
/* Return: whether something was due, or planned at all with must. */
bool event_step(struct generator *g, bool must);
void event_sweep(struct generator *g);
void event_state(struct generator *g, struct listed *s, char state,
		 const char *reason);

/* -- generate_auction.c ------------------------------------------------- */

void auction_noii(struct generator *g, const struct listed *s, char cross);
/* The opening (O) or closing (C) cross; the symbol's book is not crossed. */
void auction_cross(struct generator *g, struct listed *s, char cross);
/*
 * Trades what crosses in the book of a symbol in quotation.
 * Return: whether that is done; else call again.
 */
bool auction_uncross(struct generator *g, struct listed *s);

/* -- generate_time.c ---------------------------------------------------- */

enum shape { SHAPE_PREOPEN, SHAPE_MARKET, SHAPE_POST };

/* Moves now to the next message; begins a burst when the last has ended. */
void time_step(struct generator *g, enum shape shape);
/* How far the phase is, in 1,024ths. */
uint32_t time_progress(const struct generator *g);

#endif
