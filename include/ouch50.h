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

enum {
	OUCH_TIF_DAY = '0',		/* market hours */
	OUCH_TIF_IOC = '3',
	OUCH_TIF_GTX = '5',
	OUCH_TIF_GTT = '6',		/* with a tag: EXPIRE_TIME */
	OUCH_TIF_AFTER = 'E',
};

/* Tags of appendages (Appendix A).  X(tag, id, bytes of the value) */
#define OUCH_TAGS(X) \
	X(1, SECONDARY_REF, 8)		/* out: order reference */ \
	X(2, FIRM, 4) \
	X(3, MIN_QTY, 4) \
	X(4, CUSTOMER_TYPE, 1)		/* R retail, N not, space: the port's */ \
	X(5, MAX_FLOOR, 4) \
	X(6, PRICE_TYPE, 1)		/* L P M R Q m */ \
	X(7, PEG_OFFSET, 4)		/* signed, 1e-4 dollars */ \
	X(9, DISCRETION_PRICE, 8) \
	X(10, DISCRETION_TYPE, 1)	/* L P M R */ \
	X(11, DISCRETION_OFFSET, 4)	/* signed, 1e-4 dollars */ \
	X(12, POST_ONLY, 1)		/* P post only, N not */ \
	X(13, RANDOM_RESERVES, 4) \
	X(14, ROUTE, 4)			/* out */ \
	X(15, EXPIRE_TIME, 4)		/* seconds to live, < 86400 */ \
	X(16, TRADE_NOW, 1)		/* Y N, space: the port's */ \
	X(17, HANDLING, 1)		/* I O T Q B D R, space: none */ \
	X(18, BBO_WEIGHT, 1)		/* out */ \
	X(22, DISPLAY_QTY, 4)		/* out, Restated */ \
	X(23, DISPLAY_PRICE, 8)		/* out, Restated */ \
	X(24, GROUP_ID, 2)		/* 0: none */ \
	X(25, SHARES_LOCATED, 1)	/* Y N */ \
	X(26, LOCATE_BROKER, 4) \
	X(27, SIDE, 1)			/* Replace, Mass Cancel: B S T E */ \
	X(28, USER_REF_IDX, 1)		/* channel of UserRefNums */ \
	X(29, AIQ_STRATEGY, 1) \
	X(30, AIQ_GROUP, 2)

enum ouch_tag {
#define X(tag, id, len) OUCH_TAG_##id = tag,
	OUCH_TAGS(X)
#undef X
};

/* The head of an appendage, where there is one: bytes of the tags behind it. */
enum { OUCH_APPENDAGE_HEAD = 2 };

/* -- in ----------------------------------------------------------------- */

struct ouch_enter {			/* 'O' */
	char type;
	__be32 urn;			/* UserRefNum, strictly increasing */
	char side;			/* B S T short E short exempt */
	__be32 qty;			/* 1 to OUCH_QTY_MAX */
	char symbol[8];
	__be64 price;
	char tif;			/* OUCH_TIF_ */
	char display;			/* Y N A */
	char capacity;			/* A P R O */
	char iso;			/* Y N */
	char cross_type;		/* N O C H S R E A */
	char clordid[14];
	__be16 appendage_len;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_enter, 47);

struct ouch_replace {			/* 'U' */
	char type;
	__be32 orig_urn;
	__be32 urn;
	__be32 qty;			/* of the whole chain, executed shares
					 * included
					 */
	__be64 price;
	char tif;			/* not E */
	char display;
	char iso;
	char clordid[14];
	__be16 appendage_len;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_replace, 40);

struct ouch_cancel {			/* 'X'; an appendage may follow */
	char type;
	__be32 urn;
	__be32 qty;			/* intended total size; 0 cancels all */
} HT_PACKED;
HT_ABI_SIZE(struct ouch_cancel, 9);

struct ouch_modify {			/* 'M'; an appendage may follow */
	char type;
	__be32 urn;
	char side;			/* S, T and E into each other only */
	__be32 qty;			/* less than before, or the same */
} HT_PACKED;
HT_ABI_SIZE(struct ouch_modify, 10);

struct ouch_mass_cancel {		/* 'C' */
	char type;
	__be32 urn;
	char firm[4];
	char symbol[8];			/* spaces: all */
	__be16 appendage_len;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_mass_cancel, 19);

struct ouch_entry {			/* 'D' disable, 'E' enable order entry */
	char type;
	__be32 urn;
	char firm[4];
	__be16 appendage_len;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_entry, 11);

struct ouch_query {			/* 'Q'; an appendage may follow */
	char type;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_query, 1);

/* -- out ---------------------------------------------------------------- */
/* "[appendage]": its head and tags follow only where the order named a channel
 * (UserRefIdx) that is not 0, so the length on the wire decides.
 */

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
	char display;			/* also Z */
	__be64 order_ref;		/* the order's reference in ITCH */
	char capacity;
	char iso;
	char cross_type;
	char state;			/* L live, D accepted and dead */
	char clordid[14];
	__be16 appendage_len;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_accepted, 64);

struct ouch_replaced {			/* 'U' */
	char type;
	__be64 timestamp;
	__be32 orig_urn;
	__be32 urn;
	char side;
	__be32 qty;			/* open now */
	char symbol[8];
	__be64 price;
	char tif;
	char display;
	__be64 order_ref;
	char capacity;
	char iso;
	char cross_type;
	char state;
	char clordid[14];
	__be16 appendage_len;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_replaced, 68);

struct ouch_canceled {			/* 'C' [appendage] */
	char type;
	__be64 timestamp;
	__be32 urn;
	__be32 qty;			/* taken off the order */
	char reason;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_canceled, 18);

struct ouch_aiq_canceled {		/* 'D' [appendage] */
	char type;
	__be64 timestamp;
	__be32 urn;
	__be32 qty;			/* taken off the order */
	char reason;			/* Q */
	__be32 prevented;		/* shares that would have traded */
	__be64 price;
	char liquidity;
	char strategy;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_aiq_canceled, 32);

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

struct ouch_broken {			/* 'B' [appendage] */
	char type;
	__be64 timestamp;
	__be32 urn;
	__be64 match;
	char reason;			/* E C S X */
	char clordid[14];
} HT_PACKED;
HT_ABI_SIZE(struct ouch_broken, 36);

struct ouch_rejected {			/* 'J' [appendage] */
	char type;
	__be64 timestamp;
	__be32 urn;
	__be16 reason;
	char clordid[14];
} HT_PACKED;
HT_ABI_SIZE(struct ouch_rejected, 29);

struct ouch_pending {			/* 'P' cancel pending, 'I' cancel
					 * reject [appendage]
					 */
	char type;
	__be64 timestamp;
	__be32 urn;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_pending, 13);

struct ouch_priority {			/* 'T' priority update [appendage] */
	char type;
	__be64 timestamp;
	__be32 urn;
	__be64 price;
	char display;
	__be64 order_ref;		/* the new one */
} HT_PACKED;
HT_ABI_SIZE(struct ouch_priority, 30);

struct ouch_modified {			/* 'M' [appendage] */
	char type;
	__be64 timestamp;
	__be32 urn;
	char side;
	__be32 qty;			/* open now */
} HT_PACKED;
HT_ABI_SIZE(struct ouch_modified, 18);

struct ouch_restated {			/* 'R' */
	char type;
	__be64 timestamp;
	__be32 urn;
	char reason;			/* R reserve refresh, P display price */
	__be16 appendage_len;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_restated, 16);

struct ouch_mass_canceled {		/* 'X' response */
	char type;
	__be64 timestamp;
	__be32 urn;
	char firm[4];
	char symbol[8];
	__be16 appendage_len;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_mass_canceled, 27);

struct ouch_entry_response {		/* 'G' disabled, 'K' enabled */
	char type;
	__be64 timestamp;
	__be32 urn;
	char firm[4];
	__be16 appendage_len;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_entry_response, 19);

struct ouch_query_response {		/* 'Q' [appendage] */
	char type;
	__be64 timestamp;
	__be32 next_urn;
} HT_PACKED;
HT_ABI_SIZE(struct ouch_query_response, 13);

/* Why shares were taken off an order (Appendix B).  X(letter, words) */
#define OUCH_CANCEL_REASONS(X) \
	X('D', "regulatory restriction") \
	X('E', "closed: a day order after the closing cross") \
	X('F', "post only: its price would have slid for Regulation NMS") \
	X('G', "post only: its price would have slid off a displayed order") \
	X('H', "still halted after the opening cross") \
	X('I', "immediate or cancel") \
	X('K', "market collars") \
	X('Q', "self match prevention") \
	X('S', "supervisory") \
	X('T', "time in force has run out") \
	X('U', "asked for") \
	X('X', "opening price protection") \
	X('Z', "by the system") \
	X('e', "direct listing: more shares than are offered")

/* Why a trade was broken.  X(letter, words) */
#define OUCH_BREAK_REASONS(X) \
	X('E', "erroneous") \
	X('C', "both sides agreed") \
	X('S', "supervisory") \
	X('X', "external")

static inline const char *ouch_cancel_words(char reason)
{
	switch (reason) {
#define X(letter, words) case letter: return words;
	OUCH_CANCEL_REASONS(X)
#undef X
	}
	return "unknown reason";
}

static inline const char *ouch_side_words(char side)
{
	switch (side) {
	case 'B':
		return "buy";
	case 'S':
		return "sell";
	case 'T':
		return "sell short";
	case 'E':
		return "sell short exempt";
	}
	return "unknown side";
}

static inline const char *ouch_break_words(char reason)
{
	switch (reason) {
#define X(letter, words) case letter: return words;
	OUCH_BREAK_REASONS(X)
#undef X
	}
	return "unknown reason";
}

/* How an execution is charged (Appendix D); BX: on that market only.
 * X(letter, words)
 */
#define OUCH_LIQUIDITY_FLAGS(X) \
	X('A', "added") \
	X('C', "closing cross") \
	X('H', "halt or IPO cross") \
	X('J', "added, hidden") \
	X('K', "halt cross") \
	X('L', "closing cross, imbalance only") \
	X('M', "opening cross, imbalance only") \
	X('N', "passive midpoint") \
	X('O', "opening cross") \
	X('R', "removed") \
	X('e', "added, displayed, retail") \
	X('i', "after hours closing cross") \
	X('j', "added, retail price improving (BX)") \
	X('k', "added at the midpoint") \
	X('m', "removed at the midpoint") \
	X('n', "midpoint extended life") \
	X('p', "removed, price improving and hidden (BX)") \
	X('q', "retail removed at the midpoint (BX)") \
	X('r', "retail removed retail price improving (BX)") \
	X('t', "retail removed price improving and hidden (BX)") \
	X('u', "added, hidden part of a reserve") \
	X('0', "supplemental") \
	X('1', "added, retail price improving, no indicator (BX)") \
	X('2', "added before market hours") \
	X('3', "removed before market hours") \
	X('5', "added, improves the NBBO before market hours") \
	X('7', "added, improves the NBBO") \
	X('8', "added, sets the QBBO and joins the NBBO") \
	X('9', "added, hidden, before market hours")

static inline const char *ouch_liquidity_words(char flag)
{
	switch (flag) {
#define X(letter, words) case letter: return words;
	OUCH_LIQUIDITY_FLAGS(X)
#undef X
	}
	return "unknown liquidity flag";
}

static inline const char *ouch_event_words(char event)
{
	switch (event) {
	case 'S':
		return "start of day";
	case 'E':
		return "end of day";
	}
	return "unknown event";
}

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
