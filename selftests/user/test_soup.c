// SPDX-License-Identifier: GPL-2.0
/* user/soup.c: a stream in any pieces, whole or lying. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/soup.h"

enum { TOLD_MAX = 4096 };

/* The packets taken are told as text: type, length, `:`, payload, `;`. */
struct world {
	struct soup s;
	char told[TOLD_MAX];
	size_t used;
	int end;			/* the last answer of soup_next() */
};

#define LITERAL(text) (text), sizeof(text) - 1

#define ACCEPTED "\0\37A" "000010059B" "                   1"
#define SESSION							\
	ACCEPTED "\0\1H" "\0\4+abc" "\0\3SAB" "\0\1S" "\0\2Ux" "\0\4SCDE" "\0\1Z"
#define SESSION_TOLD						\
	"A30:000010059B                   1;H0:;+3:abc;S2:AB;S0:;U1:x;" \
	"S3:CDE;Z0:;"

static void restart(struct world *w)
{
	soup_init(&w->s);
	w->used = 0;
	w->told[0] = 0;
}

static int setup(void **state)
{
	struct world *w = malloc(sizeof(*w));

	assert_non_null(w);
	*state = w;
	restart(w);
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static void tell(struct world *w, const struct soup_packet *p)
{
	const char *text = (const char *)p->payload;
	int n = snprintf(w->told + w->used, TOLD_MAX - w->used, "%c%zu:%.*s;",
			 p->type, p->len, (int)p->len, text);

	assert_true(n > 0 && w->used + (size_t)n < TOLD_MAX);
	w->used += (size_t)n;
}

/* All at once goes in; what is whole is taken. */
static void feed(struct world *w, const void *bytes, size_t len)
{
	struct soup_packet p;
	size_t room;
	uint8_t *to = soup_room(&w->s, &room);

	assert_true(room >= len);
	memcpy(to, bytes, len);
	soup_filled(&w->s, len);
	while ((w->end = soup_next(&w->s, &p)) == 1)
		tell(w, &p);
}

static void log_in(struct world *w)
{
	feed(w, LITERAL(ACCEPTED));
	assert_int_equal(w->s.state, SOUP_OPEN);
	w->used = 0;
	w->told[0] = 0;
}

static void assert_broken(struct world *w, const void *bytes, size_t len,
			  const char *words)
{
	feed(w, bytes, len);
	assert_int_equal(w->end, -EBADMSG);
	assert_non_null(strstr(w->s.words, words));
}

/* -- a stream ----------------------------------------------------------- */

static void assert_session(struct world *w)
{
	assert_int_equal(w->end, 0);
	assert_string_equal(w->told, SESSION_TOLD);
	assert_int_equal(w->s.state, SOUP_ENDED);
	assert_string_equal(w->s.session, "000010059B");
	assert_int_equal(w->s.next_seq, 4);
	assert_int_equal(w->s.packets, 8);
	assert_int_equal(w->s.bytes, sizeof(SESSION) - 1);
	assert_int_equal(w->s.heartbeats, 1);
	assert_int_equal(w->s.debugs, 1);
}

static void a_session_is_taken_apart(void **state)
{
	struct world *w = *state;

	feed(w, LITERAL(SESSION));
	assert_session(w);
}

static void every_split_gives_the_same(void **state)
{
	static const char bytes[] = SESSION;
	size_t len = sizeof(bytes) - 1, i, j;
	struct world *w = *state;

	for (i = 0; i <= len; i++)
		for (j = i; j <= len; j++) {
			restart(w);
			feed(w, bytes, i);
			feed(w, bytes + i, j - i);
			feed(w, bytes + j, len - j);
			assert_session(w);
		}
	restart(w);
	for (i = 0; i < len; i++)
		feed(w, bytes + i, 1);
	assert_session(w);
}

/* The longest packet, bytewise and then in one piece with others around it. */
static void the_longest_packet_has_room(void **state)
{
	struct world *w = *state;
	struct soup_packet p;
	size_t room, i;
	uint8_t *to;

	log_in(w);
	for (i = 0; i < SOUP_PACKET_MAX; i++) {
		assert_int_equal(soup_next(&w->s, &p), 0);
		to = soup_room(&w->s, &room);
		assert_int_equal(room, SOUP_PACKET_MAX - i);
		*to = i < 2 ? 0xff : i == 2 ? 'S' : (uint8_t)i;
		soup_filled(&w->s, 1);
	}
	assert_int_equal(soup_next(&w->s, &p), 1);
	assert_int_equal(p.len, 65534);
	assert_int_equal(p.payload[65533], (uint8_t)(SOUP_PACKET_MAX - 1));
	assert_int_equal(soup_next(&w->s, &p), 0);
	feed(w, LITERAL("\0\1H\377\377SA"));
	to = soup_room(&w->s, &room);
	assert_int_equal(room, SOUP_PACKET_MAX - 4);
	memset(to, 'B', room);
	soup_filled(&w->s, room);
	assert_int_equal(soup_next(&w->s, &p), 1);
	assert_int_equal(p.len, 65534);
	assert_int_equal(p.payload[0], 'A');
	assert_int_equal(w->s.next_seq, 3);
}

static void unknown_types_are_counted_and_skipped(void **state)
{
	struct world *w = *state;

	log_in(w);
	/* L, R and O are a client's */
	feed(w, LITERAL("\0\3?ab\0\1R\0\1O\0\2Lx\0\2SA\0\1\0"));
	assert_string_equal(w->told, "S1:A;");
	assert_int_equal(w->s.unknown, 5);
	assert_int_equal(w->s.next_seq, 2);
	assert_int_equal(w->end, 0);
}

static void unsequenced_messages_do_not_count(void **state)
{
	struct world *w = *state;

	log_in(w);
	feed(w, LITERAL("\0\2UA\0\2SB\0\2UC"));
	assert_int_equal(w->s.next_seq, 2);
}

/* -- login -------------------------------------------------------------- */

static void rejections_have_words(void **state)
{
	static const struct {
		const char *packet;
		const char *words;
	} rejections[] = {
		{ "\0\2JA", "login rejected: user name or password is not authorized (`A`)" },
		{ "\0\2JS", "login rejected: the session asked for is not available (`S`)" },
		{ "\0\2J\1", "login rejected: for a reason that is not known (`?`)" },
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < 3; i++) {
		restart(w);
		feed(w, rejections[i].packet, 4);
		assert_int_equal(w->s.state, SOUP_REJECTED);
		assert_string_equal(w->s.words, rejections[i].words);
	}
}

static void a_resumed_session_goes_on_counting(void **state)
{
	struct world *w = *state;

	feed(w, LITERAL("\0\37A" "      AB12" "00000000000000004711" "\0\2SA"));
	assert_string_equal(w->s.session, "AB12");
	assert_int_equal(w->s.next_seq, 4712);
	restart(w);
	feed(w, LITERAL("\0\37A" "AB12      " "4711                " "\0\2SA"));
	assert_string_equal(w->s.session, "AB12");
	assert_int_equal(w->s.next_seq, 4712);
}

/* -- what breaks it ----------------------------------------------------- */

static void length_zero_is_broken(void **state)
{
	struct world *w = *state;

	log_in(w);
	assert_broken(w, LITERAL("\0\1H\0\0S"), "length 0");
	assert_non_null(strstr(w->s.words, "packet 3, at byte 36"));
	/* and stays so */
	assert_broken(w, LITERAL("\0\1H"), "length 0");
}

static void lengths_that_lie_are_broken(void **state)
{
	static const char long_accepted[] =
		"\0\40A" "000010059B" "                   1" "x";
	static const char short_accepted[] =
		"\0\36A" "000010059B" "                  1";
	struct world *w = *state;

	assert_broken(w, LITERAL(long_accepted), "Accepted of a wrong length");
	restart(w);
	assert_broken(w, LITERAL(short_accepted), "Accepted of a wrong length");
	restart(w);
	assert_broken(w, LITERAL("\0\1A"), "Accepted of a wrong length");
	restart(w);
	assert_broken(w, LITERAL("\0\1J"), "Rejected of a wrong length");
	restart(w);
	assert_broken(w, LITERAL("\0\3JAA"), "Rejected of a wrong length");
	restart(w);
	log_in(w);
	assert_broken(w, LITERAL("\0\2H "), "Heartbeat of a wrong length");
	restart(w);
	log_in(w);
	assert_broken(w, LITERAL("\0\2Z "), "End of Session of a wrong length");
}

static void packets_out_of_place_are_broken(void **state)
{
	struct world *w = *state;

	assert_broken(w, LITERAL("\0\2SA"), "a message without a login");
	restart(w);
	assert_broken(w, LITERAL("\0\2UA"), "a message without a login");
	restart(w);
	log_in(w);
	assert_broken(w, LITERAL(ACCEPTED), "a second answer");
	restart(w);
	log_in(w);
	assert_broken(w, LITERAL("\0\2JA"), "a second answer");
	restart(w);
	assert_broken(w, LITERAL("\0\2JA\0\1H"), "after the last one");
	restart(w);
	log_in(w);
	assert_broken(w, LITERAL("\0\1Z\0\2SA"), "after the last one");
	assert_string_equal(w->told, "Z0:;");
}

static void a_login_without_a_number_is_broken(void **state)
{
	struct world *w = *state;

	assert_broken(w, LITERAL("\0\37A" "000010059B" "                    "),
		      "without a sequence number");
	restart(w);
	assert_broken(w, LITERAL("\0\37A" "000010059B" "                  -1"),
		      "without a sequence number");
}

/* -- numbers and what is sent ------------------------------------------- */

static void numbers_are_digits_and_spaces_around(void **state)
{
	static const char *const no[] = {
		"", " ", "1 2", "+1", "-1", "0x1", "1.", "\t1", "1\n",
		"18446744073709551616", "99999999999999999999",
	};
	uint64_t n;
	size_t i;

	assert_int_equal(soup_number("7", 1, &n), 0);
	assert_int_equal(n, 7);
	assert_int_equal(soup_number("  00042 ", 8, &n), 0);
	assert_int_equal(n, 42);
	assert_int_equal(soup_number("0", 1, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(soup_number("18446744073709551615", 20, &n), 0);
	assert_true(n == UINT64_MAX);
	for (i = 0; i < sizeof(no) / sizeof(*no); i++)
		assert_int_equal(soup_number(no[i], strlen(no[i]), &n),
				 -EBADMSG);
	assert_int_equal(soup_number("1\0", 2, &n), -EBADMSG);
}

static void a_login_is_padded(void **state)
{
	static const struct soup_credentials full = {
		"abcdef", "0123456789", "000010059B", UINT64_MAX,
	}, brief = { "me", NULL, "AB", 1 };
	struct soup_login_request l;

	assert_int_equal(soup_login(&l, &full), 0);
	assert_memory_equal(&l, "\0\57Labcdef0123456789000010059B"
			    "18446744073709551615", sizeof(l));
	assert_int_equal(soup_login(&l, &brief), 0);
	assert_memory_equal(&l, "\0\57Lme              "
			    "        AB                   1", sizeof(l));
}

static void a_login_of_4_1_says_how_long_to_wait(void **state)
{
	static const struct soup_credentials brief = { "me", NULL, "AB", 1 };
	struct soup_login_request_41 l;

	assert_int_equal(soup_login_41(&l, &brief, 1500), 0);
	assert_memory_equal(&l, "\0\64Lme              "
			    "        AB                   1 1500", sizeof(l));
	assert_int_equal(soup_login_41(&l, &brief, SOUP_TIMEOUT_MAX), 0);
	assert_memory_equal(l.timeout, "99999", sizeof(l.timeout));
	assert_int_equal(soup_login_41(&l, &brief, SOUP_TIMEOUT_MAX + 1),
			 -EINVAL);
	assert_int_equal(soup_login_41(&l, &brief, 0), -EINVAL);
}

static void credentials_that_do_not_fit_are_refused(void **state)
{
	static const struct soup_credentials bad[] = {
		{ .user = "abcdefg" }, { .password = "0123456789a" },
		{ .session = "000010059BB" }, { .user = "a\n" },
		{ .password = "\303\251" },
	};
	struct soup_login_request l;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(soup_login(&l, &bad[i]), -EINVAL);
}

static void heads_count_the_type(void **state)
{
	struct soup_header h;

	assert_int_equal(soup_head(&h, SOUP_CLIENT_HEARTBEAT, 0), 3);
	assert_memory_equal(&h, "\0\1R", 3);
	assert_int_equal(soup_head(&h, SOUP_LOGOUT_REQUEST, 0), 3);
	assert_memory_equal(&h, "\0\1O", 3);
	assert_int_equal(soup_head(&h, SOUP_UNSEQUENCED, 53), 56);
	assert_memory_equal(&h, "\0\66U", 3);
	assert_int_equal(soup_head(&h, SOUP_UNSEQUENCED, 65534), 65537);
	assert_memory_equal(&h, "\377\377U", 3);
	assert_int_equal(soup_head(&h, SOUP_UNSEQUENCED, 65535), 0);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_session_is_taken_apart),
		IN_WORLD(every_split_gives_the_same),
		IN_WORLD(the_longest_packet_has_room),
		IN_WORLD(unknown_types_are_counted_and_skipped),
		IN_WORLD(unsequenced_messages_do_not_count),
		IN_WORLD(rejections_have_words),
		IN_WORLD(a_resumed_session_goes_on_counting),
		IN_WORLD(length_zero_is_broken),
		IN_WORLD(lengths_that_lie_are_broken),
		IN_WORLD(packets_out_of_place_are_broken),
		IN_WORLD(a_login_without_a_number_is_broken),
		cmocka_unit_test(numbers_are_digits_and_spaces_around),
		cmocka_unit_test(a_login_is_padded),
		cmocka_unit_test(a_login_of_4_1_says_how_long_to_wait),
		cmocka_unit_test(credentials_that_do_not_fit_are_refused),
		cmocka_unit_test(heads_count_the_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
