// SPDX-License-Identifier: GPL-2.0
/*
 * Trigger expressions.  Input: the text.
 */
#include <string.h>

#include "fuzz.h"
#include "../../user/trigger.h"

/* What was understood is understood again, from the text that is kept. */
static void check_rule(const struct ht_rule *rule)
{
	struct trigger_error error;
	struct ht_rule again;

	fuzz_check(!trigger_compile(rule->text, &again, &error));
	fuzz_check(!memcmp(rule, &again, sizeof(again)));
	fuzz_check(rule->clauses >= 1 && rule->clauses <= HT_CLAUSES);
	fuzz_check(rule->qty && rule->max_fires);
}

/* An error points into the text that is kept, or right behind it. */
static void check_error(const struct ht_rule *rule,
			const struct trigger_error *error)
{
	size_t length = strnlen(rule->text, sizeof(rule->text));

	fuzz_check(length < sizeof(rule->text));
	fuzz_check(error->column >= 1 &&
		   (size_t)error->column <= length + 1);
	fuzz_check(error->expected[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	char *text = fuzz_text(&in);
	struct trigger_error error;
	struct ht_rule rule;

	if (trigger_compile(text, &rule, &error))
		check_error(&rule, &error);
	else
		check_rule(&rule);
	free(text);
	return 0;
}
