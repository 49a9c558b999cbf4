/* SPDX-License-Identifier: GPL-2.0 */
/*
 * itch - walk the packet's messages: touch a batch, then apply it
 *
 * path: wire > feed > mold > [itch] > book > trigger > gate > act
 *
 * A block that does not fit the packet, or a message too short for its type,
 * makes the packet corrupt; what came before still counts.
 */
#ifndef HT_ITCH_BPF_H
#define HT_ITCH_BPF_H

#include "book.bpf.h"
#include "changed.bpf.h"
#include "decode.bpf.h"
#include "symbol.bpf.h"
#include "touch.bpf.h"

enum { APPLY_STRIDE = 8 };	/* messages a round, see kern/loop */

/* The order at hand traded, at the message's price or its own. */
static __always_inline void itch_print(const struct update *u)
{
	const struct ht_message *r = &u->k->message;
	struct ht_symbol *s = symbol_at(u->locate);
	__u32 px = r->px_e4 ? r->px_e4 : order_px(u);

	if (s)
		symbol_traded(s, r->itch_ns, px, r->shares);
}

/* A message about an order, under its symbol's sequence lock. */
static __always_inline void itch_book(struct walk *w, __u32 locate)
{
	struct ht_work *k = w->work;
	struct update u = {
		.w = w,
		.top = top_at(locate),
		.k = k,
		.locate = locate,
	};
	int known = 1;

	if (!u.top)
		return;
	HT_WRITE_ONCE(u.top->lock, u.top->lock + 1);
	HT_WRITE_ONCE(k->moved, 0);
	HT_BARRIER();
	if (k->message.does & HT_TAKES)
		known = !book_reduce(&u);
	HT_BARRIER();
	if (k->message.does & HT_ADDS && known)
		book_add(&u);
	HT_BARRIER();
	if (k->moved) {
		u.top->seq = k->seq;
		w->n->top_changes++;
	}
	HT_BARRIER();
	HT_WRITE_ONCE(u.top->lock, u.top->lock + 1);
	if (k->message.does & HT_PRINTS && known)
		itch_print(&u);
	if (k->moved)
		changed_note(w, locate);
}

/* A message that leaves the book alone. */
static __always_inline void itch_other(struct walk *w,
				       const struct itch_head *m, __u32 locate)
{
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
		symbol_apply(w, m->type, locate, get_be48(m->timestamp), m);
	}
}

static __always_inline void itch_apply(struct walk *w,
				       const struct itch_head *m)
{
	__u32 locate = get_be16(&m->locate);

	if (HT_READ_ONCE(w->work->message.does))
		itch_book(w, locate);
	else
		itch_other(w, m, locate);
}

/* Reads one message of `length` bytes at m, of which ITCH_MAX_LEN are there,
 * into k->message.
 * Return: 1 when there is something to apply, 0, or -1 when it is too short
 * for its type, or about the book of locate 0: whose order that is nobody can
 * say.
 */
static __always_inline int itch_decode(struct walk *w, const void *m,
				       __u32 length)
{
	const struct itch_head *head = m;
	__u32 locate = get_be16(&head->locate);
	struct ht_work *k = w->work;
	__u32 wanted;

	if (decode_unwatched(m, length, locate)) {
		w->n->unwatched++;
		k->stamped = k->off;
		return 0;
	}
	wanted = decode_length[(__u8)head->type];
	if (length < wanted) {
		w->n->short_message++;
		return -1;
	}
	decode_message(w->n, &k->message, head->type, m);
	if (!wanted)		/* unknown: skipped by its length */
		return 0;
	k->stamped = k->off;
	if (locate || !HT_READ_ONCE(k->message.does))
		return 1;
	w->n->bad_value++;
	return -1;
}

/* The block at k->off and its length; NULL when it cannot be. */
static __always_inline const void *itch_block(struct walk *w, __u32 *length)
{
	struct ht_work *k = w->work;
	struct cursor c = w->c;
	const __u8 *block;

	c.off = HT_READ_ONCE(k->off) & CURSOR_RANGE;
	c.end = HT_READ_ONCE(k->end);
	block = cursor_view(&c, &k->window);
	if (!block || c.off + MOLD_BLOCK_HEAD > c.end)
		return NULL;
	*length = get_be16(block);
	if (c.off + MOLD_BLOCK_HEAD + *length > c.end)
		return NULL;
	return block + MOLD_BLOCK_HEAD;
}

/* Decodes the next message, at *m.  Return: as itch_decode(). */
static __always_inline int itch_next(struct walk *w, const void **m,
				     __u32 *length)
{
	struct ht_work *k = w->work;

	*m = itch_block(w, length);
	if (!*m)
		return -1;
	if (k->known) {
		k->known--;
		return 0;
	}
	w->n->messages++;
	if (*length)
		return itch_decode(w, *m, *length);
	w->n->empty++;
	return 0;
}

static __always_inline void itch_done(struct ht_work *k, __u32 length)
{
	k->off += MOLD_BLOCK_HEAD + length;
	k->seq++;
	k->left--;
}

static __always_inline void itch_corrupt(struct ht_work *k)
{
	k->corrupt = 1;
	k->left = 0;
}

static long itch_step(__u32 i, void *context)
{
	struct walk *w = context;
	struct ht_work *k = w->work;
	int n;

	if (HT_READ_ONCE(k->left) && i % (HT_BATCH / APPLY_STRIDE) == 0)
		touch_batch(w);
	for (n = 0; n < APPLY_STRIDE; n++) {
		const void *m;
		__u32 length;
		int found;

		HT_COUNT_ROUNDS(n);
		if (!HT_READ_ONCE(k->left))
			return 1;
		found = itch_next(w, &m, &length);
		if (found < 0) {
			itch_corrupt(k);
			return 1;
		}
		if (found)
			itch_apply(w, m);
		itch_done(k, length);
	}
	return 0;
}

/* The walk starts behind the MoldUDP64 header. */
static __always_inline void itch_begin(struct walk *w)
{
	struct ht_work *k = w->work;

	touch_begin(w);
	k->off = w->c.off;
	k->stamped = 0;
	k->end = w->c.end;
	k->left = k->count;
	k->corrupt = 0;
}

/* The time of the last message that had one. */
static __always_inline void itch_stamp(struct walk *w)
{
	struct ht_work *k = w->work;
	struct cursor c = w->c;
	const struct itch_head *m;
	const __u8 *block;

	c.off = HT_READ_ONCE(k->stamped) & CURSOR_RANGE;
	c.end = HT_READ_ONCE(k->end);
	if (!c.off)
		return;
	block = cursor_view(&c, &k->window);
	if (!block)
		return;
	m = (const void *)(block + MOLD_BLOCK_HEAD);
	w->feed->itch_ns = get_be48(m->timestamp);
}

/* All messages of the packet; k->seq ends behind the last one applied. */
static __always_inline void itch_walk(struct walk *w)
{
	struct ht_work *k = w->work;

	itch_begin(w);
	ht_loop(k->count / APPLY_STRIDE + 1, itch_step, w);
	HT_BARRIER();
	if (k->off != k->end)
		k->corrupt = 1;
	itch_stamp(w);
	w->n->bytes += k->off - w->c.off;
}

#endif
