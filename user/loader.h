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

/*
 * Finds out, before the cost of loading, what would keep loader_attach from
 * working.  Prints one line.  Return: 0, -ENODEV or -EEXIST.
 */
int loader_check(const char *instance, const char *ifname);

/*
 * Attaches to an interface in native mode (driver mode only: never silently
 * generic) and pins maps and link under HT_PIN_ROOT/instance.  On failure
 * the interface and the file system are as before.  Prints one line.
 * Return: 0, -EEXIST when the instance is loaded, -EBUSY when another XDP
 * program is there, or another negative errno.
 */
int loader_attach(struct hairtrigger_bpf *skel, const char *instance,
		  const char *ifname);

/* Detaches and removes the pins, those of an interrupted load, too.  Prints
 * one line on failure.  Return: 0, -ENOENT when not loaded.
 */
int loader_unload(const char *instance);

#endif
