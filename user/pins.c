// SPDX-License-Identifier: GPL-2.0
/*
 * pins - the folder of an instance in the BPF file system
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "maps.h"
#include "out.h"
#include "pins.h"

#define BPFFS	"/sys/fs/bpf"

static int parent_of(int pid)
{
	char path[32], line[512];
	const char *p;
	int parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	/* the name in brackets may hold anything; the state follows it */
	p = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	if (!p || sscanf(p + 1, " %*c %d", &parent) != 1)
		parent = 0;
	fclose(f);
	return parent;
}

/* Does a process that we come from live in another mount namespace?  In one of
 * our own (`ip netns exec` makes one) a BPF file system that we mount, and the
 * program with it, would vanish with us.
 */
static bool mount_namespace_is_private(void)
{
	struct stat own, other;
	char path[32];
	int pid;

	if (stat("/proc/self/ns/mnt", &own))
		return false;
	for (pid = getppid(); pid > 0; pid = parent_of(pid)) {
		snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
		if (!stat(path, &other) && other.st_ino != own.st_ino)
			return true;
	}
	return false;
}

static int bpffs_mount(bool *mounted)
{
	struct statfs fs;

	if (!statfs(BPFFS, &fs) && fs.f_type == BPF_FS_MAGIC)
		return 0;
	if (mount_namespace_is_private()) {
		out_error(0, "no BPF file system at " BPFFS " in this mount namespace, and what we mount here would not last; to enter a network namespace alone use `nsenter --net=/run/netns/NAME`");
		return -ENODEV;
	}
	if (mount("bpf", BPFFS, "bpf", 0, "mode=0700"))
		return out_error(-errno, "cannot mount the BPF file system on "
				 BPFFS);
	*mounted = true;
	return 0;
}

int pins_exist_error(const char *instance)
{
	out_error(0, "instance `%s` is already loaded; `hairtrigger -I %s unload` takes it off",
		  instance, instance);
	return -EEXIST;
}

int pins_create(struct pins *pins, const char *instance)
{
	int err;

	*pins = (struct pins){0};
	err = bpffs_mount(&pins->mounted);
	if (err)
		return err;
	snprintf(pins->directory, sizeof(pins->directory), HT_PIN_ROOT "/%s",
		 instance);
	if (!mkdir(HT_PIN_ROOT, 0700)) {
		pins->root_made = true;
	} else if (errno != EEXIST) {
		err = out_error(-errno, "cannot make " HT_PIN_ROOT);
		goto undo;
	}
	if (!mkdir(pins->directory, 0700))
		return 0;
	err = -errno;
	if (err == -EEXIST)
		return pins_exist_error(instance);
	out_error(err, "cannot make %s", pins->directory);
undo:
	pins_undo(pins);
	return err;
}

char *pins_path(const struct pins *pins, const char *name, char *path,
		size_t size)
{
	snprintf(path, size, "%s/%s", pins->directory, name);
	return path;
}

static int directory_remove(const char *directory)
{
	char path[PATH_MAX];
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	dir = opendir(directory);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory,
			 entry->d_name);
		if (unlink(path) && !err)
			err = -errno;
	}
	closedir(dir);
	if (rmdir(directory) && !err)
		err = -errno;
	return err;
}

void pins_undo(const struct pins *pins)
{
	if (*pins->directory)
		directory_remove(pins->directory);
	if (pins->root_made)
		rmdir(HT_PIN_ROOT);
	if (pins->mounted)
		umount(BPFFS);
}

int pins_remove(const char *instance)
{
	char directory[96];
	int err;

	snprintf(directory, sizeof(directory), HT_PIN_ROOT "/%s", instance);
	err = directory_remove(directory);
	if (!err)
		rmdir(HT_PIN_ROOT);
	return err;
}
