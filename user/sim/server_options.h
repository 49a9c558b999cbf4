/* SPDX-License-Identifier: GPL-2.0 */
/*
 * server_options - the options of `run` about its re-request and snapshot
 * servers
 */
#ifndef HT_SIM_SERVER_OPTIONS_H
#define HT_SIM_SERVER_OPTIONS_H

#include <getopt.h>

#include "glimpse.h"
#include "rerequest.h"

struct server_options {
	struct sockaddr_in rerequest[REREQUEST_SERVERS];
	uint32_t rerequests;
	struct rerequest_faults rerequest_faults;	/* of the first one */
	struct glimpse_options glimpse;
};

enum {
	SERVER_OPT_REREQUEST = 768, SERVER_OPT_REREQUEST_LOSS,
	SERVER_OPT_REREQUEST_DELAY, SERVER_OPT_REREQUEST_DEAD,
	SERVER_OPT_REREQUEST_LIES, SERVER_OPT_GLIMPSE, SERVER_OPT_GLIMPSE_USER,
	SERVER_OPT_GLIMPSE_PASSWORD, SERVER_OPT_GLIMPSE_DELAY,
	SERVER_OPT_GLIMPSE_DEAD, SERVER_OPT_GLIMPSE_CUT,
	SERVER_OPT_GLIMPSE_LIES,
};

#define SERVER_OPTION_ROWS \
	{ "rerequest",	     required_argument, NULL, SERVER_OPT_REREQUEST }, \
	{ "rerequest-loss",  required_argument, NULL, \
	  SERVER_OPT_REREQUEST_LOSS }, \
	{ "rerequest-delay", required_argument, NULL, \
	  SERVER_OPT_REREQUEST_DELAY }, \
	{ "rerequest-dead",  no_argument, NULL, SERVER_OPT_REREQUEST_DEAD }, \
	{ "rerequest-lies",  no_argument, NULL, SERVER_OPT_REREQUEST_LIES }, \
	{ "glimpse",	     required_argument, NULL, SERVER_OPT_GLIMPSE }, \
	{ "glimpse-user",    required_argument, NULL, \
	  SERVER_OPT_GLIMPSE_USER }, \
	{ "glimpse-password", required_argument, NULL, \
	  SERVER_OPT_GLIMPSE_PASSWORD }, \
	{ "glimpse-delay",   required_argument, NULL, \
	  SERVER_OPT_GLIMPSE_DELAY }, \
	{ "glimpse-dead",    no_argument, NULL, SERVER_OPT_GLIMPSE_DEAD }, \
	{ "glimpse-cut",     no_argument, NULL, SERVER_OPT_GLIMPSE_CUT }, \
	{ "glimpse-lies",    no_argument, NULL, SERVER_OPT_GLIMPSE_LIES }

#define SERVER_OPTION_HELP \
"Re-requests\n" \
"  --rerequest ADDR:PORT  a MoldUDP64 re-request server, of all that was\n" \
"                         sent of the session of now; twice: a second one,\n" \
"                         without faults.  Keeps every message, at its\n" \
"                         length and some four bytes: 40 MB for a million\n" \
"  --rerequest-loss P     requests lost\n" \
"  --rerequest-delay TIME replies come so much later\n" \
"  --rerequest-dead       never a reply\n" \
"  --rerequest-lies       two of three replies are wrong: another session,\n" \
"                         other sequences, counts and blocks that do not\n" \
"                         add up, runts, an end of session\n" \
"Snapshots\n" \
"  --glimpse ADDR:PORT    a GLIMPSE 5.0 server, SoupBinTCP 3.00 over TCP;\n" \
"                         each snapshot is sent by a process of its own, so\n" \
"                         that the feed waits for nobody; 16 at once\n" \
"  --glimpse-user NAME, --glimpse-password TEXT\n" \
"                         what a login must name (anything)\n" \
"  --glimpse-delay TIME   from the login to the snapshot\n" \
"  --glimpse-dead         takes connections and says nothing\n" \
"  --glimpse-cut          the first, third, ... snapshot ends in the middle\n" \
"  --glimpse-lies         the first, third, ... snapshot is wrong: a packet\n" \
"                         of length 0, of 65535, of no type, a message too\n" \
"                         short, an end without digits or of message 0\n"

/*
 * Takes the option with this val and its value, if it is one of the rows.
 * Return: 0, -EINVAL with the reason on stderr, or -ENOENT.
 */
int server_option(struct server_options *o, int val, const char *text);

/* What only the whole command line tells.  Return: 0, or -EINVAL and told. */
int server_options_finish(const struct server_options *o);

#endif
