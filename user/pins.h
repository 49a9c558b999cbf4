/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pins - the folder of an instance in the BPF file system
 */
#ifndef HT_PINS_H
#define HT_PINS_H

#include <stdbool.h>
#include <stddef.h>

/* The folder of an instance that is being filled, locked against everybody who
 * would fill or clear it; a process that is killed lets go of it.  The link is
 * pinned last and taken away first: without it an instance is not whole, and
 * the next load clears what is there.
 */
struct pins {
	bool mounted;		/* by us: pins_undo takes it back */
	bool cleared;		/* of what an interrupted load or unload left */
	int lock;
	char directory[96];
};

/*
 * Mounts the BPF file system where it is missing, makes the folder of
 * `instance`, mode 0700, locks it and clears it, saying so, of what was left
 * there.  Prints one line on failure.
 * Return: 0, -EEXIST when the instance is whole, or negative errno.
 */
int pins_create(struct pins *pins, const char *instance);

/* Everything is pinned: lets go of the folder. */
void pins_done(const struct pins *pins);

/* Takes back what pins_create did, and whatever was pinned there. */
void pins_undo(const struct pins *pins);

/* Path of a pin.  Return: path. */
char *pins_path(const struct pins *pins, const char *name, char *path,
		size_t size);

/* Is everything of `instance` pinned? */
bool pins_whole(const char *instance);

/* Says that the instance is there already, and what to do.  Return: -EEXIST. */
int pins_exist_error(const char *instance);

/* Waits for whoever fills or clears the folder of `instance`.
 * Return: a descriptor, to be closed; -ENOENT, or another negative errno.
 */
int pins_lock(const char *instance);

/* Removes every pin of `instance` and its folder, which the caller has locked.
 * Return: 0 or negative errno.
 */
int pins_remove(const char *instance);

#endif
