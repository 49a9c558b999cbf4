/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * soupbin - SoupBinTCP 3.00 logical packets
 *
 * Every packet is a big-endian u16 length (of what follows it), one type
 * character and a payload.
 */
#ifndef HT_SOUPBIN_H
#define HT_SOUPBIN_H

#include "abi.h"

struct soup_header {
	__be16 length;		/* 1 + payload */
	char type;
} HT_PACKED;
HT_ABI_SIZE(struct soup_header, 3);

enum soup_type {
	SOUP_SEQUENCED = 'S',		/* server to client: one message */
	SOUP_UNSEQUENCED = 'U',		/* client to server: one message */
	SOUP_SERVER_HEARTBEAT = 'H',
	SOUP_CLIENT_HEARTBEAT = 'R',
};

#endif
