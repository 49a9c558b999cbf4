// SPDX-License-Identifier: GPL-2.0
/*
 * pins - the folder of an instance in the BPF file system
 */
#include <bpf/bpf.h>
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

#include "lock.h"
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

static char *folder_path(const char *instance, char *path, size_t size)
{
	snprintf(path, size, HT_PIN_ROOT "/%s", instance);
	return path;
}

static char *link_path(const char *instance, char *path, size_t size)
{
	snprintf(path, size, HT_PIN_ROOT "/%s/link", instance);
	return path;
}

bool pins_whole(const char *instance)
{
	char path[128];

	return !access(link_path(instance, path, sizeof(path)), F_OK);
}

/* The kernel takes a link off an interface that goes away. */
static bool is_on_an_interface(const char *instance)
{
	struct bpf_link_info info = {0};
	uint32_t length = sizeof(info);
	char path[128];
	bool is_on = true;
	int fd;

	fd = bpf_obj_get(link_path(instance, path, sizeof(path)));
	if (fd < 0)
		return true;
	if (!bpf_obj_get_info_by_fd(fd, &info, &length))
		is_on = info.xdp.ifindex;
	close(fd);
	return is_on;
}

int pins_exist_error(const char *instance)
{
	if (is_on_an_interface(instance))
		out_error(0, "instance `%s` is already loaded; `hairtrigger -I %s unload` takes it off",
			  instance, instance);
	else
		out_error(0, "instance `%s` is already loaded, and its interface is gone; `hairtrigger -I %s unload` clears it, its triggers too",
			  instance, instance);
	return -EEXIST;
}

/* Return: how many pins were there, or negative errno. */
static int folder_empty(const char *directory)
{
	char path[PATH_MAX];
	struct dirent *entry;
	int err = 0, count = 0;
	DIR *dir;

	dir = opendir(directory);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory,
			 entry->d_name);
		count++;
		if (unlink(path) && !err)
			err = -errno;
	}
	closedir(dir);
	return err ? err : count;
}

/* Others may have an instance below the same root: then it stays. */
static int folder_remove(const char *directory)
{
	int err = folder_empty(directory);

	if (rmdir(directory) && err >= 0)
		err = -errno;
	rmdir(HT_PIN_ROOT);
	return err < 0 ? err : 0;
}

/* Whoever clears an instance may take the folders away under our hands. */
static int folder_make(const char *directory)
{
	int fd;

	do {
		if (mkdir(HT_PIN_ROOT, 0700) && errno != EEXIST)
			return out_error(-errno, "cannot make " HT_PIN_ROOT);
		if (mkdir(directory, 0700) && errno != EEXIST &&
		    errno != ENOENT)
			return out_error(-errno, "cannot make %s", directory);
		fd = lock_folder(directory);
	} while (fd == -ENOENT);
	return fd < 0 ? out_error(fd, "cannot lock %s", directory) : fd;
}

static int leftovers_clear(struct pins *pins, const char *instance)
{
	int count = folder_empty(pins->directory);

	if (count < 0)
		return out_error(count, "cannot clear %s", pins->directory);
	pins->cleared = count;
	if (count)
		out_error(0, "instance `%s`: cleared of what an interrupted load or unload had left",
			  instance);
	return 0;
}

int pins_create(struct pins *pins, const char *instance)
{
	int err;

	*pins = (struct pins){ .lock = -1 };
	err = bpffs_mount(&pins->mounted);
	if (err)
		return err;
	folder_path(instance, pins->directory, sizeof(pins->directory));
	pins->lock = folder_make(pins->directory);
	if (pins->lock < 0) {
		rmdir(HT_PIN_ROOT);
		if (pins->mounted)
			umount(BPFFS);
		return pins->lock;
	}
	err = pins_whole(instance) ? pins_exist_error(instance) :
				     leftovers_clear(pins, instance);
	if (err)
		close(pins->lock);
	return err;
}

char *pins_path(const struct pins *pins, const char *name, char *path,
		size_t size)
{
	snprintf(path, size, "%s/%s", pins->directory, name);
	return path;
}

void pins_done(const struct pins *pins)
{
	close(pins->lock);
}

void pins_undo(const struct pins *pins)
{
	if (*pins->directory) {
		folder_remove(pins->directory);
		close(pins->lock);
	}
	if (pins->mounted)
		umount(BPFFS);
}

int pins_lock(const char *instance)
{
	char directory[96];

	return lock_folder(folder_path(instance, directory,
				       sizeof(directory)));
}

int pins_remove(const char *instance)
{
	char directory[96];

	return folder_remove(folder_path(instance, directory,
					 sizeof(directory)));
}
