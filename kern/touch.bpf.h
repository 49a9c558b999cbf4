/* SPDX-License-Identifier: GPL-2.0 */
/*
 * touch - look at what the batch will need before it is needed
 *
 * path: wire > feed > mold > itch [decode > touch > apply] > trigger > ...
 *
 * A message's order, and through it its level, are most often not in the
 * cache.  Applied one after the other every message would wait for its own
 * misses.  Here the whole batch is looked at in short loops that wait for
 * nothing: the orders' buckets, the nodes of new orders, then the blocks that
 * these name.  The fewer instructions lie between two misses, the more of them
 * overlap: hence a list and a loop for each.  What is wrong by the time it is
 * needed, or looked at for nothing, costs only time.
 */
#ifndef HT_TOUCH_BPF_H
#define HT_TOUCH_BPF_H

#include "level.bpf.h"
#include "loop.bpf.h"
#include "order.bpf.h"
#include "top.map.h"
#include "walk.bpf.h"

#define TOUCH(x)	((void)HT_READ_ONCE(x))

/* Buckets of these slots. */
static __always_inline void touch_buckets(struct ht_orders *orders,
					  const __u32 slot[HT_BATCH],
					  const __u32 *slots)
{
	__u32 count = HT_READ_ONCE(*slots);
	__u32 n;

	for (n = 0; n < HT_BATCH && n < count; n++) {
		HT_COUNT_ROUNDS(n);
		TOUCH(bucket_at(orders, slot[n] / HT_BUCKET_ORDERS)
		      ->order[0].ref);
	}
}

/* Nodes of the levels of new orders. */
static __always_inline void touch_nodes(struct ht_nodes *nodes,
					const struct ht_work *k)
{
	__u32 count = HT_READ_ONCE(k->added_count);
	__u32 n;

	for (n = 0; n < HT_BATCH && n < count; n++) {
		HT_COUNT_ROUNDS(n);
		TOUCH(node_at(nodes, k->node[n])->key);
	}
}

static __always_inline void touch_tops(const struct ht_work *k)
{
	__u32 count = HT_READ_ONCE(k->count);
	__u32 n;

	for (n = 0; n < HT_BATCH && n < count; n++) {
		struct ht_top *top;

		HT_COUNT_ROUNDS(n);
		top = top_at(k->message[n].locate);
		if (top)
			TOUCH(top->lock);
	}
}

/* Blocks of the orders that are taken from. */
static __always_inline void touch_their_blocks(struct walk *w,
					       const struct ht_work *k)
{
	__u32 count = HT_READ_ONCE(k->taken_count);
	__u32 n;

	for (n = 0; n < HT_BATCH && n < count; n++) {
		__u32 slot = k->taken[n];
		struct ht_bucket *b = bucket_at(w->orders,
						slot / HT_BUCKET_ORDERS);
		__u64 ref = k->taken_ref[n];

		HT_COUNT_ROUNDS(n);
		if (b->order[slot & PLACE].ref != ref)
			slot = bucket_place(b, ref);
		TOUCH(block_at(w->levels, b->order[slot & PLACE].level >>
			       HT_PLACE_BITS)->key);
	}
}

/* Blocks of new orders; where there seems to be none, the bitmap that a new
 * one will be entered in.
 */
static __always_inline void touch_new_blocks(struct walk *w,
					     const struct ht_work *k)
{
	__u32 count = HT_READ_ONCE(k->added_count);
	__u32 n;

	for (n = 0; n < HT_BATCH && n < count; n++) {
		struct ht_node *node = node_at(w->nodes, k->node[n]);
		__u64 key = k->added_key[n];

		HT_COUNT_ROUNDS(n);
		if (node->key == key)
			TOUCH(block_at(w->levels, *node_block(node,
						k->row[n]))->key);
		else
			TOUCH(node_at(w->nodes, slot_home(key_above(key),
						cfg_node_mask))->key);
	}
}

/* The level of a new order that replaces another one, by now its side can be
 * told: the node, if it is not the bid's.
 */
static __always_inline void touch_replaced_nodes(struct walk *w,
						 struct ht_work *k)
{
	__u32 count = HT_READ_ONCE(k->replaced_count);
	__u32 n;

	for (n = 0; n < HT_BATCH && n < count; n++) {
		struct ht_message *r = &k->message[k->replaced[n] &
						   (HT_BATCH - 1)];
		struct ht_bucket *b = bucket_at(w->orders, r->slot /
						HT_BUCKET_ORDERS);
		__u32 level = b->order[r->slot & PLACE].level;
		struct ht_block *block = block_at(w->levels,
						  level >> HT_PLACE_BITS);

		HT_COUNT_ROUNDS(n);
		if (key_side(block->key) != HT_ASK)
			continue;
		decode_place(r, HT_ASK);
		TOUCH(node_at(w->nodes, r->node)->key);
	}
}

/* And its block. */
static __always_inline void touch_replaced_blocks(struct walk *w,
						  const struct ht_work *k)
{
	__u32 count = HT_READ_ONCE(k->replaced_count);
	__u32 n;

	for (n = 0; n < HT_BATCH && n < count; n++) {
		const struct ht_message *r = &k->message[k->replaced[n] &
							 (HT_BATCH - 1)];

		HT_COUNT_ROUNDS(n);
		TOUCH(block_at(w->levels,
			       *node_block(node_at(w->nodes, r->node),
					   r->row))->key);
	}
}

static __always_inline void touch_batch(struct walk *w)
{
	struct ht_work *k = w->work;

	touch_buckets(w->orders, k->taken, &k->taken_count);
	touch_buckets(w->orders, k->added, &k->added_count);
	touch_nodes(w->nodes, k);
	touch_tops(k);
	touch_their_blocks(w, k);
	touch_new_blocks(w, k);
	touch_replaced_nodes(w, k);
	touch_replaced_blocks(w, k);
}

#endif
