// SPDX-License-Identifier: GPL-2.0
#include "maps.h"

#include "compare.h"
#include "stream.h"

static uint64_t ref_step_1(struct writer *w)
{
	return w->next_ref++;
}

static uint64_t ref_step_4(struct writer *w)
{
	return w->next_ref += 4;
}

static uint64_t ref_step_64(struct writer *w)
{
	return w->next_ref += 64;
}

static uint64_t ref_step_65536(struct writer *w)
{
	return w->next_ref += 65536;
}

static uint64_t ref_descending(struct writer *w)
{
	return w->next_ref--;
}

/* Twice the same in 2^48: not in a session of this length. */
static uint64_t ref_random(struct writer *w)
{
	return 1 + random_next(&w->random) % HT_REF_LIMIT;
}

/* Close to as many live orders as the table was made for. */
static void market(struct writer *w, uint64_t (*ref)(struct writer *w),
		   uint64_t first)
{
	static const struct taste taste = {
		.locates = 20, .live = LIMIT_REFS * 7 / 8, .px = px_near,
	};

	w->ref = ref;
	w->next_ref = first;
	put_market(w, &taste, w->messages);
	put_drain(w);
}

void stream_refs_dense(struct writer *w)
{
	market(w, ref_step_1, 1);
}

void stream_refs_step_4(struct writer *w)
{
	market(w, ref_step_4, 3);
}

void stream_refs_step_64(struct writer *w)
{
	market(w, ref_step_64, 0);
}

void stream_refs_step_65536(struct writer *w)
{
	market(w, ref_step_65536, 0);
}

void stream_refs_descending(struct writer *w)
{
	market(w, ref_descending, HT_REF_LIMIT);
}

void stream_refs_random(struct writer *w)
{
	market(w, ref_random, 0);
}

/* The next reference whose home is that of the one before.  The mask is of a
 * table for LIMIT_ORDERS; in a larger one, their homes are close together.
 */
static uint64_t ref_colliding(struct writer *w)
{
	enum { MASK = HT_BUCKET_ORDERS * 1024 - 1 };
	uint32_t home = order_home(w->next_ref, MASK);

	while (order_home(++w->next_ref, MASK) != home)
		;
	return w->next_ref;
}

/* Symbol 10 wants hundreds of them, and may be refused. */
static void pile(struct writer *w)
{
	uint32_t i;

	w->expect[10] = EXPECT_EITHER;
	for (i = 0; i < LIMIT_ORDERS / 2; i++)
		put_add(w, 10, 'B', 100, px_near(w));
}

/* A few such orders fit near their home, before and after the pile.  While it
 * stands, anybody may come upon it.
 */
void stream_refs_colliding(struct writer *w)
{
	static const struct taste few = {
		.locates = 5, .live = 50, .px = px_near,
	};
	static const struct taste more = {
		.locates = 5, .live = LIMIT_ORDERS * 7 / 8, .px = px_near,
	};
	uint16_t locate;

	w->ref = ref_colliding;
	w->next_ref = random_next(&w->random) >> 17;
	put_market(w, &few, w->messages / 3);
	put_drain(w);
	pile(w);
	put_drain(w);
	put_market(w, &few, w->messages / 3);
	put_drain(w);
	pile(w);
	for (locate = 1; locate <= 5; locate++)
		w->expect[locate] = EXPECT_EITHER;
	w->ref = ref_random;
	put_market(w, &more, w->messages / 3);
	put_drain(w);
}
