// SPDX-License-Identifier: GPL-2.0
#include "state_dir.h"

#include <errno.h>
#include <sys/stat.h>

int state_dir_make(void)
{
	return mkdir(STATE_DIR, 0700) && errno != EEXIST ? -errno : 0;
}
