// SPDX-License-Identifier: GPL-2.0
#include "lies.h"

#include <string.h>

#include "wire.h"

enum { LIE_EVERY = 3, LIE_RUNT = 7, LIE_AHEAD = 1000000 };

enum lie {
	LIE_SESSION,			/* of another session */
	LIE_SEQUENCE,			/* far behind the session's tail */
	LIE_COUNT_HIGH,			/* more messages than blocks */
	LIE_COUNT_LOW,			/* bytes behind the last block */
	LIE_CUT,			/* ends inside its last block */
	LIE_SHORT,			/* shorter than a header */
	LIE_END,			/* end of session, at what was asked */
	LIE_BLOCK,			/* a block longer than the packet */
	LIE_UNASKED,			/* right messages, but others */
	LIES,
};

bool lie_spares(uint64_t number)
{
	return number % LIE_EVERY == LIE_EVERY - 1;
}

static void count_change(struct mold_header *head, int by)
{
	put_be16(&head->count, (uint16_t)(get_be16(&head->count) + by));
}

/* The message before the one asked for; the one behind it for the first. */
static uint32_t unasked(const struct feed *feed, uint8_t *reply, uint32_t len)
{
	struct mold_header *head = (void *)reply;
	uint64_t seq = get_be64(&head->seq), other = seq > 1 ? seq - 1 : 2;
	uint32_t bytes = 0;
	const uint8_t *message = store_get(&feed->store, other, &bytes);

	if (!message || other >= feed->published) {
		put_be64(&head->seq, seq + LIE_AHEAD);
		return len;
	}
	put_be64(&head->seq, other);
	put_be16(&head->count, 1);
	put_be16(head + 1, (uint16_t)bytes);
	memcpy((uint8_t *)(head + 1) + MOLD_BLOCK_HEAD, message, bytes);
	return sizeof(*head) + MOLD_BLOCK_HEAD + bytes;
}

uint32_t lie_tell(const struct feed *feed, uint64_t number,
		  uint8_t reply[LINE_PACKET_MAX], uint32_t len)
{
	struct mold_header *head = (void *)reply;
	/* the right ones in between have numbers too */
	enum lie lie = (number - number / LIE_EVERY) % LIES;

	switch (lie) {
	case LIE_SESSION:
		memcpy(head->session, "HTSIMLIES ", sizeof(head->session));
		break;
	case LIE_SEQUENCE:
		put_be64(&head->seq, get_be64(&head->seq) + LIE_AHEAD);
		break;
	case LIE_COUNT_HIGH:
		count_change(head, 1);
		break;
	case LIE_COUNT_LOW:
		count_change(head, -1);
		break;
	case LIE_CUT:
		return len - 1;
	case LIE_SHORT:
		return LIE_RUNT;
	case LIE_END:
		put_be16(&head->count, MOLD_END_OF_SESSION);
		return sizeof(*head);
	case LIE_BLOCK:
		put_be16(head + 1, UINT16_MAX);
		break;
	case LIE_UNASKED:
	case LIES:
		return unasked(feed, reply, len);
	}
	return len;
}
