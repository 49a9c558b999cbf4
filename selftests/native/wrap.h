/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wrap - a datagram in a frame with VLAN tags and IP options
 */
#ifndef WRAP_H
#define WRAP_H

#include <stdint.h>

#include "ether.h"

enum { WRAP_MAX = 1 << 16 };	/* bytes of a frame */

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
uint32_t wrap_frame(uint8_t frame[WRAP_MAX], const struct wrap *w,
		    const struct ht_udp_path *path, const void *payload,
		    uint32_t len);

/* Writes the UDP checksum, again after a change. */
void wrap_check(uint8_t *frame, const struct wrap *w);

#endif
