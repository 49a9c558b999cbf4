/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store - the messages of a session by sequence number
 *
 * Everything that leaves is built from here, so what is kept can be sent, or
 * sent again, in packets of any framing.  Costs a message's length and four
 * bytes each.
 */
#ifndef HT_SIM_STORE_H
#define HT_SIM_STORE_H

#include <stdint.h>

enum { STORE_CHUNK = 4096 };		/* messages that come and go at once */

struct store_chunk;

struct store {
	struct store_chunk **chunk;	/* by (sequence - 1) / STORE_CHUNK */
	uint64_t chunks;
	uint64_t room;			/* for pointers to chunks */
	uint64_t first;			/* the chunks before it were dropped */
	uint64_t next;			/* sequence of the next message */
	uint64_t bytes;			/* taken up by what is kept */
};

void store_init(struct store *s);
void store_free(struct store *s);

/* Keeps the next message.  Return: 0 or -ENOMEM. */
int store_add(struct store *s, const void *message, uint32_t len);

/*
 * The message with this sequence number, until the next store_add().
 * Return: NULL when there is none, or when it was dropped.
 */
const uint8_t *store_get(const struct store *s, uint64_t seq, uint32_t *len);

/* Gives back what is wholly before seq. */
void store_drop(struct store *s, uint64_t seq);

#endif
