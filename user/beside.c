// SPDX-License-Identifier: GPL-2.0
/*
 * beside - programs that come with this one
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"

int beside_path(const char *relative, char *path, size_t size)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int n;

	if (length < 0)
		return -errno;
	self[length] = 0;
	*strrchr(self, '/') = 0;
	n = snprintf(path, size, "%s/%s", self, relative);
	if (n < 0 || (size_t)n >= size)
		return -ENAMETOOLONG;
	return access(path, X_OK) ? -errno : 0;
}
