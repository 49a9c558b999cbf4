/* SPDX-License-Identifier: GPL-2.0 */
/*
 * group - a multicast group and its port, as --group names them
 */
#ifndef HT_GROUP_H
#define HT_GROUP_H

#include <stdbool.h>

#include "maps.h"

/*
 * Adds IP:PORT to the lines[0 .. *count), of which there are at most HT_LINES.
 * Return: false after a usage error: no multicast group, no port, one too
 * many, or there already.
 */
bool group_add(struct ht_line lines[HT_LINES], int *count, const char *text);

#endif
