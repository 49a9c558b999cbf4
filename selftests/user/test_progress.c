// SPDX-License-Identifier: GPL-2.0
/*
 * user/progress.c: what stands on the line
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/progress.h"

#define SECOND	1000000000ull

static void a_part_of_the_file(void **state)
{
	struct progress p = { .file = "day.itch.gz", .size = 300000000 };
	char text[PROGRESS_TEXT];

	progress_text(text, &p, 2 * SECOND, 100000000, 6660000, "messages");
	assert_string_equal(text, "day.itch.gz: 33%, 6.66 M messages, 3.33 M/s, 4 s left");
	progress_text(text, &p, 6 * SECOND, 300000000, 20000000, "messages");
	assert_string_equal(text, "day.itch.gz: 100%, 20.00 M messages, 3.33 M/s, 0 s left");
}

/* Of a pipe nobody knows how long it is. */
static void a_file_without_a_size(void **state)
{
	struct progress p = { .file = "pipe" };
	char text[PROGRESS_TEXT];

	progress_text(text, &p, SECOND, 5000, 500000, "frames");
	assert_string_equal(text, "pipe: 0.50 M frames, 0.50 M/s");
}

static void extremes_fit(void **state)
{
	struct progress p = { .file = "a-name-that-nobody-would-ever-give-to-any-file-on-any-machine",
			      .size = 1ull << 60 };
	char text[PROGRESS_TEXT];

	progress_text(text, &p, 0, 0, 0, "messages");
	assert_non_null(strstr(text, ": 0%, 0.00 M messages, 0.00 M/s"));
	progress_text(text, &p, 1, 1, UINT64_MAX / 1000000, "messages");
	assert_true(strlen(text) < PROGRESS_TEXT - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_of_the_file),
		cmocka_unit_test(a_file_without_a_size),
		cmocka_unit_test(extremes_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
