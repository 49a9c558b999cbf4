// SPDX-License-Identifier: GPL-2.0
/*
 * test_clients - orders over TCP: who may log in, what he has missed, and how
 * a session ends
 */
#include "trader.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct session_options plain;
static struct floor f;
static struct trader t, other;
static const struct session_counts *const counts = &f.server.counts;

/* -- logins ------------------------------------------------------------- */

static void logins_are_judged(void **state)
{
	static const struct {
		const char *user, *password, *session, *seq, *timeout;
		char answer, reason;
	} cases[] = {
		{ "trader", "secret", "", "1", NULL, 'A', 0 },
		{ "TRADER", "Secret", FLOOR_SESSION, "1", NULL, 'A', 0 },
		{ "two", "2", "", "0", NULL, 'A', 0 },
		{ "two", "2", "", "00000000000000000002", NULL, 'A', 0 },
		{ "two", "2", "", "1", "5000", 'A', 0 },
		{ "two", "2", "", "1", "", 'A', 0 },
		{ "two", "2", "", "1", "0", 'A', 0 },
		{ "trader", "2", "", "1", NULL, 'J', 'A' },
		{ "trader", "", "", "1", NULL, 'J', 'A' },
		{ "three", "secret", "", "1", NULL, 'J', 'A' },
		{ "", "", "", "1", "1000", 'J', 'A' },
		{ "trader", "secret", "TEST000008", "1", NULL, 'J', 'S' },
		{ "trader", "secret", "TEST", "1", NULL, 'J', 'S' },
		{ "trader", "secret", "", "3", NULL, 'J', 'S' },
		{ "trader", "secret", "", "18446744073709551616", NULL, 'J',
		  'S' },
		{ "trader", "secret", "", "", NULL, 'J', 'S' },
		{ "trader", "secret", "", "1x", NULL, 'J', 'S' },
		{ "trader", "secret", "", "-1", NULL, 'J', 'S' },
	};
	const struct session_options two = {
		.user = { { "trader", "secret" }, { "two", "2" } },
		.users = 2,
	};
	uint32_t i;

	floor_open(&f, &two);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		trader_connect(&t, &f);
		trader_login(&t, cases[i].user, cases[i].password,
			     cases[i].session, cases[i].seq, cases[i].timeout);
		assert_int_equal(trader_next(&t, &f), cases[i].answer);
		if (cases[i].reason) {
			assert_int_equal(t.payload[0], cases[i].reason);
			expect_closed(&t, &f);
		}
		trader_close(&t);
	}
	assert_int_equal(counts->logins, 7);
	assert_int_equal(counts->rejected, 4);
	assert_int_equal(counts->rejected_session, 7);
	floor_close(&f);
}

static void without_a_list_any_user_has_an_account(void **state)
{
	floor_open(&f, &plain);
	trader_enter(&t, &f, "alice", "1", 1);
	trader_enter(&other, &f, "", "1", 1);
	trader_orders(&t, &f, 1, 2);
	trader_orders(&other, &f, 1, 1);
	expect_event(&t, &f, 'S');
	expect_event(&other, &f, 'S');
	expect_rejects(&t, &f, 1, 2);
	expect_rejects(&other, &f, 1, 1);
	trader_close(&t);
	serve_until(&f, &counts->left, 1);
	trader_enter(&t, &f, "ALICE", "1", 1);
	expect_event(&t, &f, 'S');
	expect_rejects(&t, &f, 1, 2);
	trader_close(&t);
	trader_close(&other);
	floor_close(&f);
}

static void what_is_no_login_is_refused(void **state)
{
	static const char *const bad[] = {
		"\0\1R", "\0\1O", "\0\3+hi", "\0\0L", "GET / HTTP/1.0\r\n\r\n",
		"\0\57S"
		"                                                        ",
	};
	static const uint32_t len[] = { 3, 3, 5, 3, 18, 49 };
	uint32_t i;

	floor_open(&f, &plain);
	for (i = 0; i < 5; i++) {
		trader_connect(&t, &f);
		trader_send(&t, bad[i], len[i]);
		if (i == 4) {
			/* a long packet, so far; the wait for it ends */
			serve(&f);
			f.now += SESSION_LOGIN_NS;
			serve(&f);
			assert_int_equal(counts->malformed + counts->late, 5);
		} else {
			expect_closed(&t, &f);
		}
		trader_close(&t);
	}
	trader_connect(&t, &f);
	trader_send(&t, bad[5], len[5]);
	expect_closed(&t, &f);
	trader_close(&t);
	/* the heartbeat timeout of 4.1 must be a number */
	trader_connect(&t, &f);
	trader_login(&t, "", "", "", "1", "12x");
	expect_closed(&t, &f);
	trader_close(&t);
	assert_int_equal(counts->malformed + counts->late, 7);
	assert_int_equal(counts->logins, 0);
	floor_close(&f);
}

static void a_login_has_its_time(void **state)
{
	floor_open(&f, &plain);
	trader_connect(&t, &f);
	assert_true(session_due(&f.server) == f.now + SESSION_LOGIN_NS);
	f.now += SESSION_LOGIN_NS - 1;
	expect_nothing(&t, &f);
	f.now++;
	serve(&f);
	expect_closed(&t, &f);
	assert_int_equal(counts->late, 1);
	trader_close(&t);
	/* one that leaves before */
	trader_connect(&t, &f);
	trader_close(&t);
	serve_until(&f, &counts->late, 2);
	floor_close(&f);
}

static void so_many_at_once(void **state)
{
	static struct trader many[SESSION_CONNECTIONS + 1];
	char user[8];
	uint32_t i;

	floor_open(&f, &plain);
	for (i = 0; i <= SESSION_CONNECTIONS; i++)
		trader_connect(&many[i], &f);
	assert_int_equal(counts->refused, 1);
	expect_closed(&many[SESSION_CONNECTIONS], &f);
	for (i = 0; i < SESSION_CONNECTIONS; i++) {
		snprintf(user, sizeof(user), "%u", i);
		trader_login(&many[i], user, "", "", "0", NULL);
		assert_int_equal(trader_next(&many[i], &f), 'A');
	}
	/* accounts stay, so there is none left for one more user */
	trader_close(&many[0]);
	serve_until(&f, &counts->left, 1);
	trader_connect(&t, &f);
	trader_login(&t, "more", "", "", "1", NULL);
	assert_int_equal(trader_next(&t, &f), 'J');
	assert_int_equal(counts->refused, 2);
	trader_close(&t);
	for (i = 1; i <= SESSION_CONNECTIONS; i++)
		trader_close(&many[i]);
	floor_close(&f);
}

static void a_new_login_takes_over(void **state)
{
	floor_open(&f, &plain);
	trader_enter(&other, &f, "alice", "1", 1);
	expect_event(&other, &f, 'S');
	/* more than one reading takes, and a packet that is not whole */
	trader_orders(&other, &f, 1, 1000);
	trader_send(&other, "\0\60UO", 4);
	trader_connect(&t, &f);
	trader_login(&t, "alice", "", "", "2", NULL);
	serve_until(&f, &counts->taken_over, 1);
	assert_int_equal(f.entered, 1000);
	assert_int_equal(trader_next(&t, &f), 'A');
	expect_rejects(&t, &f, 1, 1000);
	trader_orders(&t, &f, 1001, 1);
	expect_rejects(&t, &f, 1001, 1);
	assert_int_equal(t.next, 1001);
	/* the old one got a part of the answers, and its end */
	while (trader_next(&other, &f) == 'S')
		;
	trader_close(&other);
	trader_close(&t);
	floor_close(&f);
}

/* -- replay ------------------------------------------------------------- */

static void who_comes_again_gets_what_he_missed(void **state)
{
	floor_open(&f, &plain);
	trader_enter(&t, &f, "alice", "1", 1);
	expect_event(&t, &f, 'S');
	trader_orders(&t, &f, 1, 10);
	expect_rejects(&t, &f, 1, 10);
	trader_close(&t);
	serve_until(&f, &counts->left, 1);
	assert_int_equal(counts->replayed, 1);
	/* all of it */
	trader_enter(&t, &f, "alice", "1", 1);
	expect_event(&t, &f, 'S');
	expect_rejects(&t, &f, 1, 10);
	trader_close(&t);
	serve_until(&f, &counts->left, 2);
	/* from the fifth message, the answer to the fourth order, on */
	trader_enter(&t, &f, "alice", "5", 5);
	expect_rejects(&t, &f, 4, 7);
	trader_close(&t);
	serve_until(&f, &counts->left, 3);
	assert_int_equal(counts->replays, 3);
	assert_int_equal(counts->replayed, 1 + 11 + 7);
	/* what is next, by its number and by 0 */
	trader_enter(&t, &f, "alice", "12", 12);
	trader_orders(&t, &f, 11, 1);
	expect_rejects(&t, &f, 11, 1);
	trader_close(&t);
	serve_until(&f, &counts->left, 4);
	trader_enter(&t, &f, "alice", "0", 13);
	trader_orders(&t, &f, 12, 1);
	expect_rejects(&t, &f, 12, 1);
	assert_int_equal(counts->replays, 3);
	/* orders are not taken twice */
	trader_orders(&t, &f, 12, 1);
	trader_orders(&t, &f, 13, 1);
	expect_rejects(&t, &f, 13, 1);
	trader_close(&t);
	floor_close(&f);
}

static void a_replay_goes_over_into_what_comes(void **state)
{
	enum { BEFORE = 20000, MEANWHILE = 2000 };

	floor_open(&f, &plain);
	trader_enter(&t, &f, "alice", "0", 2);
	trader_orders(&t, &f, 1, BEFORE);
	expect_rejects(&t, &f, 1, BEFORE);
	trader_close(&t);
	serve_until(&f, &counts->left, 1);
	trader_enter(&t, &f, "alice", "2", 2);
	trader_orders(&t, &f, BEFORE + 1, MEANWHILE);
	serve_until(&f, &counts->messages, BEFORE + MEANWHILE);
	expect_rejects(&t, &f, 1, BEFORE + MEANWHILE);
	assert_int_equal(counts->replayed, BEFORE);
	trader_close(&t);
	floor_close(&f);
}

static void nobody_waits_for_a_slow_reader(void **state)
{
	enum { ROUND = 1000, ROUNDS = 100 };
	uint32_t i;
	int room = 1 << 16;

	floor_open(&f, &plain);
	trader_enter(&other, &f, "slow", "0", 2);
	setsockopt(other.fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	trader_enter(&t, &f, "quick", "0", 2);
	for (i = 0; i < ROUNDS; i++) {
		trader_orders(&other, &f, i * ROUND + 1, ROUND);
		serve_until(&f, &counts->messages,
			    (uint64_t)(i + 1) * ROUND + i);
		trader_orders(&t, &f, i + 1, 1);
		expect_rejects(&t, &f, i + 1, 1);
	}
	/* it is behind by more than what sockets hold */
	assert_true(counts->sequenced < ROUND * ROUNDS);
	/* and has been heard, so it is not dropped */
	f.now += SESSION_SILENCE_NS - 1;
	serve(&f);
	assert_int_equal(counts->silent, 0);
	expect_rejects(&other, &f, 1, ROUND * ROUNDS);
	trader_close(&t);
	trader_close(&other);
	floor_close(&f);
}

/* -- ends --------------------------------------------------------------- */

static void clients_leave(void **state)
{
	struct linger at_once = { .l_onoff = 1 };

	floor_open(&f, &plain);
	trader_enter(&t, &f, "alice", "0", 2);
	trader_orders(&t, &f, 1, 1);
	trader_send(&t, "\0\1O", 3);
	expect_rejects(&t, &f, 1, 1);
	expect_closed(&t, &f);
	assert_int_equal(counts->logouts, 1);
	trader_close(&t);
	/* by half, with answers to come */
	trader_enter(&t, &f, "alice", "0", 3);
	trader_orders(&t, &f, 2, 100);
	shutdown(t.fd, SHUT_WR);
	expect_rejects(&t, &f, 2, 100);
	expect_closed(&t, &f);
	assert_int_equal(counts->left, 1);
	trader_close(&t);
	/* with a reset, behind orders: what was read before it counts */
	trader_enter(&t, &f, "alice", "0", 103);
	trader_orders(&t, &f, 102, 1);
	serve_until(&f, &counts->messages, 102);
	setsockopt(t.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	trader_close(&t);
	serve_until(&f, &counts->left, 2);
	assert_true(session_is_idle(&f.server));
	trader_enter(&t, &f, "alice", "103", 103);
	expect_rejects(&t, &f, 102, 1);
	trader_close(&t);
	floor_close(&f);
}

static void the_day_ends(void **state)
{
	static struct trader slow;
	int room = 1 << 16;

	floor_open(&f, &plain);
	trader_enter(&t, &f, "alice", "1", 1);
	trader_enter(&other, &f, "bob", "0", 2);
	trader_enter(&slow, &f, "slow", "0", 2);
	setsockopt(slow.fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	trader_orders(&slow, &f, 1, 50000);
	serve_until(&f, &counts->messages, 50000);
	expect_event(&t, &f, 'S');
	session_end(&f.server);
	assert_true(session_due(&f.server) <= f.now);
	serve(&f);
	expect_event(&t, &f, 'E');
	assert_int_equal(trader_next(&t, &f), 'Z');
	expect_closed(&t, &f);
	expect_event(&other, &f, 'E');
	assert_int_equal(trader_next(&other, &f), 'Z');
	expect_closed(&other, &f);
	/* too late for orders, and to log in */
	trader_orders(&slow, &f, 50001, 1);
	serve_until(&f, &counts->messages_after, 1);
	trader_close(&other);
	trader_connect(&other, &f);
	trader_login(&other, "bob", "", "", "1", NULL);
	assert_int_equal(trader_next(&other, &f), 'J');
	assert_int_equal(other.payload[0], 'S');
	expect_rejects(&slow, &f, 1, 50000);
	expect_event(&slow, &f, 'E');
	assert_int_equal(trader_next(&slow, &f), 'Z');
	expect_closed(&slow, &f);
	assert_int_equal(counts->ended, 3);
	trader_close(&t);
	trader_close(&other);
	/* one that does not close is not waited for for ever */
	f.now += SESSION_CLOSING_NS;
	serve(&f);
	assert_true(session_is_idle(&f.server));
	trader_close(&slow);
	floor_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logins_are_judged),
		cmocka_unit_test(without_a_list_any_user_has_an_account),
		cmocka_unit_test(what_is_no_login_is_refused),
		cmocka_unit_test(a_login_has_its_time),
		cmocka_unit_test(so_many_at_once),
		cmocka_unit_test(a_new_login_takes_over),
		cmocka_unit_test(who_comes_again_gets_what_he_missed),
		cmocka_unit_test(a_replay_goes_over_into_what_comes),
		cmocka_unit_test(nobody_waits_for_a_slow_reader),
		cmocka_unit_test(clients_leave),
		cmocka_unit_test(the_day_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
