// SPDX-License-Identifier: GPL-2.0
#include "ouch.h"

#include <errno.h>
#include <string.h>

#include "wire.h"

enum {
	APPENDAGE_HEAD = 2,
	/* OUCH 5.0, AIQ Canceled: Canceled up to its reason, then 14 more */
	AIQ_CANCELED_LEN = 32,
};

uint32_t ouch_enter_init(void *message, const struct ouch_terms *terms)
{
	struct ouch_enter *m = message;
	uint8_t *tag = (uint8_t *)(m + 1);

	memset(m, 0, sizeof(*m));
	m->type = 'O';
	m->tif = terms->tif;
	m->display = terms->display;
	m->capacity = terms->capacity;
	m->iso = terms->iso;
	m->cross_type = terms->cross_type;
	if (!terms->firm[0])
		return sizeof(*m);
	put_be16(&m->appendage_len, 2 + OUCH_FIRM_LEN);
	tag[0] = 1 + OUCH_FIRM_LEN;
	tag[1] = OUCH_FIRM_TAG;
	memcpy(tag + 2, terms->firm, OUCH_FIRM_LEN);
	return sizeof(*m) + 2 + OUCH_FIRM_LEN;
}

void ouch_enter_set(struct ouch_enter *m, const struct ouch_order *order)
{
	put_be32(&m->urn, order->urn);
	m->side = order->side;
	put_be32(&m->qty, order->qty);
	memset(m->symbol, ' ', sizeof(m->symbol));
	memcpy(m->symbol, order->symbol,
	       strnlen(order->symbol, sizeof(m->symbol)));
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

/* OUCH 5.0, TagValue: u8 length of the rest (tag and value), u8 tag, value. */
static int tags_check(const uint8_t *tag, size_t left)
{
	while (left) {
		if (!tag[0] || (size_t)tag[0] + 1 > left)
			return -EPROTO;
		left -= (size_t)tag[0] + 1;
		tag += tag[0] + 1;
	}
	return 0;
}

/* An appendage, length first, must fill the message to its end. */
static int appendage_check(const uint8_t *m, size_t fixed, size_t len)
{
	if (len < fixed + APPENDAGE_HEAD)
		return -EPROTO;
	if (get_be16(m + fixed) != len - fixed - APPENDAGE_HEAD)
		return -EPROTO;
	return tags_check(m + fixed + APPENDAGE_HEAD,
			  len - fixed - APPENDAGE_HEAD);
}

/* Only orders with a UserRefIdx are answered with an appendage everywhere. */
static int optional_check(const uint8_t *m, size_t fixed, size_t len)
{
	return len == fixed ? 0 : appendage_check(m, fixed, len);
}

static int decode_system_event(const uint8_t *p, size_t len,
			       struct ouch_reply *r)
{
	const struct ouch_system_event *m = (const void *)p;

	if (len != sizeof(*m))
		return -EPROTO;
	r->event = m->event;
	return 0;
}

static int decode_accepted(const uint8_t *p, size_t len, struct ouch_reply *r)
{
	const struct ouch_accepted *m = (const void *)p;
	int err = appendage_check(p, sizeof(*m) - APPENDAGE_HEAD, len);

	if (err)
		return err;
	r->urn = get_be32(&m->urn);
	r->side = m->side;
	r->qty = get_be32(&m->qty);
	r->px = get_be64(&m->price);
	r->order_ref = get_be64(&m->order_ref);
	r->state = m->state;
	memcpy(r->clordid, m->clordid, sizeof(r->clordid));
	return 0;
}

static int decode_canceled(const uint8_t *p, size_t len, struct ouch_reply *r)
{
	const struct ouch_canceled *m = (const void *)p;
	int err = optional_check(p, r->type == 'D' ? AIQ_CANCELED_LEN :
						     sizeof(*m), len);

	if (err)
		return err;
	r->urn = get_be32(&m->urn);
	r->qty = get_be32(&m->qty);
	r->reason = (uint8_t)m->reason;
	return 0;
}

static int decode_executed(const uint8_t *p, size_t len, struct ouch_reply *r)
{
	const struct ouch_executed *m = (const void *)p;
	int err = optional_check(p, OUCH_EXECUTED_MIN, len);

	if (err)
		return err;
	r->urn = get_be32(&m->urn);
	r->qty = get_be32(&m->qty);
	r->px = get_be64(&m->price);
	r->liquidity = m->liquidity;
	r->match = get_be64(&m->match);
	return 0;
}

static int decode_rejected(const uint8_t *p, size_t len, struct ouch_reply *r)
{
	const struct ouch_rejected *m = (const void *)p;
	int err = optional_check(p, sizeof(*m), len);

	if (err)
		return err;
	r->urn = get_be32(&m->urn);
	r->reason = get_be16(&m->reason);
	memcpy(r->clordid, m->clordid, sizeof(r->clordid));
	return 0;
}

static int decode_body(const uint8_t *p, size_t len, struct ouch_reply *r)
{
	switch (r->type) {
	case 'S':
		return decode_system_event(p, len, r);
	case 'A':
		return decode_accepted(p, len, r);
	case 'C':
	case 'D':
		return decode_canceled(p, len, r);
	case 'E':
		return decode_executed(p, len, r);
	case 'J':
		return decode_rejected(p, len, r);
	default:
		return -ENOMSG;
	}
}

int ouch_decode(const void *message, size_t len, struct ouch_reply *reply)
{
	const uint8_t *p = message;
	int err;

	memset(reply, 0, sizeof(*reply));
	if (!len)
		return -EPROTO;
	reply->type = (char)p[0];
	err = decode_body(p, len, reply);
	if (!err)
		reply->timestamp = get_be64(p + 1);
	return err;
}
