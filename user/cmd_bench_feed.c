// SPDX-License-Identifier: GPL-2.0
/*
 * bench feed - `hairtrigger bench feed`: what the program takes off a wire
 */
#include <errno.h>
#include <stdlib.h>

#include "bench_feed.h"
#include "command.h"
#include "out.h"

enum {
	SECONDS = 60,
	LAP = 2000000,
	BURSTS = 1000,
	BURST_MESSAGES = 2000,
};

/* Sets what an option says.  Return: false when it cannot be. */
static bool option_take(struct feed_options *o, int option)
{
	unsigned long long n = 0;
	bool good = true;

	switch (option) {
	case 's':
		good = number_parse("--seconds", optarg, 1, 86400, &n);
		o->seconds = n;
		break;
	case 'r':
		good = number_parse("--rate", optarg, 1000, FEED_RATE_MAX, &n);
		o->rate = n;
		break;
	case 'p':
		good = number_parse("--per-packet", optarg, 1, 100, &n);
		o->per_packet = (uint32_t)n;
		break;
	case 'm':
		good = number_parse("--messages", optarg, 10000,
				    MARKET_MESSAGES, &n);
		o->messages = n;
		break;
	case 'b':
		good = number_parse("--bursts", optarg, 0, 1000000, &n);
		o->bursts = (uint32_t)n;
		break;
	case 'u':
		good = number_parse("--burst-messages", optarg, 1, 1000000, &n);
		o->burst_messages = (uint32_t)n;
		break;
	case 'c':
		o->same_cpu = true;
		break;
	case 't':
		o->realtime = true;
		break;
	default:
		return false;
	}
	return good;
}

/* Return: an exit code, or -1 to go on. */
static int options_parse(struct feed_options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "seconds", required_argument, NULL, 's' },
		{ "rate", required_argument, NULL, 'r' },
		{ "per-packet", required_argument, NULL, 'p' },
		{ "messages", required_argument, NULL, 'm' },
		{ "bursts", required_argument, NULL, 'b' },
		{ "burst-messages", required_argument, NULL, 'u' },
		{ "same-cpu", no_argument, NULL, 'c' },
		{ "realtime", no_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 }
	};
	int option;

	optind = 0;
	while ((option = option_next(argc, argv, options)) != -1)
		if (!option_take(o, option))
			return EXIT_USAGE;
	return optind < argc ? argument_error(argv[optind]) : -1;
}

static int results_show(const struct feed_results *r)
{
	struct json_object *answer = feed_report(r);

	if (globals.json)
		out_json(answer);
	else
		feed_print(r, answer);
	json_object_put(answer);
	if (feed_passed(r))
		return EXIT_OK;
	out_error(0, r->same ? "messages were lost, at every rate that was tried or in a burst" :
			       "the book on the wire is not the one that was replayed");
	return EXIT_CHECK;
}

int cmd_bench_feed(int argc, char **argv)
{
	struct feed_results *r = calloc(1, sizeof(*r));
	int code;

	if (!r) {
		out_error(-ENOMEM, "bench");
		return EXIT_SYSTEM;
	}
	r->options = (struct feed_options){
		.seconds = SECONDS, .messages = LAP, .bursts = BURSTS,
		.burst_messages = BURST_MESSAGES,
	};
	code = options_parse(&r->options, argc, argv);
	if (code < 0)
		code = feed_bench(r) ? EXIT_SYSTEM : results_show(r);
	free(r);
	return code;
}
