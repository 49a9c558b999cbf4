/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange_udp - the laboratory transport "udp": a SoupBinTCP packet in each
 * datagram, and an account for each sender
 *
 * Not an exchange protocol: no login, no numbers, nothing is sent again.
 */
#ifndef HT_SIM_EXCHANGE_UDP_H
#define HT_SIM_EXCHANGE_UDP_H

#include <netinet/in.h>

#include "exchange.h"

struct udp_sender;

struct exchange_udp {
	struct exchange *exchange;
	/* sends one SoupBinTCP packet of len bytes to a sender */
	void (*send)(void *context, const struct sockaddr_in *to,
		     const void *packet, size_t len);
	void *context;
	struct udp_sender *senders;
};

void exchange_udp_free(struct exchange_udp *u);

/* Handles one datagram of len bytes from a sender, well formed or not. */
void exchange_datagram(struct exchange_udp *u, const struct sockaddr_in *from,
		       const uint8_t *datagram, size_t len);

/* Sends a reply of the exchange, for its sink. */
void exchange_udp_reply(struct exchange_udp *u,
			const struct exchange_client *client,
			const void *message, size_t len);

#endif
