/* SPDX-License-Identifier: GPL-2.0 */
/*
 * book - the reference: what the kernel's book is compared with
 *
 * Written to be read.  An order is what its message said, found by reference
 * in a hash (uthash).  Each side of a symbol is a red-black tree of prices
 * (libbsd), each with the count and the sum of its orders; the best price is
 * the tree's end.  Nothing of it is the engine's: only the wire format is
 * shared.  ref_levels() does not look at the trees at all: it adds up the
 * orders, so that the reference proves itself as well.
 */
#ifndef REFERENCE_BOOK_H
#define REFERENCE_BOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <bsd/sys/tree.h>
#include <uthash.h>

enum { REF_LOCATES = 65536 };

/* The highest reference and price the engine's book holds, 1e-4 dollars. */
#define REF_MOST	((1ull << 48) - 2)
#define REF_PRICE_MAX	0x7fffffffu

struct ref_order {
	uint64_t ref;			/* with locate: what it is known by */
	uint16_t locate;
	char side;			/* 'B' or 'S' */
	uint32_t shares;
	uint32_t px;			/* 1e-4 dollars */
	UT_hash_handle hh;		/* by ref and locate */
};

struct ref_quote {
	uint32_t px;			/* 0: the side is empty */
	uint32_t orders;
	uint64_t qty;
};

/* A price at which at least one order stands. */
struct ref_price {
	RB_ENTRY(ref_price) tree;
	struct ref_quote quote;
};
RB_HEAD(ref_side, ref_price);

struct ref_symbol {
	struct ref_side bids;
	struct ref_side asks;
	char name[9];			/* empty until the directory says */
	bool bad;
};

struct ref_book {
	struct ref_symbol *symbols;	/* REF_LOCATES of them */
	struct ref_order *by_ref;	/* HASH_COUNT() of them live */
	uint64_t levels;		/* prices with orders, all symbols */
	uint64_t bad_symbols;
	/* messages that cannot be, by the reason */
	uint64_t unknown_refs;
	uint64_t duplicate_refs;
	uint64_t over_executed;
	uint64_t bad_values;
	uint64_t renamed;
};

/* One row of the whole book. */
struct ref_level {
	char symbol[12];
	uint16_t locate;
	char side;
	struct ref_quote quote;
};

/* Return: 0 or -ENOMEM. */
int ref_init(struct ref_book *b);
void ref_free(struct ref_book *b);

/*
 * Applies one ITCH message of len bytes.
 * Return: 1 when it may have changed its symbol's book, else 0; -EPROTO when it
 * is too short for its type, -ENOMEM.
 */
int ref_apply(struct ref_book *b, const uint8_t *message, uint32_t len);

/* The live order of this symbol with this reference, or NULL. */
const struct ref_order *ref_order(const struct ref_book *b, uint16_t locate,
				  uint64_t ref);

/* Best price of a side ('B' or 'S'), with what stands there. */
struct ref_quote ref_best(const struct ref_symbol *s, char side);

/* The ticker, or #locate while the directory has not named it. */
const char *ref_name(const struct ref_book *b, uint16_t locate, char text[12]);

/*
 * The whole book: by symbol, bids from the highest, then asks from the lowest.
 * Return: how many levels, in *levels, which the caller frees; or -ENOMEM.
 */
int ref_levels(const struct ref_book *b, struct ref_level **levels);

#endif
