/* SPDX-License-Identifier: GPL-2.0 */
/*
 * market - a small market for the tests of the simulator's exchange
 *
 * It is published into a book, then datagrams go in and the answers are kept
 * to be looked at.  AAAA trades with two levels a side:
 *
 *	bids 10.0000 x 300 (two orders), 9.9900 x 500
 *	asks 10.0500 x 200, 10.0600 x 400 (two orders)
 */
#ifndef HT_SELFTESTS_SIM_MARKET_H
#define HT_SELFTESTS_SIM_MARKET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/sim/book.h"
#include "../../user/sim/exchange.h"
#include "../../user/sim/exchange_udp.h"
#include "itch50.h"
#include "soupbin.h"
#include "wire.h"

enum { ANSWERS_MAX = 16, LOCATE = 7, ENTER_LEN = sizeof(struct ouch_enter) };
enum { DATAGRAM_LEN = sizeof(struct soup_header) + ENTER_LEN };

union answer {
	char type;
	struct ouch_accepted accepted;
	struct ouch_executed executed;
	struct ouch_canceled canceled;
	struct ouch_rejected rejected;
};

struct market {
	struct book book;
	struct exchange exchange;
	struct exchange_udp udp;
	union answer answer[ANSWERS_MAX];
	int answers;
	int beats;
	int entered;
	uint64_t timestamp;
};

extern const struct sockaddr_in alice, bob;

/* Fills in a message's head, with the next timestamp. */
void head(struct market *m, void *message, char type, uint16_t locate);
/* The book must take it. */
void publish(struct market *m, const void *message, uint32_t len);

/* Publish one message each. */
void system_event(struct market *m, char event);
void list(struct market *m, uint16_t locate, const char *stock, char live);
void trading(struct market *m, uint16_t locate, char state);
void operational(struct market *m, char market, char action);
void add(struct market *m, uint64_t ref, char side, uint32_t shares,
	 uint32_t price);
void reduce(struct market *m, char type, uint64_t ref, uint32_t shares);
void delete(struct market *m, uint64_t ref);
void replace(struct market *m, uint64_t ref, uint64_t new_ref,
	     uint32_t shares, uint32_t price);

/* Send to the exchange; the answers to the last one are in m->answer. */
void datagram(struct market *m, const struct sockaddr_in *from,
	      const void *bytes, size_t len);
void packet(struct market *m, const struct sockaddr_in *from, char type,
	    const void *message, size_t len);

/* An Enter Order without a fault, of AAAA. */
struct ouch_enter order(uint32_t urn, char side, uint32_t qty,
			uint64_t price, char tif);

/* From alice, in a packet as it should be. */
void enter(struct market *m, const struct ouch_enter *e);
void cancel(struct market *m, uint32_t urn, uint32_t qty);

/* What the answer at this place must be. */
void expect_accepted(const struct market *m, int at, uint32_t urn);
void expect_executed(const struct market *m, int at, uint32_t qty,
		     uint64_t price);
void expect_canceled(const struct market *m, int at, uint32_t qty,
		     char reason);

/* The one answer must be this reject. */
void expect_rejected(const struct market *m, uint16_t reason);

int market_setup(void **state);
int market_teardown(void **state);

#define MARKET_TEST(name) \
	cmocka_unit_test_setup_teardown(name, market_setup, market_teardown)

#endif
