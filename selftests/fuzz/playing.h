/* SPDX-License-Identifier: GPL-2.0 */
/*
 * playing - a file through all of `replay`, and through the stages natively
 *
 * What stands in for the kernel here are the two system calls that would go
 * there: running the program on a frame, and reading its counters.
 */
#ifndef PLAYING_H
#define PLAYING_H

#include <stdbool.h>
#include <stdint.h>

/* Plays the file, a capture or a BinaryFILE.  Window: 0, all of it; else when
 * it begins, in its high half, and ends, in units of about 73 minutes.
 */
void playing_file(const char *path, bool captured, uint8_t window);

#endif
