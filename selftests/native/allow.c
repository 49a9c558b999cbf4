// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "allow.h"

#define PLENTY	(1ll << 40)

static const struct ht_limit any_order = {
	.enabled = HT_YES,
	.tick_e4 = 1,
	.max_qty = UINT32_MAX,
	.max_notional = UINT64_MAX,
	.collar_bps = 10000,
	.max_through = UINT32_MAX,
	.rate = UINT32_MAX,
	.max_open = UINT32_MAX,
	.max_fills = HT_FILLS,
	.max_open_notional = UINT64_MAX,
	.max_position = UINT64_MAX,
};

static const struct ht_rule_set any_orders = {
	.max_silence_ns = UINT64_MAX,
	.max_age_ns = UINT64_MAX,
	.session_silence_ns = UINT64_MAX,
	.rate = UINT32_MAX,
	.session_rate = UINT32_MAX,
	.max_orders = UINT32_MAX,
	.max_ratio = UINT32_MAX,
	.max_open = UINT32_MAX,
	.max_open_notional = UINT64_MAX,
	.max_gross = UINT64_MAX,
	.max_net = UINT64_MAX,
	.max_loss = UINT64_MAX,
	.max_mark_ns = UINT64_MAX,
};

void allow_all(const struct allow_maps *m, uint64_t now_ns)
{
	*m->gate = (struct ht_gate){
		.heartbeat_ns = now_ns,
		.heartbeat_max_ns = 1000000000,
	};
	m->limits[HT_LOCATES] = any_order;
	*m->rules = (struct ht_rules){ .version = 1, .set[1] = any_orders };
	*m->account = (struct ht_account){
		.session = HT_SESSION_OPEN,
		.heard_ns = now_ns,
		.marked_ns = now_ns,
	};
}

void allow_symbol(const struct allow_maps *m, struct ht_symbol *symbols,
		  uint32_t locate, uint32_t px)
{
	struct ht_symbol *s = &symbols[locate];

	m->exposures[locate].position = PLENTY;
	if (!s->ticker[0])
		memcpy(s->ticker, "TEST", sizeof("TEST"));
	s->last_px_e4 = px;
	s->trades = 1;
}
