/* SPDX-License-Identifier: GPL-2.0 */
/*
 * snapshot - the messages of a GLIMPSE 5.0 snapshot, one after the other
 *
 * System events, the symbols' directory and states, an add for each order that
 * is alive, with its reference and shares of now, and the end.  The book and
 * the state must not change meanwhile.
 */
#ifndef HT_SIM_SNAPSHOT_H
#define HT_SIM_SNAPSHOT_H

#include <stdint.h>

#include "book.h"
#include "itch50.h"
#include "state.h"

enum snapshot_stage {
	SNAPSHOT_EVENTS,
	SNAPSHOT_SYMBOLS,
	SNAPSHOT_MARKET,
	SNAPSHOT_ORDERS,
	SNAPSHOT_END,
	SNAPSHOT_OVER,
};

struct snapshot {
	const struct book *book;
	const struct state *state;
	uint64_t seq;			/* of the first message not in it */
	enum snapshot_stage stage;
	uint32_t part;			/* kind of message, within the stage */
	uint32_t at;			/* event, or locate */
	const struct book_order *order;	/* the next one */
};

void snapshot_begin(struct snapshot *s, const struct book *book,
		    const struct state *state, uint64_t seq);

/* Writes the next message.  Return: its length in bytes; 0: it was the last. */
uint32_t snapshot_next(struct snapshot *s, uint8_t message[ITCH_MAX_LEN]);

#endif
