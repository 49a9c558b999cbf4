/* SPDX-License-Identifier: GPL-2.0 */
/*
 * depth - all levels of one symbol, both sides of one moment
 */
#ifndef HT_DEPTH_H
#define HT_DEPTH_H

#include "book.h"

/* How long a read that packets cross is repeated, here and in crc.c. */
#define DEPTH_PATIENCE_NS	2000000000ull

/* Begin with { 0 }; one can be read into again and again. */
struct depth {
	struct book_level *levels[2];	/* by enum ht_side, best first */
	int count[2];
	int room;			/* levels that each side has room for */
	uint32_t lock;			/* tops[].lock of that moment */
};

/*
 * Reads a symbol; where packets cross it reads again, for two seconds.
 * Return: 0, -EAGAIN when the symbol never stood still for as long as a read
 * takes, or -ENOMEM.
 */
int depth_read(struct depth *d, const struct instance *in, uint32_t locate);
void depth_free(struct depth *d);

#endif
