// SPDX-License-Identifier: GPL-2.0
/*
 * order - the orders of the running controller
 */
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

static int order_show(int argc, char **argv)
{
	if (argc > 1)
		return argument_error(argv[1]);
	return control_show("orders", print_orders);
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
