// SPDX-License-Identifier: GPL-2.0
/*
 * test_enter - each field of Enter Order is judged as the exchange does
 */
#include "market.h"

/* -- every field -------------------------------------------------------- */

struct field_case {
	size_t offset;
	char bad;
	const char *good;
	uint16_t reason;
};

#define FIELD(name, wrong, right, why) \
	{ offsetof(struct ouch_enter, name), wrong, right, OUCH_REJECT_##why }

static void letters_outside_their_set_are_rejected(void **state)
{
	static const struct field_case cases[] = {
		FIELD(side, 'b', "BSTE", INVALID_SIDE),
		FIELD(side, '\0', "", INVALID_SIDE),
		FIELD(tif, '1', "035E", OTHER),
		FIELD(tif, '6', "", OTHER),	/* no time to live */
		FIELD(tif, '\0', "", OTHER),
		FIELD(display, 'Z', "YNA", INVALID_DISPLAY),
		FIELD(capacity, 'X', "APRO", OTHER),
		FIELD(iso, '1', "YN", ISO_NOT_ALLOWED),
		FIELD(cross_type, 'O', "N", INVALID_CROSS),
		FIELD(cross_type, 'C', "", INVALID_CROSS),
		FIELD(cross_type, 'z', "", INVALID_CROSS),
		FIELD(symbol[0], 'Q', "A", INVALID_SYMBOL),
		FIELD(symbol[4], 'A', " ", INVALID_SYMBOL),
		FIELD(symbol[7], '\0', " ", INVALID_SYMBOL),
		FIELD(clordid[13], '\x1f', "2 ~", OTHER),
		FIELD(clordid[12], '\x7f', "Az", OTHER),
	};
	struct market *m = *state;
	uint32_t urn = 0;
	const char *good;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ouch_enter e = order(++urn, 'B', 1, 100000, '3');
		char *field = (char *)&e + cases[i].offset;

		*field = cases[i].bad;
		enter(m, &e);
		expect_rejected(m, cases[i].reason);
		for (good = cases[i].good; *good; good++) {
			*field = *good;
			put_be32(&e.urn, ++urn);
			enter(m, &e);
			expect_accepted(m, 0, urn);
		}
	}
}

static void quantity_has_bounds(void **state)
{
	struct market *m = *state;
	struct ouch_enter none = order(1, 'B', 0, 100000, '3');
	struct ouch_enter most = order(2, 'B', 999999, 100000, '3');
	struct ouch_enter more = order(3, 'B', 1000000, 100000, '3');

	enter(m, &none);
	expect_rejected(m, OUCH_REJECT_INVALID_QTY);
	enter(m, &most);
	expect_accepted(m, 0, 2);
	enter(m, &more);
	expect_rejected(m, OUCH_REJECT_INVALID_QTY);
}

static void price_has_bounds_and_a_tick(void **state)
{
	static const struct {
		uint64_t price;
		bool good;
	} cases[] = {
		{ 0, false }, { 1, true }, { 9999, true }, { 10000, true },
		{ 10001, false }, { 10099, false }, { 10100, true },
		{ 1999999900, true }, { 2000000000, false },
		{ 0x7fffffff, false }, { 1ull << 32, false },
		{ (1ull << 32) + 10100, false }, { UINT64_MAX, false },
	};
	struct market *m = *state;
	uint32_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ouch_enter e = order(i + 1, 'B', 1, cases[i].price, '3');

		enter(m, &e);
		if (cases[i].good)
			expect_accepted(m, 0, i + 1);
		else
			expect_rejected(m, OUCH_REJECT_INVALID_PRICE);
	}
}

struct appendage_case {
	uint16_t says;
	uint8_t len;
	uint8_t bytes[8];
	bool good;
};

static void appendage_must_add_up(void **state)
{
	static const struct appendage_case cases[] = {
		{ 0, 0, { 0 }, true },
		{ 1, 0, { 0 }, false },
		{ 0, 2, { 1, 99 }, false },
		{ 6, 6, { 5, 2, 'L', 'I', 'M', 'E' }, true },
		{ 2, 2, { 1, 99 }, true },
		{ 5, 5, { 1, 99, 2, 28, 5 }, true },
		{ 5, 5, { 1, 99, 3, 28, 5 }, false },
		{ 3, 3, { 2, 28, 5 }, true },
		{ 3, 3, { 255, 28, 5 }, false },
		{ 1, 1, { 0 }, false },
		{ 1, 1, { 1 }, false },
		{ 65535, 3, { 2, 28, 5 }, false },
	};
	struct market *m = *state;
	uint8_t bytes[ENTER_LEN + 8];
	uint32_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ouch_enter e = order(i + 1, 'B', 1, 100000, '3');

		put_be16(&e.appendage_len, cases[i].says);
		memcpy(bytes, &e, sizeof(e));
		memcpy(bytes + sizeof(e), cases[i].bytes, cases[i].len);
		tell(m, alice, bytes, sizeof(e) + cases[i].len);
		if (cases[i].good)
			expect_accepted(m, 0, i + 1);
		else
			expect_rejected(m, OUCH_REJECT_PROCESSING_ERROR);
	}
}

static void market_must_be_open(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1, 100000, '3');

	system_event(m, 'M');
	enter(m, &e);
	expect_rejected(m, OUCH_REJECT_DESTINATION_CLOSED);
	m->exchange.always_open = true;
	put_be32(&e.urn, 2);
	enter(m, &e);
	expect_accepted(m, 0, 2);
	m->exchange.always_open = false;
	system_event(m, 'Q');
	put_be32(&e.urn, 3);
	enter(m, &e);
	expect_accepted(m, 0, 3);
}

static void symbol_must_trade(void **state)
{
	static const char states[] = "HPQT";
	struct market *m = *state;
	uint32_t i;

	for (i = 0; i < 4; i++) {
		struct ouch_enter e = order(i + 1, 'B', 1, 100000, '3');

		trading(m, LOCATE, states[i]);
		enter(m, &e);
		if (states[i] == 'T')
			expect_accepted(m, 0, i + 1);
		else
			expect_rejected(m, OUCH_REJECT_HALTED);
	}
}

static void symbol_is_halted_until_told_otherwise(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1, 100000, '3');

	list(m, 9, "NEWCO   ", 'P');
	memcpy(e.symbol, "NEWCO   ", sizeof(e.symbol));
	enter(m, &e);
	expect_rejected(m, OUCH_REJECT_HALTED);
}

static void operational_halt_counts_on_this_market_only(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1, 100000, '3');

	operational(m, 'B', 'H');
	enter(m, &e);
	expect_accepted(m, 0, 1);
	operational(m, 'Q', 'H');
	put_be32(&e.urn, 2);
	enter(m, &e);
	expect_rejected(m, OUCH_REJECT_HALTED);
	operational(m, 'Q', 'T');
	put_be32(&e.urn, 3);
	enter(m, &e);
	expect_accepted(m, 0, 3);
}

static void test_symbols_are_rejected(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1, 100000, '3');

	memcpy(e.symbol, "ZVZZT   ", sizeof(e.symbol));
	enter(m, &e);
	expect_rejected(m, OUCH_REJECT_TEST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MARKET_TEST(letters_outside_their_set_are_rejected),
		MARKET_TEST(quantity_has_bounds),
		MARKET_TEST(price_has_bounds_and_a_tick),
		MARKET_TEST(appendage_must_add_up),
		MARKET_TEST(market_must_be_open),
		MARKET_TEST(symbol_must_trade),
		MARKET_TEST(symbol_is_halted_until_told_otherwise),
		MARKET_TEST(operational_halt_counts_on_this_market_only),
		MARKET_TEST(test_symbols_are_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
