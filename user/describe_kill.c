// SPDX-License-Identifier: GPL-2.0
/*
 * describe_kill - the kill switch as an answer
 */
#include <stdio.h>
#include <string.h>

#include "describe.h"
#include "kill.h"

static struct json_object *symbols_of(const struct ht_kill *kill,
				      uint32_t count)
{
	struct json_object *symbols = json_object_new_array();
	uint32_t i;

	for (i = 0; i < count && i < HT_KILL_SYMBOLS; i++)
		json_object_array_add(symbols, json_object_new_string_len(
			kill->symbol[i],
			(int)strnlen(kill->symbol[i], HT_TICKER)));
	return symbols;
}

struct json_object *describe_kill(const struct ht_kill *kill)
{
	uint32_t count = __atomic_load_n(&kill->count, __ATOMIC_ACQUIRE);
	struct json_object *o = json_object_new_object();
	bool all = HT_READ_ONCE(kill->global) || count > HT_KILL_SYMBOLS;
	bool session = HT_READ_ONCE(kill->session);

	out_text(o, "killed", all ? "everything" : session ? "the session" :
		 count ? "symbols" : "nothing");
	json_object_object_add(o, "symbols", symbols_of(kill, count));
	out_uint(o, "generation", kill->generation);
	if (kill->at_ns) {
		out_text(o, "last", kill->was_reset ? "reset" :
			 kill_level_name(kill->level));
		describe_time(o, "at", kill->at_ns);
		out_text(o, "who", kill->who);
		out_text(o, "reason", kill->reason);
	}
	if (all || session || count)
		out_text(o, "to_trade_again", "hairtrigger kill reset GENERATION");
	return o;
}

void describe_kill_print(struct json_object *killed)
{
	struct json_object *symbols;
	size_t i, count;

	out_fields(killed);
	symbols = json_object_object_get(killed, "symbols");
	count = json_object_array_length(symbols);
	if (count)
		fputs("symbols        ", stdout);
	for (i = 0; i < count; i++)
		printf(" %s", json_object_get_string(
			json_object_array_get_idx(symbols, i)));
	if (count)
		putchar('\n');
}
