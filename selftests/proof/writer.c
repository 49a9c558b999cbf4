// SPDX-License-Identifier: GPL-2.0
#include "writer.h"

#include <err.h>
#include <stdlib.h>

uint32_t below(struct writer *w, uint32_t limit)
{
	return random_below(&w->random, limit);
}

void put(struct writer *w, struct msg m)
{
	uint8_t length[2];

	put_be16(length, m.len);
	fwrite(length, sizeof(length), 1, w->out);
	fwrite(m.byte, m.len, 1, w->out);
	w->written++;
}

static struct live *live_new(struct writer *w)
{
	if (w->count == w->room) {
		w->room = w->room ? 2 * w->room : 1024;
		w->order = realloc(w->order, w->room * sizeof(*w->order));
		if (!w->order)
			err(2, "proof: live orders");
	}
	return &w->order[w->count++];
}

void put_add(struct writer *w, uint16_t locate, char side, uint32_t shares,
	     uint32_t px)
{
	struct live *order = live_new(w);

	*order = (struct live){
		.ref = w->ref(w), .locate = locate, .side = side,
		.shares = shares, .px = px,
	};
	put(w, msg_add(locate, order->ref, side, shares, px));
}

static void forget(struct writer *w, uint32_t i)
{
	w->order[i] = w->order[--w->count];
}

void put_delete(struct writer *w, uint32_t i)
{
	put(w, msg_delete(w->order[i].locate, w->order[i].ref));
	forget(w, i);
}

void put_reduce(struct writer *w, uint32_t i, uint32_t shares)
{
	struct live *order = &w->order[i];

	switch (below(w, 3)) {
	case 0:
		put(w, msg_executed(order->locate, order->ref, shares));
		break;
	case 1:
		put(w, msg_executed_price(order->locate, order->ref, shares,
					  below(w, 2) ? 'Y' : 'N',
					  px_anywhere(w)));
		break;
	default:
		put(w, msg_cancel(order->locate, order->ref, shares));
	}
	order->shares -= shares;
	if (!order->shares)
		forget(w, i);
}

void put_replace(struct writer *w, uint32_t i, uint32_t shares, uint32_t px)
{
	struct live *order = &w->order[i];
	uint64_t old = order->ref;

	order->ref = w->ref(w);
	order->shares = shares;
	order->px = px;
	put(w, msg_replace(order->locate, old, order->ref, shares, px));
}

void put_drain(struct writer *w)
{
	while (w->count)
		put_delete(w, below(w, w->count));
}

static uint32_t some_shares(struct writer *w, const struct taste *taste)
{
	return taste->shares ? taste->shares(w) : 1 + below(w, 1000);
}

void put_market(struct writer *w, const struct taste *taste, uint64_t messages)
{
	uint64_t end = w->written + messages;

	while (w->written < end) {
		uint32_t i = w->count ? below(w, w->count) : 0;
		uint32_t what = below(w, 20);

		if (!w->count ||
		    (what < 10 && w->count < taste->live + taste->live / 8))
			put_add(w, (uint16_t)(1 + below(w, taste->locates)),
				below(w, 2) ? 'B' : 'S',
				some_shares(w, taste), taste->px(w));
		else if (what < (w->count < taste->live ? 11 : 14))
			put_delete(w, i);
		else if (what < 17)
			put_reduce(w, i, 1 + below(w, w->order[i].shares));
		else
			put_replace(w, i, some_shares(w, taste),
				    taste->px(w));
	}
}

uint32_t px_near(struct writer *w)
{
	return 990000 + 100 * below(w, 200);
}

uint32_t px_anywhere(struct writer *w)
{
	uint32_t px = below(w, 2u << below(w, 31)) % (ITCH_PRICE_MAX + 1);

	if (below(w, 2))
		px -= px % 100;
	return px ? px : 1;
}
