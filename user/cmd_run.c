// SPDX-License-Identifier: GPL-2.0
/*
 * cmd_run - `hairtrigger run`: options into a controller
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "command.h"
#include "controller.h"
#include "out.h"
#include "privileges.h"

enum {
	OPT_EXCHANGE = 256, OPT_INTERFACE, OPT_LOCAL_PORT, OPT_LOGIN,
	OPT_SESSION, OPT_HEARTBEAT_TIMEOUT, OPT_FIRST_URN, OPT_FIRM,
	OPT_DRY_RUN, OPT_JOURNAL, OPT_JOURNAL_STRICT, OPT_REREQUEST,
	OPT_GLIMPSE, OPT_GLIMPSE_LOGIN, OPT_LINE_WAIT, OPT_SNAPSHOT_ABOVE,
	OPT_MAX_QTY, OPT_MAX_NOTIONAL, OPT_COLLAR, OPT_RATE, OPT_MAX_AGE,
	OPT_NO_JOIN, OPT_QUIET, OPT_ORDERS_LOG, OPT_HELP,
};

enum {
	WAIT_MAX_MS = 10000,
	TIMEOUT_MAX_MS = 99999,		/* five digits, SoupBinTCP 4.1 */
	WORDS_MAX = 1024,
};

static const struct option options[] = {
	{ "exchange", required_argument, NULL, OPT_EXCHANGE },
	{ "interface", required_argument, NULL, OPT_INTERFACE },
	{ "local-port", required_argument, NULL, OPT_LOCAL_PORT },
	{ "login", required_argument, NULL, OPT_LOGIN },
	{ "session", required_argument, NULL, OPT_SESSION },
	{ "heartbeat-timeout", required_argument, NULL, OPT_HEARTBEAT_TIMEOUT },
	{ "first-urn", required_argument, NULL, OPT_FIRST_URN },
	{ "firm", required_argument, NULL, OPT_FIRM },
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "journal", required_argument, NULL, OPT_JOURNAL },
	{ "journal-strict", no_argument, NULL, OPT_JOURNAL_STRICT },
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
	"  --exchange IP:PORT    where orders go: OUCH 5.0 over SoupBinTCP\n"
	"  --login USER:PASSWORD what it is told (blank)\n"
	"  --session NAME        which of its sessions (the current one)\n"
	"  --heartbeat-timeout MS  say so in the login, as in SoupBinTCP 4.1\n"
	"  --interface IFNAME    where orders leave (where the instance is)\n"
	"  --local-port PORT     TCP port they come from (any)\n"
	"  --first-urn N         UserRefNum of the first order (next unused)\n"
	"  --firm FIRM           four letters, for a port with several firms\n"
	"  --dry-run             do everything, write down what would leave, and\n"
	"                        send no request\n"
	"  --journal FILE        where all of it is written down\n"
	"                        (/var/lib/hairtrigger/INSTANCE.journal)\n"
	"  --journal-strict      no order leaves while that is not possible\n"
	"  --rerequest IP:PORT   where messages that both lines lost are asked for\n"
	"                        (MoldUDP64); up to four times, the first one first\n"
	"  --glimpse IP:PORT     where a snapshot comes from (GLIMPSE) when asking\n"
	"                        is in vain; up to four times\n"
	"  --glimpse-login USER:PASSWORD\n"
	"                        what all of them are told (blank)\n"
	"  --line-wait MS        for the other line, before asking (2)\n"
	"  --snapshot-above N    missing messages that are too many to ask for,\n"
	"                        where there is a --glimpse (100000)\n"
	"  --max-qty N, --max-notional USD, --collar N%|Nbps, --rate N, --max-age TIME\n"
	"                        set these limits first, as `risk set` does\n"
	"  --no-join             do not join the feed's multicast groups\n"
	"  --quiet               speak only at the start and at the end\n"
	"  --orders-log FILE     append every line about orders to FILE\n\n"
	"Triggers' orders are immediate-or-cancel.  Stops on SIGINT or SIGTERM; what\n"
	"rests at the exchange goes on resting, see `order cancel all`.  A fire that\n"
	"a limit refuses still counts for its trigger's `max`.\n\n"
	"  hairtrigger run --exchange 10.77.0.1:9001 --login HAIR01:TRIGGER\n"
};

static bool endpoint_parse(const char *option, const char *text,
			   struct sockaddr_in *address)
{
	const char *colon = strrchr(text, ':');
	unsigned long long port;
	char ip[INET_ADDRSTRLEN] = "", words[64];

	address->sin_family = AF_INET;
	if (colon && (size_t)(colon - text) < sizeof(ip))
		memcpy(ip, text, (size_t)(colon - text));
	if (inet_pton(AF_INET, ip, &address->sin_addr) != 1) {
		usage_error("%s must be IP:PORT, not `%s`", option, text);
		return false;
	}
	snprintf(words, sizeof(words), "the port of %s", option);
	if (!number_parse(words, colon + 1, 1, UINT16_MAX, &port))
		return false;
	address->sin_port = htons((uint16_t)port);
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

/* Nobody answers from where a line of the feed is. */
static bool is_one_host(const struct sockaddr_in *address)
{
	in_addr_t ip = ntohl(address->sin_addr.s_addr);

	return ip != INADDR_ANY && ip != INADDR_BROADCAST && !IN_MULTICAST(ip);
}

static bool host_parse(const char *option, const char *text,
		       struct sockaddr_in *address)
{
	if (!endpoint_parse(option, text, address))
		return false;
	if (is_one_host(address))
		return true;
	usage_error("%s must be one server's IP:PORT, not `%s`", option, text);
	return false;
}

static bool server_add(const char *option, const char *text,
		       struct sockaddr_in *servers, int *count)
{
	if (*count == RECOVERY_SERVERS) {
		usage_error("%s: at most %d of them", option, RECOVERY_SERVERS);
		return false;
	}
	if (!host_parse(option, text, &servers[*count]))
		return false;
	(*count)++;
	return true;
}

/* A text of its own for each login: they live as long as we do. */
struct login {
	char user[64];
	struct soup_credentials credentials;
};

/* USER:PASSWORD, of which SoupBinTCP takes 6 and 10 characters. */
static bool login_parse(const char *option, const char *text,
			struct login *login)
{
	static struct soup_login_request request;
	const char *colon = strchr(text, ':');

	snprintf(login->user, sizeof(login->user), "%.*s",
		 colon ? (int)(colon - text) : 0, text);
	login->credentials.user = login->user;
	login->credentials.password = colon ? colon + 1 : NULL;
	if (colon && !soup_login(&request, &login->credentials))
		return true;
	usage_error("%s must be USER:PASSWORD of at most 6 and 10 characters, not `%s`",
		    option, text);
	return false;
}

static bool glimpse_login_take(struct recovery_options *r, const char *text)
{
	static struct login login;

	if (!login_parse("--glimpse-login", text, &login))
		return false;
	r->login.user = login.credentials.user;
	r->login.password = login.credentials.password;
	return true;
}

/* As SoupBinTCP has it. */
static bool is_session_name(const char *text)
{
	size_t len = 0;

	while (isalnum((unsigned char)text[len]))
		len++;
	return len && len <= SOUP_SESSION_LEN && !text[len];
}

static bool session_take(struct session_options *s, int opt, const char *text)
{
	static struct login login;
	unsigned long long n = 0;

	switch (opt) {
	case OPT_EXCHANGE:
		return host_parse("--exchange", text, &s->exchange);
	case OPT_LOCAL_PORT:
		if (!number_parse("--local-port", text, 1, UINT16_MAX, &n))
			return false;
		s->local.sin_port = htons((uint16_t)n);
		return true;
	case OPT_LOGIN:
		if (!login_parse("--login", text, &login))
			return false;
		s->user = login.credentials.user;
		s->password = login.credentials.password;
		return true;
	case OPT_SESSION:
		s->session = text;
		if (is_session_name(text))
			return true;
		usage_error("--session must be up to ten letters and digits, not `%s`",
			    text);
		return false;
	default:
		if (!number_parse("--heartbeat-timeout", text, 1,
				  TIMEOUT_MAX_MS, &n))
			return false;
		s->timeout_ms = (uint32_t)n;
		return true;
	}
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
		return glimpse_login_take(r, text);
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

/* The option is a key of `risk set`. */
static bool limit_take(struct controller_options *o, const char *name,
		       const char *text)
{
	char words[LIMITS_WORDS];
	const struct limits_key *key = limits_find(name, words);

	if (o->edit_count < CONTROLLER_EDITS && key &&
	    !limits_parse(key, text, &o->edits[o->edit_count], words)) {
		o->edit_count++;
		return true;
	}
	usage_error("--%s: %s", name, key ? words : "given too often");
	return false;
}

static const char *option_name(int opt)
{
	const struct option *option;

	for (option = options; option->name; option++)
		if (option->val == opt)
			break;
	return option->name;
}

static bool option_take(struct controller_options *o, int opt,
			const char *text)
{
	unsigned long long n = 0;

	switch (opt) {
	case OPT_EXCHANGE:
	case OPT_LOCAL_PORT:
	case OPT_LOGIN:
	case OPT_SESSION:
	case OPT_HEARTBEAT_TIMEOUT:
		return session_take(&o->session, opt, text);
	case OPT_INTERFACE:
		o->interface = text;
		return true;
	case OPT_DRY_RUN:
		o->dry_run = true;
		return true;
	case OPT_JOURNAL:
		o->journal = text;
		return true;
	case OPT_JOURNAL_STRICT:
		o->journal_strict = true;
		return true;
	case OPT_FIRST_URN:
		if (!number_parse("--first-urn", text, 1,
				  UINT32_MAX - ORDERS_MAX, &n))
			return false;
		o->first_urn = (uint32_t)n;
		return true;
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
		return limit_take(o, option_name(opt), text);
	}
}

/* Also one that was not typed to its end, which getopt takes. */
static bool is_login(const char *arg)
{
	size_t len = strcspn(arg, "=");

	return len > strlen("--") && (!strncmp(arg, "--login", len) ||
				      !strncmp(arg, "--glimpse-login", len));
}

/* All that was typed, but for passwords. */
static const char *words_of(int argc, char **argv)
{
	static char text[WORDS_MAX];
	size_t n = 0;
	int i;

	for (i = 0; i < argc && n < sizeof(text); i++) {
		const char *name = i ? argv[i - 1] : "";
		bool secret = is_login(argv[i]) ?
			      strchr(argv[i], '=') != NULL :
			      is_login(name) && !strchr(name, '=');

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s",
				      i ? " " : "", secret ? "***" : argv[i]);
	}
	return text;
}

int cmd_run(int argc, char **argv)
{
	struct controller_options o = {
		.instance = globals.instance,
		.session.times = SESSION_TIMES,
		.words = words_of(argc, argv),
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
	if (!o.session.exchange.sin_port)
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
