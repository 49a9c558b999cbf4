/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * itch50 - Nasdaq TotalView-ITCH 5.0 messages as they stand on the wire
 *
 * Read and write the fields with wire.h: get_be32(&m->shares).  Prices are
 * 1e-4 dollars (Price(4)) unless said otherwise, timestamps nanoseconds since
 * midnight Eastern, text is left-justified and padded with spaces.
 */
#ifndef HT_ITCH50_H
#define HT_ITCH50_H

#include "abi.h"

/* X(type, name of struct, length in bytes, what it is) */
#define ITCH_MESSAGES(X)						\
	X('S', system_event,	12, "system event")			\
	X('R', directory,	39, "stock directory")			\
	X('H', trading_action,	25, "stock trading action")		\
	X('Y', reg_sho,		20, "Reg SHO restriction")		\
	X('L', participant,	26, "market participant position")	\
	X('V', mwcb_levels,	35, "MWCB decline levels")		\
	X('W', mwcb_breach,	12, "MWCB breach")			\
	X('K', ipo_quoting,	28, "IPO quoting period update")	\
	X('J', luld_collar,	35, "LULD auction collar")		\
	X('h', operational_halt, 21, "operational halt")		\
	X('A', add,		36, "add order")			\
	X('F', add_mpid,	40, "add order with MPID")		\
	X('E', executed,	31, "order executed")			\
	X('C', executed_price,	36, "order executed with price")	\
	X('X', cancel,		23, "order cancel")			\
	X('D', delete,		19, "order delete")			\
	X('U', replace,		35, "order replace")			\
	X('P', trade,		44, "trade, non-cross")			\
	X('Q', cross_trade,	40, "cross trade")			\
	X('B', broken_trade,	19, "broken trade")			\
	X('I', noii,		50, "net order imbalance indicator")	\
	X('N', rpii,		20, "retail price improvement indicator") \
	X('O', dlcr,		48, "direct listing with capital raise")

enum {
	ITCH_MIN_LEN = 12,
	ITCH_MAX_LEN = 50,
	ITCH_STOCK_LEN = 8,
};

/* The highest price the specification allows: 200,000.0000. */
#define ITCH_PRICE_MAX	2000000000u

struct itch_head {
	char type;
	__be16 locate;		/* day's number of the symbol; 0: none */
	__be16 tracking;
	__u8 timestamp[6];
} HT_PACKED;

struct itch_system_event {
	struct itch_head head;
	char event;		/* O S Q M E C */
} HT_PACKED;

struct itch_directory {
	struct itch_head head;
	char stock[8];
	char market_category;
	char financial_status;
	__be32 round_lot;
	char round_lots_only;
	char issue_class;
	char issue_subtype[2];
	char authenticity;	/* P live, T test */
	char short_sale_threshold;
	char ipo;
	char luld_tier;
	char etp;
	__be32 etp_leverage;
	char inverse;
} HT_PACKED;

struct itch_trading_action {
	struct itch_head head;
	char stock[8];
	char state;		/* H halted, P paused, Q quotation, T trading */
	char reserved;
	char reason[4];
} HT_PACKED;

struct itch_reg_sho {
	struct itch_head head;
	char stock[8];
	char action;		/* 0 none, 1 triggered today, 2 carried over */
} HT_PACKED;

struct itch_participant {
	struct itch_head head;
	char mpid[4];
	char stock[8];
	char primary;
	char mode;
	char state;
} HT_PACKED;

struct itch_mwcb_levels {
	struct itch_head head;
	__be64 level1;		/* Price(8): 1e-8 dollars */
	__be64 level2;
	__be64 level3;
} HT_PACKED;

struct itch_mwcb_breach {
	struct itch_head head;
	char level;		/* '1' '2' '3' */
} HT_PACKED;

struct itch_ipo_quoting {
	struct itch_head head;
	char stock[8];
	__be32 release_time;	/* seconds since midnight */
	char qualifier;
	__be32 price;
} HT_PACKED;

struct itch_luld_collar {
	struct itch_head head;
	char stock[8];
	__be32 reference;
	__be32 upper;
	__be32 lower;
	__be32 extension;
} HT_PACKED;

struct itch_operational_halt {
	struct itch_head head;
	char stock[8];
	char market;		/* Q Nasdaq, B BX, X PSX */
	char action;		/* H halted, T resumed */
} HT_PACKED;

struct itch_add {
	struct itch_head head;
	__be64 ref;
	char side;		/* B S */
	__be32 shares;
	char stock[8];
	__be32 price;
} HT_PACKED;

struct itch_add_mpid {
	struct itch_head head;
	__be64 ref;
	char side;
	__be32 shares;
	char stock[8];
	__be32 price;
	char mpid[4];
} HT_PACKED;

struct itch_executed {
	struct itch_head head;
	__be64 ref;
	__be32 shares;
	__be64 match;
} HT_PACKED;

struct itch_executed_price {
	struct itch_head head;
	__be64 ref;
	__be32 shares;
	__be64 match;
	char printable;		/* Y N */
	__be32 price;		/* of the print; the level is the order's own */
} HT_PACKED;

struct itch_cancel {
	struct itch_head head;
	__be64 ref;
	__be32 shares;		/* taken off the order */
} HT_PACKED;

struct itch_delete {
	struct itch_head head;
	__be64 ref;
} HT_PACKED;

struct itch_replace {
	struct itch_head head;
	__be64 ref;		/* dies */
	__be64 new_ref;		/* inherits side, stock and MPID */
	__be32 shares;		/* new total displayed */
	__be32 price;
} HT_PACKED;

struct itch_trade {
	struct itch_head head;
	__be64 ref;		/* always 0 */
	char side;
	__be32 shares;
	char stock[8];
	__be32 price;
	__be64 match;
} HT_PACKED;

struct itch_cross_trade {
	struct itch_head head;
	__be64 shares;
	char stock[8];
	__be32 price;
	__be64 match;
	char cross_type;	/* O opening, C closing, H halt or IPO */
} HT_PACKED;

struct itch_broken_trade {
	struct itch_head head;
	__be64 match;
} HT_PACKED;

struct itch_noii {
	struct itch_head head;
	__be64 paired;
	__be64 imbalance;
	char direction;		/* B S N O P */
	char stock[8];
	__be32 far_price;
	__be32 near_price;
	__be32 reference_price;
	char cross_type;	/* O H C A */
	char variation;
} HT_PACKED;

struct itch_rpii {
	struct itch_head head;
	char stock[8];
	char interest;		/* B S A N */
} HT_PACKED;

struct itch_dlcr {
	struct itch_head head;
	char stock[8];
	char eligible;
	__be32 min_price;
	__be32 max_price;
	__be32 near_price;
	__be64 near_time;
	__be32 lower_collar;
	__be32 upper_collar;
} HT_PACKED;

#define X(type, name, len, what) HT_ABI_SIZE(struct itch_##name, len);
ITCH_MESSAGES(X)
#undef X

/*
 * Length of a message of this type, in bytes, without its block length.
 * Return: 12 to 50, or 0 when ITCH 5.0 knows no such type.
 */
static __always_inline __u32 itch_length(char type)
{
	switch (type) {
#define X(type, name, len, what) case type: return len;
	ITCH_MESSAGES(X)
#undef X
	}
	return 0;
}

#endif
