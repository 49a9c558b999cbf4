/* SPDX-License-Identifier: GPL-2.0 */
/*
 * info_count - what a session's file holds, counted message by message
 *
 * It knows which orders are live, and no book.
 */
#ifndef HT_SIM_INFO_COUNT_H
#define HT_SIM_INFO_COUNT_H

#include <stdbool.h>
#include <stdint.h>

enum { INFO_LOCATES = 65536 };

struct info_order;

struct info_symbol {
	char stock[8];		/* padded; 0: no message has named it */
	bool in_directory;
	uint64_t messages;
	uint64_t trades;
	uint32_t first_price;	/* of the first and last trade, 1e-4 dollars */
	uint32_t last_price;
};

struct info {
	uint64_t messages;
	uint64_t type[256];
	uint64_t unknown_types;
	uint64_t bad_lengths;	/* not the length of their type */
	uint64_t unknown_refs;
	uint64_t duplicate_refs;
	uint64_t oversized;	/* took more than the order had */
	uint64_t first_ns;	/* timestamps, since midnight */
	uint64_t last_ns;
	uint64_t backward;	/* timestamps before the one before */
	uint64_t live_max;
	char events[16];	/* system events, in order, as many as fit */
	struct info_symbol *symbol;	/* by locate */

	struct info_order *orders;	/* the live ones, by reference */
	uint64_t live;
};

/* Return: 0 or -ENOMEM, with nothing to free. */
int info_init(struct info *info);
void info_free(struct info *info);

/* Counts one message of len bytes.  Return: 0 or -ENOMEM. */
int info_count(struct info *info, const uint8_t *message, uint32_t len);

#endif
