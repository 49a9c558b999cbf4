/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ouch_tags - the appendage of an OUCH message, tag by tag
 *
 * OUCH 5.0, TagValue: u8 length of the rest (tag and value), u8 tag, value.
 * Tags that are not known are passed over by their length.
 */
#ifndef HT_OUCH_TAGS_H
#define HT_OUCH_TAGS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "ouch.h"
#include "wire.h"

enum ouch_tag_kind {
	OUCH_TAG_UNKNOWN,
	OUCH_TAG_NUMBER,
	OUCH_TAG_LETTER,
	OUCH_TAG_TEXT,
	OUCH_TAG_PRICE,
	OUCH_TAG_OFFSET,	/* a price with a sign */
};

struct ouch_tag_rule {
	enum ouch_tag_kind kind;
	const char *name;
	const char *letters;	/* those that a letter may be */
	uint64_t max;		/* 0: what the width holds */
};

/* Return: what is known of a tag; a rule of kind UNKNOWN when nothing is. */
const struct ouch_tag_rule *ouch_tag_rule(uint8_t tag);

/*
 * Are these tags that a message may have (bit 1 << tag in allowed), each once
 * and with a value that it may have?  Return: 0, -EINVAL or -ERANGE.
 */
int ouch_tags_check(const struct ouch_appendage *a, uint32_t allowed);

/* Tags that have not been read yet. */
struct ouch_tags {
	const uint8_t *at;
	size_t left;
};

struct ouch_tag_value {
	uint8_t tag;
	uint8_t width;
	const uint8_t *value;
};

/* Takes the next tag.  Return: 1; 0 at the end; -EPROTO when it goes beyond. */
static inline int ouch_tag_next(struct ouch_tags *tags,
				struct ouch_tag_value *v)
{
	size_t len;

	if (!tags->left)
		return 0;
	len = (size_t)tags->at[0] + 1;
	if (len < OUCH_APPENDAGE_HEAD || len > tags->left)
		return -EPROTO;
	v->tag = tags->at[1];
	v->width = (uint8_t)(len - OUCH_APPENDAGE_HEAD);
	v->value = tags->at + OUCH_APPENDAGE_HEAD;
	tags->at += len;
	tags->left -= len;
	return 1;
}

/* A value of up to eight bytes as a number. */
static inline uint64_t ouch_tag_number(const struct ouch_tag_value *v)
{
	uint64_t number = 0;
	uint8_t i;

	for (i = 0; i < v->width; i++)
		number = number << 8 | v->value[i];
	return number;
}

/*
 * Finds the tags behind the fixed part of a message of len bytes: a length of
 * two bytes and then they, to the end of the message.  Where they are optional
 * there may be nothing.  Return: 0 or -EPROTO.
 */
static inline int ouch_tags_find(struct ouch_tags *tags, const uint8_t *m,
				 size_t fixed, size_t len, bool optional)
{
	*tags = (struct ouch_tags){0};
	if (optional && len == fixed)
		return 0;
	if (len < fixed + OUCH_APPENDAGE_HEAD)
		return -EPROTO;
	tags->at = m + fixed + OUCH_APPENDAGE_HEAD;
	tags->left = len - fixed - OUCH_APPENDAGE_HEAD;
	return get_be16(m + fixed) == tags->left ? 0 : -EPROTO;
}

/* Copies a field of letters, which spaces fill up, as a string. */
static inline void ouch_text_get(char *text, const void *field, size_t len)
{
	size_t end = strnlen(field, len);

	memset(text, 0, len + 1);
	memcpy(text, field, end);
	while (end && text[end - 1] == ' ')
		text[--end] = '\0';
}

/* Writes a string into a field of letters, and spaces behind it. */
static inline void ouch_text_put(void *field, size_t len, const char *text)
{
	memset(field, ' ', len);
	memcpy(field, text, strnlen(text, len));
}

#endif
