// SPDX-License-Identifier: GPL-2.0
/*
 * bench orders - `hairtrigger bench orders`: orders beside the kernel's TCP
 */
#include <errno.h>
#include <stdlib.h>

#include "arrival.map.h"
#include "bench_orders.h"
#include "command.h"
#include "out.h"

enum { ORDERS = 100000 };

/* Return: an exit code, or -1 to go on. */
static int options_parse(struct orders_options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "orders", required_argument, NULL, 'o' },
		{ "pause", required_argument, NULL, 'p' },
		{ "loss", required_argument, NULL, 'l' },
		{ "spin", no_argument, NULL, 's' },
		{ "plain", no_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 }
	};
	unsigned long long n = 0;
	bool good = true;
	int option;

	optind = 0;
	while (good && (option = option_next(argc, argv, options)) != -1) {
		switch (option) {
		case 'o':
			good = number_parse("--orders", optarg, 1,
					    HT_ARRIVALS / 2 - 1, &n);
			o->orders = n;
			break;
		case 'p':
			good = number_parse("--pause", optarg, 0, 1000000, &n);
			o->pause_us = (uint32_t)n;
			break;
		case 'l':
			good = number_parse("--loss", optarg, 0, 50, &n);
			o->loss = (uint32_t)n * 10;
			break;
		case 's':
			o->spin = true;
			break;
		case 'n':
			o->plain = true;
			break;
		default:
			return EXIT_USAGE;
		}
	}
	if (!good)
		return EXIT_USAGE;
	return optind < argc ? argument_error(argv[optind]) : -1;
}

static int results_show(const struct orders_results *r)
{
	struct json_object *answer = orders_report(r);

	if (globals.json)
		out_json(answer);
	else
		orders_print(answer);
	json_object_put(answer);
	if (orders_passed(r))
		return EXIT_OK;
	out_error(0, "not every order arrived once and in order, or the session stood still or was reset");
	return EXIT_CHECK;
}

int cmd_bench_orders(int argc, char **argv)
{
	struct orders_results *r = calloc(1, sizeof(*r));
	int code;

	if (!r) {
		out_error(-ENOMEM, "bench");
		return EXIT_SYSTEM;
	}
	r->options.orders = ORDERS;
	code = options_parse(&r->options, argc, argv);
	if (code < 0)
		code = orders_bench(r) ? EXIT_SYSTEM : results_show(r);
	free(r);
	return code;
}
