// SPDX-License-Identifier: GPL-2.0
/*
 * What INSTANCE.kill may say.  Input: the file.  What is taken is what would be
 * written of it, and fits the map.
 */
#include <string.h>

#include "fuzz.h"
#include "../../user/kill.h"

#include <json-c/json.h>

static void symbols_check(const struct ht_kill *kill)
{
	uint32_t i;

	fuzz_check(kill->count <= HT_KILL_SYMBOLS);
	for (i = 0; i < kill->count; i++) {
		fuzz_check(kill->symbol[i][0]);
		fuzz_check(memchr(kill->symbol[i], 0, HT_TICKER));
		fuzz_check(kill_is(kill, kill->symbol[i]));
	}
}

/* Bytes that no terminal should be shown are another one from then on. */
static void written_check(const struct ht_kill *kill)
{
	struct json_object *o = kill_object(kill), *same;
	const char *text = json_object_to_json_string(o);
	struct ht_kill again;

	fuzz_check(!kill_parse(text, strlen(text), &again));
	fuzz_check(again.global == kill->global && again.count == kill->count &&
		   again.session == kill->session &&
		   again.generation == kill->generation);
	same = kill_object(&again);
	fuzz_check(!strcmp(text, json_object_to_json_string(same)));
	json_object_put(same);
	json_object_put(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ht_kill kill;

	if (kill_parse((const char *)data, size, &kill))
		return 0;
	fuzz_check(kill.global <= 1 && kill.session <= 1);
	fuzz_check(kill.level <= HT_KILL_GLOBAL);
	fuzz_check(memchr(kill.who, 0, sizeof(kill.who)));
	fuzz_check(memchr(kill.reason, 0, sizeof(kill.reason)));
	symbols_check(&kill);
	written_check(&kill);
	return 0;
}
