// SPDX-License-Identifier: GPL-2.0
#include "native/flow.h"

#include "stream.h"

/* A tick away, far away, or where it was. */
static uint32_t px_moved(struct writer *w, uint32_t px)
{
	switch (below(w, 4)) {
	case 0:
		return px_anywhere(w);
	case 1:
		return px;
	case 2:
		return px > 100 ? px - 100 : px;
	default:
		return px + 1 < ITCH_PRICE_MAX ? px + 1 : px;
	}
}

/* Every tenth link keeps its reference: the old order dies first. */
void stream_replace_chains(struct writer *w)
{
	enum { CHAINS = 7 };
	uint32_t i;

	for (i = 0; i < CHAINS; i++)
		put_add(w, (uint16_t)(1 + i % 3), i % 2 ? 'S' : 'B', 100,
			1000000 + 100 * i);
	while (w->written < w->messages) {
		struct live *order = &w->order[below(w, CHAINS)];
		uint32_t px = px_moved(w, order->px);

		if (below(w, 10)) {
			put_replace(w, (uint32_t)(order - w->order),
				    1 + below(w, 1000), px);
			continue;
		}
		order->px = px;
		put(w, msg_replace(order->locate, order->ref, order->ref,
				   order->shares, px));
	}
	put_drain(w);
}

/* E, C and X in turn, of one share, of most, of nothing; the last part ends
 * the order.
 */
void stream_by_parts(struct writer *w)
{
	while (w->written < w->messages) {
		uint32_t i = w->count ? below(w, w->count) : 0;
		uint32_t left = w->count ? w->order[i].shares : 0;

		if (w->count < 50)
			put_add(w, (uint16_t)(1 + below(w, 4)),
				below(w, 2) ? 'B' : 'S', 1 + below(w, 30),
				px_near(w));
		else if (!below(w, 50))
			put(w, msg_executed(w->order[i].locate,
					    w->order[i].ref, 0));
		else
			put_reduce(w, i, below(w, 3) ? 1 : 1 + below(w, left));
	}
	while (w->count)
		put_reduce(w, 0, w->order[0].shares);
}

/* Everything here is about order 1 of symbol 101, bid, 100 at 10 dollars; so
 * are orders 2 and 3 of 102 and 103, at the same price.
 */
static void mistaken_symbols(struct writer *w)
{
	uint16_t i;

	for (i = 1; i <= 3; i++)
		put(w, msg_add(100 + i, i, 'B', 100, 100000));
	put(w, msg_executed(102, 1, 10));
	put(w, msg_cancel(102, 1, 10));
	put(w, msg_delete(102, 1));
	put(w, msg_replace(102, 1, 4, 100, 100000));
	put(w, msg_add(104, 1, 'B', 100, 100000));
	put(w, msg_add(104, 1, 'S', 100, 100000));
	put(w, msg_replace(101, 1, 2, 50, 100000));	/* of another */
	put(w, msg_replace(103, 3, 3, 50, 100100));	/* itself: fine */
	put(w, msg_delete(101, 1));			/* died above */
	put(w, msg_executed(102, 2, 101));
	put(w, msg_delete(103, 3));
	put(w, msg_directory(105, "ONE", 'P'));
	put(w, msg_directory(105, "ONE", 'P'));
	put(w, msg_directory(106, "TWO", 'P'));
	put(w, msg_directory(106, "OTHER", 'P'));
}

void stream_cannot_be(struct writer *w)
{
	static const struct flow_shape crowded = {	/* 7 prices */
		.locates = 40, .live = 2000, .width = 300,
		.bad_per_mille = 100,
	};
	static struct flow flow;

	mistaken_symbols(w);
	flow_init(&flow, random_next(&w->random), crowded);
	while (w->written < w->messages)
		put(w, flow_next(&flow));
}

/* An order and its end, each longer than ITCH 5.0 says: what a later version
 * might append is not looked at.
 */
static void put_longer(struct writer *w, uint16_t locate)
{
	uint64_t ref = w->ref(w);
	struct msg m = msg_add(locate, ref, 'B', 100, px_near(w));

	m.len += 1 + below(w, ITCH_MAX_LEN - m.len);
	put(w, m);
	m = msg_delete(locate, ref);
	m.len += 1 + below(w, ITCH_MAX_LEN - m.len);
	put(w, m);
}

/* What leaves the book alone: other types, and types that nobody knows. */
static void put_noise(struct writer *w)
{
	static const char others[] = "SHYLVWKJhPQBINO";
	uint16_t locate = (uint16_t)(1 + below(w, 40));
	struct msg m;
	char name[9];

	switch (below(w, 4)) {
	case 0:
		snprintf(name, sizeof(name), "T%u", (unsigned int)locate);
		put(w, msg_directory(locate, name, 'P'));
		break;
	case 1:
		m = msg_of('D', locate);
		m.byte[0] = 'z';
		m.len = (uint16_t)(1 + below(w, ITCH_MAX_LEN));
		put(w, m);
		break;
	case 2:
		put_longer(w, locate);
		break;
	default:
		put(w, msg_of(others[below(w, sizeof(others) - 1)], locate));
	}
}

void stream_mixed(struct writer *w)
{
	static const struct taste taste = {
		.locates = 40, .live = 1000, .px = px_near,
	};

	while (w->written < w->messages) {
		put_market(w, &taste, 1 + below(w, 8));
		put_noise(w);
	}
	put_drain(w);
}

/* Every third symbol has a name. */
void stream_all_locates(struct writer *w)
{
	static const struct taste taste = {
		.locates = 65535, .live = 140000, .px = px_near,
	};
	uint32_t locate;
	char name[9];

	for (locate = 1; locate <= 65535; locate++) {
		snprintf(name, sizeof(name), "T%u", (unsigned int)locate);
		if (locate % 3 == 0)
			put(w, msg_directory((uint16_t)locate, name, 'P'));
		put_add(w, (uint16_t)locate, 'B', 100, px_near(w));
		put_add(w, (uint16_t)locate, 'S', 100, px_anywhere(w));
	}
	put_market(w, &taste, w->messages);
}
