/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ouch_vectors - OUCH 5.0 as it was captured, SoupBinTCP included
 *
 * Enter on 11 May 2023, the others on 29 April 2024.
 */
#ifndef OUCH_VECTORS_H
#define OUCH_VECTORS_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "soupbin.h"
#include "wire.h"

enum { VECTOR_MAX = 256 };

#define VECTOR_ENTER							\
	"0036 55 4f 00000071 54 000000e1 43564c5420202020 "		\
	"0000000000099db8 30 59 41 4e 4e 4838465542384956202020202020 "	\
	"0006 05024c494d45"
#define VECTOR_CANCEL "000a 55 58 00752e71 00000000"
#define VECTOR_CANCELED	"0013 53 43 0000289b4d681317 00753a8d 00000028 55"
#define VECTOR_ACCEPTED							\
	"004a 53 41 0000289b4d64af87 00753a8d 42 00000028 "		\
	"4144424520202020 000000000048e748 35 59 000000000f56b4f5 "	\
	"41 4e 4e 4c 3736383237303120202020202020 0009 05024d4c524f 021230"

struct vector {
	uint8_t bytes[VECTOR_MAX];
	size_t len;			/* of the OUCH message */
	const uint8_t *message;
};

static inline uint8_t vector_nibble(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* A message as captured: behind a SoupBinTCP header that fits it. */
static inline struct vector *vector_read(struct vector *v, const char *hex,
					 char type)
{
	size_t len = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		assert_true(len < VECTOR_MAX);
		v->bytes[len++] = (uint8_t)(vector_nibble(hex[0]) << 4 |
					    vector_nibble(hex[1]));
		hex++;
	}
	assert_int_equal(get_be16(v->bytes), len - 2);
	assert_int_equal(v->bytes[2], type);
	v->message = v->bytes + sizeof(struct soup_header);
	v->len = len - sizeof(struct soup_header);
	return v;
}

/* The first len bytes of a message in memory that ends there, too, so that a
 * sanitizer sees a read beyond it; to be freed.
 */
static inline uint8_t *exactly(const uint8_t *message, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, message, len);
	return copy;
}

#endif
