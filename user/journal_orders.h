/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal_orders - the orders of a session, made anew from what was written
 *
 * A record of another session than the one before begins with no orders.  What
 * the exchange said twice, as it does after each login, counts once.
 */
#ifndef HT_JOURNAL_ORDERS_H
#define HT_JOURNAL_ORDERS_H

#include "journal_read.h"
#include "orders.h"

/* X(field, words) */
#define JOURNAL_REBUILDS(X)						\
	X(requests,	"requests that were sent")			\
	X(dry,		"requests of a dry run, left out")		\
	X(replies,	"answers")					\
	X(repeated,	"answers that were there before, left out")	\
	X(unread,	"messages that are no OUCH 5.0, left out")	\
	X(refused,	"requests that contradict what is known")	\
	X(differing,	"answers that had another effect when they came") \
	X(lost,		"records that are not there")

struct journal_orders {
	struct orders orders;
	char session[JOURNAL_SESSION_NAME];
	uint32_t sessions;
	uint64_t next;			/* number of the next answer */
#define X(field, words) uint64_t field;	/* of this session */
	JOURNAL_REBUILDS(X)
#undef X
};

/* With room for so many orders (a power of two).  Return: 0 or -ENOMEM. */
int journal_orders_open(struct journal_orders *b, uint32_t room);
void journal_orders_close(struct journal_orders *b);

/* Takes one record after another; a visitor of journal_replay().
 * Return: 0 or -ENOMEM.
 */
int journal_orders_take(void *orders, const struct journal_record *record);

#endif
