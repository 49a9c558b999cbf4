/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * binaryfile - Nasdaq's BinaryFILE: big-endian u16 length, message, repeated
 *
 * A length of 0 ends the session.  Reads plain and gzip alike (zlib).
 */
#ifndef HT_BINARYFILE_H
#define HT_BINARYFILE_H

#include <errno.h>
#include <stdint.h>
#include <zlib.h>

#include "wire.h"

enum { BINARYFILE_MAX = 65535 };

struct binaryfile {
	gzFile gz;
	uint64_t messages;	/* read so far */
	uint64_t offset;	/* of the next length, in uncompressed bytes */
};

/* Return: 0 or negative errno. */
static inline int binaryfile_open(struct binaryfile *f, const char *path)
{
	*f = (struct binaryfile){0};
	errno = 0;
	f->gz = gzopen(path, "rb");
	if (!f->gz)
		return errno ? -errno : -ENOMEM;
	gzbuffer(f->gz, 1 << 20);
	return 0;
}

static inline void binaryfile_close(struct binaryfile *f)
{
	if (f->gz)
		gzclose(f->gz);
	f->gz = NULL;
}

/*
 * Reads the next message into message.
 * Return: its length in bytes, 0 at the end of the file or session, -EPROTO
 * when the file stops inside a message, -EIO when it cannot be read or
 * decompressed.
 */
static inline int binaryfile_next(struct binaryfile *f,
				  uint8_t message[BINARYFILE_MAX])
{
	uint8_t head[2];
	int got = gzread(f->gz, head, sizeof(head));
	int length, state = Z_OK;

	if (got == 0 && gzeof(f->gz)) {
		/* zlib's only sign of a gzip stream that was cut off */
		gzerror(f->gz, &state);
		return state == Z_BUF_ERROR ? -EPROTO : 0;
	}
	if (got < 0)
		return -EIO;
	if (got != sizeof(head))
		return -EPROTO;
	length = get_be16(head);
	if (!length)
		return 0;
	got = gzread(f->gz, message, (unsigned int)length);
	if (got < 0)
		return -EIO;
	if (got != length)
		return -EPROTO;
	f->messages++;
	f->offset += sizeof(head) + (unsigned int)length;
	return length;
}

#endif
