// SPDX-License-Identifier: GPL-2.0
/*
 * dump - the book as rows of CSV
 */
#include "dump.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "price.h"

int dump_order(const void *a, const void *b)
{
	const struct dump_name *one = a, *two = b;
	int order = strcmp(one->ticker, two->ticker);

	return order ? order : (one->locate > two->locate) -
			       (one->locate < two->locate);
}

int dump_names(const struct instance *in, struct dump_name **names)
{
	uint32_t locate;
	struct ht_top top;
	int n = 0;

	*names = calloc(HT_LOCATES, sizeof(**names));
	if (!*names)
		return -ENOMEM;
	for (locate = 0; locate < HT_LOCATES; locate++) {
		instance_top(in, locate, &top);
		if (!top.bid.orders && !top.ask.orders)
			continue;
		instance_ticker(in, locate, (*names)[n].ticker);
		(*names)[n++].locate = locate;
	}
	qsort(*names, (size_t)n, sizeof(**names), dump_order);
	return n;
}

void dump_rows(FILE *out, const char *ticker, const struct depth *d)
{
	char px[PRICE_TEXT];
	int side, i;

	for (side = HT_BID; side <= HT_ASK; side++)
		for (i = 0; i < d->count[side]; i++) {
			const struct book_level *level = &d->levels[side][i];

			fprintf(out, "%s,%c,%s,%" PRIu64 ",%u\n", ticker,
				side == HT_BID ? 'B' : 'S',
				price_text(px, level->px), level->qty,
				level->orders);
		}
}

int64_t dump_write(const struct instance *in, FILE *out)
{
	struct dump_name *names;
	struct depth depth = { 0 };
	int64_t rows = 0;
	int count = dump_names(in, &names), i, err = 0;

	if (count < 0)
		return count;
	fputs(DUMP_HEADER, out);
	for (i = 0; i < count && !err; i++) {
		err = depth_read(&depth, in, names[i].locate);
		if (err)
			break;
		dump_rows(out, names[i].ticker, &depth);
		rows += depth.count[HT_BID] + depth.count[HT_ASK];
	}
	if (!err && (fflush(out) || ferror(out)))
		err = errno ? -errno : -EIO;
	depth_free(&depth);
	free(names);
	return err ? err : rows;
}

int64_t dump_file(const struct instance *in, const char *path)
{
	FILE *out = path ? fopen(path, "w") : stdout;
	int64_t rows;

	if (!out)
		return out_error(-errno, "%s: cannot write", path);
	rows = dump_write(in, out);
	if (path && fclose(out) && rows >= 0)
		rows = -errno;
	if (rows == -EAGAIN)
		out_error(0, "a symbol changes faster than it can be read; try again");
	else if (rows < 0)
		out_error((int)rows, "%s: cannot write the book",
			  path ? path : "stdout");
	return rows;
}
