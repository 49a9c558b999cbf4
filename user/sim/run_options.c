// SPDX-License-Identifier: GPL-2.0
#include "run_options.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "generate_options.h"
#include "line_options.h"
#include "option_values.h"
#include "options.h"
#include "price.h"
#include "session_options.h"

enum {
	SPEED_MAX = 1000000,
	RATE_MAX = 100000000,
};

enum option_id {
	OPT_GENERATE = GENERATE_OPT_END, OPT_SESSION, OPT_NEW_SESSION_AFTER,
	OPT_SPEED, OPT_RATE, OPT_FLAT_OUT, OPT_MAX_GAP, OPT_WAIT_FOR_START,
	OPT_LINGER, OPT_ORDERS, OPT_MARKET_OPEN, OPT_BOOK, OPT_REPORT,
};

static const struct option options[] = {
	{ "generate",	    no_argument,       NULL, OPT_GENERATE },
	GENERATE_OPTION_ROWS,
	LINE_OPTION_ROWS,
	SERVER_OPTION_ROWS,
	EXCHANGE_OPTION_ROWS,
	SESSION_OPTION_ROWS,
	{ "session",	    required_argument, NULL, OPT_SESSION },
	{ "new-session-after", required_argument, NULL, OPT_NEW_SESSION_AFTER },
	{ "speed",	    required_argument, NULL, OPT_SPEED },
	{ "rate",	    required_argument, NULL, OPT_RATE },
	{ "flat-out",	    no_argument,       NULL, OPT_FLAT_OUT },
	{ "max-gap",	    required_argument, NULL, OPT_MAX_GAP },
	{ "wait-for-start", no_argument,       NULL, OPT_WAIT_FOR_START },
	{ "linger",	    required_argument, NULL, OPT_LINGER },
	{ "orders",	    required_argument, NULL, OPT_ORDERS },
	{ "market-open",    no_argument,       NULL, OPT_MARKET_OPEN },
	{ "book",	    required_argument, NULL, OPT_BOOK },
	{ "report",	    required_argument, NULL, OPT_REPORT },
	{ "verbose",	    no_argument,       NULL, 'v' },
	{ "json",	    no_argument,       NULL, 'j' },
	{ "help",	    no_argument,       NULL, 'h' },
	{ 0 },
};

static const char help[] =
"hairtrigger-sim run [OPTIONS] FILE\n"
"hairtrigger-sim run [OPTIONS] --generate\n"
"\n"
"Replays a session of ITCH 5.0 as MoldUDP64 multicast and answers orders like\n"
"an exchange.  FILE is a BinaryFILE, plain or gzip.\n"
"\n"
"Session\n"
"  --generate             make the session instead of reading one\n"
GENERATE_OPTION_HELP
"  --session NAME         MoldUDP64 session, up to ten letters and digits\n"
"                         (HTSIM00001)\n"
"  --new-session-after N  after N messages the exchange starts again, once:\n"
"                         the whole session, from message 1, under the next\n"
"                         name (HTSIM00002); book and report are of that one\n"
"Feed\n"
LINE_OPTION_HELP
"Pace\n"
"  --speed X              the session's timestamps, X times as fast (1)\n"
"  --max-gap TIME         shorten longer idle times, real time (1s)\n"
"  --rate N               messages a second, whatever the timestamps\n"
"  --flat-out             as fast as the interface takes them\n"
"  --wait-for-start       heartbeats until a line or the end of standard\n"
"                         input, or SIGUSR1\n"
"  --linger TIME          end of session and orders for so long (1s); then\n"
"                         clients are told the end of their order session,\n"
"                         and have 2s to close\n"
FAULT_OPTION_HELP
SERVER_OPTION_HELP
"Orders\n"
"  --orders ADDR:PORT     where orders arrive (INTERFACE-IP:9001; port 0: any\n"
"                         free one): OUCH 5.0 over SoupBinTCP 3.00 and 4.1\n"
"  --market-open          accept orders without a system event Q\n"
EXCHANGE_OPTION_HELP
SESSION_OPTION_HELP
"Output\n"
"  --book FILE            the book at the end, as CSV\n"
"  --report FILE          the report, as JSON\n"
"  -v, --verbose          one line on stderr for each order and answer\n"
"  -j, --json             the report on stdout as JSON\n"
"  -h, --help             this text\n"
"\n"
"TIME is a number with s, ms or us behind it.  Fills are taken from the\n"
"displayed book of the moment and do not change it: the replay is history.\n"
"\n"
"Example\n"
"  hairtrigger-sim run --interface-ip 10.77.0.1 --speed 100 --market-open \\\n"
"      01302020.NASDAQ_ITCH50.gz\n";

void run_options_help(void)
{
	fputs(help, stdout);
}

static int speed(const char *text, uint64_t *value)
{
	const char *end = text;

	if (price_parse(text, (uint64_t)SPEED_MAX * PACING_SPEED_ONE, value,
			&end) || *end || !*value)
		return option_bad("--speed", text,
				  "a factor from 0.0001 to 1000000");
	return 0;
}

static int session(const char *text, char name[MOLD_SESSION_LEN])
{
	size_t len = strlen(text), i;

	for (i = 0; i < len && isalnum((unsigned char)text[i]); i++)
		;
	if (!len || i < len || len > MOLD_SESSION_LEN)
		return option_bad("--session", text,
				  "one to ten letters and digits");
	memset(name, ' ', MOLD_SESSION_LEN);
	memcpy(name, text, len);
	return 0;
}

static int pace(struct pacing *p, int id, const char *text)
{
	switch (id) {
	case OPT_SPEED:
		p->mode = PACE_SPEED;
		return speed(text, &p->speed);
	case OPT_RATE:
		p->mode = PACE_RATE;
		return option_number("--rate", text, 1, RATE_MAX, &p->rate);
	case OPT_MAX_GAP:
		return option_duration("--max-gap", text, &p->max_gap_ns);
	default:
		p->mode = PACE_FLAT_OUT;
		return 0;
	}
}

/* The options of others, which know their own. */
static int part_option(struct run_options *o, int id, const char *text)
{
	int err = line_option(&o->feed, id, text);

	if (err == -ENOENT)
		err = server_option(&o->servers, id, text);
	if (err == -ENOENT)
		err = exchange_option(&o->exchange, id, text);
	if (err == -ENOENT)
		err = generate_option(&o->generate, id, text);
	if (err == -ENOENT)
		err = session_option(&o->sessions, id, text);
	return err;
}

static int replay_option(struct run_options *o, int id, const char *text)
{
	switch (id) {
	case OPT_SESSION:
		return session(text, o->feed.session);
	case OPT_NEW_SESSION_AFTER:
		return option_number("--new-session-after", text, 1,
				     UINT64_MAX, &o->restart_after);
	case OPT_SPEED:
	case OPT_RATE:
	case OPT_FLAT_OUT:
	case OPT_MAX_GAP:
		return pace(&o->pacing, id, text);
	default:
		return part_option(o, id, text);
	}
}

static int option(struct run_options *o, int id, const char *text)
{
	switch (id) {
	case OPT_WAIT_FOR_START:
		o->wait_for_start = true;
		return 0;
	case OPT_LINGER:
		return option_duration("--linger", text, &o->linger_ns);
	case OPT_ORDERS:
		return option_endpoint("--orders", text, 0,
				       &o->sessions.address);
	case OPT_MARKET_OPEN:
		o->market_open = true;
		return 0;
	case OPT_BOOK:
		o->book = text;
		return 0;
	case OPT_REPORT:
		o->report = text;
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	case 'j':
		sim_json = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	default:
		return replay_option(o, id, text);
	}
}

static void defaults(struct run_options *o)
{
	*o = (struct run_options){
		.generate = GENERATE_DEFAULTS,
		.pacing = {
			.mode = PACE_SPEED,
			.speed = PACING_SPEED_ONE,
			.max_gap_ns = NS_PER_SECOND,
		},
		.linger_ns = NS_PER_SECOND,
	};
	line_options_default(&o->feed);
	session("HTSIM00001", o->feed.session);
}

/* What only the whole command line tells. */
static int finish(struct run_options *o, bool generate, int paces, int argc,
		  char **argv)
{
	struct sockaddr_in *orders = &o->sessions.address;

	if (o->help)
		return 0;
	if (generate + argc - optind != 1)
		return option_refuse("give one FILE or --generate");
	if (paces > 1)
		return option_refuse("give one of --speed, --rate and "
				     "--flat-out");
	if (line_options_finish(&o->feed) ||
	    server_options_finish(&o->servers) ||
	    session_options_finish(&o->sessions))
		return -EINVAL;
	o->sessions.verbose = o->verbose;
	o->servers.rerequest_faults.seed = o->feed.faults.seed;
	o->feed.keep = o->servers.rerequests;
	o->file = generate ? NULL : argv[optind];
	if (orders->sin_family == AF_INET)
		return 0;
	orders->sin_family = AF_INET;
	orders->sin_addr = o->feed.line[0].interface;
	orders->sin_port = htons(9001);
	return 0;
}

int run_options_parse(struct run_options *o, int argc, char **argv)
{
	bool generate = false;
	int id, err, paces = 0;

	defaults(o);
	while ((id = option_next(argc, argv, ":vjh", options)) != -1) {
		if (id == '?')
			return -EINVAL;
		paces += id == OPT_SPEED || id == OPT_RATE ||
			 id == OPT_FLAT_OUT;
		if (id == OPT_GENERATE) {
			generate = true;
			continue;
		}
		err = option(o, id, optarg);
		if (err)
			return err;
	}
	return finish(o, generate, paces, argc, argv);
}
