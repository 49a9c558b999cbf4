// SPDX-License-Identifier: GPL-2.0
/*
 * bench - `hairtrigger bench book`: what a message costs; the others are
 * in files of their own: cmd_bench_*.c
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "bench_feed.h"
#include "bench_kill.h"
#include "bench_orders.h"
#include "command.h"
#include "out.h"

enum { ROUNDS = 5 };

#define MESSAGES	20000000ull

static int cmd_bench_book(int argc, char **argv);

static const struct command bench_commands[] = {
	{ "book", cmd_bench_book, "[OPTIONS]",
	  "The program's time per message, beside a conventional book's",
	  "  --messages N       of each stream (20000000); symbols and live\n"
	  "                     orders shrink with them\n"
	  "  --rounds N         of which the median is shown (5)\n"
	  "  --data FILE|DIR    the real messages of one symbol\n"
	  "                     ($HAIRTRIGGER_DATA; without either it is left out)\n"
	  "  --out DIR          write bench-book.json and bench-book.svg there\n"
	  "\n"
	  "Needs root, and 2 GB of memory at full size.  Nothing is attached.\n"
	  "Exit 3: a book is not the program's.\n"
	  "\n"
	  "  hairtrigger bench book --messages 2000000 --rounds 3\n" },
	{ "feed", cmd_bench_feed, "[OPTIONS]",
	  "What the program takes off a wire without a loss, and in bursts",
	  "  --seconds N        of the run at the rate that was found (60)\n"
	  "  --rate N           messages/s; without it the highest rate that holds\n"
	  "                     is searched\n"
	  "  --per-packet N     messages a packet (as many as 1,500 bytes hold)\n"
	  "  --bursts N         bursts behind that, one in 10 ms (1000)\n"
	  "  --burst-messages N in each of them (2000)\n"
	  "  --messages N       of the generated session, which is sent again and\n"
	  "                     again (2000000)\n"
	  "  --same-cpu         sender and program on one CPU, not on one each\n"
	  "  --realtime         before all other tasks there (SCHED_FIFO)\n"
	  "\n"
	  "Needs root.  A veth pair of its own, in network namespaces without a name\n"
	  "that end with the command, carries the frames.  Exit 3: something was\n"
	  "lost, or the book is not the one of a replay.\n"
	  "\n"
	  "  hairtrigger bench feed --seconds 10 --per-packet 1\n" },
	{ "orders", cmd_bench_orders, "[OPTIONS]",
	  "Orders beside the kernel's TCP, and by it, on one session",
	  "  --orders N         of each way, in turn (100000)\n"
	  "  --pause US         random pauses up to so many microseconds (0: none)\n"
	  "  --spin             pauses are spun, not slept\n"
	  "  --loss PERCENT     of the segments, in each direction (0)\n"
	  "  --plain            all by send(): what TCP makes of it alone\n"
	  "\n"
	  "Needs root.  A veth pair of its own, in network namespaces without a name\n"
	  "that end with the command, carries the session.  Exit 3: an order did not\n"
	  "arrive just once and in order, or the session was reset or stood still.\n"
	  "\n"
	  "  hairtrigger bench orders --orders 10000 --loss 1\n" },
	{ "gate", cmd_bench_gate, "",
	  "What the two gates cost that every order passes",
	  "The kernel's is the difference of two packets, one of them judged by every\n"
	  "rule and refused by the last.  Medians of 21 rounds.  Needs root.  Nothing\n"
	  "is attached.\n"
	  "\n"
	  "  hairtrigger bench gate\n" },
	{ "kill", cmd_bench_kill, "[OPTIONS]",
	  "From a kill to the last order on the wire, under full load",
	  "  --kills N          of each way: the socket, the word (200)\n"
	  "  --rate N           messages/s of the feed, each of them a packet (20000)\n"
	  "  --realtime         the controller on a CPU of its own, it and the kills\n"
	  "                     before all other tasks (SCHED_FIFO)\n"
	  "\n"
	  "Needs root.  Exchange and controller run in network namespaces without a\n"
	  "name, on an instance of their own; all of it ends with the command.  Exit\n"
	  "3: more left behind a kill than what was under way.\n"
	  "\n"
	  "  hairtrigger bench kill --kills 50 --realtime\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

/* Return: an exit code, or -1 to go on. */
static int bench_options(struct bench_options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "messages", required_argument, NULL, 'm' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "data", required_argument, NULL, 'd' },
		{ "out", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 }
	};
	unsigned long long number;
	int option;

	optind = 0;
	while ((option = option_next(argc, argv, options)) != -1) {
		switch (option) {
		case 'm':
			if (!number_parse("--messages", optarg, 10000,
					  MESSAGES, &number))
				return EXIT_USAGE;
			o->messages = number;
			break;
		case 'r':
			if (!number_parse("--rounds", optarg, 1,
					  BENCH_ROUNDS_MAX, &number))
				return EXIT_USAGE;
			o->rounds = (uint32_t)number;
			break;
		case 'd':
			o->data = optarg;
			break;
		case 'o':
			o->out = optarg;
			break;
		default:
			return EXIT_USAGE;
		}
	}
	return optind < argc ? argument_error(argv[optind]) : -1;
}

static FILE *result_open(const char *directory, const char *name)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	if (!file)
		out_error(-errno, "%s: cannot write", path);
	return file;
}

static int result_close(FILE *file, const char *name)
{
	int err = ferror(file) ? -EIO : 0;

	if (fclose(file) && !err)
		err = -errno;
	return err ? out_error(err, "%s: cannot write", name) : 0;
}

static int results_write(const struct bench_results *r,
			 struct json_object *answer)
{
	FILE *file = result_open(r->options.out, "bench-book.json");
	int err;

	if (!file)
		return -EIO;
	fprintf(file, "%s\n", json_object_to_json_string_ext(answer,
				JSON_C_TO_STRING_PRETTY |
				JSON_C_TO_STRING_SPACED |
				JSON_C_TO_STRING_NOSLASHESCAPE));
	err = result_close(file, "bench-book.json");
	if (err)
		return err;
	file = result_open(r->options.out, "bench-book.svg");
	if (!file)
		return -EIO;
	bench_chart(r, file);
	return result_close(file, "bench-book.svg");
}

static int results_show(const struct bench_results *r)
{
	struct json_object *answer = bench_report(r);
	int err = 0;

	if (globals.json)
		out_json(answer);
	else
		bench_print(r, answer);
	if (r->options.out)
		err = results_write(r, answer);
	json_object_put(answer);
	if (err)
		return EXIT_SYSTEM;
	if (bench_same(r))
		return EXIT_OK;
	out_error(0, "the books differ: the figures of that stream mean nothing");
	return EXIT_CHECK;
}

static int cmd_bench_book(int argc, char **argv)
{
	struct bench_results *r = calloc(1, sizeof(*r));
	int code, i;

	if (!r) {
		out_error(-ENOMEM, "bench");
		return EXIT_SYSTEM;
	}
	r->options = (struct bench_options){
		.messages = MESSAGES, .rounds = ROUNDS,
	};
	code = bench_options(&r->options, argc, argv);
	if (code < 0 && r->options.out && access(r->options.out, W_OK)) {
		out_error(-errno, "%s: cannot write there", r->options.out);
		code = EXIT_SYSTEM;
	}
	if (code < 0)
		code = bench_run(r) ? EXIT_SYSTEM : results_show(r);
	for (i = 0; i < BENCH_STREAMS; i++)
		free(r->stream[i].type);
	free(r);
	return code;
}

int cmd_bench(int argc, char **argv)
{
	return command_select("bench", bench_commands, argc - 1, argv + 1);
}
