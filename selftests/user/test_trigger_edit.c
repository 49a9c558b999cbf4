// SPDX-License-Identifier: GPL-2.0
/*
 * user/trigger.c: rows, lists and versions after each edit
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../user/trigger.h"

enum { LOCATE = 13, OTHER = 14 };

static struct instance in;

/* An instance without a name was never pinned and needs no lock. */
static int setup(void **state)
{
	in = (struct instance){
		.triggers = calloc(HT_TRIGGERS, sizeof(*in.triggers)),
		.watches = calloc(HT_LOCATES, sizeof(*in.watches)),
		.symbols = calloc(HT_LOCATES, sizeof(*in.symbols)),
	};
	assert_non_null(in.triggers);
	assert_non_null(in.watches);
	assert_non_null(in.symbols);
	strcpy(in.symbols[LOCATE].ticker, "AAPL");
	return 0;
}

static int teardown(void **state)
{
	free(in.triggers);
	free(in.watches);
	free(in.symbols);
	return 0;
}

static struct ht_rule buying(uint32_t qty)
{
	return (struct ht_rule){ .clauses = 1, .qty = qty, .max_fires = 1 };
}

static int add(const char *name, uint32_t locate)
{
	struct ht_rule rule = buying(100);

	return trigger_add(&in, name, locate, &rule);
}

/* The rows on a symbol's list, in the kernel's order. */
static void assert_list(uint32_t locate, const uint32_t *rows)
{
	uint32_t row = in.watches[locate].first;

	for (; *rows; rows++) {
		assert_int_equal(row, *rows);
		row = in.triggers[row].next;
	}
	assert_int_equal(row, 0);
}

static void a_new_trigger_is_whole_and_disarmed(void **state)
{
	int row = add("dip", LOCATE);
	const struct ht_trigger *t;

	assert_int_equal(row, 1);
	t = &in.triggers[row];
	assert_string_equal(t->name, "dip");
	assert_string_equal(t->symbol, "AAPL");
	assert_int_equal(t->state, HT_TRIGGER_DISARMED);
	assert_int_equal(t->version, 1);
	assert_int_equal(t->rule[1].locate, LOCATE);
	assert_int_equal(t->rule[1].qty, 100);
	assert_list(LOCATE, (uint32_t[]){ 1, 0 });
	assert_int_equal(trigger_find(&in, "dip"), 1);
	assert_int_equal(trigger_find(&in, "di"), -ENOENT);
	assert_int_equal(add("dip", OTHER), -EEXIST);
}

static void a_rule_is_swapped_not_edited(void **state)
{
	struct ht_rule rule = buying(7);
	struct ht_trigger *t = &in.triggers[add("dip", LOCATE)];
	struct ht_rule before = t->rule[1];

	assert_int_equal(trigger_arm(&in, "dip"), 0);
	assert_int_equal(trigger_set(&in, "dip", &rule), 0);
	assert_int_equal(t->version, 2);
	assert_int_equal(t->rule[0].qty, 7);
	assert_int_equal(t->rule[0].locate, LOCATE);
	assert_memory_equal(&t->rule[1], &before, sizeof(before));
	assert_int_equal(t->state, HT_TRIGGER_ARMED);
	assert_int_equal(trigger_set(&in, "rise", &rule), -ENOENT);
}

static void arming_counts_fires_anew(void **state)
{
	struct ht_trigger *t = &in.triggers[add("dip", LOCATE)];

	t->fires = 5;
	t->state = HT_TRIGGER_SPENT;
	assert_int_equal(trigger_arm(&in, "dip"), 0);
	assert_int_equal(t->base, 5);
	assert_int_equal(t->state, HT_TRIGGER_ARMED);
	t->fires = 6;
	assert_int_equal(trigger_arm(&in, "dip"), 0);
	assert_int_equal(t->base, 6);
	assert_int_equal(t->state, HT_TRIGGER_ARMED);
	assert_int_equal(trigger_disarm(&in, "dip"), 0);
	assert_int_equal(t->state, HT_TRIGGER_DISARMED);
	assert_int_equal(trigger_arm(&in, "rise"), -ENOENT);
	assert_int_equal(trigger_disarm(&in, "rise"), -ENOENT);
}

/* In another session AAPL has another locate, and its own is MSFT's. */
static void arming_follows_the_symbol(void **state)
{
	struct ht_trigger *t = &in.triggers[add("dip", LOCATE)];

	strcpy(in.symbols[LOCATE].ticker, "MSFT");
	assert_int_equal(trigger_arm(&in, "dip"), -ESRCH);
	assert_int_equal(t->state, HT_TRIGGER_DISARMED);
	assert_list(LOCATE, (uint32_t[]){ 1, 0 });

	strcpy(in.symbols[OTHER].ticker, "AAPL");
	assert_int_equal(trigger_arm(&in, "dip"), 0);
	assert_int_equal(t->state, HT_TRIGGER_ARMED);
	assert_int_equal(t->rule[t->version & 1].locate, OTHER);
	assert_int_equal(t->rule[t->version & 1].qty, 100);
	assert_list(LOCATE, (uint32_t[]){ 0 });
	assert_list(OTHER, (uint32_t[]){ 1, 0 });
}

static void lists_lose_any_row(void **state)
{
	assert_int_equal(add("a", LOCATE), 1);
	assert_int_equal(add("b", LOCATE), 2);
	assert_int_equal(add("x", OTHER), 3);
	assert_int_equal(add("c", LOCATE), 4);
	assert_list(LOCATE, (uint32_t[]){ 4, 2, 1, 0 });
	assert_int_equal(trigger_del(&in, "b"), 0);
	assert_list(LOCATE, (uint32_t[]){ 4, 1, 0 });
	assert_int_equal(trigger_del(&in, "a"), 0);
	assert_list(LOCATE, (uint32_t[]){ 4, 0 });
	assert_int_equal(trigger_del(&in, "c"), 0);
	assert_list(LOCATE, (uint32_t[]){ 0 });
	assert_list(OTHER, (uint32_t[]){ 3, 0 });
	assert_int_equal(trigger_del(&in, "c"), -ENOENT);
}

/* An event of the deleted trigger must not pass for one of the new one. */
static void a_row_used_again_goes_on_in_version(void **state)
{
	struct ht_rule rule = buying(7);
	struct ht_trigger *t = &in.triggers[add("old", LOCATE)];

	assert_int_equal(trigger_set(&in, "old", &rule), 0);
	t->fires = 3;
	assert_int_equal(trigger_del(&in, "old"), 0);
	assert_int_equal(t->state, HT_TRIGGER_FREE);
	assert_int_equal(add("new", OTHER), 1);
	assert_int_equal(t->version, 3);
	assert_int_equal(t->fires, 0);
	assert_int_equal(t->rule[1].locate, OTHER);
	assert_string_equal(t->symbol, "#14");
}

/* What an editor leaves that was killed between two of its stores. */
static void a_killed_edit_can_be_done_again(void **state)
{
	assert_int_equal(add("a", LOCATE), 1);
	assert_int_equal(add("b", LOCATE), 2);
	assert_int_equal(add("c", OTHER), 3);

	/* del: disarmed and unlinked, but not FREE yet */
	in.watches[LOCATE].first = 1;
	assert_int_equal(add("d", OTHER), 4);
	assert_list(OTHER, (uint32_t[]){ 4, 3, 0 });
	assert_int_equal(trigger_del(&in, "b"), 0);
	assert_list(LOCATE, (uint32_t[]){ 1, 0 });
	assert_int_equal(in.triggers[2].state, HT_TRIGGER_FREE);

	/* add: whole, but not on the list; arming puts it there, once */
	in.watches[LOCATE].first = 0;
	assert_int_equal(trigger_arm(&in, "a"), 0);
	assert_int_equal(trigger_arm(&in, "a"), 0);
	assert_list(LOCATE, (uint32_t[]){ 1, 0 });
	assert_int_equal(add("e", LOCATE), 2);
	assert_list(LOCATE, (uint32_t[]){ 2, 1, 0 });
}

static void rows_and_lists_have_an_end(void **state)
{
	char name[HT_TRIGGER_NAME];
	int i, row = 0;

	for (i = 0; i < HT_SYMBOL_TRIGGERS; i++) {
		snprintf(name, sizeof(name), "t%d", i);
		assert_true(add(name, LOCATE) > 0);
	}
	assert_int_equal(add("more", LOCATE), -ENOSPC);
	for (; i < HT_TRIGGERS - 1; i++) {
		snprintf(name, sizeof(name), "t%d", i);
		row = add(name, LOCATE + (uint32_t)(i / HT_SYMBOL_TRIGGERS));
		assert_true(row > 0);
	}
	assert_int_equal(row, HT_TRIGGERS - 1);
	assert_int_equal(add("more", 9999), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_new_trigger_is_whole_and_disarmed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_rule_is_swapped_not_edited, setup, teardown),
		cmocka_unit_test_setup_teardown(
			arming_counts_fires_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(
			arming_follows_the_symbol, setup, teardown),
		cmocka_unit_test_setup_teardown(
			lists_lose_any_row, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_row_used_again_goes_on_in_version, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_killed_edit_can_be_done_again, setup, teardown),
		cmocka_unit_test_setup_teardown(
			rows_and_lists_have_an_end, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
