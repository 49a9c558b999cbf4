/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange - judges OUCH 5.0 orders against the displayed book and answers
 *
 * No socket and no clock in here: one OUCH message of an account goes in,
 * replies come out through the sink, in the order in which the session that
 * carries them is to number them.  The time is that of the book.
 *
 * What it leaves out, knowingly: a fill does not take anything off the
 * replayed book, which is history, so two orders can take the same displayed
 * shares.
 */
#ifndef HT_SIM_EXCHANGE_H
#define HT_SIM_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uthash.h>

#include "book.h"
#include "ouch50.h"

enum {
	EXCHANGE_REASONS = OUCH_REJECT_INVALID_AIQ + 1,
	EXCHANGE_CLIENTS_MAX = 1024,
	EXCHANGE_NAME_MAX = 31,		/* letters of an account's name */
	EXCHANGE_REPLY_MAX = 128,	/* bytes; no reply is longer */
};

struct open_order;

/* An account.  All but owner is the exchange's own. */
struct exchange_client {
	void *owner;			/* the server's, to find its session */
	char name[EXCHANGE_NAME_MAX + 1];
	char day;			/* the last system event told; 0: none */
	uint32_t last_urn;
	struct open_order *orders;
	UT_hash_handle hh;		/* by name */
};

/*
 * reply	takes one OUCH message of len bytes for a client, to be sequenced,
 *		whether somebody is connected for it or not
 * entered	sees each new Enter Order before it is judged; may be NULL
 */
struct exchange_sink {
	void (*reply)(void *context, struct exchange_client *client,
		      const void *message, size_t len);
	void (*entered)(void *context, const struct ouch_enter *order);
	void *context;
};

struct exchange_counts {
	uint64_t received;		/* Enter Order, well framed */
	uint64_t accepted;
	uint64_t filled;		/* orders with an execution */
	uint64_t executions;
	uint64_t canceled;		/* with something left to cancel */
	uint64_t rejected;
	uint64_t ignored;		/* UserRefNum not above the last one */
	uint64_t cancels;		/* Cancel Order, well framed */
	uint64_t cancels_unknown;	/* of no open order: not answered */
	uint64_t heartbeats;
	uint64_t truncated;		/* datagram shorter than its message */
	uint64_t bad_length;		/* framing says another length */
	uint64_t unknown_type;
	uint64_t senders_refused;
	uint64_t shares;
	uint64_t notional;		/* 1e-4 dollars */
	uint64_t reason[EXCHANGE_REASONS];
};

struct exchange {
	const struct book *book;
	bool always_open;		/* whatever the system events say */
	bool cancel_on_disconnect;
	struct exchange_sink sink;
	struct exchange_counts counts;
	struct exchange_client *clients;
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
 * is to be called again for an account that is made later.
 */
void exchange_day(struct exchange *x, char event);

/*
 * A message of the symbol with this locate is in the book; 0: of the market.
 * To be called after every one.
 */
void exchange_book_changed(struct exchange *x, uint16_t locate);

#endif
