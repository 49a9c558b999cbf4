// SPDX-License-Identifier: GPL-2.0
#define HASH_NONFATAL_OOM 1

/*
 * exchange_kill - what stops an account: Mass Cancel, Disable and Enable Order
 * Entry; and Account Query, which says where it stands
 *
 * A firm of spaces is the account's own: that of orders that name none.
 */
#include <string.h>

#include "exchange_match.h"
#include "exchange_reply.h"
#include "exchange_requests.h"
#include "wire.h"

static const char no_clordid[OUCH_CLORDID_LEN + 1] = "              ";
static const char all_symbols[OUCH_SYMBOL_LEN + 1] = "        ";

/* Return: whether the request is to be done; if not, it has its answer. */
static bool begin(struct exchange_request *r, uint32_t urn)
{
	if (!request_takes_number(r, urn)) {
		r->x->counts.requests_ignored++;
		return false;
	}
	if (!r->tags.refusal)
		return true;
	r->x->counts.requests_rejected++;
	reply_rejected(r->x, r->client, r->tags.channel, urn, no_clordid,
		       r->tags.refusal);
	return false;
}

static bool is_meant(const struct exchange_order *o,
		     const struct ouch_mass_cancel *m,
		     const struct exchange_tags *tags)
{
	if (memcmp(o->tags.firm, m->firm, sizeof(m->firm)))
		return false;
	if (memcmp(m->symbol, all_symbols, sizeof(m->symbol)) &&
	    memcmp(m->symbol, o->symbol, sizeof(m->symbol)))
		return false;
	if (tags->has & EXCHANGE_TAG(SIDE) && tags->side != o->side)
		return false;
	return !(tags->has & EXCHANGE_TAG(GROUP_ID)) ||
	       tags->group == o->tags.group;
}

/* Of all channels: the tag says whose number it is. */
void request_mass_cancel(struct exchange_request *r, const void *message)
{
	const struct ouch_mass_cancel *m = message;
	struct exchange_order *o, *next;

	r->x->counts.mass_cancels++;
	if (!begin(r, get_be32(&m->urn)))
		return;
	HASH_ITER(hh, r->client->orders, o, next)
		if (is_meant(o, m, &r->tags))
			match_cancel(r->x, o, 'U');
	reply_mass_canceled(r->x, r->client, m, &r->tags);
}

/* Return: the firm's place, or how many there are. */
static uint32_t disabled_find(const struct exchange_client *c,
			      const char firm[4])
{
	uint32_t i;

	for (i = 0; i < c->disabled_count; i++)
		if (!memcmp(c->disabled[i], firm, sizeof(c->disabled[i])))
			break;
	return i;
}

bool request_disabled(const struct exchange_client *client, const char firm[4])
{
	return disabled_find(client, firm) < client->disabled_count;
}

void request_disable(struct exchange_request *r, const void *message)
{
	const struct ouch_entry *m = message;
	struct exchange_client *c = r->client;
	uint32_t place = disabled_find(c, m->firm);

	r->x->counts.disables++;
	if (place == EXCHANGE_DISABLED_MAX)
		r->tags.refusal = OUCH_REJECT_PROCESSING_ERROR;
	if (!begin(r, get_be32(&m->urn)))
		return;
	memcpy(c->disabled[place], m->firm, sizeof(c->disabled[place]));
	c->disabled_count += place == c->disabled_count;
	reply_entry(r->x, c, 'G', m, r->tags.channel);
}

void request_enable(struct exchange_request *r, const void *message)
{
	const struct ouch_entry *m = message;
	struct exchange_client *c = r->client;
	uint32_t place = disabled_find(c, m->firm);

	r->x->counts.enables++;
	if (!begin(r, get_be32(&m->urn)))
		return;
	if (place < c->disabled_count)
		memcpy(c->disabled[place], c->disabled[--c->disabled_count],
		       sizeof(c->disabled[place]));
	reply_entry(r->x, c, 'K', m, r->tags.channel);
}

void request_query(struct exchange_request *r, const void *message)
{
	r->x->counts.queries++;
	reply_query(r->x, r->client, r->tags.channel);
}
