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

#include "decode.bpf.h"
#include "level.bpf.h"
#include "order.bpf.h"
#include "walk.bpf.h"

/* One message's update of one symbol. */
struct update {
	struct ht_counters *n;
	struct ht_book *book;
	struct ht_top *top;
	struct ht_orders *orders;
	struct ht_levels *levels;
	struct ht_nodes *nodes;
	struct ht_work *k;
	struct ht_message *r;
};

static __always_inline void book_bad(struct ht_book *book, struct ht_top *top)
{
	if (top->book == HT_BOOK_BAD)
		return;
	top->book = HT_BOOK_BAD;
	book->bad_symbols++;
}

static __always_inline int price_better(__u32 side, __u32 px, __u32 than)
{
	return side == HT_BID ? px > than : px < than;
}

static __always_inline void quote_set(struct update *u, struct ht_quote *q,
				      __u32 px, __u32 count, __u64 qty)
{
	if (q->px_e4 == px && q->qty == qty && q->orders == count)
		return;
	u->k->moved = 1;
	q->px_e4 = px;
	q->orders = count;
	q->qty = qty;
}

/* Puts a level on display. */
static __always_inline void quote_level(struct update *u, struct ht_quote *q,
					__u32 px, __u64 word)
{
	quote_set(u, q, px, level_orders(word), level_qty(word));
}

/* Puts the best level behind the one at `place` of the block on display.  Off
 * the cent grid or near it both grids may have it; else it is often close by.
 */
static __always_inline void quote_next(struct update *u, struct ht_quote *q,
				       struct ht_block *block, __u32 level)
{
	__u32 side = key_side(block->key);
	__u32 next = 0;

	if (!u->top->fine_levels)
		next = block_beyond(block, level >> HT_PLACE_BITS, side,
				    level & HT_BLOCK_LEVELS);
	if (!next) {
		next = level_next(u->r->locate, side, q->px_e4,
				  u->top->fine_levels);
		block = block_at(u->levels, next >> HT_PLACE_BITS);
	}
	if (!next)
		quote_set(u, q, 0, 0, 0);
	else
		quote_level(u, q,
			    block_price(block->key, next & HT_BLOCK_LEVELS),
			    *level_word(block, next & HT_BLOCK_LEVELS));
}

/* One more order of `shares` on a level.  Return: its word, or 0 when that
 * would be more than a level can hold.
 */
static __always_inline __u64 level_more(__u64 word, __u32 shares)
{
	if (level_qty(word) + shares > HT_LEVEL_QTY_MOST ||
	    level_orders(word) == HT_LEVEL_ORDERS_MOST)
		return 0;
	return word + HT_LEVEL_ORDER + shares;
}

/* Quote of the side in k->side.  verifier: one pointer, not one per side. */
static __always_inline struct ht_quote *book_quote(struct update *u)
{
	return &u->top->bid + (HT_READ_ONCE(u->k->side) & 1);
}

/* The block of k->level. */
static __always_inline struct ht_block *book_block(struct update *u)
{
	return block_at(u->levels, HT_READ_ONCE(u->k->level) >> HT_PLACE_BITS);
}

/* Puts an order on the book.  A reference that is there already keeps its
 * first order.
 */
static __always_inline void book_insert(struct update *u)
{
	struct ht_message *r = u->r;
	struct ht_work *k = u->k;
	struct ht_quote *q;
	__u64 *word, more;

	k->slot = order_room(u->orders, r->new_ref, r->new_slot);
	if (k->slot == ORDER_TAKEN) {
		u->n->duplicate_ref++;
		goto bad;
	}
	if (k->slot == ORDER_NONE || u->book->orders >= u->book->order_limit) {
		u->n->orders_full++;
		goto bad;
	}
	k->level = level_open(u->nodes, r);
	if (!k->level) {
		u->n->levels_full++;
		goto bad;
	}
	word = level_word(book_block(u), k->level & HT_BLOCK_LEVELS);
	more = level_more(*word, r->shares);
	if (!more) {
		u->n->levels_full++;
		goto bad;
	}
	*order_at(u->orders, k) = (struct ht_order){ r->new_ref, r->shares, k->level };
	u->book->orders++;
	if (!*word) {
		u->book->levels++;
		u->top->fine_levels += price_grid(r->px_e4);
	}
	*word = more;
	q = book_quote(u);
	if (!q->orders || r->px_e4 == q->px_e4 ||
	    price_better(k->side, r->px_e4, q->px_e4))
		quote_level(u, q, r->px_e4, more);
	return;

bad:
	book_bad(u->book, u->top);
}

/* Takes `shares` off the order in k->slot, all of it when that is what is
 * left.
 */
static __always_inline void book_take(struct update *u, struct ht_order *order,
				      struct ht_block *block, __u32 shares)
{
	struct ht_work *k = u->k;
	__u32 place = k->level & HT_BLOCK_LEVELS;
	__u64 *word = level_word(block, place);
	__u32 px = block_price(block->key, place);
	struct ht_quote *q = book_quote(u);
	__u64 less = *word - shares;

	order->shares -= shares;
	if (!order->shares) {
		order_free(u->orders, k);
		u->book->orders--;
		less -= HT_LEVEL_ORDER;
	}
	*word = less;
	if (less) {
		if (px == q->px_e4)
			quote_level(u, q, px, less);
		return;
	}
	u->book->levels--;
	if (px == q->px_e4)
		quote_next(u, q, block, k->level);
	u->top->fine_levels -= price_grid(px);
	if (!block_occupied(block))
		block_close(k->level >> HT_PLACE_BITS);
}

/* An order this symbol does not have. */
static __always_inline void book_unknown(struct update *u)
{
	struct ht_symbol *s = symbol_at(u->r->locate);

	u->n->unknown_ref++;
	if (s)
		s->unknown_refs++;
	book_bad(u->book, u->top);
}

/* Takes from an order what the message says.
 * Return: its price, or 0 when there is no such order.
 */
static __always_inline __u32 book_reduce(struct update *u)
{
	struct ht_message *r = u->r;
	struct ht_work *k = u->k;
	struct ht_order *order;
	struct ht_block *block;
	__u32 shares, px;

	k->slot = order_find(u->orders, r->ref, r->slot);
	if (k->slot == ORDER_NONE || !r->ref || r->ref == HT_LOST) {
		book_unknown(u);
		return 0;
	}
	order = order_at(u->orders, k);
	k->level = order->level;
	block = book_block(u);
	if (key_locate(block->key) != r->locate) {
		book_unknown(u);
		return 0;
	}
	k->side = key_side(block->key);
	px = block_price(block->key, k->level & HT_BLOCK_LEVELS);
	shares = r->does & HT_ALL ? order->shares : r->shares;
	if (shares > order->shares) {
		u->n->over_executed++;
		book_bad(u->book, u->top);
		shares = order->shares;
	}
	book_take(u, order, block, shares);
	return px;
}

/* Adds an order as the message gives it, on its own side or the one it
 * replaces.  Impossible values are counted and go no further: a reference of 0
 * or all ones is a free or lost slot's.
 */
static __always_inline void book_add(struct update *u)
{
	struct ht_message *r = u->r;

	if (!r->new_ref || r->new_ref == HT_LOST || !r->shares ||
	    !r->px_e4 || r->px_e4 > HT_PRICE_LIMIT || r->side > HT_ASK) {
		u->n->bad_value++;
		book_bad(u->book, u->top);
		return;
	}
	if (r->does & HT_TAKES)
		decode_place(r, u->k->side);
	else
		u->k->side = r->side;
	HT_BARRIER();
	book_insert(u);
}

#endif
