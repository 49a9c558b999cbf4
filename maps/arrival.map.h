/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * arrivals - when each order of `hairtrigger bench orders` came off the wire
 *
 *   key     UserRefNum, modulo HT_ARRIVALS
 *   value   __u64: CLOCK_MONOTONIC when it was first seen, 0: not yet
 *   writer  kern/arrival; user/bench_orders empties it
 *   reader  user/bench_orders
 *   pinned  no
 */
#ifndef HT_ARRIVAL_MAP_H
#define HT_ARRIVAL_MAP_H

#include "abi.h"

#define HT_ARRIVALS	(1u << 21)

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, HT_ARRIVALS);
	__type(key, __u32);
	__type(value, __u64);
} arrivals SEC(".maps");
#endif
#endif
