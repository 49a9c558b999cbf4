/* SPDX-License-Identifier: GPL-2.0 */
/*
 * market - a small market for the tests of the simulator's exchange
 *
 * It is published into a book, then messages go in and the answers are kept
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
#include "itch50.h"
#include "wire.h"

enum { ANSWERS_MAX = 64, LOCATE = 7, ENTER_LEN = sizeof(struct ouch_enter) };

struct answer {
	union {
		char type;
		uint8_t bytes[EXCHANGE_REPLY_MAX];
		struct ouch_system_event event;
		struct ouch_accepted accepted;
		struct ouch_replaced replaced;
		struct ouch_executed executed;
		struct ouch_canceled canceled;
		struct ouch_aiq_canceled aiq;
		struct ouch_broken broken;
		struct ouch_rejected rejected;
		struct ouch_pending pending;
		struct ouch_priority priority;
		struct ouch_modified modified;
		struct ouch_restated restated;
		struct ouch_mass_canceled mass;
		struct ouch_entry_response entry;
		struct ouch_query_response query;
	};
	size_t len;
	const struct exchange_client *client;
};

struct market {
	struct book book;
	struct exchange exchange;
	struct answer answer[ANSWERS_MAX];
	int answers;
	int entered;
	uint64_t timestamp;
};

/* Names of accounts. */
extern const char alice[], bob[];

/* Fills in a message's head, with the next timestamp. */
void head(struct market *m, void *message, char type, uint16_t locate);
/* The book must take it; the exchange is told, and what it says is kept. */
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

/* Tells the exchange; the answers to the last message are in m->answer. */
void tell(struct market *m, const char *from, const void *message, size_t len);

/* An Enter Order without a fault, of AAAA. */
struct ouch_enter order(uint32_t urn, char side, uint32_t qty,
			uint64_t price, char tif);

/* From alice. */
void enter(struct market *m, const struct ouch_enter *e);
void cancel(struct market *m, uint32_t urn, uint32_t qty);

/*
 * From somebody: a message whose last two bytes are the length of the tags, or
 * one behind which it may stand.
 */
void ask(struct market *m, const char *from, const void *fixed,
	 size_t len, const char *tags, size_t tags_len);
void ask_optional(struct market *m, const char *from,
		  const void *fixed, size_t len, const char *tags,
		  size_t tags_len);

/* A string literal, and how long it is. */
#define TAGS(text)	(text), sizeof(text) - 1

/* An order with tags, from alice. */
void enter_tagged(struct market *m, const struct ouch_enter *e,
		  const char *tags, size_t tags_len);

/* What the answer at this place must be. */
void expect_accepted(const struct market *m, int at, uint32_t urn);
void expect_executed(const struct market *m, int at, uint32_t qty,
		     uint64_t price);
void expect_canceled(const struct market *m, int at, uint32_t qty,
		     char reason);

void expect_resting_executed(const struct market *m, int at, uint32_t qty,
			     uint64_t price);

/* An answer of this type, with so many bytes. */
const struct answer *expect_type(const struct market *m, int at, char type,
				 size_t len);

/* Its last bytes. */
void expect_tags(const struct market *m, int at, const char *tags, size_t len);

/* The one answer must be this reject. */
void expect_rejected(const struct market *m, uint16_t reason);

int market_setup(void **state);
int market_teardown(void **state);

#define MARKET_TEST(name) \
	cmocka_unit_test_setup_teardown(name, market_setup, market_teardown)

#endif
