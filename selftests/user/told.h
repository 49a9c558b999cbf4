/* SPDX-License-Identifier: GPL-2.0 */
/*
 * told - orders that the exchange tells of, for tests of user/orders
 *
 * Every order is to buy 100 AAPL at 0.1000, unless the test says otherwise.
 */
#ifndef HT_TOLD_H
#define HT_TOLD_H

#include "../../user/orders.h"

enum { FIRST_URN = 100, ROOM = 64 };

extern struct orders orders;

int told_setup(void **state);
int told_teardown(void **state);

/* Return: what orders_apply() does. */
int apply(struct ouch_reply r);

/* An answer of a type about a number, to be changed or applied. */
struct ouch_reply told(char type, uint32_t urn);
int tell(char type, uint32_t urn);

struct ouch_reply fill(uint32_t urn, uint32_t qty, uint64_t px,
		       uint64_t match);
int break_trade(uint32_t urn, uint64_t match);

const struct order *find(uint32_t urn);
const struct position *aapl(void);
void assert_state(uint32_t urn, enum order_state state);

#endif
