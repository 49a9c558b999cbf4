/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session_options - the options of `run` about order entry sessions and their
 * faults
 */
#ifndef HT_SIM_SESSION_OPTIONS_H
#define HT_SIM_SESSION_OPTIONS_H

#include <getopt.h>

#include "session.h"

enum {
	SESSION_OPT_LOGIN = 1280, SESSION_OPT_DELAY, SESSION_OPT_LOSS,
	SESSION_OPT_DROP_AFTER, SESSION_OPT_DROP_RESET, SESSION_OPT_SILENT,
	SESSION_OPT_REJECT_LOGIN,
};

#define SESSION_OPTION_ROWS \
	{ "order-login",     required_argument, NULL, SESSION_OPT_LOGIN }, \
	{ "order-delay",     required_argument, NULL, SESSION_OPT_DELAY }, \
	{ "order-loss",	     required_argument, NULL, SESSION_OPT_LOSS }, \
	{ "order-drop-after", required_argument, NULL, \
	  SESSION_OPT_DROP_AFTER }, \
	{ "order-drop-reset", no_argument, NULL, SESSION_OPT_DROP_RESET }, \
	{ "order-silent",    no_argument, NULL, SESSION_OPT_SILENT }, \
	{ "order-reject-login", no_argument, NULL, SESSION_OPT_REJECT_LOGIN }

#define SESSION_OPTION_HELP \
"  --order-login USER:PASSWORD\n" \
"                         an account; 64 times at most.  Without it any user\n" \
"                         may log in, each to an account of his own\n" \
"Faults of order entry\n" \
"  --order-delay TIME     each message to a client leaves so much later\n" \
"  --order-loss P         segments from clients lost before the exchange's\n" \
"                         TCP sees them; the kernel throws the dice, and they\n" \
"                         have no seed\n" \
"  --order-drop-after N   once, after the Nth message from clients, its\n" \
"                         connection is closed before the answer leaves\n" \
"  --order-drop-reset     by RST, not FIN\n" \
"  --order-silent         logins are accepted, orders taken, and then nothing\n" \
"                         is said, not even heartbeats\n" \
"  --order-reject-login   every login is rejected\n"

/*
 * Takes the option with this val and its value, if it is one of the rows.
 * Return: 0, -EINVAL with the reason on stderr, or -ENOENT.
 */
int session_option(struct session_options *o, int val, const char *text);

/* What only the whole command line tells.  Return: 0, or -EINVAL and told. */
int session_options_finish(const struct session_options *o);

#endif
