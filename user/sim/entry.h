/* SPDX-License-Identifier: GPL-2.0 */
/*
 * entry - where orders enter: the exchange, what is known of when they came,
 * and the socket of the laboratory transport "udp", one SoupBinTCP packet a
 * datagram.  The sessions beside it (session.h) have sockets of their own.
 */
#ifndef HT_SIM_ENTRY_H
#define HT_SIM_ENTRY_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "arrival.h"
#include "disclosed.h"
#include "exchange.h"
#include "exchange_udp.h"
#include "session.h"
#include "timing.h"

#define ENTRY_TRANSPORT "laboratory transport udp (not an exchange protocol)"

struct order_entry {
	int fd;
	bool verbose;
	struct sockaddr_in address;	/* with the port the kernel chose */
	struct arrival arrival;		/* of the order at hand */
	struct exchange exchange;
	struct exchange_udp udp;
	struct session_server *session;	/* NULL: there is none */
	struct timing timing;
	struct disclosed disclosed;
	uint64_t datagrams;
	uint64_t oversized;		/* longer than any order */
	uint64_t replies_lost;		/* the kernel did not take them */
};

/* Return: 0, or negative errno with nothing to close. */
int entry_open(struct order_entry *o, const struct sockaddr_in *address,
		const struct book *book);
void entry_close(struct order_entry *o);

/* A message is in the book; orders that rest may trade.  For struct feed. */
void entry_in_book(void *entry, const uint8_t *message, uint32_t len);

/* Handles what has arrived, up to a bound, without waiting.
 * Return: 0 or negative errno.
 */
int entry_serve(struct order_entry *o);

#endif
