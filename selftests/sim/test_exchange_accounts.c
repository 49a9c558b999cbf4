// SPDX-License-Identifier: GPL-2.0
/*
 * test_exchange_accounts - accounts, what they are told of the day and of a
 * connection that is gone, and as many orders as they may have
 */
#include "market.h"

enum { MANY = 200000, RUN = 1000000 };

/* An exchange whose answers are counted by type, without a network. */
struct venue {
	struct book book;
	struct exchange exchange;
	uint64_t answers[256];
	struct exchange_client *last;
	struct exchange_client *client;
};

static void on_reply(void *context, struct exchange_client *client,
		     const void *message, size_t len)
{
	struct venue *v = context;

	assert_true(len && len <= EXCHANGE_REPLY_MAX);
	v->answers[*(const uint8_t *)message]++;
	v->last = client;
}

static int venue_setup(void **state)
{
	struct venue *v = calloc(1, sizeof(*v));
	struct exchange_sink sink = { .reply = on_reply, .context = v };
	struct itch_directory d = { .head.type = 'R', .authenticity = 'P' };
	struct itch_trading_action a = { .head.type = 'H', .state = 'T' };

	if (!v || book_init(&v->book))
		return -1;
	memcpy(d.stock, "AAAA    ", sizeof(d.stock));
	put_be16(&d.head.locate, LOCATE);
	put_be16(&a.head.locate, LOCATE);
	exchange_init(&v->exchange, &v->book, &sink);
	v->exchange.always_open = true;
	v->client = exchange_account(&v->exchange, "ALICE");
	*state = v;
	return book_apply(&v->book, (const void *)&d, sizeof(d)) ||
	       book_apply(&v->book, (const void *)&a, sizeof(a)) || !v->client;
}

static int venue_teardown(void **state)
{
	struct venue *v = *state;

	exchange_free(&v->exchange);
	book_free(&v->book);
	free(v);
	return 0;
}

static void enter_one(struct venue *v, uint32_t urn, char tif, uint64_t price)
{
	struct ouch_enter e = order(urn, 'B', 100, price, tif);

	exchange_message(&v->exchange, v->client, &e, sizeof(e));
}

/* -- accounts ----------------------------------------------------------- */

static void name_is_the_account(void **state)
{
	struct venue *v = *state;
	struct exchange_client *other = exchange_account(&v->exchange, "BOB");

	assert_non_null(other);
	assert_ptr_not_equal(other, v->client);
	assert_ptr_equal(exchange_account(&v->exchange, "ALICE"), v->client);
	assert_ptr_equal(exchange_account(&v->exchange, "BOB"), other);
	assert_string_equal(other->name, "BOB");
	assert_null(exchange_account(&v->exchange,
				     "a name of more than 31 letters is"));
}

static void accounts_have_a_bound(void **state)
{
	struct venue *v = *state;
	char name[EXCHANGE_NAME_MAX + 1];
	int i;

	for (i = 1; i < EXCHANGE_CLIENTS_MAX; i++) {
		snprintf(name, sizeof(name), "%d", i);
		assert_non_null(exchange_account(&v->exchange, name));
	}
	assert_null(exchange_account(&v->exchange, "one more"));
	assert_non_null(exchange_account(&v->exchange, "1"));
}

static void everybody_is_told_of_the_day_once(void **state)
{
	struct venue *v = *state;
	struct exchange_client *other;

	exchange_day(&v->exchange, 'S');
	assert_int_equal(v->answers['S'], 1);
	other = exchange_account(&v->exchange, "BOB");
	exchange_day(&v->exchange, 'S');
	assert_int_equal(v->answers['S'], 2);
	assert_ptr_equal(v->last, other);
	exchange_day(&v->exchange, 'E');
	exchange_day(&v->exchange, 'E');
	assert_int_equal(v->answers['S'], 4);
}

static void orders_outlive_a_connection_unless_told(void **state)
{
	struct venue *v = *state;
	struct exchange_client *other = exchange_account(&v->exchange, "BOB");

	enter_one(v, 1, '0', 90000);
	enter_one(v, 2, '0', 90000);
	exchange_disconnected(&v->exchange, v->client);
	assert_int_equal(v->answers['C'], 0);
	v->exchange.cancel_on_disconnect = true;
	exchange_disconnected(&v->exchange, other);
	assert_int_equal(v->answers['C'], 0);
	exchange_disconnected(&v->exchange, v->client);
	assert_int_equal(v->answers['C'], 2);
	assert_int_equal(v->exchange.counts.disconnected, 2);
	assert_int_equal(v->exchange.counts.open, 0);
	enter_one(v, 2, '0', 90000);
	assert_int_equal(v->answers['A'], 2);
}

static void nothing_is_no_message(void **state)
{
	struct venue *v = *state;

	exchange_message(&v->exchange, v->client, "", 0);
	assert_int_equal(v->exchange.counts.truncated, 1);
}

/* -- many --------------------------------------------------------------- */

/* At a thousand prices; every other one is canceled, the rest at once. */
static void orders_may_be_many(void **state)
{
	struct venue *v = *state;
	struct ouch_cancel c = { .type = 'X' };
	struct ouch_mass_cancel all = { .type = 'C', .firm = "    ",
					.symbol = "        " };
	uint32_t urn;

	for (urn = 1; urn <= MANY; urn++) {
		enter_one(v, urn, '0', 10000 + 100 * (urn * 7919 % 1000));
		exchange_book_changed(&v->exchange, LOCATE);
	}
	assert_int_equal(v->exchange.counts.open, MANY);
	for (urn = 2; urn <= MANY; urn += 2) {
		put_be32(&c.urn, urn);
		exchange_message(&v->exchange, v->client, &c, sizeof(c));
	}
	assert_int_equal(v->answers['C'], MANY / 2);
	put_be32(&all.urn, MANY + 1);
	exchange_message(&v->exchange, v->client, &all, sizeof(all));
	assert_int_equal(v->answers['C'], MANY);
	assert_int_equal(v->answers['X'], 1);
	assert_int_equal(v->exchange.counts.open, 0);
	assert_int_equal(v->exchange.counts.open_max, MANY);
}

static void runs_may_be_long(void **state)
{
	struct venue *v = *state;
	uint32_t urn;

	for (urn = 1; urn <= RUN; urn++)
		enter_one(v, urn, '3', 90000);
	assert_int_equal(v->answers['A'], RUN);
	assert_int_equal(v->answers['C'], RUN);
	assert_int_equal(v->exchange.counts.open_max, 1);
}

#define VENUE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, venue_setup, venue_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		VENUE_TEST(name_is_the_account),
		VENUE_TEST(accounts_have_a_bound),
		VENUE_TEST(everybody_is_told_of_the_day_once),
		VENUE_TEST(orders_outlive_a_connection_unless_told),
		VENUE_TEST(nothing_is_no_message),
		VENUE_TEST(orders_may_be_many),
		VENUE_TEST(runs_may_be_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
