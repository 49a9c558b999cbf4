// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "rule.h"

struct ht_trigger rule_row(uint32_t locate, uint32_t clauses,
			   const struct ht_clause *clause)
{
	struct ht_trigger t = {
		.state = HT_TRIGGER_ARMED,
		.rule[0] = {
			.locate = locate,
			.clauses = clauses,
			.side = HT_BID,
			.price_from = HT_AT_LIMIT,
			.limit_px_e4 = 1234500,
			.qty = 100,
			.max_fires = UINT64_MAX,
		},
	};

	memcpy(t.rule[0].clause, clause, clauses * sizeof(*clause));
	return t;
}

struct ht_trigger rule_one(uint32_t locate, enum ht_feature feature,
			   enum ht_op op, int64_t value)
{
	struct ht_clause clause = {
		.feature = feature, .op = op, .value = value,
	};

	return rule_row(locate, 1, &clause);
}

struct ht_trigger *rule_install(uint32_t row, struct ht_trigger t)
{
	struct ht_watch *watch = &native_watches[t.rule[0].locate];

	t.next = watch->first;
	native_triggers[row] = t;
	watch->first = row;
	return &native_triggers[row];
}

struct allow_maps native_allow(void)
{
	return (struct allow_maps){
		.gate = &native_gate,
		.limits = native_limits,
		.rules = &native_rules,
		.account = &native_account,
		.exposures = native_exposures,
	};
}

void rule_open_market(uint32_t locate)
{
	const struct allow_maps maps = native_allow();

	allow_all(&maps, native_now_ns);
	native_message(msg_event('Q'));
	native_message(msg_directory(locate, "TEST", 'P'));
	native_message(msg_trading(locate, 'T'));
	allow_symbol(&maps, native_symbols, locate, 1000000);
}
