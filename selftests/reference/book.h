/* SPDX-License-Identifier: GPL-2.0 */
/*
 * book - the reference: what the kernel's book is compared with
 *
 * Written to be read, not to be fast.  A symbol's book IS the list of its
 * live orders.  Nothing else is kept: no levels, no best price.  Whoever asks
 * for the best bid gets the highest price that a walk over the list finds.
 */
#ifndef REFERENCE_BOOK_H
#define REFERENCE_BOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <uthash.h>

enum { REF_LOCATES = 65536 };

/* The highest price the engine's book holds, 1e-4 dollars. */
#define REF_PRICE_MAX	0x7fffffffu

struct ref_order {
	uint64_t ref;
	uint16_t locate;
	char side;			/* 'B' or 'S' */
	uint32_t shares;
	uint32_t px;			/* 1e-4 dollars */
	struct ref_order *prev;		/* the symbol's list */
	struct ref_order *next;
	UT_hash_handle hh;		/* by ref, all symbols */
};

struct ref_quote {
	uint32_t px;			/* 0: the side is empty */
	uint32_t orders;
	uint64_t qty;
};

struct ref_symbol {
	struct ref_order *orders;
	char name[9];			/* empty until the directory says */
	bool bad;
};

struct ref_book {
	struct ref_symbol *symbols;	/* REF_LOCATES of them */
	struct ref_order *by_ref;
	uint64_t unknown_refs;
	uint64_t duplicate_refs;
	uint64_t over_executed;
	uint64_t bad_values;
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
