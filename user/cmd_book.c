// SPDX-License-Identifier: GPL-2.0
/*
 * book - prices and sizes of one symbol, tops of all, the whole book as CSV,
 * and its checksum
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "crc.h"
#include "describe.h"
#include "dump.h"
#include "ladder.h"

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
	if (s->last_px_e4) {
		out_price(o, "last_price", s->last_px_e4);
		out_uint(o, "last_size", s->last_qty);
	}
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

static int unreadable(int err, const char *ticker)
{
	if (err == -EAGAIN)
		out_error(0, "%s changes faster than it can be read; try again",
			  ticker);
	else
		out_error(err, "%s: cannot read its book", ticker);
	return EXIT_SYSTEM;
}

static int show_symbol(const struct instance *in, const char *symbol,
		       int levels)
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
	err = ladder_add(answer, in, locate, levels);
	if (!err && globals.json) {
		out_json(answer);
	} else if (!err) {
		out_fields(answer);
		putchar('\n');
		ladder_print(answer);
	}
	json_object_put(answer);
	return err ? unreadable(err, ticker) : EXIT_OK;
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
	struct json_object *answer = json_object_new_object();
	struct json_object *rows = ladder_tops(in, all);

	json_object_object_add(answer, "symbols", rows);
	if (globals.json)
		out_json(answer);
	else if (json_object_array_length(rows))
		out_table(rows, ladder_tops_columns);
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
	unsigned long long depth = 0;
	struct instance in;
	bool all = false;
	int option, code;

	optind = 0;
	while ((option = option_next(argc, argv, options)) != -1) {
		if (option == '?')
			return EXIT_USAGE;
		if (option == 'a')
			all = true;
		else if (!number_parse("--depth", optarg, 1,
				       LADDER_LEVELS_MOST, &depth))
			return EXIT_USAGE;
	}
	if (argc - optind > 1)
		return usage_error("one SYMBOL, please");
	if (depth && optind == argc)
		return usage_error("--depth is of one symbol: book show SYMBOL --depth N");
	if (all && optind < argc)
		return usage_error("--all shows every symbol: leave out `%s`",
				   argv[optind]);
	code = exit_code(instance_open(&in, globals.instance, false));
	if (code)
		return code;
	if (optind < argc)
		code = show_symbol(&in, argv[optind],
				   depth ? (int)depth : LADDER_LEVELS);
	else
		code = show_tops(&in, all);
	instance_close(&in);
	return code;
}

/* Says how many levels the file got. */
static int dump_to_file(const struct instance *in, const char *path)
{
	struct json_object *answer;
	int64_t levels = dump_file(in, path);

	if (levels < 0)
		return EXIT_SYSTEM;
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

/* One answer a symbol, so that a whole market need not fit into one. */
static int dump_json(const struct instance *in)
{
	struct depth depth = { 0 };
	struct dump_name *names;
	int count = dump_names(in, &names), i, err = 0;

	if (count < 0) {
		out_error(count, "cannot read the book");
		return EXIT_SYSTEM;
	}
	for (i = 0; i < count && !err; i++) {
		struct json_object *answer = json_object_new_object();

		err = depth_read(&depth, in, names[i].locate);
		if (err) {
			unreadable(err, names[i].ticker);
		} else {
			out_text(answer, "symbol", names[i].ticker);
			ladder_add_all(answer, &depth);
			out_json(answer);
		}
		json_object_put(answer);
	}
	if (!err && fflush(stdout))
		err = out_error(-errno, "stdout: cannot write the book");
	depth_free(&depth);
	free(names);
	return err ? EXIT_SYSTEM : EXIT_OK;
}

/* Somebody wants one symbol's book, and no file of that name. */
static bool names_symbol(const struct instance *in, const char *path)
{
	return !strpbrk(path, "./") && instance_locate(in, path);
}

static int book_dump_command(int argc, char **argv)
{
	bool to_stdout = argc < 2 || !strcmp(argv[1], "-");
	struct instance in;
	int code;

	if (argc > 2)
		return usage_error("one OUT.csv, please");
	if (!to_stdout && argv[1][0] == '-')
		return usage_error("unknown option `%s`", argv[1]);
	code = exit_code(instance_open(&in, globals.instance, false));
	if (code)
		return code;
	if (!to_stdout && names_symbol(&in, argv[1]))
		code = usage_error("book dump writes the whole book to a file; for a symbol: book show %s",
				   argv[1]);
	else if (!to_stdout)
		code = dump_to_file(&in, argv[1]);
	else if (globals.json)
		code = dump_json(&in);
	else
		code = dump_file(&in, NULL) < 0 ? EXIT_SYSTEM : EXIT_OK;
	instance_close(&in);
	return code;
}

static void crc_answer(const struct instance *in, const struct crc *crc,
		       uint32_t locate)
{
	struct json_object *answer = json_object_new_object();
	char text[HT_TICKER];
	struct ht_top top;

	if (locate) {
		instance_top(in, locate, &top);
		out_text(answer, "symbol", instance_ticker(in, locate, text));
		out_text(answer, "book", describe_book_state(in, &top));
	}
	crc_add(answer, crc);
	if (!locate) {
		out_uint(answer, "symbols", crc->symbols);
		out_uint(answer, "bad_symbols", in->book->bad_symbols);
		out_text(answer, "feed",
			 feed_state_name(HT_READ_ONCE(in->feed->state)));
	}
	if (globals.json)
		out_json(answer);
	else
		out_fields(answer);
	json_object_put(answer);
}

static int crc_show(const struct instance *in, const char *symbol)
{
	uint32_t locate = symbol ? symbol_resolve(in, symbol) : 0;
	struct crc crc;
	int err;

	if (symbol && !locate)
		return EXIT_SYSTEM;
	err = crc_book(&crc, in, locate);
	if (err == -EAGAIN) {
		out_error(0, "no checksum: the feed never stood still for as long as a look over the book takes; try again, or name one SYMBOL");
		return EXIT_CHECK;
	}
	if (err) {
		out_error(err, "cannot read the book");
		return EXIT_SYSTEM;
	}
	crc_answer(in, &crc, locate);
	return EXIT_OK;
}

static int book_crc(int argc, char **argv)
{
	struct instance in;
	int code;

	if (argc > 2)
		return usage_error("one SYMBOL, please");
	if (argc > 1 && argv[1][0] == '-')
		return usage_error("unknown option `%s`", argv[1]);
	code = exit_code(instance_open(&in, globals.instance, false));
	if (code)
		return code;
	code = crc_show(&in, argc > 1 ? argv[1] : NULL);
	instance_close(&in);
	return code;
}

static const struct command book_commands[] = {
	{ "show", book_show, "[SYMBOL] [--depth N] [--all]",
	  "Show one symbol's book, or the top of every symbol's",
	  "  --depth N   price levels of each side (10); the last row adds up all\n"
	  "  --all       symbols without orders, too\n\n"
	  "  hairtrigger book show AAPL --depth 5\n"
	  "  hairtrigger book show\n" },
	{ "dump", book_dump_command, "[OUT.csv]",
	  "Write every level of every symbol as CSV",
	  "Columns: symbol,side,price,qty,orders; by symbol, then B from high to\n"
	  "low, then S from low to high.  Without OUT.csv, which may not be the bare\n"
	  "name of a symbol (./AAPL may), it goes to stdout; there\n"
	  "-j writes JSON instead, one object a symbol, each on a line of its own.\n"
	  "The two sides of a symbol are of one moment.\n\n"
	  "  hairtrigger book dump book.csv\n"
	  "  hairtrigger -j book dump | jq -r '.symbol, .bids[0].price'\n" },
	{ "crc", book_crc, "[SYMBOL]",
	  "Print one checksum over the whole book, or over one symbol's",
	  "CRC-32, as zlib and gzip compute it, over the bytes that `book dump`\n"
	  "writes, the header included; of one SYMBOL over the header and its rows.\n"
	  "The book is of one moment, after the message `sequence`; exit 3 when\n"
	  "the feed does not stand still for it within two seconds.  The same sum:\n\n"
	  "  hairtrigger book dump | gzip -c | tail -c8 | head -c4 | od -An -tx4\n\n"
	  "`hairtrigger replay FILE --crc` prints it of a recorded session.\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_book(int argc, char **argv)
{
	return command_select("book", book_commands, argc - 1, argv + 1);
}
