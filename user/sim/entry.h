/* SPDX-License-Identifier: GPL-2.0 */
/*
 * entry - where orders enter: the exchange, the sessions that bring them, and
 * what is known of when they came
 */
#ifndef HT_SIM_ENTRY_H
#define HT_SIM_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "arrival.h"
#include "disclosed.h"
#include "exchange.h"
#include "session.h"
#include "timing.h"

struct order_entry {
	bool verbose;
	struct arrival arrival;		/* of the order at hand */
	struct exchange exchange;
	struct session_server *session;
	struct timing timing;
	struct disclosed disclosed;
};

/* session is opened, and closed, by the caller.
 * Return: 0, or negative errno with nothing to free.
 */
int entry_init(struct order_entry *o, const struct book *book,
	       struct session_server *session);
void entry_free(struct order_entry *o);

/* A message is in the book; orders that rest may trade.  For struct feed. */
void entry_in_book(void *entry, const uint8_t *message, uint32_t len);

#endif
