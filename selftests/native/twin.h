/* SPDX-License-Identifier: GPL-2.0 */
/*
 * twin - a frame through the loaded program and through the native build
 *
 * Both must come to the same verdict, counters, feed and book.
 */
#ifndef TWIN_H
#define TWIN_H

#include "program.h"

/* What the payload is wrapped in. */
struct wrap {
	uint16_t tag[2];	/* VLAN types, outermost first; 0: none */
	uint16_t tci;		/* of both tags: priority bits and number */
	uint32_t options;	/* 32-bit words of IP options, up to 10 */
};

/* No tag and one or two, with 0 to 10 words of options: all of them. */
enum { WRAPS = 4 * 11 };
struct wrap wrap_at(uint32_t i);

/* Bytes before the IP header, and before the UDP header. */
uint32_t wrap_ip(const struct wrap *w);
uint32_t wrap_udp(const struct wrap *w);

/* Builds a good frame, checksums set.  Return: its length. */
uint32_t wrap_frame(uint8_t frame[FRAME_MAX], const struct wrap *w,
		    const void *payload, uint32_t len);

/* Writes the UDP checksum, again after a change. */
void wrap_check(uint8_t *frame, const struct wrap *w);

/* Loads and resets; both watch FRAME_GROUP and FRAME_PORT, from anybody. */
int twin_load(struct program *p, bool verify_checksum);
void twin_reset(struct program *p);

/* Only this sender is the line's. */
void twin_source(struct program *p, uint32_t source);

/* Runs one frame through both.  Return: the verdict. */
int twin_run(struct program *p, const void *frame, uint32_t len);

#endif
