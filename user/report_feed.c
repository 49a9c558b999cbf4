// SPDX-License-Identifier: GPL-2.0
/*
 * report_feed - what a controller says about the feed: what is missing and what
 * it does about it, and whether the groups are joined
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "controller.h"
#include "out.h"

enum { TELL_AFTER_NS = 1000000000 };	/* out of LIVE */

static const char *asking_words(const struct recovery *r, char *text,
				size_t size)
{
	const struct rerequest *q = &r->rerequest;
	const struct rerequest_server *server = &q->server[q->current];
	char at[ENDPOINT_TEXT];

	snprintf(text, size, "%s %s%s%s",
		 asks_in_vain(r, clock_ns()) ? "asked in vain for 3 s, still asking" :
			      "asking",
		 endpoint_text(at, &server->address),
		 server->error ? ": " : "",
		 server->error ? strerror(server->error) : "");
	return text;
}

/* What it does just now. */
static const char *recovery_words(const struct recovery *r, char *text,
				  size_t size)
{
	const struct rejoin *j = &r->rejoin;

	if (j->step == REJOIN_LOADING) {
		snprintf(text, size, "loading a snapshot, %" PRIu64 " messages",
			 j->glimpse.messages);
		return text;
	}
	if (j->step == REJOIN_MEETING)
		return "a snapshot is loaded and waits for the lines to come so far";
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
		snprintf(text, size, "trying again, no snapshot from %s", j->why);
		return text;
	case HT_FEED_WAITING:
		return "waiting for the first packet";
	default:
		if (r->other_ns <= r->in->feed->last_ns)
			return "nothing is missing";
		snprintf(text, size, "session %.*s is heard, and begun when this one has ended or is silent",
			 MOLD_SESSION_LEN, r->other);
		return text;
	}
}

struct json_object *report_recovery(const struct controller *c)
{
	struct json_object *o = json_object_new_object();
	const struct recovery *r = &c->recovery;
	const struct rerequest *q = &r->rerequest;
	struct hole hole;
	char text[256];

	out_text(o, "now", recovery_words(r, text, sizeof(text)));
	if (r->in->feed->state == HT_FEED_GAP &&
	    reorder_hole(&r->held, r->in->feed->expected, r->in->feed->tail,
			 &hole)) {
		out_uint(o, "first_hole_from", hole.from);
		out_uint(o, "first_hole_to", hole.to - 1);
	}
	out_uint(o, "set_aside", c->aside.packets);
	out_uint(o, "set_aside_lost", aside_lost(&c->aside));
	out_uint(o, "strange_frames", c->aside.strange);
	out_uint(o, "wrong_checksums", c->aside.broken);
	out_uint(o, "malformed", r->malformed);
	out_uint(o, "known", r->known);
	out_uint(o, "held", r->held.waiting);
	out_uint(o, "held_twice", r->twice);
	out_uint(o, "no_room_to_hold", r->overflow);
	out_uint(o, "queues_not_served", c->aside.queues_unserved);
	out_uint(o, "tries_at_a_busy_feed", r->inject.busy);
	out_uint(o, "given_back", r->given);
	out_uint(o, "messages_brought", r->refilled);
	out_uint(o, "ranges_asked_again", r->asked_again);
	out_uint(o, "replies_of_foreign_senders", q->foreign_sender);
	out_uint(o, "replies_malformed", q->malformed + q->empty);
	out_uint(o, "replies_of_other_sessions", q->other_session);
	out_uint(o, "replies_not_asked_for", q->not_asked);
	out_uint(o, "requests_not_sent", q->unsent);
	out_uint(o, "snapshots", r->rejoin.snapshots);
	out_uint(o, "snapshots_failed", r->rejoin.failed);
	out_uint(o, "begun_from_the_first_message", r->rejoin.from_start);
	out_uint(o, "worst_turn_ns", r->worst_ns);
	return o;
}

static struct json_object *lines_array(const struct controller *c)
{
	const struct membership *m = &c->membership;
	struct json_object *rows = json_object_new_array();
	char words[MEMBERSHIP_WORDS + 16];
	int i;

	for (i = 0; i < HT_LINES; i++) {
		struct json_object *row = json_object_new_object();

		membership_words(&m->lines[i], words);
		out_text(row, "membership", words);
		out_uint(row, "rejoins", m->lines[i].rejoins);
		/* before the first packet nobody has to say anything */
		if (c->in.feed->state != HT_FEED_WAITING)
			out_uint(row, "silent_s", silence_is(&c->silence, i) ?
				 c->silence.seconds[i] : 0);
		json_object_array_add(rows, row);
	}
	return rows;
}

struct json_object *report_feed(const struct controller *c)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "recovery", report_recovery(c));
	json_object_object_add(o, "lines", lines_array(c));
	return o;
}

void feed_tell(struct controller *c)
{
	const struct ht_feed *feed = c->in.feed;
	uint32_t state = HT_READ_ONCE(feed->state);
	uint64_t now = clock_ns(), since = HT_READ_ONCE(feed->gap_ns);
	uint64_t out_ns = now > since ? now - since : 0;
	char text[256];

	if (state != HT_FEED_GAP && state != HT_FEED_BAD &&
	    state != HT_FEED_JOINING) {
		if (c->out_told_ns)
			log_line(&c->log, "feed: %s again", feed_state_name(state));
		c->out_told_ns = 0;
		return;
	}
	if (out_ns < c->out_told_ns)	/* it was LIVE meanwhile */
		c->out_told_ns = 0;
	if (out_ns < TELL_AFTER_NS || out_ns < 2 * c->out_told_ns)
		return;
	log_line(&c->log, "feed: %s, not LIVE for %" PRIu64 " s, no order leaves: %s",
		 feed_state_name(state), out_ns / TELL_AFTER_NS,
		 recovery_words(&c->recovery, text, sizeof(text)));
	c->out_told_ns = out_ns;
}
