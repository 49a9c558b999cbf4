/* SPDX-License-Identifier: GPL-2.0 */
/*
 * orders - our orders of this day, by UserRefNum, and what became of them
 *
 *   SENT -> ACCEPTED -> PARTIAL -> FILLED
 *        -> REJECTED  -> CANCELED (filled in part or not at all)
 *        -> DEAD: accepted, and gone at once
 *        -> IGNORED: no answer, and there will be none
 *   ACCEPTED, PARTIAL -> PENDING: its cancel waits
 *                     -> REPLACED: another number goes on with it
 *
 * An order gets in by being sent, or by an answer about a number that we do
 * not know: after a restart the exchange's replay makes the orders of a dead
 * process known, and of another client of the account.  Nothing is ever taken
 * out; when a store is full no further order is sent.
 *
 * What an order could cost is reserved when it is sent and released by answers
 * only (see positions.h).  Silence is an answer in one case: an order that is
 * over cannot be replaced any more (OUCH 5.0, Replace Order).
 *
 * No I/O, no clock, and no memory taken after orders_init().
 */
#ifndef HT_ORDERS_H
#define HT_ORDERS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "maps.h"
#include "ouch.h"
#include "positions.h"

enum {
	ORDERS_MAX = 262144,		/* of a day */
	ORDERS_FILLS = 2,		/* room for executions, per order */
	ORDERS_REFS = 2,		/* and for references in ITCH */
};

/* X(id, word) */
#define ORDER_STATES(X)							\
	X(SENT,		"sent")						\
	X(ACCEPTED,	"accepted")					\
	X(PARTIAL,	"partial")					\
	X(FILLED,	"filled")					\
	X(CANCELED,	"canceled")					\
	X(REJECTED,	"rejected")					\
	X(DEAD,		"dead")						\
	X(REPLACED,	"replaced")					\
	X(PENDING,	"cancel pending")				\
	X(IGNORED,	"ignored")

enum order_state {
#define X(id, word) ORDER_##id,
	ORDER_STATES(X)
#undef X
};

/* Answers that cannot be true: counted and left without effect. */
#define ORDER_FAULTS(X)							\
	X(unknown_urn,	"about no order of ours")			\
	X(wrong_echo,							\
	  "names another ClOrdID, symbol, side or quantity than was sent") \
	X(wrong_price,							\
	  "accepted or executed at a price that the order does not allow") \
	X(twice,							\
	  "accepted, rejected or executed in the same match a second time") \
	X(over_executed, "takes more than is left of the order")	\
	X(over,		"changes an order that is over")		\
	X(wrong_match,							\
	  "breaks a trade that is not known, or was broken before")	\
	X(no_room,	"about an order that there is no room for")

struct order {
	uint32_t urn;
	enum order_state state;
	bool sent;			/* by us: committed */
	bool foreign;			/* not sent by us, nor does its ClOrdID
					 * look like ours
					 */
	bool answered;
	bool accepted;
	bool rejected;
	bool dead;			/* accepted, and gone at once */
	bool replaced;
	bool ignored;
	bool pending;			/* its cancel waits at the exchange */
	bool cancel_sent;		/* and not answered, which is legal */
	bool cancel_refused;		/* the last one, by the exchange */
	bool modify_sent;		/* the same */
	char side;			/* as OUCH has it: B S T E */
	uint16_t reason;		/* of a rejection or cancellation */
	uint32_t qty;			/* as sent, in this order alone */
	uint32_t total;			/* of the chain of replacements, as
					 * sent; 0: not known
					 */
	uint32_t done;			/* executed under earlier numbers of
					 * the chain, broken trades included
					 */
	uint32_t open;			/* may still trade */
	uint32_t filled;		/* without broken trades */
	uint32_t broken;
	uint32_t orig_urn;		/* of the order it replaces; 0: none */
	uint64_t px;			/* 1e-4 dollars, as sent or accepted */
	uint64_t limit;			/* as sent; 0: not known */
	uint64_t notional;		/* of the fills, 1e-4 dollars */
	uint64_t order_ref;		/* in ITCH, once accepted; the newest */
	uint64_t seq;			/* MoldUDP64, what triggered it */
	uint64_t entry_ns;		/* CLOCK_MONOTONIC, all four */
	uint64_t seen_ns;
	uint64_t sent_ns;
	uint64_t answered_ns;		/* 0: no answer yet */
	char clordid[OUCH_CLORDID_LEN];
	char symbol[HT_TICKER];
	char trigger[HT_TRIGGER_NAME];

	struct position_open counted;	/* in its position, just now */
	uint64_t counted_px;		/* most aggressive price of that */
	uint32_t position;		/* index */
	uint32_t replacement;		/* index + 1 of an order under way that
					 * is to replace it, 0: none
					 */
	uint32_t next_open;		/* of the symbol, index + 1 */
	uint32_t prev_open;
};

struct order_fill;
struct order_ref;

struct orders {
	struct order *table;		/* [count], in order of appearance */
	struct positions positions;
	uint32_t room;			/* of the table */
	uint32_t first_urn;
	uint32_t next_urn;		/* of the next order; 0: used up */
	uint32_t count;
	uint32_t chained;		/* of those: they replace another one */
	uint32_t working;		/* with open shares */
	uint32_t answered;
	uint32_t judged;		/* answered in time, or overdue */
	uint32_t reconciled;		/* answered, or known to be dead */
	uint32_t overdue;
	uint32_t sent;			/* by us: Enter and Replace */
	uint32_t replaces;		/* of those */
	uint32_t cancels;		/* asked for */
	uint32_t modifies;		/* asked for */
	uint32_t foreign;
	uint32_t accepted;
	uint32_t replaced;
	uint32_t rejected;
	uint32_t canceled;		/* with shares taken off */
	uint32_t ignored;		/* never answered, known to be dead */
	uint32_t lost;			/* of those, never arrived */
	uint64_t executions;
	uint64_t breaks;
	uint64_t shares;		/* executed, without broken trades */
	uint64_t notional;		/* of those, 1e-4 dollars; UINT64_MAX
					 * when it was more
					 */
#define X(field, words) uint64_t field;
	ORDER_FAULTS(X)
#undef X

	uint32_t *by_urn;		/* slots: index + 1, 0: free */
	uint32_t *by_match;
	uint32_t *by_ref;
	struct order_fill *fills;	/* in order of arrival */
	struct order_ref *refs;
	uint32_t fill_count;
	uint32_t ref_count;
};

/* UserRefNums start at first_urn (1 to UINT32_MAX - ORDERS_MAX).
 * Return: 0, -ERANGE or -ENOMEM.
 */
int orders_init(struct orders *o, uint32_t first_urn);

/* The same with room for fewer orders (a power of two). */
int orders_init_room(struct orders *o, uint32_t first_urn, uint32_t room);
void orders_free(struct orders *o);

/* All of them, and the positions, begin anew with that number, in the memory
 * that there is.
 */
void orders_forget(struct orders *o, uint32_t first_urn);

/* Whether no further order can be sent: there is no room for it or for what
 * may come of it, or no number left.
 */
bool orders_full(const struct orders *o);

/*
 * The place of the next order, its UserRefNum set: larger than any that was
 * sent or answered.  It counts only after orders_commit() or
 * orders_replace_sent(), with nothing else in between.
 * Return: NULL when orders_full().
 */
struct order *orders_next(struct orders *o);

/* The place of an order that somebody sent for us, the kernel or a process
 * before this one: as above, full or not.
 */
struct order *orders_place(struct orders *o, uint32_t urn);

/*
 * The order was sent (Enter): reserves its quantity at its price.  Side, qty,
 * px, clordid and symbol count, the rest is for whoever reads it.  An answer
 * may have made the number known already; then the order is ours from now on.
 * Return: 0; -EEXIST for a number that was committed before, -EPROTO when what
 * was answered is about another order (both without effect).
 */
int orders_commit(struct orders *o);

/*
 * The order was sent to replace another one (Replace): `qty` is the total of
 * the whole chain, executed shares included, as in the message; symbol and side
 * are the original's.  Reserves the larger of what both could cost, until the
 * answer.  orders_replaceable() tells beforehand what it would return.
 * Return: as orders_commit(); -ENOENT for an unknown original, -ESHUTDOWN for
 * one that is over, -EBUSY for one that is being replaced or is itself a
 * replacement without an answer.
 */
int orders_replace_sent(struct orders *o, uint32_t orig_urn);
int orders_replaceable(const struct orders *o, uint32_t orig_urn);

/* A Cancel or Modify was sent.  Nothing is released before the answer, which
 * may never come.  Return: 0, -ENOENT; -EINVAL for a side that OUCH does not
 * let an order change to.
 */
int orders_cancel_sent(struct orders *o, uint32_t urn);
int orders_modify_sent(struct orders *o, uint32_t urn, char side);

/*
 * Applies one answer that arrived at now_ns (0: a replay, when is not known)
 * and names the order in *changed, NULL where it is about none.
 * Return: 0; -ENOENT for an unknown UserRefNum; -ENOSPC without room for it;
 * -EPROTO when it contradicts what is known (see ORDER_FAULTS; *changed is set,
 * the order is as before).
 */
int orders_apply(struct orders *o, const struct ouch_reply *reply,
		 uint64_t now_ns, const struct order **changed);

/* Answers that cannot be true, of every kind. */
uint64_t orders_faults(const struct orders *o);

/*
 * Finds and counts one more order that was sent before before_ns and still has
 * no answer.  Return: it, or NULL when there is none that was not found before.
 */
const struct order *orders_overdue(struct orders *o, uint64_t before_ns);

/*
 * The exchange answered an Account Query with next_urn after a complete replay
 * on a new connection: what has no answer now never gets one.  Below next_urn
 * the exchange ignored it, at or above it never arrived.  Releases and counts
 * one more such order.  Return: it, or NULL when there is none left.
 */
const struct order *orders_reconciled(struct orders *o, uint32_t next_urn);

/* Return: NULL for a number that nobody sent or answered. */
const struct order *orders_find(const struct orders *o, uint32_t urn);

/* Whether an order of the feed is ours, or was once: by its reference. */
const struct order *orders_own(const struct orders *o, uint64_t order_ref);

/* Writes all that a replay of the exchange's answers must bring about again,
 * by UserRefNum and ticker; what was sent and never answered is not in it.
 * Return: 0, -ENOMEM, or -EIO when out does not take it.
 */
int orders_dump(const struct orders *o, FILE *out);

/* The same in one number.  Return: 0 or as orders_dump(). */
int orders_digest(const struct orders *o, uint64_t *digest);

const char *order_state_name(enum order_state state);

#endif
