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

/* One message's work on one symbol. */
struct touch {
	struct ht_counters *n;
	struct ht_book *book;
	struct ht_top *top;
	struct ht_orders *orders;
	struct ht_levels *levels;
	struct ht_nodes *nodes;
	struct ht_work *k;
	struct ht_message *r;
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
	t->k->moved = 1;
	q->px_e4 = px;
	q->orders = count;
	q->qty = qty;
}

/* Puts a level on display. */
static __always_inline void quote_level(struct touch *t, struct ht_quote *q,
					__u32 px, __u64 word)
{
	quote_set(t, q, px, level_orders(word), level_qty(word));
}

/* Puts the best level behind the one at `place` of the block on display.  Off
 * the cent grid or near it both grids may have it; else it is often close by.
 */
static __always_inline void quote_next(struct touch *t, struct ht_quote *q,
				       struct ht_block *block, __u32 level)
{
	__u32 side = key_side(block->key);
	__u32 next = 0;

	if (!t->top->fine_levels)
		next = block_beyond(block, level >> HT_PLACE_BITS, side,
				    level & HT_BLOCK_LEVELS);
	if (!next) {
		next = level_next(t->r->locate, side, q->px_e4,
				  t->top->fine_levels);
		block = block_at(t->levels, next >> HT_PLACE_BITS);
	}
	if (!next)
		quote_set(t, q, 0, 0, 0);
	else
		quote_level(t, q,
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
static __always_inline struct ht_quote *book_quote(struct touch *t)
{
	return &t->top->bid + (HT_READ_ONCE(t->k->side) & 1);
}

/* The order in k->slot. */
static __always_inline struct ht_order *book_order(struct touch *t)
{
	__u32 slot = HT_READ_ONCE(t->k->slot);

	return &bucket_at(t->orders, slot / HT_BUCKET_ORDERS)
			->order[slot & PLACE];
}

/* The block of k->level. */
static __always_inline struct ht_block *book_block(struct touch *t)
{
	return block_at(t->levels, HT_READ_ONCE(t->k->level) >> HT_PLACE_BITS);
}

/* Puts an order on the book.  A reference that is there already keeps its
 * first order.
 */
static __always_inline void book_insert(struct touch *t)
{
	struct ht_message *r = t->r;
	struct ht_work *k = t->k;
	struct ht_quote *q;
	__u64 *word, more;

	k->slot = order_room(t->orders, r->new_ref, r->new_slot);
	if (k->slot == ORDER_TAKEN) {
		t->n->duplicate_ref++;
		goto bad;
	}
	if (k->slot == ORDER_NONE || t->book->orders >= t->book->order_limit) {
		t->n->orders_full++;
		goto bad;
	}
	k->level = level_open(t->nodes, r);
	if (!k->level) {
		t->n->levels_full++;
		goto bad;
	}
	word = level_word(book_block(t), k->level & HT_BLOCK_LEVELS);
	more = level_more(*word, r->shares);
	if (!more) {
		t->n->levels_full++;
		goto bad;
	}
	*book_order(t) = (struct ht_order){ r->new_ref, r->shares, k->level };
	t->book->orders++;
	if (!*word) {
		t->book->levels++;
		t->top->fine_levels += price_grid(r->px_e4);
	}
	*word = more;
	q = book_quote(t);
	if (!q->orders || r->px_e4 == q->px_e4 ||
	    price_better(k->side, r->px_e4, q->px_e4))
		quote_level(t, q, r->px_e4, more);
	return;

bad:
	book_bad(t);
}

/* Takes `shares` off the order in k->slot, all of it when that is what is
 * left.
 */
static __always_inline void book_take(struct touch *t, struct ht_order *order,
				      struct ht_block *block, __u32 shares)
{
	struct ht_work *k = t->k;
	__u32 place = k->level & HT_BLOCK_LEVELS;
	__u64 *word = level_word(block, place);
	__u32 px = block_price(block->key, place);
	struct ht_quote *q = book_quote(t);
	__u64 less = *word - shares;

	order->shares -= shares;
	if (!order->shares) {
		order_free(t->orders, k);
		t->book->orders--;
		less -= HT_LEVEL_ORDER;
	}
	*word = less;
	if (less) {
		if (px == q->px_e4)
			quote_level(t, q, px, less);
		return;
	}
	t->book->levels--;
	if (px == q->px_e4)
		quote_next(t, q, block, k->level);
	t->top->fine_levels -= price_grid(px);
	if (!block_occupied(block))
		block_close(k->level >> HT_PLACE_BITS);
}

/* An order this symbol does not have. */
static __always_inline void book_unknown(struct touch *t)
{
	struct ht_symbol *s = symbol_at(t->r->locate);

	t->n->unknown_ref++;
	if (s)
		s->unknown_refs++;
	book_bad(t);
}

/* Takes from an order what the message says.
 * Return: its price, or 0 when there is no such order.
 */
static __always_inline __u32 book_reduce(struct touch *t)
{
	struct ht_message *r = t->r;
	struct ht_work *k = t->k;
	struct ht_order *order;
	struct ht_block *block;
	__u32 shares, px;

	k->slot = order_find(t->orders, r->ref, r->slot);
	if (k->slot == ORDER_NONE || !r->ref || r->ref == ORDER_LOST) {
		book_unknown(t);
		return 0;
	}
	order = book_order(t);
	k->level = order->level;
	block = book_block(t);
	if (key_locate(block->key) != r->locate) {
		book_unknown(t);
		return 0;
	}
	k->side = key_side(block->key);
	px = block_price(block->key, k->level & HT_BLOCK_LEVELS);
	shares = r->does & HT_ALL ? order->shares : r->shares;
	if (shares > order->shares) {
		t->n->over_executed++;
		book_bad(t);
		shares = order->shares;
	}
	book_take(t, order, block, shares);
	return px;
}

/* Adds an order as the message gives it, on its own side or the one it
 * replaces.  Impossible values are counted and go no further: a reference of 0
 * or all ones is a free or lost slot's.
 */
static __always_inline void book_add(struct touch *t)
{
	struct ht_message *r = t->r;

	if (!r->new_ref || r->new_ref == ORDER_LOST || !r->shares ||
	    !r->px_e4 || r->px_e4 > HT_PRICE_LIMIT || r->side > HT_ASK) {
		t->n->bad_value++;
		book_bad(t);
		return;
	}
	if (r->does & HT_TAKES)
		decode_place(r, t->k->side);
	else
		t->k->side = r->side;
	HT_BARRIER();
	book_insert(t);
}

#endif
