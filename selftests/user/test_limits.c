// SPDX-License-Identifier: GPL-2.0
/* Sets of limits: edited whole, by the words of `risk set`. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/clock.h"
#include "../../user/limits.h"

enum { AAPL = 13, MSFT = 14, UNNAMED = 15 };

static struct instance in;
static struct ht_rules rules;
static char words[LIMITS_WORDS];

static int setup(void **state)
{
	in = (struct instance){ .rules = &rules };
	rules = (struct ht_rules){ .version = 1 };
	in.limits = calloc(2 * HT_LOCATES, sizeof(*in.limits));
	in.symbols = calloc(HT_LOCATES, sizeof(*in.symbols));
	assert_non_null(in.limits);
	assert_non_null(in.symbols);
	memcpy(in.symbols[AAPL].ticker, "AAPL", 4);
	memcpy(in.symbols[MSFT].ticker, "MSFT", 4);
	limits_defaults(&in.limits[HT_LOCATES], &rules.set[1], true);
	return 0;
}

static int teardown(void **state)
{
	free(in.limits);
	free(in.symbols);
	return 0;
}

static struct limits_edit edit(const char *name, const char *value)
{
	const struct limits_key *key = limits_find(name, words);
	struct limits_edit e;

	assert_non_null(key);
	assert_int_equal(limits_parse(key, value, &e, words), 0);
	return e;
}

static int apply(struct limits *l, uint32_t locate, const char *name,
		 const char *value)
{
	struct limits_edit e = edit(name, value);

	return limits_apply(l, locate, &e);
}

static struct limits_view view(uint32_t locate)
{
	struct limits_view v;

	limits_read(&in, locate, &v);
	return v;
}

static void in_force_when_it_is_committed(void **state)
{
	struct limits l;

	assert_int_equal(limits_begin(&l, &in), 0);
	assert_int_equal(apply(&l, 0, "max-qty", "7"), 0);
	assert_int_equal(apply(&l, 0, "max-loss", "5000"), 0);
	assert_int_equal(view(0).version, 1);
	assert_int_equal(view(0).row.max_qty, 1000);
	assert_int_equal(limits_commit(&l), 2);
	assert_int_equal(view(0).version, 2);
	assert_int_equal(view(0).row.max_qty, 7);
	assert_int_equal(view(AAPL).row.max_qty, 7);
	assert_int_equal(view(0).rules.max_loss, 50000000);
	assert_int_equal(view(0).rules.rate, 100);
	assert_true(view(0).at_ns);
}

static void given_up_nothing_changes(void **state)
{
	struct limits l;

	assert_int_equal(limits_begin(&l, &in), 0);
	assert_int_equal(apply(&l, 0, "max-qty", "7"), 0);
	limits_abandon(&l);
	assert_int_equal(view(0).version, 1);
	assert_int_equal(view(0).row.max_qty, 1000);
	/* nor does what was written show in the next edit */
	assert_int_equal(limits_begin(&l, &in), 0);
	assert_int_equal(limits_commit(&l), 2);
	assert_int_equal(view(0).row.max_qty, 1000);
}

static void a_symbol_begins_with_the_limits_of_all(void **state)
{
	struct limits_edit all = edit("max-qty", "9");
	struct limits l;

	assert_int_equal(limits_begin(&l, &in), 0);
	assert_int_equal(apply(&l, AAPL, "position", "500"), 0);
	limits_commit(&l);
	assert_true(view(AAPL).own);
	assert_string_equal(view(AAPL).row.symbol, "AAPL");
	assert_int_equal(view(AAPL).row.max_position, 500);
	assert_int_equal(view(AAPL).row.max_qty, 1000);
	assert_false(view(MSFT).own);
	/* from then on they are its own */
	assert_int_equal(limits_change(&in, &all, 1), 0);
	assert_int_equal(view(AAPL).row.max_qty, 1000);
	assert_int_equal(view(MSFT).row.max_qty, 9);
	assert_int_equal(limits_begin(&l, &in), 0);
	limits_inherit(&l, AAPL);
	limits_commit(&l);
	assert_false(view(AAPL).own);
	assert_int_equal(view(AAPL).row.max_qty, 9);
}

/* Locates are given anew: what another symbol left begins afresh. */
static void a_row_of_another_symbol_begins_anew(void **state)
{
	struct limits l;

	assert_int_equal(limits_begin(&l, &in), 0);
	assert_int_equal(apply(&l, AAPL, "max-qty", "5"), 0);
	limits_commit(&l);
	memcpy(in.symbols[AAPL].ticker, "ZZZ\0", 4);
	assert_string_equal(view(AAPL).row.symbol, "AAPL");
	assert_int_equal(limits_begin(&l, &in), 0);
	assert_int_equal(apply(&l, AAPL, "max-open", "3"), 0);
	limits_commit(&l);
	assert_string_equal(view(AAPL).row.symbol, "ZZZ");
	assert_int_equal(view(AAPL).row.max_qty, 1000);
	assert_int_equal(view(AAPL).row.max_open, 3);
}

static void what_is_not_a_symbols(void **state)
{
	struct limits l;

	assert_int_equal(limits_begin(&l, &in), 0);
	assert_int_equal(apply(&l, AAPL, "max-loss", "1"), -EINVAL);
	assert_int_equal(apply(&l, UNNAMED, "max-qty", "1"), -ESRCH);
	limits_abandon(&l);
}

/* An edit that fails leaves all of it out. */
static void all_or_nothing(void **state)
{
	struct limits_edit two[] = { edit("max-qty", "9"), edit("rate", "9") };
	struct limits l;

	assert_int_equal(limits_change(&in, two, 2), 0);
	assert_int_equal(view(0).row.max_qty, 9);
	assert_int_equal(view(0).rules.rate, 9);
	assert_int_equal(limits_begin(&l, &in), 0);
	assert_int_equal(apply(&l, 0, "max-qty", "8"), 0);
	assert_int_equal(apply(&l, UNNAMED, "max-qty", "8"), -ESRCH);
	limits_abandon(&l);
	assert_int_equal(view(0).row.max_qty, 9);
}

/* 0 is no limits at all. */
static void versions_never_come_to_none(void **state)
{
	struct limits l;

	rules.version = UINT32_MAX;
	assert_int_equal(limits_begin(&l, &in), 0);
	assert_int_equal(apply(&l, 0, "max-qty", "7"), 0);
	assert_int_equal(limits_commit(&l), 2);
	assert_int_equal(view(0).row.max_qty, 7);
	assert_int_equal(view(0).row.max_notional, 2500000000ull);
}

/* -- words ---------------------------------------------------------------- */

static void defaults_are_within_what_may_be_set(void **state)
{
	const struct limits_key *key;
	struct limits_view v = view(0);

	for (key = limits_keys; key->name; key++)
		assert_true(limits_value(key, &v.row, &v.rules) <= key->max);
}

static void every_value_reads_as_it_is_written(void **state)
{
	const struct limits_key *key;
	struct limits_edit e;
	char text[LIMITS_TEXT];
	uint64_t value;
	int i;

	for (key = limits_keys; key->name; key++)
		for (i = 0; i < 4; i++) {
			value = i < 2 ? (uint64_t)i :
					key->max / (uint64_t)(i - 1);
			if (value > key->max)
				continue;
			assert_int_equal(limits_parse(key, limits_text(text,
					 key, value), &e, words), 0);
			assert_true(e.key == key);
			assert_true(e.value == value);
		}
}

/* Each key changes its own value, and no other. */
static void keys_do_not_overlap(void **state)
{
	const struct limits_key *key, *other;
	struct limits_edit e = { .value = 1 };
	struct limits_view v;
	struct limits l;

	for (key = limits_keys; key->name; key++) {
		assert_int_equal(limits_begin(&l, &in), 0);
		l.rows[0] = (struct ht_limit){0};
		*l.rules = (struct ht_rule_set){0};
		e.key = key;
		assert_int_equal(limits_apply(&l, 0, &e), 0);
		limits_commit(&l);
		v = view(0);
		for (other = limits_keys; other->name; other++)
			assert_int_equal(limits_value(other, &v.row, &v.rules),
					 other == key);
	}
}

static void value(const char *name, const char *text, uint64_t expected)
{
	struct limits_edit e = edit(name, text);

	assert_int_equal(e.value, expected);
}

static void values_in_their_units(void **state)
{
	value("enabled", "yes", HT_YES);
	value("enabled", "no", HT_NO);
	value("shorts", "located", HT_SHORT_LOCATED);
	value("collar", "2%", 200);
	value("collar", "2.5%", 250);
	value("collar", "75bps", 75);
	value("collar", "100%", 10000);
	value("max-notional", "250000", 2500000000ull);
	value("max-notional", "0.0001", 1);
	value("max-age", "50ms", 50 * MS_NS);
	value("max-age", "10us", 10000);
	value("max-age", "5ns", 5);
	value("max-age", "2s", 2 * SECOND_NS);
	value("max-skew", "0", 0);
	value("max-ratio", "150%", 150);
	value("max-qty", "999999", 999999);
}

static void refused(const char *name, const char *text, const char *expected)
{
	const struct limits_key *key = limits_find(name, words);
	struct limits_edit e;

	assert_non_null(key);
	assert_int_equal(limits_parse(key, text, &e, words), -EINVAL);
	assert_string_equal(words, expected);
}

static void values_that_are_none(void **state)
{
	refused("enabled", "maybe", "enabled must be yes or no, not `maybe`");
	refused("max-qty", "", "max-qty must be a number of shares, not ``");
	refused("max-qty", "-1", "max-qty must be a number of shares, not `-1`");
	refused("max-qty", "1000000",
		"max-qty must be at most 999999, not `1000000`");
	refused("max-qty", "99999999999999999999999",
		"max-qty must be a number of shares, not `99999999999999999999999`");
	refused("collar", "2", "collar must be like 2% or 200bps, not `2`");
	refused("collar", "0.001%",
		"collar must be like 2% or 200bps, not `0.001%`");
	refused("collar", "101%", "collar must be at most 10000bps, not `101%`");
	refused("max-age", "50",
		"max-age must be a time like 50ms, 2s, 10us or 5ns, or 0, not `50`");
	refused("max-age", "1h",
		"max-age must be a time like 50ms, 2s, 10us or 5ns, or 0, not `1h`");
	refused("max-age", "99999999999s",
		"max-age must be a time like 50ms, 2s, 10us or 5ns, or 0, not `99999999999s`");
	refused("max-age", "3601s", "max-age must be at most 3600s, not `3601s`");
	refused("max-loss", "1.00001",
		"max-loss must be dollars, with up to four decimals, not `1.00001`");
	refused("max-ratio", "1.5%",
		"max-ratio must be whole percent, like 200%, not `1.5%`");
}

static void keys_that_are_none(void **state)
{
	assert_null(limits_find("max-qtty", words));
	assert_string_equal(words,
			    "no limit `max-qtty`; did you mean `max-qty`?");
	assert_null(limits_find("", words));
	assert_null(limits_find("nothing-like-it", words));
	assert_string_equal(words, "no limit `nothing-like-it`; `hairtrigger risk show` lists them");
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(in_force_when_it_is_committed),
		T(given_up_nothing_changes),
		T(a_symbol_begins_with_the_limits_of_all),
		T(a_row_of_another_symbol_begins_anew),
		T(what_is_not_a_symbols),
		T(all_or_nothing),
		T(versions_never_come_to_none),
		T(defaults_are_within_what_may_be_set),
		T(every_value_reads_as_it_is_written),
		T(keys_do_not_overlap),
		T(values_in_their_units),
		T(values_that_are_none),
		T(keys_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
