// SPDX-License-Identifier: GPL-2.0
/*
 * order - the orders of the running controller
 */
#include <errno.h>
#include <stdio.h>

#include "command.h"
#include "control.h"
#include "out.h"

static void print_orders(struct json_object *answer)
{
	static const struct out_column columns[] = {
		{ "urn", "URN", 1 },
		{ "state", "STATE", 0 },
		{ "side", "SIDE", 0 },
		{ "symbol", "SYMBOL", 0 },
		{ "qty", "QTY", 1 },
		{ "price", "PRICE", 1 },
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
	struct json_object *orders;

	out_fields(answer);
	putchar('\n');
	if (!json_object_object_get_ex(answer, "orders", &orders) ||
	    !json_object_is_type(orders, json_type_array))
		return;
	if (json_object_array_length(orders))
		out_table(orders, columns);
	else
		puts("no orders");
}

/* Exit code for what kept the controller from answering. */
static int ask_error(int err)
{
	switch (err) {
	case -ENOENT:
	case -ECONNREFUSED:
		out_error(0, "no controller runs on instance `%s`; `hairtrigger run` starts one",
			  globals.instance);
		return EXIT_NOT_RUNNING;
	case -EACCES:
		out_error(0, "asking the controller of instance `%s` needs root",
			  globals.instance);
		return EXIT_SYSTEM;
	case -ETIMEDOUT:
		out_error(0, "the controller of instance `%s` does not answer",
			  globals.instance);
		return EXIT_SYSTEM;
	default:
		out_error(err, "asking the controller of instance `%s`",
			  globals.instance);
		return EXIT_SYSTEM;
	}
}

static int order_show(int argc, char **argv)
{
	struct json_object *answer, *error;
	int code = EXIT_OK;
	int err;

	if (argc > 1)
		return argument_error(argv[1]);
	err = control_ask(globals.instance, "orders", &answer);
	if (err)
		return ask_error(err);
	if (json_object_object_get_ex(answer, "error", &error)) {
		out_error(0, "the controller says: %s",
			  json_object_get_string(error));
		code = EXIT_SYSTEM;
	} else if (globals.json) {
		out_json(answer);
	} else {
		print_orders(answer);
	}
	json_object_put(answer);
	return code;
}

static const struct command order_commands[] = {
	{ "show", order_show, "",
	  "Show the controller's orders and what became of them",
	  "  hairtrigger order show\n"
	  "  hairtrigger -j order show | jq '.orders[] | select(.state == \"filled\")'\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_order(int argc, char **argv)
{
	return command_select("order", order_commands, argc - 1, argv + 1);
}
