// SPDX-License-Identifier: GPL-2.0
/*
 * Everything that the gate refuses, by the program in the kernel: frames by
 * BPF_PROG_TEST_RUN, and the counters and events that come of them.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "gate_cases.h"
#include "program.h"
#include "../../user/clock.h"

static struct program program;
static struct gate_world world;
static struct packet packet;
static uint8_t frame[FRAME_MAX];

static void message(struct msg m)
{
	uint32_t len;

	packet_begin(&packet, program.feed->expected);
	packet_add(&packet, m);
	len = frame_build(frame, packet.data, packet.len);
	assert_int_equal(program_run(&program, frame, len), XDP_DROP);
}

static void world_program(struct gate_world *w)
{
	*w = (struct gate_world){
		.feed = program.feed,
		.gate = program.gate,
		.kill = program.kill,
		.limits = program.limits,
		.rules = program.rules,
		.account = program.account,
		.exposures = program.exposures,
		.symbols = program.symbols,
		.tops = program.tops,
		.triggers = program.triggers,
		.watches = program.watches,
	};
	program_reset(&program);
	message(msg_event('Q'));
	message(msg_directory(WORLD_LOCATE, "TEST", 'P'));
	message(msg_trading(WORLD_LOCATE, 'T'));
	message(msg_add(WORLD_LOCATE, 1, 'B', 300, 999000));
	message(msg_add(WORLD_LOCATE, 2, 'S', 500, 1001000));
	world_make(w, clock_ns());
}

static int no_event(void *context, void *event, size_t len)
{
	return 0;
}

static uint64_t refused_by(const struct ht_counters *n, enum ht_refusal reason)
{
	switch (reason) {
#define X(id, field, rule, words)					\
	case HT_REFUSED_##id:						\
		return n->refused_##field;
	HT_KERNEL_REFUSALS(X)
#undef X
	default:
		return 0;
	}
}

static void fire(const struct gate_case *c)
{
	const struct ht_trigger *t = &program.triggers[WORLD_ROW];
	struct ht_counters n;
	uint32_t i;

	if (c->timed)
		return;
	world_program(&world);
	c->spoil(&world);
	world_arm(&world);
	for (i = 0; i <= world.before; i++)
		message(msg_add(WORLD_LOCATE, 100 + i, 'B', 1, 999000));
	n = program_counters(&program);
	assert_int_equal(t->refused, c->reason != HT_ALLOWED);
	assert_int_equal(t->last_refusal, c->reason);
	assert_int_equal(refused_by(&n, c->reason), t->refused);
	assert_int_equal(n.fired, world.before + !t->refused);
	assert_int_equal(program_events(&program, no_event), n.fired);
}

static void each_reason(void **state)
{
	cases_each(fire);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_are_complete),
		cmocka_unit_test(each_reason),
	};
	int err = program_load(&program, NATIVE_ROOMY);

	if (err == -EPERM || err == -EACCES) {
		puts("BPF_PROG_TEST_RUN needs root");
		return 77;
	}
	if (err)
		return 1;
	err = cmocka_run_group_tests(tests, NULL, NULL);
	program_unload(&program);
	return err;
}
