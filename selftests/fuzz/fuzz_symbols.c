// SPDX-License-Identifier: GPL-2.0
/*
 * Watch lists.  Input: a byte, odd for a file's content, even for the text
 * behind --symbols; then that.
 */
#include <string.h>

#include "fuzz.h"
#include "../../user/symbols.h"

/* Sorted, no two the same, each a ticker. */
static void check(const struct symbols *s)
{
	uint32_t i;

	fuzz_check(s->count && s->count <= HT_WANTED);
	for (i = 0; i < s->count; i++) {
		const char *stock = s->names[i].stock;

		fuzz_check(symbols_has(s, stock));
		fuzz_check(symbols_length(stock) >= 1 && stock[0] != ' ');
		if (i)
			fuzz_check(memcmp(s->names[i - 1].stock, stock,
					  ITCH_STOCK_LEN) < 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	bool file = fuzz_u8(&in) & 1;
	char *text = NULL;
	struct symbols s;

	if (file) {
		if (!symbols_read(&s, fuzz_file(in.at, in.left)))
			check(&s);
	} else {
		text = fuzz_text(&in);
		/* a path would be opened */
		if (!strchr(text, '/') && !symbols_read(&s, text))
			check(&s);
		else if (strchr(text, '/'))
			s = (struct symbols){0};
	}
	symbols_free(&s);
	free(text);
	return 0;
}
