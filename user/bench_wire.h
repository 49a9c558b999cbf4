/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench_wire - the program at the end of a wire of our own, frames into it
 *
 *   the sender's namespace                       the engine's
 *   kern/flood -> near  <-------- veth ------->  far: ht_feed
 *
 * The namespaces have no names and nothing is pinned: all of it is gone with
 * this process, however it ends.
 *
 * A veth has room for 256 frames on the way; what finds it full is lost, and
 * counted as dropped by `near`.
 */
#ifndef HT_BENCH_WIRE_H
#define HT_BENCH_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "bench_stream.h"
#include "flood.map.h"
#include "instance.h"

struct hairtrigger_bpf;
struct flood_bpf;

enum wire_sender { WIRE_TAKEN, WIRE_CLOCK, WIRE_BURSTS, WIRE_SENDERS };

struct wire {
	struct hairtrigger_bpf *program;
	struct flood_bpf *flood;
	struct instance in;		/* the program's maps */
	struct ht_flood *state;		/* the sender's */
	int link;
	int near;			/* ifindex */
	int near_netns;			/* both live while these are open */
	int far_netns;
	char far_name[16];
	int cpu[2];			/* of the sender, of the program */
	bool apart;			/* these are two */
	bool realtime;			/* no other task has them meanwhile */
};

/*
 * Makes all of it and moves this thread into the sender's namespace and onto
 * one CPU.  The program runs on the CPU of the sender, right behind it, or
 * `apart`: on another one, in a kernel thread (threaded NAPI).  With `realtime`
 * both come before all other tasks (SCHED_FIFO).  Prints one line on failure.
 * Return: 0 or negative errno; wire_close() in both cases.
 */
int wire_open(struct wire *w, const struct stream *s, bool apart,
	      bool realtime);
void wire_close(struct wire *w);

/* Runs a sender (kern/flood) as w->state says, until it is done.
 * Return: 0 or negative errno, said on stderr.
 */
int wire_run(struct wire *w, enum wire_sender sender);

/* Frames of the feed that the program has seen. */
uint64_t wire_seen(const struct wire *w);

/* Frames that the veth had no room for.
 * Return: how many, or negative errno.
 */
int64_t wire_dropped(const struct wire *w);

/* What compiled kern/flood. */
const char *wire_compiler(const struct wire *w);

#endif
