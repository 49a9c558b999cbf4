// SPDX-License-Identifier: GPL-2.0
#include "ouch_tags.h"

#include <ctype.h>

#define NUMBER(words)	{ .kind = OUCH_TAG_NUMBER, .name = words }
#define PRICE(words)	{ .kind = OUCH_TAG_PRICE, .name = words }
#define OFFSET(words)	{ .kind = OUCH_TAG_OFFSET, .name = words }
#define TEXT(words)	{ .kind = OUCH_TAG_TEXT, .name = words }
#define LETTER(words, those)						\
	{ .kind = OUCH_TAG_LETTER, .name = words, .letters = those }

/* OUCH 5.0 revision 1.05, Appendix A: names and values of tags. */
static const struct ouch_tag_rule rules[] = {
	[OUCH_TAG_SECONDARY_REF] = NUMBER("secondary reference"),
	[OUCH_TAG_FIRM] = TEXT("firm"),
	[OUCH_TAG_MIN_QTY] = NUMBER("minimum"),
	[OUCH_TAG_CUSTOMER_TYPE] = LETTER("customer", "RN "),
	[OUCH_TAG_MAX_FLOOR] = NUMBER("floor"),
	[OUCH_TAG_PRICE_TYPE] = LETTER("price type", "LPMRQm"),
	[OUCH_TAG_PEG_OFFSET] = OFFSET("peg offset"),
	[OUCH_TAG_DISCRETION_PRICE] = PRICE("discretion"),
	[OUCH_TAG_DISCRETION_TYPE] = LETTER("discretion type", "LPMR"),
	[OUCH_TAG_DISCRETION_OFFSET] = OFFSET("discretion offset"),
	[OUCH_TAG_POST_ONLY] = LETTER("post only", "PN"),
	[OUCH_TAG_RANDOM_RESERVES] = NUMBER("random reserves"),
	[OUCH_TAG_ROUTE] = TEXT("route"),
	/* less than the seconds of a day */
	[OUCH_TAG_EXPIRE_TIME] = { .kind = OUCH_TAG_NUMBER,
				   .name = "seconds to live", .max = 86399 },
	[OUCH_TAG_TRADE_NOW] = LETTER("trade now", "YN "),
	[OUCH_TAG_HANDLING] = LETTER("handling", "IOTQBDR "),
	[OUCH_TAG_BBO_WEIGHT] = LETTER("BBO weight", "0123 SN"),
	[OUCH_TAG_DISPLAY_QTY] = NUMBER("displayed"),
	[OUCH_TAG_DISPLAY_PRICE] = PRICE("displayed at"),
	[OUCH_TAG_GROUP_ID] = NUMBER("group"),
	[OUCH_TAG_SHARES_LOCATED] = LETTER("located", "YN"),
	[OUCH_TAG_LOCATE_BROKER] = TEXT("locate broker"),
	[OUCH_TAG_SIDE] = LETTER("side", "BSTE"),
	[OUCH_TAG_USER_REF_IDX] = NUMBER("channel"),
	[OUCH_TAG_AIQ_STRATEGY] = LETTER("AIQ", "*NYDOWRydowrZEPXS01245"),
	[OUCH_TAG_AIQ_GROUP] = TEXT("AIQ group"),
};

const struct ouch_tag_rule *ouch_tag_rule(uint8_t tag)
{
	static const struct ouch_tag_rule unknown = { .name = "tag" };

	if (tag >= sizeof(rules) / sizeof(rules[0]) || !rules[tag].kind)
		return &unknown;
	return &rules[tag];
}

static uint8_t tag_width(uint8_t tag)
{
	switch (tag) {
#define X(number, id, len) case number: return len;
	OUCH_TAGS(X)
#undef X
	}
	return 0;
}

/* Data Types: a price above OUCH_PRICE_MAX is none, and 0 stands for none. */
static int number_check(const struct ouch_tag_rule *rule, uint8_t width,
			uint64_t value)
{
	const int64_t offset = (int64_t)value;

	switch (rule->kind) {
	case OUCH_TAG_LETTER:
		return value && value < 128 &&
		       strchr(rule->letters, (int)value) ? 0 : -EINVAL;
	case OUCH_TAG_PRICE:
		return value <= OUCH_PRICE_MAX ? 0 : -ERANGE;
	case OUCH_TAG_OFFSET:
		return offset == (int32_t)offset ? 0 : -ERANGE;
	case OUCH_TAG_NUMBER:
		if (width < sizeof(value) && value >> 8 * width)
			return -ERANGE;
		return rule->max && value > rule->max ? -ERANGE : 0;
	default:
		return -EINVAL;
	}
}

/* As ouch_tag_put() takes it. */
static uint64_t value_read(const struct ouch_tag_value *v)
{
	uint64_t value = ouch_tag_number(v);

	if (ouch_tag_rule(v->tag)->kind == OUCH_TAG_OFFSET)
		return (uint64_t)(int64_t)(int32_t)value;
	return value;
}

/* Room for the value of a tag that is not there yet. */
static int tag_append(struct ouch_appendage *a, uint8_t tag, uint8_t **value)
{
	uint8_t width = tag_width(tag);
	uint64_t known;
	int err = ouch_tag_get(a, tag, &known);

	if (err != -ENOENT)
		return err ? -EINVAL : -EEXIST;
	if (sizeof(a->bytes) - a->len < (size_t)OUCH_APPENDAGE_HEAD + width)
		return -ENOSPC;
	a->bytes[a->len] = (uint8_t)(1 + width);
	a->bytes[a->len + 1] = tag;
	*value = a->bytes + a->len + OUCH_APPENDAGE_HEAD;
	a->len = (uint16_t)(a->len + OUCH_APPENDAGE_HEAD + width);
	return 0;
}

int ouch_tag_put(struct ouch_appendage *a, enum ouch_tag tag, uint64_t value)
{
	const struct ouch_tag_rule *rule = ouch_tag_rule((uint8_t)tag);
	uint8_t width = tag_width((uint8_t)tag), i;
	uint8_t *to;
	int err = number_check(rule, width, value);

	if (!err)
		err = tag_append(a, (uint8_t)tag, &to);
	if (err)
		return err;
	for (i = width; i > 0; i--) {
		to[i - 1] = (uint8_t)value;
		value >>= 8;
	}
	return 0;
}

/* Data Types, alpha: printable, left-justified, spaces behind. */
static int text_check(const void *text, size_t len)
{
	const uint8_t *c = text;
	size_t i;

	for (i = 0; i < len; i++)
		if (!isprint(c[i]))
			return -EINVAL;
	return len && c[0] != ' ' ? 0 : -EINVAL;
}

int ouch_tag_put_text(struct ouch_appendage *a, enum ouch_tag tag,
		      const char *text)
{
	const struct ouch_tag_rule *rule = ouch_tag_rule((uint8_t)tag);
	uint8_t width = tag_width((uint8_t)tag);
	uint8_t *to;
	int err;

	if (rule->kind != OUCH_TAG_TEXT)
		return -EINVAL;
	if (strlen(text) > width)
		return -ERANGE;
	err = text_check(text, strlen(text));
	if (!err)
		err = tag_append(a, (uint8_t)tag, &to);
	if (!err)
		ouch_text_put(to, width, text);
	return err;
}

int ouch_tag_get(const struct ouch_appendage *a, enum ouch_tag tag,
		 uint64_t *value)
{
	struct ouch_tags tags = { a->bytes, a->len };
	struct ouch_tag_value v;
	int err;

	if (a->len > sizeof(a->bytes))
		return -EPROTO;
	while ((err = ouch_tag_next(&tags, &v)) > 0) {
		if (v.tag != tag)
			continue;
		if (v.width != tag_width(v.tag))
			return -EPROTO;
		*value = value_read(&v);
		return 0;
	}
	return err ? err : -ENOENT;
}

int ouch_tags_check(const struct ouch_appendage *a, uint32_t allowed)
{
	struct ouch_tags tags = { a->bytes, a->len };
	const struct ouch_tag_rule *rule;
	struct ouch_tag_value v;
	int err, next;

	if (a->len > sizeof(a->bytes))
		return -EINVAL;
	while ((next = ouch_tag_next(&tags, &v)) > 0) {
		rule = ouch_tag_rule(v.tag);
		if (!rule->kind || v.width != tag_width(v.tag) ||
		    !(allowed & 1u << v.tag))
			return -EINVAL;
		allowed &= ~(1u << v.tag);
		err = rule->kind == OUCH_TAG_TEXT ?
			      text_check(v.value, v.width) :
			      number_check(rule, v.width, value_read(&v));
		if (err)
			return err;
	}
	return next ? -EINVAL : 0;
}
