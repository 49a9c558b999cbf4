/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bbo - every change of a best bid or offer as a row of CSV
 *
 * seq,ts_ns,symbol,bid_px,bid_qty,ask_px,ask_qty: a row for every message
 * after which one of the four differs from the symbol's last row; seq is the
 * number of the message in the file, from 1; an empty side has empty fields.
 */
#ifndef HT_BBO_H
#define HT_BBO_H

#include <stdbool.h>
#include <stdio.h>

#include "instance.h"
#include "symbols.h"

struct bbo;

/* Opens the file and writes the header; prints one line on failure.
 * Return: 0 or negative errno.
 */
int bbo_open(struct bbo **bbo, const char *path, const struct instance *in,
	     const struct symbols *watched);

/* Rows are about changes from here on. */
void bbo_begin(struct bbo *bbo);

/*
 * Whether the message may make a row, so that it must be the last one of its
 * packet: always, but for symbols outside a watch list.  To be asked about
 * every message, in order.
 */
bool bbo_wants(struct bbo *bbo, const uint8_t *message, uint32_t length);

/* After the message with that number was applied. */
void bbo_row(struct bbo *bbo, const uint8_t *message, uint64_t seq);

/* Prints one line on failure.  Return: 0 or negative errno. */
int bbo_close(struct bbo *bbo);

#endif
