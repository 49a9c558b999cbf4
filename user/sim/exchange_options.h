/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exchange_options - the options of `run` about what the exchange does with
 * orders
 */
#ifndef HT_SIM_EXCHANGE_OPTIONS_H
#define HT_SIM_EXCHANGE_OPTIONS_H

#include <getopt.h>

#include "exchange.h"

struct exchange_options {
	bool cancel_on_disconnect;
	struct exchange_faults faults;
	struct exchange_limits limits;
};

enum {
	EXCHANGE_OPT_CANCEL_ON_DISCONNECT = 1024, EXCHANGE_OPT_SHARES,
	EXCHANGE_OPT_NOTIONAL, EXCHANGE_OPT_RATE, EXCHANGE_OPT_BREAK,
	EXCHANGE_OPT_DEAD, EXCHANGE_OPT_REPRICE, EXCHANGE_OPT_RESTATE,
	EXCHANGE_OPT_PRIORITY, EXCHANGE_OPT_SUPERVISE, EXCHANGE_OPT_PENDING,
	EXCHANGE_OPT_LATE,
};

#define EXCHANGE_OPTION_ROWS \
	{ "cancel-on-disconnect", no_argument, NULL, \
	  EXCHANGE_OPT_CANCEL_ON_DISCONNECT }, \
	{ "limit-shares",    required_argument, NULL, EXCHANGE_OPT_SHARES }, \
	{ "limit-notional",  required_argument, NULL, \
	  EXCHANGE_OPT_NOTIONAL }, \
	{ "limit-rate",	     required_argument, NULL, EXCHANGE_OPT_RATE }, \
	{ "break-every",     required_argument, NULL, EXCHANGE_OPT_BREAK }, \
	{ "dead-every",	     required_argument, NULL, EXCHANGE_OPT_DEAD }, \
	{ "reprice-every",   required_argument, NULL, EXCHANGE_OPT_REPRICE }, \
	{ "restate-every",   required_argument, NULL, EXCHANGE_OPT_RESTATE }, \
	{ "priority-every",  required_argument, NULL, \
	  EXCHANGE_OPT_PRIORITY }, \
	{ "supervise-every", required_argument, NULL, \
	  EXCHANGE_OPT_SUPERVISE }, \
	{ "pending-every",   required_argument, NULL, EXCHANGE_OPT_PENDING }, \
	{ "late-every",	     required_argument, NULL, EXCHANGE_OPT_LATE }

#define EXCHANGE_OPTION_HELP \
"  --cancel-on-disconnect a client's orders do not outlive its connection\n" \
"  --limit-shares N, --limit-notional DOLLARS\n" \
"                         larger orders are rejected by risk checks\n" \
"  --limit-rate N         the same: orders of an account in a second\n" \
"Rare answers, to every Nth that it could be\n" \
"  --break-every N        executions are broken later\n" \
"  --dead-every N         orders are accepted and dead\n" \
"  --reprice-every N      orders are accepted a tick from their price\n" \
"  --restate-every N      orders that come to rest are restated: in turn a\n" \
"                         reserve refreshed, another price displayed\n" \
"  --priority-every N     orders that come to rest get another reference\n" \
"  --supervise-every N    orders that come to rest are canceled by hand\n" \
"  --pending-every N      cancels are pending, then rejected\n" \
"  --late-every N         replaces come too late\n"

/*
 * Takes the option with this val and its value, if it is one of the rows.
 * Return: 0, -EINVAL with the reason on stderr, or -ENOENT.
 */
int exchange_option(struct exchange_options *o, int val, const char *text);

/* An exchange goes by them from now on. */
void exchange_options_set(struct exchange *x, const struct exchange_options *o);

#endif
