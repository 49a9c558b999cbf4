// SPDX-License-Identifier: GPL-2.0
/*
 * fire - the way of an order, from the event to the desk
 *
 * Everything that can be done before was: the frame is built, the order's
 * place waits, the limits are in memory.  What is left is to judge, to patch
 * and to send; words come last.
 */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "controller.h"

int fire_take(void *controller, void *record, size_t size)
{
	struct controller *c = controller;
	const struct ht_event *e = record;
	struct desk_result result;
	struct desk_want want;
	char name[HT_TRIGGER_NAME + 1] = "?";

	if (size < sizeof(*e))
		return -EPROTO;
	want = (struct desk_want){
		.order = risk_order_of(e),
		.event = e,
		.trigger = name,
		.seen_ns = clock_ns(),
	};
	c->fires++;
	if (e->trigger < HT_TRIGGERS)
		memcpy(name, c->in.triggers[e->trigger].name,
		       HT_TRIGGER_NAME);
	ouch_clordid(want.clordid, e->seq);
	journal_put_event(&c->journal, e);
	return desk_enter(c, &want, &result);
}
