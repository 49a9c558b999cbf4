/* SPDX-License-Identifier: GPL-2.0 */
/*
 * line_options - the options of `run` about its two lines and their faults
 */
#ifndef HT_SIM_LINE_OPTIONS_H
#define HT_SIM_LINE_OPTIONS_H

#include <getopt.h>

#include "feed.h"

enum {
	LINE_OPT_GROUP = 512, LINE_OPT_GROUP_B, LINE_OPT_INTERFACE_IP,
	LINE_OPT_INTERFACE_IP_B, LINE_OPT_MTU, LINE_OPT_MTU_B,
	LINE_OPT_PER_PACKET, LINE_OPT_PER_PACKET_B, LINE_OPT_SKEW_B,
	LINE_OPT_SEED, LINE_OPT_LOSS, LINE_OPT_LOSS_A, LINE_OPT_LOSS_B,
	LINE_OPT_BURST, LINE_OPT_BURST_EVERY, LINE_OPT_DUPLICATE,
	LINE_OPT_REORDER, LINE_OPT_DEAD, LINE_OPT_DEAD_A, LINE_OPT_DEAD_B,
};

#define LINE_OPTION_ROWS \
	{ "group",	     required_argument, NULL, LINE_OPT_GROUP }, \
	{ "group-b",	     required_argument, NULL, LINE_OPT_GROUP_B }, \
	{ "interface-ip",    required_argument, NULL, LINE_OPT_INTERFACE_IP }, \
	{ "interface-ip-b",  required_argument, NULL, \
	  LINE_OPT_INTERFACE_IP_B }, \
	{ "mtu",	     required_argument, NULL, LINE_OPT_MTU }, \
	{ "mtu-b",	     required_argument, NULL, LINE_OPT_MTU_B }, \
	{ "per-packet",	     required_argument, NULL, LINE_OPT_PER_PACKET }, \
	{ "per-packet-b",    required_argument, NULL, LINE_OPT_PER_PACKET_B }, \
	{ "skew-b",	     required_argument, NULL, LINE_OPT_SKEW_B }, \
	{ "fault-seed",	     required_argument, NULL, LINE_OPT_SEED }, \
	{ "loss",	     required_argument, NULL, LINE_OPT_LOSS }, \
	{ "loss-a",	     required_argument, NULL, LINE_OPT_LOSS_A }, \
	{ "loss-b",	     required_argument, NULL, LINE_OPT_LOSS_B }, \
	{ "burst",	     required_argument, NULL, LINE_OPT_BURST }, \
	{ "burst-every",     required_argument, NULL, LINE_OPT_BURST_EVERY }, \
	{ "duplicate",	     required_argument, NULL, LINE_OPT_DUPLICATE }, \
	{ "reorder",	     required_argument, NULL, LINE_OPT_REORDER }, \
	{ "dead",	     required_argument, NULL, LINE_OPT_DEAD }, \
	{ "dead-a",	     required_argument, NULL, LINE_OPT_DEAD_A }, \
	{ "dead-b",	     required_argument, NULL, LINE_OPT_DEAD_B }

#define LINE_OPTION_HELP \
"  --group ADDR:PORT      multicast group (233.54.12.111:26477)\n" \
"  --interface-ip ADDR    address of the interface that sends (127.0.0.1)\n" \
"  --mtu N                IP packet size, at most (1500)\n" \
"  --per-packet N         messages in a packet, at most (65534)\n" \
"Second line: the same messages under the same numbers\n" \
"  --group-b ADDR:PORT    its group; without it there is one line, A\n" \
"  --interface-ip-b ADDR  as above, and if not given as line A\n" \
"  --mtu-b N\n" \
"  --per-packet-b N\n" \
"  --skew-b TIME          its packets leave so much later than A's (0s)\n"

#define FAULT_OPTION_HELP \
"Faults of the lines; P is a percentage of packets\n" \
"  --fault-seed N         same seed and same packets, same faults (1)\n" \
"  --loss P               lost, on each line by itself\n" \
"  --loss-a P, --loss-b P on one line\n" \
"  --burst N, --burst-every M\n" \
"                         the last N of every M packets of A lost, and what\n" \
"                         B frames meanwhile\n" \
"  --duplicate P          sent twice\n" \
"  --reorder P            held back until 1 to 8 later ones are out\n" \
"  --dead FROM+FOR        both lines send nothing for so long, FROM after\n" \
"                         the first message, such as 2s+1s\n" \
"  --dead-a, --dead-b FROM+FOR\n" \
"                         one line\n"

/* The options as they are before any is read. */
void line_options_default(struct feed_options *o);

/*
 * Takes the option with this val and its value, if it is one of the rows.
 * Return: 0, -EINVAL with the reason on stderr, or -ENOENT.
 */
int line_option(struct feed_options *o, int val, const char *text);

/* What only the whole command line tells.  Return: 0, or -EINVAL and told. */
int line_options_finish(struct feed_options *o);

#endif
