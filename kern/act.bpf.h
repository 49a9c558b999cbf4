/* SPDX-License-Identifier: GPL-2.0 */
/*
 * act - tell the controller
 *
 * path: wire > feed > mold > itch > book > trigger > gate > [act]
 *
 * The event is filled in the ring itself and holds all the controller needs
 * to decide.
 */
#ifndef HT_ACT_BPF_H
#define HT_ACT_BPF_H

#include "event.map.h"
#include "walk.bpf.h"

/* What a true trigger wants, copied out of the rule that was in force. */
struct wish {
	__u32 row;
	__u32 version;
	__u64 seq;		/* of the message that made it true */
	__u64 fires;		/* of this trigger, this one included */
	enum ht_side side;
	__u32 px;		/* 1e-4 dollars */
	__u32 qty;		/* shares */
	__u32 marks;		/* enum ht_order_mark */
	__u64 cooldown_ns;
	__u64 max_fires;
};

/* Return: 0, or -1 when the ring is full. */
static __always_inline int act_notify(const struct walk *w,
				      const struct wish *wish, __u32 locate,
				      const struct ht_top *top,
				      const struct ht_symbol *s)
{
	struct ht_event *e = event_reserve();

	if (!e)
		return -1;
	e->seq = wish->seq;
	e->entry_ns = w->entry_ns;
	e->itch_ns = w->feed->itch_ns;
	e->fires = wish->fires;
	e->trigger = wish->row;
	e->version = wish->version;
	e->locate = locate;
	e->qty = wish->qty;
	e->px = wish->px;
	e->side = wish->side;
	e->feed = w->feed->state;
	e->state = s->state;
	e->bid = top->bid;
	e->ask = top->ask;
	__builtin_memcpy(e->symbol, top->symbol, HT_TICKER);
	e->marks = wish->marks;
	event_submit(e);
	return 0;
}

#endif
