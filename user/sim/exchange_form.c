// SPDX-License-Identifier: GPL-2.0
#include "exchange_form.h"

#include <string.h>

#include "wire.h"

enum {
	PRICE_DOLLAR = 10000,
	TICK_FROM_DOLLAR = 100,		/* a cent from one dollar up */
	EXPIRE_MAX = 86400,		/* seconds, a day */
	TAGS = OUCH_TAG_AIQ_GROUP + 1,
};

/* Bytes of a tag's value; 0: no such tag. */
static const uint8_t tag_len[TAGS] = {
#define X(tag, id, len) [tag] = len,
	OUCH_TAGS(X)
#undef X
};

/* OUCH 5.0, Appendix A: the tags of one letter. */
static const struct tag_letters {
	const char *set;
	uint16_t reason;
} tag_letters[TAGS] = {
	[OUCH_TAG_CUSTOMER_TYPE] = { "RN ", OUCH_REJECT_OTHER },
	[OUCH_TAG_PRICE_TYPE] = { "LPMRQm", OUCH_REJECT_INVALID_PEG_TYPE },
	[OUCH_TAG_DISCRETION_TYPE] = { "LPMR", OUCH_REJECT_INVALID_PEG_TYPE },
	[OUCH_TAG_POST_ONLY] = { "PN", OUCH_REJECT_OTHER },
	[OUCH_TAG_TRADE_NOW] = { "YN ", OUCH_REJECT_OTHER },
	[OUCH_TAG_HANDLING] = { "IOTQBDR ", OUCH_REJECT_OTHER },
	[OUCH_TAG_SHARES_LOCATED] = { "YN", OUCH_REJECT_OTHER },
	[OUCH_TAG_SIDE] = { "BSTE", OUCH_REJECT_INVALID_SIDE },
	[OUCH_TAG_AIQ_STRATEGY] = { "*NYDOWRydowrZEPXS01245",
				    OUCH_REJECT_INVALID_AIQ },
};

bool form_is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool text_is_printable(const char *text, size_t len)
{
	while (len--)
		if (text[len] < 0x20 || text[len] > 0x7e)
			return false;
	return true;
}

/* The tags that are not of one letter; the value has its length. */
static uint16_t value_refusal(uint8_t tag, const uint8_t *value)
{
	switch (tag) {
	case OUCH_TAG_FIRM:
		return text_is_printable((const char *)value, tag_len[tag]) ?
		       0 : OUCH_REJECT_FIRM_NOT_AUTHORIZED;
	case OUCH_TAG_LOCATE_BROKER:
		return text_is_printable((const char *)value, tag_len[tag]) ?
		       0 : OUCH_REJECT_OTHER;
	case OUCH_TAG_AIQ_GROUP:
		return text_is_printable((const char *)value, tag_len[tag]) ?
		       0 : OUCH_REJECT_INVALID_AIQ;
	case OUCH_TAG_PRICE_TYPE:
		return *value == 'L' ? 0 : OUCH_REJECT_PEGGING_NOT_ALLOWED;
	case OUCH_TAG_PEG_OFFSET:
		return get_be32(value) ? OUCH_REJECT_PEGGING_NOT_ALLOWED : 0;
	case OUCH_TAG_DISCRETION_PRICE:
		return get_be64(value) > OUCH_PRICE_MAX ?
		       OUCH_REJECT_INVALID_PRICE : 0;
	case OUCH_TAG_ROUTE:
		return OUCH_REJECT_ROUTING_NOT_ALLOWED;
	case OUCH_TAG_EXPIRE_TIME:
		return get_be32(value) < EXPIRE_MAX ? 0 : OUCH_REJECT_OTHER;
	default:
		return 0;
	}
}

static uint16_t tag_refusal(uint8_t tag, const uint8_t *value, uint32_t len)
{
	const struct tag_letters *letters = &tag_letters[tag];

	if (len != tag_len[tag])
		return OUCH_REJECT_PROCESSING_ERROR;
	if (letters->set && !form_is_one_of((char)*value, letters->set))
		return letters->reason;
	return value_refusal(tag, value);
}

static void tag_keep(struct exchange_tags *t, uint8_t tag, const uint8_t *value)
{
	t->has |= 1u << tag;
	switch (tag) {
	case OUCH_TAG_FIRM:
		memcpy(t->firm, value, sizeof(t->firm));
		break;
	case OUCH_TAG_MIN_QTY:
		t->min_qty = get_be32(value);
		break;
	case OUCH_TAG_MAX_FLOOR:
		t->max_floor = get_be32(value);
		break;
	case OUCH_TAG_POST_ONLY:
		t->post_only = (char)*value;
		break;
	case OUCH_TAG_EXPIRE_TIME:
		t->expire_s = get_be32(value);
		break;
	case OUCH_TAG_GROUP_ID:
		t->group = get_be16(value);
		break;
	case OUCH_TAG_SIDE:
		t->side = (char)*value;
		break;
	case OUCH_TAG_USER_REF_IDX:
		t->channel = *value;
		break;
	case OUCH_TAG_AIQ_STRATEGY:
		t->aiq = (char)*value;
		break;
	}
}

/* A tag of a wrong length is not there, but refused. */
static void tag_read(struct exchange_tags *t, uint8_t tag, const uint8_t *value,
		     uint32_t len)
{
	uint16_t reason;

	if (tag >= TAGS || !tag_len[tag])
		return;
	reason = tag_refusal(tag, value, len);
	if (reason && !t->refusal)
		t->refusal = reason;
	if (len == tag_len[tag])
		tag_keep(t, tag, value);
}

/* OUCH 5.0, TagValue: u8 length of the rest (tag and value), u8 tag, value. */
bool form_tags_read(struct exchange_tags *t, const uint8_t *tag, uint32_t left)
{
	const struct exchange_tags none = { .firm = "    " };

	*t = none;
	while (left) {
		uint32_t len = tag[0];

		if (len < 1 || len > left - 1) {
			*t = none;
			return false;
		}
		tag_read(t, tag[1], tag + 2, len - 1);
		tag += 1 + len;
		left -= 1 + len;
	}
	return true;
}

/* -- orders ------------------------------------------------------------- */

static uint16_t price_refusal(uint64_t price)
{
	if (!price || price > OUCH_PRICE_MAX)
		return OUCH_REJECT_INVALID_PRICE;
	if (price >= PRICE_DOLLAR && price % TICK_FROM_DOLLAR)
		return OUCH_REJECT_INVALID_PRICE;
	return 0;
}

/* What an appendage says about an order of qty shares. */
static uint16_t terms_refusal(const struct exchange_tags *t, uint32_t qty,
			      char tif)
{
	if (t->refusal)
		return t->refusal;
	if (t->min_qty > qty)
		return OUCH_REJECT_INVALID_MIN_QTY;
	if (t->max_floor > qty)
		return OUCH_REJECT_INVALID_MAX_FLOOR;
	/* OUCH has no reason of its own for a time to live that is missing */
	if (tif == OUCH_TIF_GTT && !(t->has & EXCHANGE_TAG(EXPIRE_TIME)))
		return OUCH_REJECT_OTHER;
	return 0;
}

uint16_t form_enter(const struct ouch_enter *e,
		    const struct exchange_tags *tags)
{
	uint32_t qty = get_be32(&e->qty);
	uint16_t reason;

	if (!form_is_one_of(e->side, "BSTE"))
		return OUCH_REJECT_INVALID_SIDE;
	if (!qty || qty > OUCH_QTY_MAX)
		return OUCH_REJECT_INVALID_QTY;
	if (!form_is_one_of(e->display, "YNA"))
		return OUCH_REJECT_INVALID_DISPLAY;
	if (!form_is_one_of(e->iso, "YN"))
		return OUCH_REJECT_ISO_NOT_ALLOWED;
	if (e->cross_type != 'N')
		return OUCH_REJECT_INVALID_CROSS;
	/* OUCH has no reason of its own for these three */
	if (!form_is_one_of(e->tif, "0356E") ||
	    !form_is_one_of(e->capacity, "APRO") ||
	    !text_is_printable(e->clordid, sizeof(e->clordid)))
		return OUCH_REJECT_OTHER;
	reason = terms_refusal(tags, qty, e->tif);
	return reason ? reason : price_refusal(get_be64(&e->price));
}

uint16_t form_replace(const struct ouch_replace *r,
		      const struct exchange_tags *tags)
{
	uint32_t qty = get_be32(&r->qty);
	uint16_t reason;

	if (!qty || qty > OUCH_QTY_MAX)
		return OUCH_REJECT_INVALID_QTY;
	if (!form_is_one_of(r->display, "YNA"))
		return OUCH_REJECT_INVALID_DISPLAY;
	if (!form_is_one_of(r->iso, "YN"))
		return OUCH_REJECT_ISO_NOT_ALLOWED;
	if (!form_is_one_of(r->tif, "0356") ||
	    !text_is_printable(r->clordid, sizeof(r->clordid)))
		return OUCH_REJECT_OTHER;
	reason = terms_refusal(tags, qty, r->tif);
	return reason ? reason : price_refusal(get_be64(&r->price));
}
