// SPDX-License-Identifier: GPL-2.0
/* user/desk.c, desk_change.c, answer.c, mirror.c and hand.c, in a whole
 * controller on the loaded program: what a person asks for, to the byte; what
 * the exchange may answer to it, or not.
 */
#include "desk_rig.h"

#include "../../user/clock.h"
#include "../../user/journal_format.h"

/* Hex of the fields that the messages here have in common. */
#define AAA	"4141412020202020"
#define TIME	"0000000000000000"
#define PX	"0000000000018704"	/* 10.01 */
#define PX_2	"0000000000018768"	/* 10.02 */
#define PX_HIGH	"0000000000018e70"	/* 10.20 */
#define REST	"20202020202020202020202020"
#define ID(letter) letter REST		/* ClOrdID of one letter */
#define NO_TAGS	"0000"
#define TERMS	"50 4e 4e"		/* principal, no ISO, no cross */

/* Answers: of a live order AAA @ 10.01 */
#define ACCEPTED(urn, side, qty, px, tif, ref, id)			\
	"41" TIME urn side qty AAA px tif "59" ref TERMS "4c" ID(id) NO_TAGS
#define REF(n)	"00000000000000" n

static const char DAY_BUY[] =
	"{\"symbol\":\"AAA\",\"side\":\"B\",\"qty\":100,\"px\":100100,"
	"\"tif\":\"0\",\"clordid\":\"A\"}";
static const char BUY_1[] =
	"4f 00000001 42 00000064" AAA PX "30 59" TERMS ID("41") NO_TAGS;
static const char ACCEPTED_1[] = ACCEPTED("00000001", "42", "00000064", PX,
					  "30", REF("01"), "41");

/* What a person asks, what leaves, what is said to it, and what is then so. */
struct step {
	const char *question, *args;
	const char *member, *value;	/* of the answer at once */
	const char *leaves;		/* NULL: nothing does */
	const char *says[3];
	const char *then, *about;	/* another question */
	const char *then_member, *then_value;
};

static void steps_go(const struct step *steps, size_t count)
{
	size_t i, k;

	for (i = 0; i < count; i++) {
		const struct step *s = &steps[i];

		person_hears(s->question, s->args, s->member, s->value);
		if (s->leaves)
			exchange_hears(s->leaves);
		else
			exchange_hears_nothing(20);
		for (k = 0; k < 3 && s->says[k]; k++)
			exchange_says(s->says[k]);
		if (s->then)
			person_waits(s->then, s->about, s->then_member,
				     s->then_value);
	}
}

#define STEPS_GO(list) steps_go(list, sizeof(list) / sizeof(*(list)))

/* -- requests -------------------------------------------------------------- */

static void an_order_and_all_that_may_become_of_it(void **state)
{
	static const struct step steps[] = {
		{ "enter", DAY_BUY, "urn", "1", BUY_1, { ACCEPTED_1 },
		  "order", "{\"urn\":1}", "state", "accepted" },
		/* its terms are said again */
		{ "replace", "{\"urn\":1,\"qty\":300,\"px\":100200,\"clordid\":\"B\"}",
		  "urn", "2", "55 00000001 00000002 0000012c" PX_2
		  "30 59 4e" ID("42") NO_TAGS,
		  { "55" TIME "00000001 00000002 42 0000012c" AAA PX_2
		    "30 59" REF("02") TERMS "4c" ID("42") NO_TAGS },
		  "order", "{\"urn\":2}", "state", "accepted" },
		/* of the 100 that trade one half is broken later */
		{ "order", "{\"urn\":2}", "open", "300", NULL,
		  { "45" TIME "00000002 00000032" PX_2 "52" REF("51") NO_TAGS,
		    "45" TIME "00000002 00000032" PX_2 "52" REF("52") NO_TAGS,
		    "42" TIME "00000002" REF("51") "45" ID("42") },
		  "order", "{\"urn\":2}", "broken", "50" },
		/* what was executed counts, broken or not */
		{ "cancel", "{\"urn\":2,\"qty\":300}", "error", "the quantity is out of range, or changes nothing (it counts what was executed, see `hairtrigger order show URN`)",
		  NULL, { NULL }, NULL, NULL, NULL, NULL },
		{ "replace", "{\"urn\":2,\"qty\":100,\"px\":100100}", "urn",
		  NULL, NULL, { NULL }, NULL, NULL, NULL, NULL },
		{ "cancel", "{\"urn\":2,\"qty\":200}", "urn", "2",
		  "58 00000002 000000c8",
		  { "43" TIME "00000002 00000064 55" },
		  "order", "{\"urn\":2}", "open", "100" },
		{ "cancel", "{\"urn\":2}", "urn", "2", "58 00000002 00000000",
		  { "43" TIME "00000002 00000064 55" },
		  "order", "{\"urn\":2}", "state", "canceled" },
		{ "cancel", "{\"urn\":2}", "error", "the order is over", NULL,
		  { NULL }, NULL, NULL, NULL, NULL },
	};

	STEPS_GO(steps);
	assert_int_equal(journal_count(JOURNAL_SENT), 4);
	person_hears("positions", "{\"symbol\":\"AAA\"}", "worst_gross",
		     "501.0000");
}

static void a_sell_that_becomes_short(void **state)
{
	static const struct step steps[] = {
		{ "enter", "{\"symbol\":\"AAA\",\"side\":\"T\",\"qty\":100,"
		  "\"px\":102000,\"tif\":\"0\",\"broker\":\"MLCO\","
		  "\"clordid\":\"A\"}", "urn", "1",
		  "4f 00000001 54 00000064" AAA PX_HIGH "30 59" TERMS ID("41")
		  "0009 05 1a 4d4c434f 02 19 59",
		  { ACCEPTED("00000001", "54", "00000064", PX_HIGH, "30",
			     REF("01"), "41") },
		  "order", "{\"urn\":1}", "locate_broker", "MLCO" },
		/* the tags of a locate are said again */
		{ "replace", "{\"urn\":1,\"qty\":50,\"px\":102000,\"tif\":\"5\",\"clordid\":\"B\"}",
		  "urn", "2", "55 00000001 00000002 00000032" PX_HIGH
		  "35 59 4e" ID("42") "0009 02 19 59 05 1a 4d4c434f",
		  { "55" TIME "00000001 00000002 54 00000032" AAA PX_HIGH
		    "35 59" REF("02") TERMS "4c" ID("42") NO_TAGS },
		  "order", "{\"urn\":2}", "state", "accepted" },
		{ "modify", "{\"urn\":2,\"side\":\"E\",\"qty\":20}", "urn", "2",
		  "4d 00000002 45 00000014 0009 02 19 59 05 1a 4d4c434f",
		  { "4d" TIME "00000002 45 00000014" },
		  "order", "{\"urn\":2}", "side", "sell short exempt" },
		/* no cover: as a long sale it is refused, by the gate */
		{ "modify", "{\"urn\":2,\"side\":\"S\",\"qty\":20}", "refused",
		  "sell that the position does not cover", NULL, { NULL },
		  NULL, NULL, NULL, NULL },
		{ "modify", "{\"urn\":2,\"side\":\"B\",\"qty\":20}", "error",
		  "OUCH does not allow that for this order", NULL, { NULL },
		  NULL, NULL, NULL, NULL },
	};

	STEPS_GO(steps);
	assert_int_equal(journal_count(JOURNAL_REFUSAL), 1);
}

static void numbers_are_used_once(void **state)
{
	static const struct step steps[] = {
		{ "cancel-all", "{}", "urn", "1",
		  "43 00000001 20202020 2020202020202020 0000", { NULL },
		  NULL, NULL, NULL, NULL },
		/* its answer is not here yet: the next number is another all
		 * the same
		 */
		{ "enter", DAY_BUY, "urn", "2",
		  "4f 00000002 42 00000064" AAA PX "30 59" TERMS ID("41") NO_TAGS,
		  { "58" TIME "00000001 20202020 2020202020202020 0000",
		    ACCEPTED("00000002", "42", "00000064", PX, "30",
			     REF("01"), "41") },
		  "order", "{\"urn\":2}", "state", "accepted" },
		{ "disable", "{}", "urn", "3", "44 00000003 20202020 0000",
		  { "47" TIME "00000003 20202020 0000" }, "status", "{}",
		  "order_entry", "disabled at the exchange; see `hairtrigger session enable`" },
		{ "enable", "{}", "urn", "4", "45 00000004 20202020 0000",
		  { "4b" TIME "00000004 20202020 0000" }, "status", "{}",
		  "order_entry", "enabled" },
		{ "replace", "{\"urn\":2,\"qty\":50,\"px\":100100,\"clordid\":\"B\"}",
		  "urn", "5", "55 00000002 00000005 00000032" PX "30 59 4e"
		  ID("42") NO_TAGS, { NULL }, NULL, NULL, NULL, NULL },
	};

	STEPS_GO(steps);
	assert_int_equal(journal_count(JOURNAL_SENT), 5);
}

/* -- answers --------------------------------------------------------------- */

struct answer {
	const char *says;
	const char *member, *value;	/* of the order, then */
};

/* One after the other, about one order of 100 to buy. */
static void each_answer(void **state)
{
	static const struct answer answers[] = {
		{ ACCEPTED_1, "state", "accepted" },
		{ "54" TIME "00000001" PX "59" REF("07"), "order_ref", "7" },
		{ "52" TIME "00000001 52 000a 09 01" REF("08"), "order_ref",
		  "8" },
		{ "50" TIME "00000001", "state", "cancel pending" },
		{ "49" TIME "00000001", "state", "accepted" },
		{ "45" TIME "00000001 00000028" PX "52" REF("51") NO_TAGS,
		  "state", "partial" },
		{ "44" TIME "00000001 00000014 51 00000014" PX "41 4e", "open",
		  "40" },
		{ "43" TIME "00000001 00000028 53", "reason", "supervisory" },
		{ "42" TIME "00000001" REF("51") "45" ID("41"), "filled", "0" },
	};
	size_t i;

	person_hears("enter", DAY_BUY, "urn", "1");
	exchange_hears(BUY_1);
	for (i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		exchange_says(answers[i].says);
		person_waits("order", "{\"urn\":1}", answers[i].member,
			     answers[i].value);
	}
	person_hears("positions", "{}", "worst_gross", "0.0000");
	person_hears("status", "{}", "faults", "[ ]");
}

static void a_rejection_in_words(void **state)
{
	person_hears("enter", DAY_BUY, "urn", "1");
	exchange_hears(BUY_1);
	exchange_says("4a" TIME "00000001 0007" ID("41"));
	person_hears("outcome", "{\"urn\":1,\"type\":\"O\"}", "state",
		     "rejected");
	person_hears("order", "{\"urn\":1}", "reason",
		     "security halted");
	person_hears("positions", "{}", "worst_gross", "0.0000");
}

/* Its reference in ITCH is that of the market's only bid. */
static void an_order_is_known_in_the_feed(void **state)
{
	person_hears("enter", DAY_BUY, "urn", "1");
	exchange_hears(BUY_1);
	exchange_says(ACCEPTED("00000001", "42", "00000064", PX, "30",
			       "00000000000003e9", "41"));
	person_waits("order", "{\"urn\":1}", "state", "accepted");
	person_hears("order", "{\"urn\":1}", "in_feed", "yes");
	person_hears("order", "{\"urn\":1}", "feed",
		     "{ \"side\": \"bid\", \"shares\": 1000, \"price\": \"10.0000\" }");
	exchange_says("54" TIME "00000001" PX "59" "00000000000003ff");
	person_waits("order", "{\"urn\":1}", "in_feed", "no");
}

/* What both gates read of it, until the exchange's answer releases it. */
static void the_gates_see_it(void **state)
{
	const struct ht_exposure *e = &desk_instance()->exposures[1];
	const struct ht_account *a = desk_instance()->account;

	person_hears("enter", DAY_BUY, "urn", "1");
	exchange_hears(BUY_1);
	assert_string_equal(e->symbol, "AAA");
	assert_int_equal(e->open_buy, 100);
	assert_int_equal(e->open_notional, 100 * 100100);
	assert_int_equal(e->own_bid_e4, 100100);
	assert_int_equal(a->open_orders, 1);
	assert_int_equal(a->gross, 100 * 100100);
	exchange_says(ACCEPTED_1);
	exchange_says("45" TIME "00000001 0000003c" PX "52" REF("51") NO_TAGS);
	exchange_says("43" TIME "00000001 00000028 55");
	person_waits("order", "{\"urn\":1}", "open", "0");
	assert_int_equal(e->open_buy, 0);
	assert_int_equal(e->own_bid_e4, 0);
	assert_int_equal(e->position, 60);
	assert_int_equal(e->fills, 1);
	assert_int_equal(a->gross, 60 * 100100);
	/* 10.025 is the middle of the book */
	person_waits("positions", "{}", "unrealised", "0.9000");
	assert_int_equal(a->unrealised, 60 * 150);
}

/* An order of a process before us, in a symbol that the feed names later. */
static void a_symbol_that_comes_after_its_order(void **state)
{
	const struct ht_exposure *e = &desk_instance()->exposures[7];
	uint64_t end = clock_ns() + DESK_PATIENCE_S * SECOND_NS;

	exchange_says("41" TIME "00000001 42 00000064 4242422020202020" PX
		      "30 59" REF("01") TERMS "4c" ID("54") NO_TAGS);
	person_waits("order", "{\"urn\":1}", "symbol", "BBB");
	assert_string_equal(e->symbol, "");
	market_lists(7, "BBB");
	while (HT_READ_ONCE(e->open_buy) != 100)
		assert_true(clock_ns() < end);
	assert_string_equal(e->symbol, "BBB");
	assert_int_equal(HT_READ_ONCE(e->own_bid_e4), 100100);
}

static void what_is_not_ouch_is_counted(void **state)
{
	person_hears("enter", DAY_BUY, "urn", "1");
	exchange_hears(BUY_1);
	exchange_says("5a 00");				/* no such type */
	exchange_says("41" TIME "00000001");		/* cut short */
	exchange_says("43" TIME "00000001 00000064 55 0003 05 01");
	exchange_says("");
	exchange_says("43" TIME "00000009 00000064 55");	/* whose? */
	exchange_says(ACCEPTED_1);
	person_waits("order", "{\"urn\":1}", "state", "accepted");
	person_hears("status", "{}", "other_answers", "1");
	person_hears("status", "{}", "malformed_answers", "3");
	assert_int_equal(journal_count(JOURNAL_REPLY), 7);
}

/* -- what cannot be told --------------------------------------------------- */

static void an_order_without_an_answer(void **state)
{
	person_hears("enter", DAY_BUY, "urn", "1");
	exchange_hears(BUY_1);
	/* a second later the exchange is asked */
	exchange_hears("51");
	person_hears("enter", DAY_BUY, "refused", "an order is unanswered");
	person_hears("positions", "{}", "worst_gross", "1001.0000");
	exchange_says("51" TIME "00000002");
	person_waits("order", "{\"urn\":1}", "state", "ignored");
	person_hears("positions", "{}", "worst_gross", "0.0000");
	person_hears("enter", DAY_BUY, "urn", "2");
	assert_int_equal(journal_count(JOURNAL_RECONCILED), 2);
}

static void a_session_lost_before_the_answer(void **state)
{
	person_hears("enter", DAY_BUY, "urn", "1");
	exchange_hears(BUY_1);
	exchange_hangs_up();
	person_waits("session", "{}", "lost", "1");
	person_hears("enter", DAY_BUY, "refused", "session is not open");
	person_hears("positions", "{}", "worst_gross", "1001.0000");
	exchange_login();
	/* it had come, and its answer was on the way */
	exchange_says(ACCEPTED_1);
	exchange_says("51" TIME "00000002");
	person_waits("order", "{\"urn\":1}", "state", "accepted");
	person_waits("status", "{}", "orders_leave", "yes");
	person_hears("positions", "{}", "worst_gross", "1001.0000");
}

static void a_session_lost_with_the_order(void **state)
{
	person_hears("enter", DAY_BUY, "urn", "1");
	exchange_hears(BUY_1);
	exchange_hangs_up();
	person_waits("session", "{}", "lost", "1");
	exchange_take(1);
	person_waits("order", "{\"urn\":1}", "state", "ignored");
	person_hears("positions", "{}", "worst_gross", "0.0000");
	/* the number is never used again */
	person_waits("status", "{}", "orders_leave", "yes");
	person_hears("enter", DAY_BUY, "urn", "2");
}

/* A person disabled it: nobody but a person enables it again. */
static void entry_stays_disabled(void **state)
{
	person_hears("disable", "{}", "urn", "1");
	exchange_hears("44 00000001 20202020 0000");
	exchange_says("47" TIME "00000001 20202020 0000");
	exchange_hangs_up();
	person_waits("session", "{}", "lost", "1");
	exchange_take(2);
	person_waits("status", "{}", "orders_leave", "yes");
	exchange_hears_nothing(50);
	person_hears("status", "{}", "order_entry",
		     "disabled at the exchange; see `hairtrigger session enable`");
}

/* Its answer says nothing about what left after it. */
static void a_query_by_hand(void **state)
{
	person_hears("query", "{}", "sent", "yes");
	exchange_hears("51");
	person_hears("enter", DAY_BUY, "urn", "1");
	exchange_hears(BUY_1);
	exchange_says("51" TIME "00000001");
	person_hears("outcome", "{\"type\":\"Q\",\"queries\":1}", "next_urn",
		     "1");
	person_hears("order", "{\"urn\":1}", "state", "sent");
	exchange_says(ACCEPTED_1);
	person_waits("order", "{\"urn\":1}", "state", "accepted");
}

/* -- a dry run -------------------------------------------------------------- */

static void a_dry_run_sends_nothing(void **state)
{
	person_hears("enter", DAY_BUY, "sent",
		     "dry run: written down, not sent");
	person_hears("enter", "{\"symbol\":\"AAA\",\"side\":\"B\","
		     "\"qty\":100000,\"px\":100100}", "refused",
		     "quantity above the limit");
	person_hears("cancel-all", "{}", "urn", "2");
	person_hears("disable", "{}", "urn", "3");
	person_hears("query", "{}", "sent", "dry run: written down, not sent");
	exchange_hears_nothing(50);
	person_hears("orders", "{}", "count", "0");
	person_hears("positions", "{}", "worst_gross", "0.0000");
	assert_int_equal(journal_count(JOURNAL_SENT), 4);
	assert_int_equal(journal_count(JOURNAL_REFUSAL), 1);
}

#define DESK_TEST(f) cmocka_unit_test_setup_teardown(f, desk_setup, \
						     desk_teardown)

static int tests(void)
{
	const struct CMUnitTest all[] = {
		DESK_TEST(an_order_and_all_that_may_become_of_it),
		DESK_TEST(a_sell_that_becomes_short),
		DESK_TEST(numbers_are_used_once),
		DESK_TEST(each_answer),
		DESK_TEST(a_rejection_in_words),
		DESK_TEST(an_order_is_known_in_the_feed),
		DESK_TEST(the_gates_see_it),
		DESK_TEST(a_symbol_that_comes_after_its_order),
		DESK_TEST(what_is_not_ouch_is_counted),
		DESK_TEST(an_order_without_an_answer),
		DESK_TEST(a_session_lost_before_the_answer),
		DESK_TEST(a_session_lost_with_the_order),
		DESK_TEST(entry_stays_disabled),
		DESK_TEST(a_query_by_hand),
		cmocka_unit_test_setup_teardown(a_dry_run_sends_nothing,
						desk_setup_dry, desk_teardown),
	};

	return cmocka_run_group_tests(all, desk_load, desk_unload);
}

int main(void)
{
	return desk_run(tests);
}
