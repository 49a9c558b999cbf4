// SPDX-License-Identifier: GPL-2.0
/*
 * play_capture - captured packets through the program, in their order
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "itch50.h"
#include "moldudp64.h"
#include "play.h"
#include "wire.h"

enum { LOOK_UP_EVERY = 1 << 8 };	/* frames, at the clock */

/* A packet whose head has been sent: header and the messages left. */
struct rest {
	uint8_t bytes[INJECT_FRAME];
	uint32_t len;
};

static uint32_t block_count(const uint8_t *payload)
{
	const struct mold_header *m = (const void *)payload;
	uint32_t count = get_be16(&m->count);

	return count == MOLD_END_OF_SESSION ? 0 : count;
}

/*
 * Offset of the first block at which the window begins or ends, 0 when there
 * is none; *before is how many blocks stand before it.
 */
static uint32_t edge_find(const struct play *p, const uint8_t *payload,
			  uint32_t len, uint32_t *before)
{
	uint32_t count = block_count(payload);
	uint32_t at = sizeof(struct mold_header), length;

	for (*before = 0; *before < count; ++*before) {
		if (at + MOLD_BLOCK_HEAD > len)
			return 0;
		length = get_be16(payload + at);
		if (at + MOLD_BLOCK_HEAD + length > len)
			return 0;
		if (play_is_edge(p, payload + at + MOLD_BLOCK_HEAD, length))
			return at;
		at += MOLD_BLOCK_HEAD + length;
	}
	return 0;
}

/* Sends the `count` blocks before offset `at`, and keeps the others. */
static int packet_split(struct play *p, struct rest *r, uint32_t at,
			uint32_t count)
{
	struct mold_header *m = (struct mold_header *)r->bytes;
	uint64_t seq = get_be64(&m->seq);
	uint32_t left = block_count(r->bytes) - count;
	int err = 0;

	if (count) {
		put_be16(&m->count, (uint16_t)count);
		err = replay_packet(p->replay, r->bytes, at);
	}
	memmove(r->bytes + sizeof(*m), r->bytes + at, r->len - at);
	r->len -= at - (uint32_t)sizeof(*m);
	put_be64(&m->seq, seq ? seq + count : 0);
	put_be16(&m->count, (uint16_t)left);
	return err;
}

/* As it was captured, unless the window begins or ends in the middle of it. */
static int packet_play(struct play *p, const uint8_t *payload, uint32_t len)
{
	static struct rest rest;
	const struct itch_head *head;
	uint32_t at, before;
	int err = 0;

	at = edge_find(p, payload, len, &before);
	if (!at)
		return replay_packet(p->replay, payload, len);
	memcpy(rest.bytes, payload, len);
	rest.len = len;
	while (!err && at) {
		err = packet_split(p, &rest, at, before);
		head = (const void *)(rest.bytes + sizeof(struct mold_header) +
				      MOLD_BLOCK_HEAD);
		if (!err)
			err = play_edge(p, get_be48(head->timestamp));
		if (p->stopped)
			return err;
		at = edge_find(p, rest.bytes, rest.len, &before);
	}
	return err ? err : replay_packet(p->replay, rest.bytes, rest.len);
}

/* Plays what waited for its turn; `forced`: also behind a hole that stays. */
static int held_play(struct play *p, bool forced)
{
	const struct ht_feed *feed = p->replay->in->feed;
	struct held *held;
	int err = 0;

	while (!err && !p->stopped &&
	       (held = reorder_next(&p->reorder, feed->expected, forced))) {
		if (held->seq > feed->expected)
			err = reorder_give_up(&p->reorder, feed->expected,
					      held->seq);
		if (!err)
			err = packet_play(p, held->payload, held->len);
		free(held);
		forced = forced && reorder_full(&p->reorder);
	}
	return err;
}

/* One packet of one of the lines. */
static int line_play(struct play *p, struct seen_line *line,
		     const struct line_packet *packet)
{
	const struct ht_feed *feed = p->replay->in->feed;
	const struct mold_header *m = (const void *)packet->payload;
	uint64_t seq = get_be64(&m->seq);
	uint64_t after = seq + block_count(packet->payload), filled;
	int err;

	if (seq && feed->adopted && seq > feed->expected) {
		err = reorder_hold(&p->reorder, 0, packet->payload,
				   packet->len);
		if (!err && reorder_full(&p->reorder))
			err = held_play(p, true);
		return err;
	}
	if (!p->begins_at)
		p->begins_at = seq ? seq : 1;
	filled = reorder_fills(&p->reorder, feed->expected, seq, after);
	p->filled += filled;
	line->filled += filled;
	if (seq && feed->adopted)
		reorder_count_late(&p->reorder, seq, after);
	err = packet_play(p, packet->payload, packet->len);
	return err ? err : held_play(p, false);
}

static int capture_loop(struct play *p, struct capture *capture)
{
	struct line_packet packet = { .group = capture->group };
	struct seen_line *line;
	int err = 0, got;

	while ((got = capture_next(capture, &packet.payload)) > 0) {
		packet.len = (uint32_t)got;
		packet.port = capture->port;
		line = lines_take(&p->lines, &packet);
		if (line)
			err = line_play(p, line, &packet);
		if (err)
			return play_fail(p, err, err, "%s: frame %" PRIu64
					 ": the program refused its packet",
					 p->options->file, capture->frames);
		if (p->stopped)
			return 0;
		if (capture->frames % LOOK_UP_EVERY == 0)
			progress_show(&p->progress, capture_offset(capture),
				      capture->frames, "frames");
	}
	if (got < 0)
		play_fail(p, got, 0, "%s: frame %" PRIu64 ": %s",
			  p->options->file, capture->frames + 1, capture->why);
	return got;
}

int play_capture(struct play *p)
{
	struct capture capture;
	int err, last = 0;

	err = capture_open(&capture, p->options->file);
	if (err)
		return play_fail(p, err, 0, "%s: %s", p->options->file,
				 capture.why);
	lines_init(&p->lines, p->options->groups, p->options->group_count);
	reorder_init(&p->reorder);
	p->replay->in->feed->expected = 0;	/* from its first packet on */
	err = capture_loop(p, &capture);
	while (!last && !p->stopped && p->reorder.waiting && err != -EBADMSG)
		last = held_play(p, true);
	p->took_ns = progress_end(&p->progress);
	if (last && !err)
		err = play_fail(p, last, last, "%s: the program refused a packet that waited for its turn",
				p->options->file);
	if (p->replay->missing && p->replay->in->feed->state != HT_FEED_BAD)
		p->replay->in->feed->state = HT_FEED_GAP;  /* for good */
	p->frames = capture.frames;
	p->others = capture.others;
	last = capture_close(&capture);
	if (!last || err)
		return err;
	return play_fail(p, last, 0, "%s: frame %" PRIu64 ": %s",
			 p->options->file, capture.frames + 1, capture.why);
}
