/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gate - what a gate must say, written down as the sheet has it
 *
 * Clarity before all else: 128-bit sums, and every rule on its own.
 * It judges one order of a trigger, the first in a while (O6 and the rates of
 * O7 remember nothing).
 */
#ifndef REF_GATE_H
#define REF_GATE_H

#include "native/gate_world.h"

/* Return: HT_ALLOWED, or the lowest-numbered reason that holds. */
enum ht_refusal ref_gate(const struct gate_world *w);

#endif
