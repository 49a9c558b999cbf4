// SPDX-License-Identifier: GPL-2.0
/*
 * user/trigger_parse.c: what a rule means, and where a wrong one is wrong
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/trigger.h"

#define GOOD	"when ask <= 182.35 and spread <= 0.02 then buy 100 @ ask"
#define MS	1000000ull

static struct ht_rule compiled(const char *text)
{
	struct trigger_error error;
	struct ht_rule rule;

	if (trigger_compile(text, &rule, &error))
		fail_msg("`%s`, column %d: expected %s", text, error.column,
			 error.expected);
	return rule;
}

static void assert_refused(const char *text, int column, const char *expected)
{
	struct trigger_error error;
	struct ht_rule rule;

	assert_int_equal(trigger_compile(text, &rule, &error), -EINVAL);
	if (error.column != column || !strstr(error.expected, expected))
		fail_msg("`%s`, column %d: expected %s, and not column %d: %s",
			 text, error.column, error.expected, column, expected);
}

static void assert_clause(const struct ht_clause *c, enum ht_feature feature,
			  enum ht_op op, int64_t value)
{
	assert_int_equal(c->feature, feature);
	assert_int_equal(c->op, op);
	assert_int_equal(c->value, value);
}

static void a_rule_means_what_it_says(void **state)
{
	struct ht_rule rule = compiled(GOOD " cooldown 50ms max 10");

	assert_int_equal(rule.clauses, 2);
	assert_clause(&rule.clause[0], HT_F_ASK, HT_LE, 1823500);
	assert_clause(&rule.clause[1], HT_F_SPREAD, HT_LE, 200);
	assert_int_equal(rule.clause[2].feature, HT_F_NONE);
	assert_int_equal(rule.side, HT_BID);
	assert_int_equal(rule.qty, 100);
	assert_int_equal(rule.price_from, HT_AT_ASK);
	assert_int_equal(rule.cooldown_ns, 50 * MS);
	assert_int_equal(rule.max_fires, 10);
	assert_string_equal(rule.text, GOOD " cooldown 50ms max 10");
}

static void every_feature_and_operator_is_known(void **state)
{
	struct ht_rule rule = compiled("when bid >= 1 and bid_size >= 300 and "
				       "ask_size == 7 and ask == 2.0001 "
				       "then sell 1 @ 1.99");

	assert_int_equal(rule.clauses, 4);
	assert_clause(&rule.clause[0], HT_F_BID, HT_GE, 10000);
	assert_clause(&rule.clause[1], HT_F_BID_QTY, HT_GE, 300);
	assert_clause(&rule.clause[2], HT_F_ASK_QTY, HT_EQ, 7);
	assert_clause(&rule.clause[3], HT_F_ASK, HT_EQ, 20001);
	assert_int_equal(rule.side, HT_ASK);
	assert_int_equal(rule.price_from, HT_AT_LIMIT);
	assert_int_equal(rule.limit_px_e4, 19900);
}

static void defaults_are_one_second_and_one_fire(void **state)
{
	struct ht_rule rule = compiled("when bid >= 1 then sell 1 @ bid");

	assert_int_equal(rule.price_from, HT_AT_BID);
	assert_int_equal(rule.cooldown_ns, 1000 * MS);
	assert_int_equal(rule.max_fires, 1);
}

static void options_come_in_any_order_and_once(void **state)
{
	struct ht_rule rule = compiled(GOOD " max 2 IOC cooldown 0ns");

	assert_int_equal(rule.max_fires, 2);
	assert_int_equal(rule.cooldown_ns, 0);
	compiled(GOOD " ioc");
	assert_refused(GOOD " IOC ioc", 62, "the end, cooldown, max");
	assert_refused(GOOD " max 2 max 3", 64, "the end, IOC, cooldown");
	assert_refused(GOOD " max 2 IOC cooldown 1s x", 80, "the end");
}

static void units_of_time(void **state)
{
	assert_int_equal(compiled(GOOD " cooldown 7ns").cooldown_ns, 7);
	assert_int_equal(compiled(GOOD " cooldown 7us").cooldown_ns, 7000);
	assert_int_equal(compiled(GOOD " cooldown 7ms").cooldown_ns, 7 * MS);
	assert_int_equal(compiled(GOOD " cooldown 7s").cooldown_ns, 7000 * MS);
	compiled(GOOD " cooldown 86400s");
	assert_refused(GOOD " cooldown 86401s", 67, "a time");
	assert_refused(GOOD " cooldown 7", 67, "a time");
	assert_refused(GOOD " cooldown 7m", 67, "a time");
	assert_refused(GOOD " cooldown 1.5s", 67, "a time");
	assert_refused(GOOD " cooldown", 66, "a time");
	assert_refused(GOOD " cooldown -1s", 67, "a time");
	assert_refused(GOOD " cooldown 99999999999999999999ns", 67, "a time");
}

static void space_is_free(void **state)
{
	struct ht_rule rule = compiled(" when\task<=1.5\n and  spread==0 then"
				       "  buy 5@ask ");

	assert_string_equal(rule.text,
			    "when ask<=1.5 and spread==0 then buy 5@ask");
	assert_int_equal(rule.clauses, 2);
}

static void every_place_has_its_error(void **state)
{
	assert_refused("", 1, "when");
	assert_refused("if ask <= 1", 1, "when");
	assert_refused("whenever ask <= 1", 1, "when");
	assert_refused("when", 5, "bid, ask, spread, bid_size or ask_size");
	assert_refused("when price <= 1 then", 6, "bid, ask, spread");
	assert_refused("when ASK <= 1 then", 6, "bid, ask, spread");
	assert_refused("when ask < 1 then", 10, "<=, >= or ==");
	assert_refused("when ask = 1 then", 10, "<=, >= or ==");
	assert_refused("when ask <= x then", 13, "four decimals");
	assert_refused("when ask <= -1 then", 13, "four decimals");
	assert_refused("when ask <= 1.23456 then", 13, "four decimals");
	assert_refused("when ask <= 1. then", 13, "four decimals");
	assert_refused("when ask <= 1.2.3 then", 13, "four decimals");
	assert_refused("when ask <= 0x10 then", 13, "four decimals");
	assert_refused("when ask_size <= 1.5 then", 18, "whole number");
	assert_refused("when ask <= 1", 14, "`and` or `then`");
	assert_refused("when ask <= 1 or bid >= 2", 15, "`and` or `then`");
	assert_refused("when ask <= 1 and", 18, "bid, ask, spread");
	assert_refused("when ask <= 1 then", 19, "buy or sell");
	assert_refused("when ask <= 1 then short 5 @ bid", 20, "buy or sell");
	assert_refused("when ask <= 1 then buy", 23, "shares");
	assert_refused("when ask <= 1 then buy 5", 25, "@");
	assert_refused("when ask <= 1 then buy 5 at ask", 26, "@");
	assert_refused("when ask <= 1 then buy 5 @", 27, "bid, ask or a price");
	assert_refused("when ask <= 1 then buy 5 @ mid", 28,
		       "bid, ask or a price");
	assert_refused("when ask <= 1 then buy 5 @ ask day", 32,
		       "the end, IOC, cooldown, max");
	assert_refused("when ask <= 1 then buy 5 @ ask max 0", 36, "fires");
	assert_refused("when ask <= 1 \x01 then", 15, "`and` or `then`");
}

static void limits_hold_to_the_unit(void **state)
{
	compiled("when ask <= 200000 then buy 1 @ ask");
	assert_refused("when ask <= 200000.0001 then buy 1 @ ask", 13,
		       "from 0.0000 to 200000.0000");
	compiled("when ask <= 0 then buy 1 @ 0.0001");
	assert_refused("when ask <= 0 then buy 1 @ 0", 28,
		       "from 0.0001 to 199999.9900");
	compiled("when ask <= 0 then buy 1 @ 199999.99");
	assert_refused("when ask <= 0 then buy 1 @ 199999.9901", 28,
		       "199999.9900");
	compiled("when ask_size >= 999999999999 then buy 1 @ ask");
	assert_refused("when ask_size >= 1000000000000 then buy 1 @ ask", 18,
		       "999999999999");
	compiled("when ask <= 1 then buy 999999 @ ask");
	assert_refused("when ask <= 1 then buy 1000000 @ ask", 24,
		       "from 1 to 999999");
	assert_refused("when ask <= 1 then buy 0 @ ask", 24, "from 1");
	compiled(GOOD " max 1000000");
	assert_refused(GOOD " max 1000001", 62, "from 1 to 1000000");
}

static void four_conditions_and_no_fifth(void **state)
{
#define FOUR	"when ask <= 1 and ask <= 2 and ask <= 3 and ask <= 4"
	assert_int_equal(compiled(FOUR " then buy 1 @ ask").clauses, 4);
	assert_refused(FOUR " and ask <= 5 then buy 1 @ ask", 54,
		       "at most 4 conditions");
}

/* A rule of exactly as many bytes as the map holds, and one more. */
static void text_fits_or_is_refused(void **state)
{
	char text[HT_TRIGGER_TEXT + 8];
	struct trigger_error error;
	struct ht_rule rule;
	int zeros;

	for (zeros = 70; zeros < 110; zeros++) {
		snprintf(text, sizeof(text),
			 "when ask_size >= %0*d then buy 1 @ ask", zeros, 7);
		if (strlen(text) >= HT_TRIGGER_TEXT)
			break;
		assert_int_equal(trigger_compile(text, &rule, &error), 0);
	}
	assert_int_equal(strlen(text), HT_TRIGGER_TEXT);
	assert_int_equal(strlen(rule.text), HT_TRIGGER_TEXT - 1);
	assert_refused(text, HT_TRIGGER_TEXT, "at most 135 characters");
}

/* Whatever a rule is cut off at, it is an error within its length. */
static void every_truncation_is_refused(void **state)
{
	static const char whole[] = GOOD " cooldown 50ms max 10";
	struct trigger_error error;
	char text[sizeof(whole)];
	struct ht_rule rule;
	size_t n;

	for (n = 0; n < strlen(GOOD); n++) {
		snprintf(text, sizeof(text), "%.*s", (int)n, whole);
		assert_int_equal(trigger_compile(text, &rule, &error), -EINVAL);
		assert_in_range(error.column, 1, n + 1);
		assert_true(*error.expected);
	}
	for (; n < strlen(whole); n++) {
		snprintf(text, sizeof(text), "%.*s", (int)n, whole);
		if (trigger_compile(text, &rule, &error))
			assert_in_range(error.column, 1, n + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_means_what_it_says),
		cmocka_unit_test(every_feature_and_operator_is_known),
		cmocka_unit_test(defaults_are_one_second_and_one_fire),
		cmocka_unit_test(options_come_in_any_order_and_once),
		cmocka_unit_test(units_of_time),
		cmocka_unit_test(space_is_free),
		cmocka_unit_test(every_place_has_its_error),
		cmocka_unit_test(limits_hold_to_the_unit),
		cmocka_unit_test(four_conditions_and_no_fifth),
		cmocka_unit_test(text_fits_or_is_refused),
		cmocka_unit_test(every_truncation_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
