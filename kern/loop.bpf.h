/* SPDX-License-Identifier: GPL-2.0 */
/*
 * loop - one way to repeat a step, in the kernel and natively
 *
 * bpf_loop() is verified once for any number of rounds and inlined by the
 * kernel; natively it is a plain loop.  The step returns 1 to stop.
 */
#ifndef HT_LOOP_BPF_H
#define HT_LOOP_BPF_H

#include "abi.h"

/* verifier: a bounded loop is walked round by round and must be seen to end;
 * clang would count something else instead ("the sequence of 8193 jumps is too
 * complex").
 */
#define HT_COUNT_ROUNDS(n)	__asm__ __volatile__("" : "+r"(n))

/* verifier: of x only what follows is known.  A bound that clang sees by itself
 * it does not check again, and 6.1 does not see it ("unbounded min value").
 */
#define HT_FORGET(x)	__asm__ __volatile__("" : "+r"(x))

/* A function that the kernel verifies once, with any arguments: it takes and
 * returns scalars only.
 */
#ifdef __bpf__
#define HT_GLOBAL	__noinline
#else
#define HT_GLOBAL	static __attribute__((unused))
#endif

#ifdef __bpf__
#define ht_loop(rounds, step, context)	bpf_loop(rounds, step, context, 0)
#else
static inline long ht_loop(__u32 rounds, long (*step)(__u32, void *),
			   void *context)
{
	__u32 i;

	for (i = 0; i < rounds; i++)
		if (step(i, context))
			break;
	return i;
}
#endif

#endif
