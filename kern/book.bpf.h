/* SPDX-License-Identifier: GPL-2.0 */
/*
 * book - add, reduce, replace: the whole state machine of the displayed book
 *
 * path: wire > feed > mold > itch > [order, near, far, book] > trigger > ...
 *
 * An unknown or duplicate reference, an execution of more than is left, or a
 * full table can only mean that the book is not the exchange's any more: the
 * symbol is marked BAD, counted, and its triggers do not act.  The message is
 * still applied as far as it makes sense, so that nothing leaks.
 */
#ifndef HT_BOOK_BPF_H
#define HT_BOOK_BPF_H

#include "far.bpf.h"
#include "near.bpf.h"
#include "order.bpf.h"
#include "walk.bpf.h"

/* One message's update of one symbol. */
struct update {
	struct walk *w;
	struct ht_top *top;
	struct ht_work *k;
	__u32 locate;
	__u32 px_side;		/* of the order at hand: price << 1 | side */
};

static __always_inline void book_bad(struct ht_book *book, struct ht_top *top)
{
	if (top->book == HT_BOOK_BAD)
		return;
	top->book = HT_BOOK_BAD;
	book->bad_symbols++;
}

/* Side and price of the order at hand. */
static __always_inline __u32 order_side(const struct update *u)
{
	return u->px_side & 1;
}

static __always_inline __u32 order_px(const struct update *u)
{
	return u->px_side >> 1;
}

/* Quote and near levels of its side.  verifier: one pointer, not one per
 * side.
 */
static __always_inline struct ht_quote *side_quote(struct update *u)
{
	return &u->top->bid + order_side(u);
}

static __always_inline struct ht_near *side_near(struct update *u)
{
	return &u->top->near[order_side(u)];
}

/* Puts a level on display. */
static __always_inline void quote_set(struct update *u, struct ht_quote *q,
				      __u32 px, __u64 word)
{
	u->k->moved = 1;
	q->px_e4 = px;
	q->orders = level_orders(word);
	q->qty = level_qty(word);
}

/* The best level is gone: displays the next one, or none. */
static __always_inline void quote_next(struct update *u, struct ht_quote *q)
{
	struct ht_near *near = side_near(u);
	struct ht_work *k = u->k;

	k->place = near_best(near, order_side(u));
	if (!k->place && near->px_e4[0])
		k->place = near_pull(far_whose(u->locate, order_side(u)),
				     order_px(u));
	HT_BARRIER();
	if (HT_READ_ONCE(k->place))
		quote_set(u, q, *near_px(near, HT_READ_ONCE(k->place)),
			  *near_level(near, HT_READ_ONCE(k->place)));
	else
		quote_set(u, q, 0, 0);
}

/* Finds the near place of a new order's level, or one that is free for it:
 * k->place; 0 when its price is far.
 */
static __always_inline void book_place(struct update *u, struct ht_near *near)
{
	__u32 side = order_side(u), px = order_px(u);
	struct ht_work *k = u->k;

	k->place = 0;
	if (!near_holds(near, side, px))
		return;
	k->place = near_find(near, px);
	if (HT_READ_ONCE(k->place))
		return;
	k->place = near_free(near);
	if (!HT_READ_ONCE(k->place))
		k->place = near_push(far_whose(u->locate, side), px);
}

/* A new order on its near level.  Return: 0, or -1 when the level is full. */
static __always_inline int book_add_near(struct update *u, struct ht_near *near,
					 __u32 shares)
{
	__u32 side = order_side(u), px = order_px(u);
	__u32 place = HT_READ_ONCE(u->k->place);
	__u64 *word = near_level(near, place);
	struct ht_quote *q = side_quote(u);
	__u64 more = level_more(*word, shares);

	if (!more)
		return -1;
	if (!*word) {
		u->w->book->levels++;
		near_open(near, place, px);
	}
	*word = more;
	if (price_rank(side, px) <= price_rank(side, q->px_e4))
		quote_set(u, q, px, more);
	return 0;
}

/* A new order on its far level.  Return: 0, or -1 when there is no room; a near
 * level that found none is not far.
 */
static __always_inline int book_add_far(struct update *u, struct ht_near *near,
					__u32 shares)
{
	__u32 side = order_side(u), px = order_px(u);

	if (near_holds(near, side, px))
		return -1;
	u->k->far_uses++;
	return far_add(far_whose(u->locate, side), px, shares);
}

/* Puts the order at hand on the book.  A key that is there already
 * keeps its first order.
 */
static __always_inline void book_insert(struct update *u, __u64 key)
{
	__u32 shares = HT_READ_ONCE(u->k->message.shares);
	struct ht_near *near = side_near(u);
	struct ht_work *k = u->k;
	struct ht_order *order;

	k->slot = order_room(u->w->orders, key, order_home(key, cfg_order_mask));
	if (k->slot == ORDER_TAKEN) {
		u->w->n->duplicate_ref++;
		goto bad;
	}
	if (k->slot == ORDER_NONE || u->w->book->orders >= u->w->book->order_limit) {
		u->w->n->orders_full++;
		goto bad;
	}
	book_place(u, near);
	HT_BARRIER();
	if (HT_READ_ONCE(k->place) ? book_add_near(u, near, shares)
				   : book_add_far(u, near, shares))
		goto full;
	HT_BARRIER();
	order = order_at(u->w->orders, k);
	order->key = key;
	order->shares = shares;
	order->px_side = u->px_side;
	u->w->book->orders++;
	return;

full:
	u->w->n->levels_full++;
bad:
	book_bad(u->w->book, u->top);
}

/* `less` off the word of the order's near level. */
static __always_inline void book_take_near(struct update *u,
					   struct ht_near *near, __u64 less)
{
	struct ht_quote *q = side_quote(u);
	__u32 px = order_px(u);
	__u32 place = near_find(near, px);
	__u64 word = *near_level(near, place) - less;

	if (!place) {		/* cannot be; if it is, nobody trades on it */
		book_bad(u->w->book, u->top);
		return;
	}
	*near_level(near, place) = word;
	if (!word) {
		near_close(near, place);
		u->w->book->levels--;
	}
	if (px != q->px_e4 || !less)
		return;
	if (word)
		quote_set(u, q, px, word);
	else
		quote_next(u, q);
}

/* An order this symbol does not have. */
static __always_inline void book_unknown(struct update *u)
{
	struct ht_symbol *s = symbol_at(u->locate);

	u->w->n->unknown_ref++;
	if (s)
		s->unknown_refs++;
	book_bad(u->w->book, u->top);
}

/* Takes from an order what the message says.
 * Return: 0, or -1 when there is no such order.
 */
static __always_inline int book_reduce(struct update *u)
{
	const struct ht_message *m = &u->k->message;
	__u64 key = order_key(u->locate, m->ref);
	struct ht_work *k = u->k;
	struct ht_order *order;
	struct ht_near *near;
	__u64 less;

	k->slot = order_find(u->w->orders, key, order_home(key, cfg_order_mask));
	if (k->slot == ORDER_NONE || m->ref > HT_REF_LIMIT) {
		book_unknown(u);
		return -1;
	}
	order = order_at(u->w->orders, k);
	u->px_side = order->px_side;
	less = order->shares;
	if (!(m->does & HT_ALL) && m->shares != less) {
		if (m->shares < less) {
			less = m->shares;
		} else {
			u->w->n->over_executed++;
			book_bad(u->w->book, u->top);
		}
	}
	order->shares -= less;
	if (!order->shares) {
		order_free(u->w->orders, k);
		u->w->book->orders--;
		less += HT_LEVEL_ORDER;
	}
	near = side_near(u);
	if (near_holds(near, order_side(u), order_px(u))) {
		book_take_near(u, near, less);
	} else {
		k->far_uses++;
		if (far_take(far_whose(u->locate, order_side(u)), order_px(u),
			     less))
			book_bad(u->w->book, u->top);
	}
	return 0;
}

/* Adds an order as the message gives it, on its own side or the one it
 * replaces.  Impossible values are counted and go no further.
 */
static __always_inline void book_add(struct update *u)
{
	const struct ht_message *m = &u->k->message;
	__u32 side = m->does & HT_TAKES ? order_side(u) : m->side;

	if (!m->new_ref || m->new_ref > HT_REF_LIMIT || !m->shares ||
	    !m->px_e4 || m->px_e4 > HT_PRICE_LIMIT || side > HT_ASK) {
		u->w->n->bad_value++;
		book_bad(u->w->book, u->top);
		return;
	}
	u->px_side = m->px_e4 << 1 | side;
	book_insert(u, order_key(u->locate, m->new_ref));
}

#endif
