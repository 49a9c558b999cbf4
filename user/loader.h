/* SPDX-License-Identifier: GPL-2.0 */
/*
 * loader - the program into the kernel, and out again
 */
#ifndef HT_LOADER_H
#define HT_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"

struct hairtrigger_bpf;
struct symbols;

/* The most that can be asked for, whatever the memory: the verifier follows a
 * pointer through 512 MiB.
 */
enum { ORDERS_MOST = 1 << 23, LEVELS_MOST = 1 << 23 };

struct loader_options {
	uint64_t orders;	/* live orders at most; 0: the default */
	uint64_t rows;		/* of far levels at most; 0: the default */
	bool market_open;	/* the phase starts at HT_PHASE_MARKET */
	bool verify_checksum;	/* of UDP; wrong ones are dropped */
	bool none_enabled;	/* no symbol trades until its limits say so */
	struct ht_line lines[HT_LINES];
	const char *feed_name;	/* NULL: the default */
	const struct symbols *symbols;	/* watch list; NULL: every symbol */
};

/*
 * Opens the object, sizes its maps, loads it and writes the feed's lines.
 * Attaches and pins nothing: replay and tests stop here.  Defaults in options
 * are replaced by what they stand for.  Prints one line on failure (with the
 * verifier's last lines where it is to blame).
 * Return: 0 or negative errno.
 */
int loader_load(struct hairtrigger_bpf **skel, struct loader_options *options);

/* options.rows that hold `levels` price levels as a rule. */
uint64_t loader_rows(uint64_t levels);

/* What the maps of a loaded skeleton take, in bytes. */
uint64_t loader_memory(const struct hairtrigger_bpf *skel);

#endif
