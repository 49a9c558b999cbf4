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

#include "ouch50.h"
#include "wire.h"

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
	memcpy(text, field, len);
	text[len] = '\0';
	while (len && text[len - 1] == ' ')
		text[--len] = '\0';
}

/* Writes a string into a field of letters, and spaces behind it. */
static inline void ouch_text_put(void *field, size_t len, const char *text)
{
	memset(field, ' ', len);
	memcpy(field, text, strnlen(text, len));
}

#endif
