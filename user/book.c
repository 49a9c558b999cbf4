// SPDX-License-Identifier: GPL-2.0
/*
 * book - the kernel's price levels, read from user space
 *
 * The reader takes no lock.  It reads a symbol's near levels and walks its
 * tree of far ones twice between two looks at the symbol's lock word: nobody
 * may have touched the symbol, and both readings must agree, because rows of
 * other symbols share the table and are moved about in it (kern/table.bpf.h).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"

enum { TRIES = 1000 };		/* reads that a packet may cross */

/* One side of one symbol, read from one grid. */
struct side {
	const struct instance *in;
	uint32_t locate;
	enum ht_side side;
	enum ht_grid grid;
	struct book_level *levels;
	int count;
	int max;
};

/* Return: 1: it is here; 0: it would be further on; -ENOENT. */
static int bucket_look(const struct ht_bucket *b, uint64_t key,
		       struct book_order *order)
{
	bool has_room = false;
	int i;

	for (i = 0; i < HT_BUCKET_ORDERS; i++) {
		const struct ht_order *o = &b->order[i];
		uint64_t there = HT_READ_ONCE(o->key);
		uint32_t px_side = HT_READ_ONCE(o->px_side);

		has_room |= !there;
		if (there != key)
			continue;
		order->side = px_side & 1;
		order->px = px_side >> 1;
		order->qty = HT_READ_ONCE(o->shares);
		HT_BARRIER();
		return HT_READ_ONCE(o->key) == key ? 1 : -ENOENT;
	}
	return has_room ? -ENOENT : 0;
}

int book_order(const struct instance *in, uint32_t locate, uint64_t ref,
	       struct book_order *order)
{
	uint64_t key = order_key(locate, ref);
	uint32_t mask = in->buckets - 1, at, n;
	int found = 0;

	if (!ref || ref > HT_REF_LIMIT)
		return -ENOENT;
	at = order_home(key, in->buckets * HT_BUCKET_ORDERS - 1) /
	     HT_BUCKET_ORDERS;
	for (n = 0; n < HT_BUCKET_PROBES && !found; n++)
		found = bucket_look(&in->orders[(at + n) & mask], key, order);
	return found > 0 ? 0 : -ENOENT;
}

static const struct ht_row *row_find(const struct instance *in, uint64_t key)
{
	uint32_t mask = in->level_slots - 1;
	uint32_t i = slot_home(key, mask);
	int n;

	for (n = 0; n < HT_PROBES; n++) {
		uint64_t there = HT_READ_ONCE(in->levels[i].key);

		if (there == key)
			return &in->levels[i];
		if (!there)
			return NULL;
		i = (i + 1) & mask;
	}
	return NULL;
}

/* The levels of a row, best first. */
static int row_read(struct side *s, const struct ht_row *row, uint64_t key)
{
	uint32_t occupied = row_occupied(row);
	int err = occupied ? 0 : -EAGAIN;

	while (occupied && s->count < s->max) {
		uint32_t place = bits_best(occupied, s->side);
		uint64_t level = HT_READ_ONCE(row->level[place]);

		occupied &= ~(1u << place);
		s->levels[s->count++] = (struct book_level){
			.px = row_price(key, place),
			.orders = level_orders(level),
			.qty = level_qty(level),
		};
	}
	return err;
}

/* Everything below the node of `row` at `depth`, best first.  A slot may be
 * given to another row meanwhile: its key is looked at again.
 */
static int node_read(struct side *s, uint32_t row, uint32_t depth)
{
	uint64_t key = level_key(s->locate, s->side, s->grid, depth, row);
	uint32_t shift = HT_FANOUT_BITS * (depth ? depth - 1 : 0);
	const struct ht_row *node = row_find(s->in, key);
	uint64_t bits;
	int err = 0;

	if (!node)	/* a root may be missing: the grid is empty */
		return depth == grid_root(s->grid) ? 0 : -EAGAIN;
	if (!depth) {
		err = row_read(s, node, key);
		return HT_READ_ONCE(node->key) == key ? err : -EAGAIN;
	}
	bits = HT_READ_ONCE(node->bits);
	if (!bits || HT_READ_ONCE(node->key) != key)
		return -EAGAIN;
	while (bits && !err && s->count < s->max) {
		uint32_t child = bits_best(bits, s->side);

		bits &= ~(1ull << child);
		err = node_read(s, (uint32_t)(((uint64_t)row >> shift
					       >> HT_FANOUT_BITS
					       << HT_FANOUT_BITS | child)
					      << shift), depth - 1);
	}
	return err;
}

/* Merges both grids into levels.  Return: how many. */
static int merge(const struct side grid[2], struct book_level *levels, int max)
{
	int i = 0, j = 0, n = 0;

	while (n < max && (i < grid[0].count || j < grid[1].count)) {
		bool first = j == grid[1].count;

		if (!first && i < grid[0].count)
			first = (grid[0].levels[i].px < grid[1].levels[j].px) ==
				(grid[0].side == HT_ASK);
		levels[n++] = first ? grid[0].levels[i++] :
				      grid[1].levels[j++];
	}
	return n;
}

static bool is_better(enum ht_side side, uint32_t px, uint32_t than)
{
	return side == HT_BID ? px > than : px < than;
}

/* The near levels, sorted into place.  Return: how many there are, which may
 * be more than max.
 */
static int near_read(const struct ht_near *near, enum ht_side side,
		     struct book_level *levels, int max)
{
	struct book_level sorted[HT_NEAR];
	int i, at, count = 0;

	for (i = 1; i < HT_NEAR; i++) {
		uint32_t px = HT_READ_ONCE(near->px_e4[i]);
		uint64_t level = HT_READ_ONCE(near->level[i]);

		if (!px)
			continue;
		for (at = count++; at && is_better(side, px, sorted[at - 1].px);
		     at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = (struct book_level){
			.px = px,
			.orders = level_orders(level),
			.qty = level_qty(level),
		};
	}
	memcpy(levels, sorted,
	       (size_t)(count < max ? count : max) * sizeof(*levels));
	return count;
}

/* One reading: the near levels, and behind them both grids of the far ones;
 * scratch holds 2 * max levels.
 */
static int side_walk(const struct instance *in, uint32_t locate,
		     enum ht_side side, struct book_level *levels, int max,
		     struct book_level *scratch)
{
	int near = near_read(&in->tops[locate].near[side], side, levels, max);
	struct side grid[2];
	int g, err = 0;

	if (near >= max)
		return max;
	for (g = HT_COARSE; g <= HT_FINE && !err; g++) {
		grid[g] = (struct side){
			.in = in, .locate = locate, .side = side, .grid = g,
			.levels = scratch + g * max, .max = max - near,
		};
		err = node_read(&grid[g], 0, grid_root(g));
	}
	return err ? err : near + merge(grid, levels + near, max - near);
}

/* Two readings that agree; scratch holds 3 * max levels. */
static int side_walk_twice(const struct instance *in, uint32_t locate,
			   enum ht_side side, struct book_level *levels,
			   int max, struct book_level *scratch)
{
	struct book_level *again = scratch + 2 * max;
	int first, second;

	first = side_walk(in, locate, side, levels, max, scratch);
	if (first < 0)
		return first;
	second = side_walk(in, locate, side, again, max, scratch);
	if (first != second ||
	    memcmp(levels, again, (size_t)first * sizeof(*levels)))
		return -EAGAIN;
	return first;
}

/* Return: 0, or -EAGAIN while a message of the symbol is being applied. */
static int lock_look(const struct instance *in, uint32_t locate,
		     uint32_t *lock)
{
	*lock = __atomic_load_n(&in->tops[locate].lock, __ATOMIC_ACQUIRE);
	return *lock & 1 ? -EAGAIN : 0;
}

/* Return: 0, or -EAGAIN when one was applied since that look. */
static int lock_look_again(const struct instance *in, uint32_t locate,
			   uint32_t lock)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&in->tops[locate].lock, __ATOMIC_RELAXED) ==
	       lock ? 0 : -EAGAIN;
}

static int side_try(const struct instance *in, uint32_t locate,
		    enum ht_side side, struct book_level *levels, int max,
		    struct book_level *scratch)
{
	uint32_t lock;
	int got, err = lock_look(in, locate, &lock);

	if (err)
		return err;
	got = side_walk_twice(in, locate, side, levels, max, scratch);
	err = lock_look_again(in, locate, lock);
	return err ? err : got;
}

int book_side(const struct instance *in, uint32_t locate, enum ht_side side,
	      struct book_level *levels, int max)
{
	struct book_level *scratch;
	int got = -EAGAIN, try;

	if (max <= 0)
		return 0;
	scratch = calloc((size_t)max, 3 * sizeof(*scratch));
	if (!scratch)
		return -ENOMEM;
	for (try = 0; try < TRIES && got == -EAGAIN; try++)
		got = side_try(in, locate, side, levels, max, scratch);
	free(scratch);
	return got;
}

int book_both(const struct instance *in, uint32_t locate,
	      struct book_level *const levels[2], int count[2], int max,
	      uint32_t *lock)
{
	struct book_level *scratch = calloc((size_t)max, 3 * sizeof(*scratch));
	int err = scratch ? lock_look(in, locate, lock) : -ENOMEM;
	int side;

	for (side = HT_BID; side <= HT_ASK && !err; side++) {
		count[side] = side_walk_twice(in, locate, side, levels[side],
					      max, scratch);
		if (count[side] < 0)
			err = count[side];
	}
	if (!err)
		err = lock_look_again(in, locate, *lock);
	free(scratch);
	return err;
}
