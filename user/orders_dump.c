// SPDX-License-Identifier: GPL-2.0
/*
 * orders_dump - the state that a replay brings about again, as text
 *
 * Left out is what only the sender knows: what was never answered, limits,
 * times, what asked for it, and what cannot be true.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "orders_table.h"

static int by_urn(const void *a, const void *b)
{
	const struct order *const *x = a, *const *y = b;

	return ((*x)->urn > (*y)->urn) - ((*x)->urn < (*y)->urn);
}

static int by_symbol(const void *a, const void *b)
{
	const struct position *const *x = a, *const *y = b;

	return strcmp((*x)->symbol, (*y)->symbol);
}

static void order_line(const struct order *order, FILE *out)
{
	fprintf(out, "order urn=%u state=%s clordid=%.*s reason=%u",
		order->urn, order_state_name(order->state), OUCH_CLORDID_LEN,
		order->clordid, order->reason);
	/* a rejection does not say of what */
	if (!order->rejected)
		fprintf(out,
			" symbol=%s side=%c qty=%u done=%u open=%u filled=%u broken=%u notional=%" PRIu64
			" px=%" PRIu64 " ref=%" PRIu64 " orig=%u",
			order->symbol, order->side, order->qty, order->done,
			order->open, order->filled, order->broken,
			order->notional, order->px, order->order_ref,
			order->orig_urn);
	fputc('\n', out);
}

static void position_line(const struct position *pos, FILE *out)
{
	fprintf(out, "position symbol=%s shares=%" PRId64 " cost=%" PRIu64
		     " realised=%" PRId64,
		pos->symbol, pos->shares, pos->cost, pos->realised);
	fprintf(out, " bought=%" PRIu64 "/%" PRIu64 " sold=%" PRIu64
		     "/%" PRIu64 " executions=%" PRIu64 " breaks=%" PRIu64
		     " fills=%" PRIu64,
		pos->bought, pos->bought_notional, pos->sold,
		pos->sold_notional, pos->executions, pos->breaks, pos->fills);
	fprintf(out, " open_buy=%" PRIu64 "/%" PRIu64 " open_sell=%" PRIu64
		     "/%" PRIu64 " open_orders=%u top_buy=%" PRIu64
		     " low_sell=%" PRIu64 "\n",
		pos->open_buy, pos->open_buy_notional, pos->open_sell,
		pos->open_sell_notional, pos->open_orders, pos->top_buy,
		pos->low_sell);
}

static void totals_lines(const struct orders *o, FILE *out)
{
	const struct positions *p = &o->positions;

	fprintf(out, "orders accepted=%u replaced=%u rejected=%u canceled=%u"
		     " working=%u executions=%" PRIu64 " breaks=%" PRIu64
		     " shares=%" PRIu64 " notional=%" PRIu64 "\n",
		o->accepted, o->replaced, o->rejected, o->canceled, o->working,
		o->executions, o->breaks, o->shares, o->notional);
	fprintf(out, "positions realised=%" PRId64 " gross=%" PRIu64
		     " net=%" PRId64 " open_buy=%" PRIu64
		     " open_sell=%" PRIu64 " open_orders=%" PRIu64
		     " worst_gross=%" PRIu64 "\n",
		p->realised, p->gross, p->net, p->open_buy_notional,
		p->open_sell_notional, p->open_orders, p->worst_gross);
}

static int orders_lines(const struct orders *o, FILE *out)
{
	const struct order **sorted = calloc(o->count + 1, sizeof(*sorted));
	uint32_t i;

	if (!sorted)
		return -ENOMEM;
	for (i = 0; i < o->count; i++)
		sorted[i] = &o->table[i];
	qsort(sorted, o->count, sizeof(*sorted), by_urn);
	for (i = 0; i < o->count; i++)
		if (sorted[i]->answered)
			order_line(sorted[i], out);
	free(sorted);
	return 0;
}

static int positions_lines(const struct positions *p, FILE *out)
{
	const struct position **sorted = calloc(p->count + 1, sizeof(*sorted));
	uint32_t i;

	if (!sorted)
		return -ENOMEM;
	for (i = 0; i < p->count; i++)
		sorted[i] = &p->table[i];
	qsort(sorted, p->count, sizeof(*sorted), by_symbol);
	for (i = 0; i < p->count; i++)
		if (sorted[i]->fills || sorted[i]->open_orders)
			position_line(sorted[i], out);
	free(sorted);
	return 0;
}

int orders_dump(const struct orders *o, FILE *out)
{
	int err = orders_lines(o, out);

	if (!err)
		err = positions_lines(&o->positions, out);
	if (err)
		return err;
	totals_lines(o, out);
	return fflush(out) || ferror(out) ? -EIO : 0;
}

/* FNV-1a, 64 bits, of the text. */
int orders_digest(const struct orders *o, uint64_t *digest)
{
	char *text = NULL;
	size_t len = 0, i;
	FILE *out = open_memstream(&text, &len);
	int err;

	if (!out)
		return -ENOMEM;
	err = orders_dump(o, out);
	if (fclose(out) && !err)
		err = -EIO;
	*digest = 0xcbf29ce484222325ull;
	for (i = 0; i < len; i++)
		*digest = (*digest ^ (uint8_t)text[i]) * 0x100000001b3ull;
	free(text);
	return err;
}
