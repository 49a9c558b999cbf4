/* SPDX-License-Identifier: GPL-2.0 */
/*
 * itch - walk the packet's messages: decode a batch, touch it, apply it
 *
 * path: wire > feed > mold > [itch] > book > trigger > gate > act
 */
#ifndef HT_ITCH_BPF_H
#define HT_ITCH_BPF_H

#include "book.bpf.h"
#include "changed.bpf.h"
#include "decode.bpf.h"
#include "symbol.bpf.h"
#include "touch.bpf.h"

enum { APPLY_STRIDE = 8 };	/* messages a round, see kern/loop */

static __always_inline void itch_print(const struct ht_message *r, __u32 px)
{
	struct ht_symbol *s = symbol_at(r->locate);

	if (r->print_px_e4)
		px = r->print_px_e4;
	if (s && px)
		symbol_traded(s, r->itch_ns, px, r->shares);
}

/* A message about an order, under its symbol's sequence lock. */
static __always_inline void itch_book(struct walk *w, struct ht_message *r)
{
	struct ht_work *k = w->work;
	struct update u = {
		.n = w->n,
		.book = w->book,
		.top = top_at(r->locate),
		.orders = w->orders,
		.levels = w->levels,
		.nodes = w->nodes,
		.k = k,
		.r = r,
	};
	__u32 px = 0;

	if (!u.top)
		return;
	HT_WRITE_ONCE(u.top->lock, u.top->lock + 1);
	HT_WRITE_ONCE(k->moved, 0);
	HT_BARRIER();
	if (r->does & HT_TAKES)
		px = book_reduce(&u);
	HT_BARRIER();
	if (r->does & HT_ADDS && (px || !(r->does & HT_TAKES)))
		book_add(&u);
	HT_BARRIER();
	if (k->moved) {
		u.top->seq = k->seq;
		w->n->top_changes++;
	}
	HT_BARRIER();
	HT_WRITE_ONCE(u.top->lock, u.top->lock + 1);
	if (r->does & HT_PRINTS)
		itch_print(r, px);
	if (k->moved)
		changed_note(w, r->locate);
}

/* A message that leaves the book alone. */
static __always_inline void itch_other(struct walk *w,
				       const struct ht_message *r)
{
	struct cursor c = w->c;
	const struct itch_head *m;

	c.off = r->off & CURSOR_RANGE;
	c.end = HT_READ_ONCE(w->work->end);
	m = (const void *)cursor_view(&c, &w->work->window);
	if (!m)
		return;
	switch (m->type) {
	case 'S':
		market_event(w, m);
		break;
	case 'V':
		market_decline_levels(w, m);
		break;
	case 'W':
		market_breach(w, m);
		break;
	default:
		symbol_apply(w, m->type, r->locate, r->itch_ns, m);
	}
}

static long itch_step(__u32 i, void *context)
{
	struct walk *w = context;
	struct ht_work *k = w->work;
	int n;

	for (n = 0; n < APPLY_STRIDE; n++) {
		__u32 at = HT_READ_ONCE(k->next);
		struct ht_message *r;

		HT_COUNT_ROUNDS(n);
		if (at >= HT_BATCH || at >= HT_READ_ONCE(k->count))
			return 1;
		r = &k->message[at];
		if (r->does)
			itch_book(w, r);
		else if (r->off)
			itch_other(w, r);
		k->seq++;
		k->next = at + 1;
	}
	return 0;
}

/* One batch.  Return: 1 behind the last one. */
static long itch_batch(__u32 i, void *context)
{
	struct walk *w = context;
	struct ht_work *k = w->work;

	if (!HT_READ_ONCE(k->left))
		return 1;
	decode_batch(w);
	touch_batch(w);
	k->next = 0;
	ht_loop(HT_BATCH / APPLY_STRIDE + 1, itch_step, w);
	return 0;
}

/* All messages of the packet; seq ends behind the last one applied. */
static __always_inline void itch_walk(struct walk *w)
{
	struct ht_work *k = w->work;

	decode_begin(w);
	ht_loop(w->count / HT_BATCH + 1, itch_batch, w);
	HT_BARRIER();
	if (k->off != k->end)
		k->corrupt = 1;
	w->seq = k->seq;
	w->n->bytes += k->off - w->c.off;
}

#endif
