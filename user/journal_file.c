// SPDX-License-Identifier: GPL-2.0
/*
 * journal_file - a journal is opened behind its last whole record, and closed
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "journal.h"
#include "journal_read.h"
#include "lock.h"
#include "out.h"

enum {
	LOCK_MS = 1000,		/* to wait for another writer's end */
	LOCK_PAUSE_MS = 10,
};

/* -- the file ----------------------------------------------------------- */

/* The file's name is on the disk, too, once its folder is. */
static int folder_sync(const char *path)
{
	const char *end = strrchr(path, '/');
	char *folder = end ? strndup(path, end == path ? 1 :
						 (size_t)(end - path)) :
			     strdup(".");
	int fd, err = 0;

	if (!folder)
		return -ENOMEM;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd))
		err = -errno;
	if (fd >= 0)
		close(fd);
	free(folder);
	return err;
}

static int header_write(struct journal *j, const struct journal_options *o)
{
	struct journal_header h = {
		.magic = JOURNAL_MAGIC,
		.version = JOURNAL_VERSION,
		.order = JOURNAL_ORDER,
	};
	struct timespec now;
	ssize_t put;

	clock_gettime(CLOCK_REALTIME, &now);
	h.created_ns = (uint64_t)now.tv_sec * SECOND_NS +
		       (uint64_t)now.tv_nsec;
	strncpy(h.instance, o->instance, sizeof(h.instance) - 1);
	h.crc = journal_crc(0, &h, offsetof(struct journal_header, crc));
	put = pwrite(j->fd, &h, sizeof(h), 0);
	if (put != sizeof(h))
		return out_error(put < 0 ? -errno : -ENOSPC,
				 "%s: cannot write", o->path);
	if (fdatasync(j->fd) || folder_sync(o->path))
		return out_error(-errno, "%s: cannot be kept on its disk",
				 o->path);
	j->end = sizeof(h);
	j->before = h.crc;
	return 0;
}

/* Return: 0 or negative errno. */
static int tail_cut(struct journal *j, const struct journal_options *o,
		    const char *words, uint64_t at)
{
	struct stat st;

	if (fstat(j->fd, &st) || ftruncate(j->fd, (off_t)at) ||
	    fdatasync(j->fd))
		return out_error(-errno, "%s: cannot cut its torn tail",
				 o->path);
	j->cut = (uint64_t)st.st_size - at;
	if (j->cut)
		fprintf(stderr, "hairtrigger: %s %s; these are cut\n", o->path,
			words);
	return 0;
}

/* Reads what is there.  Return: 0 or negative errno. */
static int tail_find(struct journal *j, const struct journal_options *o,
		     struct journal_reader *r)
{
	struct journal_record record;
	int got = journal_reader_adopt(r, j->fd);

	if (got == -ENODATA) {
		got = tail_cut(j, o, r->words, 0);
		return got ? got : header_write(j, o);
	}
	if (!got) {
		do
			got = journal_next(r, &record);
		while (got > 0);
	}
	j->end = r->at;
	j->index = j->written = j->synced = r->index;
	j->before = r->before;
	if (got == -ENODATA)
		return tail_cut(j, o, r->words, r->at);
	if (got)
		out_error(got == -EBADMSG ? 0 : got,
			  "%s %s; move it away to begin another", o->path,
			  r->words);
	return got;
}

/* The kernel lets go of a dead writer's file a little later than of itself:
 * its io_uring is taken down behind it.
 */
static int lock_try(const char *path)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_MS * MS_NS };
	uint64_t end = clock_ns() + LOCK_MS * MS_NS;
	int fd;

	while ((fd = lock_take(path, false)) == -EBUSY && clock_ns() < end)
		nanosleep(&pause, NULL);
	return fd;
}

static int file_open(struct journal *j, const struct journal_options *o)
{
	struct journal_reader r;
	struct stat st;
	int err;

	j->fd = lock_try(o->path);
	if (j->fd == -EBUSY)
		return out_error(j->fd, "%s: another controller writes it",
				 o->path);
	if (j->fd < 0)
		return out_error(j->fd, "%s: cannot open", o->path);
	if (fstat(j->fd, &st) || !S_ISREG(st.st_mode))
		return out_error(-EINVAL, "%s: not a file on a disk", o->path);
	err = tail_find(j, o, &r);
	journal_reader_close(&r);
	return err;
}

/* -- the writer --------------------------------------------------------- */

/* Touched before the first order; the controller locks all its memory. */
static int buffers_open(struct journal *j)
{
	const size_t size = (size_t)JOURNAL_BUFFERS * JOURNAL_BUFFER;
	struct iovec pieces[JOURNAL_BUFFERS];
	int i;

	j->memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (j->memory == MAP_FAILED) {
		j->memory = NULL;
		return -errno;
	}
	for (i = 0; i < JOURNAL_BUFFERS; i++) {
		j->buffers[i].data = j->memory + (size_t)i * JOURNAL_BUFFER;
		pieces[i].iov_base = j->buffers[i].data;
		pieces[i].iov_len = JOURNAL_BUFFER;
	}
	return loop_buffers(j->loop, pieces, JOURNAL_BUFFERS);
}

/* The lock is let go here and now, if nothing is being written any more: the
 * kernel may have the file open for a while.
 */
static void journal_free(struct journal *j)
{
	if (j->fd >= 0 && !j->write.busy)
		flock(j->fd, LOCK_UN);
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
	if (j->memory)
		munmap(j->memory, (size_t)JOURNAL_BUFFERS * JOURNAL_BUFFER);
	j->memory = NULL;
}

int journal_open(struct journal *j, struct loop *l,
		 const struct journal_options *options)
{
	int err;

	memset(j, 0, sizeof(*j));
	j->loop = l;
	j->sync_ms = options->sync_ms;
	j->opened_ns = j->sync_ns = clock_ns();
	err = file_open(j, options);
	if (!err) {
		err = buffers_open(j);
		if (err)
			out_error(err, "%s: memory for it", options->path);
	}
	if (err)
		journal_free(j);
	return err;
}

static bool is_pending(const struct journal *j)
{
	const struct journal_buffer *b =
		&j->buffers[j->writing % JOURNAL_BUFFERS];

	return j->missing.records || j->write.busy || b->filled != b->written;
}

/* Waits for what the kernel has of us.  Return: 0 or negative errno. */
static int requests_finish(struct journal *j, int ms)
{
	struct op *const ops[] = { &j->write, &j->sync, NULL };

	return loop_finish(j->loop, ops, ms);
}

/* Return: 0 when all is in the file; else negative errno. */
static int rest_write(struct journal *j, uint64_t end_ns, int ms)
{
	int err = 0;

	j->failed = 0;
	j->retry_ns = 0;
	j->sync_ms = 0;
	while (!err && is_pending(j)) {
		journal_turn(j);
		err = requests_finish(j, ms);
		if (!err)
			err = j->failed;
		if (!err && clock_ns() >= end_ns)
			err = -ETIME;
	}
	return err;
}

static int rest_sync(struct journal *j, int ms)
{
	int err = requests_finish(j, ms);

	if (!err) {
		journal_sync(j);
		err = requests_finish(j, ms);
	}
	return err ? err : j->unsynced;
}

int journal_close(struct journal *j, int ms)
{
	int err, unsynced;

	if (j->fd < 0)
		return 0;
	err = rest_write(j, clock_ns() + (uint64_t)ms * MS_NS, ms);
	unsynced = rest_sync(j, ms);
	if (!err)
		err = unsynced;
	if (err)
		out_error(err, "the journal: its last records are not on the disk");
	journal_free(j);
	return err;
}
