// SPDX-License-Identifier: GPL-2.0
/*
 * user/rejoin.c: snapshots that are none, and what comes after them
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"

enum {
	AGAIN_MS = 100,
	MEETING_MS = 3000,
};

static void cut(int server)
{
	glimpse_script(server, 20);
	rig.glimpse[server]->len -= 30;
	glimpse_say(server);
	UNTIL(rig.r.rejoin.glimpse.messages);
	glimpse_hang_up(server);
}

static void rejected(int server)
{
	script_add(rig.glimpse[server], LITERAL("\0\2JA"));
	glimpse_say(server);
}

static void broken(int server)
{
	struct msg m = day_message(2);

	script_add(rig.glimpse[server], LITERAL(ACCEPTED));
	glimpse_message(server, day_message(1));
	m.len--;
	glimpse_message(server, m);
	glimpse_say(server);
}

/* Messages of the right lengths that make no book. */
static void no_book(int server)
{
	script_add(rig.glimpse[server], LITERAL(ACCEPTED));
	glimpse_message(server, day_message(1));
	glimpse_message(server, msg_add(0, 2, 'B', 100, 200));
	glimpse_end(server, 20);
	glimpse_say(server);
}

/* A SoupBinTCP packet that nobody knows: it may have been an order. */
static void unknown_packet(int server)
{
	script_add(rig.glimpse[server], LITERAL(ACCEPTED "\0\2?x"));
	glimpse_message(server, day_message(1));
	glimpse_end(server, 20);
	glimpse_say(server);
}

static void unsequenced_packet(int server)
{
	script_add(rig.glimpse[server], LITERAL(ACCEPTED "\0\2Ux"));
	glimpse_message(server, day_message(1));
	glimpse_end(server, 20);
	glimpse_say(server);
}

/* It names a sequence that no line will ever bring: we would be deaf. */
static void beyond_the_lines(int server)
{
	glimpse_script(server, 1000);
	glimpse_say(server);
	UNTIL(rig.r.rejoin.step == REJOIN_MEETING);
	later(MEETING_MS);
}

/* Hours old: more would be missing than a snapshot is wanted for. */
static void far_behind(int server)
{
	glimpse_script(server, 5);
	glimpse_say(server);
}

/* Takes the login, and says nothing for ever. */
static void silent(int server)
{
	int i;

	script_add(rig.glimpse[server], LITERAL(ACCEPTED));
	glimpse_say(server);
	for (i = 0; i < 12 && !rig.r.rejoin.failed; i++) {
		later(500);
		turns(2);
	}
}

static void failure(void (*how)(int server), const char *words)
{
	much_is_missing(0, 2);
	glimpse_login(0);
	/* heartbeats of the lines: they go on */
	wire_in(23, 23);
	how(0);
	UNTIL(rig.r.rejoin.failed == 1);
	assert_non_null(strstr(rig.r.rejoin.why, words));
	assert_true(rig.in.feed->state == HT_FEED_JOINING ||
		    rig.in.feed->state == HT_FEED_BAD);
	later(AGAIN_MS - 1);
	nobody_connects();
	later(2);
	snapshot_heals(1);
	assert_int_equal(rig.in.feed->joins, 2);
}

static void fails_cut(void **state)
{
	failure(cut, "closed the connection after");
}

static void fails_rejected(void **state)
{
	failure(rejected, "login rejected");
}

static void fails_broken(void **state)
{
	failure(broken, "35 bytes, not 36");
}

static void fails_no_book(void **state)
{
	failure(no_book, "make no book");
}

static void fails_unknown_packet(void **state)
{
	failure(unknown_packet, "packets that GLIMPSE does not have");
}

static void fails_unsequenced_packet(void **state)
{
	failure(unsequenced_packet, "packets that GLIMPSE does not have");
}

static void fails_beyond_the_lines(void **state)
{
	failure(beyond_the_lines, "beyond all that the lines bring");
}

static void fails_far_behind(void **state)
{
	failure(far_behind, "too far behind the lines");
}

static void fails_silent(void **state)
{
	failure(silent, "no message for 5000 ms");
}

static void fails_dead(void **state)
{
	close(rig.glimpse[0]->listener);
	much_is_missing(0, 2);
	UNTIL(rig.r.rejoin.failed == 1);
	rig.glimpse[0]->listener = dup(rig.glimpse[1]->listener);
	assert_non_null(strstr(rig.r.rejoin.why, "refused"));
	later(AGAIN_MS - 1);
	nobody_connects();
	later(2);
	snapshot_heals(1);
}

/* Ever longer between them, and never the end of it. */
static void backs_off(void **state)
{
	uint64_t failures, ms = AGAIN_MS;

	much_is_missing(0, 1);
	for (failures = 1; failures <= 8; failures++) {
		glimpse_login(0);
		rejected(0);
		UNTIL(rig.r.rejoin.failed == failures);
		glimpse_hang_up(0);
		later(ms - 1);
		nobody_connects();
		later(2);
		if (failures <= 5)
			ms *= 2;
	}
	assert_int_equal(ms, 32 * AGAIN_MS);
	snapshot_heals(0);
}

/* All have failed, and often: the session's first message is asked for. */
static void then_from_the_start(void **state)
{
	int failures;

	much_is_missing(1, 2);
	for (failures = 0; failures < 6; failures++) {
		glimpse_login(failures % 2);
		rejected(failures % 2);
		UNTIL(rig.r.rejoin.failed == failures + 1u);
		glimpse_hang_up(failures % 2);
		wire_in(8, 9);
		later(AGAIN_MS << 5);
	}
	UNTIL(rig.r.rejoin.step == REJOIN_FILLING);
	assert_int_equal(rig.r.rejoin.from_start, 0);
	wire_in(30, 31);	/* more than a snapshot would be wanted for */
	asked(0, 1, 30);
	assert_int_equal(rig.r.rejoin.from_start, 1);
	nobody_connects();
	answer(0, 1, 30);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(31, HT_FEED_LIVE);
	assert_int_equal(rig.in.feed->joins, 7);
	/* that was then: a snapshot may be had again */
	turns(RIG_QUIET_TURNS);
	wire_in(60, 61);
	glimpse_login(0);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

static int tests(void)
{
	const struct CMUnitTest tests[] = {
		CASE(fails_cut),
		CASE(fails_rejected),
		CASE(fails_broken),
		CASE(fails_no_book),
		CASE(fails_unknown_packet),
		CASE(fails_unsequenced_packet),
		CASE(fails_beyond_the_lines),
		CASE(fails_far_behind),
		CASE(fails_silent),
		CASE(fails_dead),
		CASE(backs_off),
		CASE(then_from_the_start),
	};

	return cmocka_run_group_tests(tests, rig_load, rig_unload);
}

int main(void)
{
	return rig_run(tests);
}
