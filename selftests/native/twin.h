/* SPDX-License-Identifier: GPL-2.0 */
/*
 * twin - a frame through the loaded program and through the native build
 *
 * Both must come to the same verdict, counters, feed and book.
 */
#ifndef TWIN_H
#define TWIN_H

#include "program.h"
#include "wrap.h"

/* Builds a good frame on the feed's line.  Return: its length. */
uint32_t twin_frame(uint8_t frame[FRAME_MAX], const struct wrap *w,
		    const void *payload, uint32_t len);

/* Loads and resets; both watch FRAME_GROUP and FRAME_PORT, from anybody. */
int twin_load(struct program *p, bool verify_checksum);
void twin_reset(struct program *p);

/* Only this sender is the line's. */
void twin_source(struct program *p, uint32_t source);

/* Runs one frame through both.  Return: the verdict. */
int twin_run(struct program *p, const void *frame, uint32_t len);

/* Every map but the watch list, to the last byte; clocks aside. */
void twin_same_maps(const struct program *p);

/* The events since the last call; to be called before the ring is full. */
void twin_same_events(struct program *p);

#endif
