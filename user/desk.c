// SPDX-License-Identifier: GPL-2.0
#include "desk.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "controller.h"
#include "desk_out.h"
#include "out.h"

void desk_journal(struct controller *c, const struct desk_want *want,
		  const struct desk_stamps *s, enum journal_way way,
		  uint32_t urn, const void *message, size_t len)
{
	struct journal_sent sent = {
		.entry_ns = s->entry_ns,
		.seen_ns = s->seen_ns,
		.decided_ns = s->decided_ns,
		.submitted_ns = s->sent_ns,
		.urn = urn,
		.way = (uint8_t)way,
		.soup = 1,
		.row = want->order.trigger,
	};

	/* what was written last is this, in its packet */
	if (way != JOURNAL_WAY_DRY)
		sent.tcp_seq = c->delegate.written -
			       (uint32_t)(sizeof(struct soup_header) + len);
	memcpy(sent.symbol, want->order.symbol, sizeof(sent.symbol));
	strncpy(sent.trigger, want->trigger, sizeof(sent.trigger) - 1);
	journal_put_sent(&c->journal, want->order.seq, &sent, message, len);
}

/* -- refusals ----------------------------------------------------------- */

static void refusal_journal(struct controller *c, const struct desk_want *want,
			    enum ht_refusal why, bool spent)
{
	const struct risk_order *o = &want->order;
	struct journal_refusal refusal = {
		.entry_ns = o->by_hand ? want->seen_ns : o->entry_ns,
		.decided_ns = clock_ns(),
		.px = o->px,
		.qty = o->qty,
		.row = o->trigger,
		.reason = (uint16_t)why,
		.gate = o->by_hand ? JOURNAL_GATE_HAND :
				     JOURNAL_GATE_CONTROLLER,
		.side = o->side,
		.spent = spent,
	};

	if (why == HT_REFUSED_TRANSPORT)
		refusal.gate = JOURNAL_GATE_TRANSPORT;
	memcpy(refusal.symbol, o->symbol, sizeof(refusal.symbol));
	strncpy(refusal.trigger, want->trigger, sizeof(refusal.trigger) - 1);
	journal_put_refusal(&c->journal, o->seq, &refusal);
}

/* The fire counts for the trigger all the same.  There is none to name for a
 * row that does not exist.
 */
static void refuse(struct controller *c, const struct desk_want *want,
		   struct desk_result *result, enum ht_refusal why)
{
	uint32_t row = want->order.trigger;
	bool spent = row && row < HT_TRIGGERS &&
		     HT_READ_ONCE(c->in.triggers[row].state) ==
		     HT_TRIGGER_SPENT;

	result->why = why;
	refusal_journal(c, want, why, spent);
	log_refusal(&c->log, &want->order, want->trigger, why, spent);
}

void desk_withdraw(struct controller *c, const struct desk_want *want,
		   struct desk_result *result, enum ht_refusal why)
{
	risk_withdraw(&c->risk, why);
	refuse(c, want, result, why);
}

/* What stops an order that both gates allow. */
static enum ht_refusal last_refusal(struct controller *c,
				    const struct desk_want *want)
{
	if (orders_full(&c->orders))
		return HT_REFUSED_ORDERS_FULL;
	if (c->options->journal_strict &&
	    (journal_full(&c->journal) || journal_trouble(&c->journal)))
		return HT_REFUSED_JOURNAL;
	return risk_last(&c->risk, &c->in, &want->order);
}

bool desk_allow(struct controller *c, const struct desk_want *want,
		struct desk_result *result, uint64_t *decided_ns)
{
	enum ht_refusal why = risk_check(&c->risk, &c->in, &want->order,
					 want->seen_ns);

	/* what the record says judged it (P4) */
	c->journal.limits = c->risk.version;
	if (why) {
		refuse(c, want, result, why);
		return false;
	}
	*decided_ns = clock_ns();
	why = last_refusal(c, want);
	if (why)
		desk_withdraw(c, want, result, why);
	return !why;
}

/* -- numbers ------------------------------------------------------------ */

void desk_number_used(struct controller *c, uint32_t urn)
{
	if (HT_READ_ONCE(c->in.gate->next_urn) <= urn)
		HT_WRITE_ONCE(c->in.gate->next_urn, urn + 1);
}

/* The row is the session's, whoever draws from it; but the exchange ignores
 * what is not above all that it has answered.
 */
uint32_t desk_number_next(const struct controller *c)
{
	uint32_t next = (uint32_t)(HT_READ_ONCE(c->in.session->next) >> 32);

	if (c->options->dry_run)
		return c->dry_urn;
	return next > c->orders.next_urn ? next : c->orders.next_urn;
}

uint32_t desk_number(struct controller *c)
{
	uint32_t urn;

	if (c->options->dry_run)
		return c->dry_urn++;
	delegate_number_floor(&c->delegate, c->orders.next_urn);
	urn = delegate_number(&c->delegate);
	desk_number_used(c, urn);
	return urn;
}

/* -- Enter Order -------------------------------------------------------- */

void desk_order_fill(struct order *o, const struct desk_want *want)
{
	const struct risk_order *r = &want->order;

	o->side = r->side;
	o->qty = r->qty;
	o->px = r->px;
	o->seq = r->seq;
	o->entry_ns = r->entry_ns;
	o->seen_ns = want->seen_ns;
	memcpy(o->clordid, want->clordid, sizeof(o->clordid));
	memcpy(o->symbol, r->symbol, sizeof(o->symbol));
	strncpy(o->trigger, want->trigger, sizeof(o->trigger) - 1);
}

static struct ouch_order message_of(const struct order *o)
{
	struct ouch_order m = {
		.urn = o->urn,
		.qty = o->qty,
		.px = o->px,
		.side = o->side,
		.symbol = o->symbol,
	};

	memcpy(m.clordid, o->clordid, sizeof(m.clordid));
	return m;
}

/* The message as it left, for the journal. */
static size_t enter_encode(struct controller *c, const struct desk_want *want,
			   const struct order *o, uint8_t *bytes)
{
	const struct ouch_order m = message_of(o);
	uint32_t len = ouch_enter_init(bytes, want->terms ? want->terms :
				       &c->options->terms);

	ouch_enter_set((struct ouch_enter *)bytes, &m);
	return len;
}

/* By AF_XDP if that is open, else by the socket.  Return: as delegate_send();
 * the order has its number and the time when it left.
 */
static int hot_send(struct controller *c, struct order *o,
		    enum journal_way *way)
{
	struct ouch_order m = message_of(o);
	enum delegate_reason reason;
	uint64_t before_ns = c->delegate.left_ns;
	int err;

	desk_number_used(c, desk_number_next(c));
	delegate_number_floor(&c->delegate, o->urn);
	err = delegate_send(&c->delegate, &m, &reason);
	o->urn = m.urn;
	*way = reason == DELEGATE_NONE ? JOURNAL_WAY_DELEGATED :
					 JOURNAL_WAY_PLAIN;
	if (c->delegate.left_ns != before_ns)
		o->sent_ns = c->delegate.left_ns;
	if (!err)
		session_sent(&c->session, c->delegate.form.payload, clock_ns());
	return err;
}

static int cold_send(struct controller *c, const struct desk_want *want,
		     struct order *o)
{
	uint8_t bytes[OUCH_REQUEST_MAX];
	size_t len;

	/* it would wait in TCP for the way to come back, and leave stale */
	if (c->delegate.cut)
		return -EAGAIN;
	o->urn = desk_number(c);
	len = enter_encode(c, want, o, bytes);
	return session_send(&c->session, bytes, len);
}

/* Return: 0; -EAGAIN: it did not leave; another negative errno: nobody can say
 * whether it did.
 */
static int enter_send(struct controller *c, const struct desk_want *want,
		      struct order *o, enum journal_way *way)
{
	int err;

	*way = JOURNAL_WAY_DRY;
	if (c->options->dry_run) {
		o->urn = desk_number(c);
		return 0;
	}
	*way = JOURNAL_WAY_PLAIN;
	if (!session_clear(&c->session))
		return -EAGAIN;
	if (want->terms)
		err = cold_send(c, want, o);
	else
		err = hot_send(c, o, way);
	return err == -ENOTCONN ? -EAGAIN : err;
}

static void enter_time(struct controller *c, const struct order *o)
{
	if (!o->entry_ns)
		return;
	hist_add(&c->entry_to_seen, o->seen_ns - o->entry_ns);
	hist_add(&c->seen_to_sent, o->sent_ns - o->seen_ns);
	hist_add(&c->entry_to_sent, o->sent_ns - o->entry_ns);
}

static void kept_note(struct controller *c, const struct desk_want *want,
		      const struct order *o)
{
	const struct ouch_terms *t = want->terms ? want->terms :
				     &c->options->terms;

	c->kept[o - c->orders.table] = desk_keep(t);
}

/* It left, or nobody can say that it did not: it is on the books.
 * Return: 0, or the books' error: they are not to be trusted any more.
 */
static int enter_book(struct controller *c, const struct desk_want *want,
		      struct order *o, enum journal_way way,
		      uint64_t decided_ns)
{
	uint8_t bytes[OUCH_REQUEST_MAX];
	size_t len = enter_encode(c, want, o, bytes);
	const struct desk_stamps stamps = {
		.entry_ns = o->entry_ns,
		.seen_ns = o->seen_ns,
		.decided_ns = decided_ns,
		.sent_ns = o->sent_ns,
	};
	int err;

	desk_journal(c, want, &stamps, way, o->urn, bytes, len);
	if (way == JOURNAL_WAY_DRY)
		return 0;
	enter_time(c, o);
	kept_note(c, want, o);
	err = orders_commit(&c->orders);
	if (err)
		return out_error(err, "urn %u left and is on no book", o->urn);
	desk_mirror(c);
	return 0;
}

static void enter_tell(struct controller *c, const struct desk_want *want,
		       const struct order *o, enum journal_way way)
{
	const struct ht_event *e = want->event;

	if (way == JOURNAL_WAY_DRY)
		log_line(&c->log, "dry run: not sent:");
	else
		c->touched[o - c->orders.table] = ++c->changes;
	if (!e)
		log_hand(&c->log, o);
	else
		log_fire(&c->log, e, o, e->version != HT_READ_ONCE(
				 c->in.triggers[e->trigger].version));
}

int desk_enter(struct controller *c, const struct desk_want *want,
	       struct desk_result *result)
{
	enum journal_way way;
	uint64_t decided;
	struct order *o;
	int doubt, err;

	*result = (struct desk_result){0};
	if (!desk_allow(c, want, result, &decided))
		return 0;
	o = orders_next(&c->orders);
	desk_order_fill(o, want);
	doubt = enter_send(c, want, o, &way);
	if (doubt == -EAGAIN) {
		desk_withdraw(c, want, result, HT_REFUSED_TRANSPORT);
		return 0;
	}
	if (!o->sent_ns)
		o->sent_ns = clock_ns();
	result->urn = o->urn;
	err = enter_book(c, want, o, way, decided);
	if (err)
		return err;
	result->order = way == JOURNAL_WAY_DRY ? NULL : o;
	enter_tell(c, want, o, way);
	if (doubt)
		session_drop(&c->session, "an order left it in doubt");
	return 0;
}
