/* SPDX-License-Identifier: GPL-2.0 */
/*
 * book - the exchange's own picture of what it has published
 *
 * Every displayed order of every symbol, the levels they make, and the market
 * state that orders are judged by.  Written for clarity and without a bound on
 * depth; it is a design of its own, so that the engine's book can be compared
 * with it.
 */
#ifndef HT_SIM_BOOK_H
#define HT_SIM_BOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <uthash.h>

enum { BOOK_LOCATES = 65536 };
enum { BOOK_BID, BOOK_ASK };

struct book_level {
	uint32_t price;			/* 1e-4 dollars */
	uint32_t orders;
	uint64_t qty;
};

struct book_side {
	struct book_level *level;	/* worst first: the best is the last */
	uint32_t count;
	uint32_t room;
};

struct book_symbol {
	char stock[8];			/* padded with spaces */
	bool listed;			/* the directory named it */
	bool is_test;
	bool halted_here;		/* operational halt of this market */
	char state;			/* of Trading Action; 0: none yet */
	struct book_side side[2];
	UT_hash_handle hh;		/* by stock */
};

struct book_order {
	uint64_t ref;
	uint32_t shares;
	uint32_t price;
	uint16_t locate;
	uint8_t side;
	char mpid[4];			/* of Add with MPID; 0: none */
	UT_hash_handle hh;		/* by ref, or the next spare one */
};

struct book_chunk;

struct book {
	struct book_symbol *symbols;	/* BOOK_LOCATES of them */
	struct book_symbol *by_stock;
	struct book_order *orders;
	struct book_order *spare;
	struct book_chunk *chunks;
	bool market_open;		/* system event Q seen, M not yet */
	uint64_t timestamp;		/* of the last message, ns */
	uint64_t levels;
	uint64_t unknown_refs;
	uint64_t duplicate_refs;
	uint64_t oversized;		/* took more than the order had */
	uint64_t unknown_types;
	uint64_t bad_messages;		/* too short for their type, no side */
};

/* Return: 0 or -ENOMEM, with nothing to free. */
int book_init(struct book *b);
void book_free(struct book *b);

/* Applies any ITCH message of len bytes.  Return: 0 or -ENOMEM. */
int book_apply(struct book *b, const uint8_t *message, uint32_t len);

/* The listed symbol with this name, padded with spaces; NULL: none. */
const struct book_symbol *book_find(const struct book *b, const char stock[8]);

uint64_t book_live_orders(const struct book *b);

/*
 * Writes every level as symbol,side,price,qty,orders: by symbol, bids from the
 * highest, then asks from the lowest.  Return: 0 or negative errno.
 */
int book_write_csv(const struct book *b, FILE *out);

#endif
