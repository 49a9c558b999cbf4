// SPDX-License-Identifier: GPL-2.0
/*
 * answer - what the exchange says, into the orders it is about; or that it
 * says nothing
 *
 * An answer that cannot be true is told and counted, and changes nothing.
 */
#include <errno.h>

#include "clock.h"
#include "controller.h"

enum { ANSWER_MS = 1000 };	/* an order without one stops all others */

static void answer_time(struct controller *c, const struct order *o,
			uint64_t now)
{
	if (o->sent && o->answered_ns == now)
		hist_add(&c->sent_to_answer, now - o->sent_ns);
}

static int answer_take(void *controller, const uint8_t *message, size_t len)
{
	struct controller *c = controller;
	uint64_t now = clock_ns();
	const struct order *order;
	struct ouch_reply reply;
	int err = ouch_decode(message, len, &reply);

	if (err == -ENOMSG) {
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
	if (!order) {
		c->other_answers++;
		return 0;
	}
	answer_time(c, order, now);
	log_reply(&c->log, &reply, order);
	return 0;
}

static struct transport_sink answers_sink(struct controller *c)
{
	return (struct transport_sink){
		.message = answer_take,
		.context = c,
	};
}

const char *answers_trouble(const struct controller *c)
{
	if (c->unanswered)
		return "an order got no answer; find out what became of it, then restart";
	if (orders_full(&c->orders))
		return "order table full; restart the controller";
	return egress_trouble(&c->egress);
}

void answers_tell(struct controller *c)
{
	const char *trouble = answers_trouble(c);

	if (trouble == c->trouble)
		return;
	c->trouble = trouble;
	if (trouble)
		log_line(&c->log, "orders cannot leave: %s", trouble);
	else
		log_line(&c->log, "orders can leave again");
}

int answers_event(struct source *s)
{
	struct controller *c = source_owner(s, struct controller, answers);
	const struct transport_sink sink = answers_sink(c);
	int got = transport_receive(&c->egress.transport, &sink);

	answers_tell(c);
	return got < 0 ? got : 0;
}

int answers_beat(struct controller *c)
{
	const struct transport_sink sink = answers_sink(c);
	int err = transport_drain(&c->egress.transport, &sink);

	if (!err)
		err = transport_beat(&c->egress.transport);
	answers_tell(c);
	return err;
}

/*
 * An order without an answer may be at the exchange or not; nothing here can
 * tell, so no other follows it.  An answer that we have not read is not
 * missing, and after we stood still the exchange gets its time anew.
 */
int answers_judge(struct controller *c, uint64_t now_ns)
{
	const struct transport_sink sink = answers_sink(c);
	const struct order *order;
	int err;

	if (c->orders.judged == c->orders.count ||
	    now_ns - c->awake_ns <= ANSWER_MS * MS_NS)
		return 0;
	err = transport_drain(&c->egress.transport, &sink);
	if (err)
		return err;
	while ((order = orders_overdue(&c->orders,
				       now_ns - ANSWER_MS * MS_NS))) {
		if (!c->unanswered)
			log_line(&c->log, "urn %u %s: no answer for %u ms",
				 order->urn, order->symbol, ANSWER_MS);
		c->unanswered = true;
	}
	answers_tell(c);
	return 0;
}
