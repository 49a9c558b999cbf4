// SPDX-License-Identifier: GPL-2.0
/* user/glimpse.c: what is a snapshot, and what is none. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "itch50.h"
#include "snapshot.h"

/* A stream that is broken, and how. */
static void assert_broken(struct world *w, const void *bytes, size_t len,
			  const char *words)
{
	hang_up(w);
	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	script_add(w, bytes, len);
	assert_int_equal(play(w), -EBADMSG);
	assert_non_null(strstr(w->g.words, words));
	assert_false(w->g.done);
	assert_int_equal(w->g.seq, 0);
}

/* -- whole snapshots ---------------------------------------------------- */

static void a_snapshot_is_taken_in_order(void **state)
{
	struct world *w = *state;
	uint64_t count = 0;
	char logout[8];
	int i;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	for (i = 0; i < 1000; i++)
		count += script_messages(w);
	script_add(w, LITERAL(END));
	assert_int_equal(play(w), 1);
	assert_true(w->g.done);
	assert_int_equal(w->g.seq, 14757721);
	assert_int_equal(w->g.messages, count);
	assert_int_equal(w->taken, count);
	assert_true(w->order == w->expected);
	assert_int_equal(w->g.of_type['A'], 1000);
	assert_int_equal(w->g.unknown, 0);
	assert_int_equal(w->g.bytes, w->len);
	glimpse_close(&w->g);
	assert_int_equal(recv(w->server, logout, sizeof(logout), 0), 3);
	assert_memory_equal(logout, "\0\1O", 3);
}

static void a_snapshot_may_come_in_dribs_and_drabs(void **state)
{
	struct world *w = *state;
	uint64_t count;
	int err = 0;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	count = script_messages(w);
	script_add(w, LITERAL(END));
	while (w->said < w->len) {
		assert_int_equal(err, 0);
		say(w, 1);
		err = event(w);
	}
	assert_int_equal(err, 1);
	assert_int_equal(w->taken, count);
	assert_true(w->order == w->expected);
}

static void an_empty_snapshot_is_one(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED END));
	assert_int_equal(play(w), 1);
	assert_int_equal(w->g.messages, 0);
	assert_int_equal(w->g.seq, 14757721);
}

static void what_is_not_itch_is_left_out(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL("\0\6+hello" ACCEPTED "\0\1H" "\0\3Uxy" "\0\2?x"));
	script_message(w, 'D', 19);
	script_add(w, LITERAL(END "\0\0what comes after it is not read"));
	assert_int_equal(play(w), 1);
	assert_int_equal(w->taken, 1);
	assert_true(w->order == w->expected);
	assert_int_equal(w->g.unsequenced, 1);
	assert_int_equal(w->g.soup.heartbeats, 1);
	assert_int_equal(w->g.soup.debugs, 1);
	assert_int_equal(w->g.soup.unknown, 1);
}

static void unknown_types_are_counted_and_passed_on(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	script_message(w, 'z', 1);
	script_message(w, 'A', 36);
	script_message(w, '\377', 65534);
	script_add(w, LITERAL(END));
	assert_int_equal(play(w), 1);
	assert_int_equal(w->taken, 3);
	assert_true(w->order == w->expected);
	assert_int_equal(w->g.unknown, 2);
	assert_int_equal(w->g.of_type['z'], 1);
	assert_int_equal(w->g.of_type[255], 1);
}

/* A server may close after the last message, while a heartbeat is on its way
 * to it: what it had said counts.
 */
static void a_server_that_is_gone_was_heard(void **state)
{
	struct world *w = *state;
	uint64_t now;
	int err = 0;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	assert_int_equal(play(w), 0);
	now = w->g.beat_ns = w->g.sent_ns;
	script_messages(w);
	script_add(w, LITERAL(END));
	say(w, SIZE_MAX);
	assert_int_equal(w->said, w->len);
	close(w->server);
	w->server = -1;
	assert_int_equal(glimpse_beat(&w->g, now + 1000 * MS_NS), 0);
	assert_int_equal(glimpse_beat(&w->g, now + 2000 * MS_NS), 0);
	assert_int_equal(w->g.beats, 2);
	while (!err)
		err = event(w);
	assert_int_equal(err, 1);
	assert_true(w->order == w->expected);
}

static void the_number_may_be_padded_on_either_side(void **state)
{
	static const struct {
		const char *text;
		uint64_t seq;
	} numbers[] = {
		{ "                   1", 1 },
		{ "1                   ", 1 },
		{ "         42         ", 42 },
		{ "00000000000000000007", 7 },
		{ "18446744073709551615", UINT64_MAX },
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		hang_up(w);
		log_in(w, NULL);
		script_add(w, LITERAL(ACCEPTED "\0\26SG"));
		script_add(w, numbers[i].text, 20);
		assert_int_equal(play(w), 1);
		assert_true(w->g.seq == numbers[i].seq);
	}
}

/* -- a call is short ---------------------------------------------------- */

static void a_flood_is_taken_in_turns(void **state)
{
	struct world *w = *state;
	uint64_t before;
	int err = 0;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	while (w->len < SCRIPT_MAX - 100)
		script_message(w, 'A', 36);
	script_add(w, LITERAL(END));
	while (!err) {
		say(w, SIZE_MAX);
		before = w->g.bytes;
		err = event(w);
		assert_true(w->g.bytes - before <= GLIMPSE_TURN);
	}
	assert_int_equal(err, 1);
	assert_true(w->order == w->expected);
}

static void the_sinks_error_comes_through(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	w->err = -ENOSPC;
	script_add(w, LITERAL(ACCEPTED));
	script_messages(w);
	assert_int_equal(play(w), -ENOSPC);
	assert_int_equal(w->taken, 1);
}

/* -- snapshots that are none -------------------------------------------- */

static void cut_anywhere_it_is_none(void **state)
{
	struct world *w = *state;
	size_t cut, len = SIZE_MAX;

	for (cut = 0; cut < len; cut++) {
		hang_up(w);
		log_in(w, NULL);
		script_add(w, LITERAL(ACCEPTED "\0\1H"));
		script_message(w, 'R', 39);
		script_message(w, 'A', 36);
		script_add(w, LITERAL(END));
		len = w->len;
		w->len = cut;
		assert_int_equal(play_and_close(w), -EPIPE);
		assert_false(w->g.done);
		assert_non_null(strstr(w->g.words, cut < sizeof(ACCEPTED) - 1 ?
				       "without an answer to the login" :
				       "before End of Snapshot"));
	}
}

static void a_reset_is_told_from_an_end(void **state)
{
	const struct linger now = { .l_onoff = 1 };
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	script_message(w, 'A', 36);
	assert_int_equal(play(w), 0);
	setsockopt(w->server, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(w->server);
	w->server = -1;
	assert_int_equal(event(w), -ECONNRESET);
	assert_non_null(strstr(w->g.words, "after 1 messages"));
}

static void a_session_that_ends_is_none(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	script_message(w, 'A', 36);
	script_add(w, LITERAL("\0\1Z"));
	assert_int_equal(play(w), -EPIPE);
	assert_non_null(strstr(w->g.words, "ended the session after 1 "));
}

static void a_rejected_login_says_why(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL("\0\2JA"));
	say(w, SIZE_MAX);
	shutdown(w->server, SHUT_WR);
	assert_int_equal(event(w), -EACCES);
	assert_string_equal(w->g.words, "login rejected: user name or password is not authorized (`A`)");
}

static void it_must_begin_at_its_beginning(void **state)
{
	struct world *w = *state;

	log_in(w, NULL);
	script_add(w, LITERAL("\0\37A" "000010059B" "                   2" END));
	assert_int_equal(play(w), -EBADMSG);
	assert_non_null(strstr(w->g.words, "from 2 on, not from 1"));
}

static void an_end_without_a_number_is_broken(void **state)
{
	static const char *const texts[] = {
		"                    ", "           14757 721",
		"          0x14757721", "           -14757721",
		"           14757721\n", "99999999999999999999",
		"                   0",
	};
	char end[24] = "\0\26SG";
	struct world *w = *state;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		memcpy(end + 4, texts[i], 20);
		assert_broken(w, end, sizeof(end), "no sequence number");
	}
	assert_broken(w, LITERAL("\0\2SG"), "1 bytes, not 21");
	assert_broken(w, LITERAL("\0\25SG           14757721"),
		      "20 bytes, not 21");
	assert_broken(w, LITERAL("\0\27SG            14757721 "),
		      "22 bytes, not 21");
	/* a binary number, as another market's */
	assert_broken(w, LITERAL("\0\12SG\0\0\0\0\0\0\0\7"), "9 bytes, not 21");
}

static void assert_length_broken(struct world *w, char type, size_t len)
{
	hang_up(w);
	log_in(w, NULL);
	script_add(w, LITERAL(ACCEPTED));
	script_message(w, 'S', 12);
	script_message(w, type, len);
	assert_int_equal(play(w), -EBADMSG);
	assert_int_equal(w->taken, 1);
	assert_non_null(strstr(w->g.words, len ? " bytes, not " : "is empty"));
	assert_non_null(strstr(w->g.words, "message 2 "));
}

static void messages_are_as_long_as_their_type(void **state)
{
	struct world *w = *state;

#define X(type, name, length, what)					\
	assert_length_broken(w, type, (length) - 1);			\
	assert_length_broken(w, type, (length) + 1);
	ITCH_MESSAGES(X)
#undef X
	assert_length_broken(w, 'A', 1);
	assert_length_broken(w, 'A', 0);
	assert_length_broken(w, 'A', 65534);
}

static void broken_framing_says_where(void **state)
{
	struct world *w = *state;

	assert_broken(w, LITERAL("\0\1H\0\0"),
		      "packet 3, at byte 36 of the stream: length 0");
	assert_broken(w, LITERAL("\0\2H "), "of a wrong length");
	assert_broken(w, LITERAL(ACCEPTED), "a second answer");
}

#define IN_WORLD(test) \
	cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_snapshot_is_taken_in_order),
		IN_WORLD(a_snapshot_may_come_in_dribs_and_drabs),
		IN_WORLD(an_empty_snapshot_is_one),
		IN_WORLD(what_is_not_itch_is_left_out),
		IN_WORLD(unknown_types_are_counted_and_passed_on),
		IN_WORLD(a_server_that_is_gone_was_heard),
		IN_WORLD(the_number_may_be_padded_on_either_side),
		IN_WORLD(a_flood_is_taken_in_turns),
		IN_WORLD(the_sinks_error_comes_through),
		IN_WORLD(cut_anywhere_it_is_none),
		IN_WORLD(a_reset_is_told_from_an_end),
		IN_WORLD(a_session_that_ends_is_none),
		IN_WORLD(a_rejected_login_says_why),
		IN_WORLD(it_must_begin_at_its_beginning),
		IN_WORLD(an_end_without_a_number_is_broken),
		IN_WORLD(messages_are_as_long_as_their_type),
		IN_WORLD(broken_framing_says_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
