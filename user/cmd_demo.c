// SPDX-License-Identifier: GPL-2.0
/*
 * demo - runs the script that brings everything up in a private network
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "command.h"
#include "out.h"

#ifndef HT_LIBEXEC
#define HT_LIBEXEC	"/usr/local/libexec/hairtrigger"
#endif

int cmd_demo(int argc, char **argv)
{
	char path[PATH_MAX];

	if (argc > 2)
		return usage_error("one FILE, please");
	if (argc == 2 && access(argv[1], R_OK)) {
		out_error(-errno, "%s: cannot read", argv[1]);
		return EXIT_SYSTEM;
	}
	if (beside_path("../scripts/demo", path, sizeof(path)))
		strcpy(path, HT_LIBEXEC "/demo");
	argv[0] = path;
	execv(path, argv);
	out_error(-errno, "cannot run %s", path);
	return EXIT_SYSTEM;
}
