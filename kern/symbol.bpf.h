/* SPDX-License-Identifier: GPL-2.0 */
/*
 * symbol - what messages say about a symbol or the market, besides the book
 *
 * path: wire > feed > mold > [itch] > book > trigger > gate > act
 */
#ifndef HT_SYMBOL_BPF_H
#define HT_SYMBOL_BPF_H

#include "book.bpf.h"
#include "changed.bpf.h"
#include "symbol.map.h"
#include "wire.h"

/* A ticker for people and their files: without the padding, and with a question
 * mark for what no exchange uses and a terminal or a CSV would trip over.
 */
static __always_inline void symbol_ticker(char ticker[HT_TICKER],
					const char stock[ITCH_STOCK_LEN])
{
	int i, end = ITCH_STOCK_LEN;

	ticker[ITCH_STOCK_LEN] = 0;
	for (i = ITCH_STOCK_LEN - 1; i >= 0; i--) {
		char c = stock[i];

		if (c == ' ' && end == i + 1) {
			end = i;
			c = 0;
		} else if (c <= ' ' || c > '~' || c == ',' || c == '"') {
			c = '?';
		}
		ticker[i] = c;
	}
}

static __always_inline void symbol_traded(struct ht_symbol *s, __u64 itch_ns,
					__u32 px, __u32 shares)
{
	s->last_px_e4 = px;
	s->last_qty = shares;
	s->last_ns = itch_ns;
	s->trades++;
	s->volume += shares;
}

/* -- state of symbols and market ------------------------------------------ */

static __always_inline void market_event(struct walk *w, const void *m)
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

/* A locate keeps its symbol all day (ITCH 5.0, Stock Directory).  If it does
 * not, whoever watches the old one must not trade the new one.
 */
static __always_inline void symbol_directory(struct walk *w, __u32 locate,
					   struct ht_symbol *s, const void *m)
{
	const struct itch_directory *r = m;
	struct ht_top *top = top_at(locate);
	struct ht_book *book = book_get();

	if (!top || !book)
		return;
	symbol_ticker(top->symbol, r->stock);
	if (s->ticker[0] && get_be64(s->ticker) != get_be64(top->symbol)) {
		w->n->renamed++;
		book_bad(book, top);
	}
	__builtin_memcpy(s->ticker, top->symbol, HT_TICKER);
	s->round_lot = get_be32(&r->round_lot);
	s->test = r->authenticity == 'P' ? HT_NO : HT_YES;
}

/* Only T is trading; what the specification does not know is halted. */
static __always_inline enum ht_symbol_state symbol_state(char state)
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
static __always_inline void symbol_set_state(struct walk *w, __u32 locate,
					   struct ht_symbol *s, __u64 itch_ns,
					   enum ht_symbol_state state,
					   enum ht_flag nasdaq_halt)
{
	if (s->state == state && s->nasdaq_halt == nasdaq_halt)
		return;
	s->state = state;
	s->nasdaq_halt = nasdaq_halt;
	s->state_ns = itch_ns;
	changed_note(w, locate);
}

static __always_inline void symbol_trading_action(struct walk *w, __u32 locate,
						struct ht_symbol *s,
						__u64 itch_ns, const void *m)
{
	const struct itch_trading_action *h = m;

	symbol_set_state(w, locate, s, itch_ns, symbol_state(h->state),
		       s->nasdaq_halt);
}

static __always_inline void symbol_operational_halt(struct walk *w, __u32 locate,
						  struct ht_symbol *s,
						  __u64 itch_ns, const void *m)
{
	const struct itch_operational_halt *h = m;

	if (h->market == 'Q')
		symbol_set_state(w, locate, s, itch_ns, s->state,
			       h->action == 'T' ? HT_NO : HT_YES);
}

static __always_inline void symbol_reg_sho(struct ht_symbol *s, const void *m)
{
	const struct itch_reg_sho *y = m;

	s->reg_sho = y->action == '0' ? HT_SHO_NONE :
		     y->action == '1' ? HT_SHO_TRIGGERED : HT_SHO_CARRIED;
}

static __always_inline void symbol_luld_collar(struct ht_symbol *s,
					     const void *m)
{
	const struct itch_luld_collar *j = m;

	s->collar_upper_e4 = get_be32(&j->upper);
	s->collar_lower_e4 = get_be32(&j->lower);
}

static __always_inline void market_decline_levels(struct walk *w, const void *m)
{
	const struct itch_mwcb_levels *v = m;

	w->feed->mwcb_points[0] = get_be64(&v->level1);
	w->feed->mwcb_points[1] = get_be64(&v->level2);
	w->feed->mwcb_points[2] = get_be64(&v->level3);
}

static __always_inline void market_breach(struct walk *w, const void *m)
{
	const struct itch_mwcb_breach *b = m;
	__u32 level = b->level - '0';

	/* an unknown level is the worst one */
	w->feed->mwcb_level = level >= 1 && level <= 3 ? level : 3;
}

/* -- trades beside the book ----------------------------------------------- */

static __always_inline void symbol_hidden_trade(struct ht_symbol *s,
					      __u64 itch_ns, const void *m)
{
	const struct itch_trade *p = m;
	__u32 shares = get_be32(&p->shares);

	symbol_traded(s, itch_ns, get_be32(&p->price), shares);
	s->hidden_volume += shares;
}

static __always_inline void symbol_cross(struct ht_symbol *s, const void *m)
{
	const struct itch_cross_trade *q = m;

	s->crosses++;
	s->cross_volume += get_be64(&q->shares);
}

/* Everything about a symbol that leaves its book alone. */
static __always_inline void symbol_apply(struct walk *w, char type,
					__u32 locate, __u64 itch_ns,
					const void *m)
{
	struct ht_symbol *s = symbol_at(locate);

	if (!s || !locate)	/* K has locate 0 although it names a stock */
		return;
	switch (type) {
	case 'R':
		symbol_directory(w, locate, s, m);
		break;
	case 'H':
		symbol_trading_action(w, locate, s, itch_ns, m);
		break;
	case 'h':
		symbol_operational_halt(w, locate, s, itch_ns, m);
		break;
	case 'Y':
		symbol_reg_sho(s, m);
		break;
	case 'J':
		symbol_luld_collar(s, m);
		break;
	case 'P':
		symbol_hidden_trade(s, itch_ns, m);
		break;
	case 'Q':
		symbol_cross(s, m);
		break;
	case 'B':
		s->broken++;
		break;
	}
}

#endif
