/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gate_world - an order and all that the gates look at, good but for one thing
 *
 * The maps are the native ones or those of a loaded program, so the same cases
 * go through the kernel's gate natively, through the loaded program, and
 * through the one in user space.
 */
#ifndef GATE_WORLD_H
#define GATE_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"

enum { WORLD_LOCATE = 1, WORLD_ROW = 1, WORLD_FILLS = 4 };

struct gate_world {
	struct ht_feed *feed;
	struct ht_gate *gate;
	struct ht_kill *kill;
	struct ht_limit *limits;
	struct ht_rules *rules;
	struct ht_account *account;
	struct ht_exposure *exposures;
	struct ht_symbol *symbols;
	struct ht_top *tops;
	struct ht_trigger *triggers;
	struct ht_watch *watches;

	/* of these, what the order is about */
	struct ht_limit *limit;
	struct ht_rule_set *set;
	struct ht_exposure *e;
	struct ht_symbol *s;
	struct ht_top *top;

	uint64_t now_ns;
	uint64_t late_ns;	/* from the packet to the judgement */
	bool stopped;		/* no controller, or one that ends */
	uint32_t before;	/* the same order, so many times before it */

	enum ht_side side;
	uint32_t px;
	uint32_t qty;
	uint32_t marks;
};

/* The maps are filled: what is left is that the book of WORLD_LOCATE, TEST, is
 * 99.90 x 300 by 100.10 x 500, its market open.  The order buys 100 at 100.10.
 */
void world_make(struct gate_world *w, uint64_t now_ns);

/* The trigger that wants the order: whatever the bid is, again and again. */
void world_arm(struct gate_world *w);

/* 1e-4 dollars */
uint64_t world_notional(const struct gate_world *w);

/* The order sells 100 of 1,000 shares, or is a short sale that may be. */
void world_sells(struct gate_world *w, uint32_t px);
void world_shorts(struct gate_world *w, uint32_t px);

#endif
