// SPDX-License-Identifier: GPL-2.0
/*
 * hairtrigger - the one command
 *
 * The table is the command line; each entry lives in cmd_<object>.c.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "instance.h"
#include "out.h"

static int cmd_version(int argc, char **argv)
{
	struct json_object *answer;

	if (argc > 1)
		return argument_error(argv[1]);
	answer = json_object_new_object();
	out_text(answer, "version", HT_VERSION);
	out_uint(answer, "abi", ht_abi());
	if (globals.json)
		out_json(answer);
	else
		out_fields(answer);
	json_object_put(answer);
	return EXIT_OK;
}

static const struct command commands[] = {
	{ "load", cmd_load, "IFNAME [OPTIONS]",
	  "Put the program on an interface's receive path",
	  "  --group IP:PORT    a line of the feed; up to two, for A and B\n"
	  "                     (233.54.12.111:26477)\n"
	  "  --source IP        accept only this sender on the line before it\n"
	  "  --orders N         live orders at most (2097152)\n"
	  "  --levels N         room for about N price levels behind the best\n"
	  "                     15 of each side, which always have room (2097152)\n"
	  "  --symbols WHAT     keep only these: AAPL,MSFT,BRK.A or a file with one\n"
	  "                     ticker a line (# begins a comment), its name with a\n"
	  "                     slash: ./watch\n"
	  "  --market-open      the market is open; for captures that do not\n"
	  "                     say so themselves\n"
	  "  --verify-checksum  drop, and count, datagrams whose UDP checksum is\n"
	  "                     wrong; those without one are accepted.  A sender\n"
	  "                     on a veth must fill them: ethtool -K DEV tx off\n"
	  "  --no-symbols-enabled\n"
	  "                     nothing trades but what `risk set SYMBOL enabled yes`\n"
	  "                     names; otherwise whatever has an armed trigger may\n"
	  "  --name FEED        what to call the feed (itch)\n\n"
	  "Needs root and a driver with native XDP.\n\n"
	  "  hairtrigger load eth1 --group 233.54.12.111:26477 --orders 4000000\n" },
	{ "unload", cmd_unload, "[--force]",
	  "Take it off again, with its book and its triggers",
	  "  --force            even while a controller runs\n\n"
	  "Also clears what an interrupted load left behind.\n\n"
	  "  hairtrigger unload\n" },
	{ "run", cmd_run, "[OPTIONS]",
	  "Run the controller that sends the orders", NULL },
	{ "status", cmd_status, "[--all]", "Show everything on one screen",
	  "  --all              counters that are 0, too\n\n"
	  "Frames are accounted for when each that was seen left by one exit: it\n"
	  "was passed up, dropped, set aside or applied, and is counted there.\n"
	  "`feed show --help` explains the feed's figures.\n\n"
	  "  hairtrigger status\n"
	  "  hairtrigger -j status | jq .feed.state\n" },
	{ "feed", cmd_feed, "show", "Lines, session, sequence", NULL },
	{ "book", cmd_book, "show|dump|crc", "Prices and orders", NULL },
	{ "trigger", cmd_trigger, "add|set|arm|disarm|del|show",
	  "Conditions and what they order", NULL },
	{ "risk", cmd_risk, "show|set|clear",
	  "Limits that every order must keep", NULL },
	{ "order", cmd_order, "send|cancel|replace|modify|show|watch",
	  "Orders of the running controller, and by hand", NULL },
	{ "position", cmd_position, "show",
	  "What is held, its profit, and its worst case", NULL },
	{ "kill", cmd_kill, "global|session|symbol|reset|show",
	  "The kill switch", NULL },
	{ "session", cmd_session, "show|disable|enable|query",
	  "The session with the exchange", NULL },
	{ "journal", cmd_journal, "show|stats|export|check|orders",
	  "What was decided, sent and answered", NULL },
	{ "sim", cmd_sim, "run|generate|info", "The exchange, simulated",
	  NULL },
	{ "replay", cmd_replay, "FILE [OPTIONS]",
	  "Run a recorded session through the program", NULL },
	{ "bench", cmd_bench, "book", "What a message costs, measured", NULL },
	{ "demo", cmd_demo, "[FILE]", "Watch the whole product work",
	  "Builds a private network, runs exchange, engine and controller in\n"
	  "it, and checks the result.  Without FILE the session is generated.\n"
	  "Needs root.\n\n"
	  "  hairtrigger demo\n"
	  "  hairtrigger demo day.itch50.gz\n" },
	{ "version", cmd_version, "", "Version of the command and its maps",
	  "  hairtrigger version\n" },
	{ NULL, NULL, NULL, NULL, NULL }
};

/* bpffs refuses names with a dot, and a pin is a file name. */
static bool instance_name_valid(const char *name)
{
	size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789_-");

	return length && !name[length] && name[0] != '-' &&
	       length < sizeof(((struct instance *)0)->name);
}

/* An answer that did not get out is no answer. */
static int answered(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	out_error(errno ? -errno : -EIO, "standard output: cannot write");
	return code ? code : EXIT_SYSTEM;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "pretty", no_argument, NULL, 'p' },
		{ "instance", required_argument, NULL, 'I' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	char *words[] = { (char *)"help", (char *)"version", NULL };
	int opt;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, "+:jpI:hV", options, NULL)) != -1)
		switch (opt) {
		case 'j':
			globals.json = true;
			break;
		case 'p':
			globals.json = globals.pretty = true;
			break;
		case 'I':
			globals.instance = optarg;
			break;
		case 'h':
			return command_select("", commands, 1, words);
		case 'V':
			return cmd_version(0, NULL);
		default:
			return usage_error("bad option `%s`", argv[optind - 1]);
		}
	if (!instance_name_valid(globals.instance))
		return usage_error("instance `%s`: use up to 31 letters, digits, _ and -",
				   globals.instance);
	argc = globals_take(argc - optind, argv + optind);
	return answered(command_select("", commands, argc, argv + optind));
}
