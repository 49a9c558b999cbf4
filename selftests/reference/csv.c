// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <zlib.h>

#include "price.h"

#include "csv.h"

int csv_write(const struct ref_book *b, FILE *out)
{
	struct ref_level *levels;
	char text[PRICE_TEXT];
	int count = ref_levels(b, &levels);
	int i;

	fputs("symbol,side,price,qty,orders\n", out);
	for (i = 0; i < count; i++)
		fprintf(out, "%s,%c,%s,%" PRIu64 ",%" PRIu32 "\n",
			levels[i].symbol, levels[i].side,
			price_text(text, levels[i].quote.px),
			levels[i].quote.qty, levels[i].quote.orders);
	free(levels);
	return count;
}

static ssize_t crc_add(void *cookie, const char *bytes, size_t len)
{
	uint32_t *crc = cookie;

	*crc = (uint32_t)crc32_z(*crc, (const Bytef *)bytes, len);
	return (ssize_t)len;
}

FILE *crc_open(uint32_t *crc)
{
	*crc = (uint32_t)crc32(0, NULL, 0);
	return fopencookie(crc, "w",
			   (cookie_io_functions_t){ .write = crc_add });
}

int csv_crc(const struct ref_book *b, uint32_t *crc)
{
	FILE *out = crc_open(crc);
	int count;

	if (!out)
		return -ENOMEM;
	count = csv_write(b, out);
	fclose(out);
	return count < 0 ? count : 0;
}
