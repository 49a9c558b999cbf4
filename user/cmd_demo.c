// SPDX-License-Identifier: GPL-2.0
/*
 * demo - runs the script that brings everything up in a private network
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "beside.h"
#include "command.h"
#include "out.h"

/* From the build tree, and from where `make install` puts this program. */
#define IN_TREE		"../scripts/demo"
#define INSTALLED	"../libexec/hairtrigger/demo"

int cmd_demo(int argc, char **argv)
{
	char path[PATH_MAX];

	if (argc > 2)
		return usage_error("one FILE, please");
	if (argc == 2 && access(argv[1], R_OK)) {
		out_error(-errno, "%s: cannot read", argv[1]);
		return EXIT_SYSTEM;
	}
	if (beside_path(IN_TREE, path, sizeof(path)) &&
	    beside_path(INSTALLED, path, sizeof(path))) {
		out_error(0, "the demo's script is not installed (looked for %s)",
			  path);
		return EXIT_SYSTEM;
	}
	argv[0] = path;
	execv(path, argv);
	out_error(-errno, "cannot run %s", path);
	return EXIT_SYSTEM;
}
