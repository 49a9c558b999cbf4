// SPDX-License-Identifier: GPL-2.0
#include "entry.h"

#include <inttypes.h>
#include <stdio.h>

#include "itch50.h"
#include "order_print.h"
#include "wire.h"

static void on_reply(void *context, struct exchange_client *client,
		     const void *message, size_t len)
{
	struct order_entry *o = context;

	session_reply(o->session, client, message, len);
	if (o->verbose)
		order_print_reply(client->name, message);
}

static void on_entered(void *context, const struct ouch_enter *e)
{
	struct order_entry *o = context;
	char peer[PEER_TEXT];

	timing_order(&o->timing, e->clordid, o->arrival.ns);
	if (!disclosed_order(&o->disclosed, e->clordid, o->arrival.ns) &&
	    o->verbose)
		fprintf(stderr, "unfounded: %.14s, and message %" PRIu64
			" had not left\n", e->clordid, o->disclosed.next);
	if (o->verbose)
		order_print_entered(peer_text(peer, &o->arrival.from), e);
}

int entry_init(struct order_entry *o, const struct book *book,
	       struct session_server *session)
{
	struct exchange_sink sink = {
		.reply = on_reply,
		.entered = on_entered,
		.context = o,
	};
	int err;

	*o = (struct order_entry){ .session = session };
	err = timing_init(&o->timing);
	if (err)
		return err;
	err = disclosed_init(&o->disclosed);
	if (err)
		timing_free(&o->timing);
	else
		exchange_init(&o->exchange, book, &sink);
	return err;
}

void entry_free(struct order_entry *o)
{
	exchange_free(&o->exchange);
	disclosed_free(&o->disclosed);
	timing_free(&o->timing);
}

void entry_in_book(void *entry, const uint8_t *message, uint32_t len)
{
	const struct itch_head *head = (const void *)message;
	struct order_entry *o = entry;

	if (len >= sizeof(*head))
		exchange_book_changed(&o->exchange, get_be16(&head->locate));
}
