// SPDX-License-Identifier: GPL-2.0
/*
 * sim - the exchange is a program of its own; this finds and runs it
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "command.h"
#include "out.h"

#define SIM	"hairtrigger-sim"

/* Does not return when it succeeds. */
static int sim_exec(int argc, char **argv)
{
	char **words = calloc((size_t)argc + 3, sizeof(*words));
	char path[PATH_MAX];
	int n = 0, i;

	if (!words) {
		out_error(-ENOMEM, "sim");
		return EXIT_SYSTEM;
	}
	words[n++] = (char *)SIM;
	if (globals.json)
		words[n++] = (char *)"-j";
	for (i = 0; i < argc; i++)
		words[n++] = argv[i];
	if (!beside_path(SIM, path, sizeof(path)))
		execv(path, words);
	execvp(SIM, words);
	out_error(-errno, "cannot run " SIM ", beside this program or in PATH");
	free(words);
	return EXIT_SYSTEM;
}

static const struct command sim_commands[] = {
	{ "run", sim_exec, "[OPTIONS]", "Publish a session and trade on it",
	  NULL },
	{ "generate", sim_exec, "[OPTIONS]", "Write a synthetic session",
	  NULL },
	{ "info", sim_exec, "FILE", "Say what a session holds", NULL },
	{ NULL, NULL, NULL, NULL, NULL }
};

int cmd_sim(int argc, char **argv)
{
	return command_select("sim", sim_commands, argc - 1, argv + 1);
}
