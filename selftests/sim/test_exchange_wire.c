// SPDX-License-Identifier: GPL-2.0
/*
 * test_exchange_wire - captured messages of a real session: what was sent is
 * understood, what was answered is what is answered here, byte for byte
 */
#include "market.h"

/* The next messages are of this time. */
static void at(struct market *m, uint64_t timestamp)
{
	m->timestamp = timestamp - 1;
	system_event(m, 'Q');
}

static void trades(struct market *m, uint16_t locate, const char *stock)
{
	list(m, locate, stock, 'P');
	trading(m, locate, 'T');
}

/* Sell short 225 CVLT at 63.0200 for LIME. */
static void enter_is_understood(void **state)
{
	static const char captured[] =
		"O" "\x00\x00\x00\x71" "T" "\x00\x00\x00\xe1"
		"CVLT    " "\x00\x00\x00\x00\x00\x09\x9d\xb8" "0" "Y" "A" "N"
		"N" "H8FUB8IV      " "\x00\x06" "\x05\x02" "LIME";
	struct market *m = *state;
	const struct answer *a;

	trades(m, 10, "CVLT    ");
	tell(m, alice, captured, sizeof(captured) - 1);
	assert_int_equal(m->answers, 1);
	a = expect_type(m, 0, 'A', sizeof(a->accepted) + 6);
	assert_int_equal(get_be32(&a->accepted.urn), 113);
	assert_int_equal(a->accepted.side, 'T');
	assert_int_equal(get_be32(&a->accepted.qty), 225);
	assert_memory_equal(a->accepted.symbol, "CVLT    ", 8);
	assert_int_equal(get_be64(&a->accepted.price), 630200);
	assert_memory_equal(a->accepted.clordid, "H8FUB8IV      ", 14);
	expect_tags(m, 0, TAGS("\x05\x02" "LIME"));
}

static void cancel_is_understood(void **state)
{
	static const char captured[] =
		"X" "\x00\x75\x2e\x71" "\x00\x00\x00\x00";
	struct market *m = *state;
	struct ouch_enter e = order(7679601, 'B', 40, 90000, '5');

	enter(m, &e);
	tell(m, alice, captured, sizeof(captured) - 1);
	assert_int_equal(m->answers, 1);
	expect_canceled(m, 0, 40, 'U');
}

/* ADBE, 40 to buy at 477.7800.  The real answer went on with tag 18, how much
 * the order weighs in the market's best bid, which nobody knows here.
 */
static void accepted_and_canceled_are_the_same(void **state)
{
	static const char accepted[] =
		"A" "\x00\x00\x28\x9b\x4d\x64\xaf\x87" "\x00\x75\x3a\x8d" "B"
		"\x00\x00\x00\x28" "ADBE    "
		"\x00\x00\x00\x00\x00\x48\xe7\x48" "5" "Y"
		"\x00\x00\x00\x00\x0f\x56\xb4\xf5" "A" "N" "N" "L"
		"7682701       " "\x00\x06" "\x05\x02" "MLRO";
	static const char canceled[] =
		"C" "\x00\x00\x28\x9b\x4d\x68\x13\x17" "\x00\x75\x3a\x8d"
		"\x00\x00\x00\x28" "U";
	struct market *m = *state;
	struct ouch_enter e = order(7682701, 'B', 40, 4777800, '5');

	trades(m, 10, "ADBE    ");
	at(m, 0x289b4d64af87);
	m->exchange.last_ref = 257340661 - 1;
	e.capacity = 'A';
	memcpy(e.symbol, "ADBE    ", sizeof(e.symbol));
	memcpy(e.clordid, "7682701       ", sizeof(e.clordid));
	enter_tagged(m, &e, TAGS("\x05\x02" "MLRO"));
	expect_type(m, 0, 'A', sizeof(accepted) - 1);
	assert_memory_equal(m->answer[0].bytes, accepted,
			    sizeof(accepted) - 1);
	at(m, 0x289b4d681317);
	cancel(m, 7682701, 0);
	expect_type(m, 0, 'C', sizeof(canceled) - 1);
	assert_memory_equal(m->answer[0].bytes, canceled,
			    sizeof(canceled) - 1);
}

/* -- all that was not captured: by the offsets of the specification ------ */

struct place {
	const char *field;
	size_t offset, is;
};

#define PLACE(message, name, at) \
	{ #message "." #name, offsetof(struct ouch_##message, name), at }

static void fields_are_where_they_belong(void **state)
{
	static const struct place places[] = {
		PLACE(enter, side, 5), PLACE(enter, qty, 6),
		PLACE(enter, symbol, 10), PLACE(enter, price, 18),
		PLACE(enter, tif, 26), PLACE(enter, clordid, 31),
		PLACE(enter, appendage_len, 45),
		PLACE(replace, orig_urn, 1), PLACE(replace, urn, 5),
		PLACE(replace, qty, 9), PLACE(replace, price, 13),
		PLACE(replace, tif, 21), PLACE(replace, display, 22),
		PLACE(replace, iso, 23), PLACE(replace, clordid, 24),
		PLACE(replace, appendage_len, 38),
		PLACE(cancel, qty, 5), PLACE(modify, side, 5),
		PLACE(modify, qty, 6), PLACE(mass_cancel, firm, 5),
		PLACE(mass_cancel, symbol, 9),
		PLACE(mass_cancel, appendage_len, 17),
		PLACE(entry, firm, 5), PLACE(entry, appendage_len, 9),
		PLACE(system_event, event, 9),
		PLACE(accepted, order_ref, 36), PLACE(accepted, state, 47),
		PLACE(accepted, appendage_len, 62),
		PLACE(replaced, urn, 13), PLACE(replaced, qty, 18),
		PLACE(replaced, price, 30), PLACE(replaced, order_ref, 40),
		PLACE(replaced, state, 51), PLACE(replaced, clordid, 52),
		PLACE(replaced, appendage_len, 66),
		PLACE(canceled, reason, 17),
		PLACE(aiq_canceled, reason, 17),
		PLACE(aiq_canceled, prevented, 18),
		PLACE(aiq_canceled, price, 22),
		PLACE(aiq_canceled, liquidity, 30),
		PLACE(aiq_canceled, strategy, 31),
		PLACE(executed, price, 17), PLACE(executed, liquidity, 25),
		PLACE(executed, match, 26), PLACE(executed, appendage_len, 34),
		PLACE(broken, match, 13), PLACE(broken, reason, 21),
		PLACE(broken, clordid, 22),
		PLACE(rejected, reason, 13), PLACE(rejected, clordid, 15),
		PLACE(pending, urn, 9),
		PLACE(priority, price, 13), PLACE(priority, display, 21),
		PLACE(priority, order_ref, 22),
		PLACE(modified, side, 13), PLACE(modified, qty, 14),
		PLACE(restated, reason, 13), PLACE(restated, appendage_len, 14),
		PLACE(mass_canceled, firm, 13),
		PLACE(mass_canceled, symbol, 17),
		PLACE(mass_canceled, appendage_len, 25),
		PLACE(entry_response, firm, 13),
		PLACE(entry_response, appendage_len, 17),
		PLACE(query_response, next_urn, 9),
	};
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (places[i].offset != places[i].is)
			fail_msg("%s is at %zu", places[i].field,
				 places[i].offset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MARKET_TEST(enter_is_understood),
		MARKET_TEST(cancel_is_understood),
		MARKET_TEST(accepted_and_canceled_are_the_same),
		cmocka_unit_test(fields_are_where_they_belong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
