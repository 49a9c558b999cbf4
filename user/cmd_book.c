// SPDX-License-Identifier: GPL-2.0
/*
 * book - prices and sizes of one symbol, tops of all, the whole book as CSV
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "command.h"
#include "describe.h"

enum { DEPTH = 10, DEPTH_MAX = 1000000 };

static void describe_last(struct json_object *o, const struct ht_symbol *s)
{
	if (!s->last_px_e4)
		return;
	out_price(o, "last_price", s->last_px_e4);
	out_uint(o, "last_size", s->last_qty);
}

/* What the day has said about the symbol, besides its book. */
static void describe_day(struct json_object *o, const struct ht_symbol *s)
{
	out_text(o, "state", symbol_state_name(s->state));
	if (s->nasdaq_halt)
		out_text(o, "operational_halt", "Nasdaq");
	if (s->test)
		out_text(o, "test_symbol", "yes");
	if (s->reg_sho)
		out_text(o, "reg_sho", reg_sho_name(s->reg_sho));
	out_uint(o, "round_lot", s->round_lot);
	if (s->collar_upper_e4) {
		out_price(o, "auction_collar_lower", s->collar_lower_e4);
		out_price(o, "auction_collar_upper", s->collar_upper_e4);
	}
	describe_last(o, s);
	out_uint(o, "trades", s->trades);
	out_uint(o, "volume", s->volume);
	out_uint(o, "hidden_volume", s->hidden_volume);
	out_uint(o, "crosses", s->crosses);
	out_uint(o, "cross_volume", s->cross_volume);
	if (s->broken)
		out_uint(o, "broken_trades", s->broken);
	if (s->unknown_refs)
		out_uint(o, "unknown_references", s->unknown_refs);
}

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

/* Bids on the left, offers on the right, the best on top. */
static void print_ladder(struct json_object *bids, struct json_object *asks)
{
	static const char *const bid[] = { "bid", "bid_size", "bid_orders" };
	static const char *const ask[] = { "ask", "ask_size", "ask_orders" };
	static const struct out_column columns[] = {
		{ "bid_orders", "ORDERS", 1 },
		{ "bid_size", "SIZE", 1 },
		{ "bid", "BID", 1 },
		{ "ask", "ASK", 1 },
		{ "ask_size", "SIZE", 1 },
		{ "ask_orders", "ORDERS", 1 },
		{ NULL, NULL, 0 }
	};
	size_t depth = json_object_array_length(bids), i;
	struct json_object *rows = json_object_new_array();

	if (json_object_array_length(asks) > depth)
		depth = json_object_array_length(asks);
	for (i = 0; i < depth; i++) {
		struct json_object *row = json_object_new_object();

		row_add_side(row, bids, i, bid);
		row_add_side(row, asks, i, ask);
		json_object_array_add(rows, row);
	}
	if (depth)
		out_table(rows, columns);
	else
		puts("no orders");
	json_object_put(rows);
}

/* Reads both sides into the answer.  Return: 0 or negative errno. */
static int add_sides(struct json_object *answer, const struct instance *in,
		     uint32_t locate, int depth)
{
	struct book_level *room = calloc((size_t)depth, 2 * sizeof(*room));
	struct book_level *const levels[] = { room, room + depth };
	int count[2];
	int err;

	if (!room)
		return -ENOMEM;
	err = book_both(in, locate, levels, count, depth);
	if (!err) {
		json_object_object_add(answer, "bids", describe_side(
			levels[HT_BID], count[HT_BID]));
		json_object_object_add(answer, "asks", describe_side(
			levels[HT_ASK], count[HT_ASK]));
	}
	free(room);
	return err;
}

static int show_symbol(const struct instance *in, const char *symbol,
		       int depth)
{
	struct json_object *answer;
	struct ht_symbol state;
	char ticker[HT_TICKER];
	struct ht_top top;
	uint32_t locate = symbol_resolve(in, symbol);
	int err;

	if (!locate)
		return EXIT_SYSTEM;
	instance_top(in, locate, &top);
	state = in->symbols[locate];
	answer = json_object_new_object();
	out_text(answer, "symbol", instance_ticker(in, locate, ticker));
	out_text(answer, "book", describe_book_state(in, &top));
	out_text(answer, "market", phase_name(HT_READ_ONCE(in->feed->phase)));
	describe_day(answer, &state);
	err = add_sides(answer, in, locate, depth);
	if (err == -EAGAIN)
		out_error(0, "%s changes faster than it can be read; try again",
			  ticker);
	else if (err)
		out_error(err, "%s: cannot read its book", ticker);
	else if (globals.json)
		out_json(answer);
	if (!err && !globals.json) {
		out_fields(answer);
		putchar('\n');
		print_ladder(json_object_object_get(answer, "bids"),
			     json_object_object_get(answer, "asks"));
	}
	json_object_put(answer);
	return err ? EXIT_SYSTEM : EXIT_OK;
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

static struct json_object *describe_tops(const struct instance *in, bool all)
{
	struct json_object *rows = json_object_new_array();
	char ticker[HT_TICKER];
	struct json_object *row;
	uint32_t locate;
	struct ht_top top;

	for (locate = 1; locate < HT_LOCATES; locate++) {
		const struct ht_symbol *s = &in->symbols[locate];

		instance_top(in, locate, &top);
		if (!top.bid.orders && !top.ask.orders &&
		    !(all && *s->ticker))
			continue;
		row = json_object_new_object();
		out_text(row, "symbol", instance_ticker(in, locate, ticker));
		out_text(row, "state", symbol_state_name(s->state));
		out_text(row, "book", describe_book_state(in, &top));
		add_quote(row, &top.bid, "bid", "bid_size");
		add_quote(row, &top.ask, "ask", "ask_size");
		describe_last(row, s);
		out_uint(row, "volume", s->volume);
		json_object_array_add(rows, row);
	}
	json_object_array_sort(rows, symbol_order);
	return rows;
}

/* Why there is nothing to show. */
static void print_no_tops(const struct instance *in)
{
	uint32_t locate = 1;

	while (locate < HT_LOCATES && !*in->symbols[locate].ticker)
		locate++;
	printf("%s: the feed is %s\n", locate < HT_LOCATES ?
	       "no symbol has orders (--all shows every symbol)" :
	       "no symbols yet",
	       feed_state_name(HT_READ_ONCE(in->feed->state)));
}

static int show_tops(const struct instance *in, bool all)
{
	static const struct out_column columns[] = {
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
	struct json_object *answer = json_object_new_object();
	struct json_object *rows = describe_tops(in, all);

	json_object_object_add(answer, "symbols", rows);
	if (globals.json)
		out_json(answer);
	else if (json_object_array_length(rows))
		out_table(rows, columns);
	else
		print_no_tops(in);
	json_object_put(answer);
	return EXIT_OK;
}

static int book_show(int argc, char **argv)
{
	static const struct option options[] = {
		{ "depth", required_argument, NULL, 'd' },
		{ "all", no_argument, NULL, 'a' },
		{ NULL, 0, NULL, 0 }
	};
	unsigned long long depth = DEPTH;
	struct instance in;
	bool all = false;
	int option, code;

	optind = 0;
	while ((option = option_next(argc, argv, options)) != -1) {
		if (option == '?')
			return EXIT_USAGE;
		if (option == 'a')
			all = true;
		else if (!number_parse("--depth", optarg, 1, DEPTH_MAX, &depth))
			return EXIT_USAGE;
	}
	if (argc - optind > 1)
		return usage_error("one SYMBOL, please");
	code = exit_code(instance_open(&in, globals.instance, false));
	if (code)
		return code;
	if (optind < argc)
		code = show_symbol(&in, argv[optind], (int)depth);
	else
		code = show_tops(&in, all);
	instance_close(&in);
	return code;
}

/* Writes the file and says how many levels it got. */
static int dump_file(const struct instance *in, const char *path)
{
	struct json_object *answer;
	FILE *out = fopen(path, "w");
	int64_t levels;

	if (!out) {
		out_error(-errno, "%s: cannot write", path);
		return EXIT_SYSTEM;
	}
	levels = book_dump(in, out);
	if (fclose(out) && levels >= 0)
		levels = -errno;
	if (levels < 0) {
		out_error((int)levels, "%s: cannot write the book", path);
		return EXIT_SYSTEM;
	}
	answer = json_object_new_object();
	out_text(answer, "file", path);
	out_uint(answer, "levels", (uint64_t)levels);
	if (globals.json)
		out_json(answer);
	else
		out_fields(answer);
	json_object_put(answer);
	return EXIT_OK;
}

static int book_dump_command(int argc, char **argv)
{
	struct instance in;
	int64_t levels;
	int code;

	if (argc > 2)
		return usage_error("one OUT.csv, please");
	if (argc > 1 && argv[1][0] == '-' && argv[1][1])
		return usage_error("unknown option `%s`", argv[1]);
	if (argc < 2 && globals.json)
		return usage_error("the book itself is CSV; name OUT.csv and -j tells about it");
	code = exit_code(instance_open(&in, globals.instance, false));
	if (code)
		return code;
	if (argc > 1 && strcmp(argv[1], "-")) {
		code = dump_file(&in, argv[1]);
	} else {
		levels = book_dump(&in, stdout);
		if (levels < 0) {
			out_error((int)levels, "cannot write the book");
			code = EXIT_SYSTEM;
		}
	}
	instance_close(&in);
	return code;
}

static const struct command book_commands[] = {
	{ "show", book_show, "[SYMBOL] [--depth N] [--all]",
	  "Show one symbol's book, or the top of every symbol's",
	  "  --depth N   price levels of each side (10)\n"
	  "  --all       symbols without orders, too\n\n"
	  "  hairtrigger book show AAPL --depth 5\n"
	  "  hairtrigger book show\n" },
	{ "dump", book_dump_command, "[OUT.csv]",
	  "Write every level of every symbol as CSV",
	  "Columns: symbol,side,price,qty,orders; by symbol, then B from high to\n"
	  "low, then S from low to high.  Without OUT.csv it goes to stdout.\n\n"
	  "  hairtrigger book dump book.csv\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_book(int argc, char **argv)
{
	return command_select("book", book_commands, argc - 1, argv + 1);
}
