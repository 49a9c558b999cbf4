/* SPDX-License-Identifier: GPL-2.0 */
/*
 * decode - what a message says: to an order, or to nobody's book
 *
 * path: wire > feed > mold > itch [touch > decode > book] > trigger > ...
 *
 * A block's length is authoritative: unknown types are skipped by it, known
 * ones may only be longer than ITCH 5.0 says.  Each message is read and
 * checked once; behind this stage nobody looks at the wire but for messages
 * that leave the book alone.
 */
#ifndef HT_DECODE_BPF_H
#define HT_DECODE_BPF_H

#include "loop.bpf.h"
#include "walk.bpf.h"
#include "wire.h"

#ifdef __bpf__
const volatile __u32 cfg_watch_list;	/* 1: only of wanted symbols */
#else
extern __u32 cfg_watch_list;
#endif

/* Where a locate's bit stands. */
static __always_inline __u64 *kept_word(struct ht_kept *kept, __u32 locate)
{
	HT_FORGET(locate);
	return &kept->bit[locate / 64 % (HT_LOCATES / 64)];
}

/* The directory names a symbol: is it on the watch list? */
static __always_inline void decode_directory(struct ht_kept *kept,
					     const void *m, __u32 locate)
{
	const struct itch_directory *d = m;
	struct ht_stock stock;
	__u32 *named;

	__builtin_memcpy(stock.name, d->stock, sizeof(stock.name));
	named = wanted_find(&stock);
	if (!named)
		return;
	*named = locate;
	*kept_word(kept, locate) |= 1ull << locate % 64;
}

/* Whether a message is about a symbol that nobody wants.  Locate 0 is the whole
 * market, and names are kept of all.  What is too short to say is for others to
 * refuse.
 */
static __always_inline int decode_unwatched(const void *m, __u32 length,
					    __u32 locate)
{
	const struct itch_head *head = m;
	struct ht_kept *kept;

	if (!cfg_watch_list || !locate || length < sizeof(*head))
		return 0;
	kept = kept_get();
	if (!kept)
		return 0;
	if (head->type == 'R') {
		if (length >= sizeof(struct itch_directory))
			decode_directory(kept, m, locate);
		return 0;
	}
	return !(*kept_word(kept, locate) >> locate % 64 & 1);
}

static __always_inline void decode_add(struct ht_message *r, const void *m)
{
	const struct itch_add *a = m;

	r->does = HT_ADDS;
	r->new_ref = get_be64(&a->ref);
	r->shares = get_be32(&a->shares);
	r->px_e4 = get_be32(&a->price);
	r->side = a->side == 'B' ? HT_BID : a->side == 'S' ? HT_ASK : 0xff;
}

static __always_inline void decode_replace(struct ht_message *r, const void *m)
{
	const struct itch_replace *u = m;

	r->does = HT_TAKES | HT_ALL | HT_ADDS;
	r->ref = get_be64(&u->ref);
	r->new_ref = get_be64(&u->new_ref);
	r->shares = get_be32(&u->shares);
	r->px_e4 = get_be32(&u->price);
}

static __always_inline void decode_delete(struct ht_message *r, const void *m)
{
	const struct itch_delete *d = m;

	r->does = HT_TAKES | HT_ALL;
	r->ref = get_be64(&d->ref);
}

static __always_inline void decode_cancel(struct ht_message *r, const void *m)
{
	const struct itch_cancel *x = m;

	r->does = HT_TAKES;
	r->ref = get_be64(&x->ref);
	r->shares = get_be32(&x->shares);
}

/* An execution prints at the resting order's own price, which only the book
 * knows.  It begins as a cancel does, with a match number behind.
 */
static __always_inline void decode_execution(struct ht_message *r,
					     const void *m)
{
	const struct itch_executed *e = m;

	decode_cancel(r, m);
	r->does = HT_TAKES | HT_PRINTS;
	r->px_e4 = 0;
	r->itch_ns = get_be48(e->head.timestamp);
}

/* ... or at the message's, and only when it is printable. */
static __always_inline void decode_execution_at(struct ht_message *r,
						const void *m)
{
	const struct itch_executed_price *c = m;

	decode_execution(r, m);
	r->px_e4 = get_be32(&c->price);
	if (c->printable != 'Y' || !r->px_e4)
		r->does = HT_TAKES;
}

/* Bytes of each type, 0: there is no such type. */
static const __u8 decode_length[256] = {
#define X(t, name, len, what) [t] = len,
	ITCH_MESSAGES(X)
#undef X
};

/* Counts a message that leaves the book alone. */
static __always_inline void decode_other(struct ht_counters *n, char type)
{
	switch (type) {
#define X(t, name, len, what) case t: n->itch_##name++; return;
	ITCH_MESSAGES(X)
#undef X
	}
	n->unknown_type++;
}

/* What a message does, to r.  The most frequent types are asked for first. */
static __always_inline void decode_message(struct ht_counters *n,
					   struct ht_message *r, char type,
					   const void *m)
{
	if (type == 'A') {
		n->itch_add++;
		decode_add(r, m);
		return;
	}
	if (type == 'D') {
		n->itch_delete++;
		decode_delete(r, m);
		return;
	}
	switch (type) {
	case 'U':
		n->itch_replace++;
		decode_replace(r, m);
		break;
	case 'E':
		n->itch_executed++;
		decode_execution(r, m);
		break;
	case 'X':
		n->itch_cancel++;
		decode_cancel(r, m);
		break;
	case 'F':
		n->itch_add_mpid++;
		decode_add(r, m);
		break;
	case 'C':
		n->itch_executed_price++;
		decode_execution_at(r, m);
		break;
	default:
		r->does = 0;
		decode_other(n, type);
	}
}

#endif
