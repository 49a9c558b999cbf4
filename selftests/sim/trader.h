/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trader - a client of the simulator's order entry over real TCP, and a
 * reading of SoupBinTCP that is not the simulator's
 *
 * The exchange has no market, so each order gets one answer, a reject.
 */
#ifndef HT_SELFTESTS_SIM_TRADER_H
#define HT_SELFTESTS_SIM_TRADER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/sim/session.h"

#define FLOOR_SESSION "TEST000009"

enum { ORDER_LEN = 3 + 47, ENTERED_MAX = 1 << 17 };

/* The exchange, and the time it is told. */
struct floor {
	struct book book;
	struct exchange exchange;
	struct session_server server;
	struct arrival arrival;
	uint64_t now;
	uint32_t entered;		/* orders, in the order they came */
	uint32_t urn[ENTERED_MAX];
};

void floor_open(struct floor *f, const struct session_options *options);
void floor_close(struct floor *f);
void serve(struct floor *f);
/* Serves until *figure is as high as this. */
void serve_until(struct floor *f, const uint64_t *figure, uint64_t value);

/* What came instead of a packet. */
enum { CAME_END = 0, CAME_RESET = 1 };

struct trader {
	int fd;
	uint64_t next;			/* sequence of the next message */
	uint32_t have;
	uint8_t payload[256];		/* of the packet at hand */
	uint32_t len;
	uint8_t in[1 << 16];
};

void trader_connect(struct trader *t, struct floor *f);
void trader_close(struct trader *t);
void trader_send(struct trader *t, const void *bytes, size_t len);

/* Fields of a login need not be padded; timeout NULL: SoupBinTCP 3.00. */
void trader_login(struct trader *t, const char *user, const char *password,
		  const char *session, const char *seq, const char *timeout);
/* Connects, logs in, and takes the answer: accepted, next is that number. */
void trader_enter(struct trader *t, struct floor *f, const char *user,
		  const char *seq, uint64_t next);

void enter_make(uint8_t order[ORDER_LEN], uint32_t urn);
/* Sends orders at once; serves only while there is no room for more. */
void trader_orders(struct trader *t, struct floor *f, uint32_t first,
		   uint32_t count);

/*
 * Serves and reads until a packet is there, and takes it into payload.
 * Return: its type, or CAME_.
 */
char trader_next(struct trader *t, struct floor *f);

/* The next packets, heartbeats apart, must be these. */
void expect_event(struct trader *t, struct floor *f, char event);
void expect_rejects(struct trader *t, struct floor *f, uint32_t first,
		    uint32_t count);
/* Nothing may come when the exchange is served now. */
void expect_nothing(struct trader *t, struct floor *f);
void expect_closed(struct trader *t, struct floor *f);

#endif
