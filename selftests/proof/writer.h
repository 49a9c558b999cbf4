/* SPDX-License-Identifier: GPL-2.0 */
/*
 * writer - writes a session as a BinaryFILE and remembers which orders live
 */
#ifndef PROOF_WRITER_H
#define PROOF_WRITER_H

#include <stdio.h>

#include "native/compose.h"

struct live {
	uint64_t ref;
	uint16_t locate;
	char side;
	uint32_t shares;
	uint32_t px;		/* 1e-4 dollars */
};

struct writer {
	FILE *out;
	uint8_t *expect;	/* [65536], enum expect of compare.h */
	uint64_t refused;	/* orders there is no room for, 0: who knows */
	uint64_t random;
	uint64_t messages;	/* about how many are wanted */
	uint64_t written;
	uint64_t next_ref;
	uint64_t (*ref)(struct writer *w);	/* the next new reference */
	struct live *order;
	uint32_t count;
	uint32_t room;
};

/* What a market of random orders is like. */
struct taste {
	uint16_t locates;			/* symbols 1 to locates */
	uint32_t live;				/* orders it hovers around */
	uint32_t (*px)(struct writer *w);
	uint32_t (*shares)(struct writer *w);	/* NULL: 1 to 1,000 */
};

/* Uniform in [0, limit). */
uint32_t below(struct writer *w, uint32_t limit);

/* One message, which the writer does not look into. */
void put(struct writer *w, struct msg m);

/* The same by a live order's place in w->order.  Removing one moves the last
 * one into its place.
 */
void put_add(struct writer *w, uint16_t locate, char side, uint32_t shares,
	     uint32_t px);
void put_delete(struct writer *w, uint32_t i);
/* Executed (E, C) or cancelled in part (X), which of them at random. */
void put_reduce(struct writer *w, uint32_t i, uint32_t shares);
void put_replace(struct writer *w, uint32_t i, uint32_t shares, uint32_t px);

/* Deletes all that live, in random order. */
void put_drain(struct writer *w);

/* Random messages until `messages` are written. */
void put_market(struct writer *w, const struct taste *taste, uint64_t messages);

/* Prices: around 100 dollars, in cents; and anywhere from 0.0001 to
 * 200,000.0000, all magnitudes alike, half of them off the cent.
 */
uint32_t px_near(struct writer *w);
uint32_t px_anywhere(struct writer *w);

#endif
