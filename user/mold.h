/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mold - MoldUDP64 packets, as user space judges them
 */
#ifndef HT_MOLD_H
#define HT_MOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "moldudp64.h"
#include "wire.h"

/* Messages that a header announces: none in a heartbeat or end of session. */
static inline uint32_t mold_messages(const struct mold_header *m)
{
	uint32_t count = get_be16(&m->count);

	return count == MOLD_END_OF_SESSION ? 0 : count;
}

/* Whether a payload is a header and the blocks it announces, and no more. */
static inline bool mold_is_whole(const uint8_t *payload, size_t len)
{
	size_t at = sizeof(struct mold_header);
	uint32_t left;

	if (len < at)
		return false;
	left = mold_messages((const void *)payload);
	for (; left && at + MOLD_BLOCK_HEAD <= len; left--)
		at += MOLD_BLOCK_HEAD + get_be16(payload + at);
	return !left && at == len;
}

#endif
