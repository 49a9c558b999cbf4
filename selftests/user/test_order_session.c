// SPDX-License-Identifier: GPL-2.0
/* user/session.c against an exchange on real TCP: what it says, also of what was
 * missed, and when nobody says anything.
 */
#include "exchange.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

/* -- what was missed ------------------------------------------------------- */

static void a_fresh_process_asks_when_all_is_replayed(void **state)
{
	session_start();
	logged_in(1);
	words_are("logged in to session S1, from 1 on");
	say_message("A");
	say_answer();			/* of a process before us */
	say_message("E");
	UNTIL(w.messages == 3);
	hears_nothing();
	state_is(HT_SESSION_RECONCILING);
	assert_int_equal(session_send(&w.s, "O", 1), -ENOTCONN);
	say_packet(SOUP_SERVER_HEARTBEAT, NULL, 0);
	hears_query();
	say_message("C");
	say_answer();
	UNTIL(w.s.state == HT_SESSION_OPEN);
	words_are("session S1 is open, next message 6");
	assert_int_equal(w.messages, 5);
	assert_int_equal(w.first[4], 'Q');
	assert_int_equal(w.seq[4], 5);
}

static void what_was_missed_is_replayed(void **state)
{
	open_fresh();
	say_message("A");
	say_message("E");
	UNTIL(w.messages == 3);
	hang_up();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	words_are("the exchange closed the connection");
	pass(250);
	logged_in(4);
	hears_query();
	say_message("C");
	say_message("D");
	UNTIL(w.messages == 5);
	state_is(HT_SESSION_RECONCILING);
	say_answer();
	UNTIL(w.s.state == HT_SESSION_OPEN);
	assert_int_equal(w.first[3], 'C');
	assert_int_equal(w.seq[3], 4);
	assert_int_equal(w.s.seq, 7);
	assert_int_equal(w.s.losses, 1);
	assert_int_equal(w.s.logins, 2);
	assert_int_equal(w.news, 0);
}

/* The answer to the query of before is replayed, or not: nobody knows. */
static void an_answer_to_an_earlier_query_is_not_ours(void **state)
{
	session_start();
	logged_in(1);
	say_packet(SOUP_SERVER_HEARTBEAT, NULL, 0);
	hears_query();
	hang_up();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	pass(250);
	accept_one();
	hears_login("S1", 1);
	say_accepted("S1", 1);
	say_answer();
	say_message("A");
	UNTIL(w.messages == 2);
	hears_nothing();
	state_is(HT_SESSION_RECONCILING);
	say_packet(SOUP_SERVER_HEARTBEAT, NULL, 0);
	hears_query();
	say_answer();
	UNTIL(w.s.state == HT_SESSION_OPEN);
	hang_up();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	pass(500);
	open_again(4);
}

static void a_query_without_an_answer(void **state)
{
	int i;

	session_start();
	logged_in(1);
	say_packet(SOUP_SERVER_HEARTBEAT, NULL, 0);
	hears_query();
	for (i = 0; i < 4; i++) {
		say_packet(SOUP_SERVER_HEARTBEAT, NULL, 0);
		UNTIL(w.s.heartbeats == (uint64_t)i + 2);
		state_is(HT_SESSION_RECONCILING);
		pass(1000);
	}
	pass(100);
	state_is(HT_SESSION_DOWN);
	words_are("no answer to the Account Query for 4000 ms");
}

static void messages_split_at_every_byte(void **state)
{
	static const char stream[] =
		"\0\37A        S1                   1\0\1H\0\3SAB\0\2+x\0\1S"
		"\0\4SXYZ";
	size_t i, k;

	for (i = 1; i < sizeof(stream) - 1; i++) {
		exchange_teardown(NULL);
		exchange_setup(NULL);
		session_start();
		accept_one();
		say(stream, i);
		UNTIL(w.s.bytes_in == i);
		say(stream + i, sizeof(stream) - 1 - i);
		UNTIL(w.messages == 3);
		for (k = 0; k < 3; k++)
			assert_int_equal(w.seq[k], k + 1);
		assert_int_equal(w.first[0], 'A');
		assert_int_equal(w.len[1], 0);
		assert_int_equal(w.first[2], 'X');
		assert_int_equal(w.received, sizeof(stream) - 1);
	}
}

static void byte_by_byte(void **state)
{
	static const char stream[] =
		"\0\37A        S1                   1\0\3SAB\0\1H\0\4SXYZ";
	size_t i;

	session_start();
	accept_one();
	for (i = 0; i < sizeof(stream) - 1; i++) {
		say(stream + i, 1);
		UNTIL(w.s.bytes_in == i + 1);
	}
	assert_int_equal(w.messages, 2);
	hears_login("", 1);
	hears_query();
}

static void many_in_one_segment(void **state)
{
	static char stream[4000 * 5];
	int i;

	open_fresh();
	for (i = 0; i < 4000; i++)
		memcpy(stream + 5 * i, "\0\3SAB", 5);
	say(stream, sizeof(stream));
	UNTIL(w.messages == 4001);
	assert_int_equal(w.seq[4000], 4001);
	state_is(HT_SESSION_OPEN);
}

static void the_sinks_error_ends_the_loop(void **state)
{
	open_fresh();
	say_message("A");
	w.loop.stop = false;
	w.sink_err = -EPROTO;
	while (w.messages == 1) {
		w.loop.stop = false;
		if (loop_run(&w.loop))
			break;
	}
	assert_int_equal(w.messages, 2);
}

/* -- time ------------------------------------------------------------------ */

static void we_beat_after_a_second_of_silence(void **state)
{
	open_fresh();
	pass(900);
	hears_nothing();
	pass(100);
	hears("\0\1R", 3);
	hears_nothing();
	pass(500);
	assert_int_equal(session_send(&w.s, "XYZ", 3), 0);
	hears("\0\4UXYZ", 6);
	pass(900);
	hears_nothing();
	pass(100);
	hears("\0\1R", 3);
	assert_int_equal(w.s.beats, 2);
	assert_int_equal(w.s.sent, 1);
}

static void what_leaves_another_way_is_no_silence(void **state)
{
	open_fresh();
	pass(900);
	assert_true(session_clear(&w.s));
	session_sent(&w.s, 50, clock_ns());
	pass(900);
	hears_nothing();
	pass(100);
	hears("\0\1R", 3);
}

static void no_heartbeat_before_the_login_is_accepted(void **state)
{
	session_start();
	accept_one();
	hears_login("", 1);
	pass(3000);
	hears_nothing();
}

static void a_silent_exchange_is_given_up(void **state)
{
	open_fresh();
	pass(3900);
	say_packet(SOUP_SERVER_HEARTBEAT, NULL, 0);
	UNTIL(w.s.heartbeats == 2);
	pass(4000);
	state_is(HT_SESSION_OPEN);
	pass(100);
	state_is(HT_SESSION_DOWN);
	words_are("the exchange was silent for 4000 ms");
	assert_int_equal(w.closed, 1);
	nobody_connects();
	hang_up();
	pass(300);
	open_again(2);
}

/* Nobody read what it said meanwhile. */
static void our_own_standstill_is_not_its_silence(void **state)
{
	open_fresh();
	w.stuck = true;
	leap(10000);
	w.stuck = false;
	turns(5);
	state_is(HT_SESSION_OPEN);
	pass(4000);
	state_is(HT_SESSION_OPEN);
	pass(100);
	state_is(HT_SESSION_DOWN);
}

static void no_answer_to_the_login(void **state)
{
	int i;

	session_start();
	accept_one();
	hears_login("", 1);
	for (i = 0; i < 4; i++) {
		say_packet(SOUP_SERVER_HEARTBEAT, NULL, 0);
		UNTIL(w.s.heartbeats == (uint64_t)i + 1);
		pass(1000);
	}
	state_is(HT_SESSION_LOGIN);
	pass(100);
	state_is(HT_SESSION_DOWN);
	words_are("no answer to the login for 4000 ms");
}

/* -- the end --------------------------------------------------------------- */

static void the_end_of_a_session(void **state)
{
	open_fresh();
	say_message("E");
	say_packet(SOUP_END_OF_SESSION, NULL, 0);
	UNTIL(w.s.state == HT_SESSION_ENDED);
	words_are("the exchange ended the session");
	assert_int_equal(w.messages, 2);
	hang_up();
	pass(60000);
	nobody_connects();
	state_is(HT_SESSION_ENDED);
	session_open(&w.s);
	accept_one();
	hears_login("", 1);
	say_accepted("S2", 1);
	UNTIL(w.s.state == HT_SESSION_RECONCILING);
	assert_int_equal(w.news, 1);
}

static void a_logout(void **state)
{
	open_fresh();
	session_close(&w.s);
	state_is(HT_SESSION_CLOSING);
	hears("\0\1O", 3);
	hears_end();
	assert_int_equal(w.closed, 1);
	say_message("C");		/* what the exchange still says */
	UNTIL(w.messages == 2);
	assert_int_equal(session_send(&w.s, "O", 1), -ENOTCONN);
	hang_up();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	words_are("logged out");
	UNTIL(session_is_idle(&w.s));
	pass(60000);
	nobody_connects();
}

static void a_logout_that_nobody_answers(void **state)
{
	open_fresh();
	session_close(&w.s);
	hears("\0\1O", 3);
	pass(2000);
	state_is(HT_SESSION_CLOSING);
	pass(100);
	state_is(HT_SESSION_DOWN);
	words_are("the exchange did not close its side of the connection");
	UNTIL(session_is_idle(&w.s));
}

static void closing_before_there_is_a_session(void **state)
{
	session_start();
	session_close(&w.s);
	nobody_connects();
	session_open(&w.s);
	accept_one();
	UNTIL(w.s.state == HT_SESSION_LOGIN);
	session_close(&w.s);
	hears_login("", 1);
	hears_end();
	say_accepted("S1", 1);
	hang_up();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	words_are("logged out");
}

static void reset_in_the_middle_of_a_message(void **state)
{
	open_fresh();
	say("\0\12SABC", 6);
	UNTIL(w.s.soup.end - w.s.soup.begin == 6);
	reset();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	words_are("the connection is lost: Connection reset by peer, in the middle of a packet");
	assert_int_equal(w.messages, 1);
	pass(250);
	open_again(2);
}

static void what_was_said_before_the_reset_counts(void **state)
{
	open_fresh();
	say_message("E");
	UNTIL(w.messages == 2);
	reset();
	while (session_send(&w.s, "O", 1) >= 0)
		;
	UNTIL(w.s.state == HT_SESSION_DOWN);
	assert_int_equal(w.s.seq, 3);
	pass(250);
	open_again(3);
}

/* -- the report ------------------------------------------------------------ */

static void member_is(struct json_object *o, const char *member,
		      const char *value)
{
	struct json_object *m = NULL;

	assert_true(json_object_object_get_ex(o, member, &m));
	assert_string_equal(json_object_get_string(m), value);
}

static void the_report_says_how_it_stands(void **state)
{
	struct json_object *o;

	open_fresh();
	hang_up();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	o = report_session(&w.s);
	member_is(o, "state", "DOWN");
	member_is(o, "last_reason", "the exchange closed the connection");
	member_is(o, "lost", "1");
	assert_false(json_object_object_get_ex(o, "from", NULL));
	json_object_put(o);
	pass(250);
	open_again(2);
	pass(700);
	o = report_session(&w.s);
	member_is(o, "state", "OPEN");
	member_is(o, "session", "S1");
	member_is(o, "next_sequence", "3");
	member_is(o, "logins", "2");
	member_is(o, "heard_age_ns", "700000000");
	assert_true(json_object_object_get_ex(o, "from", NULL));
	json_object_put(o);
	assert_string_equal(session_state_name(HT_SESSION_ENDED), "ENDED");
	assert_string_equal(session_state_name((enum ht_session_state)99), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, exchange_setup, \
						exchange_teardown)
		T(a_fresh_process_asks_when_all_is_replayed),
		T(what_was_missed_is_replayed),
		T(an_answer_to_an_earlier_query_is_not_ours),
		T(a_query_without_an_answer),
		T(messages_split_at_every_byte),
		T(byte_by_byte),
		T(many_in_one_segment),
		T(the_sinks_error_ends_the_loop),
		T(we_beat_after_a_second_of_silence),
		T(what_leaves_another_way_is_no_silence),
		T(no_heartbeat_before_the_login_is_accepted),
		T(a_silent_exchange_is_given_up),
		T(our_own_standstill_is_not_its_silence),
		T(no_answer_to_the_login),
		T(the_end_of_a_session),
		T(a_logout),
		T(a_logout_that_nobody_answers),
		T(closing_before_there_is_a_session),
		T(reset_in_the_middle_of_a_message),
		T(what_was_said_before_the_reset_counts),
		T(the_report_says_how_it_stands),
#undef T
	};

	return cmocka_run_group_tests(tests, exchange_group, NULL);
}
