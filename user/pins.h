/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pins - the folder of an instance in the BPF file system
 */
#ifndef HT_PINS_H
#define HT_PINS_H

#include <stdbool.h>
#include <stddef.h>

/* What pins_create made on its way, so that pins_undo leaves no trace. */
struct pins {
	bool mounted;
	bool root_made;
	char directory[96];
};

/*
 * Mounts the BPF file system where it is missing and makes the folder of
 * `instance`, mode 0700.  Prints one line on failure.
 * Return: 0, -EEXIST when the instance has one already, or negative errno.
 */
int pins_create(struct pins *pins, const char *instance);

/* Takes back what pins_create did, and whatever was pinned there. */
void pins_undo(const struct pins *pins);

/* Path of a pin.  Return: path. */
char *pins_path(const struct pins *pins, const char *name, char *path,
		size_t size);

/* Says that the instance is there already.  Return: -EEXIST. */
int pins_exist_error(const char *instance);

/* Removes every pin of `instance` and its folder.
 * Return: 0, -ENOENT when there is none, or another negative errno.
 */
int pins_remove(const char *instance);

#endif
