// SPDX-License-Identifier: GPL-2.0
/*
 * bench_flood - runs of the sender, what was lost of them, and its repair
 */
#include <errno.h>

#include "bench_feed.h"
#include "clock.h"
#include "ether.h"
#include "moldudp64.h"
#include "out.h"

#define PATIENCE_NS	SECOND_NS	/* until a frame is lost */

/* -- what became of the frames -------------------------------------------- */

static uint64_t on_the_way(const struct flood *f)
{
	return f->wire->state->frames - f->lost - wire_seen(f->wire);
}

static uint64_t not_applied(const struct flood *f)
{
	return f->wire->state->next - HT_READ_ONCE(f->wire->in.feed->expected);
}

static int dropped_since(const struct flood *f, uint64_t before,
			 uint64_t *dropped)
{
	int64_t now = wire_dropped(f->wire);

	if (now < 0)
		return out_error((int)now, "cannot read the veth's counters");
	*dropped = (uint64_t)now - before;
	return 0;
}

/* Whether all that was sent is applied, or all that was not seen is dropped. */
static bool has_settled(const struct flood *f, uint64_t dropped)
{
	uint64_t way = on_the_way(f);

	return way ? way <= dropped : !not_applied(f);
}

/*
 * Waits until every frame was applied, or seen or dropped.  `before` is what
 * the veth had dropped before the first of them.  Frames that nobody accounts
 * for are lost, too, after a second.
 */
static int flood_settle(struct flood *f, uint64_t before, uint64_t *lost,
			uint64_t *dropped)
{
	uint64_t end = clock_ns() + PATIENCE_NS;
	int err;

	do {
		err = dropped_since(f, before, dropped);
	} while (!err && !has_settled(f, *dropped) && clock_ns() < end);
	*lost = on_the_way(f);
	f->lost += *lost;
	if (err || HT_READ_ONCE(f->wire->in.feed->state) != HT_FEED_BAD)
		return err;
	out_error(0, "the feed is BAD at message %llu",
		  f->wire->in.feed->expected);
	return -EBADMSG;
}

/* -- runs ----------------------------------------------------------------- */

/* To the program's last frame, which is none of the run if all were lost. */
static uint64_t run_ns(const struct flood *f)
{
	uint64_t last = f->wire->in.feed->last_ns;
	uint64_t start = f->wire->state->start_ns;

	return last > start ? last - start : 1;
}

/* Runs a sender as the state says and waits for what became of its frames. */
static int flood_go(struct flood *f, enum wire_sender sender,
		    struct feed_run *run)
{
	struct ht_flood *state = f->wire->state;
	uint64_t frames = state->frames, first = state->next, before = 0;
	int err = dropped_since(f, 0, &before);

	if (err)
		return err;
	state->lost = f->lost;
	err = wire_run(f->wire, sender);
	if (err)
		return err;
	err = flood_settle(f, before, &run->lost, &run->dropped);
	run->ns = run_ns(f);
	run->frames = state->frames - frames;
	run->messages = state->next - first;
	run->missing = not_applied(f);
	run->late = state->late;
	return err;
}

int flood_run(struct flood *f, uint64_t ns, bool until_loss,
	      struct feed_run *run)
{
	struct ht_flood *state = f->wire->state;

	state->duration_ns = ns;
	state->until = 0;
	state->until_loss = until_loss;
	state->rate = run->rate;
	return flood_go(f, run->rate ? WIRE_CLOCK : WIRE_TAKEN, run);
}

int flood_bursts(struct flood *f, uint32_t bursts, uint64_t messages,
		 uint64_t every_ns, struct feed_run *run)
{
	struct ht_flood *state = f->wire->state;

	state->bursts = bursts;
	state->burst_messages = messages;
	state->burst_every_ns = every_ns;
	state->burst_ns = 0;
	state->duration_ns = bursts * every_ns + 10 * SECOND_NS;
	state->until = 0;
	state->until_loss = 0;
	return flood_go(f, WIRE_BURSTS, run);
}

/* -- repair --------------------------------------------------------------- */

static uint32_t frame_messages(const uint8_t *frame)
{
	const struct mold_header *m =
		(const void *)(frame + sizeof(struct ht_udp_frame));

	return get_be16(&m->count);
}

/* Back to the frame that holds message `seq`. */
static void flood_seek(struct flood *f, uint64_t seq)
{
	struct ht_flood *state = f->wire->state;
	struct stream_place place = {0}, before;
	uint64_t first, after;
	const uint8_t *frame;
	uint32_t len;

	state->laps = (seq - 1) / f->stream->messages * f->stream->messages;
	after = state->laps + 1;
	do {
		before = place;
		first = after;
		frame = stream_next(f->stream, &place, &len);
		if (frame)
			after += frame_messages(frame);
	} while (frame && after <= seq);
	state->at = before.at;
	state->next = first;
}

int flood_repair(struct flood *f)
{
	struct ht_flood *state = f->wire->state;
	struct feed_run run = {0};
	int err;

	if (!not_applied(f))
		return 0;
	state->until = state->next;
	flood_seek(f, HT_READ_ONCE(f->wire->in.feed->expected));
	state->duration_ns = 60 * SECOND_NS;
	state->until_loss = 0;
	err = flood_go(f, WIRE_TAKEN, &run);
	if (err || !run.missing)
		return err;
	out_error(0, "messages stay missing from %llu on",
		  f->wire->in.feed->expected);
	return -EBADMSG;
}
