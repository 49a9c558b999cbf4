// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "exchange_match.h"
#include "exchange_reply.h"
#include "exchange_requests.h"
#include "wire.h"

#define NS_PER_S 1000000000ull

enum { TICK_FROM_DOLLAR = 100, PRICE_DOLLAR = 10000 };

bool request_takes_number(const struct exchange_request *r, uint32_t urn)
{
	uint32_t *last = &r->client->last_urn[r->tags.channel];

	if (urn <= *last)
		return false;
	*last = urn;
	return true;
}

uint16_t request_risk(const struct exchange *x, uint32_t qty, uint64_t price)
{
	const struct exchange_limits *limits = &x->limits;

	if (limits->shares && qty > limits->shares)
		return OUCH_REJECT_RISK_MAX_QTY;
	if (limits->notional && qty * price > limits->notional)
		return OUCH_REJECT_RISK_NOTIONAL;
	return 0;
}

/* One more order of this second.  Return: 0, or the reason to reject. */
static uint16_t rate_refusal(const struct exchange *x,
			     struct exchange_client *c)
{
	uint64_t second = x->book->timestamp / NS_PER_S;

	if (second != c->second)
		c->in_second = 0;
	c->second = second;
	if (!x->limits.rate || c->in_second++ < x->limits.rate)
		return 0;
	return OUCH_REJECT_RISK_PORT_RATE;
}

static uint16_t symbol_refusal(const struct exchange *x,
			       const struct book_symbol *symbol)
{
	if (!symbol)
		return OUCH_REJECT_INVALID_SYMBOL;
	if (symbol->is_test)
		return OUCH_REJECT_TEST;
	return match_refusal(x, symbol);
}

static uint16_t refusal(const struct exchange_request *r,
			const struct ouch_enter *e,
			const struct book_symbol *symbol)
{
	uint16_t reason = form_enter(e, &r->tags);

	if (!reason)
		reason = symbol_refusal(r->x, symbol);
	if (!reason && request_disabled(r->client, r->tags.firm))
		reason = OUCH_REJECT_FIRM_NOT_AUTHORIZED;
	if (!reason)
		reason = request_risk(r->x, get_be32(&e->qty),
				      get_be64(&e->price));
	if (!reason)
		reason = rate_refusal(r->x, r->client);
	return reason;
}

static void reject(struct exchange_request *r, const struct ouch_enter *e,
		   uint16_t reason)
{
	r->x->counts.rejected++;
	reply_rejected(r->x, r->client, r->tags.channel, get_be32(&e->urn),
		       e->clordid, reason);
}

static struct exchange_order *order_of(const struct exchange_request *r,
				       const struct ouch_enter *e,
				       const struct book_symbol *symbol)
{
	struct exchange *x = r->x;
	struct exchange_order *o;

	o = order_make(x, r->client, r->tags.channel, get_be32(&e->urn),
		       (uint16_t)(symbol - x->book->symbols));
	if (!o)
		return NULL;
	o->ref = ++x->last_ref;
	o->open = get_be32(&e->qty);
	o->price = get_be64(&e->price);
	o->side = e->side;
	o->tif = e->tif;
	o->display = e->display;
	o->capacity = e->capacity;
	o->iso = e->iso;
	o->tags = r->tags;
	memcpy(o->symbol, e->symbol, sizeof(o->symbol));
	memcpy(o->clordid, e->clordid, sizeof(o->clordid));
	return o;
}

/* A tick less than was asked for, where that is a price. */
static void reprice(struct exchange *x, struct exchange_order *o)
{
	bool is_buy = order_is_buy(o);
	uint64_t from = is_buy ? o->price - 1 : o->price;
	uint64_t tick = from < PRICE_DOLLAR ? 1 : TICK_FROM_DOLLAR;
	uint64_t price = is_buy ? o->price - tick : o->price + tick;

	if (!price || price > OUCH_PRICE_MAX)
		return;
	x->counts.repriced++;
	o->price = price;
	o->display = 'Z';
}

static void accept_order(struct exchange *x, struct exchange_order *o)
{
	order_set_expiry(x, o);
	if (fault_is_due(&x->faults.repriced))
		reprice(x, o);
	if (fault_is_due(&x->faults.dead)) {
		x->counts.dead++;
		reply_accepted(x, o, 'D');
		order_drop(x, o);
		return;
	}
	reply_accepted(x, o, 'L');
	match_place(x, o);
}

void request_enter(struct exchange_request *r, const void *message)
{
	const struct ouch_enter *e = message;
	const struct book_symbol *symbol = book_find(r->x->book, e->symbol);
	struct exchange_order *o;
	uint16_t reason;

	r->x->counts.received++;
	if (!request_takes_number(r, get_be32(&e->urn))) {
		r->x->counts.ignored++;
		return;
	}
	if (r->x->sink.entered)
		r->x->sink.entered(r->x->sink.context, e);
	reason = refusal(r, e, symbol);
	if (reason) {
		reject(r, e, reason);
		return;
	}
	o = order_of(r, e, symbol);
	if (o)
		accept_order(r->x, o);
	else
		reject(r, e, OUCH_REJECT_PROCESSING_ERROR);
}
