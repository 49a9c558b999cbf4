// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_holds(bool holds, const char *what, const char *file, int line)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

uint8_t fuzz_u8(struct bytes *b)
{
	if (!b->left)
		return 0;
	b->left--;
	return *b->at++;
}

uint16_t fuzz_u16(struct bytes *b)
{
	uint16_t high = fuzz_u8(b);

	return (uint16_t)(high << 8 | fuzz_u8(b));
}

uint32_t fuzz_u32(struct bytes *b)
{
	uint32_t high = fuzz_u16(b);

	return high << 16 | fuzz_u16(b);
}

uint64_t fuzz_u64(struct bytes *b)
{
	uint64_t high = fuzz_u32(b);

	return high << 32 | fuzz_u32(b);
}

uint8_t *fuzz_block(struct bytes *b, size_t *len)
{
	uint8_t *block;

	if (*len > b->left)
		*len = b->left;
	block = malloc(*len);
	fuzz_check(block || !*len);
	if (*len)
		memcpy(block, b->at, *len);
	b->at += *len;
	b->left -= *len;
	return block;
}

char *fuzz_text(struct bytes *b)
{
	char *text = strndup((const char *)b->at, b->left);

	fuzz_check(text);
	b->at += b->left;
	b->left = 0;
	return text;
}

const char *fuzz_file(const void *data, size_t len)
{
	static char path[32];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		fuzz_check(fd >= 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	fuzz_check(!ftruncate(fd, 0) &&
		   pwrite(fd, data, len, 0) == (ssize_t)len);
	return path;
}
