/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange_match - orders against the replayed book and against each other
 *
 * At one price the replayed book comes first.  What would trade with an order
 * of the same account is prevented from it (AIQ), as the newer order's strategy
 * says; an account's own setting is to decrement both.
 */
#ifndef HT_SIM_EXCHANGE_MATCH_H
#define HT_SIM_EXCHANGE_MATCH_H

#include "exchange_orders.h"

/* Whether the symbol trades, and the reason to reject if it does not. */
uint16_t match_refusal(const struct exchange *x, const struct book_symbol *s);

/* A new order trades, as far as it can, and rests or is dead then. */
void match_place(struct exchange *x, struct exchange_order *o);

/* The book of the symbol has changed: what rests there may trade. */
void match_resting(struct exchange *x, uint16_t locate);

/* Cancels all that is open: it is dead. */
void match_cancel(struct exchange *x, struct exchange_order *o, char reason);

#endif
