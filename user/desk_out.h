/* SPDX-License-Identifier: GPL-2.0 */
/*
 * desk_out - what desk.c and desk_change.c share
 */
#ifndef HT_DESK_OUT_H
#define HT_DESK_OUT_H

#include "desk.h"
#include "journal.h"

/* Of one request, CLOCK_MONOTONIC. */
struct desk_stamps {
	uint64_t entry_ns;		/* XDP entry, 0: none */
	uint64_t seen_ns;
	uint64_t decided_ns;
	uint64_t sent_ns;
};

/* Writes down what left, or in a dry run would have. */
void desk_journal(struct controller *c, const struct desk_want *want,
		  const struct desk_stamps *stamps, enum journal_way way,
		  uint32_t urn, const void *message, size_t len);

/* Both gates, and what else stops an order.  What may not leave is told,
 * written down, and said in *result.  Return: whether it may.
 */
bool desk_allow(struct controller *c, const struct desk_want *want,
		struct desk_result *result, uint64_t *decided_ns);

/* Allowed, and yet it did not leave. */
void desk_withdraw(struct controller *c, const struct desk_want *want,
		   struct desk_result *result, enum ht_refusal why);

/* What these terms say that a Replace has to say again. */
struct desk_kept desk_keep(const struct ouch_terms *terms);

void desk_order_fill(struct order *o, const struct desk_want *want);

/* A number is used, whatever becomes of it: a controller after us begins behind
 * it.
 */
void desk_number_used(struct controller *c, uint32_t urn);

/* The number of a request that leaves by the socket, used from now on. */
uint32_t desk_number(struct controller *c);

/* Which of them it will be. */
uint32_t desk_number_next(const struct controller *c);

#endif
