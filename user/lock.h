/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lock - a file or folder that one process holds at a time
 */
#ifndef HT_LOCK_H
#define HT_LOCK_H

#include <stdbool.h>

/*
 * Makes the file (mode 0600) where it is missing and locks it; closing the
 * descriptor lets go.  Whoever holds it may remove the file.  `wait` waits for
 * another holder.
 * Return: the descriptor, -EBUSY when another holds it, or negative errno.
 */
int lock_take(const char *path, bool wait);

/* Waits for the folder, which must be there; the same otherwise.
 * Return: the descriptor, -ENOENT, or another negative errno.
 */
int lock_folder(const char *path);

/*
 * The edit lock of an instance: whoever changes its triggers, limits or kill
 * switch holds it; an instance without a name has one owner, and no lock.
 * Return: a descriptor (of nothing, without a name), or negative errno.
 */
int lock_instance(const char *instance);

/* The same, but -EBUSY when another holds it for all of a second. */
int lock_instance_soon(const char *instance);

#endif
