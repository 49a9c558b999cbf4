/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench_feed - the program at the end of a wire, flat out and in bursts
 *
 *	cmd_bench_feed.c	the command line
 *	bench_feed.c		the plan: the session, the rates, the check
 *	bench_flood.c		one run, one burst, what was lost and its repair
 *	bench_wire.c		namespaces, veth, program, sender
 *	bench_feed_report.c	the results as JSON and as tables
 *
 * The session is generated and sent again and again (a lap each), so it ends
 * with an empty book; sequence numbers go on rising.
 */
#ifndef HT_BENCH_FEED_H
#define HT_BENCH_FEED_H

#include <json-c/json.h>

#include "bench_stream.h"
#include "bench_wire.h"
#include "histogram.h"

enum { FEED_TRIES = 24 };	/* runs in search of the rate, at most */

#define FEED_RATE_MAX	100000000ull	/* messages/s */

struct feed_options {
	uint64_t seconds;	/* of the last run */
	uint64_t rate;		/* messages/s; 0: it is searched */
	uint64_t messages;	/* of a lap */
	uint32_t per_packet;	/* messages; 0: as many as fit */
	uint32_t bursts;
	uint32_t burst_messages;
	bool same_cpu;
	bool realtime;
};

/* One run: what was sent, and what became of it. */
struct feed_run {
	uint64_t rate;		/* that was asked for; 0: as it is taken */
	uint64_t ns;		/* from the first frame to the last applied */
	uint64_t frames;	/* sent */
	uint64_t messages;	/* sent */
	uint64_t lost;		/* frames that the program never saw */
	uint64_t dropped;	/* of them, those that the veth counts */
	uint64_t missing;	/* messages not applied at its end: all that
				 * came behind the first loss
				 */
	uint64_t late;		/* messages that the sender came too late for */
};

struct feed_bursts {
	uint32_t count;
	uint32_t whole;		/* of them, applied without a loss, and soon */
	uint32_t in_time;	/* sent within a millisecond */
	uint64_t messages;	/* of all of them */
	uint64_t frames;
	uint64_t lost;		/* frames */
	struct ht_histogram sent;	/* ns, first frame to last */
	struct ht_histogram applied;	/* ns, first frame to the book */
};

struct feed_results {
	struct feed_options options;
	uint32_t symbols;
	uint64_t live;
	uint64_t lap;		/* messages */
	struct feed_run taken;	/* as fast as the program takes them */
	struct feed_run tries[FEED_TRIES];
	int tried;
	struct feed_run last;	/* of so many seconds */
	struct feed_bursts bursts;
	uint64_t sequence;	/* of the last message */
	uint32_t crc;		/* of the book on the wire */
	uint32_t replayed_crc;	/* of the same messages replayed */
	bool same;
	char compiler[64];
};

/* Who sends; starts as { .wire, .stream }. */
struct flood {
	struct wire *wire;
	const struct stream *stream;
	uint64_t lost;		/* frames, so far */
};

/* -- bench_flood.c: return 0, or negative errno, said on stderr --------- */

/*
 * Sends for so long, at run->rate or as fast as the program takes it, then
 * waits for what is on its way.  With `until_loss` it ends at a loss.
 */
int flood_run(struct flood *f, uint64_t ns, bool until_loss,
	      struct feed_run *run);
/* Bursts of so many messages or a few more; it ends with one that is not
 * applied.  What is left of them, and times: f->wire->state.
 */
int flood_bursts(struct flood *f, uint32_t bursts, uint64_t messages,
		 uint64_t every_ns, struct feed_run *run);
/* Sends what was lost again, and what came behind it, slowly enough. */
int flood_repair(struct flood *f);

/* -- bench_feed.c, bench_feed_report.c ------------------------------------- */

/* Return: 0, or negative errno, said on stderr. */
int feed_bench(struct feed_results *r);

/* Whether nothing was lost where nothing may be, and the books are equal. */
bool feed_passed(const struct feed_results *r);

/* The whole answer; the caller puts it. */
struct json_object *feed_report(const struct feed_results *r);
/* As tables on stdout. */
void feed_print(const struct feed_results *r, struct json_object *answer);

/* -- cmd_bench_feed.c ------------------------------------------------------ */

int cmd_bench_feed(int argc, char **argv);

#endif
