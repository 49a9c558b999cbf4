// SPDX-License-Identifier: GPL-2.0
/*
 * cmd_run - `hairtrigger run`: options into a controller
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "command.h"
#include "controller.h"
#include "out.h"
#include "price.h"
#include "privileges.h"

enum {
	OPT_EXCHANGE = 256, OPT_INTERFACE, OPT_LOCAL_PORT, OPT_FIRST_URN,
	OPT_TRANSPORT, OPT_FIRM, OPT_REREQUEST, OPT_GLIMPSE, OPT_GLIMPSE_LOGIN,
	OPT_LINE_WAIT, OPT_SNAPSHOT_ABOVE, OPT_MAX_QTY, OPT_MAX_NOTIONAL,
	OPT_COLLAR, OPT_RATE, OPT_MAX_AGE, OPT_NO_JOIN, OPT_QUIET,
	OPT_ORDERS_LOG, OPT_HELP,
};

enum {
	AGE_MAX_MS = 60000,
	WAIT_MAX_MS = 10000,
	PERCENT_BPS = 100,
};

/* $1,000,000,000 in 1e-4 dollars */
#define NOTIONAL_MAX	10000000000000ull

static const struct option options[] = {
	{ "exchange", required_argument, NULL, OPT_EXCHANGE },
	{ "interface", required_argument, NULL, OPT_INTERFACE },
	{ "local-port", required_argument, NULL, OPT_LOCAL_PORT },
	{ "first-urn", required_argument, NULL, OPT_FIRST_URN },
	{ "transport", required_argument, NULL, OPT_TRANSPORT },
	{ "firm", required_argument, NULL, OPT_FIRM },
	{ "rerequest", required_argument, NULL, OPT_REREQUEST },
	{ "glimpse", required_argument, NULL, OPT_GLIMPSE },
	{ "glimpse-login", required_argument, NULL, OPT_GLIMPSE_LOGIN },
	{ "line-wait", required_argument, NULL, OPT_LINE_WAIT },
	{ "snapshot-above", required_argument, NULL, OPT_SNAPSHOT_ABOVE },
	{ "max-qty", required_argument, NULL, OPT_MAX_QTY },
	{ "max-notional", required_argument, NULL, OPT_MAX_NOTIONAL },
	{ "collar", required_argument, NULL, OPT_COLLAR },
	{ "rate", required_argument, NULL, OPT_RATE },
	{ "max-age", required_argument, NULL, OPT_MAX_AGE },
	{ "no-join", no_argument, NULL, OPT_NO_JOIN },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "orders-log", required_argument, NULL, OPT_ORDERS_LOG },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 }
};

static const struct command run_command = {
	"run", cmd_run, "--exchange IP:PORT [OPTIONS]",
	"Run the controller that sends the orders",
	"  --exchange IP:PORT    where orders go\n"
	"  --interface IFNAME    where they leave (where the instance is)\n"
	"  --local-port PORT     UDP port they come from (any)\n"
	"  --first-urn N         UserRefNum of the first order (next unused)\n"
	"  --firm FIRM           four letters, for a port with several firms\n"
	"  --transport udp       " TRANSPORT_LABEL ":\n"
	"                        SoupBinTCP packets with OUCH 5.0 in datagrams\n"
	"  --rerequest IP:PORT   where messages that both lines lost are asked for\n"
	"                        (MoldUDP64); up to four times, the first one first\n"
	"  --glimpse IP:PORT     where a snapshot comes from (GLIMPSE) when asking\n"
	"                        is in vain; up to four times\n"
	"  --glimpse-login USER:PASSWORD\n"
	"                        what all of them are told (blank)\n"
	"  --line-wait MS        for the other line, before asking (2)\n"
	"  --snapshot-above N    missing messages that are too many to ask for,\n"
	"                        where there is a --glimpse (100000)\n"
	"  --max-qty N           shares of one order\n"
	"  --max-notional USD    dollars of one order\n"
	"  --collar N%|Nbps      off the reference price\n"
	"  --rate N              orders in any second\n"
	"  --max-age MS          of the event that an order answers\n"
	"  --no-join             do not join the feed's multicast groups\n"
	"  --quiet               speak only at the start and at the end\n"
	"  --orders-log FILE     append every line about orders to FILE\n\n"
	"Orders are immediate-or-cancel.  Stops on SIGINT or SIGTERM.\n"
	"A limit that is given here is one of `hairtrigger risk set`, and stays when\n"
	"the controller ends; without it the instance's count (`risk show`).\n"
	"A fire that a limit refuses still counts for its trigger's `max`.\n\n"
	"  hairtrigger run --exchange 10.77.0.1:4100 --max-qty 100\n"
};

static bool endpoint_parse(const char *option, const char *text,
			   struct sockaddr_in *address)
{
	const char *colon = strrchr(text, ':');
	unsigned long long port;
	char ip[INET_ADDRSTRLEN] = "";

	address->sin_family = AF_INET;
	if (colon && (size_t)(colon - text) < sizeof(ip))
		memcpy(ip, text, (size_t)(colon - text));
	if (inet_pton(AF_INET, ip, &address->sin_addr) != 1) {
		usage_error("%s must be IP:PORT, not `%s`", option, text);
		return false;
	}
	if (!number_parse(option, colon + 1, 1, UINT16_MAX, &port))
		return false;
	address->sin_port = htons((uint16_t)port);
	return true;
}

static bool notional_parse(const char *text, uint64_t *notional)
{
	const char *end;

	if (price_parse(text, NOTIONAL_MAX, notional, &end) || *end ||
	    !*notional) {
		usage_error("--max-notional must be dollars up to 1000000000, not `%s`",
			    text);
		return false;
	}
	return true;
}

/* "5%", "2.5%", "500bps": whole basis points. */
static bool collar_parse(const char *text, uint32_t *bps)
{
	const char *end = text;
	uint64_t number = 0;
	uint64_t unit = 0;	/* of number, with four decimals, in 1 bps */

	if (!price_parse(text, RISK_COLLAR_MAX * (uint64_t)PRICE_UNIT,
			 &number, &end)) {
		if (!strcmp(end, "%"))
			unit = PRICE_UNIT / PERCENT_BPS;
		else if (!strcmp(end, "bps"))
			unit = PRICE_UNIT;
	}
	if (!unit || number % unit || number / unit > RISK_COLLAR_MAX) {
		usage_error("--collar must be like 5%% or 500bps, up to 100%%, not `%s`",
			    text);
		return false;
	}
	*bps = (uint32_t)(number / unit);
	return true;
}

static bool firm_parse(const char *text, char firm[OUCH_FIRM_LEN + 1])
{
	if (strlen(text) != OUCH_FIRM_LEN ||
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") !=
		    OUCH_FIRM_LEN) {
		usage_error("--firm must be four capital letters or digits, not `%s`",
			    text);
		return false;
	}
	memcpy(firm, text, OUCH_FIRM_LEN + 1);
	return true;
}

static bool transport_parse(const char *text)
{
	if (!strcmp(text, TRANSPORT_NAME))
		return true;
	usage_error("--transport must be " TRANSPORT_NAME ", not `%s`", text);
	return false;
}

/* Nobody answers from where a line of the feed is. */
static bool is_one_host(const struct sockaddr_in *address)
{
	in_addr_t ip = ntohl(address->sin_addr.s_addr);

	return ip != INADDR_ANY && ip != INADDR_BROADCAST && !IN_MULTICAST(ip);
}

static bool server_add(const char *option, const char *text,
		       struct sockaddr_in *servers, int *count)
{
	if (*count == RECOVERY_SERVERS) {
		usage_error("%s: at most %d of them", option, RECOVERY_SERVERS);
		return false;
	}
	if (!endpoint_parse(option, text, &servers[*count]))
		return false;
	if (is_one_host(&servers[*count])) {
		(*count)++;
		return true;
	}
	usage_error("%s must be one server's IP:PORT, not `%s`", option, text);
	return false;
}

/* USER:PASSWORD, of which SoupBinTCP takes 6 and 10 characters. */
static bool login_parse(const char *text, struct soup_credentials *login)
{
	static struct soup_login_request request;
	static char user[64];
	const char *colon = strchr(text, ':');

	snprintf(user, sizeof(user), "%.*s",
		 colon ? (int)(colon - text) : 0, text);
	login->user = user;
	login->password = colon ? colon + 1 : NULL;
	if (colon && !soup_login(&request, login))
		return true;
	usage_error("--glimpse-login must be USER:PASSWORD of at most 6 and 10 characters, not `%s`",
		    text);
	return false;
}

static bool recovery_take(struct recovery_options *r, int opt,
			  const char *text)
{
	unsigned long long n = 0;

	switch (opt) {
	case OPT_REREQUEST:
		return server_add("--rerequest", text, r->rerequest,
				  &r->rerequests);
	case OPT_GLIMPSE:
		return server_add("--glimpse", text, r->glimpse, &r->glimpses);
	case OPT_GLIMPSE_LOGIN:
		return login_parse(text, &r->login);
	case OPT_LINE_WAIT:
		if (!number_parse("--line-wait", text, 0, WAIT_MAX_MS, &n))
			return false;
		r->wait_ns = n * MS_NS;
		return true;
	default:
		if (!number_parse("--snapshot-above", text, 1, UINT32_MAX, &n))
			return false;
		r->snapshot_above = n;
		return true;
	}
}

/* One edit of each key. */
static void limit_add(struct controller_options *o, const char *name,
		      uint64_t value)
{
	char words[LIMITS_WORDS];
	struct limits_edit edit = { limits_find(name, words), value };
	int i;

	for (i = 0; i < o->limit_count; i++)
		if (o->limits[i].key == edit.key)
			break;
	o->limits[i] = edit;
	if (i == o->limit_count)
		o->limit_count++;
}

static bool limit_take(struct controller_options *o, int opt, const char *text)
{
	unsigned long long n = 0;
	uint64_t notional;
	uint32_t bps;

	switch (opt) {
	case OPT_MAX_QTY:
		if (!number_parse("--max-qty", text, 1, OUCH_QTY_MAX, &n))
			return false;
		limit_add(o, "max-qty", n);
		return true;
	case OPT_MAX_NOTIONAL:
		if (!notional_parse(text, &notional))
			return false;
		limit_add(o, "max-notional", notional);
		return true;
	case OPT_COLLAR:
		if (!collar_parse(text, &bps))
			return false;
		limit_add(o, "collar", bps);
		return true;
	case OPT_RATE:
		if (!number_parse("--rate", text, 1, RISK_RATE_MAX, &n))
			return false;
		limit_add(o, "rate", n);
		return true;
	default:
		if (!number_parse("--max-age", text, 1, AGE_MAX_MS, &n))
			return false;
		limit_add(o, "max-age", n * MS_NS);
		return true;
	}
}

static bool option_take(struct controller_options *o, int opt,
			const char *text)
{
	unsigned long long n = 0;

	switch (opt) {
	case OPT_EXCHANGE:
		return endpoint_parse("--exchange", text, &o->exchange);
	case OPT_INTERFACE:
		o->interface = text;
		return true;
	case OPT_LOCAL_PORT:
		if (!number_parse("--local-port", text, 1, UINT16_MAX, &n))
			return false;
		o->local_port = (uint16_t)n;
		return true;
	case OPT_FIRST_URN:
		if (!number_parse("--first-urn", text, 1,
				  UINT32_MAX - ORDERS_MAX, &n))
			return false;
		o->first_urn = (uint32_t)n;
		return true;
	case OPT_TRANSPORT:
		return transport_parse(text);
	case OPT_FIRM:
		return firm_parse(text, o->terms.firm);
	case OPT_NO_JOIN:
		o->join = false;
		return true;
	case OPT_QUIET:
		o->quiet = true;
		return true;
	case OPT_ORDERS_LOG:
		o->orders_log = text;
		return true;
	case OPT_REREQUEST:
	case OPT_GLIMPSE:
	case OPT_GLIMPSE_LOGIN:
	case OPT_LINE_WAIT:
	case OPT_SNAPSHOT_ABOVE:
		return recovery_take(&o->recovery, opt, text);
	default:
		return limit_take(o, opt, text);
	}
}

int cmd_run(int argc, char **argv)
{
	struct controller_options o = {
		.instance = globals.instance,
		.terms = {
			.tif = OUCH_TIF_IOC, .display = 'Y', .capacity = 'P',
			.iso = 'N', .cross_type = 'N',
		},
		.recovery = RECOVERY_DEFAULTS,
		.join = true,
		.quiet = globals.json,
	};
	const char *missing;
	int opt;

	optind = 0;
	while ((opt = option_next(argc, argv, options)) != -1) {
		if (opt == OPT_HELP) {
			command_help("", &run_command);
			return EXIT_OK;
		}
		if (opt == '?' || !option_take(&o, opt, optarg))
			return EXIT_USAGE;
	}
	if (optind < argc)
		return usage_error("unexpected argument `%s`", argv[optind]);
	if (!o.exchange.sin_port)
		return usage_error("--exchange IP:PORT is needed");
	if (o.recovery.login.user && !o.recovery.glimpses)
		return usage_error("--glimpse-login needs --glimpse IP:PORT");
	missing = privileges_missing();
	if (missing) {
		out_error(0, "run needs %s; run as root", missing);
		return EXIT_SYSTEM;
	}
	return controller_run(&o);
}
