// SPDX-License-Identifier: GPL-2.0
#include "exchange_reply.h"

#include <string.h>

#include "wire.h"

/* A message with its appendage. */
struct reply {
	uint8_t bytes[EXCHANGE_REPLY_MAX];
	size_t len;
	size_t tags;			/* where they begin; 0: none can be */
};

/* The fixed part; its last two bytes are the appendage's length if it has one.
 */
static void reply_begin(struct exchange *x, struct reply *r, const void *fixed,
			size_t len, bool has_length)
{
	memcpy(r->bytes, fixed, len);
	put_be64(r->bytes + 1, x->book->timestamp);
	r->len = len;
	r->tags = has_length ? len : 0;
}

static void tag_add(struct reply *r, uint8_t tag, const void *value, size_t len)
{
	r->bytes[r->len] = (uint8_t)(1 + len);
	r->bytes[r->len + 1] = tag;
	memcpy(r->bytes + r->len + 2, value, len);
	r->len += 2 + len;
}

static void tag_add_be32(struct reply *r, uint8_t tag, uint32_t value)
{
	uint8_t be[4];

	put_be32(be, value);
	tag_add(r, tag, be, sizeof(be));
}

static void tag_add_be16(struct reply *r, uint8_t tag, uint16_t value)
{
	uint8_t be[2];

	put_be16(be, value);
	tag_add(r, tag, be, sizeof(be));
}

/* The channel is the last tag of all. */
static void reply_end(struct exchange *x, struct exchange_client *client,
		      struct reply *r, uint8_t channel)
{
	if (channel) {
		if (!r->tags) {
			r->len += OUCH_APPENDAGE_HEAD;
			r->tags = r->len;
		}
		tag_add(r, OUCH_TAG_USER_REF_IDX, &channel, 1);
	}
	if (r->tags)
		put_be16(r->bytes + r->tags - OUCH_APPENDAGE_HEAD,
			 (uint16_t)(r->len - r->tags));
	x->sink.reply(x->sink.context, client, r->bytes, r->len);
}

/* A message without tags of its own. */
static void reply_plain(struct exchange *x, struct exchange_client *client,
			const void *fixed, size_t len, bool has_length,
			uint8_t channel)
{
	struct reply r;

	reply_begin(x, &r, fixed, len, has_length);
	reply_end(x, client, &r, channel);
}

/* The terms that an order goes by, as far as they were named. */
static void order_tags_add(struct reply *r, const struct exchange_tags *t)
{
	if (t->has & EXCHANGE_TAG(FIRM))
		tag_add(r, OUCH_TAG_FIRM, t->firm, sizeof(t->firm));
	if (t->has & EXCHANGE_TAG(MIN_QTY))
		tag_add_be32(r, OUCH_TAG_MIN_QTY, t->min_qty);
	if (t->has & EXCHANGE_TAG(MAX_FLOOR))
		tag_add_be32(r, OUCH_TAG_MAX_FLOOR, t->max_floor);
	if (t->has & EXCHANGE_TAG(POST_ONLY))
		tag_add(r, OUCH_TAG_POST_ONLY, &t->post_only, 1);
	if (t->has & EXCHANGE_TAG(EXPIRE_TIME))
		tag_add_be32(r, OUCH_TAG_EXPIRE_TIME, t->expire_s);
	if (t->has & EXCHANGE_TAG(AIQ_STRATEGY))
		tag_add(r, OUCH_TAG_AIQ_STRATEGY, &t->aiq, 1);
}

void reply_system_event(struct exchange *x, struct exchange_client *client,
			char event)
{
	const struct ouch_system_event m = { .type = 'S', .event = event };

	reply_plain(x, client, &m, sizeof(m), false, 0);
}

/* -- orders ------------------------------------------------------------- */

void reply_accepted(struct exchange *x, const struct exchange_order *o,
		    char state)
{
	struct ouch_accepted m = {
		.type = 'A',
		.side = o->side,
		.tif = o->tif,
		.display = o->display,
		.capacity = o->capacity,
		.iso = o->iso,
		.cross_type = 'N',
		.state = state,
	};
	struct reply r;

	x->counts.accepted++;
	put_be32(&m.urn, order_urn(o));
	put_be32(&m.qty, o->open);
	put_be64(&m.price, o->price);
	put_be64(&m.order_ref, o->ref);
	memcpy(m.symbol, o->symbol, sizeof(m.symbol));
	memcpy(m.clordid, o->clordid, sizeof(m.clordid));
	reply_begin(x, &r, &m, sizeof(m), true);
	order_tags_add(&r, &o->tags);
	if (o->tags.has & EXCHANGE_TAG(GROUP_ID))
		tag_add_be16(&r, OUCH_TAG_GROUP_ID, o->tags.group);
	reply_end(x, o->client, &r, order_channel(o));
}

void reply_replaced(struct exchange *x, const struct exchange_order *o,
		    uint32_t orig_urn)
{
	struct ouch_replaced m = {
		.type = 'U',
		.side = o->side,
		.tif = o->tif,
		.display = o->display,
		.capacity = o->capacity,
		.iso = o->iso,
		.cross_type = 'N',
		.state = 'L',
	};
	struct reply r;

	x->counts.replaced++;
	put_be32(&m.orig_urn, orig_urn);
	put_be32(&m.urn, order_urn(o));
	put_be32(&m.qty, o->open);
	put_be64(&m.price, o->price);
	put_be64(&m.order_ref, o->ref);
	memcpy(m.symbol, o->symbol, sizeof(m.symbol));
	memcpy(m.clordid, o->clordid, sizeof(m.clordid));
	reply_begin(x, &r, &m, sizeof(m), true);
	order_tags_add(&r, &o->tags);
	reply_end(x, o->client, &r, order_channel(o));
}

void reply_canceled(struct exchange *x, const struct exchange_order *o,
		    uint32_t qty, char reason)
{
	struct ouch_canceled m = { .type = 'C', .reason = reason };

	x->counts.canceled++;
	put_be32(&m.urn, order_urn(o));
	put_be32(&m.qty, qty);
	reply_plain(x, o->client, &m, sizeof(m), false, order_channel(o));
}

void reply_aiq_canceled(struct exchange *x, const struct exchange_order *o,
			uint32_t qty, const struct ouch_aiq_canceled *terms)
{
	struct ouch_aiq_canceled m = *terms;

	x->counts.aiq_canceled++;
	m.type = 'D';
	m.reason = 'Q';
	put_be32(&m.urn, order_urn(o));
	put_be32(&m.qty, qty);
	reply_plain(x, o->client, &m, sizeof(m), false, order_channel(o));
}

void reply_executed(struct exchange *x, const struct exchange_order *o,
		    uint32_t qty, uint64_t price, char liquidity,
		    uint64_t match)
{
	struct ouch_executed m = { .type = 'E', .liquidity = liquidity };

	x->counts.executions++;
	x->counts.shares += qty;
	x->counts.notional += qty * price;
	put_be32(&m.urn, order_urn(o));
	put_be32(&m.qty, qty);
	put_be64(&m.price, price);
	put_be64(&m.match, match);
	reply_plain(x, o->client, &m, sizeof(m), true, order_channel(o));
}

void reply_modified(struct exchange *x, const struct exchange_order *o)
{
	struct ouch_modified m = { .type = 'M', .side = o->side };

	x->counts.modified++;
	put_be32(&m.urn, order_urn(o));
	put_be32(&m.qty, o->open);
	reply_plain(x, o->client, &m, sizeof(m), false, order_channel(o));
}

void reply_priority(struct exchange *x, const struct exchange_order *o)
{
	struct ouch_priority m = { .type = 'T', .display = o->display };

	x->counts.priority++;
	put_be32(&m.urn, order_urn(o));
	put_be64(&m.price, o->price);
	put_be64(&m.order_ref, o->ref);
	reply_plain(x, o->client, &m, sizeof(m), false, order_channel(o));
}

static uint32_t shown_qty(const struct exchange_order *o)
{
	uint32_t floor = o->tags.max_floor;

	return floor && floor < o->open ? floor : o->open;
}

void reply_restated(struct exchange *x, const struct exchange_order *o,
		    char reason)
{
	struct ouch_restated m = { .type = 'R', .reason = reason };
	uint8_t be[8];
	struct reply r;

	x->counts.restated++;
	put_be32(&m.urn, order_urn(o));
	reply_begin(x, &r, &m, sizeof(m), true);
	if (reason == 'R') {
		put_be64(be, o->ref);
		tag_add(&r, OUCH_TAG_SECONDARY_REF, be, sizeof(be));
		tag_add_be32(&r, OUCH_TAG_DISPLAY_QTY, shown_qty(o));
	} else {
		put_be64(be, o->price);
		tag_add(&r, OUCH_TAG_DISPLAY_PRICE, be, sizeof(be));
	}
	reply_end(x, o->client, &r, order_channel(o));
}

void reply_pending(struct exchange *x, const struct exchange_order *o,
		   char type)
{
	struct ouch_pending m = { .type = type };

	x->counts.pending += type == 'P';
	x->counts.cancel_rejects += type == 'I';
	put_be32(&m.urn, order_urn(o));
	reply_plain(x, o->client, &m, sizeof(m), false, order_channel(o));
}

void reply_broken(struct exchange *x, struct exchange_client *client,
		  uint8_t channel, const struct ouch_broken *terms)
{
	x->counts.broken++;
	reply_plain(x, client, terms, sizeof(*terms), false, channel);
}

/* -- requests ----------------------------------------------------------- */

void reply_rejected(struct exchange *x, struct exchange_client *client,
		    uint8_t channel, uint32_t urn, const char *clordid,
		    uint16_t reason)
{
	struct ouch_rejected m = { .type = 'J' };

	x->counts.reason[reason]++;
	put_be32(&m.urn, urn);
	put_be16(&m.reason, reason);
	memcpy(m.clordid, clordid, sizeof(m.clordid));
	reply_plain(x, client, &m, sizeof(m), false, channel);
}

void reply_mass_canceled(struct exchange *x, struct exchange_client *client,
			 const struct ouch_mass_cancel *request,
			 const struct exchange_tags *tags)
{
	struct ouch_mass_canceled m = { .type = 'X', .urn = request->urn };
	struct reply r;

	memcpy(m.firm, request->firm, sizeof(m.firm));
	memcpy(m.symbol, request->symbol, sizeof(m.symbol));
	reply_begin(x, &r, &m, sizeof(m), true);
	if (tags->has & EXCHANGE_TAG(GROUP_ID))
		tag_add_be16(&r, OUCH_TAG_GROUP_ID, tags->group);
	if (tags->has & EXCHANGE_TAG(SIDE))
		tag_add(&r, OUCH_TAG_SIDE, &tags->side, 1);
	reply_end(x, client, &r, tags->channel);
}

void reply_entry(struct exchange *x, struct exchange_client *client, char type,
		 const struct ouch_entry *request, uint8_t channel)
{
	struct ouch_entry_response m = { .type = type, .urn = request->urn };

	memcpy(m.firm, request->firm, sizeof(m.firm));
	reply_plain(x, client, &m, sizeof(m), true, channel);
}

void reply_query(struct exchange *x, struct exchange_client *client,
		 uint8_t channel)
{
	struct ouch_query_response m = { .type = 'Q' };

	put_be32(&m.next_urn, client->last_urn[channel] + 1);
	reply_plain(x, client, &m, sizeof(m), false, channel);
}
