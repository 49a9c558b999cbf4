// SPDX-License-Identifier: GPL-2.0
/*
 * order - the orders of the running controller, and orders by hand
 */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "control.h"
#include "out.h"
#include "ouch50.h"
#include "price.h"

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

static int order_show(int argc, char **argv)
{
	if (argc > 1)
		return argument_error(argv[1]);
	return control_show("orders", print_orders);
}

/* -- watch -------------------------------------------------------------- */

/* The controller answers when something has changed, or after a second. */
static int watch_once(uint64_t *after)
{
	struct json_object *args = json_object_new_object();
	struct json_object *answer, *orders;
	int code;

	out_uint(args, "after", *after);
	code = control_command("orders", args, &answer);
	json_object_put(args);
	if (code)
		return code;
	*after = json_object_get_uint64(
		json_object_object_get(answer, "changes"));
	orders = json_object_object_get(answer, "orders");
	if (globals.json)
		out_json(answer);
	else if (json_object_array_length(orders))
		out_table(orders, order_columns);
	fflush(stdout);
	json_object_put(answer);
	return EXIT_OK;
}

static int order_watch(int argc, char **argv)
{
	uint64_t after = 0;
	int code = EXIT_OK;

	if (argc > 1)
		return argument_error(argv[1]);
	while (!code && !ferror(stdout))
		code = watch_once(&after);
	return code;
}

/* -- orders by hand ----------------------------------------------------- */

struct word {
	const char *word;
	const char *key;		/* of the question */
	const char *letter;		/* of OUCH; NULL: yes */
};

static const struct word words[] = {
	{ "ioc", "tif", "3" },
	{ "day", "tif", "0" },
	{ "gtx", "tif", "5" },
	{ "after-hours", "tif", "E" },
	{ "hidden", "display", "N" },
	{ "agency", "capacity", "A" },
	{ "principal", "capacity", "P" },
	{ "riskless", "capacity", "R" },
	{ "post-only", "post_only", NULL },
	{ "iso", "iso", NULL },
};

static const struct word sides[] = {
	{ "buy", "side", "B" },
	{ "sell", "side", "S" },
	{ "short", "side", "T" },
	{ "short-exempt", "side", "E" },
};

static bool word_take(struct json_object *args, const struct word *list,
		      size_t count, const char *text)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(text, list[i].word))
			continue;
		if (list[i].letter)
			out_text(args, list[i].key, list[i].letter);
		else
			json_object_object_add(args, list[i].key,
					       json_object_new_boolean(1));
		return true;
	}
	return false;
}

#define WORD_TAKE(args, list, text)					\
	word_take(args, list, sizeof(list) / sizeof(*(list)), text)

static bool qty_take(struct json_object *args, const char *text)
{
	unsigned long long qty;

	if (!number_parse("QTY", text, 1, OUCH_QTY_MAX, &qty))
		return false;
	out_uint(args, "qty", qty);
	return true;
}

static bool price_take(struct json_object *args, const char *text)
{
	const char *end = text;
	uint64_t px = 0;

	if (price_parse(text, OUCH_PRICE_MAX, &px, &end) || *end || !px) {
		usage_error("PRICE must be dollars up to 199999.99, like 182.35, not `%s`",
			    text);
		return false;
	}
	out_uint(args, "px", px);
	return true;
}

/* What comes behind a price. */
static bool words_take(struct json_object *args, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++) {
		if (WORD_TAKE(args, words, argv[i]))
			continue;
		usage_error("`%s`: expected ioc, day, gtx, after-hours, hidden, post-only, iso, agency, principal or riskless",
			    argv[i]);
		return false;
	}
	return true;
}

/* "QTY @ PRICE" and what follows. */
static bool size_take(struct json_object *args, int argc, char **argv)
{
	if (argc < 3 || strcmp(argv[1], "@")) {
		usage_error("expected QTY @ PRICE");
		return false;
	}
	return qty_take(args, argv[0]) && price_take(args, argv[2]) &&
	       words_take(args, argc - 3, argv + 3);
}

static int ask(const char *question, struct json_object *args)
{
	struct json_object *answer = NULL;
	int code = control_command(question, args, &answer);

	json_object_put(args);
	if (!answer)
		return code;
	if (globals.json)
		out_json(answer);
	else if (!code)
		out_fields(answer);
	json_object_put(answer);
	return code;
}

static bool send_parse(struct json_object *args, int argc, char **argv)
{
	if (argc < 3) {
		usage_error("expected SYMBOL buy|sell|short QTY @ PRICE");
		return false;
	}
	if (strlen(argv[1]) > OUCH_SYMBOL_LEN) {
		usage_error("`%s` is no ticker", argv[1]);
		return false;
	}
	out_text(args, "symbol", argv[1]);
	if (!WORD_TAKE(args, sides, argv[2])) {
		usage_error("`%s`: expected buy, sell, short or short-exempt",
			    argv[2]);
		return false;
	}
	return size_take(args, argc - 3, argv + 3);
}

static int order_send(int argc, char **argv)
{
	struct json_object *args = json_object_new_object();

	if (send_parse(args, argc, argv))
		return ask("enter", args);
	json_object_put(args);
	return EXIT_USAGE;
}

static bool urn_take(struct json_object *args, const char *text)
{
	unsigned long long urn;

	if (!number_parse("URN", text, 1, UINT32_MAX, &urn))
		return false;
	out_uint(args, "urn", urn);
	return true;
}

static int order_replace(int argc, char **argv)
{
	struct json_object *args = json_object_new_object();

	if (argc < 2)
		usage_error("expected URN QTY @ PRICE");
	else if (urn_take(args, argv[1]) && size_take(args, argc - 2, argv + 2))
		return ask("replace", args);
	json_object_put(args);
	return EXIT_USAGE;
}

static int order_modify(int argc, char **argv)
{
	struct json_object *args = json_object_new_object();

	if (argc != 4)
		usage_error("expected URN sell|short|short-exempt QTY");
	else if (!WORD_TAKE(args, sides, argv[2]))
		usage_error("`%s`: expected sell, short or short-exempt",
			    argv[2]);
	else if (urn_take(args, argv[1]) && qty_take(args, argv[3]))
		return ask("modify", args);
	json_object_put(args);
	return EXIT_USAGE;
}

static int cancel_all(struct json_object *args, int argc, char **argv)
{
	if (argc > 3) {
		json_object_put(args);
		return argument_error(argv[3]);
	}
	if (argc == 3)
		out_text(args, "symbol", argv[2]);
	return ask("cancel-all", args);
}

static int order_cancel(int argc, char **argv)
{
	struct json_object *args = json_object_new_object();

	if (argc > 1 && !strcmp(argv[1], "all"))
		return cancel_all(args, argc, argv);
	if (argc < 2 || argc > 3)
		usage_error("expected URN [QTY], or all [SYMBOL]");
	else if (urn_take(args, argv[1]) &&
		 (argc < 3 || qty_take(args, argv[2])))
		return ask("cancel", args);
	json_object_put(args);
	return EXIT_USAGE;
}

static const struct command order_commands[] = {
	{ "send", order_send,
	  "SYMBOL buy|sell|short QTY @ PRICE [WORDS]",
	  "Send an order, through the same gates as a trigger's",
	  "  WORDS: ioc (the default), day, gtx, after-hours; hidden, post-only, iso;\n"
	  "  agency, principal, riskless\n\n"
	  "  hairtrigger order send AAPL buy 100 @ 182.35 day\n" },
	{ "cancel", order_cancel, "URN [QTY] | all [SYMBOL]",
	  "Cancel an order, or what is above QTY of it; or all of them",
	  "  QTY is what the order is to be in total, executed shares included.\n"
	  "  An order that is over gets no answer from the exchange.\n\n"
	  "  hairtrigger order cancel 17\n"
	  "  hairtrigger order cancel all AAPL\n" },
	{ "replace", order_replace, "URN QTY @ PRICE [WORDS]",
	  "Replace an order by another one",
	  "  QTY is that of the whole chain, executed shares included.\n\n"
	  "  hairtrigger order replace 17 200 @ 182.40 day\n" },
	{ "modify", order_modify, "URN sell|short|short-exempt QTY",
	  "Change how a sell is marked, or make it smaller",
	  "  hairtrigger order modify 17 short 100\n" },
	{ "show", order_show, "",
	  "Show the controller's orders and what became of them",
	  "  hairtrigger order show\n"
	  "  hairtrigger -j order show | jq '.orders[] | select(.state == \"filled\")'\n" },
	{ "watch", order_watch, "",
	  "Show orders as they change, until interrupted",
	  "  hairtrigger order watch\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_order(int argc, char **argv)
{
	return command_select("order", order_commands, argc - 1, argv + 1);
}
