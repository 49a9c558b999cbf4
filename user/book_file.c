// SPDX-License-Identifier: GPL-2.0
/*
 * book_file - where `replay --book` writes to
 */
#include "book_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dump.h"
#include "out.h"

int book_file_open(struct book_file *f, const char *path)
{
	*f = (struct book_file){ .path = path, .fd = -1 };
	if (!path)
		return 0;
	f->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	f->made = f->fd >= 0;
	if (f->fd < 0 && errno == EEXIST)
		f->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (f->fd < 0)
		return out_error(-errno, "%s: cannot write", path);
	return 0;
}

/* Pipes and devices hold nothing that could be cut. */
static int contents_drop(int fd)
{
	struct stat about;

	if (fstat(fd, &about))
		return -errno;
	if (S_ISREG(about.st_mode) && ftruncate(fd, 0))
		return -errno;
	return 0;
}

int book_file_write(struct book_file *f, const struct instance *in)
{
	int64_t rows = contents_drop(f->fd);
	FILE *out = rows ? NULL : fdopen(f->fd, "w");

	if (!out)
		return out_error(rows ? (int)rows : -errno, "%s: cannot write",
				 f->path);
	f->fd = -1;
	rows = dump_write(in, out);
	if (fclose(out) && rows >= 0)
		rows = -errno;
	if (rows < 0)
		return out_error((int)rows, "%s: cannot write the book",
				 f->path);
	return 0;
}

void book_file_drop(struct book_file *f)
{
	if (f->fd < 0)
		return;
	close(f->fd);
	f->fd = -1;
	if (f->made)
		unlink(f->path);
}

bool book_file_same(const char *path, const char *other)
{
	struct stat one, two;

	return path && other && !stat(path, &one) && !stat(other, &two) &&
	       S_ISREG(one.st_mode) && one.st_dev == two.st_dev &&
	       one.st_ino == two.st_ino;
}
