// SPDX-License-Identifier: GPL-2.0
/*
 * Everything that a gate refuses, by itself, and its neighbour that passes:
 * in the kernel's gate, compiled natively, and in the one of user space.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gate_cases.h"
#include "gate_native.h"
#include "native.h"

static struct gate_world world;

static void fire(const struct gate_case *c)
{
	world_native(&world);
	c->spoil(&world);
	assert_int_equal(world_fire(&world), c->reason);
}

static void judge(const struct gate_case *c)
{
	world_native(&world);
	c->spoil(&world);
	assert_int_equal(world_judge(&world), c->reason);
}

static void good_world(void **state)
{
	world_native(&world);
	assert_int_equal(world_fire(&world), HT_ALLOWED);
	world_native(&world);
	assert_int_equal(world_judge(&world), HT_ALLOWED);
}

static void in_the_kernel(void **state)
{
	cases_each(fire);
}

static void in_user_space(void **state)
{
	cases_each(judge);
}

static int done(void **state)
{
	native_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_are_complete),
		cmocka_unit_test(good_world),
		cmocka_unit_test(in_the_kernel),
		cmocka_unit_test(in_user_space),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
