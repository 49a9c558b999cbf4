/* SPDX-License-Identifier: GPL-2.0 */
/*
 * agree - the native book is the reference's, or the test fails
 */
#ifndef AGREE_H
#define AGREE_H

#include <stdint.h>

#include "native.h"
#include "reference/book.h"

void agree_quote(const struct ht_quote *got, struct ref_quote want);

/* Best bid and offer of a symbol, and whether its book is BAD. */
void agree_top(const struct ref_book *reference, uint32_t locate);
/* Those of symbols 1 to locates. */
void agree_tops(const struct ref_book *reference, uint32_t locates);

/* Every level, and no other ones; every order has one slot. */
void agree_book(const struct ref_book *reference);

/* The counters of messages that cannot be; no table was full. */
void agree_counts(const struct ref_book *reference);

/* No order is left, and no table holds anything. */
void agree_empty(void);

#endif
