/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fuzz - what the targets share: the input, eaten from its front
 *
 * Each target is LLVMFuzzerTestOneInput() of one file; its head says how the
 * input is read.  What a parser gets is a copy of its exact size, so that a
 * read past the end is caught.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct bytes {
	const uint8_t *at;
	size_t left;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A finding unless it holds. */
#define fuzz_check(holds) fuzz_holds(holds, #holds, __FILE__, __LINE__)

void fuzz_holds(bool holds, const char *what, const char *file, int line);

/* The next byte; 0 at the end. */
uint8_t fuzz_u8(struct bytes *b);
uint16_t fuzz_u16(struct bytes *b);
uint32_t fuzz_u32(struct bytes *b);
uint64_t fuzz_u64(struct bytes *b);

/* At most *len bytes in a block of their own, to be freed; *len says how many
 * there were.
 */
uint8_t *fuzz_block(struct bytes *b, size_t *len);

/* The rest as text up to its first NUL, to be freed. */
char *fuzz_text(struct bytes *b);

/* Path of a file in memory that holds the data; there is one at a time. */
const char *fuzz_file(const void *data, size_t len);

#endif
