// SPDX-License-Identifier: GPL-2.0
/*
 * bbo - every change of a best bid or offer as a row of CSV
 */
#include "bbo.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "price.h"
#include "wire.h"

struct bbo {
	const struct instance *in;
	const struct symbols *watched;
	const char *path;
	FILE *out;
	bool seen[HT_LOCATES];		/* on the watch list, by locate */
	struct ht_top last[HT_LOCATES];	/* as of the row last written */
};

int bbo_open(struct bbo **bbo, const char *path, const struct instance *in,
	     const struct symbols *watched)
{
	struct bbo *b = calloc(1, sizeof(*b));

	*bbo = b;
	if (!b)
		return out_error(-ENOMEM, "%s", path);
	b->in = in;
	b->watched = watched;
	b->path = path;
	b->out = fopen(path, "w");
	if (!b->out) {
		free(b);
		*bbo = NULL;
		return out_error(-errno, "%s: cannot write", path);
	}
	fputs("seq,ts_ns,symbol,bid_px,bid_qty,ask_px,ask_qty\n", b->out);
	return 0;
}

void bbo_begin(struct bbo *bbo)
{
	memcpy(bbo->last, bbo->in->tops, sizeof(bbo->last));
}

bool bbo_wants(struct bbo *bbo, const uint8_t *message, uint32_t length)
{
	const struct itch_directory *r = (const void *)message;
	uint32_t locate;

	if (length < ITCH_MIN_LEN)
		return false;
	if (!bbo->watched->count)
		return true;
	locate = get_be16(&r->head.locate);
	if (r->head.type == 'R' && length >= sizeof(*r))
		bbo->seen[locate] = symbols_has(bbo->watched, r->stock);
	return bbo->seen[locate];
}

static void side_write(FILE *out, const struct ht_quote *q)
{
	char text[PRICE_TEXT];

	if (q->orders)
		fprintf(out, ",%s,%" PRIu64, price_text(text, q->px_e4),
			(uint64_t)q->qty);
	else
		fputs(",,", out);
}

static bool same_quote(const struct ht_quote *a, const struct ht_quote *b)
{
	return a->px_e4 == b->px_e4 && a->qty == b->qty;
}

void bbo_row(struct bbo *bbo, const uint8_t *message, uint64_t seq)
{
	const struct itch_head *head = (const struct itch_head *)message;
	uint32_t locate = get_be16(&head->locate);
	const struct ht_top *top = &bbo->in->tops[locate];
	struct ht_top *last = &bbo->last[locate];
	char ticker[HT_TICKER];

	if (same_quote(&top->bid, &last->bid) &&
	    same_quote(&top->ask, &last->ask))
		return;
	*last = *top;
	fprintf(bbo->out, "%" PRIu64 ",%" PRIu64 ",%s", seq,
		(uint64_t)get_be48(head->timestamp),
		instance_ticker(bbo->in, locate, ticker));
	side_write(bbo->out, &top->bid);
	side_write(bbo->out, &top->ask);
	fputc('\n', bbo->out);
}

int bbo_close(struct bbo *bbo)
{
	bool bad = ferror(bbo->out);
	int err = fclose(bbo->out) ? -errno : bad ? -EIO : 0;

	if (err)
		out_error(err, "%s: cannot write", bbo->path);
	free(bbo);
	return err;
}
