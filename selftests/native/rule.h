/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rule - triggers for tests, and a market in which they may act
 */
#ifndef RULE_H
#define RULE_H

#include "allow.h"
#include "native.h"

/* An armed row: buys 100 at 123.45 when all clauses hold, as often as it
 * likes, with no cooldown.
 */
struct ht_trigger rule_row(uint32_t locate, uint32_t clauses,
			   const struct ht_clause *clause);

/* The same with one clause. */
struct ht_trigger rule_one(uint32_t locate, enum ht_feature feature,
			   enum ht_op op, int64_t value);

/* Puts t in a row of the native maps, first on its symbol's list. */
struct ht_trigger *rule_install(uint32_t row, struct ht_trigger t);

/* What allow.h fills. */
struct allow_maps native_allow(void);

/* Market hours, a live controller, an open session, the symbol trading, and no
 * limit in the way: all the gate asks.
 */
void rule_open_market(uint32_t locate);

#endif
