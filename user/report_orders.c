// SPDX-License-Identifier: GPL-2.0
/*
 * report_orders - what a controller says about its orders
 */
#include <stdio.h>
#include <string.h>

#include "book.h"
#include "clock.h"
#include "controller.h"
#include "describe.h"
#include "orders_table.h"
#include "out.h"

enum {
	ORDERS_SHOWN = 250,	/* newest ones: an answer costs the loop time */
	CHAIN_SHOWN = 64,
	WATCH_MS = 1000,	/* until a watcher is answered, changed or not */
	OUTCOME_MS = 1500,	/* the exchange, by then or not at all */
};

uint64_t question_number(struct json_object *args, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(args, key, &value) ||
	    !json_object_is_type(value, json_type_int))
		return 0;
	return json_object_get_uint64(value);
}

const char *question_text(struct json_object *args, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(args, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return "";
	return json_object_get_string(value);
}

/* -- one order ---------------------------------------------------------- */

static void reason_add(struct json_object *row, const struct order *order)
{
	if (!order->reason)
		return;
	out_text(row, "reason", order->rejected ?
		 ouch_reject_words(order->reason) :
		 ouch_cancel_words((char)order->reason));
}

static void executed_add(struct json_object *row, const struct order *order)
{
	out_uint(row, "open", order->open);
	out_uint(row, "filled", order->filled);
	if (order->filled)
		out_price(row, "average", order->notional / order->filled);
	if (order->broken)
		out_uint(row, "broken", order->broken);
}

static void origin_add(struct json_object *row, const struct order *order)
{
	char clordid[OUCH_CLORDID_LEN + 1];
	int len = OUCH_CLORDID_LEN;

	while (len && order->clordid[len - 1] == ' ')
		len--;
	snprintf(clordid, sizeof(clordid), "%.*s", len, order->clordid);
	out_text(row, "trigger", order->trigger);
	out_uint(row, "sequence", order->seq);
	out_text(row, "clordid", clordid);
}

/* A reject that was replayed says nothing of what it rejects. */
static void wanted_add(struct json_object *row, const struct order *order)
{
	if (!order->side)
		return;
	out_text(row, "symbol", order->symbol);
	out_text(row, "side", ouch_side_words(order->side));
	out_uint(row, "qty", order->qty);
	out_price(row, "price", order->px);
}

static struct json_object *order_object(const struct order *order)
{
	struct json_object *row = json_object_new_object();

	out_uint(row, "urn", order->urn);
	out_text(row, "state", order_state_name(order->state));
	wanted_add(row, order);
	executed_add(row, order);
	reason_add(row, order);
	origin_add(row, order);
	if (order->accepted)
		out_uint(row, "order_ref", order->order_ref);
	if (order->orig_urn)
		out_uint(row, "replaces", order->orig_urn);
	if (order->cancel_refused || order->pending)
		out_text(row, "cancel", order->pending ?
			 "waits at the exchange" : "refused by the exchange");
	if (order->foreign)
		json_object_object_add(row, "foreign",
				       json_object_new_boolean(1));
	if (order->entry_ns)
		out_uint(row, "entry_to_sent_ns",
			 order->sent_ns - order->entry_ns);
	if (order->sent_ns && order->answered_ns)
		out_uint(row, "sent_to_answer_ns",
			 order->answered_ns - order->sent_ns);
	return row;
}

/* -- all about one ------------------------------------------------------ */

static void terms_add(struct json_object *o, const struct desk_kept *kept)
{
	char broker[OUCH_FIRM_LEN + 1] = "", letter[2] = "";

	letter[0] = kept->tif;
	if (kept->tif)
		out_text(o, "time_in_force", letter);
	letter[0] = kept->display;
	if (kept->display)
		out_text(o, "display", letter);
	letter[0] = kept->located;
	if (kept->located)
		out_text(o, "shares_located", letter);
	memcpy(broker, kept->broker, sizeof(kept->broker));
	if (broker[0])
		out_text(o, "locate_broker", broker);
}

static void stamps_add(struct json_object *o, const struct order *order)
{
	if (order->entry_ns && order->seen_ns)
		out_uint(o, "entry_to_seen_ns",
			 order->seen_ns - order->entry_ns);
	if (order->seen_ns && order->sent_ns)
		out_uint(o, "seen_to_sent_ns",
			 order->sent_ns - order->seen_ns);
	describe_age(o, "sent_age_ns", order->sent_ns);
	describe_age(o, "answered_age_ns", order->answered_ns);
}

static const char *asked_words(const struct order *order)
{
	if (order->pending)
		return "its cancel waits at the exchange";
	if (order->cancel_sent)
		return "to be canceled";
	if (order->modify_sent)
		return "to be modified";
	return order->replacement ? "to be replaced" : NULL;
}

static const struct order *chain_next(const struct orders *o, uint32_t urn)
{
	uint32_t i;

	for (i = 0; i < o->count; i++)
		if (o->table[i].orig_urn == urn && o->table[i].accepted)
			return &o->table[i];
	return NULL;
}

/* From the first order of a chain to its last. */
static struct json_object *chain_array(const struct orders *o,
				       const struct order *order)
{
	struct json_object *urns = json_object_new_array();
	const struct order *before;
	int i;

	for (i = 0; i < CHAIN_SHOWN && order->orig_urn < order->urn; i++) {
		before = orders_find(o, order->orig_urn);
		if (!before)
			break;
		order = before;
	}
	for (i = 0; i < CHAIN_SHOWN && order; i++) {
		json_object_array_add(urns, json_object_new_uint64(order->urn));
		order = chain_next(o, order->urn);
	}
	return urns;
}

/* Whether the feed has it, just now. */
static void feed_add(struct json_object *o, const struct controller *c,
		     const struct order *order)
{
	struct json_object *there;
	struct book_order seen;

	if (!order->accepted)
		return;
	if (book_order(&c->in, mirror_locate(c, order->symbol),
		       order->order_ref, &seen)) {
		out_text(o, "in_feed", "no");
		return;
	}
	out_text(o, "in_feed", "yes");
	there = json_object_new_object();
	out_text(there, "side", seen.side == HT_BID ? "bid" : "ask");
	out_uint(there, "shares", seen.qty);
	out_price(there, "price", seen.px);
	json_object_object_add(o, "feed", there);
}

static struct json_object *order_detail(struct controller *c,
					const struct order *order)
{
	struct json_object *o = order_object(order);
	const char *asked = asked_words(order);

	if (order->total) {
		out_price(o, "limit", order->limit);
		out_uint(o, "chain_total", order->total);
	}
	out_uint(o, "executed_before", order->done);
	if (asked)
		out_text(o, "asked", asked);
	terms_add(o, &c->kept[order - c->orders.table]);
	stamps_add(o, order);
	feed_add(o, c, order);
	json_object_object_add(o, "chain", chain_array(&c->orders, order));
	return o;
}

struct json_object *report_order(struct controller *c,
				 struct json_object *args)
{
	uint64_t urn = question_number(args, "urn");
	const struct order *order = urn <= UINT32_MAX ?
		orders_find(&c->orders, (uint32_t)urn) : NULL;
	struct json_object *o;

	if (order)
		return order_detail(c, order);
	o = json_object_new_object();
	out_text(o, "error", "no order of this day has that number; see `hairtrigger order show`");
	return o;
}

/* -- what the exchange said ---------------------------------------------- */

static bool waits_still(const struct controller *c, char type,
			const struct order *order)
{
	if (!order)
		return false;
	switch (type) {
	case 'X':
		return order->cancel_sent || order->pending;
	case 'M':
		return order->modify_sent;
	default:
		if (!order->answered && !order->ignored)
			return true;
		return order->open && order->accepted &&
		       c->kept[order - c->orders.table].tif == OUCH_TIF_IOC;
	}
}

static bool outcome_is_late(struct json_object *args)
{
	return clock_ns() - question_number(args, CONTROL_ASKED_NS) >=
	       OUTCOME_MS * MS_NS;
}

/* A Mass Cancel, Disable, Enable or Account Query. */
static struct json_object *outcome_of_all(struct controller *c, char type,
					  struct json_object *args)
{
	uint64_t urn = question_number(args, "urn");
	bool told = type == 'Q' ? c->queries != question_number(args, "queries") :
		    c->mass_reply.urn == urn;
	struct json_object *o;
	char words[OUCH_WORDS];

	if (!told && !outcome_is_late(args))
		return CONTROL_LATER;
	o = json_object_new_object();
	if (!told)
		out_text(o, "no_answer", "the exchange has not answered");
	else if (type == 'Q')
		out_uint(o, "next_urn", c->query_urn);
	else
		out_text(o, "answer", ouch_reply_words(words, &c->mass_reply));
	return o;
}

/* An order that is over gets no answer to a Cancel or Modify, and that is not
 * an error (OUCH 5.0, Cancel Order).
 */
struct json_object *report_outcome(struct controller *c,
				   struct json_object *args)
{
	char type = *question_text(args, "type");
	uint64_t urn = question_number(args, "urn");
	const struct order *order = NULL;
	struct json_object *o;
	bool waits;

	if (type && strchr("CDEQ", type))
		return outcome_of_all(c, type, args);
	if (urn <= UINT32_MAX)
		order = orders_find(&c->orders, (uint32_t)urn);
	waits = waits_still(c, type, order);
	if (waits && !outcome_is_late(args))
		return CONTROL_LATER;
	o = order ? order_object(order) : json_object_new_object();
	if (waits && !order->pending &&
	    !(order->answered && strchr("OU", type)))
		out_text(o, "no_answer", "the exchange has not answered");
	return o;
}

/* -- the newest --------------------------------------------------------- */

/* A watcher names the change that it knows. */
static bool watch_waits(const struct controller *c, struct json_object *args,
			uint64_t *after)
{
	uint64_t asked = question_number(args, CONTROL_ASKED_NS);

	*after = question_number(args, "after");
	return json_object_object_get_ex(args, "after", NULL) &&
	       *after == c->changes && clock_ns() - asked < WATCH_MS * MS_NS;
}

/* The newest ones; of them those that changed since a watcher asked. */
struct json_object *report_orders(struct controller *c,
				  struct json_object *args)
{
	const struct orders *orders = &c->orders;
	uint32_t first = orders->count > ORDERS_SHOWN ?
			 orders->count - ORDERS_SHOWN : 0;
	struct json_object *o, *rows;
	uint64_t after;
	uint32_t i;

	if (watch_waits(c, args, &after))
		return CONTROL_LATER;
	o = json_object_new_object();
	rows = json_object_new_array();
	for (i = first; i < orders->count; i++)
		if (!after || c->touched[i] > after)
			json_object_array_add(rows,
					      order_object(&orders->table[i]));
	out_uint(o, "count", orders->count);
	out_uint(o, "changes", c->changes);
	json_object_object_add(o, "truncated",
			       json_object_new_boolean(first != 0));
	json_object_object_add(o, "orders", rows);
	return o;
}
