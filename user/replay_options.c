// SPDX-License-Identifier: GPL-2.0
/*
 * replay_options - what `hairtrigger replay` is asked to do
 */
#include "replay_options.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "command.h"
#include "daytime.h"
#include "group.h"
#include "ladder.h"

static const struct command replay_command = {
	"replay", cmd_replay, "FILE [OPTIONS]",
	"A session from a file through the loaded program, offline",
	"  FILE           ITCH 5.0 BinaryFILE or a pcap of MoldUDP64 (lines A and B\n"
	"                 are merged), plain or .gz\n"
	"  --bbo OUT      every change of a best bid or offer (of a BinaryFILE):\n"
	"                 seq,ts_ns,symbol,bid_px,bid_qty,ask_px,ask_qty; one\n"
	"                 message a packet for it, several times slower; with\n"
	"                 --from the first row is the first change after it\n"
	"  --book OUT     the book at the end: symbol,side,price,qty,orders\n"
	"  --crc          the checksum of that book, as `book crc` defines it: the\n"
	"                 CRC-32 of the bytes that --book writes\n"
	"  --from TIME    rows and figures are of messages from this time on; those\n"
	"                 before it are applied, too\n"
	"  --to TIME      stop after the last message not later than this\n"
	"  --at TIME      likewise, and print the book of that moment: of the\n"
	"                 symbols of --symbols, else of all when they are at most\n"
	"                 10; of more only their best bid and offer\n"
	"  --depth N      price levels of each side for --at (10)\n"
	"  --symbols WHAT keep only these: AAPL,MSFT or a file with one a line, its\n"
	"                 name with a slash: ./watch\n"
	"  --group IP:PORT  a line of the capture, up to two; else they are found:\n"
	"                 all destinations of the first MoldUDP64 session\n"
	"  --orders N     live orders at most (2097152)\n"
	"  --levels N     room for about N price levels behind the best 15 of\n"
	"                 each side, which always have room (2097152)\n"
	"  --market-open  the market is open although the file does not say so\n"
	"\n"
	"TIME is ITCH time, HH:MM[:SS[.fraction]].  Nothing is attached or sent.\n"
	"What the book lacks is said on stderr: a capture that begins late or has\n"
	"holes, orders that were never added.  Exit 3: a table was full, --group\n"
	"found nothing, or the program called the feed BAD.\n"
	"\n"
	"  hairtrigger sim generate day.itch --messages 100000\n"
	"  hairtrigger replay day.itch --bbo bbo.csv --book book.csv\n"
	"  hairtrigger replay day.itch.gz --symbols AAPL,MSFT --at 09:30:00.5\n",
};

static const struct option long_options[] = {
	{ "bbo", required_argument, NULL, 'b' },
	{ "book", required_argument, NULL, 'k' },
	{ "crc", no_argument, NULL, 'c' },
	{ "from", required_argument, NULL, 'f' },
	{ "to", required_argument, NULL, 't' },
	{ "at", required_argument, NULL, 'a' },
	{ "depth", required_argument, NULL, 'd' },
	{ "symbols", required_argument, NULL, 's' },
	{ "group", required_argument, NULL, 'g' },
	{ "orders", required_argument, NULL, 'o' },
	{ "levels", required_argument, NULL, 'l' },
	{ "market-open", no_argument, NULL, 'm' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

/* Return: -1 to go on, or an exit code. */
static int time_read(const char *what, uint64_t *ns)
{
	if (!daytime_parse(optarg, ns))
		return -1;
	return usage_error("%s must be a time such as 09:30 or 09:30:00.000000001, not `%s`",
			   what, optarg);
}

static int end_read(struct replay_options *o, const char *what)
{
	int code;

	if (o->end_ns != UINT64_MAX)
		return usage_error("the replay ends once: one --to or --at, please");
	code = time_read(what, &o->end_ns);
	if (code < 0)
		o->end_ns++;
	return code;
}

static int number_read(const char *what, unsigned long long most,
		       unsigned long long *number)
{
	return number_parse(what, optarg, 1, most, number) ? -1 : EXIT_USAGE;
}

static int symbols_option(struct replay_options *o)
{
	int err;

	if (o->symbols.count)
		return usage_error("one --symbols, please");
	err = symbols_read(&o->symbols, optarg);
	return !err ? -1 : err == -EINVAL ? EXIT_USAGE : EXIT_SYSTEM;
}

/* Figures go to stdout.  Return: -1 to go on, or an exit code. */
static int output_read(const char *what, const char **path)
{
	*path = optarg;
	if (!strcmp(optarg, "-"))
		return usage_error("%s writes to a file, not to stdout; give one",
				   what);
	return -1;
}

/* Options that are a number.  Return: -1 to go on, or an exit code. */
static int number_option(struct replay_options *o, int option)
{
	unsigned long long number;
	int code;

	switch (option) {
	case 'd':
		code = number_read("--depth", LADDER_LEVELS_MOST, &number);
		if (code < 0)
			o->levels = (int)number;
		return code;
	case 'o':
		code = number_read("--orders", ORDERS_MOST, &number);
		if (code < 0)
			o->loader.orders = number;
		return code;
	default:
		code = number_read("--levels", LEVELS_MOST, &number);
		if (code < 0)
			o->loader.rows = loader_rows(number);
		return code;
	}
}

/* Return: -1 to go on, or an exit code. */
static int option_read(struct replay_options *o, int option)
{
	switch (option) {
	case 'b':
		return output_read("--bbo", &o->bbo);
	case 'k':
		return output_read("--book", &o->book);
	case 'c':
		o->crc = true;
		return -1;
	case 'm':
		o->loader.market_open = true;
		return -1;
	case 'f':
		return time_read("--from", &o->from_ns);
	case 't':
		return end_read(o, "--to");
	case 'a':
		o->at = true;
		return end_read(o, "--at");
	case 's':
		return symbols_option(o);
	case 'g':
		return group_add(o->groups, &o->group_count, optarg) ?
		       -1 : EXIT_USAGE;
	case 'd':
	case 'o':
	case 'l':
		return number_option(o, option);
	case 'h':
		command_help(NULL, &replay_command);
		return EXIT_OK;
	default:
		return EXIT_USAGE;
	}
}

int replay_options_read(struct replay_options *o, int argc, char **argv)
{
	int option, code;

	*o = (struct replay_options){
		.end_ns = UINT64_MAX,
	};
	optind = 0;
	while ((option = option_next(argc, argv, long_options)) != -1) {
		code = option_read(o, option);
		if (code >= 0)
			return code;
	}
	if (optind + 1 != argc)
		return usage_error("replay takes one FILE");
	if (o->from_ns >= o->end_ns)
		return usage_error("--from is later than the end, --to or --at");
	if (o->levels && !o->at)
		return usage_error("--depth is of the book of --at TIME; without it none is printed");
	if (!o->levels)
		o->levels = LADDER_LEVELS;
	o->file = argv[optind];
	if (o->symbols.count)
		o->loader.symbols = &o->symbols;
	return -1;
}

void replay_options_free(struct replay_options *o)
{
	symbols_free(&o->symbols);
}
