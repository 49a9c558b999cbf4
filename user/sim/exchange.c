// SPDX-License-Identifier: GPL-2.0
#define HASH_NONFATAL_OOM 1

#include "exchange.h"

#include <stdlib.h>
#include <string.h>

#include "exchange_breaks.h"
#include "exchange_match.h"
#include "exchange_reply.h"
#include "exchange_requests.h"
#include "wire.h"

void exchange_init(struct exchange *x, const struct book *book,
		   const struct exchange_sink *sink)
{
	*x = (struct exchange){ .book = book, .sink = *sink };
	x->breaks_end = &x->breaks;
}

void exchange_free(struct exchange *x)
{
	struct exchange_client *client, *next;

	breaks_free(x);
	orders_free(x);
	HASH_ITER(hh, x->clients, client, next) {
		HASH_DEL(x->clients, client);
		free(client);
	}
}

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

/* -- time --------------------------------------------------------------- */

/* What was due before the exchange is told anything new. */
static void catch_up(struct exchange *x)
{
	struct exchange_order *o;

	breaks_send(x);
	while ((o = order_expiring(x)) &&
	       o->expires_ns <= x->book->timestamp) {
		x->counts.expired++;
		match_cancel(x, o, 'T');
	}
}

/* tif: OUCH_TIF_; 0: all */
static void expire_all(struct exchange *x, char tif)
{
	struct exchange_client *client, *next_client;
	struct exchange_order *o, *next;

	HASH_ITER(hh, x->clients, client, next_client)
		HASH_ITER(hh, client->orders, o, next) {
			if (tif && o->tif != tif)
				continue;
			x->counts.expired++;
			match_cancel(x, o, 'T');
		}
}

void exchange_book_changed(struct exchange *x, uint16_t locate)
{
	bool closes = x->was_open && !x->book->market_open;

	x->was_open = x->book->market_open;
	catch_up(x);
	if (closes && !x->always_open)
		expire_all(x, OUCH_TIF_DAY);
	match_resting(x, locate);
}

void exchange_day(struct exchange *x, char event)
{
	struct exchange_client *client, *next;

	catch_up(x);
	if (event == 'E')
		expire_all(x, 0);
	HASH_ITER(hh, x->clients, client, next) {
		if (client->day == event)
			continue;
		client->day = event;
		reply_system_event(x, client, event);
	}
}

void exchange_disconnected(struct exchange *x, struct exchange_client *client)
{
	struct exchange_order *o, *next;

	catch_up(x);
	if (!x->cancel_on_disconnect)
		return;
	HASH_ITER(hh, client->orders, o, next) {
		x->counts.disconnected++;
		match_cancel(x, o, 'Z');
	}
}

/* -- messages ----------------------------------------------------------- */

/* OUCH 5.0: an appendage's length is the end of fixed, unless the appendage
 * is optional.
 */
static const struct form {
	char type;
	bool optional;
	uint32_t fixed;
	void (*request)(struct exchange_request *r, const void *message);
} forms[] = {
	{ 'O', false, sizeof(struct ouch_enter), request_enter },
	{ 'U', false, sizeof(struct ouch_replace), request_replace },
	{ 'X', true, sizeof(struct ouch_cancel), request_cancel },
	{ 'M', true, sizeof(struct ouch_modify), request_modify },
	{ 'C', false, sizeof(struct ouch_mass_cancel), request_mass_cancel },
	{ 'D', false, sizeof(struct ouch_entry), request_disable },
	{ 'E', false, sizeof(struct ouch_entry), request_enable },
	{ 'Q', true, sizeof(struct ouch_query), request_query },
};

static const struct form *form_find(char type)
{
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (forms[i].type == type)
			return &forms[i];
	return NULL;
}

/* The length of the tags stands before them, and they fill the message. */
static bool appendage_read(struct exchange_tags *t, const uint8_t *m,
			   size_t before, size_t len)
{
	return len >= before &&
	       get_be16(m + before - OUCH_APPENDAGE_HEAD) == len - before &&
	       form_tags_read(t, m + before, (uint32_t)(len - before));
}

/* Return: false when the message is of no length that it can have. */
static bool tags_read(struct exchange_tags *t, const struct form *f,
		      const uint8_t *m, size_t len)
{
	if (f->optional && len > f->fixed)
		return appendage_read(t, m, f->fixed + OUCH_APPENDAGE_HEAD,
				      len);
	if (!f->optional && appendage_read(t, m, f->fixed, len))
		return true;
	form_tags_read(t, m, 0);
	if (!f->optional)
		t->refusal = OUCH_REJECT_PROCESSING_ERROR;
	return true;
}

void exchange_message(struct exchange *x, struct exchange_client *client,
		      const void *message, size_t len)
{
	struct exchange_request r = { .x = x, .client = client };
	const uint8_t *m = message;
	const struct form *f;

	catch_up(x);
	if (!len) {
		x->counts.truncated++;
		return;
	}
	f = form_find((char)m[0]);
	if (!f)
		x->counts.unknown_type++;
	else if (len < f->fixed)
		x->counts.truncated++;
	else if (!tags_read(&r.tags, f, m, len))
		x->counts.bad_length++;
	else
		f->request(&r, m);
}
