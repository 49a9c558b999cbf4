/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * wire - big-endian integers at any alignment
 *
 * Exchange formats pack their fields at odd offsets.  In BPF one unaligned
 * load plus a byte swap is what the JIT emits for these; clang would read a
 * packed member byte by byte instead.  Natively memcpy() keeps UBSan content.
 */
#ifndef HT_WIRE_H
#define HT_WIRE_H

#include "abi.h"

#ifdef __bpf__
#define HT_WIRE_LOAD(type, p)	(*(const type *)(p))
#define HT_WIRE_STORE(type, p, v) (*(type *)(p) = (v))
#else
#include <string.h>
#define HT_WIRE_LOAD(type, p)						\
	({ type v_; memcpy(&v_, (p), sizeof(v_)); v_; })
#define HT_WIRE_STORE(type, p, v)					\
	({ type v_ = (v); memcpy((p), &v_, sizeof(v_)); })
#endif

static __always_inline __u16 get_be16(const void *p)
{
	return __builtin_bswap16(HT_WIRE_LOAD(__u16, p));
}

static __always_inline __u32 get_be32(const void *p)
{
	return __builtin_bswap32(HT_WIRE_LOAD(__u32, p));
}

static __always_inline __u64 get_be64(const void *p)
{
	return __builtin_bswap64(HT_WIRE_LOAD(__u64, p));
}

/* ITCH timestamps: nanoseconds since midnight in six bytes. */
static __always_inline __u64 get_be48(const void *p)
{
	return (__u64)get_be16(p) << 32 | get_be32((const __u8 *)p + 2);
}

static __always_inline void put_be16(void *p, __u16 v)
{
	HT_WIRE_STORE(__u16, p, __builtin_bswap16(v));
}

static __always_inline void put_be32(void *p, __u32 v)
{
	HT_WIRE_STORE(__u32, p, __builtin_bswap32(v));
}

static __always_inline void put_be64(void *p, __u64 v)
{
	HT_WIRE_STORE(__u64, p, __builtin_bswap64(v));
}

static __always_inline void put_be48(void *p, __u64 v)
{
	put_be16(p, v >> 32);
	put_be32((__u8 *)p + 2, v);
}

#endif
