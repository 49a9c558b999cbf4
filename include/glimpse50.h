/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * glimpse50 - Nasdaq GLIMPSE 5.0: the state of a feed, and where it goes on
 *
 * A SoupBinTCP 3.00 session in which the login asks for sequence number 1.
 * Its sequenced packets hold ITCH 5.0 messages that make up the state (system
 * events, directory, states of the symbols, an add for each order alive) and
 * at last this one message, which is not ITCH.
 */
#ifndef HT_GLIMPSE50_H
#define HT_GLIMPSE50_H

#include "abi.h"

enum {
	GLIMPSE_END_OF_SNAPSHOT = 'G',
	GLIMPSE_SEQUENCE_LEN = 20,
};

struct glimpse_end {
	char type;			/* GLIMPSE_END_OF_SNAPSHOT */
	char seq[GLIMPSE_SEQUENCE_LEN];	/* of the first ITCH message that the
					 * snapshot does not hold: ASCII digits,
					 * padded with spaces on either side
					 */
} HT_PACKED;
HT_ABI_SIZE(struct glimpse_end, 21);

#endif
