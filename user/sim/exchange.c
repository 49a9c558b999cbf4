// SPDX-License-Identifier: GPL-2.0
#define HASH_NONFATAL_OOM 1

#include "exchange.h"

#include <stdlib.h>
#include <string.h>

#include "wire.h"

enum {
	PRICE_DOLLAR = 10000,
	TICK_FROM_DOLLAR = 100,		/* a cent from one dollar up */
	CANCEL_WITH_TAGS = sizeof(struct ouch_cancel) + 2,
};

struct open_order {
	uint32_t urn;
	uint32_t executed;
	uint32_t open;
	UT_hash_handle hh;
};

void exchange_init(struct exchange *x, const struct book *book,
		   const struct exchange_sink *sink)
{
	*x = (struct exchange){ .book = book, .sink = *sink };
}

void exchange_free(struct exchange *x)
{
	struct exchange_client *client, *next_client;
	struct open_order *order, *next_order;

	HASH_ITER(hh, x->clients, client, next_client) {
		HASH_ITER(hh, client->orders, order, next_order) {
			HASH_DEL(client->orders, order);
			free(order);
		}
		HASH_DEL(x->clients, client);
		free(client);
	}
}

/* -- what is kept ------------------------------------------------------- */

struct exchange_client *exchange_account(struct exchange *x, const char *name)
{
	struct exchange_client *client;
	size_t len = strlen(name);

	HASH_FIND(hh, x->clients, name, (unsigned int)len, client);
	if (client)
		return client;
	if (len > EXCHANGE_NAME_MAX ||
	    HASH_COUNT(x->clients) >= EXCHANGE_CLIENTS_MAX)
		return NULL;
	client = calloc(1, sizeof(*client));
	if (!client)
		return NULL;
	memcpy(client->name, name, len);
	HASH_ADD_KEYPTR(hh, x->clients, client->name, (unsigned int)len,
			client);
	if (client->hh.tbl)
		return client;
	free(client);
	return NULL;
}

/* Return: false without memory. */
static bool order_keep(struct exchange_client *client, uint32_t urn,
		       uint32_t qty)
{
	struct open_order *o = calloc(1, sizeof(*o));

	if (!o)
		return false;
	o->urn = urn;
	o->open = qty;
	HASH_ADD(hh, client->orders, urn, sizeof(o->urn), o);
	if (o->hh.tbl)
		return true;
	free(o);
	return false;
}

static struct open_order *order_find(struct exchange_client *client,
				     uint32_t urn)
{
	struct open_order *o;

	HASH_FIND(hh, client->orders, &urn, sizeof(urn), o);
	return o;
}

static void order_drop(struct exchange_client *client, struct open_order *o)
{
	HASH_DEL(client->orders, o);
	free(o);
}

/* -- answers ------------------------------------------------------------ */

static void reply(struct exchange *x, struct exchange_client *client,
		  const void *message, size_t len)
{
	x->sink.reply(x->sink.context, client, message, len);
}

static void answer_rejected(struct exchange *x,
			    struct exchange_client *client,
			    const struct ouch_enter *e, uint16_t reason)
{
	struct ouch_rejected m = { .type = 'J' };

	x->counts.rejected++;
	x->counts.reason[reason]++;
	put_be64(&m.timestamp, x->book->timestamp);
	m.urn = e->urn;
	put_be16(&m.reason, reason);
	memcpy(m.clordid, e->clordid, sizeof(m.clordid));
	reply(x, client, &m, sizeof(m));
}

static void answer_accepted(struct exchange *x,
			    struct exchange_client *client,
			    const struct ouch_enter *e)
{
	struct ouch_accepted m = {
		.type = 'A',
		.urn = e->urn,
		.side = e->side,
		.qty = e->qty,
		.price = e->price,
		.tif = e->tif,
		.display = e->display,
		.capacity = e->capacity,
		.iso = e->iso,
		.cross_type = e->cross_type,
		.state = 'L',
	};

	x->counts.accepted++;
	put_be64(&m.timestamp, x->book->timestamp);
	put_be64(&m.order_ref, ++x->last_ref);
	memcpy(m.symbol, e->symbol, sizeof(m.symbol));
	memcpy(m.clordid, e->clordid, sizeof(m.clordid));
	reply(x, client, &m, sizeof(m));
}

static void answer_executed(struct exchange *x,
			    struct exchange_client *client, uint32_t urn,
			    uint32_t qty, uint32_t price)
{
	struct ouch_executed m = { .type = 'E', .liquidity = 'R' };

	x->counts.executions++;
	x->counts.shares += qty;
	x->counts.notional += (uint64_t)qty * price;
	put_be64(&m.timestamp, x->book->timestamp);
	put_be32(&m.urn, urn);
	put_be32(&m.qty, qty);
	put_be64(&m.price, price);
	put_be64(&m.match, ++x->last_match);
	reply(x, client, &m, sizeof(m));
}

static void answer_canceled(struct exchange *x,
			    struct exchange_client *client, uint32_t urn,
			    uint32_t qty, char reason)
{
	struct ouch_canceled m = { .type = 'C', .reason = reason };

	x->counts.canceled++;
	put_be64(&m.timestamp, x->book->timestamp);
	put_be32(&m.urn, urn);
	put_be32(&m.qty, qty);
	reply(x, client, &m, sizeof(m));
}

/* -- judging an order --------------------------------------------------- */

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool is_buy(const struct ouch_enter *e)
{
	return e->side == 'B';
}

/* OUCH 5.0, TagValue: u8 length of the rest (tag and value), u8 tag, value. */
static bool tags_are_whole(const uint8_t *tag, uint32_t left)
{
	while (left) {
		uint32_t len = tag[0];

		if (len < 1 || len > left - 1)
			return false;
		tag += 1 + len;
		left -= 1 + len;
	}
	return true;
}

/* len is that of the whole message.  applen stands at its end, then tags. */
static bool appendage_is_whole(const void *applen, uint32_t fixed, uint32_t len)
{
	return get_be16(applen) == len - fixed &&
	       tags_are_whole((const uint8_t *)applen + 2, len - fixed);
}

static bool text_is_printable(const char *text, size_t len)
{
	while (len--)
		if (text[len] < 0x20 || text[len] > 0x7e)
			return false;
	return true;
}

/* Fields that are judged without the market.  Return: 0 or the reason. */
static uint16_t form_refusal(const struct ouch_enter *e, uint32_t len)
{
	uint32_t qty = get_be32(&e->qty);

	if (!appendage_is_whole(&e->appendage_len, sizeof(*e), len))
		return OUCH_REJECT_PROCESSING_ERROR;
	if (!is_one_of(e->side, "BSTE"))
		return OUCH_REJECT_INVALID_SIDE;
	if (!qty || qty > OUCH_QTY_MAX)
		return OUCH_REJECT_INVALID_QTY;
	if (!is_one_of(e->display, "YNA"))
		return OUCH_REJECT_INVALID_DISPLAY;
	if (!is_one_of(e->iso, "YN"))
		return OUCH_REJECT_ISO_NOT_ALLOWED;
	if (e->cross_type != 'N')
		return OUCH_REJECT_INVALID_CROSS;
	/* OUCH has no reason of its own for these three */
	if (!is_one_of(e->tif, "0356E") || !is_one_of(e->capacity, "APRO") ||
	    !text_is_printable(e->clordid, sizeof(e->clordid)))
		return OUCH_REJECT_OTHER;
	return 0;
}

static uint16_t price_refusal(uint64_t price)
{
	if (!price || price > OUCH_PRICE_MAX)
		return OUCH_REJECT_INVALID_PRICE;
	if (price >= PRICE_DOLLAR && price % TICK_FROM_DOLLAR)
		return OUCH_REJECT_INVALID_PRICE;
	return 0;
}

static uint16_t market_refusal(const struct exchange *x,
			       const struct book_symbol *symbol)
{
	if (!symbol)
		return OUCH_REJECT_INVALID_SYMBOL;
	if (symbol->is_test)
		return OUCH_REJECT_TEST;
	if (!x->always_open && !x->book->market_open)
		return OUCH_REJECT_DESTINATION_CLOSED;
	if (symbol->state != 'T' || symbol->halted_here)
		return OUCH_REJECT_HALTED;
	return 0;
}

/*
 * Executes the order against the opposite side, best level first, as far as its
 * limit allows.  Return: the shares left.
 */
static uint32_t order_execute(struct exchange *x,
			      struct exchange_client *client,
			      const struct ouch_enter *e,
			      const struct book_symbol *symbol)
{
	const struct book_side *s =
		&symbol->side[is_buy(e) ? BOOK_ASK : BOOK_BID];
	uint64_t limit = get_be64(&e->price);
	uint32_t left = get_be32(&e->qty);
	uint32_t i;

	for (i = s->count; left && i-- > 0; ) {
		const struct book_level *level = &s->level[i];
		uint32_t qty = level->qty < left ? (uint32_t)level->qty : left;

		if (is_buy(e) ? level->price > limit : level->price < limit)
			break;
		if (!qty)
			continue;
		answer_executed(x, client, get_be32(&e->urn), qty,
				level->price);
		left -= qty;
	}
	x->counts.filled += left < get_be32(&e->qty);
	return left;
}

static void order_accept(struct exchange *x, struct exchange_client *client,
			 const struct ouch_enter *e,
			 const struct book_symbol *symbol)
{
	uint32_t urn = get_be32(&e->urn), qty = get_be32(&e->qty), left;
	bool is_ioc = e->tif == OUCH_TIF_IOC;
	struct open_order *open;

	if (!is_ioc && !order_keep(client, urn, qty)) {
		answer_rejected(x, client, e, OUCH_REJECT_PROCESSING_ERROR);
		return;
	}
	answer_accepted(x, client, e);
	left = order_execute(x, client, e, symbol);
	if (is_ioc) {
		if (left)
			answer_canceled(x, client, urn, left, 'I');
		return;
	}
	open = order_find(client, urn);
	open->open = left;
	open->executed = qty - left;
	if (!left)
		order_drop(client, open);
}

/* -- messages ----------------------------------------------------------- */

static void enter(struct exchange *x, struct exchange_client *client,
		  const struct ouch_enter *e, uint32_t len)
{
	const struct book_symbol *symbol = book_find(x->book, e->symbol);
	uint32_t urn = get_be32(&e->urn);
	uint16_t reason;

	x->counts.received++;
	/* OUCH 5.0, UserRefNum: taken for a retransmission, no answer */
	if (urn <= client->last_urn) {
		x->counts.ignored++;
		return;
	}
	client->last_urn = urn;
	if (x->sink.entered)
		x->sink.entered(x->sink.context, e);
	reason = form_refusal(e, len);
	if (!reason)
		reason = price_refusal(get_be64(&e->price));
	if (!reason)
		reason = market_refusal(x, symbol);
	if (reason)
		answer_rejected(x, client, e, reason);
	else
		order_accept(x, client, e, symbol);
}

/* The quantity is what the whole order is to become, executed included. */
static void cancel(struct exchange *x, struct exchange_client *client,
		   const struct ouch_cancel *c)
{
	struct open_order *o = order_find(client, get_be32(&c->urn));
	uint32_t wanted = get_be32(&c->qty), keep, taken;

	x->counts.cancels++;
	/* OUCH 5.0: a cancel of a dead order gets no answer */
	if (!o) {
		x->counts.cancels_unknown++;
		return;
	}
	keep = wanted > o->executed ? wanted - o->executed : 0;
	if (keep >= o->open)
		return;
	taken = o->open - keep;
	o->open = keep;
	answer_canceled(x, client, o->urn, taken, 'U');
	if (!keep)
		order_drop(client, o);
}

void exchange_message(struct exchange *x, struct exchange_client *client,
		      const void *message, size_t bytes)
{
	const uint8_t *m = message;
	uint32_t len = (uint32_t)bytes;

	if (!len) {
		x->counts.truncated++;
	} else if (m[0] == 'O') {
		if (len >= sizeof(struct ouch_enter))
			enter(x, client, (const void *)m, len);
		else
			x->counts.truncated++;
	} else if (m[0] == 'X') {
		if (len < sizeof(struct ouch_cancel))
			x->counts.truncated++;
		else if (len == sizeof(struct ouch_cancel) ||
			 (len >= CANCEL_WITH_TAGS &&
			  appendage_is_whole(m + sizeof(struct ouch_cancel),
					     CANCEL_WITH_TAGS, len)))
			cancel(x, client, (const void *)m);
		else
			x->counts.bad_length++;
	} else {
		x->counts.unknown_type++;
	}
}

void exchange_disconnected(struct exchange *x, struct exchange_client *client)
{
	struct open_order *o, *next;

	if (!x->cancel_on_disconnect)
		return;
	HASH_ITER(hh, client->orders, o, next) {
		answer_canceled(x, client, o->urn, o->open, 'Z');
		order_drop(client, o);
	}
}

void exchange_day(struct exchange *x, char event)
{
	struct ouch_system_event m = { .type = 'S', .event = event };
	struct exchange_client *client, *next;

	put_be64(&m.timestamp, x->book->timestamp);
	HASH_ITER(hh, x->clients, client, next) {
		if (client->day == event)
			continue;
		client->day = event;
		reply(x, client, &m, sizeof(m));
	}
}

void exchange_book_changed(struct exchange *x, uint16_t locate)
{
	(void)x;
	(void)locate;
}
