/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange_requests - what a client can ask for, each judged by its rules
 *
 * A message is as long as its struct at least; tags are what follows it.
 */
#ifndef HT_SIM_EXCHANGE_REQUESTS_H
#define HT_SIM_EXCHANGE_REQUESTS_H

#include "exchange_orders.h"

/* tags->refusal is set where the appendage does not add up, too. */
struct exchange_request {
	struct exchange *x;
	struct exchange_client *client;
	struct exchange_tags tags;
};

void request_enter(struct exchange_request *r, const void *message);
void request_replace(struct exchange_request *r, const void *message);
void request_cancel(struct exchange_request *r, const void *message);
void request_modify(struct exchange_request *r, const void *message);
void request_mass_cancel(struct exchange_request *r, const void *message);
void request_disable(struct exchange_request *r, const void *message);
void request_enable(struct exchange_request *r, const void *message);
void request_query(struct exchange_request *r, const void *message);

/*
 * OUCH 5.0, UserRefNum: must be above the last one of its channel, or it is
 * taken for a retransmission.  Return: whether it is, and used up now.
 */
bool request_takes_number(const struct exchange_request *r, uint32_t urn);

/* Whether the client has disabled order entry for the firm. */
bool request_disabled(const struct exchange_client *client,
		      const char firm[4]);

/* The exchange's own risk checks.  Return: 0, or the reason to reject. */
uint16_t request_risk(const struct exchange *x, uint32_t qty, uint64_t price);

#endif
