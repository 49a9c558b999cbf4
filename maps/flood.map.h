/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * floods - what `hairtrigger bench feed` asks of its sender; streams - what the
 * sender sends
 *
 *   floods   key: 0, value: struct ht_flood
 *   streams  key: 0, value: bytes, as struct stream has them: of each frame its
 *            length (u16, host order), then it
 *   writer   user/bench_wire, between two runs; kern/flood what is marked so
 *   reader   kern/flood, user/bench_flood
 *   pinned   no
 */
#ifndef HT_FLOOD_MAP_H
#define HT_FLOOD_MAP_H

#include "abi.h"
#include "histogram.h"

enum {
	HT_FLOOD_FRAME = 1514,		/* Ethernet, an MTU of 1,500 */
	HT_FLOOD_ROOM = 192,		/* frames on the way, when the sender
					 * looks: a veth has room for 256
					 */
	HT_FLOOD_SLACK = 1000,		/* part of a second it may be late */
};

#define HT_FLOOD_STREAM_MAX	(1u << 28)	/* half of the verifier's */
#define HT_FLOOD_BURST_NS	1000000ull	/* for a burst to be sent, */
#define HT_FLOOD_PATIENCE_NS	100000000ull	/* and to be applied */

struct ht_flood {
	__u64 duration_ns;
	__u64 until;		/* sequence to stop before; 0: none */
	__u64 rate;		/* messages/s */
	__u64 lost;		/* of `frames`, before this run */
	__u32 until_loss;	/* 1: stop when the feed is in a gap */
	__u32 bursts;		/* to send; kern/flood counts down */
	__u64 burst_messages;
	__u64 burst_every_ns;

	/* where the sender is; kern/flood goes on from there */
	__u64 at;		/* in `streams` */
	__u64 laps;		/* messages before this lap */
	__u64 next;		/* sequence to send */
	__u64 frames;		/* sent */

	/* 0 before a run; kern/flood */
	__u64 start_ns;
	__u64 first;		/* sequence at the start */
	__u64 late;		/* messages that it came too late for */
	__u32 done;		/* 1: nothing more will be sent */
	__u32 in_burst;		/* 1: from its first frame until applied */
	__u64 burst_ns;		/* when it began, or is to begin */
	__u64 burst_end;	/* sequence behind it */
	__u32 burst_sent;	/* 1: all of it */
	__u32 in_time;		/* bursts sent within HT_FLOOD_BURST_NS */
	struct ht_histogram sent;	/* ns, a burst's first frame to last */
	struct ht_histogram applied;	/* ns, a burst's first frame to book */
};

#ifdef __bpf__
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ht_flood);
} floods SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 1 << 20);	/* unless the loader is told */
} streams SEC(".maps");
#endif
#endif
