// SPDX-License-Identifier: GPL-2.0
/*
 * names - words for people of the contract's enums
 */
#include "instance.h"

#define NAME_OF(names, i) \
	((unsigned int)(i) < sizeof(names) / sizeof(*(names)) ? \
	 (names)[i] : "?")

const char *feed_state_name(enum ht_feed_state state)
{
	static const char *const names[] = {
		[HT_FEED_WAITING] = "WAITING",
		[HT_FEED_LIVE] = "LIVE",
		[HT_FEED_GAP] = "GAP",
		[HT_FEED_ENDED] = "ENDED",
		[HT_FEED_BAD] = "BAD",
		[HT_FEED_JOINING] = "JOINING",
	};

	return NAME_OF(names, state);
}

const char *phase_name(enum ht_market_phase phase)
{
	static const char *const names[] = {
		[HT_PHASE_CLOSED] = "CLOSED",
		[HT_PHASE_MESSAGES] = "MESSAGES",
		[HT_PHASE_SYSTEM] = "SYSTEM",
		[HT_PHASE_MARKET] = "MARKET",
		[HT_PHASE_AFTER] = "AFTER",
		[HT_PHASE_SYSTEM_END] = "SYSTEM_END",
	};

	return NAME_OF(names, phase);
}

const char *symbol_state_name(enum ht_symbol_state state)
{
	static const char *const names[] = {
		[HT_SYMBOL_HALTED] = "HALTED",
		[HT_SYMBOL_PAUSED] = "PAUSED",
		[HT_SYMBOL_QUOTATION] = "QUOTATION",
		[HT_SYMBOL_TRADING] = "TRADING",
	};

	return NAME_OF(names, state);
}

const char *trigger_state_name(enum ht_trigger_state state)
{
	static const char *const names[] = {
		[HT_TRIGGER_FREE] = "FREE",
		[HT_TRIGGER_DISARMED] = "DISARMED",
		[HT_TRIGGER_ARMED] = "ARMED",
		[HT_TRIGGER_SPENT] = "SPENT",
		[HT_TRIGGER_FAULT] = "FAULT",
	};

	return NAME_OF(names, state);
}

const char *reg_sho_name(enum ht_reg_sho restriction)
{
	static const char *const names[] = {
		[HT_SHO_NONE] = "none",
		[HT_SHO_TRIGGERED] = "triggered",
		[HT_SHO_CARRIED] = "carried over",
	};

	return NAME_OF(names, restriction);
}

const char *refusal_words(uint32_t refusal)
{
	static const char *const names[] = {
		[HT_ALLOWED] = "none",
#define X(id, field, rule, words) [HT_REFUSED_##id] = words,
		HT_REFUSALS_ALL(X)
#undef X
	};

	return NAME_OF(names, refusal);
}

const char *refusal_rule(uint32_t refusal)
{
	static const char *const names[] = {
		[HT_ALLOWED] = "-",
#define X(id, field, rule, words) [HT_REFUSED_##id] = rule,
		HT_REFUSALS_ALL(X)
#undef X
	};

	return NAME_OF(names, refusal);
}
