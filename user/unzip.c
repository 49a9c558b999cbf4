// SPDX-License-Identifier: GPL-2.0
/*
 * unzip - a file, compressed or not, as a descriptor of plain bytes
 */
#include "unzip.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK = 1 << 20 };	/* bytes at a time, and in the pipe */

/* Return: 0, -EPIPE when the reader has closed, -EIO. */
static int hand_over(struct unzip *u, const uint8_t *bytes, size_t size)
{
	ssize_t put;

	while (size) {
		put = write(u->pipe, bytes, size);
		if (put < 0 && errno != EINTR)
			return errno == EPIPE ? -EPIPE : -EIO;
		if (put > 0) {
			bytes += put;
			size -= (size_t)put;
		}
	}
	return 0;
}

static int decompress(struct unzip *u)
{
	uint8_t *bytes = malloc(CHUNK);
	int got, state = Z_OK, err = bytes ? 0 : -ENOMEM;

	while (!err && (got = gzread(u->gz, bytes, CHUNK)) > 0) {
		__atomic_store_n(&u->offset, (uint64_t)gzoffset(u->gz),
				 __ATOMIC_RELAXED);
		err = hand_over(u, bytes, (size_t)got);
	}
	free(bytes);
	if (err)
		return err == -EPIPE ? 0 : err;
	gzerror(u->gz, &state);
	/* zlib's only sign of a gzip stream that was cut off */
	return state == Z_OK ? 0 : state == Z_BUF_ERROR ? -EPROTO : -EIO;
}

static void *thread_run(void *unzip)
{
	struct unzip *u = unzip;
	sigset_t broken;

	/* a reader that has had enough is no reason to die */
	sigemptyset(&broken);
	sigaddset(&broken, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &broken, NULL);
	u->err = decompress(u);
	close(u->pipe);
	return NULL;
}

static int thread_start(struct unzip *u, int file)
{
	int ends[2], err;

	u->gz = gzdopen(file, "rb");
	if (!u->gz) {
		close(file);
		return -ENOMEM;
	}
	gzbuffer(u->gz, CHUNK);
	if (pipe2(ends, O_CLOEXEC)) {
		err = -errno;
		goto err_gz;
	}
	fcntl(ends[0], F_SETPIPE_SZ, CHUNK);	/* smaller works, too */
	u->fd = ends[0];
	u->pipe = ends[1];
	err = -pthread_create(&u->thread, NULL, thread_run, u);
	if (!err)
		return 0;
	close(ends[0]);
	close(ends[1]);
err_gz:
	gzclose(u->gz);
	return err;
}

int unzip_open(struct unzip *u, const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t head[2];

	*u = (struct unzip){ .fd = file };
	if (file < 0)
		return -errno;
	u->threaded = pread(file, head, sizeof(head), 0) == sizeof(head) &&
		      head[0] == 0x1f && head[1] == 0x8b;	/* RFC 1952 */
	return u->threaded ? thread_start(u, file) : 0;
}

uint64_t unzip_offset(struct unzip *u)
{
	off_t offset;

	if (u->threaded)
		return __atomic_load_n(&u->offset, __ATOMIC_RELAXED);
	offset = lseek(u->fd, 0, SEEK_CUR);
	return offset > 0 ? (uint64_t)offset : 0;
}

int unzip_close(struct unzip *u)
{
	if (!u->threaded)
		return 0;
	pthread_join(u->thread, NULL);
	gzclose(u->gz);
	return u->err;
}
