// SPDX-License-Identifier: GPL-2.0
/*
 * ladder - books as answers: bids on the left, offers on the right
 */
#include "ladder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "describe.h"
#include "wanted.h"

static struct json_object *describe_side(const struct book_level *levels,
					 int count)
{
	struct json_object *side = json_object_new_array();
	int i;

	for (i = 0; i < count; i++) {
		struct json_object *level = json_object_new_object();

		out_price(level, "price", levels[i].px);
		out_uint(level, "size", levels[i].qty);
		out_uint(level, "orders", levels[i].orders);
		json_object_array_add(side, level);
	}
	return side;
}

static void totals_add(struct json_object *totals,
		       const struct book_level *levels, int count,
		       const char *const names[3])
{
	uint64_t size = 0, orders = 0;
	int i;

	for (i = 0; i < count; i++) {
		size += levels[i].qty;
		orders += levels[i].orders;
	}
	out_uint(totals, names[0], (uint64_t)count);
	out_uint(totals, names[1], size);
	out_uint(totals, names[2], orders);
}

static struct json_object *describe_totals(const struct depth *d)
{
	static const char *const names[2][3] = {
		{ "bid_levels", "bid_size", "bid_orders" },
		{ "ask_levels", "ask_size", "ask_orders" },
	};
	struct json_object *totals = json_object_new_object();
	int side;

	for (side = HT_BID; side <= HT_ASK; side++)
		totals_add(totals, d->levels[side], d->count[side],
			   names[side]);
	return totals;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

static void sides_add(struct json_object *answer, const struct depth *d,
		      int levels)
{
	json_object_object_add(answer, "bids", describe_side(
		d->levels[HT_BID], least(d->count[HT_BID], levels)));
	json_object_object_add(answer, "asks", describe_side(
		d->levels[HT_ASK], least(d->count[HT_ASK], levels)));
}

void ladder_add_all(struct json_object *answer, const struct depth *d)
{
	sides_add(answer, d, d->room);
}

int ladder_add(struct json_object *answer, const struct instance *in,
	       uint32_t locate, int levels)
{
	struct depth depth = { 0 };
	int err = depth_read(&depth, in, locate);

	if (!err) {
		sides_add(answer, &depth, levels);
		json_object_object_add(answer, "totals",
				       describe_totals(&depth));
	}
	depth_free(&depth);
	return err;
}

/* Copies the members of one level under names of their side. */
static void row_add_side(struct json_object *row, struct json_object *side,
			 size_t i, const char *const names[3])
{
	static const char *const members[] = { "price", "size", "orders" };
	struct json_object *level = json_object_array_get_idx(side, i);
	struct json_object *value;
	int m;

	for (m = 0; level && m < 3; m++)
		if (json_object_object_get_ex(level, members[m], &value))
			json_object_object_add(row, names[m],
					       json_object_get(value));
}

/* The last row: sizes and orders of all levels, and how many there are. */
static struct json_object *row_of_totals(struct json_object *totals)
{
	static const char *const same[] = { "bid_size", "bid_orders",
					    "ask_size", "ask_orders" };
	static const char *const levels[][2] = { { "bid_levels", "bid" },
						 { "ask_levels", "ask" } };
	struct json_object *row = json_object_new_object();
	char text[32];
	size_t i;

	out_text(row, "level", "all");
	for (i = 0; i < sizeof(same) / sizeof(*same); i++)
		json_object_object_add(row, same[i], json_object_get(
			json_object_object_get(totals, same[i])));
	for (i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), "%" PRIu64 " levels",
			 json_object_get_uint64(json_object_object_get(
				 totals, levels[i][0])));
		out_text(row, levels[i][1], text);
	}
	return row;
}

void ladder_print(struct json_object *answer)
{
	static const char *const bid[] = { "bid", "bid_size", "bid_orders" };
	static const char *const ask[] = { "ask", "ask_size", "ask_orders" };
	static const struct out_column columns[] = {
		{ "level", "LEVEL", 1 },
		{ "bid_orders", "ORDERS", 1 },
		{ "bid_size", "SIZE", 1 },
		{ "bid", "BID", 1 },
		{ "ask", "ASK", 1 },
		{ "ask_size", "SIZE", 1 },
		{ "ask_orders", "ORDERS", 1 },
		{ NULL, NULL, 0 }
	};
	struct json_object *bids = json_object_object_get(answer, "bids");
	struct json_object *asks = json_object_object_get(answer, "asks");
	struct json_object *rows = json_object_new_array();
	size_t depth = json_object_array_length(bids), i;

	if (json_object_array_length(asks) > depth)
		depth = json_object_array_length(asks);
	for (i = 0; i < depth; i++) {
		struct json_object *row = json_object_new_object();

		out_uint(row, "level", i + 1);
		row_add_side(row, bids, i, bid);
		row_add_side(row, asks, i, ask);
		json_object_array_add(rows, row);
	}
	json_object_array_add(rows, row_of_totals(
		json_object_object_get(answer, "totals")));
	if (depth)
		out_table(rows, columns);
	else
		puts("no orders");
	json_object_put(rows);
}

static void add_quote(struct json_object *row, const struct ht_quote *q,
		      const char *price, const char *size)
{
	if (!q->orders)
		return;
	out_price(row, price, q->px_e4);
	out_uint(row, size, q->qty);
}

static int symbol_order(const void *a, const void *b)
{
	struct json_object *const *one = a, *const *two = b;

	return strcmp(json_object_get_string(
			      json_object_object_get(*one, "symbol")),
		      json_object_get_string(
			      json_object_object_get(*two, "symbol")));
}

static struct json_object *describe_top(const struct instance *in,
					uint32_t locate,
					const struct ht_top *top)
{
	const struct ht_symbol *s = &in->symbols[locate];
	struct json_object *row = json_object_new_object();
	char ticker[HT_TICKER];

	out_text(row, "symbol", instance_ticker(in, locate, ticker));
	out_text(row, "state", symbol_state_name(s->state));
	out_text(row, "book", describe_book_state(in, top));
	add_quote(row, &top->bid, "bid", "bid_size");
	add_quote(row, &top->ask, "ask", "ask_size");
	if (s->last_px_e4) {
		out_price(row, "last_price", s->last_px_e4);
		out_uint(row, "last_size", s->last_qty);
	}
	out_uint(row, "volume", s->volume);
	return row;
}

struct json_object *ladder_tops(const struct instance *in, bool all)
{
	struct json_object *rows = json_object_new_array();
	uint32_t locate;
	struct ht_top top;

	for (locate = 1; locate < HT_LOCATES; locate++) {
		instance_top(in, locate, &top);
		if (top.bid.orders || top.ask.orders ||
		    (all && *in->symbols[locate].ticker &&
		     wanted_keeps(in, locate)))
			json_object_array_add(rows, describe_top(in, locate,
								 &top));
	}
	json_object_array_sort(rows, symbol_order);
	return rows;
}

const struct out_column ladder_tops_columns[] = {
	{ "symbol", "SYMBOL", 0 },
	{ "state", "STATE", 0 },
	{ "book", "BOOK", 0 },
	{ "bid_size", "SIZE", 1 },
	{ "bid", "BID", 1 },
	{ "ask", "ASK", 1 },
	{ "ask_size", "SIZE", 1 },
	{ "last_price", "LAST", 1 },
	{ "volume", "VOLUME", 1 },
	{ NULL, NULL, 0 }
};
