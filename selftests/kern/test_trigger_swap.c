// SPDX-License-Identifier: GPL-2.0
/* Rules edited while packets come in: each packet sees one of them, whole. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>

#include <cmocka.h>

#include "rule.h"

enum { RUNS = 60000 };

static struct packet packet;

static const struct ht_counters *const n = &native_counters;

/* bid 99.90 x 300, ask 100.10 x 500 on symbol 1 */
static void quote(void)
{
	packet_begin(&packet, native_feed.expected);
	packet_add(&packet, msg_add(1, 1, 'B', 300, 999000));
	packet_add(&packet, msg_add(1, 2, 'S', 500, 1001000));
	native_packet(packet.data, packet.len);
}

/* The other half is filled first; the version makes it the rule in force. */
static void edit_is_one_swap(void **state)
{
	struct ht_trigger *t;

	rule_open_market(1);
	t = rule_install(1, rule_one(1, HT_F_BID, HT_GE, 2000000));
	t->rule[1] = t->rule[0];
	t->rule[1].clause[0].value = 1;
	t->rule[1].qty = 42;
	quote();
	assert_int_equal(native_events, 0);
	t->version++;
	native_message(msg_add(1, 10, 'B', 100, 999100));
	assert_int_equal(native_events, 1);
	assert_int_equal(native_event[0].version, 1);
	assert_int_equal(native_event[0].qty, 42);
	t->rule[0].clause[0].value = 3000000;
	t->version++;
	native_message(msg_add(1, 11, 'B', 100, 999200));
	assert_int_equal(native_events, 1);
	assert_int_equal(n->re_evaluated + n->edit_storm, 0);
}

/* The order's limits are those of the rule in force, too. */
static void edit_of_the_limits(void **state)
{
	struct ht_trigger *t;

	rule_open_market(1);
	t = rule_install(1, rule_one(1, HT_F_BID, HT_GE, 1));
	t->rule[1] = t->rule[0];
	t->rule[1].max_fires = 1;
	t->version = 1;
	quote();
	assert_int_equal(t->state, HT_TRIGGER_SPENT);
}

static atomic_bool stop_editing;

/* Each version asks for its own quantity and price, as user space writes it. */
static void *edit_without_pause(void *context)
{
	struct ht_trigger *t = context;
	uint32_t version = t->version;
	volatile uint32_t pause;

	while (!atomic_load(&stop_editing)) {
		struct ht_rule *rule = &t->rule[(version + 1) & 1];

		rule->qty = version + 1;
		rule->limit_px_e4 = version + 1;
		atomic_signal_fence(memory_order_seq_cst);
		HT_WRITE_ONCE(t->version, ++version);
		for (pause = version % 1024; pause; pause--)
			;
	}
	return NULL;
}

/* No order is ever made of two rules. */
static void edited_while_it_fires(void **state)
{
	struct ht_trigger *t;
	pthread_t editor;
	uint32_t i;

	rule_open_market(1);
	t = rule_install(1, rule_one(1, HT_F_BID, HT_GE, 1));
	t->rule[1] = t->rule[0];
	t->rule[0].qty = t->rule[0].limit_px_e4 = 2;
	t->version = 2;
	stop_editing = false;
	assert_int_equal(pthread_create(&editor, NULL, edit_without_pause, t),
			 0);
	while (HT_READ_ONCE(t->version) == 2)
		sched_yield();
	for (i = 1; i <= RUNS; i++)
		native_message(msg_add(1, i, 'B', 1, 1000000));
	stop_editing = true;
	pthread_join(editor, NULL);
	for (i = 0; i < native_events; i++) {
		assert_int_equal(native_event[i].qty, native_event[i].version);
		assert_int_equal(native_event[i].px, native_event[i].version);
	}
	assert_int_equal(n->evaluated, RUNS);
	assert_int_equal(native_events + n->edit_storm, RUNS);
	print_message("edited %u times, %llu met an edit\n", t->version,
		      (unsigned long long)n->re_evaluated);
}

static void in_the_middle_of_a_session(void **state)
{
	rule_open_market(1);
	quote();
	assert_int_equal(n->evaluated, 0);
	rule_install(1, rule_one(1, HT_F_BID, HT_GE, 1));
	/* nothing happens until the symbol moves */
	native_message(msg_add(2, 99, 'B', 100, 1000000));
	assert_int_equal(n->evaluated, 0);
	native_message(msg_add(1, 10, 'B', 100, 999100));
	assert_int_equal(native_events, 1);
}

static int fresh(void **state)
{
	native_reset(NATIVE_LARGE);
	return 0;
}

static int fired_is_events(void **state)
{
	assert_int_equal(n->fired, native_events);
	native_free();
	return 0;
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, fresh, fired_is_events)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(edit_is_one_swap),
		CASE(edit_of_the_limits),
		CASE(edited_while_it_fires),
		CASE(in_the_middle_of_a_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
