// SPDX-License-Identifier: GPL-2.0
/*
 * The command line of `hairtrigger replay`.  Input: its words, ended by NUL.
 */
#include "arguments.h"
#include "../../user/command.h"
#include "../../user/replay_options.h"

/* The row of help that goes with the options names it. */
int cmd_replay(int argc, char **argv)
{
	return EXIT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct replay_options o;
	struct arguments a;

	/* a slash would have a watch list's file opened */
	if (size && memchr(data, '/', size))
		return 0;
	arguments_make(&a, "replay", data, size);
	a.count = globals_take(a.count, a.word);
	if (replay_options_read(&o, a.count, a.word) < 0)
		fuzz_check(o.file && o.from_ns < o.end_ns && o.levels > 0);
	replay_options_free(&o);
	arguments_free(&a);
	return 0;
}
