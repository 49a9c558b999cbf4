/* SPDX-License-Identifier: GPL-2.0 */
/*
 * packet - the head of a SoupBinTCP packet that goes out
 */
#ifndef HT_SIM_PACKET_H
#define HT_SIM_PACKET_H

#include <stddef.h>

#include "soupbin.h"
#include "wire.h"

/* Of a packet with len bytes of payload behind it, 65,534 at most. */
static inline void packet_head(struct soup_header *head, char type, size_t len)
{
	put_be16(&head->length, (__u16)(1 + len));
	head->type = type;
}

#endif
