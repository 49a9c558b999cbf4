// SPDX-License-Identifier: GPL-2.0
/*
 * answer - what the exchange says, into the orders it is about; or that it
 * says nothing
 *
 * An answer that cannot be true is told, counted as a reject is (G6), and
 * changes nothing.
 *
 * An order without one may be at the exchange or not.  So no other follows it,
 * and the exchange is asked which number it takes next: it answers in the order
 * in which it was asked, so what has no answer by then never gets one.
 */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "controller.h"
#include "kill.h"

enum { ANSWER_MS = 1000 };	/* an order without one stops all others */

static void answer_time(struct controller *c, const struct order *o,
			uint64_t now)
{
	if (o && o->sent_ns && o->answered_ns == now)
		hist_add(&c->sent_to_answer, now - o->sent_ns);
}

/* -- reconciliation ----------------------------------------------------- */

/* The number that the exchange takes next, if it is above ours. */
static void number_raise(struct controller *c, uint32_t next)
{
	if (next > HT_READ_ONCE(c->in.gate->next_urn))
		HT_WRITE_ONCE(c->in.gate->next_urn, next);
	if (next > c->dry_urn)
		c->dry_urn = next;
	/* after our FIN there is no row; the next connection begins there */
	if (c->session.way_open)
		delegate_number_floor(&c->delegate,
				      HT_READ_ONCE(c->in.gate->next_urn));
}

int answers_ask(struct controller *c)
{
	if (c->session.query != SESSION_QUERY_ASKED)
		c->query_orders = c->orders.sent;
	return session_query(&c->session);
}

/* The answer to a query while orders went on: of those that left after it
 * nothing is said.  None leaves while the session reconciles.
 */
static bool is_only_number(const struct controller *c)
{
	return c->session.state != HT_SESSION_RECONCILING &&
	       c->orders.sent != c->query_orders;
}

/* The answer to an Account Query: nothing that was sent before is under way. */
static void reconcile(struct controller *c, uint32_t next)
{
	struct journal_reconciled r = {
		.next = c->session.seq,
		.next_urn = next,
		.replies = c->session.messages,
	};
	const struct order *o;

	c->queries++;
	c->query_urn = next;
	number_raise(c, next);
	if (is_only_number(c))
		return;
	while ((o = orders_reconciled(&c->orders, next))) {
		log_line(&c->log, "urn %u %s: no answer, and there will be none: the exchange %s it",
			 o->urn, o->symbol, o->urn < next ? "ignored" :
			 "never had");
		r.dead++;
	}
	r.orders = c->orders.count;
	r.open = c->orders.working;
	r.foreign = c->orders.foreign;
	strncpy(r.session, c->session.name, sizeof(r.session) - 1);
	c->unanswered = false;
	journal_put_reconciled(&c->journal, &r);
	desk_mirror(c);
	log_line(&c->log, "reconciled: %u orders of the day, %u open, next urn %u",
		 c->orders.count, c->orders.working, next);
}

/* A number that leaves no room for a day's orders is none that an exchange
 * counts with: whatever it is, it is not believed.
 */
static void next_take(struct controller *c, uint32_t next)
{
	if (next && next <= UINT32_MAX - ORDERS_MAX) {
		reconcile(c, next);
		return;
	}
	c->bad_answers++;
	log_line(&c->log, "the exchange takes urn %u next, which leaves no room for a day's orders",
		 next);
	session_drop(&c->session,
		     "the exchange's next UserRefNum cannot be true");
}

/* -- what the session brings -------------------------------------------- */

static void answer_journal(struct controller *c, uint64_t seq, uint64_t now,
			   const struct ouch_reply *r,
			   const struct order *order, int err,
			   const uint8_t *message, size_t len)
{
	struct journal_reply reply = {
		.number = seq,
		.received_ns = now,
		.urn = r->urn,
		.err = err,
	};

	if (order)
		memcpy(reply.symbol, order->symbol, sizeof(reply.symbol));
	journal_put_reply(&c->journal, &reply, message, len);
}

/* An order of a process before us: what a Replace of it has to say again. */
static void kept_learn(struct controller *c, const struct ouch_reply *reply,
		       const struct order *order)
{
	struct desk_kept *kept = &c->kept[order - c->orders.table];

	if (kept->tif || !strchr("AU", reply->type))
		return;
	kept->tif = reply->tif;
	kept->display = memchr("YNA", reply->display, 3) ? reply->display : 'Y';
}

/* What is about no order: of the day, so a replay counts. */
static void session_told(struct controller *c, const struct ouch_reply *reply)
{
	if (!strchr("XGK", reply->type))
		return;
	c->mass_reply = *reply;
	if (reply->type != 'X')
		c->entry_off = reply->type == 'G';
}

/* Return: as orders_apply(). */
static int answer_apply(struct controller *c, const struct ouch_reply *reply,
			uint64_t now, const struct order **order)
{
	bool replayed = c->session.state != HT_SESSION_OPEN;
	int err = orders_apply(&c->orders, reply, replayed ? 0 : now, order);

	if (err) {
		log_fault(&c->log, reply, err);
		return err;
	}
	answer_time(c, *order, now);
	if (*order) {
		c->touched[*order - c->orders.table] = c->changes;
		kept_learn(c, reply, *order);
	}
	session_told(c, reply);
	if (replayed)
		return 0;
	log_reply(&c->log, reply, *order);
	desk_mirror(c);
	return 0;
}

/* Counted, written down, and without effect. */
static void answer_refuse(struct controller *c, uint64_t seq,
			  const uint8_t *message, size_t len, int err)
{
	bool is_other = err == -ENOMSG;

	if (is_other)
		c->other_answers++;
	else
		c->bad_answers++;
	log_line(&c->log, "answer %llu of %zu bytes %s OUCH 5.0",
		 (unsigned long long)seq, len, is_other ?
		 "is of a type that is not in" : "is not");
}

int answer_take(void *controller, uint64_t seq, const uint8_t *message,
		size_t len)
{
	struct controller *c = controller;
	const struct order *order = NULL;
	uint64_t now = clock_ns();
	struct ouch_reply reply;
	int err = ouch_decode(message, len, &reply);

	c->changes++;
	if (err) {
		answer_refuse(c, seq, message, len, err);
	} else {
		err = answer_apply(c, &reply, now, &order);
	}
	answer_journal(c, seq, now, &reply, order, err, message, len);
	/* the next order is judged with it */
	if (err && c->session.state == HT_SESSION_OPEN)
		desk_mirror(c);
	if (!err && reply.type == 'Q' && c->session.answers_query)
		next_take(c, reply.urn);
	return 0;
}

void answer_state(void *controller, enum ht_session_state old,
		  enum ht_session_state now, const char *words)
{
	struct controller *c = controller;
	struct journal_session s = {
		.next = c->session.seq,
		.state = now,
	};

	c->changes++;
	strncpy(s.name, c->session.name, sizeof(s.name) - 1);
	strncpy(s.state_words, session_state_name(now),
		sizeof(s.state_words) - 1);
	strncpy(s.words, words ? words : "", sizeof(s.words) - 1);
	journal_put_session(&c->journal, &s);
	mirror_beat(c, clock_ns());
	if (words)
		log_line(&c->log, "session %s: %s", session_state_name(now),
			 words);
	if (now == HT_SESSION_ENDED)
		memcpy(c->ended_with, c->in.feed->session,
		       sizeof(c->ended_with));
	if (now != HT_SESSION_OPEN)
		return;
	/* those of the replay were counted when they came */
	c->rejects_counted = mirror_rejects(c);
	killed_follow(c);
}

void answers_day(struct controller *c)
{
	if (c->session.state == HT_SESSION_ENDED &&
	    strncmp(c->ended_with, c->in.feed->session, sizeof(c->ended_with)))
		session_open(&c->session);
}

/*
 * A day's session that is not there any more has not ended: what the exchange
 * had of it, it may have still, and what is held is held.  Whoever knows what
 * it is lets trading go on.
 */
static void session_vanished(struct controller *c)
{
	const struct kill_order k = {
		.level = HT_KILL_SESSION,
		.who = "the controller",
		.reason = "the exchange lost its session while shares were held or orders open",
	};

	kill_apply(&c->in, &k);
	kill_keep(&c->in, &k);
}

/* The exchange counts from 1 again: what was is another session's. */
void answer_new_session(void *controller)
{
	struct controller *c = controller;

	if (!c->ended_with[0] && c->orders.positions.worst_gross)
		session_vanished(c);
	memset(c->ended_with, 0, sizeof(c->ended_with));
	log_line(&c->log, "another session of the exchange: its orders are counted anew");
	orders_forget(&c->orders, 1);
	memset(c->kept, 0, sizeof(c->kept));
	c->entry_disabled = c->entry_off = false;
	c->rejects_counted = mirror_rejects(c);
	memset(c->fills_known, 0, sizeof(c->fills_known));
	mirror_begin(c);
}

/* -- silence ------------------------------------------------------------ */

/* What --journal-strict makes of it. */
static const char *journal_obstacle(const struct controller *c)
{
	const char *trouble = journal_trouble(&c->journal);

	if (!c->options->journal_strict)
		return NULL;
	if (!trouble && journal_full(&c->journal))
		trouble = "the journal's disk is too slow";
	return trouble;
}

const char *answers_trouble(const struct controller *c)
{
	const char *obstacle = journal_obstacle(c);

	if (c->unanswered)
		return "an order got no answer; the exchange is asked what became of it";
	if (orders_full(&c->orders))
		return "no room for another order of this day";
	if (HT_READ_ONCE(c->in.kill->global) ||
	    HT_READ_ONCE(c->in.kill->session))
		return "killed; see `hairtrigger kill show`";
	if (c->session.state != HT_SESSION_OPEN)
		return "the session with the exchange is not open";
	if (obstacle)
		return obstacle;
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

/* After we stood still, or the session did, the exchange gets its time anew. */
int answers_judge(struct controller *c, uint64_t now_ns)
{
	const struct order *order;

	answers_tell(c);
	if (c->session.state != HT_SESSION_OPEN ||
	    now_ns - c->awake_ns <= ANSWER_MS * MS_NS ||
	    now_ns - c->session.since_ns <= ANSWER_MS * MS_NS)
		return 0;
	while ((order = orders_overdue(&c->orders,
				       now_ns - ANSWER_MS * MS_NS))) {
		if (!c->unanswered)
			log_line(&c->log, "urn %u %s: no answer for %u ms",
				 order->urn, order->symbol, ANSWER_MS);
		c->unanswered = true;
	}
	if (c->unanswered)
		answers_ask(c);
	desk_mirror(c);
	return 0;
}
