// SPDX-License-Identifier: GPL-2.0
/* OUCH messages in words, and the lines of a log about them. */
#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "ouch_requests.h"
#include "ouch_vectors.h"
#include "../../user/log.h"

static char text[OUCH_WORDS];

#define assert_says(r, words)						\
	assert_string_equal(ouch_request_words(text, r), words)

static void captured_messages_in_words(void **state)
{
	struct ouch_request q;
	struct ouch_reply r;
	struct vector v;

	vector_read(&v, VECTOR_ENTER, SOUP_UNSEQUENCED);
	ouch_request_decode(v.message, v.len, &q);
	assert_says(&q, "enter urn 113 sell short 225 CVLT @ 63.0200 day, agency, firm LIME, id H8FUB8IV");
	vector_read(&v, VECTOR_CANCEL, SOUP_UNSEQUENCED);
	ouch_request_decode(v.message, v.len, &q);
	assert_says(&q, "cancel urn 7679601");
	vector_read(&v, VECTOR_CANCELED, SOUP_SEQUENCED);
	ouch_decode(v.message, v.len, &r);
	assert_string_equal(ouch_reply_words(text, &r),
			    "canceled urn 7682701, 40 off: asked for (U)");
	vector_read(&v, VECTOR_ACCEPTED, SOUP_SEQUENCED);
	ouch_decode(v.message, v.len, &r);
	assert_string_equal(ouch_reply_words(text, &r),
			    "accepted urn 7682701 buy 40 ADBE @ 477.7800 extended hours, agency, ref 257340661, firm MLRO");
}

static void every_request_in_words(void **state)
{
	struct ouch_request r = request_of('U');

	assert_says(&r, "replace urn 6 by urn 7, 100 in total @ 182.3500 day, id T0000000000042");
	r = request_of('X');
	r.qty = 50;
	assert_says(&r, "reduce urn 7 to 50");
	r = request_of('M');
	assert_says(&r, "modify urn 7 to sell short 100");
	r = request_of('C');
	assert_says(&r, "mass cancel urn 7, AAPL, firm FIRM");
	r.symbol[0] = '\0';
	assert_says(&r, "mass cancel urn 7, all symbols, firm FIRM");
	r = request_of('D');
	assert_says(&r, "disable order entry urn 7, firm FIRM");
	r = request_of('E');
	assert_says(&r, "enable order entry urn 7, firm FIRM");
	r = request_of('Q');
	ouch_tag_put(&r.terms.tags, OUCH_TAG_USER_REF_IDX, 3);
	assert_says(&r, "query the next urn, channel 3");
	r.type = '\n';
	assert_says(&r, "request of type `?`, channel 3");
}

static void what_is_unusual_is_said(void **state)
{
	struct ouch_request r = request_of('O');

	r.side = 'E';
	r.terms.tif = OUCH_TIF_GTT;
	r.terms.display = 'N';
	r.terms.iso = 'Y';
	r.terms.cross_type = 'O';
	ouch_tag_put(&r.terms.tags, OUCH_TAG_EXPIRE_TIME, 3600);
	ouch_tag_put(&r.terms.tags, OUCH_TAG_POST_ONLY, 'P');
	ouch_tag_put(&r.terms.tags, OUCH_TAG_PEG_OFFSET, (uint64_t)-100);
	ouch_tag_put(&r.terms.tags, OUCH_TAG_DISCRETION_PRICE, 1823600);
	ouch_tag_put_text(&r.terms.tags, OUCH_TAG_LOCATE_BROKER, "AB");
	memcpy(r.terms.tags.bytes + r.terms.tags.len, "\x01\xfa", 2);
	r.terms.tags.len += 2;
	assert_says(&r, "enter urn 7 sell short exempt 100 AAPL @ 182.3500 till time, hidden, principal, intermarket sweep, opening cross, "
		    "seconds to live 3600, post only P, peg offset -0.0100, discretion 182.3600, locate broker AB, tag 250, id T0000000000042");
}

static const char *reply_words(const struct ouch_reply r)
{
	return ouch_reply_words(text, &r);
}

#define assert_tells(words, ...)					\
	assert_string_equal(reply_words((struct ouch_reply){ __VA_ARGS__ }), \
			    words)

static void every_answer_in_words(void **state)
{
	assert_tells("system event: start of day (S)", .type = 'S',
		     .event = 'S');
	assert_tells("replaced urn 5 by urn 6 buy 300 AAPL @ 182.3500 immediate or cancel, principal, ref 99, dead at once, channel 2",
		     .type = 'U', .orig_urn = 5, .urn = 6, .side = 'B',
		     .qty = 300, .symbol = "AAPL", .px = 1823500, .tif = '3',
		     .display = 'Y', .capacity = 'P', .iso = 'N',
		     .cross_type = 'N', .order_ref = 99, .state = 'D',
		     .channel = 2);
	assert_tells("canceled urn 5, 100 off: self match prevention (Q), 40 @ 182.3500 prevented, removed, strategy Y",
		     .type = 'D', .urn = 5, .qty = 100, .reason = 'Q',
		     .prevented = 40, .px = 1823500, .liquidity = 'R',
		     .strategy = 'Y');
	assert_tells("executed urn 5 100 @ 182.3500, added (A), match 77",
		     .type = 'E', .urn = 5, .qty = 100, .px = 1823500,
		     .liquidity = 'A', .match = 77);
	assert_tells("broken trade of urn 5, match 77: erroneous (E)",
		     .type = 'B', .urn = 5, .match = 77, .reason = 'E');
	assert_tells("rejected urn 5: security halted (0x07)", .type = 'J',
		     .urn = 5, .reason = OUCH_REJECT_HALTED);
	assert_tells("cancel of urn 5 pending", .type = 'P', .urn = 5);
	assert_tells("cancel of urn 5 refused", .type = 'I', .urn = 5);
	assert_tells("priority of urn 5 changed @ 182.3500, hidden, ref 99",
		     .type = 'T', .urn = 5, .px = 1823500, .display = 'N',
		     .order_ref = 99);
	assert_tells("modified urn 5 to sell, 60 open", .type = 'M', .urn = 5,
		     .side = 'S', .qty = 60);
	assert_tells("restated urn 5: reserve refreshed, displayed 100, displayed @ 1.0000, ref 99",
		     .type = 'R', .urn = 5, .reason = 'R', .qty = 100,
		     .px = 10000, .order_ref = 99);
	assert_tells("mass cancel urn 5 taken, all symbols, sell short, firm FIRM",
		     .type = 'X', .urn = 5, .side = 'T', .firm = "FIRM");
	assert_tells("order entry disabled by urn 5, firm FIRM", .type = 'G',
		     .urn = 5, .firm = "FIRM");
	assert_tells("order entry enabled by urn 5", .type = 'K', .urn = 5);
	assert_tells("next urn 9", .type = 'Q', .urn = 9);
	assert_tells("answer of type `z`", .type = 'z');
}

static void every_reason_has_words(void **state)
{
	static const char canceled[] = "DEFGHIKQSTUXZe";
	static const char flags[] = "ACHJKLMNOReijkmnpqrtu01235789";
	int letter, reason;

	for (letter = 0; letter < 256; letter++) {
		bool known = letter && strchr(canceled, letter);

		assert_int_equal(strcmp(ouch_cancel_words((char)letter),
					"unknown reason") != 0, known);
		known = letter && strchr(flags, letter);
		assert_int_equal(strcmp(ouch_liquidity_words((char)letter),
					"unknown liquidity flag") != 0, known);
		known = letter && strchr("ECSX", letter);
		assert_int_equal(strcmp(ouch_break_words((char)letter),
					"unknown reason") != 0, known);
	}
	for (reason = 0; reason <= 0xffff; reason++)
		assert_int_equal(strcmp(ouch_reject_words((uint16_t)reason),
					"unknown reason") != 0,
				 (reason >= 1 && reason <= 0x33) ||
				 reason == 0x40);
}

static void assert_is_a_line(const char *line)
{
	size_t i;

	assert_true(line[0]);
	for (i = 0; line[i]; i++)
		assert_true(isprint((uint8_t)line[i]));
}

static void a_line_is_one_line_of_printable_letters(void **state)
{
	struct ouch_request q;
	struct ouch_reply r;
	int fill, type;

	for (fill = 0; fill < 256; fill++)
		for (type = 0; type < 256; type++) {
			memset(&r, fill, sizeof(r));
			r.type = (char)type;
			r.symbol[OUCH_SYMBOL_LEN] = '\0';
			r.firm[OUCH_FIRM_LEN] = '\0';
			assert_is_a_line(ouch_reply_words(text, &r));
			memset(&q, fill, sizeof(q));
			q.type = (char)type;
			q.symbol[OUCH_SYMBOL_LEN] = '\0';
			q.terms.firm[OUCH_FIRM_LEN] = '\0';
			q.terms.tags.len = OUCH_APPENDAGE_MAX;
			assert_is_a_line(ouch_request_words(text, &q));
		}
}

/* Every tag at its longest has room; what has none is cut, not written. */
static void words_end_where_the_room_does(void **state)
{
	struct ouch_request r = request_of('O');
	size_t i;

	for (i = 0; i + 2 <= OUCH_APPENDAGE_MAX; i += 2)
		memcpy(r.terms.tags.bytes + i, "\x01\x0b", 2);
	r.terms.tags.len = (uint16_t)i;
	assert_int_equal(strlen(ouch_request_words(text, &r)), OUCH_WORDS - 1);
	r = request_of('O');
	memset(r.symbol, 'W', OUCH_SYMBOL_LEN);
	r.urn = r.qty = UINT32_MAX;
	r.px = UINT64_MAX;
	for (i = 0; i + 6 <= OUCH_APPENDAGE_MAX; i += 6)
		memcpy(r.terms.tags.bytes + i, "\x05\x0b\x80\0\0\0", 6);
	r.terms.tags.len = (uint16_t)i;
	ouch_request_words(text, &r);
	assert_non_null(strstr(text, ", id T0000000000042"));
}

static void a_log_says_what_became_of_the_order(void **state)
{
	static const struct ouch_reply executed = {
		.type = 'E', .urn = 1, .qty = 40, .px = 1823500,
		.liquidity = 'R', .match = 77,
	}, entry = { .type = 'G', .urn = 2, .firm = "FIRM" };
	static const struct order order = {
		.urn = 1, .qty = 100, .filled = 40, .open = 60,
		.symbol = "AAPL",
	};
	static struct log log;
	char path[32], lines[512] = {0};
	int fd = memfd_create("log", MFD_CLOEXEC);

	assert_true(fd >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(log_open(&log, path, true), 0);
	log_reply(&log, &executed, &order);
	log_reply(&log, &entry, NULL);
	assert_int_equal(log_flush(&log), 0);
	log_close(&log);
	assert_true(pread(fd, lines, sizeof(lines) - 1, 0) > 0);
	close(fd);
	assert_non_null(strstr(lines, " executed urn 1 40 @ 182.3500, removed (R), match 77; AAPL 40 of 100 executed, 60 open\n"));
	assert_non_null(strstr(lines, " order entry disabled by urn 2, firm FIRM\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captured_messages_in_words),
		cmocka_unit_test(every_request_in_words),
		cmocka_unit_test(what_is_unusual_is_said),
		cmocka_unit_test(every_answer_in_words),
		cmocka_unit_test(every_reason_has_words),
		cmocka_unit_test(a_line_is_one_line_of_printable_letters),
		cmocka_unit_test(words_end_where_the_room_does),
		cmocka_unit_test(a_log_says_what_became_of_the_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
