// SPDX-License-Identifier: GPL-2.0
#include "compare.h"
#include "stream.h"

enum { LEVELS = 100000 };

/* The i-th of LEVELS numbers below LEVELS, each once, not in order: the
 * multiplier is prime.
 */
static uint32_t shuffled(uint32_t i)
{
	return (uint32_t)((uint64_t)i * 48271 % LEVELS);
}

static uint64_t ref_of(uint16_t locate, uint32_t level)
{
	return (uint64_t)locate << 32 | (level + 1);
}

/* Takes the levels [from, to) away, the best first. */
static void levels_drop(struct writer *w, uint16_t locate, char side,
			uint32_t from, uint32_t to)
{
	uint32_t i;

	for (i = 0; i < to - from; i++)
		put(w, msg_delete(locate, ref_of(locate, side == 'B' ?
						 to - 1 - i : from + i)));
}

/* One bid in cents up to 1,000 dollars, one offer each 0.0001 from 50. */
void stream_deep_side(struct writer *w)
{
	uint32_t i;

	for (i = 0; i < LEVELS; i++) {
		uint32_t level = shuffled(i);

		put(w, msg_add(1, ref_of(1, level), 'B', 1 + below(w, 1000),
			       100 * (level + 1)));
		put(w, msg_add(2, ref_of(2, level), 'S', 1 + below(w, 1000),
			       500000 + level));
	}
	levels_drop(w, 1, 'B', LEVELS / 2, LEVELS);
	levels_drop(w, 2, 'S', 0, LEVELS / 2);
	for (i = LEVELS / 2; i < LEVELS; i++)	/* each is the new best */
		put(w, msg_add(1, ref_of(1, i), 'B', 100, 100 * (i + 1)));
	levels_drop(w, 1, 'B', 0, LEVELS);
	levels_drop(w, 2, 'S', LEVELS / 2, LEVELS);
}

static bool better(const struct live *one, const struct live *other)
{
	return one->side == 'B' ? one->px > other->px : one->px < other->px;
}

/* Place of the best order from `from` on; they are of one side. */
static uint32_t best_of(const struct writer *w, uint32_t from)
{
	uint32_t i, best = from;

	for (i = from + 1; i < w->count; i++)
		if (better(&w->order[i], &w->order[best]))
			best = i;
	return best;
}

/* Half of the symbols have one order at the far end of their side that stays;
 * the others run empty.
 */
void stream_far_best(struct writer *w)
{
	enum { SYMBOLS = 16 };
	uint16_t locate;
	uint32_t n;

	for (locate = 1; locate <= SYMBOLS; locate += 4) {
		put_add(w, locate, 'B', 100, 1);
		put_add(w, locate + 1, 'S', 100, ITCH_PRICE_MAX);
	}
	while (w->written < w->messages) {
		uint32_t stay = w->count;

		locate = (uint16_t)(1 + below(w, SYMBOLS));
		for (n = 1 + below(w, 8); n; n--)
			put_add(w, locate, locate % 2 ? 'B' : 'S', 100,
				px_anywhere(w));
		while (w->count > stay)
			put_delete(w, best_of(w, stay));
	}
}

void stream_all_prices(struct writer *w)
{
	static const struct taste taste = {
		.locates = 5, .live = 3000, .px = px_anywhere,
	};

	put_market(w, &taste, w->messages);
	put_drain(w);
}

static uint32_t px_one(struct writer *w)
{
	return 1000000 + 100 * (below(w, 1000) == 0);
}

void stream_crowd(struct writer *w)
{
	static const struct taste taste = {
		.locates = 2, .live = 50000, .px = px_one,
	};

	put_market(w, &taste, w->messages);
	put_drain(w);
}

static uint32_t shares_huge(struct writer *w)
{
	return below(w, 2) ? UINT32_MAX : 1 + below(w, UINT32_MAX);
}

/* A bid of 2^40 - 1 shares, which is the most a level holds. */
static void fullest_level(struct writer *w, uint16_t locate)
{
	uint32_t i;

	for (i = 0; i < 256; i++)
		put_add(w, locate, 'B', UINT32_MAX, 1000000);
	put_add(w, locate, 'B', 255, 1000000);
}

/* 200 live orders cannot reach 40 bits, wherever they stand. */
void stream_big_sizes(struct writer *w)
{
	static const struct taste taste = {
		.locates = 2, .live = 170, .px = px_near, .shares = shares_huge,
	};

	put_market(w, &taste, w->messages / 2);
	fullest_level(w, 10);
	put_reduce(w, w->count - 1, 254);
	put_add(w, 10, 'B', 254, 1000000);
	fullest_level(w, 11);
	w->expect[12] = EXPECT_LOST;
	w->refused = 2;
	fullest_level(w, 12);
	put_add(w, 12, 'B', 1, 1000000);
	w->expect[13] = EXPECT_LOST;
	fullest_level(w, 13);
	put_replace(w, w->count - 1, 256, 1000000);
	put_drain(w);
	put_market(w, &taste, w->messages / 2);
	put_drain(w);
}
