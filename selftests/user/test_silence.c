// SPDX-License-Identifier: GPL-2.0
/*
 * user/silence.c: a line is silent after three seconds, and heard at once
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../user/silence.h"

static struct silence s;
static struct ht_feed feed;

static int setup(void **state)
{
	s = (struct silence){ 0 };
	feed = (struct ht_feed){
		.state = HT_FEED_LIVE,
		.lines = { { .port = 1 }, { .port = 2 } },
	};
	return 0;
}

static void beat(int a, int b, uint32_t changed)
{
	feed.lines[0].packets += (uint64_t)a;
	feed.lines[1].packets += (uint64_t)b;
	assert_int_equal(silence_beat(&s, &feed), changed);
}

static void one_falls_silent(void **state)
{
	beat(5, 5, 0);
	beat(5, 0, 0);
	beat(5, 0, 0);
	assert_false(silence_is(&s, 1));
	beat(5, 0, 2);
	assert_true(silence_is(&s, 1));
	assert_false(silence_is(&s, 0));
	beat(5, 0, 0);
	assert_int_equal(s.seconds[1], 4);
	beat(5, 1, 2);
	assert_false(silence_is(&s, 1));
}

static void both_do(void **state)
{
	beat(1, 1, 0);
	beat(0, 0, 0);
	beat(0, 0, 0);
	beat(0, 0, 3);
}

static void nobody_speaks_after_the_end(void **state)
{
	beat(1, 1, 0);
	feed.state = HT_FEED_ENDED;
	beat(0, 0, 0);
	beat(0, 0, 0);
	beat(0, 0, 0);
	assert_false(silence_is(&s, 0));
}

static void a_line_that_is_not_used(void **state)
{
	feed.lines[1].port = 0;
	beat(1, 0, 0);
	beat(1, 0, 0);
	beat(1, 0, 0);
	assert_false(silence_is(&s, 1));
}

#define CASE(f)	cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(one_falls_silent),
		CASE(both_do),
		CASE(nobody_speaks_after_the_end),
		CASE(a_line_that_is_not_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
