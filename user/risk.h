/* SPDX-License-Identifier: GPL-2.0 */
/*
 * risk - the second gate: the last word in user space before an order
 *
 * It judges everything that is about to become an order, whoever wants it: a
 * trigger's event, a person, a replacement.  It trusts neither the kernel's
 * gate nor what it is handed, and shares no code with kern/gate: only the
 * layouts of maps/ are the same.  First failure wins, in the order of
 * maps/gate.map.h; what is missing or stale refuses.  An order that names
 * nothing (no locate, no row, no ticker, no side) has no state to look at and
 * is VALUES at once.
 *
 * The order's ticker must be the one that its trigger was added for: a locate
 * can be given another one.  A trigger added by locate before its ticker was
 * known (its row says `#5`) fires, but no order follows; add it anew.
 *
 * A disarm takes effect on the kernel at once, and here from the next event
 * on: the order of an event that was already judged still leaves.  A kill
 * does not wait: risk_last() is called right before the descriptor.
 *
 * Rates are exact: in no second more than so many.  What the gate allowed has
 * used its part of them, also when it could not be sent.
 */
#ifndef HT_RISK_H
#define HT_RISK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "maps.h"

struct instance;

enum {
	RISK_RATE_MAX = 65536,	/* orders in any second, at most */
	RISK_COLLAR_MAX = 10000, /* bps */
};

/* What is about to be sent.  By hand: the rules about triggers and their events
 * do not count, and what says so here is 0.
 */
struct risk_order {
	bool by_hand;
	uint32_t trigger;		/* row */
	uint32_t locate;
	uint64_t fires;			/* of the trigger, this one included */
	uint64_t seq;			/* MoldUDP64, of the event */
	uint64_t entry_ns;		/* CLOCK_MONOTONIC, of the event */
	enum ht_feed_state feed;	/* as the event saw them */
	enum ht_symbol_state state;
	char side;			/* OUCH 5.0: B S T E */
	char tif;			/* OUCH 5.0, Time In Force */
	bool iso;
	uint32_t qty;			/* shares */
	uint32_t px;			/* 1e-4 dollars */
	uint32_t replaces_qty;		/* what it takes the place of: shares */
	uint32_t replaces_px;		/* left and their price; 0: nothing */
	char symbol[HT_TICKER];
};

/* The orders of the last second, oldest first, in a ring. */
struct risk_log {
	uint64_t head;			/* taken since the start */
	uint64_t tail;			/* that are older than a second */
	uint64_t ns[RISK_RATE_MAX];	/* CLOCK_MONOTONIC */
};

/* What makes two orders the same (O6). */
struct risk_same {
	uint32_t locate;
	uint32_t qty;
	uint32_t px;
	uint32_t side;
};

struct risk {
	bool stopped;			/* refuse everything from now on */
	uint64_t since_ns;		/* older events were another
					 * controller's, which may have sent
					 * them
					 */
	uint64_t allowed;
	uint64_t cancels;
	uint64_t refused[HT_REFUSALS];
	uint64_t last_seq[HT_TRIGGERS];	/* last one allowed, by row, */
	uint64_t joins;			/* of this book: another session's may
					 * count from 1 again
					 */
	uint32_t version;		/* of the limits that judged last, for
					 * the record (P4); 0: there were none
					 */
	int64_t midnight_ns;		/* CLOCK_MONOTONIC at midnight in New
					 * York
					 */
	uint64_t clock_ns;		/* CLOCK_MONOTONIC when it was told, */
	bool clock_synced;		/* and this */
	struct risk_log orders;
	struct risk_log messages;	/* orders and cancels */
	struct risk_same same[RISK_RATE_MAX];	/* of `orders` */
	uint32_t recent[HT_LOCATES];	/* of `orders`, by locate */
};

void risk_init(struct risk *r);

/* Looks at our clock for G4, in this process and for kern/gate; once a
 * second at least.  now_ns is CLOCK_MONOTONIC, as everywhere here.
 */
void risk_clock(struct risk *r, struct instance *in, uint64_t now_ns);

/* Return: seconds since midnight in New York at t (CLOCK_REALTIME). */
time_t risk_since_midnight(time_t t);

/* What the event of a trigger wants. */
struct risk_order risk_order_of(const struct ht_event *e);

/*
 * Judges one order at now_ns and counts the answer.  It may hold anything: row
 * and locate are checked before they are used.
 * Return: HT_ALLOWED, or the first reason to refuse.
 */
enum ht_refusal risk_check(struct risk *r, const struct instance *in,
			   const struct risk_order *o, uint64_t now_ns);

/*
 * The last look, after everything else is done and right before the
 * descriptor: kill switch, session and stop, a handful of loads.  Counts
 * nothing; what it refuses is withdrawn.
 * Return: as risk_check().
 */
enum ht_refusal risk_last(const struct risk *r, const struct instance *in,
			  const struct risk_order *o);

/*
 * Takes back an order that was allowed and could not be sent: it counts as
 * refused.  Its sequence and its part of the rate stay used up, so the same
 * event is not allowed a second time.
 */
void risk_withdraw(struct risk *r, enum ht_refusal why);

/* An order in this symbol traded, the first time for it: O14 remembers, and
 * pauses the symbol when it was the last one that may be.
 */
void risk_filled(struct instance *in, uint32_t locate, uint64_t now_ns);

/* A cancel leaves: nothing forbids one, killed or not, but it is a message of
 * the session's rate.
 */
void risk_cancel(struct risk *r, uint64_t now_ns);

#endif
