// SPDX-License-Identifier: GPL-2.0
/*
 * bench kill - `hairtrigger bench kill`: the kill switch under full load
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench_kill.h"
#include "command.h"
#include "out.h"

enum { KILLS = 200, RATE = 20000, RATE_MAX = 1000000 };

static const char method[] =
	"An exchange (`sim run`) and a controller (`run`) are processes in two network namespaces with a veth between them. A trigger fires at every packet of a generated feed, with limits that let it. The time is from before the kill's first system call, or its store, to the far end of the veth, where an XDP program stamps each order; the last stamp counts. A kill behind which none came is counted by itself.";

/* Return: an exit code, or -1 to go on. */
static int options_parse(struct kill_options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "kills", required_argument, NULL, 'k' },
		{ "rate", required_argument, NULL, 'r' },
		{ "realtime", no_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 }
	};
	unsigned long long n = 0;
	bool good = true;
	int option;

	optind = 0;
	while (good && (option = option_next(argc, argv, options)) != -1) {
		switch (option) {
		case 'k':
			good = number_parse("--kills", optarg, 1, 400, &n);
			o->kills = (uint32_t)n;
			break;
		case 'r':
			good = number_parse("--rate", optarg, 1000, RATE_MAX,
					    &n);
			o->rate = n;
			break;
		case 't':
			o->realtime = true;
			break;
		default:
			return EXIT_USAGE;
		}
	}
	if (!good)
		return EXIT_USAGE;
	return optind < argc ? argument_error(argv[optind]) : -1;
}

static void way_report(struct json_object *ways, const char *name,
		       const struct kill_way *way)
{
	struct json_object *o = json_object_new_object();

	out_text(o, "way", name);
	out_uint(o, "kills", way->kills);
	out_uint(o, "quiet", way->quiet);
	out_uint(o, "p50_ns", hist_quantile(&way->last, 500));
	out_uint(o, "p90_ns", hist_quantile(&way->last, 900));
	out_uint(o, "p99_ns", hist_quantile(&way->last, 990));
	out_uint(o, "max_ns", way->last.max);
	out_uint(o, "most_fired", way->most_fired);
	out_uint(o, "most_sent", way->most_sent);
	out_uint(o, "late", way->late);
	json_object_array_add(ways, o);
}

static struct json_object *report(const struct kill_results *r)
{
	struct json_object *o = json_object_new_object();
	struct json_object *ways = json_object_new_array();

	out_text(o, "bench", "kill");
	out_text(o, "method", method);
	json_object_object_add(o, "passed",
			       json_object_new_boolean(kill_passed(r)));
	json_object_object_add(o, "realtime",
			       json_object_new_boolean(r->options.realtime));
	out_uint(o, "messages_per_second", r->options.rate);
	out_uint(o, "orders", r->orders);
	out_uint(o, "orders_without_a_stamp", r->unseen);
	out_uint(o, "orders_per_second",
		 r->ns ? r->orders * 1000000000ull / r->ns : 0);
	way_report(ways, "control socket", &r->way[KILL_SOCKET]);
	way_report(ways, "word in the map", &r->way[KILL_WORD]);
	json_object_object_add(o, "ways", ways);
	return o;
}

static void print(struct json_object *answer)
{
	static const struct out_column ways[] = {
		{ "way", "kill to last order", 0 },
		{ "kills", "kills", 1 },
		{ "quiet", "none behind", 1 },
		{ "p50_ns", "p50", 1 },
		{ "p90_ns", "p90", 1 },
		{ "p99_ns", "p99", 1 },
		{ "max_ns", "max", 1 },
		{ "most_fired", "fired behind the word", 1 },
		{ "most_sent", "sent", 1 },
		{ "late", "behind the answer", 1 },
		{ NULL, NULL, 0 }
	};

	json_object_object_del(answer, "method");
	out_fields(answer);
	putchar('\n');
	out_table(json_object_object_get(answer, "ways"), ways);
}

static int results_show(const struct kill_results *r)
{
	struct json_object *answer = report(r);

	if (globals.json)
		out_json(answer);
	else
		print(answer);
	json_object_put(answer);
	if (kill_passed(r))
		return EXIT_OK;
	out_error(0, "orders left after a kill was in force");
	return EXIT_CHECK;
}

int cmd_bench_kill(int argc, char **argv)
{
	struct kill_results *r = calloc(1, sizeof(*r));
	int code;

	if (!r) {
		out_error(-ENOMEM, "bench");
		return EXIT_SYSTEM;
	}
	r->options = (struct kill_options){ .kills = KILLS, .rate = RATE };
	code = options_parse(&r->options, argc, argv);
	if (code < 0)
		code = kill_bench(r) ? EXIT_SYSTEM : results_show(r);
	free(r);
	return code;
}
