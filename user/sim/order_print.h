/* SPDX-License-Identifier: GPL-2.0 */
/*
 * order_print - order entry as lines for a person, on stderr
 */
#ifndef HT_SIM_ORDER_PRINT_H
#define HT_SIM_ORDER_PRINT_H

#include <netinet/in.h>
#include <stddef.h>

#include "ouch50.h"

enum { PEER_TEXT = INET_ADDRSTRLEN + 6 };

/* Writes "10.0.0.1:9001" into text.  Return: text. */
char *peer_text(char text[PEER_TEXT], const struct sockaddr_in *peer);

/* who is the client. */
void order_print_entered(const char *who, const struct ouch_enter *e);

/* One OUCH message of the exchange's own, so it is well formed. */
void order_print_reply(const char *who, const void *message);

#endif
