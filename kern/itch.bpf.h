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
#include "loop.bpf.h"
#include "symbol.map.h"
#include "walk.bpf.h"
#include "wire.h"

/* A symbol with triggers changed: they are looked at after the packet. */
static __always_inline void itch_changed(struct walk *w, __u32 locate)
{
	struct ht_changed *list = w->changed;
	struct ht_watch *watch = watch_at(locate);
	__u32 at = list->count;

	if (!watch || !HT_READ_ONCE(watch->first))
		return;
	watch->seq = w->seq;
	if (watch->stamp == list->packet || at >= HT_TRIGGERS)
		return;
	watch->stamp = list->packet;
	list->locate[at] = locate;
	list->count = at + 1;
}

static __always_inline void itch_ticker(char ticker[HT_TICKER],
					const char stock[ITCH_STOCK_LEN])
{
	int i;

	for (i = 0; i < ITCH_STOCK_LEN; i++)
		ticker[i] = stock[i] == ' ' ? 0 : stock[i];
	ticker[ITCH_STOCK_LEN] = 0;
}

static __always_inline void itch_traded(struct ht_symbol *s, __u64 itch_ns,
					__u32 px, __u32 shares)
{
	s->last_px = px;
	s->last_qty = shares;
	s->last_ns = itch_ns;
	s->trades++;
	s->volume += shares;
}

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
		itch_traded(s, itch_ns, px, shares);
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
		itch_changed(w, locate);
}

/* -- state of symbols and market ------------------------------------------ */

static __always_inline void itch_system_event(struct walk *w, const void *m)
{
	const struct itch_system_event *e = m;

	switch (e->event) {
	case 'O':
		w->feed->phase = HT_PHASE_MESSAGES;
		break;
	case 'S':
		w->feed->phase = HT_PHASE_SYSTEM;
		break;
	case 'Q':
		w->feed->phase = HT_PHASE_MARKET;
		break;
	case 'M':
		w->feed->phase = HT_PHASE_AFTER;
		break;
	case 'E':
		w->feed->phase = HT_PHASE_SYSTEM_END;
		break;
	default:	/* C, and whatever may come */
		w->feed->phase = HT_PHASE_CLOSED;
	}
}

static __always_inline void itch_directory(__u32 locate, struct ht_symbol *s,
					   const void *m)
{
	const struct itch_directory *r = m;
	struct ht_top *top = top_at(locate);

	itch_ticker(s->ticker, r->stock);
	if (top)
		itch_ticker(top->symbol, r->stock);
	s->round_lot = get_be32(&r->round_lot);
	s->test = r->authenticity == 'P' ? HT_NO : HT_YES;
}

/* Only T is trading; what the specification does not know is halted. */
static __always_inline enum ht_symbol_state itch_state(char state)
{
	switch (state) {
	case 'T':
		return HT_SYMBOL_TRADING;
	case 'Q':
		return HT_SYMBOL_QUOTATION;
	case 'P':
		return HT_SYMBOL_PAUSED;
	default:
		return HT_SYMBOL_HALTED;
	}
}

/* Saying again what was so is no change. */
static __always_inline void itch_set_state(struct walk *w, __u32 locate,
					   struct ht_symbol *s, __u64 itch_ns,
					   enum ht_symbol_state state,
					   enum ht_flag nasdaq_halt)
{
	if (s->state == state && s->nasdaq_halt == nasdaq_halt)
		return;
	s->state = state;
	s->nasdaq_halt = nasdaq_halt;
	s->state_ns = itch_ns;
	itch_changed(w, locate);
}

static __always_inline void itch_trading_action(struct walk *w, __u32 locate,
						struct ht_symbol *s,
						__u64 itch_ns, const void *m)
{
	const struct itch_trading_action *h = m;

	itch_set_state(w, locate, s, itch_ns, itch_state(h->state),
		       s->nasdaq_halt);
}

static __always_inline void itch_operational_halt(struct walk *w, __u32 locate,
						  struct ht_symbol *s,
						  __u64 itch_ns, const void *m)
{
	const struct itch_operational_halt *h = m;

	if (h->market == 'Q')
		itch_set_state(w, locate, s, itch_ns, s->state,
			       h->action == 'T' ? HT_NO : HT_YES);
}

static __always_inline void itch_reg_sho(struct ht_symbol *s, const void *m)
{
	const struct itch_reg_sho *y = m;

	s->reg_sho = y->action == '0' ? HT_SHO_NONE :
		     y->action == '1' ? HT_SHO_TRIGGERED : HT_SHO_CARRIED;
}

static __always_inline void itch_luld_collar(struct ht_symbol *s,
					     const void *m)
{
	const struct itch_luld_collar *j = m;

	s->collar_upper = get_be32(&j->upper);
	s->collar_lower = get_be32(&j->lower);
}

static __always_inline void itch_mwcb_levels(struct walk *w, const void *m)
{
	const struct itch_mwcb_levels *v = m;

	w->feed->mwcb_points[0] = get_be64(&v->level1);
	w->feed->mwcb_points[1] = get_be64(&v->level2);
	w->feed->mwcb_points[2] = get_be64(&v->level3);
}

static __always_inline void itch_mwcb_breach(struct walk *w, const void *m)
{
	const struct itch_mwcb_breach *b = m;
	__u32 level = b->level - '0';

	/* an unknown level is the worst one */
	w->feed->mwcb_level = level >= 1 && level <= 3 ? level : 3;
}

/* -- trades beside the book ----------------------------------------------- */

static __always_inline void itch_hidden_trade(struct ht_symbol *s,
					      __u64 itch_ns, const void *m)
{
	const struct itch_trade *p = m;
	__u32 shares = get_be32(&p->shares);

	itch_traded(s, itch_ns, get_be32(&p->price), shares);
	s->hidden_volume += shares;
}

static __always_inline void itch_cross(struct ht_symbol *s, const void *m)
{
	const struct itch_cross_trade *q = m;

	s->crosses++;
	s->cross_volume += get_be64(&q->shares);
}

/* Everything about a symbol that leaves its book alone. */
static __always_inline void itch_symbol(struct walk *w, char type,
					__u32 locate, __u64 itch_ns,
					const void *m)
{
	struct ht_symbol *s = symbol_at(locate);

	if (!s)
		return;
	switch (type) {
	case 'R':
		itch_directory(locate, s, m);
		break;
	case 'H':
		itch_trading_action(w, locate, s, itch_ns, m);
		break;
	case 'h':
		itch_operational_halt(w, locate, s, itch_ns, m);
		break;
	case 'Y':
		itch_reg_sho(s, m);
		break;
	case 'J':
		itch_luld_collar(s, m);
		break;
	case 'P':
		itch_hidden_trade(s, itch_ns, m);
		break;
	case 'Q':
		itch_cross(s, m);
		break;
	case 'B':
		s->broken++;
		break;
	}
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
 * Return: 0, or -1 when it is too short for its type.
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
		itch_book(w, type, locate, itch_ns, m);
		break;
	case 'S':
		itch_system_event(w, m);
		break;
	case 'V':
		itch_mwcb_levels(w, m);
		break;
	case 'W':
		itch_mwcb_breach(w, m);
		break;
	default:
		itch_symbol(w, type, locate, itch_ns, m);
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

/* All messages of the packet; seq ends behind the last one applied. */
static __always_inline void itch_walk(struct walk *w)
{
	__u32 start = w->c.off;

	ht_loop(w->count, itch_step, w);
	if (w->c.off != w->c.end)
		w->corrupt = 1;
	w->n->bytes += w->c.off - start;
}

#endif
