/* SPDX-License-Identifier: GPL-2.0 */
/*
 * patience - what a process that was killed just now held, and holds a little
 * longer: its locks and links until it is gone, its sockets until some kernel
 * worker has taken its io_uring down.  Nothing tells when.
 *
 *	int left = PATIENCE_MS;
 *
 *	do
 *		err = take();
 *	while (err == -EBUSY && patience_wait(&left));
 */
#ifndef HT_PATIENCE_H
#define HT_PATIENCE_H

#include <poll.h>
#include <stdbool.h>

enum { PATIENCE_MS = 1000, PATIENCE_STEP_MS = 10 };

/* Return: is it worth another try? */
static inline bool patience_wait(int *left_ms)
{
	if (*left_ms <= 0)
		return false;
	*left_ms -= PATIENCE_STEP_MS;
	poll(NULL, 0, PATIENCE_STEP_MS);
	return true;
}

#endif
