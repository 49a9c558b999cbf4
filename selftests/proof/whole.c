// SPDX-License-Identifier: GPL-2.0
/*
 * whole - every level, every order, one checksum
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "book.h"
#include "crc.h"
#include "dump.h"
#include "price.h"
#include "reference/csv.h"

#include "compare.h"

/* One side of one symbol, as the reference has it: rows of its whole book. */
struct rows {
	const struct ref_level *level;
	int count;
};

static int differs_level(const struct session *s, const struct ref_level *want,
			 const struct book_level *engine)
{
	char one[PRICE_TEXT], other[PRICE_TEXT];

	return differs(s, "%s %c level: engine %s x %" PRIu64 " in %" PRIu32
		       " orders, reference %s x %" PRIu64 " in %" PRIu32,
		       want->symbol, want->side, price_text(one, engine->px),
		       engine->qty, engine->orders,
		       price_text(other, want->quote.px), want->quote.qty,
		       want->quote.orders);
}

/* `room` holds one level more than there are rows. */
static int compare_side(const struct session *s, uint16_t locate,
			enum ht_side side, struct rows rows,
			struct book_level *room)
{
	int got = book_side(&s->engine.in, locate, side, room, rows.count + 1);
	int i;

	if (got == -EAGAIN)	/* nobody else writes */
		return differs(s, "locate %u: its levels contradict each other",
			       locate);
	if (got < 0)
		return got;
	for (i = 0; i < got && i < rows.count; i++) {
		const struct ref_quote *want = &rows.level[i].quote;

		if (room[i].px != want->px || room[i].qty != want->qty ||
		    room[i].orders != want->orders)
			return differs_level(s, &rows.level[i], &room[i]);
	}
	if (got != rows.count)
		return differs(s, "locate %u: engine has %s%d %s levels, reference %d",
			       locate, got > rows.count ? "at least " : "",
			       got, side == HT_BID ? "bid" : "ask",
			       rows.count);
	return 0;
}

/* The rows of one side stand together: the first of them by locate. */
struct by_locate {
	struct rows side[REF_LOCATES][2];
};

static int group(struct by_locate *by, const struct ref_level *levels,
		 int count)
{
	int i, most = 0;

	for (i = 0; i < count; i++) {
		enum ht_side side = levels[i].side == 'B' ? HT_BID : HT_ASK;
		struct rows *rows = &by->side[levels[i].locate][side];

		if (!rows->count++)
			rows->level = &levels[i];
		if (rows->count > most)
			most = rows->count;
	}
	return most;
}

static int compare_levels(const struct session *s)
{
	struct by_locate *by = calloc(1, sizeof(*by));
	struct book_level *room = NULL;
	struct ref_level *levels;
	int count = ref_levels(&s->reference, &levels);
	uint32_t locate;
	int err = -ENOMEM;

	if (by && count >= 0)
		room = calloc((size_t)group(by, levels, count) + 1,
			      sizeof(*room));
	if (room)
		err = (uint64_t)count == s->reference.levels ? 0 :
		      differs(s, "the reference's own trees hold %" PRIu64
			      " levels, its orders %d",
			      s->reference.levels, count);
	for (locate = 0; !err && locate < 2 * REF_LOCATES; locate++)
		if (!s->lost[locate / 2])
			err = compare_side(s, (uint16_t)(locate / 2),
					   locate % 2,
					   by->side[locate / 2][locate % 2],
					   room);
	free(room);
	free(levels);
	free(by);
	return err;
}

static int compare_order(const struct session *s,
			 const struct engine_order *engine,
			 const struct ref_order *want)
{
	char one[PRICE_TEXT], other[PRICE_TEXT];
	char side = engine->side == HT_BID ? 'B' : 'S';

	if (!want)
		return differs(s, "order %" PRIu64 ": engine %c %" PRIu32
			       " at %s, reference has none", engine->ref, side,
			       engine->shares, price_text(one, engine->px));
	if (engine->shares == want->shares && engine->px == want->px &&
	    side == want->side)
		return 0;
	return differs(s, "order %" PRIu64 " (locate %u): engine %c %" PRIu32
		       " at %s, reference %c %" PRIu32 " at %s", engine->ref,
		       want->locate, side, engine->shares,
		       price_text(one, engine->px), want->side, want->shares,
		       price_text(other, want->px));
}

static int key_compare(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* Every order the engine holds stands in one slot, and those of the reference
 * are all among them.
 */
static int compare_keys(const struct session *s, uint64_t *keys, size_t count)
{
	const struct ref_order *order;
	size_t i;

	qsort(keys, count, sizeof(*keys), key_compare);
	for (i = 1; i < count; i++)
		if (keys[i] == keys[i - 1])
			return differs(s, "order %" PRIu64 " (locate %u) stands in two slots",
				       (uint64_t)(keys[i] & HT_REF_MASK),
				       (uint32_t)(keys[i] >> HT_LOCATE_SHIFT));
	for (order = s->reference.by_ref; order; order = order->hh.next) {
		uint64_t key = order_key(order->locate, order->ref);

		if (!s->lost[order->locate] &&
		    !bsearch(&key, keys, count, sizeof(*keys), key_compare))
			return differs(s, "order %" PRIu64 " (locate %u) is not in the engine",
				       order->ref, order->locate);
	}
	return 0;
}

static int compare_orders(const struct session *s)
{
	const struct instance *in = &s->engine.in;
	uint64_t *keys = calloc((size_t)in->book->orders + 1, sizeof(*keys));
	struct engine_order engine;
	size_t count = 0;
	uint32_t slot;
	int err = keys ? 0 : -ENOMEM;

	for (slot = 0; !err && slot < engine_slots(in); slot++) {
		if (!engine_order(in, slot, &engine))
			continue;
		if (count == in->book->orders)
			err = differs(s, "more orders in their table than %"
				      PRIu64, (uint64_t)in->book->orders);
		else
			err = compare_order(s, &engine,
					    ref_order(&s->reference,
						      engine.locate,
						      engine.ref));
		if (!err)
			keys[count++] = order_key(engine.locate, engine.ref);
	}
	if (!err)
		err = compare_keys(s, keys, count);
	free(keys);
	return err;
}

/* The engine's own idea of it, which is read otherwise, and its CSV's. */
static int compare_crc(const struct session *s)
{
	struct crc engine;
	uint32_t dumped, reference;
	FILE *out = crc_open(&dumped);
	int64_t levels;
	int err;

	if (!out)
		return -ENOMEM;
	levels = dump_write(&s->engine.in, out);
	fclose(out);
	if (levels < 0)
		return (int)levels;
	err = csv_crc(&s->reference, &reference);
	if (!err)
		err = crc_book(&engine, &s->engine.in, 0);
	if (err)
		return err;
	if (engine.sum != reference || dumped != reference)
		return differs(s, "crc: engine %08" PRIx32 ", its CSV %08"
			       PRIx32 ", reference %08" PRIx32, engine.sum,
			       dumped, reference);
	return 0;
}

int compare_expected(const struct session *s)
{
	uint32_t locate;

	for (locate = 0; s->expect && locate < REF_LOCATES; locate++)
		if (s->expect[locate] == EXPECT_LOST && !s->lost[locate])
			return differs(s, "locate %u: not BAD, although there was no room for it",
				       locate);
	if (s->refused && s->refused != s->engine.now.orders_full +
					s->engine.now.levels_full)
		return differs(s, "%" PRIu64 " orders and %" PRIu64
			       " levels refused, not %" PRIu64,
			       (uint64_t)s->engine.now.orders_full,
			       (uint64_t)s->engine.now.levels_full,
			       s->refused);
	return 0;
}

int compare_whole(const struct session *s)
{
	int err = compare_tops(s);

	if (!err)
		err = compare_levels(s);
	if (!err)
		err = compare_orders(s);
	return err || s->lost_symbols ? err : compare_crc(s);
}
