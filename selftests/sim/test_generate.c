// SPDX-License-Identifier: GPL-2.0
/*
 * test_generate - a generated session obeys the exchange's rules
 *
 * Every message is checked against a plain picture of the market: orders in a
 * hash, shares and prices per symbol and side in a hash of levels.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <uthash.h>
#include <zlib.h>

#include "../../user/sim/sim.h"
#include "itch50.h"

enum { SESSION_CRC = 0x65a4b738 };	/* of seed 7 below */

struct order {
	uint64_t ref;
	uint32_t shares;	/* 0: gone, the reference stays used */
	uint32_t price;
	uint16_t locate;
	char side;
	UT_hash_handle hh;
};

/* Prices with orders of one side, kept sorted by insertion. */
struct side {
	uint32_t *price;	/* the best is the last */
	uint32_t *orders;
	uint32_t count;
	uint32_t room;
};

struct symbol {
	char stock[8];
	char state;
	bool off;
	bool imbalance;		/* I was seen */
	uint64_t cross_fills;	/* shares of C, not printable, before Q */
	struct side side[2];
};

struct market {
	struct order *orders;
	struct symbol *symbols;	/* by locate */
	uint64_t count[256];
	uint64_t live;
	uint64_t live_max;
	uint64_t now;
	uint32_t crc;
	bool open;
	char events[16];
};

static int level_find(const struct side *s, bool buy, uint32_t price)
{
	int at = (int)s->count;

	while (at && (buy ? s->price[at - 1] > price :
			    s->price[at - 1] < price))
		at--;
	return at;
}

static void level_add(struct side *s, bool buy, uint32_t price)
{
	int at = level_find(s, buy, price);
	size_t behind = s->count - (size_t)at;

	if (at && s->price[at - 1] == price) {
		s->orders[at - 1]++;
		return;
	}
	if (s->count == s->room) {
		s->room = s->room ? 2 * s->room : 16;
		s->price = realloc(s->price, s->room * sizeof(*s->price));
		s->orders = realloc(s->orders, s->room * sizeof(*s->orders));
		assert_non_null(s->price);
		assert_non_null(s->orders);
	}
	memmove(s->price + at + 1, s->price + at, behind * sizeof(*s->price));
	memmove(s->orders + at + 1, s->orders + at,
		behind * sizeof(*s->orders));
	s->price[at] = price;
	s->orders[at] = 1;
	s->count++;
}

static void level_drop(struct side *s, bool buy, uint32_t price)
{
	int at = level_find(s, buy, price);
	size_t behind = s->count - (size_t)at;

	assert_true(at > 0);
	assert_int_equal(s->price[at - 1], price);
	if (--s->orders[at - 1])
		return;
	memmove(s->price + at - 1, s->price + at, behind * sizeof(*s->price));
	memmove(s->orders + at - 1, s->orders + at,
		behind * sizeof(*s->orders));
	s->count--;
}

static uint32_t best(const struct symbol *s, char side)
{
	const struct side *d = &s->side[side == 'S'];

	return d->count ? d->price[d->count - 1] : 0;
}

static struct order *order_find(struct market *m, uint64_t ref)
{
	struct order *o;

	HASH_FIND(hh, m->orders, &ref, sizeof(ref), o);
	return o;
}

static void order_add(struct market *m, uint16_t locate, uint64_t ref,
		      char side, uint32_t shares, uint32_t price)
{
	struct order *o;

	assert_null(order_find(m, ref));
	assert_true(side == 'B' || side == 'S');
	assert_true(shares > 0);
	assert_true(price > 0 && price <= ITCH_PRICE_MAX);
	assert_true(price < 10000 || price % 100 == 0);
	o = malloc(sizeof(*o));
	assert_non_null(o);
	*o = (struct order){ .ref = ref, .shares = shares, .price = price,
			     .locate = locate, .side = side };
	HASH_ADD(hh, m->orders, ref, sizeof(o->ref), o);
	level_add(&m->symbols[locate].side[side == 'S'], side == 'B', price);
	if (++m->live > m->live_max)
		m->live_max = m->live;
}

/* shares 0: all.  Return: the order, still in the hash. */
static struct order *order_take(struct market *m, uint16_t locate,
				uint64_t ref, uint32_t shares)
{
	struct order *o = order_find(m, ref);

	assert_non_null(o);
	assert_int_equal(o->locate, locate);
	assert_true(o->shares > 0);
	assert_true(shares <= o->shares);
	o->shares = shares ? o->shares - shares : 0;
	if (!o->shares) {
		level_drop(&m->symbols[locate].side[o->side == 'S'],
			   o->side == 'B', o->price);
		m->live--;
	}
	return o;
}

static void check_executed(struct market *m, uint16_t locate,
			   const uint8_t *message)
{
	const struct itch_executed_price *e = (const void *)message;
	struct symbol *s = &m->symbols[locate];
	const struct order *o = order_find(m, get_be64(&e->ref));
	uint32_t shares = get_be32(&e->shares);

	assert_non_null(o);
	assert_int_equal(o->price, best(s, o->side));
	assert_true(shares > 0);
	if (message[0] == 'C' && e->printable == 'N') {
		s->cross_fills += shares;
	} else {
		assert_true(m->open);
		assert_true(s->state == 'T' && !s->off);
	}
	order_take(m, locate, get_be64(&e->ref), shares);
}

static void check_book(struct market *m, uint16_t locate,
		       const uint8_t *message)
{
	const struct itch_add *a = (const void *)message;
	const struct itch_cancel *x = (const void *)message;
	const struct itch_replace *u = (const void *)message;
	const struct order *o;

	switch (message[0]) {
	case 'A':
	case 'F':
		assert_memory_equal(a->stock, m->symbols[locate].stock, 8);
		order_add(m, locate, get_be64(&a->ref), a->side,
			  get_be32(&a->shares), get_be32(&a->price));
		break;
	case 'E':
	case 'C':
		check_executed(m, locate, message);
		break;
	case 'X':
		assert_true(get_be32(&x->shares) > 0);
		o = order_take(m, locate, get_be64(&x->ref),
			       get_be32(&x->shares));
		assert_true(o->shares > 0);
		break;
	case 'D':
		order_take(m, locate, get_be64(&x->ref), 0);
		break;
	case 'U':
		o = order_take(m, locate, get_be64(&u->ref), 0);
		order_add(m, locate, get_be64(&u->new_ref), o->side,
			  get_be32(&u->shares), get_be32(&u->price));
		break;
	}
}

static void check_event(struct market *m, const uint8_t *message)
{
	const struct itch_system_event *e = (const void *)message;
	size_t at = strlen(m->events);

	assert_true(at + 1 < sizeof(m->events));
	m->events[at] = e->event;
	if (e->event == 'Q')
		m->open = true;
	if (e->event == 'M')
		m->open = false;
}

static void check_state(struct market *m, struct symbol *s,
			const uint8_t *message)
{
	const struct itch_directory *r = (const void *)message;
	const struct itch_trading_action *h = (const void *)message;
	const struct itch_operational_halt *op = (const void *)message;
	const struct itch_cross_trade *q = (const void *)message;

	switch (message[0]) {
	case 'S':
		check_event(m, message);
		break;
	case 'R':
		memcpy(s->stock, r->stock, sizeof(s->stock));
		break;
	case 'H':
		assert_non_null(strchr("HPQT", h->state));
		s->state = h->state;
		break;
	case 'h':
		if (op->market == 'Q')
			s->off = op->action == 'H';
		break;
	case 'I':
		s->imbalance = true;
		break;
	case 'Q':
		/* of a buyer and a seller of each share, both may be shown */
		assert_true(2 * get_be64(&q->shares) >= s->cross_fills);
		s->cross_fills = 0;
		break;
	}
}

static void check_message(struct market *m, const uint8_t *message, int len)
{
	const struct itch_head *head = (const void *)message;
	uint16_t locate = get_be16(&head->locate);
	struct symbol *s = &m->symbols[locate];
	uint64_t now = get_be48(head->timestamp);

	assert_int_equal(len, itch_length(head->type));
	assert_true(now >= m->now);
	m->now = now;
	m->count[message[0]]++;
	check_state(m, s, message);
	check_book(m, locate, message);
	if (s->state == 'T' && best(s, 'B') && best(s, 'S'))
		assert_true(best(s, 'B') < best(s, 'S'));
}

static void market_free(struct market *m)
{
	struct order *o, *next;

	HASH_ITER(hh, m->orders, o, next) {
		HASH_DEL(m->orders, o);
		free(o);
	}
	for (int i = 0; i < 65536; i++)
		for (int side = 0; side < 2; side++) {
			free(m->symbols[i].side[side].price);
			free(m->symbols[i].side[side].orders);
		}
	free(m->symbols);
	free(m);
}

/* Makes a session and checks every message of it. */
static struct market *session(const struct generate_options *o)
{
	static uint8_t message[BINARYFILE_MAX];
	struct market *m = calloc(1, sizeof(*m));
	uint64_t messages = 0, bytes = 0;
	struct source s;
	int len;

	assert_non_null(m);
	m->symbols = calloc(65536, sizeof(*m->symbols));
	assert_non_null(m->symbols);
	assert_int_equal(generate_source_open(&s, o), 0);
	while ((len = s.next(&s, message)) > 0) {
		m->crc = (uint32_t)crc32(m->crc, message, (unsigned int)len);
		check_message(m, message, len);
		messages++;
		bytes += 2 + (unsigned int)len;
		assert_int_equal(s.messages, messages);
		assert_int_equal(s.offset, bytes);
	}
	assert_int_equal(len, 0);
	assert_int_equal(s.next(&s, message), 0);
	s.close(&s);
	assert_string_equal(m->events, "OSQMEC");
	return m;
}

static uint32_t session_crc(const struct generate_options *o)
{
	struct market *m = session(o);
	uint32_t crc = m->crc;

	market_free(m);
	return crc;
}

static void one_seed_is_one_session(void **state)
{
	struct generate_options o = { .symbols = 20, .messages = 20000,
				      .seed = 7 };
	uint32_t crc = session_crc(&o);

	assert_int_equal(session_crc(&o), crc);
	/* on any machine, by any compiler; changes with the generator */
	assert_int_equal(crc, SESSION_CRC);
	o.seed = 8;
	assert_int_not_equal(session_crc(&o), crc);
}

/* From 200 + 6 (13 with the breaker) messages a symbol on, to the message. */
static void all_types_occur_even_in_the_shortest(void **state)
{
	static const uint32_t symbols[] = { 1, 2, 3, 5, 30, 500 };

	for (uint64_t seed = 0; seed < 60; seed++) {
		uint32_t n = symbols[seed % 6];
		struct generate_options o = {
			.symbols = n, .messages = 200 + (seed & 1 ? 6 : 13) * n,
			.seed = seed, .mwcb = !(seed & 1),
			.deep = seed % 3 == 0,
		};
		struct market *m = session(&o);
		uint64_t messages = 0;

#define X(type, name, len, what) \
		messages += m->count[type]; \
		if (type != 'W' || o.mwcb) \
			assert_true(m->count[type] > 0);
		ITCH_MESSAGES(X)
#undef X
		assert_int_equal(messages, o.messages);
		assert_int_equal(m->count['R'], n);
		market_free(m);
	}
}

/* No symbol stays halted, and the busiest's crosses were announced. */
static void sessions_end_in_order(void **state)
{
	struct generate_options o = { .symbols = 800, .messages = 100000,
				      .seed = 3, .mwcb = true };
	struct market *m = session(&o);
	int traded = 0, announced = 0;

	for (int i = 1; i < 65536; i++) {
		const struct symbol *s = &m->symbols[i];

		if (!s->stock[0])
			continue;
		assert_int_equal(s->state, 'T');
		assert_false(s->off);
		assert_int_equal(s->cross_fills, 0);
		traded++;
		announced += s->imbalance;
	}
	assert_int_equal(traded, 800);
	assert_true(announced > 0);
	market_free(m);
}

static void check_share(const struct market *m, const char *types,
			uint64_t messages, uint32_t least, uint32_t most)
{
	uint64_t count = 0;

	for (; *types; types++)
		count += m->count[(uint8_t)*types];
	assert_in_range(count * 1000 / messages, least, most);
}

/* The mix of a Nasdaq day, in thousandths, and the live orders asked for. */
static void mix_is_that_of_a_day(void **state)
{
	for (int deep = 0; deep < 2; deep++) {
		struct generate_options o = {
			.symbols = 50, .messages = 300000, .seed = 11,
			.live = 6000, .deep = deep,
		};
		struct market *m = session(&o);

		check_share(m, "AF", o.messages, 430, 470);
		check_share(m, "XD", o.messages, 420, 460);
		check_share(m, "U", o.messages, 60, 80);
		check_share(m, "EC", o.messages, 15, 30);
		assert_true(m->count['D'] > 5 * m->count['X']);
		assert_in_range(m->live_max, 5000, 7500);
		market_free(m);
	}
}

static void impossible_options_are_refused(void **state)
{
	struct generate_options o = GENERATE_DEFAULTS;
	struct source s;

	o.symbols = 0;
	assert_int_equal(generate_source_open(&s, &o), -EINVAL);
	o.symbols = 65535;
	assert_int_equal(generate_source_open(&s, &o), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_seed_is_one_session),
		cmocka_unit_test(all_types_occur_even_in_the_shortest),
		cmocka_unit_test(sessions_end_in_order),
		cmocka_unit_test(mix_is_that_of_a_day),
		cmocka_unit_test(impossible_options_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
