// SPDX-License-Identifier: GPL-2.0
/*
 * order - the orders of the running controller, and orders by hand
 */
#include <ctype.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "control.h"
#include "order_words.h"
#include "out.h"

static const struct out_column order_columns[] = {
	{ "urn", "URN", 1 },
	{ "state", "STATE", 0 },
	{ "side", "SIDE", 0 },
	{ "symbol", "SYMBOL", 0 },
	{ "qty", "QTY", 1 },
	{ "price", "PRICE", 1 },
	{ "open", "OPEN", 1 },
	{ "filled", "FILLED", 1 },
	{ "average", "AVERAGE", 1 },
	{ "trigger", "TRIGGER", 0 },
	{ "sequence", "SEQUENCE", 1 },
	{ "clordid", "CLORDID", 0 },
	{ "entry_to_sent_ns", "TO SEND", 1 },
	{ "sent_to_answer_ns", "TO ANSWER", 1 },
	{ "reason", "REASON", 0 },
	{ NULL, NULL, 0 }
};

static void print_orders(struct json_object *answer)
{
	struct json_object *orders;

	out_fields(answer);
	putchar('\n');
	if (!json_object_object_get_ex(answer, "orders", &orders) ||
	    !json_object_is_type(orders, json_type_array))
		return;
	if (json_object_array_length(orders))
		out_table(orders, order_columns);
	else
		puts("no orders");
}

static void print_order(struct json_object *answer)
{
	struct json_object *there, *chain;

	out_fields(answer);
	if (json_object_object_get_ex(answer, "feed", &there)) {
		puts("\n-- in the feed's book");
		out_fields(there);
	}
	if (json_object_object_get_ex(answer, "chain", &chain) &&
	    json_object_array_length(chain) > 1)
		printf("\nchain      %s\n", json_object_to_json_string(chain));
}

static int order_show(int argc, char **argv)
{
	struct json_object *args, *answer = NULL;
	int code;

	if (argc > 2)
		return argument_error(argv[2]);
	if (argc < 2)
		return control_show("orders", print_orders);
	args = json_object_new_object();
	code = order_urn_take(args, argv[1]) ?
	       control_command("order", args, &answer) : EXIT_USAGE;
	json_object_put(args);
	if (!code && globals.json)
		out_json(answer);
	else if (!code)
		print_order(answer);
	json_object_put(answer);
	return code;
}

/* -- watch -------------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	interrupted = 1;
}

/* Known without writing to it.  What it did not read is not an error. */
static bool reader_left(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return poll(&out, 1, 0) > 0 && out.revents & (POLLERR | POLLHUP);
}

/* The controller answers when something has changed, or after a second. */
static int watch_ask(bool first, uint64_t *after, struct json_object **answer)
{
	struct json_object *args = json_object_new_object();
	int code;

	if (!first)
		out_uint(args, "after", *after);
	code = control_command("orders", args, answer);
	json_object_put(args);
	if (!code)
		*after = json_object_get_uint64(
			json_object_object_get(*answer, "changes"));
	return code;
}

static void watch_print(struct json_object *answer)
{
	struct json_object *orders = json_object_object_get(answer, "orders");

	if (!json_object_array_length(orders))
		return;
	if (globals.json)
		out_json(answer);
	else
		out_table(orders, order_columns);
	fflush(stdout);
}

/* What was before is not printed.  An interrupt and a reader that leaves are
 * how a watch ends.
 */
static int order_watch(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = interrupt };
	struct json_object *answer;
	uint64_t after = 0;
	bool first = true;
	int code = EXIT_OK;

	if (argc > 1)
		return argument_error(argv[1]);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	while (!code && !interrupted && !ferror(stdout) && !reader_left()) {
		answer = NULL;
		code = watch_ask(first, &after, &answer);
		if (!code && !first)
			watch_print(answer);
		json_object_put(answer);
		first = false;
	}
	if (!interrupted && !reader_left())
		return code;
	return freopen("/dev/null", "w", stdout) ? EXIT_OK : EXIT_SYSTEM;
}

/* -- by hand ------------------------------------------------------------- */

static int order_send(int argc, char **argv)
{
	struct json_object *args = json_object_new_object();
	struct order_want want = { .question = "enter", .type = "O" };

	if (order_send_parse(args, &want, argc - 1, argv + 1))
		return order_ask(args, &want);
	json_object_put(args);
	return EXIT_USAGE;
}

static int order_replace(int argc, char **argv)
{
	struct json_object *args = json_object_new_object();
	struct order_want want = { .question = "replace", .type = "U" };

	if (argc < 2)
		usage_error("URN is missing: expected URN QTY @ PRICE");
	else if (order_urn_take(args, argv[1]) &&
		 order_size_take(args, &want, argc - 2, argv + 2))
		return order_ask(args, &want);
	json_object_put(args);
	return EXIT_USAGE;
}

static int order_modify(int argc, char **argv)
{
	struct json_object *args = json_object_new_object();
	struct order_want want = { .question = "modify", .type = "M" };

	if (argc < 4)
		usage_error("expected URN sell|short|short-exempt QTY");
	else if (order_urn_take(args, argv[1]) &&
		 order_side_take(args, argv[2], true) &&
		 order_qty_take(args, argv[3]) &&
		 order_words_take(args, &want, argc - 4, argv + 4))
		return order_ask(args, &want);
	json_object_put(args);
	return EXIT_USAGE;
}

/* Behind `all`: a symbol, and no-wait. */
static bool cancel_all_take(struct json_object *args, struct order_want *want,
			    int argc, char **argv)
{
	want->question = "cancel-all";
	want->type = "C";
	if (argc && strcmp(argv[0], ORDER_NO_WAIT)) {
		if (!order_symbol_take(args, argv[0]))
			return false;
		argc--, argv++;
	}
	return order_no_wait_take(want, argc, argv);
}

static bool cancel_one_take(struct json_object *args, struct order_want *want,
			    int argc, char **argv)
{
	if (!argc) {
		usage_error("expected URN [QTY], or all [SYMBOL]");
		return false;
	}
	if (!isdigit((unsigned char)*argv[0])) {
		usage_error("expected URN [QTY], or all [SYMBOL], not `%s`",
			    argv[0]);
		return false;
	}
	if (!order_urn_take(args, argv[0]))
		return false;
	argc--, argv++;
	if (argc && strcmp(argv[0], ORDER_NO_WAIT)) {
		if (!order_qty_take(args, argv[0]))
			return false;
		argc--, argv++;
	}
	return order_no_wait_take(want, argc, argv);
}

static int order_cancel(int argc, char **argv)
{
	struct json_object *args = json_object_new_object();
	struct order_want want = { .question = "cancel", .type = "X" };
	bool is_all = argc > 1 && !strcmp(argv[1], "all");

	if (is_all ? cancel_all_take(args, &want, argc - 2, argv + 2) :
		     cancel_one_take(args, &want, argc - 1, argv + 1))
		return order_ask(args, &want);
	json_object_put(args);
	return EXIT_USAGE;
}

static const struct command order_commands[] = {
	{ "send", order_send,
	  "SYMBOL buy|sell|short|short-exempt QTY @ PRICE [WORDS]",
	  "Send an order, through the same gates as a trigger's",
	  ORDER_WORDS_HELP
	  "Waits for the exchange's answer, a second and a half at most: exit 0 when it\n"
	  "took the order, 3 when it rejected it, 5 when a gate refused it before.\n\n"
	  "  hairtrigger order send AAPL buy 100 @ 182.35 day\n"
	  "  hairtrigger order send AAPL short 100 @ 182.40 gtt 600 locate MLCO\n" },
	{ "cancel", order_cancel, "URN [QTY] [no-wait] | all [SYMBOL] [no-wait]",
	  "Cancel an order, or what is above QTY of it; or all of them",
	  "  QTY is what the order is to be in total, executed shares included.\n"
	  "  Exit 2 when the order is over already, 3 when the exchange refused.\n\n"
	  "  hairtrigger order cancel 17\n"
	  "  hairtrigger order cancel all AAPL\n" },
	{ "replace", order_replace, "URN QTY @ PRICE [WORDS]",
	  "Replace an order by another one",
	  "  QTY is that of the whole chain, executed shares included.  What WORDS\n"
	  "  do not say (see `order send --help`) stays as it was.\n\n"
	  "  hairtrigger order replace 17 200 @ 182.40\n" },
	{ "modify", order_modify,
	  "URN sell|short|short-exempt QTY [locate BROKER] [no-wait]",
	  "Change how a sell is marked, or make it smaller",
	  "  QTY is what the order is to be, never more than it is.\n\n"
	  "  hairtrigger order modify 17 short 100\n" },
	{ "show", order_show, "[URN]",
	  "Show the controller's orders and what became of them, or all about one",
	  "  changes           seen so far; `order watch` waits for the next\n"
	  "  to send           from the packet's XDP entry\n"
	  "  to answer         from there to the exchange's first answer\n"
	  "  in feed           whether the feed's book has it just now\n"
	  "  chain             it, what it replaced and what replaced it\n\n"
	  "  hairtrigger order show\n"
	  "  hairtrigger order show 17\n"
	  "  hairtrigger -j order show | jq '.orders[] | select(.state == \"filled\")'\n" },
	{ "watch", order_watch, "",
	  "Show orders as they change from now on, until interrupted",
	  "  hairtrigger order watch\n" },
	{ "dump", order_dump, "[OUT]",
	  "Write what the exchange has answered, as text to be compared",
	  "  The same state is the same text, whichever controller writes it; its lines\n"
	  "  are those of `journal orders`.  OUT is for its owner only; \"-\", or none,\n"
	  "  is standard output.  It takes the controller some two microseconds for each\n"
	  "  order of the day, in one go.\n\n"
	  "  hairtrigger order dump before.txt\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_order(int argc, char **argv)
{
	return command_select("order", order_commands, argc - 1, argv + 1);
}
