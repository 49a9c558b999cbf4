// SPDX-License-Identifier: GPL-2.0
#include "ouch.h"

#include <errno.h>
#include <string.h>

#include "ouch_tags.h"

uint32_t ouch_enter_init(void *message, const struct ouch_terms *terms)
{
	struct ouch_enter *m = message;
	uint8_t *tag = (uint8_t *)(m + 1);
	uint16_t len = 0;

	memset(m, 0, sizeof(*m));
	m->type = 'O';
	m->tif = terms->tif;
	m->display = terms->display;
	m->capacity = terms->capacity;
	m->iso = terms->iso;
	m->cross_type = terms->cross_type;
	if (terms->firm[0]) {
		tag[0] = 1 + OUCH_FIRM_LEN;
		tag[1] = OUCH_TAG_FIRM;
		ouch_text_put(tag + 2, OUCH_FIRM_LEN, terms->firm);
		len = 2 + OUCH_FIRM_LEN;
	}
	memcpy(tag + len, terms->tags.bytes, terms->tags.len);
	len += terms->tags.len;
	put_be16(&m->appendage_len, len);
	return (uint32_t)sizeof(*m) + len;
}

void ouch_enter_set(struct ouch_enter *m, const struct ouch_order *order)
{
	put_be32(&m->urn, order->urn);
	m->side = order->side;
	put_be32(&m->qty, order->qty);
	ouch_text_put(m->symbol, sizeof(m->symbol), order->symbol);
	put_be64(&m->price, order->px);
	memcpy(m->clordid, order->clordid, sizeof(m->clordid));
}

void ouch_clordid(char clordid[OUCH_CLORDID_LEN], uint64_t seq)
{
	int i;

	clordid[0] = 'T';
	for (i = OUCH_CLORDID_LEN - 1; i > 0; i--) {
		clordid[i] = (char)('0' + seq % 10);
		seq /= 10;
	}
}

/* What a tag adds to an answer.  Of a tag that is not read here the length may
 * be any: a later revision may have another.
 */
static int tag_read(const struct ouch_tag_value *v, struct ouch_reply *r)
{
	uint64_t number = v->width <= sizeof(number) ? ouch_tag_number(v) : 0;

	switch (v->tag) {
	case OUCH_TAG_USER_REF_IDX:
		r->channel = (uint8_t)number;
		return v->width == sizeof(r->channel) ? 0 : -EPROTO;
	case OUCH_TAG_FIRM:
		if (v->width != OUCH_FIRM_LEN)
			return -EPROTO;
		ouch_text_get(r->firm, v->value, OUCH_FIRM_LEN);
		return 0;
	case OUCH_TAG_SIDE:
		if (r->type != 'X')
			return 0;
		r->side = (char)number;
		return v->width == sizeof(r->side) ? 0 : -EPROTO;
	}
	if (r->type != 'R')
		return 0;
	switch (v->tag) {
	case OUCH_TAG_SECONDARY_REF:
		r->order_ref = number;
		return v->width == sizeof(r->order_ref) ? 0 : -EPROTO;
	case OUCH_TAG_DISPLAY_QTY:
		r->qty = (uint32_t)number;
		return v->width == sizeof(r->qty) ? 0 : -EPROTO;
	case OUCH_TAG_DISPLAY_PRICE:
		r->px = number;
		return v->width == sizeof(r->px) ? 0 : -EPROTO;
	}
	return 0;
}

static int tags_read(struct ouch_tags *tags, struct ouch_reply *r)
{
	struct ouch_tag_value v;
	int err;

	while ((err = ouch_tag_next(tags, &v)) > 0) {
		err = tag_read(&v, r);
		if (err)
			return err;
	}
	return err;
}

static void system_event_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_system_event *m = (const void *)p;

	r->event = m->event;
}

static void accepted_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_accepted *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	r->side = m->side;
	r->qty = get_be32(&m->qty);
	ouch_text_get(r->symbol, m->symbol, sizeof(m->symbol));
	r->px = get_be64(&m->price);
	r->tif = m->tif;
	r->display = m->display;
	r->order_ref = get_be64(&m->order_ref);
	r->capacity = m->capacity;
	r->iso = m->iso;
	r->cross_type = m->cross_type;
	r->state = m->state;
	memcpy(r->clordid, m->clordid, sizeof(r->clordid));
}

/* From its new UserRefNum on it is laid out as an Accepted. */
static void replaced_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_replaced *m = (const void *)p;

	accepted_read(p + sizeof(m->orig_urn), r);
	r->orig_urn = get_be32(&m->orig_urn);
}

static void canceled_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_canceled *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	r->qty = get_be32(&m->qty);
	r->reason = (uint8_t)m->reason;
}

static void aiq_canceled_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_aiq_canceled *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	r->qty = get_be32(&m->qty);
	r->reason = (uint8_t)m->reason;
	r->prevented = get_be32(&m->prevented);
	r->px = get_be64(&m->price);
	r->liquidity = m->liquidity;
	r->strategy = m->strategy;
}

static void executed_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_executed *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	r->qty = get_be32(&m->qty);
	r->px = get_be64(&m->price);
	r->liquidity = m->liquidity;
	r->match = get_be64(&m->match);
}

static void broken_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_broken *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	r->match = get_be64(&m->match);
	r->reason = (uint8_t)m->reason;
	memcpy(r->clordid, m->clordid, sizeof(r->clordid));
}

static void rejected_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_rejected *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	r->reason = get_be16(&m->reason);
	memcpy(r->clordid, m->clordid, sizeof(r->clordid));
}

static void pending_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_pending *m = (const void *)p;

	r->urn = get_be32(&m->urn);
}

static void priority_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_priority *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	r->px = get_be64(&m->price);
	r->display = m->display;
	r->order_ref = get_be64(&m->order_ref);
}

static void modified_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_modified *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	r->side = m->side;
	r->qty = get_be32(&m->qty);
}

static void restated_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_restated *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	r->reason = (uint8_t)m->reason;
}

static void mass_canceled_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_mass_canceled *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	ouch_text_get(r->firm, m->firm, sizeof(m->firm));
	ouch_text_get(r->symbol, m->symbol, sizeof(m->symbol));
}

static void entry_response_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_entry_response *m = (const void *)p;

	r->urn = get_be32(&m->urn);
	ouch_text_get(r->firm, m->firm, sizeof(m->firm));
}

static void query_response_read(const uint8_t *p, struct ouch_reply *r)
{
	const struct ouch_query_response *m = (const void *)p;

	r->urn = get_be32(&m->next_urn);
}

/* One outbound message: bytes of its fixed part, without the appendage's
 * length, and whether that may be missing; from revision 1.04 on it is where
 * the order has no channel.
 */
struct outbound {
	uint8_t fixed;
	bool optional;
	void (*read)(const uint8_t *message, struct ouch_reply *reply);
};

static const struct outbound outbounds[] = {
	['S'] = { sizeof(struct ouch_system_event), true, system_event_read },
	['A'] = { offsetof(struct ouch_accepted, appendage_len), false,
		  accepted_read },
	['U'] = { offsetof(struct ouch_replaced, appendage_len), false,
		  replaced_read },
	['C'] = { sizeof(struct ouch_canceled), true, canceled_read },
	['D'] = { sizeof(struct ouch_aiq_canceled), true, aiq_canceled_read },
	['E'] = { offsetof(struct ouch_executed, appendage_len), true,
		  executed_read },
	['B'] = { sizeof(struct ouch_broken), true, broken_read },
	['J'] = { sizeof(struct ouch_rejected), true, rejected_read },
	['P'] = { sizeof(struct ouch_pending), true, pending_read },
	['I'] = { sizeof(struct ouch_pending), true, pending_read },
	['T'] = { sizeof(struct ouch_priority), true, priority_read },
	['M'] = { sizeof(struct ouch_modified), true, modified_read },
	['R'] = { offsetof(struct ouch_restated, appendage_len), false,
		  restated_read },
	['X'] = { offsetof(struct ouch_mass_canceled, appendage_len), false,
		  mass_canceled_read },
	['G'] = { offsetof(struct ouch_entry_response, appendage_len), false,
		  entry_response_read },
	['K'] = { offsetof(struct ouch_entry_response, appendage_len), false,
		  entry_response_read },
	['Q'] = { sizeof(struct ouch_query_response), true,
		  query_response_read },
};

int ouch_decode(const void *message, size_t len, struct ouch_reply *reply)
{
	const uint8_t *p = message;
	const struct outbound *out;
	struct ouch_tags tags;
	int err;

	memset(reply, 0, sizeof(*reply));
	if (!len)
		return -EPROTO;
	reply->type = (char)p[0];
	if (p[0] >= sizeof(outbounds) / sizeof(outbounds[0]) ||
	    !outbounds[p[0]].read)
		return -ENOMSG;
	out = &outbounds[p[0]];
	err = ouch_tags_find(&tags, p, out->fixed, len, out->optional);
	if (err)
		return err;
	reply->timestamp = get_be64(p + 1);
	out->read(p, reply);
	return tags_read(&tags, reply);
}
