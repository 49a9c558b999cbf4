// SPDX-License-Identifier: GPL-2.0
/*
 * ask - what no line has brought in time is asked for
 */
#include <poll.h>
#include <string.h>

#include "clock.h"
#include "mold.h"
#include "out.h"
#include "recovery.h"

enum {
	ASK_MS = 20,		/* patience with a server, at least; doubles */
	ASK_DOUBLINGS = 5,	/* each time all were asked, so often */
	ASK_MOST_MS = 500,	/* several times before it is in vain */
	REPLY_SHARE = 8,	/* of a new reply in the smoothed time */
	REPLY_PATIENCE = 3,	/* of those */
	HASTE = 8,		/* times that nonsense makes us ask at once */
	IN_VAIN_MS = 3000,	/* and what is missing first is still */
	CHUNK_FIRST = 40,	/* messages in 1,500 bytes */
	CHUNK_MOST = 1000,
};

void asks_forget(struct recovery *r)
{
	memset(r->ask, 0, sizeof(r->ask));
	r->asked_to = r->moved_ns = 0;
}

bool asks_in_vain(const struct recovery *r, uint64_t now)
{
	return r->moved_ns && now - r->moved_ns > IN_VAIN_MS * MS_NS;
}

static uint64_t ask_patience(const struct recovery *r, const struct ask *a)
{
	uint32_t rounds = a->tries / (uint32_t)r->options->rerequests;
	uint64_t patience = REPLY_PATIENCE * r->reply_ns;

	if (patience < ASK_MS * MS_NS)
		patience = ASK_MS * MS_NS;
	patience <<= rounds < ASK_DOUBLINGS ? rounds : ASK_DOUBLINGS;
	return patience < ASK_MOST_MS * MS_NS ? patience : ASK_MOST_MS * MS_NS;
}

static int ask_send(struct recovery *r, struct ask *a, uint64_t now)
{
	a->sent_ns = now;
	recovery_wake_at(r, now + ask_patience(r, a));
	return rerequest_ask(&r->rerequest, r->in->feed->session, a->from,
			     a->to - a->from);
}

/* What is in the book or held by now is answered; not what is behind it in the
 * same range, which nobody else asks for.
 */
static void ask_settle(struct recovery *r, struct ask *a)
{
	struct hole hole;

	if (a->from < r->in->feed->expected)
		a->from = r->in->feed->expected;
	if (a->from >= a->to)
		return;
	reorder_hole(&r->held, a->from, a->to, &hole);
	a->from = hole.from;
}

/* Asks again for what was not answered in time, the next server. */
static int asks_repeat(struct recovery *r, uint64_t now)
{
	bool turned = false;
	struct ask *a;
	int err = 0;

	for (a = r->ask; !err && a < r->ask + RECOVERY_ASKS; a++) {
		if (a->from >= a->to)
			continue;
		if (now - a->sent_ns < ask_patience(r, a)) {
			recovery_wake_at(r, a->sent_ns + ask_patience(r, a));
			continue;
		}
		if (!a->sent_ns)	/* it was answered, by nonsense */
			a->first_ns = now;
		a->tries++;
		r->asked_again++;
		if (!turned)
			rerequest_next_server(&r->rerequest);
		turned = true;
		err = ask_send(r, a, now);
	}
	return err;
}

static struct ask *ask_free(struct recovery *r)
{
	struct ask *a;

	for (a = r->ask; a < r->ask + RECOVERY_ASKS; a++)
		if (a->from >= a->to)
			return a;
	return NULL;
}

/* Asks for what nobody was asked for yet, and no line has brought in time. */
static int asks_begin(struct recovery *r, uint64_t now)
{
	const struct ht_feed *feed = r->in->feed;
	struct hole hole = { 0 };
	struct ask *a;
	int err = 0;

	if (r->asked_to < feed->expected)
		r->asked_to = feed->expected;
	while (!err && (a = ask_free(r)) &&
	       reorder_hole(&r->held, r->asked_to, r->tail, &hole)) {
		uint64_t ripe = recovery_hole_since(r, &hole) +
				r->options->wait_ns;

		/* an answer to anything but the first hole finds no room */
		if (recovery_is_full(r) && hole.from > feed->expected)
			return 0;
		if (ripe > now) {
			recovery_wake_at(r, ripe);
			return 0;
		}
		if (!r->moved_ns)
			r->moved_ns = now;
		*a = (struct ask){ .from = hole.from, .to = hole.to,
				   .first_ns = now };
		if (a->to - a->from > r->chunk)
			a->to = a->from + r->chunk;
		r->asked_to = a->to;
		err = ask_send(r, a, now);
	}
	/* nothing is missing up to there: it is not looked at again */
	if (!err && a)
		r->asked_to = hole.from;
	return err;
}

/* How much to ask for: what fitted, when not all did; else more and more. */
static void chunk_learn(struct recovery *r, uint64_t messages, bool cut)
{
	if (cut)
		r->chunk = (uint32_t)messages;
	else if (messages >= r->chunk)
		r->chunk += r->chunk / 2 + 1;
	if (r->chunk > CHUNK_MOST)
		r->chunk = CHUNK_MOST;
}

/* The rest of a range whose beginning was answered is asked for at once: a
 * server sends what fits one datagram.
 */
static int ask_answered(struct recovery *r, struct ask *a, uint64_t seq,
			uint64_t after, uint64_t now)
{
	uint64_t took = now - a->first_ns;

	r->reply_ns += took / REPLY_SHARE - r->reply_ns / REPLY_SHARE;
	chunk_learn(r, after - seq, after < a->to);
	a->from = after;
	a->first_ns = now;
	a->tries = 0;
	ask_settle(r, a);
	return a->from < a->to ? ask_send(r, a, now) : 0;
}

/* A server that answers nonsense need not be waited for: one question is due
 * again for each such reply, but not for ever as fast as nonsense comes.
 */
static void nonsense_heard(struct recovery *r)
{
	struct ask *a, *oldest = NULL;

	for (a = r->ask; a < r->ask + RECOVERY_ASKS; a++)
		if (a->from < a->to && a->tries < HASTE &&
		    (!oldest || a->sent_ns < oldest->sent_ns))
			oldest = a;
	if (oldest)
		oldest->sent_ns = 0;
}

/* What brings nothing that we wait for is nonsense, too, unless we have it: a
 * second copy must not beget a question, whose answers may be two again.
 */
static int reply_take(void *recovery, const uint8_t *payload, size_t len)
{
	const struct mold_header *m = (const void *)payload;
	uint64_t seq = get_be64(&m->seq), after = seq + mold_messages(m);
	struct recovery *r = recovery;
	uint64_t now = clock_ns();
	uint64_t had = r->known + r->twice;
	bool good = false;
	struct ask *a;
	int err = recovery_packet(r, payload, (uint32_t)len);

	for (a = r->ask; !err && a < r->ask + RECOVERY_ASKS; a++) {
		if (a->from >= a->to || seq > a->from || after <= a->from)
			continue;
		good = true;
		err = ask_answered(r, a, seq, after, now);
	}
	if (!good) {
		if (r->known + r->twice == had)
			nonsense_heard(r);
		return err;
	}
	r->refilled += after - seq;
	return err;
}

static uint64_t nonsense(const struct rerequest *q)
{
	return q->malformed + q->empty + q->other_session + q->not_asked -
	       q->late;
}

static int replies_event(struct source *s)
{
	struct recovery *r = source_owner(s, struct recovery, replies);
	const struct rerequest_sink sink = {
		.packet = reply_take,
		.context = r,
	};
	uint64_t before = nonsense(&r->rerequest), refused;
	int got = rerequest_receive(&r->rerequest, &sink);

	for (refused = nonsense(&r->rerequest) - before; refused; refused--)
		nonsense_heard(r);
	r->news = true;
	return got < 0 ? got : 0;
}

/* Has what is missing first moved, since it was asked for? */
static void progress_look(struct recovery *r, uint64_t now)
{
	uint64_t expected = r->in->feed->expected;

	if (expected != r->moved_to && r->moved_ns)
		r->moved_ns = now;
	r->moved_to = expected;
}

/* Whatever became of an answer: what is missing first is asked for. */
static void first_hole_look(struct recovery *r)
{
	struct hole hole;
	struct ask *a;

	if (!reorder_hole(&r->held, r->in->feed->expected, r->tail, &hole))
		return;
	for (a = r->ask; a < r->ask + RECOVERY_ASKS; a++)
		if (a->from <= hole.from && hole.from < a->to)
			return;
	if (hole.from < r->asked_to)
		r->asked_to = hole.from;
}

int asks_run(struct recovery *r, uint64_t now)
{
	struct ask *a;
	int err;

	progress_look(r, now);
	for (a = r->ask; a < r->ask + RECOVERY_ASKS; a++)
		ask_settle(r, a);
	first_hole_look(r);
	rerequest_settle(&r->rerequest, r->in->feed->expected);
	err = asks_repeat(r, now);
	return err ? err : asks_begin(r, now);
}

int asks_open(struct recovery *r)
{
	const struct recovery_options *o = r->options;
	int err;

	r->chunk = CHUNK_FIRST;
	err = rerequest_open(&r->rerequest, o->rerequest, o->rerequests, 0);
	return err ? out_error(err, "cannot open the re-request socket") : 0;
}

int asks_listen(struct recovery *r)
{
	/* a call takes a part of what is there: the rest is told again */
	r->replies.once = true;
	r->replies.events = POLLIN;
	r->replies.fd = r->rerequest.fd;
	r->replies.on_event = replies_event;
	return loop_add(r->loop, &r->replies);
}
