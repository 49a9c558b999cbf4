// SPDX-License-Identifier: GPL-2.0
/*
 * fire - the way of an order, from the event to the wire
 *
 * Everything that can be done before was: the frame is built, the order's
 * place waits, the limits are in memory.  What is left is to judge, to patch
 * and to send; words come last.
 */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "controller.h"

static void order_fill(struct order *o, const struct controller *c,
		       const struct ht_event *e,
		       const struct risk_order *wanted, uint64_t seen_ns)
{
	o->side = wanted->side;
	o->qty = e->qty;
	o->px = e->px;
	o->seq = e->seq;
	o->entry_ns = e->entry_ns;
	o->seen_ns = seen_ns;
	ouch_clordid(o->clordid, e->seq);
	memcpy(o->symbol, e->symbol, sizeof(o->symbol));
	memcpy(o->trigger, c->in.triggers[e->trigger].name,
	       sizeof(o->trigger) - 1);
}

/* The last look is the last thing before the frame is given away.
 * Return: as egress_send(), or -EAGAIN and *why.
 */
static int order_send(struct controller *c, const struct order *o,
		      enum ht_refusal *why)
{
	struct ouch_order message = {
		.urn = o->urn,
		.qty = o->qty,
		.px = o->px,
		.side = o->side,
		.symbol = o->symbol,
	};

	*why = HT_REFUSED_TRANSPORT;
	if (c->unanswered)
		return -EAGAIN;
	memcpy(message.clordid, o->clordid, sizeof(message.clordid));
	/* whoever comes after us must not use this one, whatever happens */
	HT_WRITE_ONCE(c->in.gate->next_urn, o->urn + 1);
	*why = risk_last(&c->risk, &c->in);
	if (*why)
		return -EAGAIN;
	*why = HT_REFUSED_TRANSPORT;
	return egress_send(&c->egress, &message);
}

static void order_time(struct controller *c, struct order *o)
{
	o->sent_ns = clock_ns();
	hist_add(&c->entry_to_seen, o->seen_ns - o->entry_ns);
	hist_add(&c->seen_to_sent, o->sent_ns - o->seen_ns);
	hist_add(&c->entry_to_sent, o->sent_ns - o->entry_ns);
}

/* The fire counts for the trigger all the same.  There is none to name for a
 * row that does not exist.
 */
static void refuse(struct controller *c, const struct ht_event *e,
		   enum ht_refusal why)
{
	const struct ht_trigger *t = &c->in.triggers[e->trigger % HT_TRIGGERS];

	log_refusal(&c->log, e, e->trigger < HT_TRIGGERS ? t->name : "?", why,
		    HT_READ_ONCE(t->state) == HT_TRIGGER_SPENT);
}

int fire_take(void *controller, void *record, size_t size)
{
	struct controller *c = controller;
	const struct ht_event *e = record;
	uint64_t now = clock_ns();
	struct risk_order wanted;
	enum ht_refusal why;
	struct order *o;
	int err;

	if (size < sizeof(*e))
		return -EPROTO;
	c->fires++;
	wanted = risk_order_of(e);
	why = risk_check(&c->risk, &c->in, &wanted, now);
	if (why) {
		refuse(c, e, why);
		return 0;
	}
	o = orders_next(&c->orders);
	why = HT_REFUSED_ORDERS_FULL;
	if (o)
		order_fill(o, c, e, &wanted, now);
	err = o ? order_send(c, o, &why) : -EAGAIN;
	if (err == -EAGAIN) {
		risk_withdraw(&c->risk, why);
		refuse(c, e, why);
		return 0;
	}
	order_time(c, o);
	if (orders_commit(&c->orders))
		return -EEXIST;
	log_fire(&c->log, e, o,
		 e->version != HT_READ_ONCE(c->in.triggers[e->trigger].version));
	return err;
}
