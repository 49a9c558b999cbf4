/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stream - sessions made to break a book
 *
 * Each is written by a function of its own from a seed; the table of all of
 * them is in stream.c.
 */
#ifndef PROOF_STREAM_H
#define PROOF_STREAM_H

#include <stdbool.h>

#include "writer.h"

struct stream {
	const char *name;
	const char *words;	/* what it is, in one line */
	void (*write)(struct writer *w);
	/* what the engine is loaded for; 0: its default */
	uint32_t orders;
	uint32_t rows;
	/* how --packed fills its packets; 0: as the exchange does */
	uint32_t packet_messages;
	uint32_t packet_bytes;
	bool packet_random;	/* 1 to packet_messages of them in each */
	bool huge;		/* 2 GiB of memory; not one of `all` */
};

/* Ended by a row without a name. */
extern const struct stream streams[];

/* prices (stream_price.c) */
void stream_deep_side(struct writer *w);
void stream_far_best(struct writer *w);
void stream_all_prices(struct writer *w);
void stream_crowd(struct writer *w);
void stream_big_sizes(struct writer *w);

/* orders and what is said about them (stream_order.c) */
void stream_replace_chains(struct writer *w);
void stream_by_parts(struct writer *w);
void stream_cannot_be(struct writer *w);
void stream_mixed(struct writer *w);
void stream_all_locates(struct writer *w);

/* references (stream_reference.c) */
enum { LIMIT_REFS = 4096 };
void stream_refs_dense(struct writer *w);
void stream_refs_step_4(struct writer *w);
void stream_refs_step_64(struct writer *w);
void stream_refs_step_65536(struct writer *w);
void stream_refs_descending(struct writer *w);
void stream_refs_random(struct writer *w);
void stream_refs_colliding(struct writer *w);

/* limits (stream_limit.c) */
enum {
	LIMIT_ORDERS = 1000,
	LIMIT_ROWS = 64,
	LIMIT_CROWD = 0x7fffff,		/* orders of a level at most */
};
void stream_orders_full(struct writer *w);
void stream_levels_full(struct writer *w);
void stream_levels_colliding(struct writer *w);
void stream_fill_and_empty(struct writer *w);
void stream_millions(struct writer *w);

#endif
