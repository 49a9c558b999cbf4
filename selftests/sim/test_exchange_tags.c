// SPDX-License-Identifier: GPL-2.0
/*
 * test_exchange_tags - each tag of an Enter Order is judged for its form, and
 * those that an order goes by are in the answer
 */
#include "market.h"

struct tag_case {
	const char *tag;
	size_t len;
	uint16_t reason;		/* 0: good */
};

#define GOOD(text)	{ text, sizeof(text) - 1, 0 }
#define BAD(text, why)	{ text, sizeof(text) - 1, OUCH_REJECT_##why }

static void values_are_judged(void **state)
{
	static const struct tag_case cases[] = {
		GOOD("\x05\x02" "LIME"),
		BAD("\x05\x02" "LI\x01" "E", FIRM_NOT_AUTHORIZED),
		GOOD("\x05\x03\0\0\x03\xe8"),
		BAD("\x05\x03\0\0\x03\xe9", INVALID_MIN_QTY),
		GOOD("\x02\x04R"), GOOD("\x02\x04 "), BAD("\x02\x04X", OTHER),
		GOOD("\x05\x05\0\0\x03\xe8"),
		BAD("\x05\x05\0\0\x03\xe9", INVALID_MAX_FLOOR),
		GOOD("\x02\x06L"), BAD("\x02\x06M", PEGGING_NOT_ALLOWED),
		BAD("\x02\x06m", PEGGING_NOT_ALLOWED),
		BAD("\x02\x06X", INVALID_PEG_TYPE),
		BAD("\x02\x06\0", INVALID_PEG_TYPE),
		GOOD("\x05\x07\0\0\0\0"),
		BAD("\x05\x07\xff\xff\xff\x9c", PEGGING_NOT_ALLOWED),
		GOOD("\x09\x09\0\0\0\0\0\0\0\0"),
		GOOD("\x09\x09\0\0\0\0\x77\x35\x93\x9c"),
		BAD("\x09\x09\0\0\0\0\x77\x35\x93\x9d", INVALID_PRICE),
		GOOD("\x02\x0aP"), BAD("\x02\x0aQ", INVALID_PEG_TYPE),
		GOOD("\x05\x0b\xff\xff\xff\x9c"),
		GOOD("\x02\x0cP"), GOOD("\x02\x0cN"), BAD("\x02\x0cY", OTHER),
		GOOD("\x05\x0d\0\0\0\x01"),
		BAD("\x05\x0e" "SCAN", ROUTING_NOT_ALLOWED),
		GOOD("\x05\x0f\0\x01\x51\x7f"),
		BAD("\x05\x0f\0\x01\x51\x80", OTHER),
		GOOD("\x02\x10Y"), BAD("\x02\x10X", OTHER),
		GOOD("\x02\x11I"), GOOD("\x02\x11 "), BAD("\x02\x11Z", OTHER),
		GOOD("\x03\x18\0\x01"), GOOD("\x02\x19Y"),
		BAD("\x02\x19 ", OTHER), GOOD("\x05\x1a" "LOCA"),
		BAD("\x05\x1a\0\0\0\0", OTHER),
		GOOD("\x02\x1d*"), BAD("\x02\x1dQ", INVALID_AIQ),
		GOOD("\x03\x1e" "**"), BAD("\x03\x1e\x1f*", INVALID_AIQ),
		/* not of this list, whatever their length */
		GOOD("\x01\0"), GOOD("\x03\x08xx"), GOOD("\x02\x13x"),
		GOOD("\x02\x1f\x01"), GOOD("\x02\xff\x01"),
	};
	struct market *m = *state;
	uint32_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ouch_enter e = order(i + 1, 'B', 1000, 90000, '3');

		enter_tagged(m, &e, cases[i].tag, cases[i].len);
		if (cases[i].reason)
			expect_rejected(m, cases[i].reason);
		else
			expect_accepted(m, 0, i + 1);
	}
}

/* One byte more, and one less, of each that is known. */
static void lengths_are_judged(void **state)
{
	static const struct {
		uint8_t tag, len;
	} tags[] = {
#define X(tag, id, len) { tag, len },
		OUCH_TAGS(X)
#undef X
	};
	struct market *m = *state;
	uint32_t urn = 0;
	size_t i;
	int wrong;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		for (wrong = -1; wrong <= 1; wrong += 2) {
			struct ouch_enter e = order(++urn, 'B', 1, 90000, '3');
			size_t value = (size_t)(tags[i].len + wrong);
			char tag[16] = { (char)(1 + value), (char)tags[i].tag };

			enter_tagged(m, &e, tag, 2 + value);
			expect_rejected(m, OUCH_REJECT_PROCESSING_ERROR);
		}
	}
}

static void first_fault_is_told(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1, 90000, '3');

	enter_tagged(m, &e, TAGS("\x02\x0cP" "\x02\x1dQ" "\x02\x04X"));
	expect_rejected(m, OUCH_REJECT_INVALID_AIQ);
	put_be32(&e.urn, 2);
	enter_tagged(m, &e, TAGS("\x02\x0cX" "\x02\x0cN"));
	expect_rejected(m, OUCH_REJECT_OTHER);
}

static void terms_of_the_order_are_told(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'B', 1, 90000, '6');

	enter_tagged(m, &e, TAGS("\x02\x1c\x07" "\x03\x18\x01\x02"
				 "\x02\x1d" "D" "\x05\x0f\0\0\0\x1e"
				 "\x01\x63" "\x02\x0cN" "\x05\x05\0\0\0\x01"
				 "\x05\x03\0\0\0\x01" "\x05\x02" "LIME"));
	expect_tags(m, 0, TAGS("\x05\x02" "LIME" "\x05\x03\0\0\0\x01"
			       "\x05\x05\0\0\0\x01" "\x02\x0cN"
			       "\x05\x0f\0\0\0\x1e" "\x02\x1d" "D"
			       "\x03\x18\x01\x02" "\x02\x1c\x07"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MARKET_TEST(values_are_judged),
		MARKET_TEST(lengths_are_judged),
		MARKET_TEST(first_fault_is_told),
		MARKET_TEST(terms_of_the_order_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
