// SPDX-License-Identifier: GPL-2.0
/*
 * Prices, times, numbers and groups as people write them.  Input: which of
 * them, a byte, and the text.
 */
#include <string.h>

#include "fuzz.h"
#include "price.h"
#include "../../user/command.h"
#include "../../user/daytime.h"
#include "../../user/group.h"

static void price(const char *text)
{
	char again[PRICE_TEXT];
	const char *end;
	uint64_t px, same;

	if (price_parse(text, UINT64_MAX, &px, &end))
		return;
	fuzz_check(end > text && end <= text + strlen(text));
	fuzz_check(!price_parse(price_text(again, px), UINT64_MAX, &same,
				&end) && same == px && !*end);
}

static void daytime(const char *text)
{
	char again[DAYTIME_TEXT];
	uint64_t ns, same;

	if (daytime_parse(text, &ns))
		return;
	fuzz_check(ns < 86400ull * 1000000000);
	fuzz_check(!daytime_parse(daytime_text(again, ns), &same) &&
		   same == ns);
}

static void number(const char *text)
{
	unsigned long long value;

	if (number_parse("it", text, 3, 77777, &value))
		fuzz_check(value >= 3 && value <= 77777);
}

static void group(const char *text)
{
	struct ht_line lines[HT_LINES] = {0};
	int count = 0;

	if (!group_add(lines, &count, text))
		return;
	fuzz_check(count == 1 && lines[0].port && lines[0].group[0] >= 224 &&
		   lines[0].group[0] < 240);
	fuzz_check(!group_add(lines, &count, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const parsers[])(const char *) = {
		price, daytime, number, group,
	};
	struct bytes in = { data, size };
	uint8_t which = fuzz_u8(&in) % 4;
	char *text = fuzz_text(&in);

	parsers[which](text);
	free(text);
	return 0;
}
