// SPDX-License-Identifier: GPL-2.0
/*
 * BinaryFILEs, plain and compressed.
 *
 * Input: the window, a byte, one more byte, and the file.  That byte's highest
 * bit has the file compressed here, and the others say how many bytes of that
 * are cut off.
 */
#include <zlib.h>

#include "fuzz.h"
#include "playing.h"

static const char *compressed_file(struct bytes *in, size_t cut)
{
	z_stream z = {0};
	size_t room, len;
	uint8_t *out;
	const char *path;

	/* 16: with gzip's head and end */
	fuzz_check(deflateInit2(&z, 1, Z_DEFLATED, 16 + MAX_WBITS, 8,
				Z_DEFAULT_STRATEGY) == Z_OK);
	room = deflateBound(&z, in->left);
	out = malloc(room);
	fuzz_check(out);
	z.next_in = (void *)in->at;
	z.avail_in = (unsigned int)in->left;
	z.next_out = out;
	z.avail_out = (unsigned int)room;
	fuzz_check(deflate(&z, Z_FINISH) == Z_STREAM_END);
	len = z.total_out;
	deflateEnd(&z);
	path = fuzz_file(out, cut < len ? len - cut : 0);
	free(out);
	return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	uint8_t window = fuzz_u8(&in), how = fuzz_u8(&in);
	const char *path = how & 0x80 ? compressed_file(&in, how & 0x7f) :
					fuzz_file(in.at, in.left);

	playing_file(path, false, window);
	return 0;
}
