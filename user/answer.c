// SPDX-License-Identifier: GPL-2.0
/*
 * answer - what the exchange says, into the orders it is about
 *
 * An answer that cannot be true is told and counted, and changes nothing.
 */
#include <errno.h>

#include "controller.h"

static void answer_time(struct controller *c, const struct order *o,
			uint64_t now)
{
	if (o->answered_ns == now)
		hist_add(&c->sent_to_answer, now - o->sent_ns);
}

int answer_take(void *controller, const uint8_t *message, size_t len)
{
	struct controller *c = controller;
	uint64_t now = loop_clock();
	const struct order *order;
	struct ouch_reply reply;
	int err = ouch_decode(message, len, &reply);

	if (err == -ENOMSG || (!err && reply.type == 'S')) {
		c->other_answers++;
		return 0;
	}
	if (err) {
		c->bad_answers++;
		log_line(&c->log, "answer of %zu bytes is not OUCH 5.0", len);
		return 0;
	}
	err = orders_apply(&c->orders, &reply, now, &order);
	if (err) {
		log_fault(&c->log, &reply, err);
		return 0;
	}
	answer_time(c, order, now);
	log_reply(&c->log, &reply, order);
	return 0;
}
