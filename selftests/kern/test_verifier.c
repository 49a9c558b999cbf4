// SPDX-License-Identifier: GPL-2.0
/*
 * What the verifier of this kernel goes through to accept each program of the
 * object: printed, and within a budget.  A kernel refuses what needs more than
 * BPF_COMPLEXITY_LIMIT_INSNS, 1,000,000; each counts in its own way.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hairtrigger.skel.h"
#include "program.h"

/* Raised on purpose only, with the reason in the commit that raises it. */
static const struct budget {
	const char *name;
	uint32_t insns;
} budgets[] = {
	{ "ht_feed", 600000 },
	{ "ht_order", 20000 },
	{ "ht_recover", 1000 },
};

static struct program program;

/* Return: instructions; fails the test for a program without a budget. */
static uint32_t budget_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(budgets) / sizeof(budgets[0]); i++)
		if (!strcmp(budgets[i].name, name))
			return budgets[i].insns;
	fail_msg("%s has no budget: give it one", name);
	return 0;
}

static uint32_t verified_insns(const struct bpf_program *prog)
{
	struct bpf_prog_info info = {0};
	uint32_t len = sizeof(info);

	assert_int_equal(bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info,
						&len), 0);
	return info.verified_insns;
}

/* scripts/vmtest reads these lines. */
static uint32_t print_verified(const struct bpf_program *prog, const char *with)
{
	const char *name = bpf_program__name(prog);
	uint32_t insns = verified_insns(prog);

	print_message("verified_insns %s%s %u (at most %u)\n", name, with,
		      insns, budget_of(name));
	return insns;
}

/* All are printed before one fails. */
static void each_within_its_budget(const char *with)
{
	struct bpf_program *prog;
	bool within = true;

	bpf_object__for_each_program(prog, program.skel->obj) {
		uint32_t insns = print_verified(prog, with);

		within &= insns && insns <= budget_of(bpf_program__name(prog));
	}
	assert_true(within);
}

static void all_symbols(void **state)
{
	assert_int_equal(program_load(&program, NATIVE_ROOMY), 0);
	each_within_its_budget("");
}

/* With a watch list there is more to verify than without. */
static void watch_list(void **state)
{
	assert_int_equal(program_load_watching(&program, NATIVE_ROOMY), 0);
	each_within_its_budget("+watch");
}

static int unload(void **state)
{
	program_unload(&program);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(all_symbols, unload),
		cmocka_unit_test_teardown(watch_list, unload),
	};

	if (geteuid()) {
		puts("the verifier needs root");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
