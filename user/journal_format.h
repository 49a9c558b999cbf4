/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal_format - the file of everything that was decided, sent and answered
 *
 *   struct journal_header
 *   records, each a struct journal_head and a payload by its type
 *
 * Everything is in the order of the host's bytes; a record begins on a multiple
 * of 8 and its length is one; what pads it is 0.  `crc` is CRC-32C over all of
 * the record behind it.  `before` is the crc of the record before (of the first
 * one: the header's), so no record can vanish from the middle; and each can be
 * checked by itself, so what is behind a broken one can be told from a tail
 * that was never written whole.
 *
 * A payload's layout may grow at its end: then its `format` is one higher, and
 * whoever reads takes what is not there for 0.  Types are numbered for ever.
 */
#ifndef HT_JOURNAL_FORMAT_H
#define HT_JOURNAL_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "maps.h"

enum {
	JOURNAL_VERSION = 1,
	JOURNAL_ORDER = 0x01020304,	/* as this host writes it */
	JOURNAL_ALIGN = 8,
	JOURNAL_RECORD_MAX = 8192,	/* bytes, with its head */
	JOURNAL_INSTANCE_NAME = 32,	/* bytes with NUL, as all below */
	JOURNAL_SESSION_NAME = 12,
	JOURNAL_WORDS = 104,
	JOURNAL_RELEASE = 16,
	JOURNAL_STATE_NAME = 20,
};

#define JOURNAL_MAGIC	"HTJOURN\n"

struct journal_header {
	char magic[8];
	uint32_t version;
	uint32_t order;
	uint64_t created_ns;		/* CLOCK_REALTIME */
	char instance[JOURNAL_INSTANCE_NAME];
	uint32_t pad;
	uint32_t crc;			/* of all before it */
};
HT_ABI_SIZE(struct journal_header, 64);

/* X(id, name, payload); numbered from 1: append only */
#define JOURNAL_TYPES(X)						\
	X(START,	"start",	struct journal_start)		\
	X(EVENT,	"event",	struct ht_event)		\
	X(REFUSAL,	"refusal",	struct journal_refusal)		\
	X(SENT,		"sent",		struct journal_sent)		\
	X(REPLY,	"reply",	struct journal_reply)		\
	X(SESSION,	"session",	struct journal_session)		\
	X(KILL,		"kill",		struct journal_kill)		\
	X(LIMITS,	"limits",	struct journal_limits)		\
	X(RECONCILED,	"reconciled",	struct journal_reconciled)	\
	X(LOST,		"lost",		struct journal_lost)		\
	X(STOP,		"stop",		struct journal_stop)

enum journal_type {
	JOURNAL_NONE,
#define X(id, name, payload) JOURNAL_##id,
	JOURNAL_TYPES(X)
#undef X
	JOURNAL_TYPES_END
};

struct journal_head {
	uint32_t crc;
	uint32_t before;
	uint16_t length;	/* of the record, head and padding included */
	uint8_t type;		/* enum journal_type */
	uint8_t format;		/* of the payload, from 1 */
	uint32_t limits;	/* version in force, 0: none */
	uint64_t index;		/* 1, 2, 3, ... also over restarts */
	uint64_t mono_ns;	/* CLOCK_MONOTONIC when it was put */
	uint64_t real_ns;	/* CLOCK_REALTIME then */
	uint64_t seq;		/* MoldUDP64 sequence it is about, or the last
				 * one known; 0: none yet
				 */
};
HT_ABI_SIZE(struct journal_head, 48);

/* A controller begins; its options as text follow. */
struct journal_start {
	uint32_t pid;
	uint32_t abi;			/* ht_abi() */
	uint32_t first_urn;
	uint32_t len;			/* of the options */
	uint64_t first_index;		/* of this run: this record's */
	char release[JOURNAL_RELEASE];
	char session[JOURNAL_SESSION_NAME];	/* SoupBinTCP's, "": none yet */
	uint32_t pad;
};
HT_ABI_SIZE(struct journal_start, 56);

/* Who said no.  X(id, words) */
#define JOURNAL_GATES(X)						\
	X(KERNEL,	"kernel")	/* kern/gate */			\
	X(CONTROLLER,	"controller")	/* user/risk.c */		\
	X(TRANSPORT,	"transport")	/* allowed, could not leave */	\
	X(HAND,		"order by hand")

enum journal_gate {
#define X(id, words) JOURNAL_GATE_##id,
	JOURNAL_GATES(X)
#undef X
};

struct journal_refusal {
	uint64_t entry_ns;		/* XDP entry; by hand: when asked */
	uint64_t decided_ns;		/* CLOCK_MONOTONIC, as all stamps */
	uint64_t px;			/* 1e-4 dollars */
	uint32_t qty;
	uint32_t urn;			/* 0: none was given out */
	uint32_t row;			/* of the trigger, 0: by hand */
	uint16_t reason;		/* enum ht_refusal */
	uint8_t gate;			/* enum journal_gate */
	char side;			/* as OUCH has it */
	char symbol[HT_TICKER];
	char trigger[HT_TRIGGER_NAME];
	uint32_t spent;			/* 1: the trigger is, too */
};

/* How it left.  X(id, words) */
#define JOURNAL_WAYS(X)							\
	X(PLAIN,	"plain")	/* a system call on the socket */ \
	X(DELEGATED,	"delegated")	/* AF_XDP, a segment of ours */	\
	X(DRY,		"dry run")	/* it did not */

enum journal_way {
#define X(id, words) JOURNAL_WAY_##id,
	JOURNAL_WAYS(X)
#undef X
	JOURNAL_WAYS_END
};

/* A request to the exchange; the OUCH message follows as it left. */
struct journal_sent {
	uint64_t entry_ns;		/* XDP entry, 0: by hand */
	uint64_t seen_ns;		/* by the controller */
	uint64_t decided_ns;
	uint64_t submitted_ns;		/* to the kernel */
	uint32_t urn;
	uint32_t tcp_seq;		/* of its first byte, 0: no TCP */
	uint16_t len;			/* of the message */
	uint8_t way;			/* enum journal_way */
	uint8_t soup;			/* 1: in a SoupBinTCP packet */
	uint32_t row;			/* of the trigger, 0: by hand */
	char symbol[HT_TICKER];
	char trigger[HT_TRIGGER_NAME];
	uint32_t pad;
};

/* A message of the exchange; its bytes follow. */
struct journal_reply {
	uint64_t number;		/* of the sequenced packet, 0: none */
	uint64_t received_ns;
	uint32_t urn;			/* 0: about no one order */
	int32_t err;			/* 0: applied; else negative errno */
	uint16_t len;
	uint16_t pad;
	char symbol[HT_TICKER];
};

struct journal_session {
	uint64_t next;			/* number of the next packet */
	uint32_t state;			/* of user/session.h */
	char name[JOURNAL_SESSION_NAME];
	char state_words[JOURNAL_STATE_NAME];
	char words[JOURNAL_WORDS];	/* why */
	uint32_t pad;
};

struct journal_kill {
	uint32_t level;			/* enum ht_kill_level */
	uint32_t generation;
	uint32_t was_reset;
	char symbol[HT_TICKER];
	char who[HT_KILL_WHO];
	char reason[HT_KILL_REASON];
};

/* Other limits are in force, which follow as text: those of all, then those of
 * each symbol that has its own.
 */
struct journal_limits {
	uint32_t version;
	uint32_t was;
	uint32_t len;			/* of the text */
	uint32_t pad;
	char who[HT_KILL_WHO];
};

/* What we know and what the exchange says agree again, or how far not. */
struct journal_reconciled {
	uint64_t next;			/* number of the next packet */
	uint64_t replies;		/* that were read for it */
	uint32_t orders;		/* known */
	uint32_t open;			/* of those, with open shares */
	uint32_t foreign;		/* of those, not ours */
	uint32_t dead;			/* ours, that never get an answer */
	uint32_t next_urn;		/* that the exchange takes, as it said;
					 * 0: it was not asked
					 */
	char session[JOURNAL_SESSION_NAME];
};

/* Records that found no room between the one before and this one. */
struct journal_lost {
	uint64_t records;
	uint64_t bytes;
	uint64_t first_ns;		/* when the first of them was put */
	uint64_t last_ns;
};

struct journal_stop {
	int32_t err;			/* 0 or negative errno */
	uint32_t pad;
	char words[JOURNAL_WORDS];
};

/* Without holes, and whole words: text and messages begin on one.  When one
 * grows, so does its format.
 */
HT_ABI_SIZE(struct ht_event, 112);
HT_ABI_SIZE(struct journal_refusal, 80);
HT_ABI_SIZE(struct journal_sent, 88);
HT_ABI_SIZE(struct journal_reply, 40);
HT_ABI_SIZE(struct journal_session, 152);
HT_ABI_SIZE(struct journal_kill, 144);
HT_ABI_SIZE(struct journal_limits, 48);
HT_ABI_SIZE(struct journal_reconciled, 48);
HT_ABI_SIZE(struct journal_lost, 32);
HT_ABI_SIZE(struct journal_stop, 112);

/* CRC-32C of len bytes at data, begun with the crc of what stands before. */
uint32_t journal_crc(uint32_t crc, const void *data, size_t len);

/* The crc that belongs into the record's head; `length` must be right. */
uint32_t journal_record_crc(const struct journal_head *head);

const char *journal_type_name(uint8_t type);	/* "?" for others */

#endif
