/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * ouch50 - Nasdaq OUCH 5.0 order entry, fixed parts, as on the wire
 *
 * "in" is client to exchange, "out" exchange to client; type letters collide
 * between the two, so decode by direction.  An optional appendage of tags
 * follows: u8 length of the rest, u8 tag, value.  Prices are u64 1e-4 dollars,
 * timestamps u64 nanoseconds since midnight.
 */
#ifndef HT_OUCH50_H
#define HT_OUCH50_H

#include "abi.h"

enum {
	OUCH_CLORDID_LEN = 14,
	OUCH_SYMBOL_LEN = 8,
	OUCH_QTY_MAX = 999999,
};

/* A limit price above this is refused; 0x7fffffff and 2000000000 would turn
 * the order into a market order (OUCH 5.0, Data Types).
 */
#define OUCH_PRICE_MAX	1999999900ull

/* Time in force */
#define OUCH_TIF_IOC	'3'

/* -- in ----------------------------------------------------------------- */

struct ouch_enter {			/* 'O' */
	char type;
	__be32 urn;			/* UserRefNum, strictly increasing */
	char side;			/* B S T short E short exempt */
	__be32 qty;			/* 1 to OUCH_QTY_MAX */
	char symbol[8];
	__be64 price;
	char tif;			/* 0 day, 3 IOC, 5 GTX, 6 GTT, E */
	char display;			/* Y N A */
	char capacity;			/* A P R O */
	char iso;			/* Y N */
	char cross_type;		/* N O C H S R E A */
	char clordid[14];
	__be16 appendage_len;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_enter, 47);

struct ouch_cancel {			/* 'X' */
	char type;
	__be32 urn;
	__be32 qty;			/* intended total size; 0 cancels all */
} HT_PACKED;
HT_ABI_SIZE(struct ouch_cancel, 9);

/* -- out ---------------------------------------------------------------- */

struct ouch_system_event {		/* 'S' */
	char type;
	__be64 timestamp;
	char event;			/* S start of day, E end of day */
} HT_PACKED;
HT_ABI_SIZE(struct ouch_system_event, 10);

struct ouch_accepted {			/* 'A' */
	char type;
	__be64 timestamp;
	__be32 urn;
	char side;
	__be32 qty;
	char symbol[8];
	__be64 price;
	char tif;
	char display;
	__be64 order_ref;		/* the order's reference in ITCH */
	char capacity;
	char iso;
	char cross_type;
	char state;			/* L live, D accepted and dead */
	char clordid[14];
	__be16 appendage_len;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_accepted, 64);

struct ouch_canceled {			/* 'C' */
	char type;
	__be64 timestamp;
	__be32 urn;
	__be32 qty;			/* taken off the order */
	char reason;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_canceled, 18);

struct ouch_executed {			/* 'E'; appendage length may be absent */
	char type;
	__be64 timestamp;
	__be32 urn;
	__be32 qty;			/* of this execution */
	__be64 price;
	char liquidity;			/* R removed, A added, ... */
	__be64 match;
	__be16 appendage_len;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_executed, 36);

enum { OUCH_EXECUTED_MIN = 34 };

struct ouch_rejected {			/* 'J' */
	char type;
	__be64 timestamp;
	__be32 urn;
	__be16 reason;
	char clordid[14];
} HT_PACKED;
HT_ABI_SIZE(struct ouch_rejected, 29);

/* Reject reasons up to revision 1.05; accept unknown numbers.
 * X(code, id, words)
 */
#define OUCH_REJECTS(X) \
	X(0x01, QUOTE_UNAVAILABLE, "quote unavailable") \
	X(0x02, DESTINATION_CLOSED, "destination closed") \
	X(0x03, INVALID_DISPLAY, "invalid display") \
	X(0x04, INVALID_MAX_FLOOR, "invalid maximum floor") \
	X(0x05, INVALID_PEG_TYPE, "invalid peg type") \
	X(0x06, FAT_FINGER, "fat finger") \
	X(0x07, HALTED, "security halted") \
	X(0x08, ISO_NOT_ALLOWED, "ISO not allowed") \
	X(0x09, INVALID_SIDE, "invalid side") \
	X(0x0a, PROCESSING_ERROR, "processing error") \
	X(0x0b, CANCEL_PENDING, "cancel pending") \
	X(0x0c, FIRM_NOT_AUTHORIZED, "firm not authorized") \
	X(0x0d, INVALID_MIN_QTY, "invalid minimum quantity") \
	X(0x0e, NO_CLOSING_REFERENCE, "no closing reference price") \
	X(0x0f, OTHER, "other") \
	X(0x10, CANCEL_NOT_ALLOWED, "cancel not allowed") \
	X(0x11, PEGGING_NOT_ALLOWED, "pegging not allowed") \
	X(0x12, CROSSED_MARKET, "crossed market") \
	X(0x13, INVALID_QTY, "invalid quantity") \
	X(0x14, INVALID_CROSS, "invalid cross order") \
	X(0x15, REPLACE_NOT_ALLOWED, "replace not allowed") \
	X(0x16, ROUTING_NOT_ALLOWED, "routing not allowed") \
	X(0x17, INVALID_SYMBOL, "invalid symbol") \
	X(0x18, TEST, "test") \
	X(0x19, LATE_LOC, "late LOC too aggressive") \
	X(0x1a, RETAIL_NOT_ALLOWED, "retail not allowed") \
	X(0x1b, INVALID_MIDPOINT, "invalid midpoint post only price") \
	X(0x1c, INVALID_DESTINATION, "invalid destination") \
	X(0x1d, INVALID_PRICE, "invalid price") \
	X(0x1e, SHARES_THRESHOLD, "shares exceed threshold") \
	X(0x1f, NOTIONAL_THRESHOLD, "exceeds maximum allowed notional") \
	X(0x20, RISK_EXPOSURE, "risk: aggregate exposure exceeded") \
	X(0x21, RISK_IMPACT, "risk: market impact") \
	X(0x22, RISK_RESTRICTED, "risk: restricted stock") \
	X(0x23, RISK_SHORT, "risk: short sell restricted") \
	X(0x24, RISK_ISO, "risk: ISO not allowed") \
	X(0x25, RISK_ADV, "risk: exceeds ADV limit") \
	X(0x26, RISK_FAT_FINGER, "risk: fat finger") \
	X(0x27, RISK_LOCATE, "risk: locate required") \
	X(0x28, RISK_SYMBOL_RATE, "risk: symbol message rate") \
	X(0x29, RISK_PORT_RATE, "risk: port message rate") \
	X(0x2a, RISK_DUPLICATE_RATE, "risk: duplicate message rate") \
	X(0x2b, RISK_NO_SHORT, "risk: short sell not allowed") \
	X(0x2c, RISK_NO_MARKET, "risk: market order not allowed") \
	X(0x2d, RISK_PRE_MARKET, "risk: pre-market not allowed") \
	X(0x2e, RISK_POST_MARKET, "risk: post-market not allowed") \
	X(0x2f, RISK_SHORT_EXEMPT, "risk: short sell exempt not allowed") \
	X(0x30, RISK_NOTIONAL, "risk: single order notional exceeded") \
	X(0x31, RISK_MAX_QTY, "risk: maximum quantity exceeded") \
	X(0x32, NO_SHO_STATE, "Reg SHO state not available") \
	X(0x33, RISK_IPO_MARKET, "risk: IPO market buy not allowed") \
	X(0x40, INVALID_AIQ, "invalid AIQ")

enum ouch_reject {
#define X(code, id, what) OUCH_REJECT_##id = code,
	OUCH_REJECTS(X)
#undef X
};

/* What a reject reason means; "unknown reason" for a number of no revision. */
static inline const char *ouch_reject_words(__u16 reason)
{
	switch (reason) {
#define X(code, id, what) case OUCH_REJECT_##id: return what;
	OUCH_REJECTS(X)
#undef X
	}
	return "unknown reason";
}

#endif
