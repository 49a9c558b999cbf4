// SPDX-License-Identifier: GPL-2.0
#include "journal_orders.h"

#include <errno.h>
#include <string.h>

#include "journal_describe.h"

int journal_orders_open(struct journal_orders *b, uint32_t room)
{
	memset(b, 0, sizeof(*b));
	b->next = 1;
	return orders_init_room(&b->orders, 1, room);
}

void journal_orders_close(struct journal_orders *b)
{
	orders_free(&b->orders);
}

/* Return: 0 or -ENOMEM. */
static int session_take(struct journal_orders *b, const char *name)
{
	uint32_t sessions = b->sessions, room = b->orders.room;
	char session[JOURNAL_SESSION_NAME] = "";

	memcpy(session, name, sizeof(session) - 1);
	if (!session[0] || !strcmp(session, b->session))
		return 0;
	if (b->session[0]) {
		journal_orders_close(b);
		if (journal_orders_open(b, room))
			return -ENOMEM;
	}
	memcpy(b->session, session, sizeof(session));
	b->sessions = sessions + 1;
	return 0;
}

/* -- requests ----------------------------------------------------------- */

static void order_fill(struct order *o, const struct journal_record *r,
		       const struct ouch_request *q)
{
	const struct journal_sent *p = journal_payload(r, struct journal_sent);
	uint32_t urn;

	journal_about(r, o->symbol, &urn);
	o->side = q->side;
	o->qty = q->qty;
	o->px = q->px;
	o->seq = r->head->seq;
	o->entry_ns = p->entry_ns;
	o->seen_ns = p->seen_ns;
	o->sent_ns = p->submitted_ns;
	memcpy(o->clordid, q->clordid, sizeof(o->clordid));
	memcpy(o->trigger, p->trigger, sizeof(o->trigger) - 1);
}

/* A new order, or one that is to replace another. */
static int order_take(struct orders *o, const struct journal_record *r,
		      const struct ouch_request *q)
{
	order_fill(orders_place(o, q->urn), r, q);
	return q->type == 'U' ? orders_replace_sent(o, q->orig_urn) :
				orders_commit(o);
}

static int request_take(struct orders *o, const struct journal_record *r,
			const struct ouch_request *q)
{
	switch (q->type) {
	case 'O':
	case 'U':
		return order_take(o, r, q);
	case 'X':
		return orders_cancel_sent(o, q->urn);
	case 'M':
		return orders_modify_sent(o, q->urn, q->side);
	default:
		return 0;
	}
}

static void sent_take(struct journal_orders *b, const struct journal_record *r)
{
	const struct journal_sent *p = journal_payload(r, struct journal_sent);
	struct ouch_request q;
	size_t len;
	const uint8_t *message = journal_message(r, &len);

	if (p->way == JOURNAL_WAY_DRY)
		b->dry++;
	else if (!message || ouch_request_decode(message, len, &q))
		b->unread++;
	else if (request_take(&b->orders, r, &q))
		b->refused++;
	else
		b->requests++;
}

/* -- answers ------------------------------------------------------------ */

static void reply_take(struct journal_orders *b, const struct journal_record *r)
{
	const struct journal_reply *p =
		journal_payload(r, struct journal_reply);
	const struct order *changed;
	struct ouch_reply reply;
	size_t len;
	const uint8_t *message = journal_message(r, &len);
	int err;

	if (p->number && p->number < b->next) {
		b->repeated++;
		return;
	}
	if (p->number)
		b->next = p->number + 1;
	if (!message || ouch_decode(message, len, &reply)) {
		b->unread++;
		return;
	}
	b->replies++;
	err = orders_apply(&b->orders, &reply, p->received_ns, &changed);
	b->differing += err != p->err;
}

/* What has no answer by now never gets one. */
static void reconciled_take(struct journal_orders *b,
			    const struct journal_reconciled *p)
{
	if (!p->next_urn)
		return;
	while (orders_reconciled(&b->orders, p->next_urn))
		;
}

int journal_orders_take(void *orders, const struct journal_record *record)
{
	struct journal_orders *b = orders;
	const struct journal_start *start = record->payload;
	const struct journal_session *session = record->payload;
	const struct journal_lost *lost = record->payload;

	if (!journal_is_known(record->head))
		return 0;
	switch (record->head->type) {
	case JOURNAL_START:
		return session_take(b, start->session);
	case JOURNAL_SESSION:
		return session_take(b, session->name);
	case JOURNAL_SENT:
		sent_take(b, record);
		return 0;
	case JOURNAL_REPLY:
		reply_take(b, record);
		return 0;
	case JOURNAL_RECONCILED:
		reconciled_take(b, record->payload);
		return 0;
	case JOURNAL_LOST:
		b->lost += lost->records;
		return 0;
	default:
		return 0;
	}
}
