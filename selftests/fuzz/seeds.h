/* SPDX-License-Identifier: GPL-2.0 */
/*
 * seeds - first inputs, byte by byte, and who makes them of what
 */
#ifndef SEEDS_H
#define SEEDS_H

#include <stddef.h>
#include <stdint.h>

enum { SEED_MAX = 1 << 14 };

struct seed {
	size_t len;
	uint8_t byte[SEED_MAX];
};

void add(struct seed *s, const void *data, size_t len);
void add_u8(struct seed *s, uint8_t value);
void add_u16(struct seed *s, uint16_t value);
/* A packet of SoupBinTCP. */
void soup_add(struct seed *s, char type, const void *message, size_t len);

/* Ends the program, with the words for errno. */
void die(const char *what);

/* Into DIR/TARGET/NAME, or the end of the program. */
void save(const char *target, const char *name, const struct seed *s);

void seeds_of_orders(void);
void seeds_of_journals(void);

#endif
