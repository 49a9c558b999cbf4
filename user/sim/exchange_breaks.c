// SPDX-License-Identifier: GPL-2.0
#include "exchange_breaks.h"

#include <stdlib.h>
#include <string.h>

#include "exchange_reply.h"
#include "wire.h"

struct exchange_break {
	struct exchange_break *next;
	struct exchange_client *client;
	uint8_t channel;
	struct ouch_broken terms;
};

void break_add(struct exchange *x, const struct exchange_order *o,
	       uint64_t match)
{
	struct exchange_break *b = calloc(1, sizeof(*b));

	if (!b)
		return;
	b->client = o->client;
	b->channel = order_channel(o);
	b->terms.type = 'B';
	b->terms.reason = 'E';
	put_be32(&b->terms.urn, order_urn(o));
	put_be64(&b->terms.match, match);
	memcpy(b->terms.clordid, o->clordid, sizeof(b->terms.clordid));
	*x->breaks_end = b;
	x->breaks_end = &b->next;
}

static struct exchange_break *break_take(struct exchange *x)
{
	struct exchange_break *b = x->breaks;

	if (!b)
		return NULL;
	x->breaks = b->next;
	if (!x->breaks)
		x->breaks_end = &x->breaks;
	return b;
}

void breaks_send(struct exchange *x)
{
	struct exchange_break *b;

	while ((b = break_take(x))) {
		reply_broken(x, b->client, b->channel, &b->terms);
		free(b);
	}
}

void breaks_free(struct exchange *x)
{
	struct exchange_break *b;

	while ((b = break_take(x)))
		free(b);
}
