/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gate_native - a world in the native maps, judged by both gates
 */
#ifndef GATE_NATIVE_H
#define GATE_NATIVE_H

#include "gate_world.h"
#include "../../user/instance.h"

/* Empty maps, the market open, the book quoted, and a world that is good. */
void world_native(struct gate_world *w);

/* The order by its trigger.  Return: what the kernel's gate, compiled natively,
 * says to it; the counters and the trigger agree, or the test fails.
 */
enum ht_refusal world_fire(struct gate_world *w);

/* The same order by what user/risk.c says, a controller that has just begun. */
enum ht_refusal world_judge(struct gate_world *w);

/* The event of the order's trigger, number `seq`. */
struct ht_event world_event(const struct gate_world *w, uint64_t seq);

/* The maps of the world as user space sees them. */
struct instance world_instance(const struct gate_world *w);

#endif
