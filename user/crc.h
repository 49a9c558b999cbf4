/* SPDX-License-Identifier: GPL-2.0 */
/*
 * crc - one checksum over the whole book
 *
 * The CRC-32 of zlib and gzip over the bytes that `book dump` writes: header
 * and rows, in that order.  Of one symbol: over the header and its rows.  So
 * it says nothing about how the maps are laid out, and anybody can compute it:
 *
 *   hairtrigger book dump | gzip -c | tail -c8 | head -c4 | od -An -tx4
 *
 * A checksum belongs to one moment.  Rows are taken symbol by symbol, each
 * with the lock word it was read under; a symbol that changes later is read
 * again.  The sum is whole once a look over all lock words finds no change
 * while the feed's sequence stands still: that look takes well under a
 * millisecond, however large the book is.
 */
#ifndef HT_CRC_H
#define HT_CRC_H

#include "instance.h"
#include "out.h"

struct crc {
	uint32_t sum;
	uint32_t symbols;	/* with rows */
	uint64_t levels;	/* rows */
	uint64_t sequence;	/* of the last message in that book, 0: none */
};

/*
 * The sum over the whole book, or over the symbol of locate `only` unless
 * that is 0.
 * Return: 0, -EAGAIN when the feed did not stand still for a look over the
 * book in two seconds, or -ENOMEM.
 */
int crc_book(struct crc *crc, const struct instance *in, uint32_t only);

/* Adds crc (8 hex digits), sequence and levels. */
void crc_add(struct json_object *answer, const struct crc *crc);

#endif
