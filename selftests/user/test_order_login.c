// SPDX-License-Identifier: GPL-2.0
/* user/session.c against an exchange on real TCP: how it logs in, and what it
 * makes of every answer to that.
 */
#include "exchange.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>

static void a_login_of_3_00(void **state)
{
	w.options.session = "S1";
	session_start();
	accept_one();
	hears("\0\57Lme    secret            S1                   1", 49);
	hears_nothing();
	state_is(HT_SESSION_LOGIN);
}

static void a_login_of_4_1(void **state)
{
	w.options.timeout_ms = 5000;
	session_start();
	accept_one();
	hears("\0\64Lme    secret                                 1 5000",
	      54);
	hears_nothing();
}

static void logins_that_do_not_fit(void **state)
{
	static const struct session_sink sink;
	struct session_options o = w.options;

	o.user = "toolong";
	assert_int_equal(session_init(&w.s, &w.loop, &o, &sink, NULL), -EINVAL);
	o = w.options;
	o.session = "12345678901";
	assert_int_equal(session_init(&w.s, &w.loop, &o, &sink, NULL), -EINVAL);
	o.session = " S1";
	assert_int_equal(session_init(&w.s, &w.loop, &o, &sink, NULL), -EINVAL);
	o = w.options;
	o.timeout_ms = 100000;
	assert_int_equal(session_init(&w.s, &w.loop, &o, &sink, NULL), -EINVAL);
	o.timeout_ms = 1000;
	assert_int_equal(session_init(&w.s, &w.loop, &o, &sink, NULL), -EINVAL);
	session_start();
}

static void the_source_is_what_was_asked_for(void **state)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);

	w.options.local.sin_family = AF_INET;
	w.options.local.sin_addr.s_addr = inet_addr("127.0.0.9");
	w.options.local.sin_port = htons(4711);
	session_start();
	accept_one();
	getpeername(w.peer, (struct sockaddr *)&from, &len);
	assert_int_equal(from.sin_addr.s_addr, inet_addr("127.0.0.9"));
	assert_int_equal(from.sin_port, htons(4711));
	/* and again, from the same port */
	hang_up();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	pass(250);
	accept_one();
}

static void not_authorized_is_retried_slowly(void **state)
{
	int i;

	session_start();
	for (i = 1; i <= 3; i++) {
		accept_one();
		hears_login("", 1);
		say_packet(SOUP_LOGIN_REJECTED, "A", 1);
		UNTIL(w.s.state == HT_SESSION_DOWN);
		words_are("login rejected: user name or password is not authorized (`A`)");
		assert_int_equal(w.told, 1);
		assert_int_equal(w.s.rejects, i);
		hang_up();
		pass(4900);
		nobody_connects();
		pass(100);
	}
	accept_one();
}

static void a_session_that_is_gone_becomes_the_current_one(void **state)
{
	open_fresh();
	hang_up();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	pass(250);
	accept_one();
	hears_login("S1", 2);
	say_packet(SOUP_LOGIN_REJECTED, "S", 1);
	hang_up();
	/* at once */
	accept_one();
	words_are("login rejected: the session asked for is not available (`S`)");
	hears_login("", 1);
	assert_int_equal(w.news, 0);
	say_accepted("S2", 1);
	say_message("X");
	UNTIL(w.messages == 2);
	assert_int_equal(w.news, 1);
	assert_int_equal(w.seq[1], 1);
	assert_string_equal(w.s.name, "S2");
	/* what was asked there before is not known */
	hears_nothing();
	say_packet(SOUP_SERVER_HEARTBEAT, NULL, 0);
	hears_query();
	state_is(HT_SESSION_RECONCILING);
	say_answer();
	UNTIL(w.s.state == HT_SESSION_OPEN);
}

static void no_session_at_all_is_retried_slowly(void **state)
{
	w.options.session = "S1";
	session_start();
	accept_one();
	hears_login("S1", 1);
	say_packet(SOUP_LOGIN_REJECTED, "S", 1);
	hang_up();
	accept_one();
	hears_login("", 1);
	say_packet(SOUP_LOGIN_REJECTED, "S", 1);
	hang_up();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	pass(4900);
	nobody_connects();
	pass(100);
	accept_one();
	hears_login("", 1);
	assert_int_equal(w.told, 1);
}

static void another_session_than_asked_for_is_none(void **state)
{
	w.options.session = "S1";
	session_start();
	accept_one();
	say_accepted("S2", 1);
	UNTIL(w.s.state == HT_SESSION_DOWN);
	words_are("asked for session `S1`, the exchange answered with `S2`");
	hears_login("S1", 1);
	hears_reset();
}

static void another_number_than_asked_for_is_none(void **state)
{
	open_fresh();
	hang_up();
	UNTIL(w.s.state == HT_SESSION_DOWN);
	pass(250);
	accept_one();
	say_accepted("S1", 3);
	UNTIL(w.s.state == HT_SESSION_DOWN);
	words_are("session S1: the exchange would go on at 3, not at 2");
	hang_up();
	pass(4900);
	nobody_connects();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, exchange_setup, \
						exchange_teardown)
		T(a_login_of_3_00),
		T(a_login_of_4_1),
		T(logins_that_do_not_fit),
		T(the_source_is_what_was_asked_for),
		T(not_authorized_is_retried_slowly),
		T(a_session_that_is_gone_becomes_the_current_one),
		T(no_session_at_all_is_retried_slowly),
		T(another_session_than_asked_for_is_none),
		T(another_number_than_asked_for_is_none),
#undef T
	};

	return cmocka_run_group_tests(tests, exchange_group, NULL);
}
