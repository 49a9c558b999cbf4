/* SPDX-License-Identifier: GPL-2.0 */
/*
 * order_flow - a random day of requests and answers, into user/orders and into
 * the ledger alike
 *
 * Every step compares what the two answered, and the order and symbol that it
 * was about.  An orderly day holds what an exchange may say, in the order that
 * it would; any other also what cannot be true or comes too early.
 */
#ifndef HT_ORDER_FLOW_H
#define HT_ORDER_FLOW_H

#include "../../user/orders.h"
#include "../reference/ledger.h"

enum {
	FLOW_STEPS = 600,	/* of a day, at most */
	FLOW_ROOM = 1024,	/* orders */
	FLOW_SYMBOLS = 4,
	FLOW_FIRST_URN = 1000,
};

/* What happened, to be done again. */
struct flow_event {
	bool is_answer;
	uint32_t orig_urn;	/* of a Replace; 0: an Enter */
	struct order sent;
	struct ouch_reply reply;
};

struct flow {
	uint64_t random;
	bool orderly;
	uint64_t next_id;	/* of matches and references */
	uint64_t sane;		/* answers that had an effect */
	uint64_t refused;	/* answers that had none */
	uint32_t events;
	struct flow_event event[FLOW_STEPS];
	struct orders orders;
	struct ledger ledger;
};

extern const char *const flow_symbols[FLOW_SYMBOLS];

void flow_start(struct flow *f, uint64_t seed, bool orderly);
void flow_end(struct flow *f);
void flow_step(struct flow *f);

/* All orders and symbols, and all totals. */
void flow_compare(struct flow *f);

uint64_t flow_below(struct flow *f, uint64_t bound);

/* One event of the day into other orders.  Return: as the call it was. */
int flow_send(struct orders *o, const struct flow_event *e);
int flow_answer(struct orders *o, const struct ouch_reply *r);

#endif
