// SPDX-License-Identifier: GPL-2.0
/* user/journal_orders.c: random days of requests and answers, written to a
 * journal as they are on the wire, and made anew from it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "journal_rig.h"
#include "order_flow.h"
#include "wire.h"
#include "../../user/journal_orders.h"

enum { DAYS = 20, DAY = 400, MESSAGE = 128 };

static struct flow flow;

/* -- messages as they are on the wire ----------------------------------- */

static void symbol_put(char *to, const char *symbol)
{
	memset(to, ' ', OUCH_SYMBOL_LEN);
	memcpy(to, symbol, strnlen(symbol, OUCH_SYMBOL_LEN));
}

static size_t enter_make(uint8_t *m, const struct order *o)
{
	const struct ouch_terms terms = {
		.tif = OUCH_TIF_DAY,
		.display = 'Y',
		.capacity = 'P',
		.iso = 'N',
		.cross_type = 'N',
	};
	struct ouch_order order = {
		.urn = o->urn,
		.qty = o->qty,
		.px = o->px,
		.side = o->side,
		.symbol = o->symbol,
	};
	uint32_t len = ouch_enter_init(m, &terms);

	memcpy(order.clordid, o->clordid, sizeof(order.clordid));
	ouch_enter_set((struct ouch_enter *)m, &order);
	return len;
}

static size_t replace_make(uint8_t *m, const struct order *o, uint32_t orig)
{
	struct ouch_replace *r = (void *)m;

	memset(r, 0, sizeof(*r));
	r->type = 'U';
	put_be32(&r->orig_urn, orig);
	put_be32(&r->urn, o->urn);
	put_be32(&r->qty, o->qty);
	put_be64(&r->price, o->px);
	r->tif = OUCH_TIF_DAY;
	r->display = 'Y';
	r->iso = 'N';
	memcpy(r->clordid, o->clordid, sizeof(r->clordid));
	return sizeof(*r);
}

static size_t accepted_make(uint8_t *m, const struct ouch_reply *r)
{
	struct ouch_accepted *a = (void *)m;

	a->side = r->side;
	put_be32(&a->qty, r->qty);
	symbol_put(a->symbol, r->symbol);
	put_be64(&a->price, r->px);
	put_be64(&a->order_ref, r->order_ref);
	a->state = r->state;
	memcpy(a->clordid, r->clordid, sizeof(a->clordid));
	return sizeof(*a);
}

static size_t replaced_make(uint8_t *m, const struct ouch_reply *r)
{
	struct ouch_replaced *u = (void *)m;

	put_be32(&u->orig_urn, r->orig_urn);
	put_be32(&u->urn, r->urn);
	u->side = r->side;
	put_be32(&u->qty, r->qty);
	symbol_put(u->symbol, r->symbol);
	put_be64(&u->price, r->px);
	put_be64(&u->order_ref, r->order_ref);
	u->state = r->state;
	memcpy(u->clordid, r->clordid, sizeof(u->clordid));
	return sizeof(*u);
}

static size_t executed_make(uint8_t *m, const struct ouch_reply *r)
{
	struct ouch_executed *e = (void *)m;

	put_be32(&e->qty, r->qty);
	put_be64(&e->price, r->px);
	put_be64(&e->match, r->match);
	e->liquidity = 'R';
	return sizeof(*e);
}

static size_t canceled_make(uint8_t *m, const struct ouch_reply *r)
{
	struct ouch_aiq_canceled *d = (void *)m;

	put_be32(&d->qty, r->qty);
	d->reason = (char)r->reason;
	return r->type == 'D' ? sizeof(*d) : sizeof(struct ouch_canceled);
}

static size_t rejected_make(uint8_t *m, const struct ouch_reply *r)
{
	struct ouch_rejected *j = (void *)m;

	put_be16(&j->reason, r->reason);
	memcpy(j->clordid, r->clordid, sizeof(j->clordid));
	return sizeof(*j);
}

static size_t broken_make(uint8_t *m, const struct ouch_reply *r)
{
	struct ouch_broken *b = (void *)m;

	put_be64(&b->match, r->match);
	b->reason = (char)r->reason;
	memcpy(b->clordid, r->clordid, sizeof(b->clordid));
	return sizeof(*b);
}

static size_t modified_make(uint8_t *m, const struct ouch_reply *r)
{
	struct ouch_modified *o = (void *)m;

	o->side = r->side;
	put_be32(&o->qty, r->qty);
	return sizeof(*o);
}

static size_t priority_make(uint8_t *m, const struct ouch_reply *r)
{
	struct ouch_priority *t = (void *)m;

	put_be64(&t->price, r->px);
	t->display = 'Y';
	put_be64(&t->order_ref, r->order_ref);
	return sizeof(*t);
}

/* Its reference and displayed quantity are in tags. */
static size_t restated_make(uint8_t *m, const struct ouch_reply *r)
{
	struct ouch_restated *s = (void *)m;
	uint8_t *tag = m + sizeof(*s);

	s->reason = 'R';
	put_be16(&s->appendage_len, 10);
	tag[0] = 9;
	tag[1] = OUCH_TAG_SECONDARY_REF;
	put_be64((__be64 *)(tag + 2), r->order_ref);
	return sizeof(*s) + 10;
}

static size_t answer_make(uint8_t *m, const struct ouch_reply *r)
{
	memset(m, 0, MESSAGE);
	m[0] = (uint8_t)r->type;
	put_be32(&((struct ouch_pending *)m)->urn, r->urn);
	switch (r->type) {
	case 'A':
		return accepted_make(m, r);
	case 'U':
		return replaced_make(m, r);
	case 'E':
		return executed_make(m, r);
	case 'C':
	case 'D':
		return canceled_make(m, r);
	case 'J':
		return rejected_make(m, r);
	case 'B':
		return broken_make(m, r);
	case 'M':
		return modified_make(m, r);
	case 'T':
		return priority_make(m, r);
	case 'R':
		return restated_make(m, r);
	default:
		return sizeof(struct ouch_pending);
	}
}

/* -- a day into a journal ----------------------------------------------- */

static void sent_put(struct journal *j, const struct flow_event *e)
{
	struct journal_sent sent = { .urn = e->sent.urn, .soup = 1 };
	uint8_t message[OUCH_ENTER_MAX];
	size_t len = e->orig_urn ?
		     replace_make(message, &e->sent, e->orig_urn) :
		     enter_make(message, &e->sent);

	memcpy(sent.symbol, e->sent.symbol, sizeof(sent.symbol));
	journal_put_sent(j, 0, &sent, message, len);
}

static void answer_put(struct journal *j, const struct flow_event *e,
		       uint64_t number)
{
	const struct journal_reply reply = {
		.number = number,
		.urn = e->reply.urn,
	};
	uint8_t message[MESSAGE];

	journal_put_reply(j, &reply, message,
			  answer_make(message, &e->reply));
}

/* The day's events from one up to another, of which answers were there before.
 * Return: how many answers there are now.
 */
static uint64_t events_put(struct journal *j, uint32_t from, uint32_t to,
			   uint64_t answers)
{
	uint32_t i;

	for (i = from; i < to; i++)
		if (flow.event[i].is_answer)
			answer_put(j, &flow.event[i], ++answers);
		else
			sent_put(j, &flow.event[i]);
	return answers;
}

/* The exchange says all again to whoever logs in for the first time. */
static uint64_t answers_again(struct journal *j, uint32_t to)
{
	uint64_t answers = 0;
	uint32_t i;

	for (i = 0; i < to; i++)
		if (flow.event[i].is_answer)
			answer_put(j, &flow.event[i], ++answers);
	return answers;
}

static void start_put(struct journal *j, const char *session)
{
	struct journal_start start = { .first_urn = FLOW_FIRST_URN };

	strcpy(start.session, session);
	journal_put_start(j, &start, "");
}

static void a_day(uint64_t seed)
{
	uint32_t step;

	flow_start(&flow, seed, true);
	for (step = 0; step < DAY; step++)
		flow_step(&flow);
}

/* Return: the state of whoever was there all day, as one number. */
static uint64_t day_digest(void)
{
	struct orders orders;
	uint64_t digest;
	uint32_t i;

	assert_int_equal(orders_init_room(&orders, FLOW_FIRST_URN, FLOW_ROOM),
			 0);
	for (i = 0; i < flow.events; i++)
		if (flow.event[i].is_answer)
			assert_int_equal(flow_answer(&orders,
						     &flow.event[i].reply), 0);
		else
			assert_int_equal(flow_send(&orders, &flow.event[i]),
					 0);
	assert_int_equal(orders_digest(&orders, &digest), 0);
	orders_free(&orders);
	return digest;
}

static void compare(const char *path, uint64_t answers, uint64_t repeated)
{
	struct journal_orders b;
	char words[JOURNAL_WHY];
	uint64_t digest;

	assert_int_equal(journal_orders_open(&b, FLOW_ROOM), 0);
	assert_int_equal(journal_replay(path, journal_orders_take, &b, words),
			 0);
	assert_int_equal(b.unread + b.refused + b.differing + b.lost, 0);
	assert_int_equal(b.replies, answers);
	assert_int_equal(b.repeated, repeated);
	assert_int_equal(b.requests + b.replies, flow.events);
	assert_int_equal(orders_digest(&b.orders, &digest), 0);
	assert_int_equal(digest, day_digest());
	journal_orders_close(&b);
}

/* Return: how many answers it has; flow is to be ended. */
static uint64_t session_put(struct journal_rig *rig, const char *session,
			    uint64_t seed)
{
	uint64_t answers;

	a_day(seed);
	assert_int_equal(journal_rig_open(rig), 0);
	start_put(&rig->journal, session);
	answers = events_put(&rig->journal, 0, flow.events, 0);
	assert_int_equal(journal_rig_close(rig), 0);
	return answers;
}

static void a_day_is_made_anew(void **state)
{
	struct journal_rig *rig = *state;
	uint64_t day, answers;

	for (day = 1; day <= DAYS; day++) {
		answers = session_put(rig, "S1", day);
		compare(rig->path, answers, 0);
		assert_int_equal(unlink(rig->path), 0);
		flow_end(&flow);
	}
}

static void over_a_restart(void **state)
{
	struct journal_rig *rig = *state;
	uint64_t day, answers, repeated;
	uint32_t at;

	for (day = 1; day <= DAYS; day++) {
		a_day(100 + day);
		at = (uint32_t)(flow.events * day / (DAYS + 1));
		assert_int_equal(journal_rig_open(rig), 0);
		start_put(&rig->journal, "S1");
		events_put(&rig->journal, 0, at, 0);
		assert_int_equal(journal_rig_close(rig), 0);
		assert_int_equal(journal_rig_open(rig), 0);
		start_put(&rig->journal, "S1");
		repeated = answers_again(&rig->journal, at);
		answers = events_put(&rig->journal, at, flow.events, repeated);
		assert_int_equal(journal_rig_close(rig), 0);
		compare(rig->path, answers, repeated);
		assert_int_equal(unlink(rig->path), 0);
		flow_end(&flow);
	}
}

/* UserRefNums and numbers of answers begin anew with the day. */
static void another_session_is_another_day(void **state)
{
	struct journal_rig *rig = *state;
	uint64_t answers;

	session_put(rig, "S1", 1);
	flow_end(&flow);
	answers = session_put(rig, "S2", 2);
	compare(rig->path, answers, 0);
	flow_end(&flow);
}

#define IN_A_FOLDER(f) \
	cmocka_unit_test_setup_teardown(f, journal_rig_setup, \
					journal_rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(a_day_is_made_anew),
		IN_A_FOLDER(over_a_restart),
		IN_A_FOLDER(another_session_is_another_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
