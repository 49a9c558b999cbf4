// SPDX-License-Identifier: GPL-2.0
/* user/orders.c after a restart: the exchange's replay brings all back. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "order_flow.h"

enum { DAYS = 60, DAY = 500, KILLS = 8 };

static uint64_t seed;
static struct flow flow;

static void fresh(struct orders *o)
{
	assert_int_equal(orders_init_room(o, FLOW_FIRST_URN, FLOW_ROOM), 0);
}

static void reconcile(struct orders *o)
{
	while (orders_reconciled(o, o->next_urn))
		;
	assert_int_equal(o->count, o->answered + o->ignored);
}

static char *dump(const struct orders *o)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(orders_dump(o, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_same(const struct orders *a, const struct orders *b)
{
	char *x = dump(a), *y = dump(b);
	uint64_t dx, dy;

	assert_string_equal(x, y);
	free(x);
	free(y);
	assert_int_equal(orders_digest(a, &dx), 0);
	assert_int_equal(orders_digest(b, &dy), 0);
	assert_int_equal(dx, dy);
}

/* The day from one event up to another, by whoever was there. */
static void live_through(struct orders *o, uint32_t from, uint32_t to)
{
	uint32_t i;

	for (i = from; i < to; i++)
		if (flow.event[i].is_answer)
			assert_int_equal(flow_answer(o, &flow.event[i].reply),
					 0);
		else
			assert_int_equal(flow_send(o, &flow.event[i]), 0);
}

static void replay(struct orders *o, uint32_t to)
{
	uint32_t i;

	for (i = 0; i < to; i++)
		if (flow.event[i].is_answer)
			assert_int_equal(flow_answer(o, &flow.event[i].reply),
					 0);
}

/* What the dead process wrote down: which orders were its own. */
static void read_journal(struct orders *o, uint32_t to)
{
	const struct flow_event *e;
	bool known;
	uint32_t i;
	int err;

	for (i = 0; i < to; i++) {
		e = &flow.event[i];
		if (e->is_answer)
			continue;
		known = orders_find(o, e->sent.urn);
		err = flow_send(o, e);
		if (known || !e->orig_urn)
			assert_int_equal(err, 0);
	}
}

static void a_day(uint32_t day)
{
	uint32_t step;

	flow_start(&flow, seed + day, true);
	for (step = 0; step < DAY; step++)
		flow_step(&flow);
}

/* Whoever was there knows what whoever comes after is told. */
static void compare_restart(uint32_t at)
{
	struct orders before, after;

	fresh(&before);
	live_through(&before, 0, at);
	reconcile(&before);
	fresh(&after);
	replay(&after, at);
	assert_int_equal(after.count, after.answered);
	assert_same(&before, &after);
	read_journal(&after, at);
	reconcile(&after);
	assert_same(&before, &after);
	orders_free(&before);
	orders_free(&after);
}

/* With a journal the next process goes on as if nothing had happened. */
static void go_on(uint32_t at)
{
	struct orders whole, after;

	fresh(&whole);
	live_through(&whole, 0, flow.events);
	reconcile(&whole);
	fresh(&after);
	replay(&after, at);
	read_journal(&after, at);
	live_through(&after, at, flow.events);
	reconcile(&after);
	assert_same(&whole, &after);
	orders_free(&whole);
	orders_free(&after);
}

static void kill_and_restart(uint32_t at)
{
	compare_restart(at);
	go_on(at);
}

static void killed_anywhere_the_state_is_the_same(void **state)
{
	uint32_t day, kill;

	for (day = 0; day < DAYS; day++) {
		a_day(day);
		for (kill = 0; kill < KILLS; kill++)
			kill_and_restart((uint32_t)flow_below(&flow,
							      flow.events));
		kill_and_restart(0);
		kill_and_restart(flow.events);
		flow_end(&flow);
	}
}

/* Every single step of one day. */
static void killed_at_every_point_of_a_day(void **state)
{
	uint32_t at;

	a_day(DAYS);
	for (at = 0; at <= flow.events; at++)
		kill_and_restart(at);
	flow_end(&flow);
}

static void claimed_orders_are_not_foreign(void **state)
{
	struct orders o;
	uint32_t i;

	a_day(DAYS + 1);
	fresh(&o);
	replay(&o, flow.events);
	read_journal(&o, flow.events);
	for (i = 0; i < o.count; i++)
		assert_int_equal(o.table[i].foreign, !o.table[i].sent);
	orders_free(&o);
	flow_end(&flow);
}

static void what_differs_is_seen(void **state)
{
	struct orders a, b;
	uint64_t x, y;

	a_day(DAYS + 2);
	while (flow.event[flow.events - 1].reply.type != 'A')
		flow.events--;
	fresh(&a);
	fresh(&b);
	replay(&a, flow.events);
	replay(&b, flow.events - 1);
	assert_int_equal(orders_digest(&a, &x), 0);
	assert_int_equal(orders_digest(&b, &y), 0);
	assert_int_not_equal(x, y);
	orders_free(&a);
	orders_free(&b);
	flow_end(&flow);
}

static void a_dump_that_nobody_takes_is_an_error(void **state)
{
	FILE *out = fopen("/dev/full", "w");
	struct orders o;

	assert_non_null(out);
	fresh(&o);
	assert_int_equal(orders_dump(&o, out), -EIO);
	fclose(out);
	orders_free(&o);
}

/* Another session's orders leave nothing behind. */
static void after_another_session_as_if_it_had_never_been(void **state)
{
	struct orders first, again;

	fresh(&again);
	a_day(1);
	live_through(&again, 0, flow.events);
	flow_end(&flow);
	orders_forget(&again, FLOW_FIRST_URN);
	fresh(&first);
	assert_memory_equal(first.by_urn, again.by_urn,
			    2 * first.room * sizeof(*first.by_urn));
	assert_same(&first, &again);
	a_day(2);
	live_through(&first, 0, flow.events);
	live_through(&again, 0, flow.events);
	assert_same(&first, &again);
	assert_int_equal(first.count, again.count);
	assert_int_equal(first.working, again.working);
	assert_int_equal(first.chained, again.chained);
	assert_memory_equal(first.table, again.table,
			    first.count * sizeof(*first.table));
	flow_end(&flow);
	orders_free(&first);
	orders_free(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_anywhere_the_state_is_the_same),
		cmocka_unit_test(killed_at_every_point_of_a_day),
		cmocka_unit_test(claimed_orders_are_not_foreign),
		cmocka_unit_test(what_differs_is_seen),
		cmocka_unit_test(after_another_session_as_if_it_had_never_been),
		cmocka_unit_test(a_dump_that_nobody_takes_is_an_error),
	};
	const char *given = getenv("SEED");

	seed = given ? strtoull(given, NULL, 10) : 1;
	print_message("SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
