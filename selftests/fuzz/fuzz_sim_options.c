// SPDX-License-Identifier: GPL-2.0
/*
 * The command line of `hairtrigger-sim run`.  Input: its words, ended by NUL.
 */
#include <getopt.h>

#include "arguments.h"
#include "../../user/sim/run_options.h"

bool sim_json;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run_options o;
	struct arguments a;

	arguments_make(&a, "run", data, size);
	optind = 0;
	if (!run_options_parse(&o, a.count, a.word) && !o.help)
		fuzz_check(o.sessions.address.sin_family == AF_INET &&
			   o.feed.line[0].payload &&
			   o.feed.line[0].per_packet &&
			   o.pacing.speed);
	arguments_free(&a);
	return 0;
}
