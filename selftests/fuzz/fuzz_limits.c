// SPDX-License-Identifier: GPL-2.0
/*
 * Limits as people write them.  Input: a key, a space, a value.
 */
#include <string.h>

#include "fuzz.h"
#include "../../user/limits.h"

/* What was understood is within bounds, and understood again as it is shown. */
static void check_value(const struct limits_edit *edit)
{
	char text[LIMITS_TEXT], words[LIMITS_WORDS];
	struct limits_edit again;

	fuzz_check(edit->value <= edit->key->max);
	fuzz_check(!limits_parse(edit->key,
				 limits_text(text, edit->key, edit->value),
				 &again, words));
	fuzz_check(again.value == edit->value);
}

/* An error is one line that says something. */
static void check_words(const char words[LIMITS_WORDS])
{
	size_t length = strnlen(words, LIMITS_WORDS);

	fuzz_check(length && length < LIMITS_WORDS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	char *text = fuzz_text(&in), *value = strchr(text, ' ');
	char words[LIMITS_WORDS] = "";
	const struct limits_key *key;
	struct limits_edit edit;

	if (value)
		*value++ = 0;
	key = limits_find(text, words);
	if (!key)
		check_words(words);
	else if (limits_parse(key, value ? value : "", &edit, words))
		check_words(words);
	else
		check_value(&edit);
	free(text);
	return 0;
}
