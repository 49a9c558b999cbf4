// SPDX-License-Identifier: GPL-2.0
/*
 * exchange_change - Replace, Cancel and Modify of an order that is open
 *
 * Quantities are those of the whole chain, what it has executed included.
 */
#include <string.h>

#include "exchange_match.h"
#include "exchange_reply.h"
#include "exchange_requests.h"
#include "wire.h"

/* What of an order of so many shares in all is still to be had. */
static uint32_t qty_left(const struct exchange_order *o, uint32_t total)
{
	return total > o->executed ? total - o->executed : 0;
}

static bool side_may_become(char from, char to)
{
	return from == to ||
	       (form_is_one_of(from, "STE") && form_is_one_of(to, "STE"));
}

/* -- Replace ------------------------------------------------------------ */

/* OUCH 5.0, Replace: a tag that is missing is as with the original; firm and
 * group cannot change.
 */
static struct exchange_tags tags_inherit(const struct exchange_tags *from,
					 const struct exchange_tags *now)
{
	struct exchange_tags t = *from;

	if (now->has & EXCHANGE_TAG(MIN_QTY))
		t.min_qty = now->min_qty;
	if (now->has & EXCHANGE_TAG(MAX_FLOOR))
		t.max_floor = now->max_floor;
	if (now->has & EXCHANGE_TAG(POST_ONLY))
		t.post_only = now->post_only;
	if (now->has & EXCHANGE_TAG(EXPIRE_TIME))
		t.expire_s = now->expire_s;
	if (now->has & EXCHANGE_TAG(AIQ_STRATEGY))
		t.aiq = now->aiq;
	t.has |= now->has & (EXCHANGE_TAG(MIN_QTY) | EXCHANGE_TAG(MAX_FLOOR) |
			     EXCHANGE_TAG(POST_ONLY) |
			     EXCHANGE_TAG(EXPIRE_TIME) |
			     EXCHANGE_TAG(AIQ_STRATEGY));
	t.refusal = now->refusal;
	return t;
}

static char side_wanted(const struct exchange_request *r,
			const struct exchange_order *o)
{
	return r->tags.has & EXCHANGE_TAG(SIDE) ? r->tags.side : o->side;
}

static bool is_invalid(const struct exchange_request *r,
		       const struct ouch_replace *m,
		       const struct exchange_order *o,
		       const struct exchange_tags *tags)
{
	uint32_t qty = get_be32(&m->qty);

	return form_replace(m, tags) || !qty_left(o, qty) ||
	       !side_may_become(o->side, side_wanted(r, o)) ||
	       request_risk(r->x, qty, get_be64(&m->price));
}

/* Why the original cannot go now, or 0. */
static uint16_t late_refusal(const struct exchange_request *r,
			     const struct exchange_order *o)
{
	if (request_disabled(r->client, o->tags.firm))
		return OUCH_REJECT_FIRM_NOT_AUTHORIZED;
	if (fault_is_due(&r->x->faults.late))
		return OUCH_REJECT_CANCEL_NOT_ALLOWED;
	return 0;
}

static void reject(struct exchange_request *r, const struct ouch_replace *m,
		   uint16_t reason)
{
	r->x->counts.requests_rejected++;
	reply_rejected(r->x, r->client, r->tags.channel, get_be32(&m->urn),
		       m->clordid, reason);
}

static void replace(struct exchange_request *r, const struct ouch_replace *m,
		    struct exchange_order *from,
		    const struct exchange_tags *tags)
{
	struct exchange_order *o;

	o = order_make(r->x, r->client, r->tags.channel, get_be32(&m->urn),
		       from->locate);
	if (!o) {
		reject(r, m, OUCH_REJECT_PROCESSING_ERROR);
		return;
	}
	o->ref = ++r->x->last_ref;
	o->executed = from->executed;
	o->filled = from->filled;
	o->open = qty_left(from, get_be32(&m->qty));
	o->price = get_be64(&m->price);
	o->side = side_wanted(r, from);
	o->tif = m->tif;
	o->display = m->display;
	o->capacity = from->capacity;
	o->iso = m->iso;
	o->tags = *tags;
	memcpy(o->symbol, from->symbol, sizeof(o->symbol));
	memcpy(o->clordid, m->clordid, sizeof(o->clordid));
	order_drop(r->x, from);
	order_set_expiry(r->x, o);
	reply_replaced(r->x, o, get_be32(&m->orig_urn));
	match_place(r->x, o);
}

/* OUCH 5.0, Replace: its four outcomes, in the order they are looked for. */
void request_replace(struct exchange_request *r, const void *message)
{
	const struct ouch_replace *m = message;
	uint8_t channel = r->tags.channel;
	struct exchange_order *o = order_find(r->client, channel,
					      get_be32(&m->orig_urn));
	struct exchange_tags tags;
	uint16_t reason;

	r->x->counts.replaces++;
	if (!o) {
		r->x->counts.replaces_unknown++;
		return;
	}
	if (get_be32(&m->urn) <= r->client->last_urn[channel]) {
		r->x->counts.requests_ignored++;
		return;
	}
	tags = tags_inherit(&o->tags, &r->tags);
	if (is_invalid(r, m, o, &tags)) {
		r->x->counts.replaces_invalid++;
		match_cancel(r->x, o, 'U');
		return;
	}
	request_takes_number(r, get_be32(&m->urn));
	reason = late_refusal(r, o);
	if (reason)
		reject(r, m, reason);
	else
		replace(r, m, o, &tags);
}

/* -- Cancel and Modify -------------------------------------------------- */

static void cancel_to(struct exchange *x, struct exchange_order *o,
		      uint32_t keep)
{
	uint32_t taken = o->open - keep;

	if (!keep) {
		match_cancel(x, o, 'U');
		return;
	}
	o->open = keep;
	reply_canceled(x, o, taken, 'U');
}

/* OUCH 5.0: a cancel of a dead order gets no answer */
void request_cancel(struct exchange_request *r, const void *message)
{
	const struct ouch_cancel *m = message;
	struct exchange_order *o = order_find(r->client, r->tags.channel,
					      get_be32(&m->urn));
	uint32_t keep;

	r->x->counts.cancels++;
	if (!o) {
		r->x->counts.cancels_unknown++;
		return;
	}
	keep = qty_left(o, get_be32(&m->qty));
	if (keep >= o->open) {
		r->x->counts.unchanged++;
	} else if (fault_is_due(&r->x->faults.pending)) {
		reply_pending(r->x, o, 'P');
		reply_pending(r->x, o, 'I');
	} else {
		cancel_to(r->x, o, keep);
	}
}

/* OUCH 5.0, Modify: more shares than there are, are not asked for. */
void request_modify(struct exchange_request *r, const void *message)
{
	const struct ouch_modify *m = message;
	struct exchange_order *o = order_find(r->client, r->tags.channel,
					      get_be32(&m->urn));
	uint32_t keep;

	r->x->counts.modifies++;
	if (!o) {
		r->x->counts.modifies_unknown++;
		return;
	}
	keep = qty_left(o, get_be32(&m->qty));
	if (r->tags.refusal || !side_may_become(o->side, m->side) ||
	    (keep >= o->open && m->side == o->side)) {
		r->x->counts.unchanged++;
		return;
	}
	if (!keep) {
		match_cancel(r->x, o, 'U');
		return;
	}
	o->side = m->side;
	o->open = keep < o->open ? keep : o->open;
	reply_modified(r->x, o);
}
