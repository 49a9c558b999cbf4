/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange_reply - every message that OUCH 5.0 has for a client, counted and
 * given to the sink
 *
 * Where an appendage is optional it is there for a channel (UserRefIdx) that is
 * not 0, and names it.
 */
#ifndef HT_SIM_EXCHANGE_REPLY_H
#define HT_SIM_EXCHANGE_REPLY_H

#include "exchange_orders.h"

void reply_system_event(struct exchange *x, struct exchange_client *client,
			char event);

/* state: L or D */
void reply_accepted(struct exchange *x, const struct exchange_order *o,
		    char state);
void reply_replaced(struct exchange *x, const struct exchange_order *o,
		    uint32_t orig_urn);

/* qty: taken off the order */
void reply_canceled(struct exchange *x, const struct exchange_order *o,
		    uint32_t qty, char reason);
void reply_aiq_canceled(struct exchange *x, const struct exchange_order *o,
			uint32_t qty, const struct ouch_aiq_canceled *terms);

/* match: of both sides; o->executed is the caller's */
void reply_executed(struct exchange *x, const struct exchange_order *o,
		    uint32_t qty, uint64_t price, char liquidity,
		    uint64_t match);
void reply_modified(struct exchange *x, const struct exchange_order *o);
void reply_priority(struct exchange *x, const struct exchange_order *o);

/* reason: R, or P */
void reply_restated(struct exchange *x, const struct exchange_order *o,
		    char reason);

/* type: P cancel pending, I cancel reject */
void reply_pending(struct exchange *x, const struct exchange_order *o,
		   char type);

/* An execution of before is none. */
void reply_broken(struct exchange *x, struct exchange_client *client,
		  uint8_t channel, const struct ouch_broken *terms);

/* Of any request that has a number of its own. */
void reply_rejected(struct exchange *x, struct exchange_client *client,
		    uint8_t channel, uint32_t urn, const char *clordid,
		    uint16_t reason);
void reply_mass_canceled(struct exchange *x, struct exchange_client *client,
			 const struct ouch_mass_cancel *m,
			 const struct exchange_tags *tags);

/* type: G disabled, K enabled */
void reply_entry(struct exchange *x, struct exchange_client *client, char type,
		 const struct ouch_entry *m, uint8_t channel);
void reply_query(struct exchange *x, struct exchange_client *client,
		 uint8_t channel);

#endif
