/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange_orders - the orders that are open, by all that finds them: the
 * account's channel and UserRefNum, price and time in a symbol, and the time
 * they run out
 */
#ifndef HT_SIM_EXCHANGE_ORDERS_H
#define HT_SIM_EXCHANGE_ORDERS_H

#include "exchange.h"
#include "exchange_form.h"

RB_HEAD(exchange_side, exchange_order);

/* A symbol that an order came for. */
struct exchange_symbol {
	uint32_t locate;
	uint64_t changes;		/* of its book, while it traded */
	struct exchange_side side[2];	/* BOOK_BID, BOOK_ASK */
	UT_hash_handle hh;
};

struct exchange_order {
	uint64_t key;			/* channel << 32 | UserRefNum */
	struct exchange_client *client;
	struct exchange_symbol *at;	/* rests there; NULL: not yet */
	uint64_t serial;		/* time priority */
	uint64_t ref;
	uint64_t price;			/* 1e-4 dollars */
	uint64_t expires_ns;		/* book's time; 0: never */
	uint64_t taken;			/* shares that the other side displays
					 * and this order has had
					 */
	uint64_t seen;			/* at this change of the symbol */
	uint32_t open;
	uint32_t executed;		/* of the whole chain */
	uint32_t shown;			/* of a reserve, until it is refreshed */
	uint16_t locate;
	bool filled;			/* counted as such */
	char side;
	char tif;
	char display;
	char capacity;
	char iso;
	char symbol[OUCH_SYMBOL_LEN];
	char clordid[OUCH_CLORDID_LEN];
	struct exchange_tags tags;
	UT_hash_handle hh;		/* by key */
	RB_ENTRY(exchange_order) by_price;
	RB_ENTRY(exchange_order) by_expiry;
};

static inline uint32_t order_urn(const struct exchange_order *o)
{
	return (uint32_t)o->key;
}

static inline uint8_t order_channel(const struct exchange_order *o)
{
	return (uint8_t)(o->key >> 32);
}

static inline bool order_is_buy(const struct exchange_order *o)
{
	return o->side == 'B';
}

/* An order of a symbol, open and with nothing else set.
 * Return: NULL without memory.
 */
struct exchange_order *order_make(struct exchange *x,
				  struct exchange_client *client,
				  uint8_t channel, uint32_t urn,
				  uint16_t locate);

/* Return: NULL when the client has no such open order. */
struct exchange_order *order_find(const struct exchange_client *client,
				  uint8_t channel, uint32_t urn);

/* A GTT order runs out so many seconds after now. */
void order_set_expiry(const struct exchange *x, struct exchange_order *o);

/* Behind all that rest at its price; from then on it may run out. */
void order_rest(struct exchange *x, struct exchange_order *o);

/* It is dead. */
void order_drop(struct exchange *x, struct exchange_order *o);

/* NULL: no order ever came for it. */
struct exchange_symbol *order_symbol(const struct exchange *x, uint16_t locate);

/* The orders that rest on a side, best price first, then as they came; NULL:
 * no more.
 */
struct exchange_order *order_best(struct exchange_side *side);
struct exchange_order *order_next(struct exchange_order *o);

/* The first to run out; NULL: none. */
struct exchange_order *order_expiring(struct exchange *x);

/* All memory. */
void orders_free(struct exchange *x);

#endif
