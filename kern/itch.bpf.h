/* SPDX-License-Identifier: GPL-2.0 */
/*
 * itch - walk the message blocks, decode, and say what each one means
 *
 * path: wire > feed > mold > [itch] > book > trigger > gate > act
 *
 * A block's length is authoritative: unknown types are skipped by it, known
 * ones may only be longer than ITCH 5.0 says.  A block that does not fit the
 * packet, or bytes left behind the last one, make the packet corrupt.
 */
#ifndef HT_ITCH_BPF_H
#define HT_ITCH_BPF_H

#include "book.bpf.h"
#include "changed.bpf.h"
#include "loop.bpf.h"
#include "symbol.bpf.h"
#include "wire.h"

/* -- the seven messages that change the book ------------------------------ */

static __always_inline void itch_add_order(struct touch *t, const void *m)
{
	const struct itch_add *a = m;

	if (a->side != 'B' && a->side != 'S') {
		t->n->bad_value++;
		book_bad(t);
		return;
	}
	book_add(t, get_be64(&a->ref), a->side == 'B' ? HT_BID : HT_ASK,
		 get_be32(&a->shares), get_be32(&a->price));
}

static __always_inline void itch_replace_order(struct touch *t, const void *m)
{
	const struct itch_replace *u = m;

	book_replace(t, get_be64(&u->ref), get_be64(&u->new_ref),
		     get_be32(&u->shares), get_be32(&u->price));
}

/* E prints at the resting order's own price, which only the book knows; C at
 * the message's, and only when it is printable.
 */
static __always_inline void itch_execute(struct touch *t, struct ht_symbol *s,
					 __u64 itch_ns, const void *m)
{
	const struct itch_executed_price *c = m;	/* E is its beginning */
	__u32 shares = get_be32(&c->shares);
	__u32 px = book_reduce(t, get_be64(&c->ref), shares, 0);

	if (c->head.type == 'C') {
		px = get_be32(&c->price);
		if (c->printable != 'Y')
			return;
	}
	if (px)
		symbol_traded(s, itch_ns, px, shares);
}

/* Runs one of them under the symbol's sequence lock. */
static __always_inline void itch_book(struct walk *w, char type, __u32 locate,
				      __u64 itch_ns, const void *m)
{
	const struct itch_cancel *x = m;	/* D is its beginning */
	struct ht_symbol *s = symbol_at(locate);
	struct touch t = {
		.n = w->n,
		.book = book_get(),
		.top = top_at(locate),
		.locate = locate,
	};
	__u64 unknown = w->n->unknown_ref;

	if (!t.book || !t.top || !s)
		return;
	HT_WRITE_ONCE(t.top->lock, t.top->lock + 1);
	HT_BARRIER();
	switch (type) {
	case 'A':
	case 'F':
		itch_add_order(&t, m);
		break;
	case 'D':
		book_reduce(&t, get_be64(&x->ref), 0, 1);
		break;
	case 'X':
		book_reduce(&t, get_be64(&x->ref), get_be32(&x->shares), 0);
		break;
	case 'U':
		itch_replace_order(&t, m);
		break;
	default:
		itch_execute(&t, s, itch_ns, m);
	}
	if (t.moved) {
		t.top->seq = w->seq;
		w->n->top_changes++;
	}
	HT_BARRIER();
	HT_WRITE_ONCE(t.top->lock, t.top->lock + 1);
	if (w->n->unknown_ref != unknown)
		s->unknown_refs++;
	if (t.moved)
		changed_note(w, locate);
}

/* -- the walk -------------------------------------------------------------- */

static __always_inline void itch_count(struct ht_counters *n, char type)
{
	switch (type) {
#define X(type, name, len, what) case type: n->itch_##name++; break;
	ITCH_MESSAGES(X)
#undef X
	}
}

/* One message of `length` bytes at m; ITCH_MAX_LEN bytes can be read.
 * Return: 0, or -1 when it is too short for its type, or about the book of
 * locate 0.
 */
static __always_inline int itch_apply(struct walk *w, const __u8 *m,
				      __u32 length)
{
	const struct itch_head *head = (const void *)m;
	char type = head->type;
	__u32 wanted = itch_length(type);
	__u64 itch_ns;
	__u32 locate;

	if (!wanted) {
		w->n->unknown_type++;
		return 0;
	}
	if (length < wanted) {
		w->n->short_message++;
		return -1;
	}
	locate = get_be16(&head->locate);
	itch_ns = get_be48(head->timestamp);
	w->feed->itch_ns = itch_ns;
	itch_count(w->n, type);
	switch (type) {
	case 'A':
	case 'F':
	case 'E':
	case 'C':
	case 'X':
	case 'D':
	case 'U':
		if (!locate) {	/* whose order it is nobody can say */
			w->n->bad_value++;
			return -1;
		}
		itch_book(w, type, locate, itch_ns, m);
		break;
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
		symbol_apply(w, type, locate, itch_ns, m);
	}
	return 0;
}

/* One block.  Return: 1 to stop at a corrupt packet, else 0. */
static long itch_step(__u32 i, void *context)
{
	struct walk *w = context;
	const __u8 *block = cursor_view(&w->c, &w->changed->window);
	__u32 length;

	if (!block || w->c.off + MOLD_BLOCK_HEAD > w->c.end)
		goto corrupt;
	length = get_be16(block);
	if (w->c.off + MOLD_BLOCK_HEAD + length > w->c.end)
		goto corrupt;
	if (i >= w->known) {
		w->n->messages++;
		if (!length)
			w->n->empty++;
		else if (itch_apply(w, block + MOLD_BLOCK_HEAD, length))
			goto corrupt;
	}
	w->c.off = (w->c.off + MOLD_BLOCK_HEAD + length) & CURSOR_RANGE;
	w->seq++;
	return 0;

corrupt:
	w->corrupt = 1;
	return 1;
}

/*
 * A first pass over the packet looks at each order's slot once.  These reads
 * do not depend on each other, so their cache misses overlap; in the second
 * pass every message would wait for its own.  Messages without a reference
 * look at a slot that does not matter.
 */
static long itch_touch(__u32 i, void *context)
{
	struct walk *w = context;
	const struct itch_delete *m;
	const __u8 *block = cursor_direct(&w->ahead,
					  MOLD_BLOCK_HEAD + sizeof(*m));

	if (!block)
		return 1;
	m = (const void *)(block + MOLD_BLOCK_HEAD);
	order_touch(get_be64(&m->ref));
	w->ahead.off = (w->ahead.off + MOLD_BLOCK_HEAD + get_be16(block)) &
		       CURSOR_RANGE;
	return 0;
}

/* All messages of the packet; seq ends behind the last one applied. */
static __always_inline void itch_walk(struct walk *w)
{
	__u32 start = w->c.off;

	w->ahead = w->c;
	if (w->count > 1)
		ht_loop(w->count, itch_touch, w);
	ht_loop(w->count, itch_step, w);
	if (w->c.off != w->c.end)
		w->corrupt = 1;
	w->n->bytes += w->c.off - start;
}

#endif
