/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * abi - the few words every header shared by kernel and user space needs
 *
 * Integers are the kernel's __uNN in include/, maps/ and kern/; user space
 * uses <stdint.h> names in its own files.
 */
#ifndef HT_ABI_H
#define HT_ABI_H

#include <linux/types.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#ifndef __noinline
#define __noinline __attribute__((noinline))
#endif
#define HT_PACKED	__attribute__((packed))

/* A layout that two worlds share is pinned to its size where it is written. */
#define HT_ABI_SIZE(type, size) \
	_Static_assert(sizeof(type) == (size), #type " must be " #size " bytes")

/* The compiler must neither cache nor tear an access to a word that another
 * CPU, or user space through mmap, reads or writes at the same time.
 */
#define HT_READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define HT_WRITE_ONCE(x, v)	(*(volatile __typeof__(x) *)&(x) = (v))
/* Keeps loads and stores in the order they are written.  It stops only the
 * compiler, which is enough where the CPU keeps that order itself.
 */
#if !defined(__bpf__) && !defined(__x86_64__)
#error "HT_BARRIER() needs acquire and release on this CPU"
#endif
#define HT_BARRIER()		__asm__ __volatile__("" ::: "memory")

#endif
