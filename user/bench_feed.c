// SPDX-License-Identifier: GPL-2.0
/*
 * bench_feed - what the feed's benchmark does, from end to end
 *
 * As fast as the program takes frames (the sender looks at how far it is) is
 * one figure; an exchange does not look.  So the rate without loss is searched
 * below that by runs that go by the clock, and held for as long as asked.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "bench.h"
#include "bench_feed.h"
#include "clock.h"
#include "crc.h"
#include "out.h"

#define BURST_EVERY_NS	10000000ull

enum {
	SEARCH_STEPS = 7,		/* halvings: below 1 % of the rate */
	STEP_BACK = 95,			/* % of a rate that did not hold */
};

/* -- the session ---------------------------------------------------------- */

/* Sends a stream from `place` on through a program that is attached nowhere. */
static int replay_to(const struct stream *s, struct stream_place *place,
		     size_t end)
{
	const uint8_t *frame;
	uint32_t len;
	int64_t took = 0;

	while (took >= 0 && place->at < end &&
	       (frame = stream_next(s, place, &len)))
		took = kernel_packet(frame, len);
	return took < 0 ? out_error((int)took, "packet %" PRIu64,
				    place->packets) : 0;
}

/* Appends the deletion of every order that is live in the program that has
 * replayed the stream.
 */
static int session_drain(struct stream *s)
{
	const struct instance *in = kernel_instance();
	struct itch_delete m = { .head.type = 'D' };
	uint64_t i, slots = (uint64_t)in->buckets * HT_BUCKET_ORDERS;
	const struct ht_order *order;
	int err = 0;

	put_be48(m.head.timestamp, in->feed->itch_ns);
	for (i = 0; i < slots && !err; i++) {
		order = &in->orders[i / HT_BUCKET_ORDERS]
				.order[i % HT_BUCKET_ORDERS];
		if (!order->key || order->key == HT_LOST)
			continue;
		put_be16(&m.head.locate,
			 (uint16_t)(order->key >> HT_LOCATE_SHIFT));
		put_be64(&m.ref, order->key & HT_REF_MASK);
		err = stream_message(s, (const uint8_t *)&m, sizeof(m));
	}
	stream_flush(s);
	return err ? out_error(err, "the session's end") : 0;
}

static int session_finish(struct stream *s)
{
	struct stream_place place = {0};
	int err = kernel_open_program();

	if (err)
		return err;
	err = replay_to(s, &place, s->used);
	if (!err)
		err = session_drain(s);
	if (!err)
		err = replay_to(s, &place, s->used);
	if (!err && (kernel_expected() != s->seq ||
		     kernel_instance()->book->orders)) {
		out_error(0, "the session does not end with an empty book");
		err = -EPROTO;
	}
	kernel_close();
	return err;
}

static int session_make(struct feed_results *r, struct stream *s)
{
	struct session session = {
		.messages = r->options.messages,
		.symbols = (uint32_t)market_part(MARKET_SYMBOLS,
						 r->options.messages),
		.live = market_part(MARKET_LIVE, r->options.messages),
		.profile = "touch",
	};
	int err;

	bench_progress("preparing the session");
	stream_init(s, 1);
	s->most = r->options.per_packet;
	err = stream_generate(s, &session);
	if (!err)
		err = session_finish(s);
	r->symbols = session.symbols;
	r->live = session.live;
	r->lap = s->messages;
	return err;
}

/* -- the rate ------------------------------------------------------------- */

static uint64_t rate_of(const struct feed_run *run)
{
	return run->messages * SECOND_NS / run->ns;
}

/* What the sender came too late for is not held against the program: figures
 * are of what was sent.
 */
static bool held(const struct feed_run *run)
{
	return run->messages && !run->lost && !run->missing;
}

/* One run by the clock, and all of it applied behind it. */
static int run_at(struct flood *f, uint64_t rate, uint64_t ns, bool until_loss,
		  struct feed_run *run)
{
	int err;

	*run = (struct feed_run){ .rate = rate };
	bench_progress("%" PRIu64 " messages/s for %.0f s", rate,
		       (double)ns / SECOND_NS);
	err = flood_run(f, ns, until_loss, run);
	return err ? err : flood_repair(f);
}

static int try_rate(struct flood *f, struct feed_results *r, uint64_t rate,
		    uint64_t ns)
{
	return run_at(f, rate, ns, true, &r->tries[r->tried++]);
}

/* The highest rate that held for a second, 0: none did. */
static int rate_search(struct flood *f, struct feed_results *r,
		       uint64_t *found)
{
	uint64_t low = 0, high = rate_of(&r->taken), rate = high;
	int step, err = 0;

	for (step = 0; step <= SEARCH_STEPS && !err; step++) {
		err = try_rate(f, r, rate, SECOND_NS);
		if (err)
			break;
		if (held(&r->tries[r->tried - 1]))
			low = rate;
		else
			high = rate;
		if (low == high)
			break;
		rate = low + (high - low) / 2;
	}
	*found = low;
	return err;
}

/* The rate that was found in a second need not hold for a minute. */
static int rate_hold(struct flood *f, struct feed_results *r, uint64_t rate)
{
	int err = 0;

	while (!err && rate) {
		err = run_at(f, rate, r->options.seconds * SECOND_NS, true,
			     &r->last);
		if (err || held(&r->last) || r->tried == FEED_TRIES)
			break;
		r->tries[r->tried++] = r->last;
		rate = rate * STEP_BACK / 100;
	}
	return err;
}

static int rates_run(struct flood *f, struct feed_results *r)
{
	uint64_t rate = r->options.rate;
	int err;

	if (rate)
		return run_at(f, rate, r->options.seconds * SECOND_NS, false,
			      &r->last);
	bench_progress("as fast as the program takes it");
	err = flood_run(f, SECOND_NS, false, &r->taken);
	if (!err)
		err = flood_repair(f);
	if (!err)
		err = rate_search(f, r, &rate);
	return err ? err : rate_hold(f, r, rate);
}

/* -- bursts and the check ------------------------------------------------- */

/* Those behind one that was not applied go on when it is repaired. */
static int bursts_run(struct flood *f, struct feed_results *r)
{
	struct ht_flood *state = f->wire->state;
	struct feed_bursts *b = &r->bursts;
	uint32_t left = r->options.bursts;
	int err = 0;

	while (left && !err) {
		struct feed_run run = {0};

		bench_progress("%u bursts", left);
		err = flood_bursts(f, left, r->options.burst_messages,
				   BURST_EVERY_NS, &run);
		b->frames += run.frames;
		b->messages += run.messages;
		b->lost += run.lost;
		b->whole += left - state->bursts;
		left = state->bursts ? state->bursts - 1 : 0;
		if (!err)
			err = flood_repair(f);
	}
	b->count = r->options.bursts;
	b->in_time = state->in_time;
	b->sent = state->sent;
	b->applied = state->applied;
	return err;
}

/* The lap that was under way, replayed into a fresh program: before it the
 * book was empty.
 */
static int books_compare(const struct flood *f, struct feed_results *r)
{
	struct stream_place place = {0};
	struct crc wire, replayed;
	int err;

	bench_progress("the books are compared");
	err = crc_book(&wire, &f->wire->in, 0);
	if (err)
		return out_error(err, "the book on the wire");
	err = kernel_open_program();
	if (err)
		return err;
	err = replay_to(f->stream, &place, f->wire->state->at);
	if (!err)
		err = crc_book(&replayed, kernel_instance(), 0);
	kernel_close();
	if (err)
		return err;
	r->sequence = wire.sequence;
	r->crc = wire.sum;
	r->replayed_crc = replayed.sum;
	r->same = wire.sum == replayed.sum &&
		  wire.levels == replayed.levels &&
		  wire.sequence == f->wire->state->laps + replayed.sequence &&
		  wire.sequence + 1 == f->wire->state->next;
	return 0;
}

static int feed_run(struct feed_results *r, const struct stream *s)
{
	struct wire wire;
	struct flood flood = { .wire = &wire, .stream = s };
	int err = wire_open(&wire, s, !r->options.same_cpu,
			    r->options.realtime);

	if (!err) {
		snprintf(r->compiler, sizeof(r->compiler), "%s",
			 wire_compiler(&wire));
		err = rates_run(&flood, r);
	}
	if (!err)
		err = bursts_run(&flood, r);
	if (!err)
		err = books_compare(&flood, r);
	wire_close(&wire);
	return err;
}

int feed_bench(struct feed_results *r)
{
	struct stream s;
	int err = session_make(r, &s);

	if (!err)
		err = feed_run(r, &s);
	bench_progress("%s", "");
	stream_free(&s);
	return err;
}

bool feed_passed(const struct feed_results *r)
{
	return r->same && held(&r->last) &&
	       r->bursts.whole == r->bursts.count;
}
