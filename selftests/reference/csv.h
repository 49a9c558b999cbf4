/* SPDX-License-Identifier: GPL-2.0 */
/*
 * csv - the reference's whole book as `replay --book` defines it, and its crc
 *
 * The crc is CRC-32 as in gzip (zlib's crc32()) over the exact bytes of that
 * CSV, header line included; people see it as eight lower-case hex digits.
 */
#ifndef REFERENCE_CSV_H
#define REFERENCE_CSV_H

#include "book.h"

/* Writes the book.  Return: levels written, or -ENOMEM. */
int csv_write(const struct ref_book *b, FILE *out);

/* A file that keeps nothing but the crc of what is written to it, which is
 * whole in *crc once it is closed.  Return: it, or NULL.
 */
FILE *crc_open(uint32_t *crc);

/* Return: 0 or -ENOMEM. */
int csv_crc(const struct ref_book *b, uint32_t *crc);

#endif
