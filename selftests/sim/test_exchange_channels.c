// SPDX-License-Identifier: GPL-2.0
/*
 * test_exchange_channels - UserRefNums of each UserRefIdx count for themselves,
 * and every answer names the channel it is of
 */
#include "market.h"

#define FIVE	"\x02\x1c\x05"
#define LAST	"\x02\x1c\xff"

enum { TAG_LEN = OUCH_APPENDAGE_HEAD + 3 };

static void enter_five(struct market *m, uint32_t urn, char tif,
		       uint64_t price)
{
	struct ouch_enter e = order(urn, 'B', 300, price, tif);

	enter_tagged(m, &e, TAGS(FIVE));
}

static void each_channel_counts_for_itself(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(9, 'B', 1, 90000, '0');

	enter(m, &e);
	expect_accepted(m, 0, 9);
	enter_five(m, 9, '0', 90000);
	expect_accepted(m, 0, 9);
	enter_tagged(m, &e, TAGS(LAST));
	expect_accepted(m, 0, 9);
	enter_five(m, 9, '0', 90000);
	assert_int_equal(m->answers, 0);
	put_be32(&e.urn, 10);
	enter_tagged(m, &e, TAGS("\x02\x1c\0"));
	expect_type(m, 0, 'A', sizeof(struct ouch_accepted));
	put_be32(&e.urn, 10);
	enter(m, &e);
	assert_int_equal(m->answers, 0);
	assert_int_equal(m->exchange.counts.open, 4);
}

static void cancel_five(struct market *m, uint32_t urn, uint32_t qty)
{
	struct ouch_cancel c = { .type = 'X' };

	put_be32(&c.urn, urn);
	put_be32(&c.qty, qty);
	ask_optional(m, alice, &c, sizeof(c), TAGS(FIVE));
}

static void cancel_is_of_its_channel(void **state)
{
	struct market *m = *state;

	enter_five(m, 1, '0', 90000);
	cancel(m, 1, 0);
	assert_int_equal(m->answers, 0);
	cancel_five(m, 1, 100);
	expect_canceled(m, 0, 200, 'U');
	expect_type(m, 0, 'C', sizeof(struct ouch_canceled) + TAG_LEN);
	expect_tags(m, 0, TAGS(FIVE));
	m->exchange.faults.pending.every = 1;
	cancel_five(m, 1, 0);
	expect_type(m, 0, 'P', sizeof(struct ouch_pending) + TAG_LEN);
	expect_tags(m, 0, TAGS(FIVE));
	expect_type(m, 1, 'I', sizeof(struct ouch_pending) + TAG_LEN);
	expect_tags(m, 1, TAGS(FIVE));
}

static void executions_and_breaks_name_it(void **state)
{
	struct market *m = *state;

	m->exchange.faults.broken.every = 1;
	enter_five(m, 1, '3', 100500);
	assert_int_equal(m->answers, 3);
	expect_tags(m, 0, TAGS(FIVE));
	expect_type(m, 1, 'E', sizeof(struct ouch_executed) + 3);
	expect_tags(m, 1, TAGS(FIVE));
	expect_tags(m, 2, TAGS(FIVE));
	system_event(m, 'Q');
	expect_type(m, 0, 'B', sizeof(struct ouch_broken) + TAG_LEN);
	expect_tags(m, 0, TAGS(FIVE));
}

static void rejects_name_it(void **state)
{
	struct market *m = *state;

	enter_five(m, 1, 'x', 90000);
	expect_type(m, 0, 'J', sizeof(struct ouch_rejected) + TAG_LEN);
	expect_tags(m, 0, TAGS(FIVE));
}

static void what_happens_at_rest_names_it(void **state)
{
	struct market *m = *state;

	m->exchange.faults.restated.every = 1;
	m->exchange.faults.priority.every = 1;
	enter_five(m, 1, '0', 90000);
	assert_int_equal(m->answers, 3);
	assert_int_equal(m->answer[1].type, 'R');
	assert_memory_equal(m->answer[1].bytes + m->answer[1].len - 3, FIVE,
			    3);
	expect_type(m, 2, 'T', sizeof(struct ouch_priority) + TAG_LEN);
	expect_tags(m, 2, TAGS(FIVE));
}

static void replace_and_modify_are_of_it(void **state)
{
	struct market *m = *state;
	struct ouch_enter e = order(1, 'S', 300, 110000, '0');
	struct ouch_replace r = {
		.type = 'U', .tif = '0', .display = 'Y', .iso = 'N',
	};
	struct ouch_modify change = { .type = 'M', .side = 'T' };

	enter_tagged(m, &e, TAGS(FIVE));
	put_be32(&r.orig_urn, 1);
	put_be32(&r.urn, 2);
	put_be32(&r.qty, 300);
	put_be64(&r.price, 111000);
	memset(r.clordid, ' ', sizeof(r.clordid));
	ask(m, alice, &r, sizeof(r), "", 0);
	assert_int_equal(m->answers, 0);
	ask(m, alice, &r, sizeof(r), TAGS(FIVE));
	expect_type(m, 0, 'U', sizeof(struct ouch_replaced) + 3);
	expect_tags(m, 0, TAGS(FIVE));
	put_be32(&change.urn, 2);
	put_be32(&change.qty, 100);
	ask_optional(m, alice, &change, sizeof(change), TAGS(FIVE));
	expect_type(m, 0, 'M', sizeof(struct ouch_modified) + TAG_LEN);
	expect_tags(m, 0, TAGS(FIVE));
}

static void requests_of_an_account_name_it(void **state)
{
	struct market *m = *state;
	struct ouch_mass_cancel c = { .type = 'C', .firm = "    ",
				      .symbol = "        " };
	struct ouch_entry d = { .type = 'D', .firm = "    " };

	enter_five(m, 1, '0', 90000);
	put_be32(&c.urn, 1);
	ask(m, alice, &c, sizeof(c), "", 0);	/* all channels are meant */
	assert_int_equal(m->answers, 2);
	expect_type(m, 0, 'C', sizeof(struct ouch_canceled) + TAG_LEN);
	expect_type(m, 1, 'X', sizeof(struct ouch_mass_canceled));
	put_be32(&c.urn, 2);
	ask(m, alice, &c, sizeof(c), TAGS(FIVE));
	expect_type(m, 0, 'X', sizeof(struct ouch_mass_canceled) + 3);
	put_be32(&d.urn, 3);
	ask(m, alice, &d, sizeof(d), TAGS(FIVE));
	expect_type(m, 0, 'G', sizeof(struct ouch_entry_response) + 3);
	d.type = 'E';
	put_be32(&d.urn, 4);
	ask(m, alice, &d, sizeof(d), TAGS(FIVE));
	expect_type(m, 0, 'K', sizeof(struct ouch_entry_response) + 3);
	ask_optional(m, alice, "Q", 1, TAGS(FIVE));
	expect_type(m, 0, 'Q', sizeof(struct ouch_query_response) + TAG_LEN);
	expect_tags(m, 0, TAGS(FIVE));
	assert_int_equal(get_be32(&m->answer[0].query.next_urn), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MARKET_TEST(each_channel_counts_for_itself),
		MARKET_TEST(cancel_is_of_its_channel),
		MARKET_TEST(executions_and_breaks_name_it),
		MARKET_TEST(rejects_name_it),
		MARKET_TEST(what_happens_at_rest_names_it),
		MARKET_TEST(replace_and_modify_are_of_it),
		MARKET_TEST(requests_of_an_account_name_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
