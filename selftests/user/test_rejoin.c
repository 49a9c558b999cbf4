// SPDX-License-Identifier: GPL-2.0
/*
 * user/rejoin.c: the book begun anew, from a snapshot or from the session's
 * first message
 */
#include <bpf/bpf.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../user/control.h"
#include "../../user/lock.h"
#include "../../user/trigger.h"
#include "rig.h"

#define SILENT_NS	(SILENT_MS * MS_NS)

enum {
	IN_VAIN_MS = 3000,
	MEETING_MS = 3000,
	SILENT_MS = 4000,
	MANY = 2500,		/* packets: more than two turns give */
	NEVER_MS = 1 << 24,
};

static const char tomorrow[] = "TESTING002";

static void too_much_is_not_asked_for(void **state)
{
	much_is_missing(1, 1);
	snapshot_heals(0);
	assert_int_equal(rig.r.rerequest.server[0].asked, 0);
	assert_int_equal(rig.in.feed->joins, 1);
}

static void not_too_much_is_asked_for(void **state)
{
	rig_open(1, 1);
	rig.options.snapshot_above = 10;
	wire_in(1, 3);
	wire_in(13, 30);
	asked(0, 3, 13);
	nobody_connects();
	answer(0, 3, 13);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(30, HT_FEED_LIVE);
}

static void asked_in_vain(void **state)
{
	rig_open(2, 1);
	wire_in(1, 3);
	wire_in(5, 7);
	asked(0, 3, 5);
	later(IN_VAIN_MS - 1);
	asked(1, 3, 5);
	nobody_connects();
	later(2);
	snapshot_heals(0);
}

/* With nobody to ask a snapshot is all there is, but for the other line. */
static void snapshots_alone(void **state)
{
	rig_open(0, 1);
	rig.options.wait_ns = NEVER_MS * MS_NS;
	wire_in(1, 3);
	wire_in(30, 31);
	nobody_connects();
	later(2ull * NEVER_MS);
	snapshot_heals(0);
}

/* A gap that we make ourselves, by telling of a packet that the program did not
 * see, is waited for like any other.
 */
static void a_gap_of_this_moment_is_waited_for(void **state)
{
	rig_open(0, 1);
	rig.options.wait_ns = NEVER_MS * MS_NS;
	wire_in(1, 3);
	aside(5, 7);
	UNTIL(rig.in.feed->state == HT_FEED_GAP);
	nobody_connects();
	wire_in(3, 5);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(7, HT_FEED_LIVE);
}

/* More is held than one turn gives: it is not missing. */
static void many_are_held(int rerequests)
{
	uint64_t s;

	much_is_missing(rerequests, 1);
	glimpse_login(0);
	for (s = 20; s < 20 + MANY; s++)
		wire_in(s, s + 1);
	glimpse_script(0, 20);
	glimpse_say(0);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(20 + MANY, HT_FEED_LIVE);
	assert_int_equal(rig.in.feed->joins, 1);
	nobody_connects();
}

static void many_are_held_by_snapshots_alone(void **state)
{
	many_are_held(0);
}

static void many_are_held_and_none_asked_for(void **state)
{
	many_are_held(1);
	nobody_asks();
}

/* What is missing behind the snapshot is asked for. */
static void a_hole_behind_the_snapshot(void **state)
{
	much_is_missing(1, 1);
	glimpse_login(0);
	wire_in(20, 22);
	wire_in(25, 27);
	glimpse_script(0, 20);
	glimpse_say(0);
	asked(0, 22, 25);
	book_is(22, HT_FEED_GAP);
	answer(0, 22, 25);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(27, HT_FEED_LIVE);
}

/* The snapshot is ahead of the lines: they must come to where it ends. */
static void lines_meet_the_snapshot(void **state)
{
	much_is_missing(1, 1);
	glimpse_login(0);
	glimpse_script(0, 20);
	glimpse_say(0);
	wire_in(14, 19);
	UNTIL(rig.r.rejoin.step == REJOIN_MEETING);
	later(MEETING_MS - 1);
	turns(RIG_QUIET_TURNS);
	assert_int_equal(rig.in.feed->state, HT_FEED_JOINING);
	wire_in(20, 20);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(20, HT_FEED_LIVE);
}

/* -- another session ------------------------------------------------------- */

static void tomorrow_in(uint64_t from, uint64_t to)
{
	compose(from, to);
	packet_session(&packet, tomorrow);
	wire_packet();
}

static uint32_t listed_locate(void)
{
	uint32_t locate = UINT32_MAX;

	assert_int_equal(bpf_map_lookup_elem(rig.in.wanted_fd, "AAA     ",
					     &locate), 0);
	return locate;
}

static enum ht_trigger_state trigger_state(void)
{
	return rig.in.triggers[trigger_find(&rig.in, "dip")].state;
}

static void trigger_armed(void)
{
	const struct ht_rule rule = {
		.clauses = 1, .qty = 100, .max_fires = 1,
		.clause[0] = { .feature = HT_F_ASK, .op = HT_LE },
	};

	assert_true(trigger_add(&rig.in, "dip", RIG_LOCATE, &rule) > 0);
	assert_int_equal(trigger_arm(&rig.in, "dip"), 0);
}

static void yesterday(void)
{
	rig_open(1, 0);
	wire_in(1, 9);
	trigger_armed();
	assert_int_equal(listed_locate(), RIG_LOCATE);
	assert_int_equal(rig.in.book->orders, 7);
	clock_catch_up();
	later(1000);
}

static void today(void)
{
	UNTIL(!memcmp(rig.in.feed->session, tomorrow, MOLD_SESSION_LEN) &&
	      rig.r.rejoin.step == REJOIN_FILLING);
	assert_int_equal(trigger_state(), HT_TRIGGER_DISARMED);
	assert_int_equal(listed_locate(), 0);
	assert_int_equal(rig.in.book->orders, 0);
	assert_int_equal(rig.in.symbols[RIG_LOCATE].ticker[0], 0);
	tomorrow_in(4, 6);
	asked(0, 1, 4);
	compose(1, 4);
	packet_session(&packet, tomorrow);
	answer_packet(0);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(6, HT_FEED_LIVE);
	assert_int_equal(listed_locate(), RIG_LOCATE);
}

static void a_session_after_silence(void **state)
{
	yesterday();
	tomorrow_in(1, 2);
	turns(RIG_QUIET_TURNS);
	book_is(9, HT_FEED_LIVE);
	assert_int_equal(trigger_state(), HT_TRIGGER_ARMED);
	rig.in.feed->last_ns -= SILENT_NS;
	tomorrow_in(2, 3);
	today();
}

/* Somebody who edits the triggers, and was stopped: he is not waited for. */
static void a_session_during_an_edit(void **state)
{
	char path[96];
	int lock;

	yesterday();
	snprintf(path, sizeof(path), CONTROL_DIR "/%s.lock", rig.in.name);
	lock = lock_take(path, false);
	assert_true(lock >= 0);
	rig.in.feed->last_ns -= SILENT_NS;
	tomorrow_in(2, 3);
	today();
	close(lock);
}

static void a_session_after_the_end(void **state)
{
	yesterday();
	compose(9, 9);
	packet_count(&packet, MOLD_END_OF_SESSION);
	wire_packet();
	book_is(9, HT_FEED_ENDED);
	clock_catch_up();
	later(1000);
	tomorrow_in(1, 2);
	today();
}

/* One packet of a stranger's, after silence, must not leave us deaf to the
 * session that lives.
 */
static void a_session_of_one_packet(void **state)
{
	yesterday();
	rig.in.feed->last_ns -= SILENT_NS;
	tomorrow_in(1, 1);
	UNTIL(rig.r.rejoin.step == REJOIN_FILLING);
	assert_memory_equal(rig.in.feed->session, tomorrow, MOLD_SESSION_LEN);
	wire_in(9, 10);
	turns(RIG_QUIET_TURNS);
	assert_memory_equal(rig.in.feed->session, tomorrow, MOLD_SESSION_LEN);
	later(SILENT_MS);
	wire_in(10, 11);
	UNTIL(memcmp(rig.in.feed->session, tomorrow, MOLD_SESSION_LEN));
	UNTIL(rig.r.rejoin.step == REJOIN_FILLING);
	wire_in(11, 12);
	asked(0, 1, 11);
	answer(0, 1, 11);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(12, HT_FEED_LIVE);
}

/* Our own session again: what its locates mean is what they meant. */
static void the_same_session(void **state)
{
	much_is_missing(1, 1);
	trigger_armed();
	snapshot_heals(0);
	assert_int_equal(trigger_state(), HT_TRIGGER_ARMED);
	assert_int_equal(listed_locate(), RIG_LOCATE);
}

/* -- what another controller left ------------------------------------------ */

static void starts_on_bad(void **state)
{
	wire_in(1, 3);
	rig.in.feed->state = HT_FEED_BAD;
	rig_open(1, 1);
	snapshot_heals(0);
}

/* Killed in the midst of a snapshot: what it had put in is not in the book. */
static void starts_on_joining(void **state)
{
	much_is_missing(0, 1);
	glimpse_login(0);
	script_add(rig.glimpse[0], LITERAL(ACCEPTED));
	glimpse_message(0, day_message(1));
	glimpse_message(0, day_message(25));
	glimpse_say(0);
	UNTIL(rig.r.rejoin.glimpse.messages == 2);
	rig_close();
	glimpse_hang_up(0);
	assert_int_equal(rig.in.feed->state, HT_FEED_JOINING);
	rig_open(0, 1);
	snapshot_heals(0);
}

static void nobody_to_begin_it_from(void **state)
{
	wire_in(1, 3);
	rig.in.feed->state = HT_FEED_BAD;
	rig_open(0, 0);
	turns(RIG_QUIET_TURNS);
	book_is(3, HT_FEED_BAD);
	assert_int_equal(rig.in.feed->joins, 0);
}

/* The instance is unloaded, and another one loaded under its name: what we
 * empty is ours.
 */
static void empties_its_own_maps(void **state)
{
	char pins[96], others[112];

	rig_open(1, 0);
	wire_in(1, 9);
	rig.in.feed->state = HT_FEED_BAD;
	UNTIL(rig.r.rejoin.step == REJOIN_EMPTYING);
	snprintf(pins, sizeof(pins), HT_PIN_ROOT "/%s", rig.in.name);
	snprintf(others, sizeof(others), "%s-away", pins);
	assert_int_equal(rename(pins, others), 0);
	UNTIL(rig.r.rejoin.step == REJOIN_FILLING);
	assert_int_equal(rename(others, pins), 0);
	assert_int_equal(rig.in.symbols[RIG_LOCATE].ticker[0], 0);
	wire_in(9, 10);
	asked(0, 1, 9);
	answer(0, 1, 9);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	book_is(10, HT_FEED_LIVE);
}

/* -- somebody holds the feed ----------------------------------------------- */

static void busy_at_the_beginning(void **state)
{
	much_is_missing(1, 1);
	rig.in.feed->lock = 1;
	turns(RIG_QUIET_TURNS);
	assert_int_equal(rig.in.feed->joins, 0);
	rig.in.feed->lock = 0;
	later(1);
	snapshot_heals(0);
}

static void *lock_release(void *unused)
{
	const struct timespec while_longer = { .tv_nsec = 20000000 };

	nanosleep(&while_longer, NULL);
	__atomic_store_n(&rig.in.feed->lock, 0, __ATOMIC_SEQ_CST);
	return unused;
}

static void busy_at_the_end(void **state)
{
	pthread_t holder;

	rig_open(1, 0);
	wire_in(1, 3);
	rig.in.feed->state = HT_FEED_BAD;
	UNTIL(rig.r.rejoin.step == REJOIN_EMPTYING);
	wire_in(1, 5);
	rig.in.feed->lock = 1;
	assert_int_equal(pthread_create(&holder, NULL, lock_release, NULL), 0);
	UNTIL(rig.r.rejoin.from_start == 1);
	pthread_join(holder, NULL);
	UNTIL(rig.in.feed->state == HT_FEED_LIVE);
	UNTIL(!rig.r.held.waiting);
	book_is(5, HT_FEED_LIVE);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

static int tests(void)
{
	const struct CMUnitTest tests[] = {
		CASE(too_much_is_not_asked_for),
		CASE(not_too_much_is_asked_for),
		CASE(asked_in_vain),
		CASE(snapshots_alone),
		CASE(a_gap_of_this_moment_is_waited_for),
		CASE(many_are_held_by_snapshots_alone),
		CASE(many_are_held_and_none_asked_for),
		CASE(a_hole_behind_the_snapshot),
		CASE(lines_meet_the_snapshot),
		CASE(a_session_after_silence),
		CASE(a_session_during_an_edit),
		CASE(a_session_after_the_end),
		CASE(a_session_of_one_packet),
		CASE(the_same_session),
		CASE(starts_on_bad),
		CASE(starts_on_joining),
		CASE(nobody_to_begin_it_from),
		CASE(empties_its_own_maps),
		CASE(busy_at_the_beginning),
		CASE(busy_at_the_end),
	};

	return cmocka_run_group_tests(tests, rig_load, rig_unload);
}

int main(void)
{
	return rig_run(tests);
}
