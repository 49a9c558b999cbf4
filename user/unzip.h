/* SPDX-License-Identifier: GPL-2.0 */
/*
 * unzip - a file, compressed or not, as a descriptor of plain bytes
 *
 * Decompression takes longer than the program does with what comes out, so a
 * thread of its own does it, and hands the bytes over in a pipe.
 */
#ifndef HT_UNZIP_H
#define HT_UNZIP_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct unzip {
	int fd;			/* to read from; the reader closes it */
	bool threaded;		/* the file is compressed */
	pthread_t thread;
	struct gzFile_s *gz;	/* the thread's */
	int pipe;		/* the thread's end */
	int err;		/* the thread's last word */
	uint64_t offset;	/* compressed bytes that it has read */
};

/* Return: 0 or negative errno. */
int unzip_open(struct unzip *u, const char *path);

/* Bytes of the file read so far, compressed ones of a compressed file; to be
 * asked only while fd is open.
 */
uint64_t unzip_offset(struct unzip *u);

/*
 * Ends the thread, after the reader has closed fd, at the end or before.
 * Return: 0, -EPROTO when the compressed file is cut off, -EIO when it cannot
 * be read or decompressed.
 */
int unzip_close(struct unzip *u);

#endif
