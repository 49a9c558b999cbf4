// SPDX-License-Identifier: GPL-2.0
/*
 * user/command.c: what may stand anywhere on the command line
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/command.h"

enum { WORDS_MAX = 8 };

/* Takes the globals out of `words` and compares what is left. */
static void taken(const char *const *words, const char *const *left)
{
	char *argv[WORDS_MAX + 1] = { NULL };
	int argc = 0, i = 0;

	globals.json = globals.pretty = false;
	for (; words[argc]; argc++)
		argv[argc] = (char *)words[argc];
	argc = globals_take(argc, argv);
	for (; left[i]; i++) {
		assert_true(i < argc);
		assert_string_equal(argv[i], left[i]);
	}
	assert_int_equal(argc, i);
	assert_null(argv[argc]);
}

#define WORDS(...)	((const char *const[]){ __VA_ARGS__, NULL })

static void json_may_stand_anywhere(void **state)
{
	taken(WORDS("status", "-j"), WORDS("status"));
	assert_true(globals.json && !globals.pretty);
	taken(WORDS("--json", "book", "show", "AAPL"),
	      WORDS("book", "show", "AAPL"));
	assert_true(globals.json && !globals.pretty);
	taken(WORDS("book", "--pretty", "show"), WORDS("book", "show"));
	assert_true(globals.json && globals.pretty);
	taken(WORDS("book", "-p", "show", "-j"), WORDS("book", "show"));
	assert_true(globals.json && globals.pretty);
}

static void other_words_stay(void **state)
{
	taken(WORDS("trigger", "add", "-J", "j", "--jso"),
	      WORDS("trigger", "add", "-J", "j", "--jso"));
	assert_false(globals.json);
	taken(WORDS("replay", "--", "-j"), WORDS("replay", "--", "-j"));
	assert_false(globals.json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_may_stand_anywhere),
		cmocka_unit_test(other_words_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
