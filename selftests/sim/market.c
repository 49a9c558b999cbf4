// SPDX-License-Identifier: GPL-2.0
#include "market.h"

const char alice[] = "ALICE", bob[] = "BOB";

/* -- the market --------------------------------------------------------- */

void head(struct market *m, void *message, char type, uint16_t locate)
{
	struct itch_head *h = message;

	h->type = type;
	put_be16(&h->locate, locate);
	put_be48(h->timestamp, ++m->timestamp);
}

void publish(struct market *m, const void *message, uint32_t len)
{
	/* on the heap, so that reading past its end is seen */
	uint8_t *copy = malloc(len);

	assert_non_null(copy);
	memcpy(copy, message, len);
	m->answers = 0;
	assert_int_equal(book_apply(&m->book, copy, len), 0);
	if (len >= sizeof(struct itch_head))
		exchange_book_changed(&m->exchange, get_be16(copy + 1));
	free(copy);
}

void system_event(struct market *m, char event)
{
	struct itch_system_event e = { .event = event };

	head(m, &e, 'S', 0);
	publish(m, &e, sizeof(e));
}

void list(struct market *m, uint16_t locate, const char *stock, char live)
{
	struct itch_directory d = { .authenticity = live };

	head(m, &d, 'R', locate);
	memcpy(d.stock, stock, sizeof(d.stock));
	publish(m, &d, sizeof(d));
}

void trading(struct market *m, uint16_t locate, char state)
{
	struct itch_trading_action a = { .state = state };

	head(m, &a, 'H', locate);
	publish(m, &a, sizeof(a));
}

void operational(struct market *m, char market, char action)
{
	struct itch_operational_halt h = { .market = market, .action = action };

	head(m, &h, 'h', LOCATE);
	publish(m, &h, sizeof(h));
}

void add(struct market *m, uint64_t ref, char side, uint32_t shares,
	 uint32_t price)
{
	struct itch_add a = { .side = side };

	head(m, &a, 'A', LOCATE);
	put_be64(&a.ref, ref);
	put_be32(&a.shares, shares);
	put_be32(&a.price, price);
	publish(m, &a, sizeof(a));
}

void reduce(struct market *m, char type, uint64_t ref, uint32_t shares)
{
	struct itch_executed_price e = { .printable = 'Y' };

	head(m, &e, type, LOCATE);
	put_be64(&e.ref, ref);
	put_be32(&e.shares, shares);
	put_be32(&e.price, 1);
	publish(m, &e, itch_length(type));
}

void delete(struct market *m, uint64_t ref)
{
	struct itch_delete d;

	head(m, &d, 'D', LOCATE);
	put_be64(&d.ref, ref);
	publish(m, &d, sizeof(d));
}

void replace(struct market *m, uint64_t ref, uint64_t new_ref,
	     uint32_t shares, uint32_t price)
{
	struct itch_replace r;

	head(m, &r, 'U', LOCATE);
	put_be64(&r.ref, ref);
	put_be64(&r.new_ref, new_ref);
	put_be32(&r.shares, shares);
	put_be32(&r.price, price);
	publish(m, &r, sizeof(r));
}

/* -- the order entry ---------------------------------------------------- */

static void on_reply(void *context, struct exchange_client *client,
		     const void *message, size_t len)
{
	struct market *m = context;
	struct answer *answer = &m->answer[m->answers++];

	assert_true(m->answers <= ANSWERS_MAX);
	assert_true(len <= sizeof(answer->bytes));
	answer->len = len;
	answer->client = client;
	memcpy(answer->bytes, message, len);
}

static void on_entered(void *context, const struct ouch_enter *order)
{
	struct market *m = context;

	assert_int_equal(order->type, 'O');
	m->entered++;
}

void tell(struct market *m, const char *from, const void *message, size_t len)
{
	struct exchange_client *client = exchange_account(&m->exchange, from);
	/* on the heap, so that reading past its end is seen */
	uint8_t *copy = malloc(len ? len : 1);

	assert_non_null(client);
	assert_non_null(copy);
	memcpy(copy, message, len);
	m->answers = 0;
	exchange_message(&m->exchange, client, copy, len);
	free(copy);
}

struct ouch_enter order(uint32_t urn, char side, uint32_t qty,
			uint64_t price, char tif)
{
	struct ouch_enter e = {
		.type = 'O',
		.side = side,
		.tif = tif,
		.display = 'Y',
		.capacity = 'P',
		.iso = 'N',
		.cross_type = 'N',
	};

	put_be32(&e.urn, urn);
	put_be32(&e.qty, qty);
	put_be64(&e.price, price);
	memcpy(e.symbol, "AAAA    ", sizeof(e.symbol));
	memcpy(e.clordid, "T0000000000042", sizeof(e.clordid));
	return e;
}

void enter(struct market *m, const struct ouch_enter *e)
{
	tell(m, alice, e, sizeof(*e));
}

void cancel(struct market *m, uint32_t urn, uint32_t qty)
{
	struct ouch_cancel c = { .type = 'X' };

	put_be32(&c.urn, urn);
	put_be32(&c.qty, qty);
	tell(m, alice, &c, sizeof(c));
}

void ask(struct market *m, const char *from, const void *fixed,
	 size_t len, const char *tags, size_t tags_len)
{
	uint8_t bytes[128];

	assert_true(len + tags_len <= sizeof(bytes));
	memcpy(bytes, fixed, len);
	put_be16(bytes + len - OUCH_APPENDAGE_HEAD, (uint16_t)tags_len);
	memcpy(bytes + len, tags, tags_len);
	tell(m, from, bytes, len + tags_len);
}

void ask_optional(struct market *m, const char *from,
		  const void *fixed, size_t len, const char *tags,
		  size_t tags_len)
{
	uint8_t bytes[64] = { 0 };

	if (!tags_len) {
		tell(m, from, fixed, len);
		return;
	}
	assert_true(len + OUCH_APPENDAGE_HEAD <= sizeof(bytes));
	memcpy(bytes, fixed, len);
	ask(m, from, bytes, len + OUCH_APPENDAGE_HEAD, tags, tags_len);
}

void enter_tagged(struct market *m, const struct ouch_enter *e,
		  const char *tags, size_t tags_len)
{
	ask(m, alice, e, sizeof(*e), tags, tags_len);
}

void expect_accepted(const struct market *m, int at, uint32_t urn)
{
	assert_true(at < m->answers);
	assert_int_equal(m->answer[at].type, 'A');
	assert_int_equal(get_be32(&m->answer[at].accepted.urn), urn);
	assert_int_equal(m->answer[at].accepted.state, 'L');
}

static void expect_execution(const struct market *m, int at, uint32_t qty,
			     uint64_t price, char liquidity)
{
	const struct answer *a = expect_type(m, at, 'E',
					     sizeof(a->executed));

	assert_int_equal(get_be32(&a->executed.qty), qty);
	assert_int_equal(get_be64(&a->executed.price), price);
	assert_int_equal(a->executed.liquidity, liquidity);
}

void expect_executed(const struct market *m, int at, uint32_t qty,
		     uint64_t price)
{
	expect_execution(m, at, qty, price, 'R');
}

void expect_resting_executed(const struct market *m, int at, uint32_t qty,
			     uint64_t price)
{
	expect_execution(m, at, qty, price, 'A');
}

const struct answer *expect_type(const struct market *m, int at, char type,
				 size_t len)
{
	assert_true(at < m->answers);
	assert_int_equal(m->answer[at].type, type);
	assert_int_equal(m->answer[at].len, len);
	return &m->answer[at];
}

void expect_tags(const struct market *m, int at, const char *tags, size_t len)
{
	const struct answer *a = &m->answer[at];

	assert_true(at < m->answers);
	assert_true(a->len >= len + OUCH_APPENDAGE_HEAD);
	assert_int_equal(get_be16(a->bytes + a->len - len -
				  OUCH_APPENDAGE_HEAD), len);
	assert_memory_equal(a->bytes + a->len - len, tags, len);
}

void expect_canceled(const struct market *m, int at, uint32_t qty,
		     char reason)
{
	assert_true(at < m->answers);
	assert_int_equal(m->answer[at].type, 'C');
	assert_int_equal(get_be32(&m->answer[at].canceled.qty), qty);
	assert_int_equal(m->answer[at].canceled.reason, reason);
}

void expect_rejected(const struct market *m, uint16_t reason)
{
	assert_int_equal(m->answers, 1);
	assert_int_equal(m->answer[0].type, 'J');
	assert_string_equal(
		ouch_reject_words(get_be16(&m->answer[0].rejected.reason)),
		ouch_reject_words(reason));
	assert_true(m->exchange.counts.reason[reason] > 0);
	assert_memory_equal(m->answer[0].rejected.clordid, "T00000000000", 12);
}

int market_setup(void **state)
{
	struct market *m = calloc(1, sizeof(*m));
	struct exchange_sink sink = {
		.reply = on_reply,
		.entered = on_entered,
		.context = m,
	};

	if (!m || book_init(&m->book))
		return -1;
	exchange_init(&m->exchange, &m->book, &sink);
	system_event(m, 'Q');
	list(m, LOCATE, "AAAA    ", 'P');
	list(m, 8, "ZVZZT   ", 'T');
	trading(m, LOCATE, 'T');
	trading(m, 8, 'T');
	add(m, 1, 'B', 100, 100000);
	add(m, 2, 'B', 200, 100000);
	add(m, 3, 'B', 500, 99900);
	add(m, 4, 'S', 200, 100500);
	add(m, 5, 'S', 300, 100600);
	add(m, 6, 'S', 100, 100600);
	*state = m;
	return 0;
}

int market_teardown(void **state)
{
	struct market *m = *state;

	exchange_free(&m->exchange);
	book_free(&m->book);
	free(m);
	return 0;
}
