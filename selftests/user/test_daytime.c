// SPDX-License-Identifier: GPL-2.0
/*
 * user/daytime.c: ITCH time as people write it
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../user/daytime.h"

#define SECOND	1000000000ull

static void is(const char *text, uint64_t wanted)
{
	uint64_t ns = ~0ull;

	assert_int_equal(daytime_parse(text, &ns), 0);
	assert_int_equal(ns, wanted);
}

static void times(void **state)
{
	is("00:00", 0);
	is("09:30", (9 * 60 + 30) * 60 * SECOND);
	is("09:30:01", ((9 * 60 + 30) * 60 + 1) * SECOND);
	is("23:59:59.999999999", 24 * 3600 * SECOND - 1);
	is("00:00:00.5", SECOND / 2);
	is("00:00:00.000000001", 1);
	is("00:00:00.050", SECOND / 20);
}

static void what_is_no_time(void **state)
{
	static const char *const words[] = {
		"", "9:30", "09", "09:", "0930", "09:3", "09:300", "24:00",
		"09:60", "09:30:60", "09:30:", "09:30:0", "09:30:00.",
		"09:30.5", "09:30:00.0000000001", "09:30:00.1x", "09:30 ",
		" 09:30", "-1:30", "09:30:00Z", "ab:cd",
	};
	uint64_t ns;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (daytime_parse(words[i], &ns) != -EINVAL)
			fail_msg("`%s` is taken for a time", words[i]);
}

static void there_and_back(void **state)
{
	static const uint64_t values[] = {
		0, 1, SECOND, 34200 * SECOND + 123456789, 24 * 3600 * SECOND - 1,
	};
	char text[DAYTIME_TEXT];
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(*values); i++)
		is(daytime_text(text, values[i]), values[i]);
	assert_string_equal(daytime_text(text, 34200 * SECOND + 5),
			    "09:30:00.000000005");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times),
		cmocka_unit_test(what_is_no_time),
		cmocka_unit_test(there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
