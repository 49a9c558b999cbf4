/* SPDX-License-Identifier: GPL-2.0 */
/*
 * book - add, reduce, replace: the whole state machine of the displayed book
 *
 * path: wire > feed > mold > itch > [order, level, book] > trigger > gate > act
 *
 * An unknown or duplicate reference, an execution of more than is left, or a
 * full table can only mean that the book is not the exchange's any more: the
 * symbol is marked BAD, counted, and its triggers do not act.  The message is
 * still applied as far as it makes sense, so that nothing leaks.
 */
#ifndef HT_BOOK_BPF_H
#define HT_BOOK_BPF_H

#include "level.bpf.h"
#include "order.bpf.h"
#include "walk.bpf.h"

/* One message's work on one symbol. */
struct touch {
	struct ht_counters *n;
	struct ht_book *book;
	struct ht_top *top;
	__u32 locate;
	__u32 moved;		/* 1: the best bid or offer changed */
};

static __always_inline void book_bad(struct touch *t)
{
	if (t->top->book == HT_BOOK_BAD)
		return;
	t->top->book = HT_BOOK_BAD;
	t->book->bad_symbols++;
}

static __always_inline int price_better(__u32 side, __u32 px, __u32 than)
{
	return side == HT_BID ? px > than : px < than;
}

static __always_inline void quote_set(struct touch *t, struct ht_quote *q,
				      __u32 px, __u32 count, __u64 qty)
{
	if (q->px_e4 == px && q->qty == qty && q->orders == count)
		return;
	t->moved = 1;
	q->px_e4 = px;
	q->orders = count;
	q->qty = qty;
}

/* Puts the best level at or behind px on display. */
static __always_inline void quote_next(struct touch *t, struct ht_quote *q,
				       __u32 side, __u32 px)
{
	__u32 level = level_next(t->locate, side, px, t->top->fine_levels);
	__u32 place = level & (HT_BLOCK_LEVELS - 1);
	struct ht_block *block = block_at(level >> HT_BLOCK_BITS);

	if (!level || !block)
		quote_set(t, q, 0, 0, 0);
	else
		quote_set(t, q, block_price(block->key, place),
			  block->orders[place], block->qty[place]);
}

/* Puts an order on the book.  A reference that is there already keeps its
 * first order.
 */
static __always_inline void book_insert(struct touch *t, __u64 ref, __u32 side,
					__u32 shares, __u32 px)
{
	struct ht_quote *q = side == HT_BID ? &t->top->bid : &t->top->ask;
	struct ht_block *block;
	struct ht_order *order;
	__u32 level, place, i;

	i = order_claim(ref);
	if (i != TABLE_NONE && i & TABLE_WAS_THERE) {
		t->n->duplicate_ref++;
		goto bad;
	}
	if (i == TABLE_NONE || t->book->orders >= t->book->order_limit) {
		t->n->orders_full++;
		goto free;
	}
	level = level_open(t->locate, side, px);
	place = level & (HT_BLOCK_LEVELS - 1);
	block = block_at(level >> HT_BLOCK_BITS);
	order = order_at(i);
	if (!level || !block || !order) {
		t->n->levels_full++;
		goto free;
	}
	order->shares = shares;
	order->level = level;
	t->book->orders++;
	if (!block->orders[place]) {
		t->book->levels++;
		t->top->fine_levels += price_grid(px);
	}
	block->orders[place]++;
	block->qty[place] += shares;
	if (!q->orders || px == q->px_e4 || price_better(side, px, q->px_e4))
		quote_set(t, q, px, block->orders[place], block->qty[place]);
	return;

free:
	if (i != TABLE_NONE)
		order_free(i);
bad:
	book_bad(t);
}

/* Takes `shares` off the order in slot i, all of it when that is what is left.
 */
static __always_inline void book_take(struct touch *t, __u32 i,
				      struct ht_order *order, __u32 shares)
{
	__u32 level = order->level;
	__u32 place = level & (HT_BLOCK_LEVELS - 1);
	struct ht_block *block = block_at(level >> HT_BLOCK_BITS);
	struct ht_quote *q;
	__u32 side, px;

	if (!block)
		return;
	side = key_side(block->key);
	px = block_price(block->key, place);
	q = side == HT_BID ? &t->top->bid : &t->top->ask;
	block->qty[place] -= shares;
	order->shares -= shares;
	if (!order->shares) {
		order_free(i);
		t->book->orders--;
		block->orders[place]--;
	}
	if (block->orders[place]) {
		if (px == q->px_e4)
			quote_set(t, q, px, block->orders[place],
				  block->qty[place]);
		return;
	}
	t->book->levels--;
	if (px == q->px_e4)
		quote_next(t, q, side, px);
	t->top->fine_levels -= price_grid(px);
	level_close(level);
}

/* Slot of an order of this symbol, or TABLE_NONE (counted, symbol BAD). */
static __always_inline __u32 book_find(struct touch *t, __u64 ref)
{
	__u32 i = order_find(ref);
	struct ht_order *order;
	struct ht_block *block;

	if (i != TABLE_NONE) {
		order = order_at(i);
		block = order ? block_at(order->level >> HT_BLOCK_BITS) : NULL;
		if (block && key_locate(block->key) == t->locate)
			return i;
	}
	t->n->unknown_ref++;
	book_bad(t);
	return TABLE_NONE;
}

/* Order executed, cancelled in part (shares > 0) or deleted (all).
 * Return: price of the order's level, or 0 when it is unknown.
 */
static __always_inline __u32 book_reduce(struct touch *t, __u64 ref,
					 __u32 shares, int all)
{
	__u32 i = book_find(t, ref);
	struct ht_order *order;
	__u32 px;

	if (i == TABLE_NONE)
		return 0;
	order = order_at(i);
	if (!order)
		return 0;
	px = level_price(order->level);
	if (all) {
		shares = order->shares;
	} else if (shares > order->shares) {
		t->n->over_executed++;
		book_bad(t);
		shares = order->shares;
	}
	book_take(t, i, order, shares);
	return px;
}

/* An order as a message gives it.  Impossible values are counted and go no
 * further: a reference of 0 or all ones is a free or lost slot's.
 */
static __always_inline void book_add(struct touch *t, __u64 ref, __u32 side,
				     __u32 shares, __u32 px)
{
	if (!ref || ref == ~0ull || !shares || !px || px > HT_PRICE_LIMIT) {
		t->n->bad_value++;
		book_bad(t);
		return;
	}
	book_insert(t, ref, side, shares, px);
}

/* The old order dies, the new one inherits its side (ITCH 5.0, Order Replace).
 */
static __always_inline void book_replace(struct touch *t, __u64 ref,
					 __u64 new_ref, __u32 shares, __u32 px)
{
	__u32 i = book_find(t, ref);
	struct ht_order *order;
	struct ht_block *block;
	__u32 side;

	if (i == TABLE_NONE)
		return;
	order = order_at(i);
	if (!order)
		return;
	block = block_at(order->level >> HT_BLOCK_BITS);
	if (!block)
		return;
	side = key_side(block->key);
	book_take(t, i, order, order->shares);
	book_add(t, new_ref, side, shares, px);
}

#endif
