/* SPDX-License-Identifier: GPL-2.0 */
/*
 * beside - programs that come with this one
 */
#ifndef HT_BESIDE_H
#define HT_BESIDE_H

#include <stddef.h>

/*
 * Path of a program relative to the folder this one runs from; set also when
 * nothing is there.  Return: 0, -ENOENT, or another negative errno.
 */
int beside_path(const char *relative, char *path, size_t size);

#endif
