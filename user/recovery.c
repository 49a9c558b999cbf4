// SPDX-License-Identifier: GPL-2.0
#include "recovery.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "mold.h"
#include "out.h"

enum {
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
	asks_forget(r);
	r->seen_tail = r->tail = 0;
}

uint64_t recovery_hole_since(const struct recovery *r, const struct hole *hole)
{
	return hole->seen_ns ? hole->seen_ns : r->tail_ns;
}

bool recovery_is_full(const struct recovery *r)
{
	return r->held.waiting >= RECOVERY_HELD ||
	       r->held.bytes >= RECOVERY_BYTES;
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
	/* the one that is next is given this very turn, and makes room */
	if (recovery_is_full(r) &&
	    (feed->state == HT_FEED_JOINING || seq > feed->expected)) {
		r->overflow++;
		if (seq < r->asked_to)
			r->asked_to = seq;
		return 0;
	}
	return reorder_hold(&r->held, clock_ns(), payload, len);
}

int recovery_packet(void *recovery, const uint8_t *payload, uint32_t len)
{
	const struct mold_header *m = (const void *)payload;
	struct recovery *r = recovery;

	r->news = true;
	if (len > INJECT_PAYLOAD || !mold_is_whole(payload, len) ||
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
	int err;

	memcpy(inject_payload(&r->inject), held->payload, held->len);
	err = inject_run(&r->inject, held->len);
	if (!err)
		r->given++;
	return err;
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
	if (!err && r->seen_tail > feed->tail && !feed->end &&
	    feed->state != HT_FEED_BAD)
		err = tail_tell(r);
	return err;
}

/* -- the whole ---------------------------------------------------------- */

/* Rather than to ask for what is missing: it is much, nobody answers, or there
 * is nobody.
 */
static bool snapshot_is_wanted(const struct recovery *r, uint64_t now)
{
	const struct recovery_options *o = r->options;
	const struct ht_feed *feed = r->in->feed;
	struct hole hole;

	if (!o->glimpses ||
	    !reorder_hole(&r->held, feed->expected, feed->tail, &hole))
		return false;
	if (!o->rerequests)
		return now > recovery_hole_since(r, &hole) + o->wait_ns;
	return asks_in_vain(r, now) ||
	       (!r->rejoin.at_first &&
		hole.to - hole.from > o->snapshot_above);
}

/* A tail that goes on rising does not make what was missing before wait again:
 * it is looked at anew when all below it is held or asked for.
 */
static void tail_look(struct recovery *r, uint64_t now)
{
	const struct ht_feed *feed = r->in->feed;
	uint64_t from = r->asked_to;
	struct hole hole;

	if (from < feed->expected)
		from = feed->expected;
	if (feed->tail == r->tail ||
	    reorder_hole(&r->held, from, r->tail, &hole))
		return;
	r->tail = feed->tail;
	r->tail_ns = now;
}

static int gap_run(struct recovery *r, uint64_t now)
{
	const struct recovery_options *o = r->options;

	tail_look(r, now);
	if (snapshot_is_wanted(r, now)) {
		rejoin_start(r);
		return rejoin_run(r, now);
	}
	return o->rerequests ? asks_run(r, now) : 0;
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
		return reorder_due(&r->held, feed->expected) ? 0 :
							       gap_run(r, now);
	r->rejoin.at_first = false;
	asks_forget(r);
	return 0;
}

static void timer_set(struct recovery *r)
{
	struct itimerspec at = {
		.it_value.tv_sec = (time_t)(r->deadline_ns / SECOND_NS),
		.it_value.tv_nsec = (long)(r->deadline_ns % SECOND_NS),
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
	int fd = instance_pin(in->name, program);

	return fd < 0 ? out_error(fd, "cannot open " HT_PIN_ROOT "/%s/%s",
				  in->name, program) : fd;
}

int recovery_open(struct recovery *r, const struct recovery_options *options)
{
	int fd;

	r->options = options;
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
	return options->rerequests ? asks_open(r) : 0;
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

	r->timer.events = POLLIN;
	r->timer.on_event = timer_event;
	err = loop_add(r->loop, &r->timer);
	return err || !r->options->rerequests ? err : asks_listen(r);
}
