// SPDX-License-Identifier: GPL-2.0
/*
 * rejoin - the book begun anew
 *
 * The feed is JOINING meanwhile: live packets are set aside and held.  The
 * maps are emptied in place, not swapped for a second set: nothing may act on
 * either book until the new one is whole, and then one store says so; a second
 * set would double 300 MiB, and need the right to load programs for as long as
 * the controller lives.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "out.h"
#include "recovery.h"
#include "wanted.h"

enum {
	AGAIN_MS = 100,		/* after a failure; doubles with each */
	AGAIN_DOUBLINGS = 5,
	PATIENCE_S = 5,		/* with a silent GLIMPSE server */
	SNAPSHOT_S = 60,	/* a whole market's takes seconds */
	MEETING_S = 3,		/* heartbeats come every second */
	GIVE_UP = 3,		/* failures of each, then the session's start */
};

bool rejoin_possible(const struct recovery *r)
{
	return r->options->glimpses || r->options->rerequests;
}

void rejoin_start(struct recovery *r)
{
	r->rejoin.step = REJOIN_BEGIN;
	r->rejoin.again_ns = 0;
	r->rejoin.failures = 0;
}

/* Return: enum ht_recover_answer, or negative errno. */
static int recover_ask(struct recovery *r, struct ht_recover *ask)
{
	LIBBPF_OPTS(bpf_test_run_opts, run,
		.ctx_in = ask,
		.ctx_size_in = sizeof(*ask),
	);

	if (bpf_prog_test_run_opts(r->recover_fd, &run))
		return -errno;
	return (int)run.retval;
}

/*
 * Locates are a day's: a trigger of yesterday's may mean another symbol.
 * Nobody is waited for, neither an editor who holds the triggers nor packets:
 * the feed is not LIVE, so none of these fires, and thousands must not make us
 * late.
 */
static void triggers_disarm(struct recovery *r)
{
	struct ht_trigger *t = r->in->triggers;
	int row;

	for (row = 1; row < HT_TRIGGERS; row++) {
		enum ht_trigger_state armed = HT_TRIGGER_ARMED;

		if (__atomic_compare_exchange_n(&t[row].state, &armed,
						HT_TRIGGER_DISARMED, false,
						__ATOMIC_SEQ_CST,
						__ATOMIC_SEQ_CST))
			log_line(r->log, "trigger %.*s is disarmed: another session, whose symbols may have other numbers",
				 HT_TRIGGER_NAME, t[row].name);
	}
}

/* -- the end of it ------------------------------------------------------ */

/* Return: 0, -EAGAIN, or an error. */
static int finish(struct recovery *r, uint64_t seq)
{
	struct ht_recover ask = {
		.op = HT_RECOVER_FINISH,
		.seq = seq,
		.tail = r->seen_tail,
	};
	int answer = recover_ask(r, &ask);

	if (answer == HT_RECOVER_BUSY)
		return -EAGAIN;
	if (answer)
		return answer < 0 ? answer : -EPROTO;
	r->rejoin.step = REJOIN_NOT;
	r->rejoin.failures = 0;
	r->moved_ns = 0;
	r->news = true;
	return 0;
}

static int finish_patiently(struct recovery *r, uint64_t seq)
{
	int err;

	do {
		err = finish(r, seq);
	} while (err == -EAGAIN);	/* a packet holds it for microseconds */
	return err;
}

static void source_forget(struct recovery *r)
{
	if (r->rejoin.source.fd >= 0)
		loop_del(r->loop, &r->rejoin.source);
	glimpse_close(&r->rejoin.glimpse);
}

/* The feed stays JOINING. */
static void fail(struct recovery *r, const char *why)
{
	struct rejoin *j = &r->rejoin;
	const struct sockaddr_in *server = &r->options->glimpse[j->server];
	uint32_t doublings = j->failures < AGAIN_DOUBLINGS ? j->failures :
							     AGAIN_DOUBLINGS;
	char text[ENDPOINT_TEXT];

	snprintf(j->why, sizeof(j->why), "%s: %s", endpoint_text(text, server),
		 why);
	log_line(r->log, "feed: no snapshot from %s", j->why);
	j->failed++;
	j->failures++;
	j->server = (j->server + 1) % r->options->glimpses;
	j->step = REJOIN_BEGIN;
	j->again_ns = clock_ns() + (AGAIN_MS * MS_NS << doublings);
	recovery_wake_at(r, j->again_ns);
}

/* -- a snapshot --------------------------------------------------------- */

static int message_take(void *recovery, const uint8_t *itch, size_t len)
{
	struct recovery *r = recovery;

	return replay_message(&r->rejoin.into, itch, (uint32_t)len);
}

/* All of it is in the book. */
static void snapshot_end(struct recovery *r)
{
	struct rejoin *j = &r->rejoin;
	int err;

	/* what is skipped may have been an order */
	if (j->glimpse.soup.unknown || j->glimpse.unsequenced) {
		fail(r, "packets that GLIMPSE does not have were among its messages");
		return;
	}
	err = replay_flush(&j->into);
	if (err) {
		fail(r, err == -EBADMSG ? "its messages make no book" :
					  strerror(-err));
		return;
	}
	j->step = REJOIN_MEETING;
	j->until_ns = clock_ns() + MEETING_S * SECOND_NS;
	recovery_wake_at(r, j->until_ns);
}

/* The lines must have come to where the snapshot ends, or it could name a
 * sequence that leaves us deaf.
 */
static int snapshot_meet(struct recovery *r, uint64_t now)
{
	struct rejoin *j = &r->rejoin;
	struct hole hole;

	if (r->seen_tail < j->glimpse.seq) {
		if (now < j->until_ns)
			recovery_wake_at(r, j->until_ns);
		else
			fail(r, "its sequence is beyond all that the lines bring");
		return 0;
	}
	/* else it would be begun anew at once, from the same server */
	if (reorder_hole(&r->held, j->glimpse.seq, r->seen_tail, &hole) &&
	    hole.to - hole.from > r->options->snapshot_above) {
		fail(r, "it is too far behind the lines");
		return 0;
	}
	j->snapshots++;
	log_line(r->log, "feed: a snapshot of %" PRIu64 " messages is loaded, up to sequence %" PRIu64,
		 j->glimpse.messages, j->glimpse.seq);
	return finish_patiently(r, j->glimpse.seq);
}

static int glimpse_step(struct recovery *r)
{
	struct rejoin *j = &r->rejoin;
	const struct glimpse_sink sink = {
		.message = message_take,
		.context = r,
	};
	int got = glimpse_event(&j->glimpse, &sink);

	r->news = true;
	if (!got) {
		j->source.events = (uint32_t)glimpse_wants(&j->glimpse);
		return 0;
	}
	if (got == 1)
		snapshot_end(r);
	else if (got == -EBADMSG && r->in->feed->state == HT_FEED_BAD)
		fail(r, "its messages make no book");
	else
		fail(r, *j->glimpse.words ? j->glimpse.words : strerror(-got));
	source_forget(r);
	return 0;
}

static int glimpse_source_event(struct source *s)
{
	struct rejoin *j = source_owner(s, struct rejoin, source);

	return glimpse_step(source_owner(j, struct recovery, rejoin));
}

static int snapshot_begin(struct recovery *r)
{
	const struct soup_limits limits = {
		.heartbeat_ns = soup_limits_default().heartbeat_ns,
		.silence_ns = PATIENCE_S * SECOND_NS,
	};
	struct rejoin *j = &r->rejoin;
	int err;

	replay_init(&j->into, r->in, r->inject.prog_fd, r->in->feed->session);
	err = glimpse_open(&j->glimpse, &r->options->glimpse[j->server],
			   &r->options->login, &limits);
	if (err) {
		fail(r, j->glimpse.words);
		return 0;
	}
	j->source = (struct source){
		.fd = j->glimpse.fd,
		.events = (uint32_t)glimpse_wants(&j->glimpse),
		.on_event = glimpse_source_event,
		.once = true,
	};
	j->step = REJOIN_LOADING;
	j->until_ns = clock_ns() + SNAPSHOT_S * SECOND_NS;
	return loop_add(r->loop, &j->source);
}

/* -- the beginning ------------------------------------------------------ */

/* Another session, when ours is over: it has ended, or is silent, and the other
 * one was heard since.
 */
static bool session_is_over(const struct recovery *r, uint64_t now)
{
	const struct ht_feed *feed = r->in->feed;
	uint64_t last = HT_READ_ONCE(feed->last_ns);

	return r->other_ns > last &&
	       (feed->end == feed->tail || now > last + HT_SESSION_SILENT_NS);
}

static int begin(struct recovery *r, uint64_t now)
{
	struct ht_recover ask = { .op = HT_RECOVER_BEGIN };
	struct rejoin *j = &r->rejoin;
	bool another = session_is_over(r, now);
	int answer;

	/* before: should we be killed, nobody after us knows that it changed */
	if (another)
		triggers_disarm(r);

	memcpy(ask.session, another ? r->other : r->in->feed->session,
	       MOLD_SESSION_LEN);
	answer = recover_ask(r, &ask);
	if (answer == HT_RECOVER_BUSY) {
		recovery_wake_at(r, now + MS_NS);
		return 0;
	}
	if (answer)
		return answer < 0 ? answer : -EPROTO;
	recovery_forget(r);
	r->other_ns = 0;
	j->step = REJOIN_EMPTYING;
	j->emptied = 0;
	if (another)
		log_line(r->log, "feed: session %.10s takes over", ask.session);
	return 0;
}

/* A part of the maps a turn.  Nobody reads a book that is JOINING as if it were
 * one.
 */
static int empty(struct recovery *r)
{
	struct instance *in = r->in;
	struct ht_book fresh = {
		.order_limit = in->book->order_limit,
		.row_limit = in->book->row_limit,
	};
	int more = instance_empty(in, &r->rejoin.emptied);

	if (more < 0)
		return more;
	if (more) {
		recovery_wake_at(r, clock_ns());
		return 0;
	}
	*in->book = fresh;
	r->rejoin.step = REJOIN_FILLING;
	/* the directory names them again, whichever session it is */
	return wanted_forget(in);
}

static int fill(struct recovery *r, uint64_t now)
{
	struct rejoin *j = &r->rejoin;

	if (r->options->glimpses &&
	    (!r->options->rerequests ||
	     j->failures < GIVE_UP * (uint32_t)r->options->glimpses))
		return snapshot_begin(r);
	/* before a line has spoken nobody knows whether anything is missing;
	 * ours may never, if it was a stranger's packet that named it
	 */
	if (!r->seen_tail) {
		if (session_is_over(r, now))
			rejoin_start(r);
		return 0;
	}
	j->from_start++;
	j->at_first = true;
	log_line(r->log, "feed: the book is begun anew from the session's first message");
	return finish_patiently(r, 1);
}

static int begin_when_due(struct recovery *r, uint64_t now)
{
	if (!rejoin_possible(r))
		return 0;
	if (now >= r->rejoin.again_ns)
		return begin(r, now);
	recovery_wake_at(r, r->rejoin.again_ns);
	return 0;
}

/* A server that goes on and on is not waited for either. */
static int load_look(struct recovery *r, uint64_t now)
{
	struct rejoin *j = &r->rejoin;
	const char *why = NULL;

	if (glimpse_beat(&j->glimpse, now))
		why = j->glimpse.words;
	else if (now > j->until_ns)
		why = "it took more than a minute";
	if (!why)
		return 0;
	fail(r, why);
	source_forget(r);
	return 0;
}

int rejoin_run(struct recovery *r, uint64_t now)
{
	struct rejoin *j = &r->rejoin;
	int err = 0;

	if (j->step == REJOIN_BEGIN)
		err = begin_when_due(r, now);
	if (!err && j->step == REJOIN_EMPTYING)
		err = empty(r);
	if (!err && j->step == REJOIN_FILLING)
		return fill(r, now);
	if (!err && j->step == REJOIN_MEETING)
		return snapshot_meet(r, now);
	return err || j->step != REJOIN_LOADING ? err : load_look(r, now);
}

void rejoin_close(struct recovery *r)
{
	if (r->rejoin.step == REJOIN_LOADING)
		source_forget(r);
}
