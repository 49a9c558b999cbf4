/* SPDX-License-Identifier: GPL-2.0 */
/*
 * state_dir - where an instance keeps what outlives the machine's power
 *
 * The folder is 0700 and its files are 0600: INSTANCE.journal and
 * INSTANCE.kill.
 */
#ifndef HT_STATE_DIR_H
#define HT_STATE_DIR_H

#define STATE_DIR	"/var/lib/hairtrigger"

/* Makes it where it is missing.  Return: 0 or negative errno. */
int state_dir_make(void);

#endif
