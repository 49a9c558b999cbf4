/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange - judges OUCH 5.0 orders against the displayed book and answers
 *
 * No socket and no clock in here: one OUCH message of an account goes in,
 * replies come out through the sink, in the order in which the session that
 * carries them is to number them.  The time is that of the book.
 *
 * An order that does not trade at once rests, and trades at its own price when
 * the book of the other side comes to it.
 *
 * What it leaves out, knowingly: a fill does not take anything off the
 * replayed book, which is history, so two orders can take the same displayed
 * shares; one order does not take them twice.  There are no crosses, pegs,
 * routes and discretion: what asks for the first three is refused, the last is
 * judged for form.
 */
#ifndef HT_SIM_EXCHANGE_H
#define HT_SIM_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <bsd/sys/tree.h>
#include <uthash.h>

#include "book.h"
#include "exchange_faults.h"
#include "ouch50.h"

enum {
	EXCHANGE_REASONS = OUCH_REJECT_INVALID_AIQ + 1,
	EXCHANGE_CLIENTS_MAX = 1024,
	EXCHANGE_NAME_MAX = 31,		/* letters of an account's name */
	EXCHANGE_REPLY_MAX = 128,	/* bytes; no reply is longer */
	EXCHANGE_CHANNELS = 256,	/* UserRefIdx */
	EXCHANGE_DISABLED_MAX = 32,	/* firms of an account */
};

struct exchange_order;
struct exchange_symbol;
struct exchange_break;
RB_HEAD(exchange_expiry, exchange_order);

/* An account.  All but owner is the exchange's own. */
struct exchange_client {
	void *owner;			/* the server's, to find its session */
	char name[EXCHANGE_NAME_MAX + 1];
	char day;			/* the last event told; 0: none */
	uint32_t last_urn[EXCHANGE_CHANNELS];
	struct exchange_order *orders;	/* by channel and UserRefNum */
	char disabled[EXCHANGE_DISABLED_MAX][4];	/* firms */
	uint32_t disabled_count;
	uint64_t second;		/* of the book's time, */
	uint32_t in_second;		/* and the orders in it */
	UT_hash_handle hh;		/* by name */
};

/*
 * reply	takes one OUCH message of len bytes for a client, to be
 *		sequenced, whether somebody is connected for it or not
 * entered	sees each new Enter Order before it is judged; may be NULL
 */
struct exchange_sink {
	void (*reply)(void *context, struct exchange_client *client,
		      const void *message, size_t len);
	void (*entered)(void *context, const struct ouch_enter *order);
	void *context;
};

struct exchange_counts {
	/* requests, well framed */
	uint64_t received;		/* Enter Order */
	uint64_t replaces;
	uint64_t cancels;
	uint64_t modifies;
	uint64_t mass_cancels;
	uint64_t disables;
	uint64_t enables;
	uint64_t queries;

	/* replies */
	uint64_t accepted;
	uint64_t replaced;
	uint64_t executions;
	uint64_t canceled;		/* with something left to cancel */
	uint64_t aiq_canceled;
	uint64_t modified;
	uint64_t broken;
	uint64_t rejected;		/* Enter Order */
	uint64_t requests_rejected;	/* all others */
	uint64_t pending;
	uint64_t cancel_rejects;
	uint64_t priority;
	uint64_t restated;

	/* and what was behind them */
	uint64_t filled;		/* orders with an execution */
	uint64_t resting_executions;
	uint64_t expired;
	uint64_t disconnected;		/* orders, canceled for it */
	uint64_t self_matches;
	uint64_t post_only;		/* orders, canceled for it */
	uint64_t dead;
	uint64_t repriced;
	uint64_t shares;
	uint64_t notional;		/* 1e-4 dollars */
	uint64_t open;			/* orders, now */
	uint64_t open_max;

	/* not answered */
	uint64_t ignored;		/* Enter: UserRefNum not a new one */
	uint64_t requests_ignored;	/* all others: the same */
	uint64_t cancels_unknown;	/* of no open order */
	uint64_t replaces_unknown;
	uint64_t modifies_unknown;
	uint64_t unchanged;		/* Cancel, Modify: nothing to change */

	uint64_t replaces_invalid;	/* the original was canceled */

	uint64_t truncated;		/* shorter than its message */
	uint64_t bad_length;		/* framing says another length */
	uint64_t unknown_type;
	uint64_t reason[EXCHANGE_REASONS];
};

/* What the exchange's own risk checks let through; 0: anything. */
struct exchange_limits {
	uint32_t shares;		/* of an order */
	uint64_t notional;		/* of an order, 1e-4 dollars */
	uint32_t rate;			/* orders of an account in a second */
};

struct exchange {
	const struct book *book;
	bool always_open;		/* whatever the system events say */
	bool cancel_on_disconnect;
	struct exchange_faults faults;
	struct exchange_limits limits;
	struct exchange_sink sink;
	struct exchange_counts counts;

	/* its own */
	struct exchange_client *clients;
	struct exchange_symbol *symbols;	/* where orders rest */
	struct exchange_expiry expiring;
	struct exchange_break *breaks;	/* trades to be broken */
	struct exchange_break **breaks_end;
	bool was_open;
	uint64_t last_serial;		/* time priority */
	uint64_t last_ref;		/* order references and match numbers */
	uint64_t last_match;		/* are the exchange's own */
};

void exchange_init(struct exchange *x, const struct book *book,
		   const struct exchange_sink *sink);
void exchange_free(struct exchange *x);

/*
 * The account of this name, made if there is none; it lives as long as the
 * exchange, whoever is connected.  Return: NULL when there is no room.
 */
struct exchange_client *exchange_account(struct exchange *x, const char *name);

/* Handles one OUCH message of len bytes, well formed or not. */
void exchange_message(struct exchange *x, struct exchange_client *client,
		      const void *message, size_t len);

/* The client's connection is gone: cancels its orders, where that is wanted. */
void exchange_disconnected(struct exchange *x, struct exchange_client *client);

/*
 * Sends system event S or E to every client that has not been told it, so it
 * is to be called again for an account that is made later.  Before the end all
 * orders run out.
 */
void exchange_day(struct exchange *x, char event);

/*
 * A message of the symbol with this locate is in the book; 0: of the market.
 * To be called after every one.
 */
void exchange_book_changed(struct exchange *x, uint16_t locate);

#endif
