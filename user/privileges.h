/* SPDX-License-Identifier: GPL-2.0 */
/*
 * privileges - the capabilities that a controller needs, and no others
 */
#ifndef HT_PRIVILEGES_H
#define HT_PRIVILEGES_H

/* Return: a capability that is needed and missing, and what for; or NULL. */
const char *privileges_missing(void);

/* Gives up, once everything is open, all that running does not need.
 * Return: 0 or negative errno.
 */
int privileges_drop(void);

#endif
