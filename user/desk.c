// SPDX-License-Identifier: GPL-2.0
#include "desk.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "controller.h"

/* Stamps of one request, CLOCK_MONOTONIC. */
struct stamps {
	uint64_t entry_ns;		/* XDP entry, 0: none */
	uint64_t seen_ns;
	uint64_t decided_ns;
	uint64_t sent_ns;
};

static void sent_journal(struct controller *c, const struct desk_want *want,
			 const struct stamps *s, enum journal_way way,
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
		.row = want ? want->order.trigger : 0,
	};

	if (want) {
		memcpy(sent.symbol, want->order.symbol, sizeof(sent.symbol));
		strncpy(sent.trigger, want->trigger, sizeof(sent.trigger) - 1);
	}
	journal_put_sent(&c->journal, want ? want->order.seq : 0, &sent,
			 message, len);
}

/* -- refusals ----------------------------------------------------------- */

static void refusal_journal(struct controller *c, const struct desk_want *want,
			    enum ht_refusal why)
{
	const struct risk_order *o = &want->order;
	struct journal_refusal refusal = {
		.entry_ns = o->entry_ns,
		.decided_ns = clock_ns(),
		.px = o->px,
		.qty = o->qty,
		.row = o->trigger,
		.reason = (uint16_t)why,
		.gate = o->trigger ? JOURNAL_GATE_CONTROLLER :
				     JOURNAL_GATE_HAND,
		.side = o->side,
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
	refusal_journal(c, want, why);
	log_refusal(&c->log, &want->order, want->trigger, why, spent);
}

/* Allowed by the gate, and yet. */
static void withdraw(struct controller *c, const struct desk_want *want,
		     struct desk_result *result, enum ht_refusal why)
{
	risk_withdraw(&c->risk, why);
	refuse(c, want, result, why);
}

/* -- Enter Order -------------------------------------------------------- */

static void order_fill(struct order *o, const struct desk_want *want)
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
 * the order has its number then.
 */
static int hot_send(struct controller *c, struct order *o,
		    enum journal_way *way)
{
	struct ouch_order m = message_of(o);
	enum delegate_reason reason;
	int err = delegate_send(&c->delegate, &m, &reason);

	o->urn = m.urn;
	*way = reason == DELEGATE_NONE ? JOURNAL_WAY_DELEGATED :
					 JOURNAL_WAY_PLAIN;
	if (!err)
		session_sent(&c->session, c->delegate.form.payload, clock_ns());
	return err;
}

static int cold_send(struct controller *c, const struct desk_want *want,
		     struct order *o)
{
	uint8_t bytes[OUCH_REQUEST_MAX];
	size_t len;

	o->urn = delegate_number(&c->delegate);
	len = enter_encode(c, want, o, bytes);
	return session_send(&c->session, bytes, len);
}

/* Whoever comes after us must not use the number, whatever happens. */
static int enter_send(struct controller *c, const struct desk_want *want,
		      struct order *o, enum journal_way *way)
{
	int err;

	*way = JOURNAL_WAY_DRY;
	if (c->options->dry_run) {
		o->urn = c->dry_urn++;
		return 0;
	}
	*way = JOURNAL_WAY_PLAIN;
	if (!session_clear(&c->session))
		return -EAGAIN;
	HT_WRITE_ONCE(c->in.gate->next_urn, o->urn + 1);
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

/* It left, or nobody can say that it did not: it is on the books. */
static void enter_book(struct controller *c, const struct desk_want *want,
		       struct order *o, enum journal_way way,
		       uint64_t decided_ns)
{
	uint8_t bytes[OUCH_REQUEST_MAX];
	size_t len = enter_encode(c, want, o, bytes);
	const struct stamps stamps = {
		.entry_ns = o->entry_ns,
		.seen_ns = o->seen_ns,
		.decided_ns = decided_ns,
		.sent_ns = o->sent_ns,
	};

	enter_time(c, o);
	sent_journal(c, want, &stamps, way, o->urn, bytes, len);
	if (way != JOURNAL_WAY_DRY) {
		orders_commit(&c->orders);
		desk_mirror(c, o->sent_ns);
	}
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

static void enter_tell(struct controller *c, const struct desk_want *want,
		       const struct order *o, enum journal_way way)
{
	const struct ht_event *e = want->event;

	c->touched[o - c->orders.table] = ++c->changes;
	if (way == JOURNAL_WAY_DRY)
		log_line(&c->log, "dry run: not sent:");
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
	int err;

	*result = (struct desk_result){0};
	result->why = risk_check(&c->risk, &c->in, &want->order,
				 want->seen_ns);
	if (result->why) {
		refuse(c, want, result, result->why);
		return 0;
	}
	decided = clock_ns();
	result->why = last_refusal(c, want);
	if (result->why) {
		withdraw(c, want, result, result->why);
		return 0;
	}
	o = orders_next(&c->orders);
	order_fill(o, want);
	err = enter_send(c, want, o, &way);
	if (err == -EAGAIN) {
		withdraw(c, want, result, HT_REFUSED_TRANSPORT);
		return 0;
	}
	o->sent_ns = clock_ns();
	result->urn = o->urn;
	enter_book(c, want, o, way, decided);
	result->order = way == JOURNAL_WAY_DRY ? NULL : o;
	enter_tell(c, want, o, way);
	if (err)
		session_drop(&c->session, "an order left it in doubt");
	return 0;
}

/* -- everything else ---------------------------------------------------- */

/* Encodes, sends and writes down.  Return: 0 or negative errno; -EAGAIN and
 * -ENOTCONN: nothing was sent.
 */
static int request_send(struct controller *c, const struct ouch_request *r,
			const struct ouch_request *original,
			const char *symbol)
{
	struct desk_want want = { .trigger = "" };
	struct stamps stamps = {0};
	uint8_t bytes[OUCH_REQUEST_MAX];
	int len = ouch_request_encode(bytes, r, original);
	int err = 0;

	if (len < 0)
		return len;
	stamps.seen_ns = stamps.decided_ns = clock_ns();
	if (!c->options->dry_run)
		err = session_send(&c->session, bytes, (size_t)len);
	if (err == -EAGAIN || err == -ENOTCONN)
		return -EAGAIN;
	stamps.sent_ns = clock_ns();
	strncpy(want.order.symbol, symbol, sizeof(want.order.symbol) - 1);
	sent_journal(c, &want, &stamps, c->options->dry_run ?
		     JOURNAL_WAY_DRY : JOURNAL_WAY_PLAIN, r->urn, bytes,
		     (size_t)len);
	if (err)
		session_drop(&c->session, "a request left it in doubt");
	return 0;
}

/* What was asked for last about an order, for what a change inherits. */
static struct ouch_request original_of(const struct order *o)
{
	struct ouch_request r = {
		.type = 'O', .urn = o->urn, .side = o->side, .qty = o->qty,
		.px = o->px,
	};

	memcpy(r.symbol, o->symbol, OUCH_SYMBOL_LEN);
	memcpy(r.clordid, o->clordid, sizeof(r.clordid));
	return r;
}

static struct desk_want replace_want(const struct controller *c,
				     const struct order *old,
				     const struct ouch_request *r)
{
	struct desk_want want = {
		.order = {
			.by_hand = true,
			.locate = mirror_locate(c, old->symbol),
			.side = old->side,
			.tif = r->terms.tif,
			.iso = r->terms.iso == 'Y',
			.qty = r->qty - old->done - old->filled,
			.px = (uint32_t)r->px,
			.replaces_qty = old->open,
			.replaces_px = (uint32_t)old->px,
		},
		.trigger = "",
		.seen_ns = clock_ns(),
	};

	memcpy(want.order.symbol, old->symbol, sizeof(want.order.symbol));
	memcpy(want.clordid, r->clordid, sizeof(want.clordid));
	return want;
}

static int replace(struct controller *c, struct ouch_request *r,
		   const struct order *old, struct desk_result *result)
{
	const struct ouch_request original = original_of(old);
	struct desk_want want = replace_want(c, old, r);
	struct order *o;
	int err = orders_replaceable(&c->orders, old->urn);

	if (err)
		return err;
	if (r->qty <= old->done + old->filled)
		return -ERANGE;
	result->why = risk_check(&c->risk, &c->in, &want.order, want.seen_ns);
	if (!result->why) {
		result->why = last_refusal(c, &want);
		if (result->why)
			risk_withdraw(&c->risk, result->why);
	}
	if (result->why) {
		refuse(c, &want, result, result->why);
		return 0;
	}
	o = orders_next(&c->orders);
	order_fill(o, &want);
	o->qty = r->qty;
	r->urn = o->urn = c->options->dry_run ? c->dry_urn++ :
			  delegate_number(&c->delegate);
	HT_WRITE_ONCE(c->in.gate->next_urn, o->urn + 1);
	err = request_send(c, r, &original, old->symbol);
	if (err) {
		risk_withdraw(&c->risk, HT_REFUSED_TRANSPORT);
		return err;
	}
	result->urn = o->urn;
	o->sent_ns = clock_ns();
	c->touched[o - c->orders.table] = ++c->changes;
	return c->options->dry_run ? 0 : orders_replace_sent(&c->orders,
							     old->urn);
}

static int reduce(struct controller *c, struct ouch_request *r,
		  const struct order *old)
{
	const struct ouch_request original = original_of(old);
	int err;

	r->side = r->type == 'M' ? r->side : 0;
	risk_cancel(&c->risk, clock_ns());
	err = request_send(c, r, &original, old->symbol);
	if (err || c->options->dry_run)
		return err;
	return r->type == 'M' ?
	       orders_modify_sent(&c->orders, r->urn, r->side) :
	       orders_cancel_sent(&c->orders, r->urn);
}

int desk_change(struct controller *c, struct ouch_request *r,
		struct desk_result *result)
{
	uint32_t urn = r->type == 'U' ? r->orig_urn : r->urn;
	const struct order *old = orders_find(&c->orders, urn);
	int err;

	*result = (struct desk_result){ .urn = urn };
	if (!old)
		return -ENOENT;
	if (!old->open)
		return -ESHUTDOWN;
	err = r->type == 'U' ? replace(c, r, old, result) : reduce(c, r, old);
	desk_mirror(c, clock_ns());
	return err;
}

int desk_mass(struct controller *c, char type, const char *symbol)
{
	struct ouch_request r = { .type = type };

	if (c->session.state != HT_SESSION_OPEN)
		return -EAGAIN;
	memcpy(r.terms.firm, c->options->terms.firm, sizeof(r.terms.firm));
	strncpy(r.symbol, symbol, OUCH_SYMBOL_LEN);
	r.urn = c->options->dry_run ? c->dry_urn++ :
		delegate_number(&c->delegate);
	HT_WRITE_ONCE(c->in.gate->next_urn, r.urn + 1);
	risk_cancel(&c->risk, clock_ns());
	return request_send(c, &r, NULL, symbol);
}
