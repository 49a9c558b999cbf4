/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ledger - our orders by the words of OUCH 5.0, to compare user/orders with
 *
 * Lists and loops: what an order or a symbol comes to is worked out anew from
 * all that happened, each time it is asked for.
 */
#ifndef HT_LEDGER_H
#define HT_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "../../user/ouch.h"

enum { LEDGER_ORDERS = 1024, LEDGER_FILLS = 4096 };

enum ledger_phase {
	LEDGER_ASKED,		/* sent; nothing says that it got in */
	LEDGER_IN,
	LEDGER_REFUSED,
	LEDGER_SILENT,		/* there will be no answer */
	LEDGER_SUCCEEDED,	/* another number goes on with it */
};

struct ledger_order {
	uint32_t urn;
	uint32_t orig;		/* 0: an Enter */
	enum ledger_phase phase;
	bool pending;
	bool dead;		/* accepted and gone */
	bool answered;
	char side;
	char symbol[OUCH_SYMBOL_LEN + 1];
	char clordid[OUCH_CLORDID_LEN];
	uint32_t asked;		/* in the message: a Replace's is its chain's */
	uint32_t size;		/* as accepted or replaced; 0: not yet */
	uint32_t taken;		/* canceled or modified away */
	uint64_t px;
	uint64_t limit;		/* 0: not sent by us */
	uint64_t ref;
};

struct ledger_fill {
	uint32_t order;
	uint32_t qty;
	uint64_t px;
	uint64_t match;
	bool broken;
};

struct ledger {
	struct ledger_order order[LEDGER_ORDERS];
	struct ledger_fill fill[LEDGER_FILLS];
	uint32_t orders;
	uint32_t fills;
};

/* What a symbol comes to; 1e-4 dollars. */
struct ledger_symbol {
	int64_t shares;
	uint64_t cost;
	int64_t realised;
	uint64_t bought, sold;
	uint64_t bought_notional, sold_notional;
	uint64_t open_buy, open_sell;
	uint64_t open_buy_notional, open_sell_notional;
	uint32_t open_orders;
	uint64_t top_buy, low_sell;
};

struct ledger_order *ledger_find(struct ledger *l, uint32_t urn);

/* What may still trade, and what did, broken trades included. */
uint32_t ledger_open(const struct ledger *l, const struct ledger_order *o);
uint32_t ledger_traded(const struct ledger *l, const struct ledger_order *o);
uint32_t ledger_broken(const struct ledger *l, const struct ledger_order *o);
bool ledger_waits(const struct ledger_order *o);
const char *ledger_state(const struct ledger *l,
			 const struct ledger_order *o);

/* The order that is to replace this one.  Return: NULL when there is none. */
const struct ledger_order *ledger_next(const struct ledger *l,
				       const struct ledger_order *o);

/* An Enter, or a Replace of orig; which must be possible. */
struct ledger_order *ledger_sent(struct ledger *l, uint32_t urn,
				 uint32_t orig);

/* Return: 0, -ENOENT, or -EPROTO for what cannot be true. */
int ledger_answer(struct ledger *l, const struct ouch_reply *r);

/* Everything that has no answer never gets one. */
void ledger_reconcile(struct ledger *l);

void ledger_symbol(const struct ledger *l, const char *symbol,
		   struct ledger_symbol *s);

#endif
