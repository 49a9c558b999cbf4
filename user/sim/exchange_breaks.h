/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange_breaks - executions that are to be broken: not at once, but when
 * the exchange is next told something
 */
#ifndef HT_SIM_EXCHANGE_BREAKS_H
#define HT_SIM_EXCHANGE_BREAKS_H

#include "exchange_orders.h"

/* Without memory the trade stands. */
void break_add(struct exchange *x, const struct exchange_order *o,
	       uint64_t match);

/* Tells the clients of all that were added. */
void breaks_send(struct exchange *x);
void breaks_free(struct exchange *x);

#endif
