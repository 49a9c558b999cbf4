/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * asides - where the packets go that are not applied as they come
 *
 *   key     receive queue of the interface
 *   value   an AF_XDP socket that is bound to it
 *   writer  the controller; the kernel takes a socket out when it is closed
 *   reader  kern/aside
 *   pinned  yes
 *
 * The controller puts them in order and gives them back to the same program
 * (BPF_PROG_TEST_RUN), which sees them come in on the loopback interface: no
 * frame from outside does, native XDP cannot be attached there.
 */
#ifndef HT_ASIDE_MAP_H
#define HT_ASIDE_MAP_H

#include "abi.h"

enum {
	HT_QUEUES = 256,
	HT_LOOPBACK = 1,	/* ifindex, in every network namespace */
};

/* Verdict on a packet that was given back while another CPU held the feed:
 * give it again.  No frame from outside gets it.
 */
#define HT_BUSY_AGAIN	0	/* XDP_ABORTED */

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, HT_QUEUES);
	__type(key, __u32);
	__type(value, __u32);
} asides SEC(".maps");
#endif
#endif
