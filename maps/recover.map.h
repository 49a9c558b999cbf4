/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * recover - what user space may ask of the feed; no map, the argument of the
 * program ht_recover (BPF_PROG_TEST_RUN)
 */
#ifndef HT_RECOVER_MAP_H
#define HT_RECOVER_MAP_H

#include "feed.map.h"

enum ht_recover_op {
	HT_RECOVER_BEGIN,	/* JOINING: the book is the caller's to empty,
				 * and only packets that he gives are applied,
				 * from sequence 1 on
				 */
	HT_RECOVER_FINISH,	/* the book is complete up to seq */
};

/* What the program returns. */
enum ht_recover_answer {
	HT_RECOVER_DONE,
	HT_RECOVER_BUSY,	/* another CPU holds the feed: ask again */
	HT_RECOVER_WRONG,	/* no such op, or not JOINING */
};

struct ht_recover {
	__u64 seq;		/* FINISH: next message to apply */
	__u64 tail;		/* FINISH: the exchange has come that far, at
				 * least
				 */
	char session[12];	/* BEGIN: MoldUDP64 session, ended by NUL */
	enum ht_recover_op op;
};
HT_ABI_SIZE(struct ht_recover, 32);

#endif
