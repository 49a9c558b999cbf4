// SPDX-License-Identifier: GPL-2.0
/*
 * orders - what is sent, and the tables that it is found in
 */
#include "orders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "orders_table.h"

/* -- the store ---------------------------------------------------------- */

int orders_init_room(struct orders *o, uint32_t first_urn, uint32_t room)
{
	memset(o, 0, sizeof(*o));
	if (!first_urn || first_urn > UINT32_MAX - room)
		return -ERANGE;
	o->first_urn = o->next_urn = first_urn;
	o->room = room;
	/* one more: a place that is not an order's yet */
	o->table = calloc(room + 1, sizeof(*o->table));
	o->by_urn = calloc(2 * room, sizeof(*o->by_urn));
	o->by_match = calloc(2 * orders_fill_room(o), sizeof(*o->by_match));
	o->by_ref = calloc(2 * orders_ref_room(o), sizeof(*o->by_ref));
	o->fills = calloc(orders_fill_room(o), sizeof(*o->fills));
	o->refs = calloc(orders_ref_room(o), sizeof(*o->refs));
	if (!o->table || !o->by_urn || !o->by_match || !o->by_ref ||
	    !o->fills || !o->refs ||
	    positions_init(&o->positions,
			   room < POSITIONS_MAX ? room : POSITIONS_MAX)) {
		orders_free(o);
		return -ENOMEM;
	}
	return 0;
}

int orders_init(struct orders *o, uint32_t first_urn)
{
	return orders_init_room(o, first_urn, ORDERS_MAX);
}

void orders_free(struct orders *o)
{
	free(o->table);
	free(o->by_urn);
	free(o->by_match);
	free(o->by_ref);
	free(o->fills);
	free(o->refs);
	positions_free(&o->positions);
	memset(o, 0, sizeof(*o));
}

void orders_forget(struct orders *o, uint32_t first_urn)
{
	const struct orders was = *o;

	memset(was.table, 0, (was.count + 1) * sizeof(*was.table));
	memset(was.by_urn, 0, 2 * was.room * sizeof(*was.by_urn));
	memset(was.by_match, 0,
	       2 * orders_fill_room(&was) * sizeof(*was.by_match));
	memset(was.by_ref, 0, 2 * orders_ref_room(&was) * sizeof(*was.by_ref));
	memset(was.fills, 0, was.fill_count * sizeof(*was.fills));
	memset(was.refs, 0, was.ref_count * sizeof(*was.refs));
	*o = (struct orders){
		.table = was.table, .by_urn = was.by_urn,
		.by_match = was.by_match, .by_ref = was.by_ref,
		.fills = was.fills, .refs = was.refs, .room = was.room,
		.positions = was.positions,
		.first_urn = first_urn, .next_urn = first_urn,
	};
	positions_forget(&o->positions);
}

/* A quarter of what answers need stays free for orders that are out. */
static uint32_t most_kept(uint32_t room)
{
	return room - room / 4;
}

bool orders_full(const struct orders *o)
{
	return !o->next_urn || o->count == o->room ||
	       o->positions.count == o->positions.most ||
	       o->fill_count >= most_kept(orders_fill_room(o)) ||
	       o->ref_count >= most_kept(orders_ref_room(o));
}

/* -- finding ------------------------------------------------------------ */

static uint32_t scatter(uint64_t key, uint32_t slots)
{
	return (uint32_t)(key * 0x9e3779b97f4a7c15ull >> 32) & (slots - 1);
}

static void slot_take(uint32_t *slot, uint32_t slots, uint64_t key,
		      uint32_t index)
{
	uint32_t at = scatter(key, slots);

	while (slot[at])
		at = (at + 1) & (slots - 1);
	slot[at] = index + 1;
}

struct order *order_find(const struct orders *o, uint32_t urn)
{
	uint32_t slots = 2 * o->room, at = scatter(urn, slots), index;

	for (; (index = o->by_urn[at]); at = (at + 1) & (slots - 1))
		if (o->table[index - 1].urn == urn)
			return &o->table[index - 1];
	return NULL;
}

const struct order *orders_find(const struct orders *o, uint32_t urn)
{
	return order_find(o, urn);
}

static struct order_ref *ref_find(const struct orders *o, uint64_t ref)
{
	uint32_t slots = 2 * orders_ref_room(o), at = scatter(ref, slots);
	uint32_t index;

	for (; (index = o->by_ref[at]); at = (at + 1) & (slots - 1))
		if (o->refs[index - 1].ref == ref)
			return &o->refs[index - 1];
	return NULL;
}

const struct order *orders_own(const struct orders *o, uint64_t order_ref)
{
	const struct order_ref *r = ref_find(o, order_ref);

	return r ? &o->table[r->order] : NULL;
}

void order_ref_keep(struct orders *o, struct order *order, uint64_t ref)
{
	uint32_t index = (uint32_t)(order - o->table);
	struct order_ref *r;

	if (!ref)
		return;
	order->order_ref = ref;
	r = ref_find(o, ref);
	if (!r) {
		r = &o->refs[o->ref_count++];
		r->ref = ref;
		slot_take(o->by_ref, 2 * orders_ref_room(o), ref,
			  o->ref_count - 1);
	}
	r->order = index;
}

static uint64_t match_key(uint64_t match, uint32_t order)
{
	return match ^ (uint64_t)order << 40;
}

struct order_fill *order_fill_find(const struct orders *o,
				   const struct order *order, uint64_t match)
{
	uint32_t order_index = (uint32_t)(order - o->table), index;
	uint32_t slots = 2 * orders_fill_room(o);
	uint32_t at = scatter(match_key(match, order_index), slots);
	struct order_fill *fill;

	if (!match)
		return NULL;
	for (; (index = o->by_match[at]); at = (at + 1) & (slots - 1)) {
		fill = &o->fills[index - 1];
		if (fill->match == match && fill->order == order_index)
			return fill;
	}
	return NULL;
}

void order_fill_keep(struct orders *o, struct order *order, uint64_t match,
		     uint32_t qty, uint64_t px)
{
	struct position *pos = &o->positions.table[order->position];
	uint32_t index = o->fill_count++;
	uint32_t order_index = (uint32_t)(order - o->table);

	o->fills[index] = (struct order_fill){
		.match = match,
		.px = (uint32_t)px,
		.qty = qty,
		.order = order_index,
	};
	if (pos->fill_last)
		o->fills[pos->fill_last - 1].next = index + 1;
	else
		pos->fill_first = index + 1;
	pos->fill_last = index + 1;
	if (match)
		slot_take(o->by_match, 2 * orders_fill_room(o),
			  match_key(match, order_index), index);
}

/* -- sending ------------------------------------------------------------ */

struct order *orders_place(struct orders *o, uint32_t urn)
{
	struct order *order = &o->table[o->count];

	memset(order, 0, sizeof(*order));
	order->urn = urn;
	return order;
}

struct order *orders_next(struct orders *o)
{
	return orders_full(o) ? NULL : orders_place(o, o->next_urn);
}

int order_add(struct orders *o)
{
	struct order *order = &o->table[o->count];
	struct position *pos;

	if (o->count == o->room)
		return -ENOSPC;
	/* a rejection by itself names no symbol, and exposes nothing */
	if (!order->rejected) {
		pos = positions_get(&o->positions, order->symbol);
		if (!pos)
			return -ENOSPC;
		order->position = (uint32_t)(pos - o->positions.table);
	}
	slot_take(o->by_urn, 2 * o->room, order->urn, o->count);
	o->count++;
	if (order->urn >= o->next_urn && o->next_urn)
		o->next_urn = order->urn + 1;
	return 0;
}

/* What an Accepted or Replaced said is about the order that we sent. */
static bool claim_fits(const struct order *known, const struct order *sent,
		       uint32_t orig_urn)
{
	if (memcmp(known->clordid, sent->clordid, sizeof(known->clordid)))
		return false;
	if (known->rejected)
		return true;
	return known->orig_urn == orig_urn &&
	       !strncmp(known->symbol, sent->symbol, HT_TICKER) &&
	       order_is_buy(known) == order_is_buy(sent) &&
	       (orig_urn ? known->qty <= sent->qty : known->qty == sent->qty);
}

/* An answer came before we knew that the order was sent, as when the kernel
 * sent it, or in a replay before the journal is read.
 */
static int order_claim(struct orders *o, struct order *known,
		       const struct order *sent, uint32_t orig_urn)
{
	if (known->sent)
		return -EEXIST;
	if (!claim_fits(known, sent, orig_urn)) {
		o->wrong_echo++;
		return -EPROTO;
	}
	o->foreign -= known->foreign;
	known->foreign = false;
	known->sent = true;
	known->total = sent->qty;
	known->limit = sent->px;
	known->seq = sent->seq;
	known->entry_ns = sent->entry_ns;
	known->seen_ns = sent->seen_ns;
	known->sent_ns = sent->sent_ns;
	memcpy(known->trigger, sent->trigger, sizeof(known->trigger));
	if (!known->rejected)
		return 0;
	memcpy(known->symbol, sent->symbol, sizeof(known->symbol));
	known->side = sent->side;
	known->qty = sent->qty;
	known->px = sent->px;
	return 0;
}

int orders_commit(struct orders *o)
{
	struct order *order = &o->table[o->count];
	struct order *known = order_find(o, order->urn);
	int err;

	err = known ? order_claim(o, known, order, 0) : order_add(o);
	if (err)
		return err;
	o->sent++;
	if (known)
		return 0;
	order->sent = true;
	order->total = order->open = order->qty;
	order->limit = order->px;
	order_settle(o, order);
	return 0;
}

int orders_replaceable(const struct orders *o, uint32_t orig_urn)
{
	const struct order *orig = order_find(o, orig_urn);

	if (!orig)
		return -ENOENT;
	if (!orig->open)
		return -ESHUTDOWN;
	return orig->replacement || order_waits(orig) ? -EBUSY : 0;
}

/* What is left for a replacement of the chain's total. */
static uint32_t chain_left(const struct order *orig, uint32_t total)
{
	uint64_t done = order_done(orig);

	return done < total ? total - (uint32_t)done : 0;
}

static int replacement_add(struct orders *o, struct order *orig)
{
	struct order *order = &o->table[o->count];
	int err;

	memcpy(order->symbol, orig->symbol, sizeof(order->symbol));
	order->side = orig->side;
	err = order_add(o);
	if (err)
		return err;
	o->chained++;
	order->sent = true;
	order->orig_urn = orig->urn;
	order->total = order->qty;
	order->qty = order->open = chain_left(orig, order->total);
	order->limit = order->px;
	orig->replacement = (uint32_t)(order - o->table) + 1;
	order_settle(o, order);
	order_settle(o, orig);
	return 0;
}

int orders_replace_sent(struct orders *o, uint32_t orig_urn)
{
	struct order *order = &o->table[o->count];
	struct order *orig = order_find(o, orig_urn);
	struct order *known = order_find(o, order->urn);
	int err;

	if (known && orig) {
		memcpy(order->symbol, orig->symbol, sizeof(order->symbol));
		order->side = orig->side;
		err = order_claim(o, known, order, orig_urn);
	} else {
		err = orders_replaceable(o, orig_urn);
		if (!err)
			err = replacement_add(o, orig);
	}
	if (err)
		return err;
	o->sent++;
	o->replaces++;
	return 0;
}

int orders_cancel_sent(struct orders *o, uint32_t urn)
{
	struct order *order = order_find(o, urn);

	if (!order)
		return -ENOENT;
	order->cancel_sent = order->open > 0;
	order->cancel_refused = false;
	o->cancels++;
	return 0;
}

int orders_modify_sent(struct orders *o, uint32_t urn, char side)
{
	struct order *order = order_find(o, urn);

	if (!order)
		return -ENOENT;
	if (order_is_buy(order) ? side != 'B' :
				  side != 'S' && side != 'T' && side != 'E')
		return -EINVAL;
	order->modify_sent = order->open > 0;
	o->modifies++;
	return 0;
}

uint64_t orders_faults(const struct orders *o)
{
	uint64_t sum = 0;

#define X(field, words) sum += o->field;
	ORDER_FAULTS(X)
#undef X
	return sum;
}

/* -- silence ------------------------------------------------------------ */

const struct order *orders_overdue(struct orders *o, uint64_t before_ns)
{
	const struct order *order;

	for (; o->judged < o->count; o->judged++) {
		order = &o->table[o->judged];
		if (order->answered || order->ignored)
			continue;
		if (order->sent_ns >= before_ns)
			return NULL;
		o->judged++;
		o->overdue++;
		return order;
	}
	return NULL;
}

const struct order *orders_reconciled(struct orders *o, uint32_t next_urn)
{
	struct order *order;

	while (o->reconciled < o->count) {
		order = &o->table[o->reconciled];
		if (order->answered || order->ignored) {
			o->reconciled++;
			continue;
		}
		/* by itself, before it goes along with its original */
		if (order->replacement)
			order = &o->table[order->replacement - 1];
		o->lost += order->urn >= next_urn;
		order_ignore(o, order);
		return order;
	}
	return NULL;
}

const char *order_state_name(enum order_state state)
{
	switch (state) {
#define X(id, word) case ORDER_##id: return word;
	ORDER_STATES(X)
#undef X
	}
	return "?";
}
