/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * csum - the Internet checksum (RFC 1071) as pure functions
 *
 * A sum is kept unfolded in 32 bits and holds up to 64 KiB of data.
 */
#ifndef HT_CSUM_H
#define HT_CSUM_H

#include "wire.h"

/* Adds len bytes at p to sum.  An odd last byte counts as if followed by 0. */
static __always_inline __u32 csum_add(__u32 sum, const void *p, __u32 len)
{
	const __u8 *byte = p;
	__u32 i;

	for (i = 0; i + 1 < len; i += 2)
		sum += get_be16(byte + i);
	if (len & 1)
		sum += (__u32)byte[len - 1] << 8;
	return sum;
}

/* Return: the checksum to store, in host order; put_be16() it. */
static __always_inline __u16 csum_fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__u16)~sum;
}

#endif
