/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange - judges OUCH 5.0 orders against the displayed book and answers
 *
 * No socket and no clock in here: a datagram and its sender go in, replies come
 * out through the sink.  A datagram holds one SoupBinTCP packet; that is the
 * laboratory transport "udp", not an exchange protocol.
 *
 * What it leaves out, knowingly: a fill does not take anything off the
 * replayed book, which is history, so two orders can take the same displayed
 * shares; what rests never trades later; order entry tags are checked for form
 * and otherwise without effect; Replace and Modify are not spoken.
 */
#ifndef HT_SIM_EXCHANGE_H
#define HT_SIM_EXCHANGE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uthash.h>

#include "book.h"
#include "ouch50.h"

enum {
	EXCHANGE_REASONS = OUCH_REJECT_INVALID_AIQ + 1,
	EXCHANGE_SENDERS_MAX = 1024,
};

/*
 * reply	sends one SoupBinTCP packet of len bytes to a sender
 * entered	sees each new Enter Order before it is judged; may be NULL
 */
struct exchange_sink {
	void (*reply)(void *context, const struct sockaddr_in *to,
		      const void *packet, size_t len);
	void (*entered)(void *context, const struct ouch_enter *order);
	void *context;
};

struct exchange_counts {
	uint64_t received;		/* Enter Order, well framed */
	uint64_t accepted;
	uint64_t filled;		/* orders with an execution */
	uint64_t executions;
	uint64_t canceled;		/* with something left to cancel */
	uint64_t rejected;
	uint64_t ignored;		/* UserRefNum not above the last one */
	uint64_t cancels;		/* Cancel Order, well framed */
	uint64_t cancels_unknown;	/* of no open order: not answered */
	uint64_t heartbeats;
	uint64_t truncated;		/* datagram shorter than its message */
	uint64_t bad_length;		/* framing says another length */
	uint64_t unknown_type;
	uint64_t senders_refused;
	uint64_t shares;
	uint64_t notional;		/* 1e-4 dollars */
	uint64_t reason[EXCHANGE_REASONS];
};

struct exchange_sender;

struct exchange {
	const struct book *book;
	bool always_open;		/* whatever the system events say */
	struct exchange_sink sink;
	struct exchange_counts counts;
	struct exchange_sender *senders;
	uint64_t last_ref;		/* order references and match numbers */
	uint64_t last_match;		/* are the exchange's own */
};

void exchange_init(struct exchange *x, const struct book *book,
		   const struct exchange_sink *sink);
void exchange_free(struct exchange *x);

/* Handles one datagram of len bytes from a sender, well formed or not. */
void exchange_datagram(struct exchange *x, const struct sockaddr_in *from,
		       const uint8_t *datagram, size_t len);

#endif
