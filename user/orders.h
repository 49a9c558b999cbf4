/* SPDX-License-Identifier: GPL-2.0 */
/*
 * orders - our own orders of this run, by UserRefNum, and what became of them
 *
 *   SENT -> ACCEPTED -> PARTIAL -> FILLED
 *        -> REJECTED  -> CANCELED (filled in part or not at all)
 *        -> DEAD: accepted, and gone at once
 *
 * UserRefNums are given out in order, so the table is an array.  Nothing is
 * ever taken out: when it is full no further order is sent.
 */
#ifndef HT_ORDERS_H
#define HT_ORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"
#include "ouch.h"

enum { ORDERS_MAX = 65536 };	/* of one run */

/* X(id, word) */
#define ORDER_STATES(X)							\
	X(SENT,		"sent")						\
	X(ACCEPTED,	"accepted")					\
	X(PARTIAL,	"partial")					\
	X(FILLED,	"filled")					\
	X(CANCELED,	"canceled")					\
	X(REJECTED,	"rejected")					\
	X(DEAD,		"dead")

enum order_state {
#define X(id, word) ORDER_##id,
	ORDER_STATES(X)
#undef X
};

/* Answers that cannot be true: counted and left without effect. */
#define ORDER_FAULTS(X)							\
	X(unknown_urn,	"about no order of ours")			\
	X(wrong_echo,							\
	  "accepted or rejected with another ClOrdID, side or quantity") \
	X(wrong_price,							\
	  "accepted or executed at a price that the order does not allow") \
	X(twice,	"accepted or rejected a second time")		\
	X(over_executed, "takes more than is left of the order")

struct order {
	uint32_t urn;
	enum order_state state;
	bool accepted;
	char side;			/* as OUCH has it */
	uint16_t reason;		/* of a rejection or cancellation */
	uint32_t qty;
	uint32_t open;			/* may still trade */
	uint32_t filled;
	uint64_t px;			/* 1e-4 dollars, as sent or accepted */
	uint64_t limit;			/* the same, as sent */
	uint64_t notional;		/* of the fills, 1e-4 dollars */
	uint64_t order_ref;		/* in ITCH, once accepted */
	uint64_t seq;			/* MoldUDP64, what triggered it */
	uint64_t entry_ns;		/* CLOCK_MONOTONIC, all four */
	uint64_t seen_ns;
	uint64_t sent_ns;
	uint64_t answered_ns;		/* 0: no answer yet */
	char clordid[OUCH_CLORDID_LEN];
	char symbol[HT_TICKER];
	char trigger[HT_TRIGGER_NAME];
};

struct orders {
	struct order *table;		/* [ORDERS_MAX] */
	uint32_t first_urn;
	uint32_t count;
	uint32_t working;		/* with open shares */
	uint32_t answered;
	uint32_t judged;		/* answered in time, or overdue */
	uint32_t overdue;
	uint32_t accepted;
	uint32_t rejected;
	uint32_t canceled;		/* with shares taken off */
	uint64_t executions;
	uint64_t shares;		/* executed */
	uint64_t notional;		/* of those, 1e-4 dollars; UINT64_MAX
					 * when it is more
					 */
#define X(field, words) uint64_t field;
	ORDER_FAULTS(X)
#undef X
};

/* UserRefNums start at first_urn (1 to UINT32_MAX - ORDERS_MAX).
 * Return: 0, -ERANGE or -ENOMEM.
 */
int orders_init(struct orders *o, uint32_t first_urn);
void orders_free(struct orders *o);

/* The place of the next order, its UserRefNum set; it counts only after
 * orders_commit().  Return: NULL when the table is full.
 */
struct order *orders_next(struct orders *o);
void orders_commit(struct orders *o);

/*
 * Applies one answer that arrived at now_ns and names it in *changed.
 * Return: 0; -ENOENT for an unknown UserRefNum; -EPROTO when it contradicts
 * what is known (see ORDER_FAULTS; *changed is set, the order is as before).
 */
int orders_apply(struct orders *o, const struct ouch_reply *reply,
		 uint64_t now_ns, const struct order **changed);

/*
 * Finds and counts one more order that was sent before before_ns and still has
 * no answer.  Return: it, or NULL when there is none that was not found before.
 */
const struct order *orders_overdue(struct orders *o, uint64_t before_ns);

const char *order_state_name(enum order_state state);

#endif
