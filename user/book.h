/* SPDX-License-Identifier: GPL-2.0 */
/*
 * book - the kernel's price levels, read from user space
 */
#ifndef HT_BOOK_H
#define HT_BOOK_H

#include "instance.h"

struct book_level {
	uint32_t px;		/* 1e-4 dollars */
	uint32_t orders;
	uint64_t qty;		/* shares */
};

struct book_order {
	enum ht_side side;
	uint32_t px;		/* 1e-4 dollars */
	uint32_t qty;		/* shares */
};

/* Looks an order up by its reference, as the feed has it just now.
 * Return: 0; -ENOENT: it is not in the book, or moved while we looked.
 */
int book_order(const struct instance *in, uint32_t locate, uint64_t ref,
	       struct book_order *order);

/*
 * Copies up to max levels of one side, best first, as they stood at one
 * moment: a read that a packet crossed is repeated.
 * Return: how many (max of them when there are more), or -EAGAIN when the
 * symbol changed on each of 1,000 tries.
 */
int book_side(const struct instance *in, uint32_t locate, enum ht_side side,
	      struct book_level *levels, int max);

/*
 * Both sides of one moment, in one try: levels[HT_BID] and levels[HT_ASK] have
 * room for max levels each (at least one), count[] says how many they got and
 * lock what tops[].lock was.
 * Return: 0, -EAGAIN when a packet crossed the read, or -ENOMEM.
 */
int book_both(const struct instance *in, uint32_t locate,
	      struct book_level *const levels[2], int count[2], int max,
	      uint32_t *lock);

#endif
