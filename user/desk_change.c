// SPDX-License-Identifier: GPL-2.0
/*
 * desk_change - requests about orders that are there, and about all of them
 *
 * A Replace or Modify goes through the gates as an order that takes another
 * one's place; what makes an order smaller is never refused by us.
 */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "controller.h"
#include "desk_out.h"
#include "orders_table.h"

/* Encoded, and what to write down with it. */
struct message {
	struct desk_want want;
	struct desk_stamps stamps;
	size_t len;
	uint8_t bytes[OUCH_REQUEST_MAX];
};

/* Return: 0 or negative errno, as ouch_request_encode(). */
static int message_make(struct message *m, const struct ouch_request *r,
			const struct ouch_request *original)
{
	int len = ouch_request_encode(m->bytes, r, original);

	m->len = len < 0 ? 0 : (size_t)len;
	return len < 0 ? len : 0;
}

/*
 * Sends and writes down.  *doubt: nobody can say whether it left.
 * Return: 0; -EAGAIN: nothing was sent.
 */
static int message_send(struct controller *c, struct message *m, uint32_t urn,
			bool *doubt)
{
	bool dry = c->options->dry_run;
	int err = 0;

	*doubt = false;
	if (!dry)
		err = c->delegate.cut ? -EAGAIN :
		      session_send(&c->session, m->bytes, m->len);
	if (err == -EAGAIN || err == -ENOTCONN)
		return -EAGAIN;
	*doubt = err != 0;
	m->stamps.sent_ns = clock_ns();
	desk_journal(c, &m->want, &m->stamps, dry ? JOURNAL_WAY_DRY :
		     JOURNAL_WAY_PLAIN, urn, m->bytes, m->len);
	return 0;
}

/* After the books know of it. */
static void doubt_end(struct controller *c, bool doubt)
{
	if (doubt)
		session_drop(&c->session, "a request left it in doubt");
}

/* -- what an order said -------------------------------------------------- */

struct desk_kept desk_keep(const struct ouch_terms *terms)
{
	struct desk_kept k = { .tif = terms->tif, .display = terms->display };
	uint64_t value;
	int i;

	k.expires = !ouch_tag_get(&terms->tags, OUCH_TAG_EXPIRE_TIME, &value);
	if (!ouch_tag_get(&terms->tags, OUCH_TAG_SHARES_LOCATED, &value))
		k.located = (char)value;
	if (ouch_tag_get(&terms->tags, OUCH_TAG_LOCATE_BROKER, &value))
		return k;
	for (i = OUCH_FIRM_LEN - 1; i >= 0; i--, value >>= 8)
		k.broker[i] = (char)value;
	return k;
}

static void locate_put(struct ouch_appendage *tags, const struct desk_kept *k)
{
	char broker[OUCH_FIRM_LEN + 1] = "";
	int i;

	if (k->located)
		ouch_tag_put(tags, OUCH_TAG_SHARES_LOCATED,
			     (uint8_t)k->located);
	memcpy(broker, k->broker, OUCH_FIRM_LEN);
	for (i = OUCH_FIRM_LEN - 1; i >= 0 && broker[i] == ' '; i--)
		broker[i] = 0;
	if (broker[0])
		ouch_tag_put_text(tags, OUCH_TAG_LOCATE_BROKER, broker);
}

static const struct desk_kept *kept_of(const struct controller *c,
				       const struct order *order)
{
	return &c->kept[order - c->orders.table];
}

/* The order as it was asked for last, as far as a change is judged by it. */
static struct ouch_request original_of(const struct controller *c,
				       const struct order *o)
{
	const struct desk_kept *k = kept_of(c, o);
	struct ouch_request r = {
		.type = 'O', .urn = o->urn, .side = o->side,
		.qty = o->open + (uint32_t)order_done(o), .px = o->px,
	};

	memcpy(r.symbol, o->symbol, OUCH_SYMBOL_LEN);
	memcpy(r.clordid, o->clordid, sizeof(r.clordid));
	locate_put(&r.terms.tags, k);
	if (k->expires)
		ouch_tag_put(&r.terms.tags, OUCH_TAG_EXPIRE_TIME, 0);
	return r;
}

/* OUCH 5.0, Replace Order: tags that are missing stay as they are, except those
 * of a locate.  The fixed fields are always there, so they are said again, too.
 */
static void terms_inherit(const struct controller *c, struct ouch_request *r,
			  const struct order *old)
{
	const struct desk_kept *k = kept_of(c, old);

	if (!r->terms.tif)
		r->terms.tif = k->tif ? k->tif : OUCH_TIF_IOC;
	if (!r->terms.display)
		r->terms.display = k->display ? k->display : 'Y';
	if (!r->terms.iso)
		r->terms.iso = 'N';
	locate_put(&r->terms.tags, k);	/* -EEXIST: said anew */
}

/* -- Replace, Modify ----------------------------------------------------- */

/* An order for qty shares that takes the old one's place. */
static struct desk_want want_instead(const struct controller *c,
				     const struct order *old,
				     const struct ouch_request *r,
				     uint32_t qty, uint64_t px)
{
	struct desk_want want = {
		.order = {
			.by_hand = true,
			.locate = mirror_locate(c, old->symbol),
			.side = r->side,
			.tif = r->terms.tif,
			.iso = r->terms.iso == 'Y',
			.qty = qty,
			.px = (uint32_t)px,
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

static int replace_book(struct controller *c, const struct ouch_request *r,
			const struct message *m, const struct order *old)
{
	struct order *o = orders_next(&c->orders);
	size_t index = (size_t)(o - c->orders.table);

	desk_order_fill(o, &m->want);
	o->urn = r->urn;
	o->qty = r->qty;
	o->sent_ns = m->stamps.sent_ns;
	c->kept[index] = desk_keep(&r->terms);
	c->kept[index].expires |= kept_of(c, old)->expires;
	c->touched[index] = ++c->changes;
	return orders_replace_sent(&c->orders, old->urn);
}

/* Could it be asked for, whatever the gates say? */
static int replace_check(struct controller *c, struct ouch_request *r,
			 const struct order *old, struct message *m)
{
	const struct ouch_request original = original_of(c, old);
	int err = orders_replaceable(&c->orders, old->urn);

	if (err)
		return err;
	if (r->qty <= order_done(old))
		return -ERANGE;
	r->urn = desk_number_next(c);
	return message_make(m, r, &original);
}

static int replace(struct controller *c, struct ouch_request *r,
		   const struct order *old, struct desk_result *result)
{
	const struct ouch_request original = original_of(c, old);
	struct message m = {0};
	bool doubt;
	int err = replace_check(c, r, old, &m);

	if (err)
		return err;
	r->side = old->side;
	m.want = want_instead(c, old, r, r->qty - (uint32_t)order_done(old),
			      r->px);
	m.stamps.seen_ns = m.want.seen_ns;
	if (!desk_allow(c, &m.want, result, &m.stamps.decided_ns))
		return 0;
	result->urn = r->urn = desk_number(c);
	err = message_make(&m, r, &original);
	if (!err)
		err = message_send(c, &m, r->urn, &doubt);
	if (err) {
		desk_withdraw(c, &m.want, result, HT_REFUSED_TRANSPORT);
		return 0;
	}
	if (!c->options->dry_run)
		err = replace_book(c, r, &m, old);
	doubt_end(c, doubt);
	return err;
}

/* Only its side changes, and it may become smaller; what is left of it is
 * judged as what it is to be.
 */
static int modify(struct controller *c, struct ouch_request *r,
		  const struct order *old, struct desk_result *result)
{
	const struct ouch_request original = original_of(c, old);
	struct message m = {0};
	bool doubt;
	int err = message_make(&m, r, &original);

	if (err)
		return err;
	m.want = want_instead(c, old, r, old->open, old->px);
	m.want.order.tif = OUCH_TIF_DAY;
	m.stamps.seen_ns = m.want.seen_ns;
	if (!desk_allow(c, &m.want, result, &m.stamps.decided_ns))
		return 0;
	err = message_send(c, &m, r->urn, &doubt);
	if (err) {
		desk_withdraw(c, &m.want, result, HT_REFUSED_TRANSPORT);
		return 0;
	}
	if (!c->options->dry_run)
		err = orders_modify_sent(&c->orders, r->urn, r->side);
	doubt_end(c, doubt);
	return err;
}

/* -- Cancel --------------------------------------------------------------- */

/* OUCH 5.0, Cancel Order: the quantity is what the order, with those it came
 * from, is to be in all; what it is already is no request.
 */
static int cancel(struct controller *c, struct ouch_request *r,
		  const struct order *old)
{
	const struct ouch_request original = original_of(c, old);
	struct message m = { .want.trigger = "" };
	bool doubt;
	int err;

	r->side = 0;
	if (r->qty >= old->open + order_done(old))
		return -ERANGE;
	err = message_make(&m, r, &original);
	if (err)
		return err;
	m.stamps.seen_ns = m.stamps.decided_ns = clock_ns();
	memcpy(m.want.order.symbol, old->symbol, sizeof(old->symbol));
	err = message_send(c, &m, r->urn, &doubt);
	if (err)
		return err;
	risk_cancel(&c->risk, m.stamps.sent_ns);
	if (!c->options->dry_run)
		err = orders_cancel_sent(&c->orders, r->urn);
	doubt_end(c, doubt);
	return err;
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
	if (r->type == 'X') {
		err = cancel(c, r, old);
	} else {
		terms_inherit(c, r, old);
		err = r->type == 'U' ? replace(c, r, old, result) :
				       modify(c, r, old, result);
	}
	desk_mirror(c);
	return err;
}

/* -- all of them ----------------------------------------------------------- */

int desk_mass(struct controller *c, char type, const char *symbol)
{
	struct message m = { .want.trigger = "" };
	struct ouch_request r = { .type = type };
	bool doubt;
	int err;

	if (c->session.state != HT_SESSION_OPEN)
		return -EAGAIN;
	memcpy(r.terms.firm, c->options->terms.firm, sizeof(r.terms.firm));
	strncpy(r.symbol, symbol, OUCH_SYMBOL_LEN);
	strncpy(m.want.order.symbol, symbol, sizeof(m.want.order.symbol) - 1);
	r.urn = desk_number(c);
	err = message_make(&m, &r, NULL);
	if (err)
		return err;
	m.stamps.seen_ns = m.stamps.decided_ns = clock_ns();
	err = message_send(c, &m, r.urn, &doubt);
	if (err)
		return err;
	c->mass_urn = r.urn;
	risk_cancel(&c->risk, m.stamps.sent_ns);
	doubt_end(c, doubt);
	return 0;
}

int desk_query(struct controller *c)
{
	const struct ouch_request r = { .type = 'Q' };
	struct message m = { .want.trigger = "" };
	int err = message_make(&m, &r, NULL);

	if (!err && !c->options->dry_run)
		err = answers_ask(c);
	if (err)
		return err == -ENOTCONN ? -EAGAIN : err;
	m.stamps.seen_ns = m.stamps.decided_ns = m.stamps.sent_ns = clock_ns();
	desk_journal(c, &m.want, &m.stamps, c->options->dry_run ?
		     JOURNAL_WAY_DRY : JOURNAL_WAY_PLAIN, 0, m.bytes, m.len);
	return 0;
}
