// SPDX-License-Identifier: GPL-2.0
/*
 * session - the running controller's session with the exchange
 */
#include "command.h"
#include "control.h"
#include "out.h"

static int session_show(int argc, char **argv)
{
	if (argc > 1)
		return argument_error(argv[1]);
	return control_show("session", out_fields);
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
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_session(int argc, char **argv)
{
	return command_select("session", session_commands, argc - 1, argv + 1);
}
