// SPDX-License-Identifier: GPL-2.0
#define HASH_NONFATAL_OOM 1

#include "exchange_orders.h"

#include <stdlib.h>

#define NS_PER_S 1000000000ull

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* Both are of one side. */
static int price_order(const struct exchange_order *a,
		       const struct exchange_order *b)
{
	int by_price = order_is_buy(a) ? compare(b->price, a->price) :
					 compare(a->price, b->price);

	return by_price ? by_price : compare(a->serial, b->serial);
}

static int expiry_order(const struct exchange_order *a,
			const struct exchange_order *b)
{
	int by_time = compare(a->expires_ns, b->expires_ns);

	return by_time ? by_time : compare(a->serial, b->serial);
}

RB_PROTOTYPE(exchange_side, exchange_order, by_price, price_order)
RB_GENERATE(exchange_side, exchange_order, by_price, price_order)
RB_PROTOTYPE(exchange_expiry, exchange_order, by_expiry, expiry_order)
RB_GENERATE(exchange_expiry, exchange_order, by_expiry, expiry_order)

struct exchange_symbol *order_symbol(const struct exchange *x, uint16_t locate)
{
	uint32_t key = locate;
	struct exchange_symbol *s;

	HASH_FIND(hh, x->symbols, &key, sizeof(key), s);
	return s;
}

static struct exchange_symbol *symbol_get(struct exchange *x, uint16_t locate)
{
	struct exchange_symbol *s = order_symbol(x, locate);

	if (s)
		return s;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->locate = locate;
	HASH_ADD(hh, x->symbols, locate, sizeof(s->locate), s);
	if (s->hh.tbl)
		return s;
	free(s);
	return NULL;
}

static uint64_t order_key(uint8_t channel, uint32_t urn)
{
	return (uint64_t)channel << 32 | urn;
}

struct exchange_order *order_make(struct exchange *x,
				  struct exchange_client *client,
				  uint8_t channel, uint32_t urn,
				  uint16_t locate)
{
	struct exchange_order *o;

	/* with it, coming to rest cannot fail any more */
	if (!symbol_get(x, locate))
		return NULL;
	o = calloc(1, sizeof(*o));
	if (!o)
		return NULL;
	o->key = order_key(channel, urn);
	o->client = client;
	o->locate = locate;
	HASH_ADD(hh, client->orders, key, sizeof(o->key), o);
	if (!o->hh.tbl) {
		free(o);
		return NULL;
	}
	x->counts.open++;
	if (x->counts.open > x->counts.open_max)
		x->counts.open_max = x->counts.open;
	return o;
}

struct exchange_order *order_find(const struct exchange_client *client,
				  uint8_t channel, uint32_t urn)
{
	uint64_t key = order_key(channel, urn);
	struct exchange_order *o;

	HASH_FIND(hh, client->orders, &key, sizeof(key), o);
	return o;
}

static struct exchange_side *side_of(const struct exchange_order *o)
{
	return &o->at->side[order_is_buy(o) ? BOOK_BID : BOOK_ASK];
}

void order_set_expiry(const struct exchange *x, struct exchange_order *o)
{
	if (o->tif != OUCH_TIF_GTT)
		return;
	o->expires_ns = x->book->timestamp + o->tags.expire_s * NS_PER_S;
	if (!o->expires_ns)
		o->expires_ns = 1;
}

void order_rest(struct exchange *x, struct exchange_order *o)
{
	o->at = order_symbol(x, o->locate);
	o->seen = o->at->changes;
	o->serial = ++x->last_serial;
	RB_INSERT(exchange_side, side_of(o), o);
	if (o->expires_ns)
		RB_INSERT(exchange_expiry, &x->expiring, o);
}

void order_drop(struct exchange *x, struct exchange_order *o)
{
	x->counts.open--;
	if (o->at) {
		RB_REMOVE(exchange_side, side_of(o), o);
		if (o->expires_ns)
			RB_REMOVE(exchange_expiry, &x->expiring, o);
	}
	HASH_DEL(o->client->orders, o);
	free(o);
}

struct exchange_order *order_best(struct exchange_side *side)
{
	return RB_MIN(exchange_side, side);
}

struct exchange_order *order_next(struct exchange_order *o)
{
	return RB_NEXT(exchange_side, , o);
}

struct exchange_order *order_expiring(struct exchange *x)
{
	return RB_MIN(exchange_expiry, &x->expiring);
}

void orders_free(struct exchange *x)
{
	struct exchange_client *client, *next_client;
	struct exchange_symbol *symbol, *next_symbol;
	struct exchange_order *o, *next;

	HASH_ITER(hh, x->clients, client, next_client)
		HASH_ITER(hh, client->orders, o, next)
			order_drop(x, o);
	HASH_ITER(hh, x->symbols, symbol, next_symbol) {
		HASH_DEL(x->symbols, symbol);
		free(symbol);
	}
}
