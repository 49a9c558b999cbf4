/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ouch - OUCH 5.0: requests out of fields and back, fields out of the answers
 *
 * No I/O and no state.  An Enter Order can be written in two steps, because
 * only the second one is on the hot path: what every order of a session has in
 * common, then what makes this one.
 */
#ifndef HT_OUCH_H
#define HT_OUCH_H

#include <stddef.h>
#include <stdint.h>

#include "ouch50.h"

enum {
	OUCH_FIRM_LEN = 4,
	/* every tag once, each behind its length and its number */
#define X(tag, id, len) + 2 + len
	OUCH_APPENDAGE_MAX = 0 OUCH_TAGS(X),
#undef X
	OUCH_ENTER_MAX = sizeof(struct ouch_enter) + OUCH_APPENDAGE_MAX,
	OUCH_REQUEST_MAX = OUCH_ENTER_MAX,	/* no other is longer */
	OUCH_WORDS = 1024,	/* bytes that hold any message in words */
};

/* The greatest sequence that thirteen digits of a ClOrdID can name. */
#define OUCH_SEQ_MAX	9999999999999ull

/* Tags as on the wire, without their length in front. */
struct ouch_appendage {
	uint16_t len;
	uint8_t bytes[OUCH_APPENDAGE_MAX];
};

/* What the orders of a session have in common; letters as in ouch50.h. */
struct ouch_terms {
	char tif;
	char display;
	char capacity;
	char iso;
	char cross_type;
	char firm[OUCH_FIRM_LEN + 1];	/* "": the port's own */
	struct ouch_appendage tags;	/* those besides the firm's */
};

struct ouch_order {
	uint32_t urn;
	uint32_t qty;
	uint64_t px;			/* 1e-4 dollars */
	char side;			/* B S T E */
	const char *symbol;		/* ended by NUL, at most 8 letters */
	char clordid[OUCH_CLORDID_LEN];
};

/* What a client asks, in host order; which fields count, by type (0 or empty
 * elsewhere):
 *
 *   O	urn, side, qty, symbol, px, terms, clordid
 *   U	orig_urn, urn, qty (of the whole chain, executed shares included), px,
 *	clordid; tif, display, iso and tags of the terms
 *   X	urn, qty: what the order is to be in total; 0: cancel it
 *   M	urn, side, qty
 *   C	urn, symbol ("": all); firm of the terms
 *   D E	urn; firm of the terms
 *   Q	nothing
 *
 * and tags of the terms everywhere, those that OUCH allows there.
 */
struct ouch_request {
	char type;
	char side;
	uint32_t urn;
	uint32_t orig_urn;
	uint32_t qty;
	uint64_t px;			/* 1e-4 dollars */
	char symbol[OUCH_SYMBOL_LEN + 1];
	char clordid[OUCH_CLORDID_LEN];
	struct ouch_terms terms;
};

/* An answer of the exchange in host order; which fields count, by type (0 or
 * empty elsewhere):
 *
 *   S	event
 *   A	side, qty, symbol, px, terms, order_ref, state, clordid; firm, where
 *	its tag is there
 *   U	the same and orig_urn; qty is what is open now
 *   C	qty (taken off), reason (a letter)
 *   D	the same: canceled to prevent a trade with oneself; prevented, px,
 *	liquidity, strategy
 *   E	qty (of this execution), px, match, liquidity
 *   B	match, reason (a letter), clordid: that execution never was
 *   J	reason (enum ouch_reject), clordid
 *   P	the cancel waits; I: it was refused
 *   T	px, display, order_ref: the new one
 *   M	side, qty (open now)
 *   R	reason (a letter), and what its tags say: order_ref (secondary),
 *	qty (displayed), px (displayed)
 *   X	firm, symbol ("": all), side where its tag is there: a mass cancel was
 *	taken
 *   G K	firm: entry is disabled, enabled
 *   Q	urn: the next one that the exchange takes
 */
struct ouch_reply {
	char type;
	char side;
	char state;			/* L live, D dead */
	char liquidity;
	char event;
	char tif;
	char display;
	char capacity;
	char iso;
	char cross_type;
	char strategy;
	uint8_t channel;		/* UserRefIdx, 0: none */
	uint16_t reason;
	uint32_t urn;
	uint32_t orig_urn;
	uint32_t qty;
	uint32_t prevented;
	uint64_t px;			/* 1e-4 dollars */
	uint64_t timestamp;		/* ns since midnight */
	uint64_t order_ref;
	uint64_t match;
	char symbol[OUCH_SYMBOL_LEN + 1];
	char firm[OUCH_FIRM_LEN + 1];
	char clordid[OUCH_CLORDID_LEN];
};

/*
 * Writes the constant fields of an Enter Order, a Firm tag when there is a
 * firm, and the other tags, into OUCH_ENTER_MAX bytes; the terms have passed
 * ouch_terms_check().  Return: the message's length in bytes.
 */
uint32_t ouch_enter_init(void *message, const struct ouch_terms *terms);

/* Writes the fields of one order, which are in range (ouch_order_check()),
 * into a message that was initialised.
 */
void ouch_enter_set(struct ouch_enter *m, const struct ouch_order *order);

/* Writes "T" and seq (at most OUCH_SEQ_MAX) in thirteen digits. */
void ouch_clordid(char clordid[OUCH_CLORDID_LEN], uint64_t seq);

/*
 * Reads one message from exchange to client, which ends after len bytes.
 * Return: 0; -EPROTO when the length is wrong for the type or the tags do not
 * add up; -ENOMSG for a type that OUCH 5.0 does not have.
 */
int ouch_decode(const void *message, size_t len, struct ouch_reply *reply);

/*
 * Appends a tag whose value is a number, a price (1e-4 dollars), an offset (the
 * same, negative ones as an int64_t) or a letter; the second one a tag of
 * letters, padded with spaces.
 * Return: 0; -EINVAL for a tag that does not exist, has a value of the other
 * kind or a letter that it does not know; -ERANGE for a value that is too
 * great; -EEXIST when the tag is there; -ENOSPC.
 */
int ouch_tag_put(struct ouch_appendage *a, enum ouch_tag tag, uint64_t value);
int ouch_tag_put_text(struct ouch_appendage *a, enum ouch_tag tag,
		      const char *text);

/*
 * Finds a tag; *value is its number as ouch_tag_put() takes it, letters as a
 * big-endian number.  Return: 0; -ENOENT; -EPROTO when the tags do not add up.
 */
int ouch_tag_get(const struct ouch_appendage *a, enum ouch_tag tag,
		 uint64_t *value);

/* Is that what an Enter Order may say?  Return: 0, -EINVAL or -ERANGE. */
int ouch_terms_check(const struct ouch_terms *terms);
int ouch_order_check(const struct ouch_order *order);

/*
 * Writes any request into OUCH_REQUEST_MAX bytes.  `original` is the order that
 * a Replace or Modify changes, as it was asked for last: its side, qty and tags
 * count.  A Cancel is checked against its tags where it is given; for the other
 * types it is NULL.
 * Return: the message's length in bytes; -EINVAL for what OUCH does not allow,
 * -ERANGE for a number out of range.
 */
int ouch_request_encode(void *message, const struct ouch_request *request,
			const struct ouch_request *original);

/*
 * Reads one message from client to exchange, which ends after len bytes; its
 * values are not judged.  Return: 0; -EPROTO when the length is wrong for the
 * type, the tags do not add up or are more than we would send; -ENOMSG for a
 * type that OUCH 5.0 does not have.
 */
int ouch_request_decode(const void *message, size_t len,
			struct ouch_request *request);

/* Writes the message as one line without its end: "enter urn 113 sell short
 * 225 CVLT @ 63.0200 day, agency, ...".  Return: text.
 */
const char *ouch_request_words(char text[OUCH_WORDS],
			       const struct ouch_request *request);
const char *ouch_reply_words(char text[OUCH_WORDS],
			     const struct ouch_reply *reply);

#endif
