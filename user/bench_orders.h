/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench_orders - orders on a TCP session of the kernel's, sent beside it and by
 * it in turn
 *
 *	cmd_bench_orders.c	the command line
 *	bench_orders.c		the sender: one run
 *	bench_orders_wire.c	namespaces, veth, programs
 *	bench_orders_sink.c	the exchange's end: a socket that checks
 *	bench_orders_report.c	the results as JSON and as tables
 *
 *   sender's namespace                           exchange's
 *   delegate -> near: ht_order  <-- veth -->  far: kern/arrival -> sink
 *
 * The namespaces have no names and nothing is pinned: all of it is gone with
 * this process, however it ends.
 */
#ifndef HT_BENCH_ORDERS_H
#define HT_BENCH_ORDERS_H

#include <json-c/json.h>
#include <pthread.h>

#include "delegate.h"
#include "histogram.h"
#include "instance.h"

struct arrival_bpf;
struct hairtrigger_bpf;

/* -- bench_orders_wire.c --------------------------------------------------- */

enum {
	ORDERS_PORT = 26400,
	ORDERS_LEN = sizeof(struct soup_header) + sizeof(struct ouch_enter),
};

struct orders_wire {
	struct hairtrigger_bpf *program;
	struct arrival_bpf *arrival;
	struct instance in;
	struct xsk xsk;
	uint64_t *arrivals;		/* [HT_ARRIVALS] */
	int link[2];
	int near_netns;			/* both live while these are open */
	int far_netns;
	int near;			/* ifindex */
	uint8_t near_mac[6];
	uint8_t far_mac[6];
};

/*
 * Makes all of it and moves this thread into the sender's namespace.  Prints
 * one line on failure.
 * Return: 0 or negative errno; orders_wire_close() in both cases.
 */
int orders_wire_open(struct orders_wire *w);
void orders_wire_close(struct orders_wire *w);

/* Connected, not blocking, a listener of the exchange's namespace.
 * Return: a descriptor or negative errno.
 */
int orders_wire_listen(const struct orders_wire *w);
int orders_wire_connect(void);

/* The way of orders from a socket that is connected.  Return: 0 or -errno. */
int orders_wire_delegate(struct orders_wire *w, struct delegate *d, int fd);

/* Loses so many per mille of what a socket receives.  Return: 0 or -errno. */
int orders_wire_lose(int fd, uint32_t per_mille);

/* Frames that this thread's end of the veth had no room for. */
uint64_t orders_wire_dropped(void);

/* Have both FINs been read, and has TCP heard of it? */
bool orders_wire_is_closed(int fd);

/* A counter of this thread's network, as /proc/net/FILE names it.
 * Return: it, or negative errno.
 */
int64_t orders_wire_count(const char *file, const char *group,
			  const char *name);

/* -- bench_orders_sink.c --------------------------------------------------- */

/* What a sink has seen; the other thread reads it while it runs. */
struct sink {
	const struct orders_wire *wire;
	const uint64_t *decided;	/* of each order, CLOCK_MONOTONIC */
	uint64_t orders;		/* that will come */
	uint32_t loss;			/* per mille */
	pthread_t thread;
	int listener;
	int fd;
	int err;
	uint64_t got;		/* orders, whole and right */
	uint64_t wrong;		/* orders with other bytes, or out of order */
	uint64_t answers;	/* heartbeats sent back */
	uint64_t stall_ns;	/* the longest wait for bytes that were due */
	uint64_t resets;	/* of its network */
	uint64_t stale;		/* segments dropped: timestamp too old */
	uint64_t dropped;	/* frames, by its end of the veth */
	bool finished;		/* the sender's FIN came behind the last byte */
	uint32_t urn;		/* of the last order */
	uint32_t held_len;
	uint8_t held[1 << 16];
};

/* Listens, and answers in a thread of its own.  Return: 0 or -errno, said. */
int sink_start(struct sink *s);
/* Waits for its end, or makes it end. */
void sink_stop(struct sink *s, bool now);

/* The order of number i, without its UserRefNum. */
void orders_make(uint64_t i, struct ouch_order *order);
extern const struct ouch_terms orders_terms;

/* -- bench_orders.c -------------------------------------------------------- */

struct orders_options {
	uint64_t orders;	/* of each way */
	uint32_t pause_us;	/* at most, between two; 0: none */
	uint32_t loss;		/* per mille, in each direction */
	bool spin;		/* pauses are not slept */
	bool plain;		/* all by send(): what TCP makes of it alone */
};

struct orders_results {
	struct orders_options options;
	uint64_t sent;		/* orders, both ways */
	uint64_t got;
	uint64_t wrong;
	uint64_t ns;		/* of all of it */
	struct delegate_counters n;
	uint64_t clamped;	/* early ACKs, by kern/session */
	uint64_t answers;	/* bytes that the exchange sent */
	uint64_t answered;	/* ... and that were read */
	uint64_t retransmits;
	uint64_t timeouts;	/* retransmission timeouts, of the sender */
	uint64_t resets;	/* RST segments, of both ends */
	uint64_t stale;		/* segments that the exchange's TCP dropped
				 * because of their timestamp (PAWS)
				 */
	uint64_t dropped;	/* frames that found the veth full */
	uint64_t stall_ns;
	uint64_t rto_ns;	/* the longest that TCP had */
	bool finished;		/* FIN both ways, behind the last byte */
	char why[DELEGATE_WORDS];	/* it could not be shared */
	/* both ways, frame and send(): from the decision to the wire, and until
	 * the call came back, with the adoption behind a frame in it
	 */
	struct ht_histogram wire[2];
	struct ht_histogram call[2];
};

/* Return: 0, or negative errno, said on stderr. */
int orders_bench(struct orders_results *r);

/* Everything arrived, once and in order, and nothing stood still. */
bool orders_passed(const struct orders_results *r);

/* -- bench_orders_report.c, cmd_bench_orders.c ----------------------------- */

struct json_object *orders_report(const struct orders_results *r);
void orders_print(struct json_object *answer);

int cmd_bench_orders(int argc, char **argv);

#endif
