/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * moldudp64 - Nasdaq MoldUDP64 1.00 downstream and request packets
 *
 * A packet is this header and `count` message blocks, each a big-endian u16
 * length (which excludes itself; 0 is legal) and that many bytes.  Message i
 * of the packet has sequence number seq + i; a session's first message is 1.
 * A request to the re-request server is the header alone.
 */
#ifndef HT_MOLDUDP64_H
#define HT_MOLDUDP64_H

#include "abi.h"

struct mold_header {
	char session[10];	/* compared as ten opaque bytes */
	__be64 seq;		/* of the first message; of the next one in a
				 * heartbeat or end of session
				 */
	__be16 count;
} HT_PACKED;
HT_ABI_SIZE(struct mold_header, 20);

enum {
	MOLD_SESSION_LEN = 10,
	MOLD_HEARTBEAT = 0,		/* count: nothing follows */
	MOLD_END_OF_SESSION = 0xffff,	/* count: nothing follows, ever */
	MOLD_BLOCK_HEAD = 2,		/* bytes before a block's data */
};

#endif
