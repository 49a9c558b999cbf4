// SPDX-License-Identifier: GPL-2.0
/*
 * session - the running controller's session with the exchange
 */
#include "command.h"
#include "control.h"
#include "order_words.h"
#include "out.h"

static int session_show(int argc, char **argv)
{
	if (argc > 1)
		return argument_error(argv[1]);
	return control_show("session", out_fields);
}

/* The words behind it: none, or no-wait. */
static int all_ask(const char *question, const char *type, int argc,
		   char **argv)
{
	struct order_want want = { .question = question, .type = type };

	if (!order_no_wait_take(&want, argc - 1, argv + 1))
		return EXIT_USAGE;
	return order_ask(json_object_new_object(), &want);
}

static int session_disable(int argc, char **argv)
{
	return all_ask("disable", "D", argc, argv);
}

static int session_enable(int argc, char **argv)
{
	return all_ask("enable", "E", argc, argv);
}

static int session_query(int argc, char **argv)
{
	return all_ask("query", "Q", argc, argv);
}

static const struct command session_commands[] = {
	{ "show", session_show, "",
	  "Show the session that orders leave by",
	  "  state             OPEN: orders may leave; RECONCILING: logged in, and\n"
	  "                    what was missed is replayed; ENDED: by the exchange\n"
	  "  session           as the exchange calls it\n"
	  "  next sequence     of the exchange's next message\n"
	  "  heard age         since the exchange said anything\n"
	  "  lost              logins that did not end with a logout\n"
	  "  not sent          messages for which the socket had no room\n"
	  "  unsent            bytes that TCP still has to send\n"
	  "  last reason       why it was not OPEN last\n\n"
	  "  hairtrigger session show\n"
	  "  hairtrigger -j session show | jq -r .state\n" },
	{ "disable", session_disable, "[no-wait]",
	  "Have the exchange take no order any more",
	  "What rests there goes on resting; see `order cancel all`.  no-wait: not\n"
	  "for the exchange's answer.\n\n"
	  "  hairtrigger session disable\n" },
	{ "enable", session_enable, "[no-wait]",
	  "Have the exchange take orders again",
	  "  hairtrigger session enable\n" },
	{ "query", session_query, "[no-wait]",
	  "Ask the exchange which UserRefNum it takes next (Account Query)",
	  "  hairtrigger session query\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_session(int argc, char **argv)
{
	return command_select("session", session_commands, argc - 1, argv + 1);
}
