// SPDX-License-Identifier: GPL-2.0
#include "recovery.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "mold.h"
#include "out.h"
#include "pins.h"

#define MS_NS	1000000ull

enum {
	ASK_MS = 20,		/* patience with a server, at least; doubles */
	ASK_DOUBLINGS = 5,	/* each time all were asked, so often */
	REPLY_SHARE = 8,	/* of a new reply in the smoothed time */
	REPLY_PATIENCE = 3,	/* of those */
	IN_VAIN_MS = 3000,	/* without any good reply */
	CHUNK_FIRST = 40,	/* messages in 1,500 bytes */
	CHUNK_MOST = 1000,
	GIVE_MOST = 1000,	/* packets a turn: some milliseconds */
	BUSY_AGAIN_NS = 50000,	/* another CPU held the feed for long */
};

void recovery_wake_at(struct recovery *r, uint64_t ns)
{
	if (!r->deadline_ns || ns < r->deadline_ns)
		r->deadline_ns = ns;
}

void recovery_forget(struct recovery *r)
{
	reorder_empty(&r->held);
	memset(r->ask, 0, sizeof(r->ask));
	r->asked_to = r->seen_tail = r->heard_ns = 0;
}

/* -- packets, in and out --------------------------------------------------- */

/* Return: 0 or -ENOMEM. */
static int packet_hold(struct recovery *r, const uint8_t *payload, uint32_t len)
{
	const struct mold_header *m = (const void *)payload;
	const struct ht_feed *feed = r->in->feed;
	uint64_t seq = get_be64(&m->seq), after = seq + mold_messages(m);

	if (after > r->seen_tail)
		r->seen_tail = after;
	if (after == seq)
		return 0;
	/* a book that is begun anew counts from 1 meanwhile */
	if (feed->state != HT_FEED_JOINING && after <= feed->expected) {
		r->known++;
		return 0;
	}
	if (reorder_covers(&r->held, seq, after)) {
		r->twice++;
		return 0;
	}
	if (r->held.waiting >= RECOVERY_HELD) {
		r->overflow++;
		return 0;
	}
	return reorder_hold(&r->held, clock_ns(), payload, len);
}

int recovery_packet(void *recovery, const uint8_t *payload, uint32_t len)
{
	const struct mold_header *m = (const void *)payload;
	struct recovery *r = recovery;

	r->news = true;
	if (!mold_is_whole(payload, len) ||
	    get_be64(&m->seq) + mold_messages(m) < get_be64(&m->seq)) {
		r->malformed++;
		return 0;
	}
	if (memcmp(m->session, r->in->feed->session, sizeof(m->session))) {
		memcpy(r->other, m->session, sizeof(r->other));
		r->other_ns = clock_ns();
		return 0;
	}
	return packet_hold(r, payload, len);
}

/* Return: 0; -EAGAIN when the program was busy; or an error. */
static int packet_give(struct recovery *r, const struct held *held)
{
	memcpy(inject_payload(&r->inject), held->payload, held->len);
	r->given++;
	return inject_run(&r->inject, held->len);
}

/* A packet of another CPU's that met a busy feed was never looked at: the
 * program must learn how far the exchange has come, or it would think that
 * nothing is missing.
 */
static int tail_tell(struct recovery *r)
{
	struct mold_header *m = (void *)inject_payload(&r->inject);
	int err;

	memcpy(m->session, r->in->feed->session, sizeof(m->session));
	put_be64(&m->seq, r->seen_tail);
	put_be16(&m->count, MOLD_HEARTBEAT);
	err = inject_run(&r->inject, sizeof(*m));
	if (err == -EAGAIN)
		recovery_wake_at(r, clock_ns() + BUSY_AGAIN_NS);
	return err == -EAGAIN ? 0 : err;
}

/* Gives all whose turn has come.  Return: 0 or an error. */
static int held_give(struct recovery *r)
{
	const struct ht_feed *feed = r->in->feed;
	struct held *held;
	int err = 0, left = GIVE_MOST;

	while (!err && feed->state != HT_FEED_BAD && left-- &&
	       (held = reorder_next(&r->held, feed->expected, false))) {
		if (held->after > feed->expected)
			err = packet_give(r, held);
		if (err == -EAGAIN)
			err = reorder_hold(&r->held, held->at_ns, held->payload,
					   held->len) ? -ENOMEM : -EAGAIN;
		free(held);
	}
	if (err == -EAGAIN) {
		recovery_wake_at(r, clock_ns() + BUSY_AGAIN_NS);
		return 0;
	}
	if (left < 0)
		recovery_wake_at(r, clock_ns());
	if (!err && r->held.waiting && r->seen_tail > feed->tail &&
	    feed->state != HT_FEED_BAD)
		err = tail_tell(r);
	return err;
}

/* -- asking ------------------------------------------------------------------ */

/* Nobody has told us anything useful for long. */
static bool asked_in_vain(const struct recovery *r, uint64_t now)
{
	return r->heard_ns && now - r->heard_ns > IN_VAIN_MS * MS_NS;
}

static uint64_t ask_patience(const struct recovery *r, const struct ask *a)
{
	uint32_t rounds = a->tries / (uint32_t)r->options->rerequests;
	uint64_t patience = REPLY_PATIENCE * r->reply_ns;

	if (patience < ASK_MS * MS_NS)
		patience = ASK_MS * MS_NS;
	return patience << (rounds < ASK_DOUBLINGS ? rounds : ASK_DOUBLINGS);
}

static int ask_send(struct recovery *r, struct ask *a, uint64_t now)
{
	a->sent_ns = now;
	recovery_wake_at(r, now + ask_patience(r, a));
	return rerequest_ask(&r->rerequest, r->in->feed->session, a->from,
			     a->to - a->from);
}

/* What is in the book or held by now is answered. */
static void ask_settle(struct recovery *r, struct ask *a)
{
	struct hole hole;

	if (a->from < r->in->feed->expected)
		a->from = r->in->feed->expected;
	if (a->from >= a->to)
		return;
	if (reorder_hole(&r->held, a->from, a->to, &hole)) {
		a->from = hole.from;
		a->to = hole.to;
	} else {
		a->from = a->to;
	}
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

/* Since when the hole is known: the packet behind it came, or the tail rose. */
static uint64_t hole_since(const struct recovery *r, const struct hole *hole)
{
	return hole->seen_ns ? hole->seen_ns : r->tail_ns;
}

/* Asks for what nobody was asked for yet, and no line has brought in time. */
static int asks_begin(struct recovery *r, uint64_t now)
{
	const struct ht_feed *feed = r->in->feed;
	struct hole hole;
	struct ask *a;
	int err = 0;

	if (r->asked_to < feed->expected)
		r->asked_to = feed->expected;
	while (!err && (a = ask_free(r)) &&
	       reorder_hole(&r->held, r->asked_to, r->tail, &hole)) {
		uint64_t ripe = hole_since(r, &hole) + r->options->wait_ns;

		if (ripe > now) {
			recovery_wake_at(r, ripe);
			return 0;
		}
		if (!r->heard_ns)
			r->heard_ns = now;
		*a = (struct ask){ .from = hole.from, .to = hole.to,
				   .first_ns = now };
		if (a->to - a->from > r->chunk)
			a->to = a->from + r->chunk;
		r->asked_to = a->to;
		err = ask_send(r, a, now);
	}
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
 * again for each such reply.
 */
static void nonsense_heard(struct recovery *r)
{
	struct ask *a, *oldest = NULL;

	for (a = r->ask; a < r->ask + RECOVERY_ASKS; a++)
		if (a->from < a->to && (!oldest || a->sent_ns < oldest->sent_ns))
			oldest = a;
	if (oldest)
		oldest->sent_ns = 0;
}

/* What brings nothing that we wait for is nonsense, too. */
static int reply_take(void *recovery, const uint8_t *payload, size_t len)
{
	const struct mold_header *m = (const void *)payload;
	uint64_t seq = get_be64(&m->seq), after = seq + mold_messages(m);
	struct recovery *r = recovery;
	uint64_t now = clock_ns();
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
		nonsense_heard(r);
		return err;
	}
	r->heard_ns = now;
	r->refilled += after - seq;
	return err;
}

static uint64_t nonsense(const struct rerequest *q)
{
	return q->malformed + q->empty + q->other_session + q->not_asked;
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

/* -- the whole --------------------------------------------------------------- */

static bool snapshot_is_shorter(const struct recovery *r)
{
	const struct ht_feed *feed = r->in->feed;

	return r->options->glimpses && feed->tail > feed->expected &&
	       feed->tail - feed->expected > r->options->snapshot_above;
}

static int gap_run(struct recovery *r, uint64_t now)
{
	struct ask *a;
	int err;

	if (r->in->feed->tail != r->tail) {
		r->tail = r->in->feed->tail;
		r->tail_ns = now;
	}
	if ((asked_in_vain(r, now) && r->options->glimpses) || snapshot_is_shorter(r) ||
	    (!r->options->rerequests && r->options->glimpses &&
	     now - r->in->feed->gap_ns > r->options->wait_ns)) {
		rejoin_start(r);
		return rejoin_run(r, now);
	}
	if (!r->options->rerequests)
		return 0;
	for (a = r->ask; a < r->ask + RECOVERY_ASKS; a++)
		ask_settle(r, a);
	rerequest_settle(&r->rerequest, r->in->feed->expected);
	err = asks_repeat(r, now);
	return err ? err : asks_begin(r, now);
}

static int run_state(struct recovery *r, uint64_t now)
{
	const struct ht_feed *feed = r->in->feed;
	int err;

	if (feed->state == HT_FEED_BAD || feed->state == HT_FEED_JOINING) {
		if (r->rejoin.step == REJOIN_NOT)
			rejoin_start(r);
		return rejoin_run(r, now);
	}
	err = held_give(r);
	if (err)
		return err;
	if (feed->state == HT_FEED_GAP)
		return gap_run(r, now);
	memset(r->ask, 0, sizeof(r->ask));
	r->asked_to = r->heard_ns = 0;
	return 0;
}

static void timer_set(struct recovery *r)
{
	struct itimerspec at = {
		.it_value.tv_sec = (time_t)(r->deadline_ns / (1000 * MS_NS)),
		.it_value.tv_nsec = (long)(r->deadline_ns % (1000 * MS_NS)),
	};

	timerfd_settime(r->timer.fd, TFD_TIMER_ABSTIME, &at, NULL);
}

int recovery_beat(struct recovery *r)
{
	uint64_t now = clock_ns(), before = r->deadline_ns, took;
	int err;

	r->news = false;
	r->deadline_ns = 0;
	err = run_state(r, now);
	if (r->deadline_ns != before)
		timer_set(r);
	took = clock_ns() - now;
	if (took > r->worst_ns)
		r->worst_ns = took;
	return err;
}

int recovery_turn(struct recovery *r)
{
	return r->news ? recovery_beat(r) : 0;
}

static int timer_event(struct source *s)
{
	struct recovery *r = source_owner(s, struct recovery, timer);
	uint64_t expirations;

	if (read(s->fd, &expirations, sizeof(expirations)) < 0)
		return errno == EAGAIN ? 0 : -errno;
	r->news = true;
	return 0;
}

static int program_open(const struct instance *in, const char *program)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), HT_PIN_ROOT "/%s/%s", in->name, program);
	fd = bpf_obj_get(path);
	return fd < 0 ? out_error(-errno, "cannot open %s", path) : fd;
}

int recovery_open(struct recovery *r, const struct recovery_options *options)
{
	int fd, err;

	r->options = options;
	r->chunk = CHUNK_FIRST;
	reorder_init(&r->held);
	fd = program_open(r->in, "ht_feed");
	if (fd < 0)
		return fd;
	inject_init(&r->inject, r->in->feed, fd);
	r->recover_fd = program_open(r->in, "ht_recover");
	if (r->recover_fd < 0)
		return r->recover_fd;
	r->timer.fd = timerfd_create(CLOCK_MONOTONIC,
				     TFD_NONBLOCK | TFD_CLOEXEC);
	if (r->timer.fd < 0)
		return out_error(-errno, "recovery: no timer");
	if (!options->rerequests)
		return 0;
	err = rerequest_open(&r->rerequest, options->rerequest,
			     options->rerequests, 0);
	return err ? out_error(err, "cannot open the re-request socket") : 0;
}

void recovery_close(struct recovery *r)
{
	rejoin_close(r);
	reorder_free(&r->held);
	if (r->rerequest.fd >= 0)
		rerequest_close(&r->rerequest);
	if (r->timer.fd >= 0)
		close(r->timer.fd);
	if (r->recover_fd >= 0)
		close(r->recover_fd);
	if (r->inject.prog_fd >= 0)
		close(r->inject.prog_fd);
}

int recovery_listen(struct recovery *r)
{
	int err;

	r->timer.events = r->replies.events = POLLIN;
	r->timer.on_event = timer_event;
	err = loop_add(r->loop, &r->timer);
	if (err || !r->options->rerequests)
		return err;
	/* a call takes a part of what is there: the rest is told again */
	r->replies.once = true;
	r->replies.fd = r->rerequest.fd;
	r->replies.on_event = replies_event;
	return loop_add(r->loop, &r->replies);
}

/* -- words ------------------------------------------------------------------- */

static const char *asking_words(const struct recovery *r, char *text,
				size_t size)
{
	const struct rerequest *q = &r->rerequest;
	const struct rerequest_server *server = &q->server[q->current];
	char ip[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &server->address.sin_addr, ip, sizeof(ip));
	snprintf(text, size, "%s %s:%u%s%s",
		 asked_in_vain(r, clock_ns()) ? "no re-request server answers, still asking" :
			      "asking",
		 ip, ntohs(server->address.sin_port),
		 server->error ? ": " : "",
		 server->error ? strerror(server->error) : "");
	return text;
}

const char *recovery_words(const struct recovery *r, char *text, size_t size)
{
	const struct rejoin *j = &r->rejoin;

	if (j->step == REJOIN_LOADING) {
		snprintf(text, size, "loading a snapshot, %" PRIu64 " messages",
			 j->glimpse.messages);
		return text;
	}
	switch (r->in->feed->state) {
	case HT_FEED_GAP:
		if (r->options->rerequests)
			return asking_words(r, text, size);
		return "nobody to ask; see `hairtrigger run --rerequest` and --glimpse";
	case HT_FEED_BAD:
	case HT_FEED_JOINING:
		if (!rejoin_possible(r))
			return "nothing to begin the book anew from; see `hairtrigger run --rerequest` and --glimpse";
		if (!j->failures)
			return "about to begin the book anew";
		snprintf(text, size, "no snapshot, trying again: %s", j->why);
		return text;
	default:
		return "nothing is missing";
	}
}
