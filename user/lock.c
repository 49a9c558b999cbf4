// SPDX-License-Identifier: GPL-2.0
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control.h"
#include "patience.h"

/* A file that its holder removed before we got it locks nothing. */
static bool lock_is_there(int fd, const char *path)
{
	struct stat ours, there;

	return !fstat(fd, &ours) && !lstat(path, &there) &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/* Return: 0 or negative errno. */
static int lock_wait(int fd, bool wait)
{
	int got;

	do
		got = flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB));
	while (got && errno == EINTR);
	if (!got)
		return 0;
	return errno == EWOULDBLOCK ? -EBUSY : -errno;
}

static int lock_open(const char *path, int flags, bool wait)
{
	int fd, err;

	for (;;) {
		fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0)
			return -errno;
		err = lock_wait(fd, wait);
		if (!err && lock_is_there(fd, path))
			return fd;
		close(fd);
		if (err)
			return err;
	}
}

int lock_take(const char *path, bool wait)
{
	return lock_open(path, O_RDWR | O_CREAT, wait);
}

int lock_folder(const char *path)
{
	return lock_open(path, O_RDONLY | O_DIRECTORY, true);
}

static int instance_lock(const char *instance, bool wait)
{
	char path[96];
	int tries = 3, fd;

	if (!*instance)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), CONTROL_DIR "/%s.lock", instance);
	do {	/* another instance's unload removes the folder when empty */
		if (mkdir(CONTROL_DIR, 0700) && errno != EEXIST)
			return -errno;
		fd = lock_take(path, wait);
	} while (fd == -ENOENT && --tries);
	return fd == -ENOENT ? -EAGAIN : fd;
}

int lock_instance(const char *instance)
{
	return instance_lock(instance, true);
}

int lock_instance_soon(const char *instance)
{
	int left = PATIENCE_MS, fd;

	do
		fd = instance_lock(instance, false);
	while (fd == -EBUSY && patience_wait(&left));
	return fd;
}
