// SPDX-License-Identifier: GPL-2.0
/*
 * bench_measure - streams through contenders
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "bench.h"
#include "out.h"

enum {
	APART_PACKETS = 1 << 15,	/* that are taken apart, at most */
	CHECK_LEVELS = 1 << 16,		/* of a side */
};

const struct contender contenders[BENCH_CONTENDERS] = {
	[BENCH_DECODE] = {
		"decode", "decode", kernel_open_decode,
		kernel_packet, kernel_expected, kernel_close,
	},
	[BENCH_ORDERS] = {
		"decode_and_orders", "+ orders", kernel_open_orders,
		kernel_packet, kernel_expected, kernel_close,
	},
	[BENCH_PROGRAM] = {
		"program", "program", kernel_open_program,
		kernel_packet, kernel_expected, kernel_close,
	},
	[BENCH_NATIVE] = {
		"native", "native", native_open,
		native_packet, native_expected, native_close,
	},
	[BENCH_BASELINE] = {
		"conventional", "conventional", baseline_open,
		baseline_packet, baseline_expected, baseline_close,
	},
};

/* Plays `packets` frames from `place` on (all with UINT64_MAX) and adds what
 * they took.
 */
static int play(const struct contender *c, const struct stream *s,
		struct stream_place *place, uint64_t packets, uint64_t *ns)
{
	const uint8_t *frame;
	uint32_t len;
	int64_t took;

	while (packets-- && (frame = stream_next(s, place, &len))) {
		took = c->packet(frame, len);
		if (took < 0)
			return out_error((int)took, "%s: packet %" PRIu64,
					 c->heading, place->packets);
		*ns += (uint64_t)took;
	}
	return 0;
}

/* A message that was not applied would look fast. */
static int play_complete(const struct contender *c, const struct stream *s)
{
	if (c->expected() == s->seq)
		return 0;
	out_error(0, "%s: stopped at message %" PRIu64 " of %" PRIu64,
		  c->heading, c->expected(), s->seq - 1);
	return -EBADMSG;
}

/* One contender from an empty book on; *ns is of the packets behind `from`. */
static int play_whole(const struct contender *c, const struct stream *s,
		      uint64_t from, uint64_t *ns)
{
	struct stream_place place = {0};
	int err = c->open();

	if (err)
		return err;
	err = play(c, s, &place, from, ns);
	*ns = 0;
	if (!err)
		err = play(c, s, &place, UINT64_MAX, ns);
	if (!err)
		err = play_complete(c, s);
	c->close();
	return err;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *one = a, *two = b;

	return (*one > *two) - (*one < *two);
}

int measure_rounds(const struct stream *s, uint32_t rounds,
		   struct bench_result *result)
{
	uint64_t ns[BENCH_CONTENDERS][BENCH_ROUNDS_MAX] = {0};
	uint32_t round;
	int i, err;

	for (round = 0; round < rounds; round++)
		for (i = 0; i < BENCH_CONTENDERS; i++) {
			bench_progress("%s: round %u of %u, %s", result->words,
				       round + 1, rounds,
				       contenders[i].heading);
			err = play_whole(&contenders[i], s, 0, &ns[i][round]);
			if (err)
				return err;
		}
	for (i = 0; i < BENCH_CONTENDERS; i++) {
		qsort(ns[i], rounds, sizeof(*ns[i]), by_value);
		result->ns[i] = ns[i][rounds / 2];
		result->least_ns[i] = ns[i][0];
		result->most_ns[i] = ns[i][rounds - 1];
	}
	return 0;
}

/* Messages before a packet of the stream. */
static uint64_t messages_before(const struct stream *s, uint64_t packet)
{
	struct stream_place place = {0};
	const struct mold_header *m;
	const uint8_t *frame = NULL;
	uint32_t len;

	while (place.packets <= packet)
		frame = stream_next(s, &place, &len);
	m = (const void *)(frame + sizeof(struct ht_udp_frame));
	return get_be64(&m->seq) - 1;
}

int measure_half(const struct stream *s, uint32_t rounds,
		 struct bench_point *result)
{
	uint64_t ns[BENCH_ROUNDS_MAX] = {0};
	uint64_t from = s->packets / 2;
	uint32_t round;
	int err;

	for (round = 0; round < rounds; round++) {
		err = play_whole(&contenders[BENCH_PROGRAM], s, from,
				 &ns[round]);
		if (err)
			return err;
	}
	result->messages = s->messages - messages_before(s, from);
	qsort(ns, rounds, sizeof(*ns), by_value);
	result->ns = ns[rounds / 2];
	return 0;
}

/* -- the books, and the times by type ------------------------------------- */

/* The whole stream, timing nothing; the contender stays open. */
static int check_play(const struct contender *c, const struct stream *s)
{
	struct stream_place place = {0};
	uint64_t ns = 0;
	int err = c->open();

	if (!err)
		err = play(c, s, &place, UINT64_MAX, &ns);
	return err ? err : play_complete(c, s);
}

static bool same_side(uint32_t locate, enum ht_side side,
		      struct book_level *levels)
{
	uint32_t count = baseline_levels(locate, side);
	struct book_level theirs;
	int i, got;

	if (count >= CHECK_LEVELS)
		return false;
	/* one more than there should be */
	got = book_side(kernel_instance(), locate, side, levels,
			(int)count + 1);
	for (i = 0; i < got && i < (int)count; i++) {
		theirs = baseline_level(locate, side, (uint32_t)i);
		if (levels[i].px != theirs.px || levels[i].qty != theirs.qty ||
		    levels[i].orders != theirs.orders)
			return false;
	}
	return got == (int)count;
}

static bool same_quote(const struct ht_quote *a, const struct ht_quote *b)
{
	return a->px_e4 == b->px_e4 && a->qty == b->qty &&
	       a->orders == b->orders;
}

/* Every level of the conventional book, every best price of the native one. */
static bool same_books(struct book_level *levels)
{
	const struct instance *in = kernel_instance();
	uint32_t locate;

	if (in->book->orders != baseline_orders() ||
	    in->book->orders != native_totals()->orders ||
	    in->book->levels != native_totals()->levels ||
	    in->book->bad_symbols)
		return false;
	for (locate = 1; locate < HT_LOCATES; locate++) {
		const struct ht_top *native = native_top(locate);

		if (!same_quote(&in->tops[locate].bid, &native->bid) ||
		    !same_quote(&in->tops[locate].ask, &native->ask) ||
		    !same_side(locate, HT_BID, levels) ||
		    !same_side(locate, HT_ASK, levels))
			return false;
	}
	return true;
}

/* The messages of the packets from `place` on one by one, before each packet
 * an empty one.
 */
static int apart_make(struct stream *apart, const struct stream *s,
		      struct stream_place *place)
{
	const uint8_t *frame;
	uint64_t packets = 0;
	uint32_t len;
	int err = 0;

	while (!err && packets++ < APART_PACKETS &&
	       (frame = stream_next(s, place, &len))) {
		err = stream_heartbeat(apart);
		if (!err)
			err = stream_take_apart(apart, frame, len);
	}
	return err;
}

static uint8_t frame_type(const uint8_t *frame, uint32_t len)
{
	uint32_t at = sizeof(struct ht_udp_frame) + sizeof(struct mold_header) +
		      MOLD_BLOCK_HEAD;

	return at < len ? frame[at] % BENCH_TYPES : BENCH_EMPTY;
}

static int apart_play(const struct stream *apart, struct ht_histogram *type)
{
	struct stream_place place = {0};
	const uint8_t *frame;
	uint32_t len;
	int64_t took;

	while ((frame = stream_next(apart, &place, &len))) {
		took = kernel_packet(frame, len);
		if (took < 0)
			return (int)took;
		hist_add(&type[frame_type(frame, len)], (uint64_t)took);
	}
	return 0;
}

/* The program, which stays open: half of the stream packet by packet, some of
 * it message by message, then the rest.
 */
static int books_program(const struct stream *s, struct ht_histogram *type)
{
	const struct contender *c = &contenders[BENCH_PROGRAM];
	struct stream_place place = {0};
	struct stream apart;
	uint64_t ns = 0;
	int err = c->open();

	if (err)
		return err;
	err = play(c, s, &place, s->packets / 2, &ns);
	if (err)
		return err;
	stream_init(&apart, c->expected());
	err = apart_make(&apart, s, &place);
	if (!err)
		err = apart_play(&apart, type);
	if (err)
		out_error(err, "message by message");
	stream_free(&apart);
	if (!err)
		err = play(c, s, &place, UINT64_MAX, &ns);
	return err ? err : play_complete(c, s);
}

static int books_play(const struct stream *s, struct ht_histogram *type)
{
	int err = books_program(s, type);

	if (!err)
		err = check_play(&contenders[BENCH_NATIVE], s);
	if (!err)
		err = check_play(&contenders[BENCH_BASELINE], s);
	return err;
}

int measure_books(const struct stream *s, struct bench_result *result)
{
	struct book_level *levels = calloc(CHECK_LEVELS, sizeof(*levels));
	int err;

	result->type = calloc(BENCH_TYPES, sizeof(*result->type));
	if (!levels || !result->type) {
		free(levels);
		return out_error(-ENOMEM, "%s", result->words);
	}
	bench_progress("%s: message by message, and the books compared",
		       result->words);
	err = books_play(s, result->type);
	if (!err) {
		result->orders = kernel_instance()->book->orders;
		result->levels = kernel_instance()->book->levels;
		result->baseline_bytes = baseline_memory();
		result->same = same_books(levels);
	}
	contenders[BENCH_PROGRAM].close();
	contenders[BENCH_NATIVE].close();
	contenders[BENCH_BASELINE].close();
	free(levels);
	return err;
}
