// SPDX-License-Identifier: GPL-2.0
/*
 * position - what is held, what it is worth, and what open orders could add
 */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "control.h"
#include "out.h"
#include "ouch50.h"

static const struct out_column columns[] = {
	{ "symbol", "SYMBOL", 0 },
	{ "shares", "SHARES", 1 },
	{ "average", "AVERAGE", 1 },
	{ "mark", "MARK", 1 },
	{ "realised", "REALISED", 1 },
	{ "unrealised", "UNREALISED", 1 },
	{ "open_buy", "OPEN BUY", 1 },
	{ "open_sell", "OPEN SELL", 1 },
	{ "worst", "WORST CASE", 1 },
	{ NULL, NULL, 0 }
};

static void print_positions(struct json_object *answer)
{
	struct json_object *rows = json_object_object_get(answer, "positions");

	out_fields(answer);
	putchar('\n');
	if (json_object_array_length(rows))
		out_table(rows, columns);
	else
		puts("no positions");
}

static int position_show(int argc, char **argv)
{
	struct json_object *args, *answer = NULL;
	int code;

	if (argc > 2)
		return usage_error("one SYMBOL, please");
	if (argc == 2 && (!*argv[1] || strlen(argv[1]) > OUCH_SYMBOL_LEN))
		return usage_error("SYMBOL must be a ticker of up to %d letters, not `%s`",
				   OUCH_SYMBOL_LEN, argv[1]);
	args = json_object_new_object();
	if (argc == 2)
		out_text(args, "symbol", argv[1]);
	code = control_command("positions", args, &answer);
	json_object_put(args);
	if (!code && globals.json)
		out_json(answer);
	else if (!code)
		print_positions(answer);
	json_object_put(answer);
	return code;
}

static const struct command position_commands[] = {
	{ "show", position_show, "[SYMBOL]",
	  "Show what is held, and what open orders could add to it",
	  "  shares            held; - is short\n"
	  "  average           what was paid for one, or got when short\n"
	  "  mark              the middle of the book, else the last trade\n"
	  "  realised          profit of what was sold again, by average cost\n"
	  "  unrealised        of what is held, at the mark\n"
	  "  open buy, sell    shares of orders that may still trade\n"
	  "  worst case        dollars, if all that is open on one side traded\n"
	  "  gross, net        of all symbols, at cost\n\n"
	  "  hairtrigger position show\n"
	  "  hairtrigger -j position show AAPL | jq '.positions[0].shares'\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_position(int argc, char **argv)
{
	return command_select("position", position_commands, argc - 1,
			      argv + 1);
}
